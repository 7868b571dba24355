"""One report, from the agent's phone to the published figures, as people do it: with JavaScript, then without."""

import json
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from tests.journeys import published
from tests.support import offices, sealed, stores
from tests.support.agent import Agent, Told
from tests.support.visitor import DESKTOP

MEMBER, NEIGHBOUR = "Étaples", "lillers-62"
BAND, BAND_IN_WORDS = "50-349", "50 à 349 agents"
REFERENT = "ange.esquisse@communes.example.org"
GIVEN, FAMILY = "Bérénice", "Quenehen"
HIDDEN_WORD = "gyrobroyeur"
WHAT = (
    f"Chaque lundi, devant l’équipe, il dit que je n’ai rien à faire au {HIDDEN_WORD}. "
    f"Il crie « {FAMILY}, retourne à la cuisine ». J’en dors mal."
)
NOTE = b"Lundi 9 novembre, 8 h 10 : meme remarque, deux collegues presents.\n"


@dataclass(frozen=True)
class Way:
    """One of the two ways; each has an act of its own, so that each moves a figure of its own."""

    name: str
    scripts: bool
    act: str
    label: str


WAYS = [
    Way("avec-js", True, "DISCRIMINATION", "Discrimination"),
    Way("sans-js", False, "INTIMIDATION", "Intimidation"),
]


@pytest.fixture(params=WAYS, ids=lambda way: way.name)
def way(request) -> Way:
    return request.param


@pytest.fixture
def agent(visitor, way) -> Agent:
    return Agent(visitor(f"agent-{way.name}", scripts=way.scripts))


@pytest.fixture
def told(way) -> Told:
    return Told(
        MEMBER,
        acts=["Discrimination", "Intimidation"],
        main=way.label,
        criteria=["Le sexe", "L’âge"],
        what=WHAT,
        implicated=["Un·e supérieur·e hiérarchique", "Un·e collègue"],
    )


def test_a_report_goes_from_the_agent_to_the_figures_and_its_answer_comes_back(platform, visitor, way, agent, told):
    expected = published.all_but_one(platform, NEIGHBOUR, way.act, BAND)
    offices.at_rest(platform)
    cases = offices.cases(platform)
    public = visitor(f"public-{way.name}", DESKTOP, scripts=way.scripts)
    before = published.figure(public, way.label, BAND_IN_WORDS)

    words = file_with_care(agent, told)
    platform.until(lambda: stores.frames_waiting(platform) == 0)
    assert sum(sealed.records_of(platform, [words]).values()) == 1
    assert_nothing_is_readable(platform)
    agent.open_space(words)
    assert agent.visitor.cookies() == ["suivi"]
    assert_acknowledged(agent)

    case = offices.new_case(platform, cases)
    mails = len(mails_to(platform, REFERENT))
    screener = visitor(f"relecture-{way.name}", DESKTOP, scripts=way.scripts)
    read_first(screener, case)
    referent = visitor(f"referent-{way.name}", DESKTOP, scripts=way.scripts)
    assert_told_without_a_word(platform, mails)
    take_up(referent, case)

    read_the_answer(agent, words)
    referent.wait_for("Merci, je peux mardi soir.")
    referent.wait_for("Lu par l’auteur du signalement")
    referent.picture("dossier-avec-reponse")

    platform.until(lambda: published.last_published(platform, way.act, BAND) == expected)
    after = published.figure(public, way.label, BAND_IN_WORDS)
    assert after == str(expected) != before
    public.picture("chiffres")


def file_with_care(agent: Agent, told: Told) -> str:
    """Name and file at the last page; the name also stands in the text, and is masked before anything is sent."""
    agent.find_member(told.member)
    agent.begin()
    agent.answer(told)
    agent.visitor.picture("verification")
    agent.give_identity(GIVEN, FAMILY)
    agent.join("notes.txt", NOTE)
    agent.send()
    assert agent.visitor.shows("Ces passages peuvent dire qui vous êtes")
    assert agent.page.locator("mark").all_inner_texts() == [FAMILY]
    assert agent.page.locator('input[name="masquer"]').is_checked()
    assert agent.visitor.shows("notes.txt")
    agent.visitor.picture("passages")
    agent.send()
    words = agent.words()
    assert agent.visitor.cookies() == []
    agent.visitor.picture("recepisse")
    return words


def assert_nothing_is_readable(platform) -> None:
    held = json.dumps([data for _, data in stores.records(platform)], ensure_ascii=False)
    for secret in (GIVEN, FAMILY, HIDDEN_WORD, MEMBER):
        assert secret not in held


def assert_acknowledged(agent: Agent) -> None:
    """The space opens on the acknowledgement with the whole recap."""
    for told in ("Nous avons reçu votre signalement le", MEMBER, HIDDEN_WORD, "Le sexe, L’âge", "notes.txt"):
        assert agent.visitor.shows(told)
    assert agent.visitor.shows("Vous avez confié votre identité, scellée à part.")
    assert agent.visitor.shows("[masqué], retourne à la cuisine")
    assert not agent.visitor.shows(FAMILY)
    agent.visitor.picture("accuse-de-reception")
    agent.press("Fermer mon espace")
    assert agent.visitor.cookies() == []


def read_first(screener, case: str) -> None:
    """The screener sees the original, masks a word everywhere, and releases."""
    screener.sign_in("casework", "ecran-1")
    offices.open_case(screener, f"/relecture/{case}")
    assert HIDDEN_WORD in screener.page.locator(".as-written").first.inner_text()
    screener.picture("original")
    screener.page.get_by_label("Mots à masquer partout").fill(HIDDEN_WORD.upper())
    screener.press("Masquer ces mots")
    assert HIDDEN_WORD not in screener.page.locator('textarea[name="what"]').input_value()
    screener.picture("masque")
    screener.press("Transmettre aux référents")
    assert screener.path() == "/relecture"
    screener.picture("premiere-lecture")


def mails_to(platform, address: str) -> list[EmailMessage]:
    return [mail for mail in platform.mails if address in mail["To"]]


def assert_told_without_a_word(platform, earlier: int) -> None:
    """One more mail arrives, and tells nothing."""
    platform.until(lambda: len(mails_to(platform, REFERENT)) > earlier)
    for mail in mails_to(platform, REFERENT):
        said = f"{mail['Subject']} {mail.get_body().get_content()}"
        for secret in (MEMBER, "Lillers", "iscrimination", "ntimidation", HIDDEN_WORD, FAMILY, "lundi"):
            assert secret not in said


def take_up(referent, case: str) -> None:
    """The referent reads the screened version and no other, takes charge, writes."""
    referent.sign_in("casework", "referent-7")
    referent.picture("dossiers")
    offices.open_case(referent, f"/dossiers/{case}")
    assert referent.shows("retourne à la cuisine")
    assert not referent.shows(HIDDEN_WORD)
    assert not referent.shows("notes.txt")
    referent.picture("dossier")
    assert referent.go("casework", f"/relecture/{case}") == 403
    assert not referent.shows("cuisine")
    referent.go("casework", f"/dossiers/{case}")
    referent.press("Prendre en charge")
    referent.page.get_by_label("Votre message").fill("Pouvez-vous m’appeler mardi, sans dire votre nom ?")
    referent.press("Envoyer")
    assert not referent.shows("Lu par l’auteur du signalement")
    referent.picture("pris-en-charge")


def read_the_answer(agent: Agent, words: str) -> None:
    """The receipt opens the answer and the status; the agent writes back."""
    agent.open_space(words)
    agent.visitor.wait_for("m’appeler mardi")
    assert agent.visitor.shows("Où en est votre signalement : Pris en charge")
    agent.write("Merci, je peux mardi soir.")
    assert agent.visitor.shows("Envoyé, pas encore lu")
    agent.visitor.picture("reponse")
