"""Services ordered for two cases of the audit: one of the member, one that implicates its authority."""

from local_platform.demo import Demo
from tests.anonymity.cast import Person
from tests.anonymity.identities import those
from tests.support.pages import read
from tests.support.staff import Colleague

SERVICE = "1.10"


def order_all(demo: Demo, people: list[Person]) -> None:
    """Who handles each of these cases orders, as the pages have it done; billing quotes both."""
    for person in those(people, "ordered"):
        path = f"{person.case}/commander"
        with Colleague(demo.url("casework"), person.referent) as referent:
            demo.until(lambda referent=referent, path=path: referent.http.get(path).status_code == 200)
            review = referent.press(path, path, {f"q-{SERVICE}": "1"})
            _confirm(referent, path, review)


def _confirm(referent: Colleague, path: str, review: str) -> None:
    form = read(review).form(path)
    pressed = next(button for button in form.buttons if button[1] == "confirmer")
    answers = {"averti": "oui"} if 'name="averti"' in review else {}
    sent: dict[str, list[str]] = {}
    for name, value in form.filled(answers, pressed):
        sent.setdefault(name, []).append(value)
    answer = referent.http.post(path, data=sent)
    if answer.status_code != 200 or SERVICE not in answer.text:
        raise AssertionError(f"POST {path}: {answer.status_code}")
