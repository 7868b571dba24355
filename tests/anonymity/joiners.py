"""Who comes with a code: a witness's person concerned, and somebody who spoke aloud; and who takes new words."""

import re
from dataclasses import dataclass, field

from local_platform.demo import Demo
from tests.anonymity.cast import Person, email, mark, phone, spellings
from tests.anonymity.identities import press, send, those
from tests.support.pages import Page, read
from tests.support.portal import Reporter
from tests.support.staff import Colleague

SCREENER = "ecran-1"
_CHECK = re.compile(r'href="(/dossiers/[^"]+/voix/[^"]+)/verification"')


@dataclass
class Joiner:
    """Somebody who was handed a code. `codes`: theirs, and those that were drawn to no purpose."""

    name: str
    address: str
    choice: dict[str, str]
    kinds: tuple[str, ...]
    codes: list[str] = field(default_factory=list, repr=False)
    receipt: str = field(default="", repr=False)
    marks: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.marks |= {kind: mark(kind) for kind in self.kinds}
        self.marks |= {"boîte": email(), "courriel": email(), "téléphone": phone()}
        self.marks["boîte, avant l’arobase"] = self.marks["boîte"].partition("@")[0]

    def canaries(self) -> dict[str, str]:
        """Label -> value, for everything that must stand nowhere."""
        found = {f"{self.name}: {kind}": value for kind, value in self.marks.items()}
        found[f"{self.name}: address"] = self.address
        found |= spellings(f"{self.name}: receipt", self.receipt)
        for number, code in enumerate(self.codes):
            found |= spellings(f"{self.name}: code {number}", code)
        return found


def concerned() -> Joiner:
    """Agrees, is confirmed, withdraws; the referent then decides without."""
    names = ("prénom", "nom", "fonction", "service", "message", "à elle", "motif")
    return Joiner("person concerned", "127.77.113.201", {"decision": "agreed"}, names)


def speaker() -> Joiner:
    """Says what a screener takes down, then reads it and has something to correct."""
    told = ("quand", "lieu", "faits", "accusé", "message", "à elle")
    return Joiner("speaker", "127.77.114.202", {"relu": "corriger"}, (*told, "prénom", "nom", "fonction", "service"))


def take_down(demo: Demo, speaker: Joiner, member: str) -> None:
    """A screener types what is said, with a mistake first, and gets the code."""
    told = speaker.marks
    with Colleague(demo.url("casework"), SCREENER) as screener:
        page = read(screener.text(f"/dossiers/oral?collectivite={member}"))
        said: dict[str, str | list[str]] = {"quoi": f"Elle dit : {told['faits']}. " * 5, "quand": told["quand"]}
        said |= {"ou": told["lieu"], "precisions": told["accusé"]}
        said |= {"qualite": "victim", "actes": ["INTIMIDATION"], "mis-en-cause": ["HIERARCHIE"]}
        screener.http.post("/dossiers/oral", data=dict(page.form("/dossiers/oral").filled({"quoi": told["faits"]})))
        screener.http.post("/dossiers/oral/envoi", data={"etat": told["faits"]})
        review = send(screener.http, page, "/dossiers/oral", said)
        speaker.codes.append(" ".join(send(screener.http, review, "/dossiers/oral/envoi", {}).words))


def take_in_charge(demo: Demo, subjects: list[str]) -> None:
    """Referents take charge of what they see now; there may be nobody to write to."""
    for subject in subjects:
        with Colleague(demo.url("casework"), subject) as referent:
            for path in referent.case_paths("/dossiers"):
                if f"{path}/prise-en-charge" in referent.text(path):
                    referent.take_in_charge(path)


def hand_over(demo: Demo, witness: Person, concerned: Joiner) -> None:
    """The witness has a code drawn: the one before no longer counts."""
    with Reporter(demo.url("intake"), address=witness.address) as reporter:
        reporter.open_space(witness.receipt)
        page = read(reporter.http.get("/suivi/personne-concernee").text)
        concerned.codes.append(" ".join(send(reporter.http, page, "/suivi/personne-concernee/code", {}).words))


def use(demo: Demo, joiner: Joiner) -> None:
    """With the last code, after some mistakes: name, address, answer; then a message from the new space."""
    code, told = joiner.codes[-1], joiner.marks
    identity = {"given_name": told["prénom"], "family_name": told["nom"], "position": told["fonction"]}
    identity |= {"department": told["service"], "phone": told["téléphone"], "email": told["courriel"]}
    with Reporter(demo.url("intake"), address=joiner.address) as reporter:
        reporter.http.get(f"/reprendre?code={code}")
        reporter.http.post("/reprendre", data={"code": f"{code} {told['message']}"})
        reporter.http.post("/reprendre/envoi", data={"etat": code, "family_name": told["nom"]})
        page = demo.until(lambda: _opened(reporter, code))
        wish = {"identite": "confidential", "prevenir": told["boîte"], **identity, **joiner.choice}
        joiner.receipt = " ".join(send(reporter.http, page, "/reprendre/envoi", wish).words)
        reporter.http.post("/reprendre", data={"code": code})
        reporter.write(reporter.open_space(joiner.receipt), f"J’ajoute : {told['message']}.")


def check(demo: Demo, witness: Person, concerned: Joiner) -> None:
    """The referent writes to who joined, and confirms."""
    with Colleague(demo.url("casework"), witness.referent) as referent:
        found = demo.until(lambda: _CHECK.search(referent.text(witness.case)))
        voice = found[1]
        page = referent.page(witness.case)
        field = next(name for name in page.form(f"{voice}/messages").names if name.startswith("message"))
        send(referent.http, page, f"{voice}/messages", {field: f"Bonjour. {concerned.marks['à elle']}."})
        referent.press(f"{voice}/verification", f"{voice}/verification", button="oui")


def take_back(demo: Demo, concerned: Joiner) -> None:
    with Reporter(demo.url("intake"), address=concerned.address) as reporter:
        reporter.open_space(concerned.receipt)
        press(reporter.http, "/suivi/accord", "/suivi/accord", {})


def decide_without(demo: Demo, witness: Person, concerned: Joiner) -> None:
    """Once the case is back at first advice."""
    path = f"{witness.case}/sans-accord"
    with Colleague(demo.url("casework"), witness.referent) as referent:
        demo.until(lambda: path in referent.text(witness.case))
        referent.press(path, path, {"raison": "danger", "motif": f"Il y a danger. {concerned.marks['motif']}."})


def take_new_words(demo: Demo, people: list[Person]) -> None:
    """Former words are tried once more afterwards."""
    for person in those(people, "new words"):
        with Reporter(demo.url("intake"), address=person.address) as reporter:
            reporter.open_space(person.receipt)
            page = read(reporter.http.get("/suivi/cle").text)
            noted = page.form("/suivi/cle").choices["note"][0]
            taken = send(reporter.http, page, "/suivi/cle", {"note": noted, "recepisse": person.receipt})
            if taken.words != page.words or len(taken.words) != 8:
                raise AssertionError("the words were not replaced")
            reporter.open_space(person.receipt)
            person.former, person.receipt = person.receipt, " ".join(taken.words)


def _opened(reporter: Reporter, code: str) -> Page | None:
    """The page that the code opens; nothing while casework's offer is on its way."""
    page = read(reporter.http.post("/reprendre", data={"code": code}).text)
    return page if any(form.action == "/reprendre/envoi" for form in page.forms) else None
