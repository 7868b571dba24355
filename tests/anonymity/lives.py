"""Whole lives of reports, with the mistakes that people make on the way: each could leave a trace."""

import httpx

from local_platform.demo import Demo
from tests.anonymity.cast import Person
from tests.support import stores
from tests.support.portal import Reporter
from tests.support.staff import Colleague

SCREENER = "ecran-1"
_MOST_PAGES = 20


def file_all(demo: Demo, people: list[Person], member: str) -> None:
    """Everybody files, from an address of their own, after some mistakes."""
    for person in people:
        with Reporter(demo.url("intake"), address=person.address) as reporter:
            _mistakes(reporter.http, person)
            person.receipt = reporter.report(member, person.story())


def write_all(demo: Demo, people: list[Person]) -> None:
    """Everybody opens the follow-up space, mistypes first, and writes."""
    for person in people:
        with Reporter(demo.url("intake"), address=person.address) as reporter:
            reporter.open_space(person.receipt.rsplit(" ", 1)[0])
            space = reporter.open_space(person.receipt)
            if person.marks["faits"] not in space.text:
                raise AssertionError("the recap is not in the follow-up space")
            reporter.write(space, f"Encore un mot : {person.marks['message']}.")


def screen_all(demo: Demo) -> None:
    """The screener releases every case."""
    with Colleague(demo.url("casework"), SCREENER) as screener:
        for _ in range(_MOST_PAGES):
            waiting = screener.case_paths("/relecture")
            if not waiting:
                return
            for path in waiting:
                screener.release(path)
    raise AssertionError("cases go on waiting for the screener")


def handle_all(demo: Demo, subjects: list[str], answer: str, people: list[Person]) -> None:
    """Referents take charge of what they see and answer. Each person then has a case and a referent."""
    for subject in subjects:
        with Colleague(demo.url("casework"), subject) as referent:
            for path in referent.case_paths("/dossiers"):
                read = referent.text(path)
                if f"{path}/prise-en-charge" in read:
                    referent.take_in_charge(path)
                    for person in (person for person in people if person.marks["lieu"] in read):
                        person.case, person.referent = path, subject
                referent.write(path, answer)


def referents_of(demo: Demo, member: str) -> list[str]:
    """The subjects of a member's referents, and of its CdG's "cas autorité" referents."""
    query = (
        "SELECT DISTINCT h.subject FROM habilitations h JOIN memberships m ON m.cdg_id = h.cdg_id "
        f"WHERE m.member_id = '{member}' AND h.role <> 'screener' AND coalesce(h.member_id, m.member_id) = m.member_id"
    )
    return sorted(subject for (subject,) in stores.rows(demo, "casework", query))


def _mistakes(http: httpx.Client, person: Person) -> None:
    """Typed in the wrong place: a search, an address, a form that does not exist, a method that is not served."""
    secret = person.marks["faits"]
    http.post("/employeur", data={"employeur": secret})
    http.get(f"/m/{secret}")
    http.get(f"/signalement/{secret}?q={secret}")
    http.post("/signalement/envoi", data={"etat": secret, "what": secret})
    http.post("/signalement", data={"etat": secret})
    http.put("/suivi", content=secret.encode())
    http.get("/", headers={"User-Agent": secret.encode().hex(), "X-Forwarded-For": person.address})
