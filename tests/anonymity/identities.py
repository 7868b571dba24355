"""What becomes of the reporters' names, addresses and numbers: asked for, shown, taken back, demanded, erased."""

import re
from collections.abc import Iterable
from typing import Any

import httpx
import pyrage

from chassis.clock import SystemClock, paris_day
from local_platform.demo import Demo
from tests.anonymity.cast import Person
from tests.support import stores
from tests.support.pages import Page, read
from tests.support.portal import Reporter
from tests.support.staff import Colleague
from tests.support.vault_office import Holder

_BLOCK = re.compile(r'<pre class="block"[^>]*>([^<]*)<')
_WAITING = "SELECT count(*) FROM erasures WHERE state NOT IN ('undone', 'erased')"
_ERASED = "SELECT count(*) FROM erasures WHERE state = 'erased'"


def those(people: Iterable[Person], does: str) -> list[Person]:
    return [person for person in people if does in person.does]


def ask(demo: Demo, people: list[Person]) -> None:
    """Referents ask who the reporter is, and say why."""
    for person in those(people, "asked"):
        with Colleague(demo.url("casework"), person.referent) as referent:
            path = f"{person.case}/identite"
            wish = {"but": "meeting", "motif": f"Pour vous recevoir. {person.marks['motif']}.", "elements": ["name"]}
            referent.press(path, path, dict(wish))


def call_back(demo: Demo, people: list[Person], member: str) -> None:
    """Somebody leaves a number, on the last day that is offered."""
    for person in those(people, "called back"):
        with Reporter(demo.url("intake"), address=person.address) as reporter:
            first = read(reporter.http.get(f"/m/{member}").text)
            page = send(reporter.http, first, "/ecoute/rappel", {})
            form = page.form("/ecoute/rappel")
            wish = {"jour": form.choices["jour"][-1], "heure": form.choices["heure"][-1]}
            wish |= {"moyen": "phone", "telephone": person.marks["rappel"]}
            send(reporter.http, page, "/ecoute/rappel", wish)


def answer_all(demo: Demo, people: list[Person]) -> None:
    """Each reporter does with the eight words what is planned for them."""
    for person in people:
        with Reporter(demo.url("intake"), address=person.address) as reporter:
            _answer(demo, reporter, person)


def _answer(demo: Demo, reporter: Reporter, person: Person) -> None:
    space = demo.until(lambda: _space(reporter, person))
    words, http = {"recepisse": person.receipt}, reporter.http
    if "reachable later" in person.does:
        press(http, "/suivi/adresse", "/suivi/adresse", words | {"adresse": person.marks["boîte"]})
    if "unreachable again" in person.does:
        press(http, "/suivi/adresse", "/suivi/adresse/reprendre", {"retrait": person.receipt})
    if "named later" in person.does:
        press(http, "/suivi/nom", "/suivi/nom", words | person.identity())
    if "refuses" in person.does:
        press(http, space, f"{space}/refuser", {})
    if "agrees" in person.does:
        press(http, space, f"{space}/accepter", words)
    if "hastens" in person.does:
        press(http, space, f"{space}/avancer", {"avance": person.receipt})
    if "withdraws" in person.does:
        press(http, space, f"{space}/reprendre", {"retrait": person.receipt})


def write_again(demo: Demo, people: list[Person], answer: str) -> None:
    """Referents write to those who left an address, which rings at identity-vault."""
    reachable = those(people, "reachable")
    for subject in sorted({person.referent for person in reachable}):
        with Colleague(demo.url("casework"), subject) as referent:
            for person in reachable:
                if person.referent == subject:
                    referent.write(person.case, answer)


def show_all(demo: Demo, people: list[Person]) -> None:
    """Who asked touches a passkey, and sees the name that was agreed to."""
    for referent in sorted({person.referent for person in those(people, "shown")}):
        expected = [person.marks["nom"] for person in those(people, "shown") if person.referent == referent]
        with Holder(demo, referent) as holder:
            for _ in expected:
                page = holder.open_identity()
                if not any(name in page for name in expected):
                    raise AssertionError("the identity was not shown")


def demand_all(demo: Demo, people: list[Person]) -> None:
    """Two custodians give an authority the name of each person that it demands."""
    authority = pyrage.x25519.Identity.generate()
    for person in those(people, "demanded"):
        with Colleague(demo.url("casework"), person.referent) as referent:
            path = f"{person.case}/demande-judiciaire"
            found = _BLOCK.search(referent.press(path, path))
            assert found, "no block"
        order = {"basis": "requisition", "block": found[1], "reference": person.marks["référence"], "notice": "now"}
        order |= {
            "authority": person.marks["autorité"],
            "dated": f"{paris_day(SystemClock().now())}",
            "recipient": str(authority.to_public()),
        }
        with Holder(demo, "gardien-1") as first, Holder(demo, "gardien-2") as second:
            written = first.write_order(order)
            first.sign(written)
            second.sign(written)
            if person.marks["nom"] not in second.carry_out(written, authority):
                raise AssertionError("the authority did not read the name")


def order_erasures(demo: Demo, people: list[Person]) -> None:
    for person in those(people, "erased"):
        demo.run("casework.opener", "erase-identity", person.case.rpartition("/")[2], "reporter")


def wait_for_erasures(demo: Demo, people: list[Person]) -> None:
    """The grace is over at once."""
    wanted = those(people, "erased")
    demo.until(lambda: stores.count(demo, stores.VAULT, _ERASED) == len(wanted), within=60)
    demo.until(lambda: stores.count(demo, stores.VAULT, _WAITING) == 0)


def written_to(demo: Demo) -> set[str]:
    """The addresses of reporters to whom a mail has gone."""
    return {str(mail["To"]) for mail in demo.mails if "boite.example.net" in str(mail["To"])}


def _space(reporter: Reporter, person: Person) -> str:
    """The address of the request in the follow-up space once it is there; of the space, for who is asked nothing."""
    links = read(reporter.open_space(person.receipt).text).links
    if "asked" not in person.does:
        return "/suivi/espace"
    return next((href for href in links.values() if href.startswith("/suivi/demande/")), "")


def press(http: httpx.Client, path: str, action: str, answers: dict[str, Any]) -> None:
    send(http, read(http.get(path).text), action, answers)


def send(http: httpx.Client, page: Page, action: str, answers: dict[str, Any]) -> Page:
    form = next(form for form in page.forms if form.action == action)
    sent: dict[str, list[str]] = {}
    for name, value in form.filled(dict(answers)):
        sent.setdefault(name, []).append(value)
    response = http.post(action, data=sent)
    if response.status_code != 200:
        raise AssertionError(f"POST {action}: {response.status_code}")
    return read(response.text)
