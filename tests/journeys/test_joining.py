"""Codes handed over: a witness's to the person concerned, whose checked agreement opens the gate; an oral report's to
whoever made it."""

import pytest

from tests.support import joining, keeping, offices, sealed, stores
from tests.support.agent import Agent, Told, file_report
from tests.support.joining import Spoken
from tests.support.staff import Colleague
from tests.support.visitor import DESKTOP

FURTHER = {"protection", "inquiry", "procedure"}
SEEN = "Il la suit dans les couloirs et la traite de cruchon devant nous."
WITNESS = Told(keeping.MEMBER, acts=["Intimidation"], what=SEEN, quality="Je suis témoin")
GIVEN, FAMILY = "Ombeline", "Wacquez-Harduin"
# What is said in each thread of the case.
TO_WITNESS, TO_CONCERNED = "Merci d’avoir parlé, témoin.", "Pouvons-nous nous parler jeudi ?"
FROM_WITNESS, FROM_CONCERNED = "Je reste disponible, dit le témoin.", "Jeudi à midi, dit la personne concernée."
SAID = "On m’a retiré mes clés et mon bureau sans un mot d’explication."
WRONG, ANSWER = "Ce n’était pas mon bureau mais mon casier.", "C’est noté, merci."


@pytest.fixture
def witnessed(platform, visitor):
    """A witness, the words of their receipt, and their case, in charge."""
    witness = Agent(visitor("temoin"))
    offices.at_rest(platform)
    known = offices.cases(platform)
    words = file_report(witness.visitor, WITNESS)
    return witness, words, keeping.taken_in_charge(platform, offices.new_case(platform, known))


@pytest.fixture
def referent(visitor):
    here = visitor("accord-referent", DESKTOP)
    here.sign_in("casework", keeping.REFERENT)
    return here


def test_the_person_concerned_agrees_and_the_gate_opens(platform, visitor, witnessed, referent):
    witness, words, case = witnessed
    assert_at_first_advice(platform, referent, case)
    code = joining.draw(witness, words)
    concerned = Agent(visitor("concernee", scripts=False))
    own = agree(concerned, code)
    assert_used_up(concerned, code)

    referent.go("casework", f"/dossiers/{case}")
    referent.wait_for("Accord donné, à vérifier")
    referent.picture("a-verifier")
    witness.open_space(words)
    witness.visitor.wait_for("Le code a servi")
    witness.visitor.picture("le-code-a-servi")
    assert_at_first_advice(platform, referent, case)
    talk_apart(referent, case, (witness, words), (concerned, own))

    referent.follow("Vérifier son accord")
    referent.picture("verifier")
    referent.press("C’est elle, et elle est d’accord")
    assert referent.shows("Accord vérifié")
    assert referent.shows("le dossier peut aller au-delà de l’avis et du conseil")
    referent.picture("accord-verifie")
    with Colleague(platform.url("casework"), keeping.REFERENT) as handler:
        assert set(joining.identity_form(handler, case).choices["but"]) > FURTHER
        assert joining.ask_for(handler, case, "inquiry") == 200
    for agent, receipt in ((witness, words), (concerned, own)):
        agent.open_space(receipt)
        agent.visitor.wait_for("Accord confirmé")
        agent.visitor.picture("accord-confirme")

    concerned.visitor.follow("Voir ou changer ma réponse")
    concerned.press("Je reprends mon accord")
    referent.go("casework", f"/dossiers/{case}")
    referent.wait_for("Avis et conseil seulement")
    assert referent.shows("Accord retiré")


def test_the_person_concerned_refuses_under_a_sealed_name_and_then_agrees(platform, visitor, witnessed, referent):
    witness, words, case = witnessed
    code = joining.draw(witness, words)
    concerned = Agent(visitor("concernee-nommee"))
    joining.open_code(concerned, code)
    own = joining.answer(concerned, "Je refuse", given_name=GIVEN, family_name=FAMILY)

    referent.go("casework", f"/dossiers/{case}")
    referent.wait_for("C’est son droit. Restez à sa disposition")
    referent.picture("refus")
    assert not referent.page.get_by_role("link", name="Vérifier son accord").count()
    witness.open_space(words)
    witness.visitor.wait_for("La personne concernée ne veut pas que l’on aille plus loin")
    witness.visitor.picture("refus")
    assert_sealed(platform, own)

    concerned.open_space(own)
    concerned.visitor.picture("espace")
    concerned.visitor.follow("Voir ou changer ma réponse")
    concerned.visitor.picture("changer-d-avis")
    concerned.press("J’accepte")
    referent.wait_for("Accord donné, à vérifier")
    assert_at_first_advice(platform, referent, case)


def test_who_spoke_aloud_takes_the_report_with_the_code(platform, visitor, referent):
    offices.at_rest(platform)
    known = offices.cases(platform)
    screener = visitor("ecran", DESKTOP)
    screener.sign_in("casework", "ecran-1", "/relecture")
    code = joining.take_down(screener, Spoken(keeping.MEMBER, SAID))
    case = offices.new_case(platform, known)
    screener.go("casework", f"/relecture/{case}")
    assert screener.shows("Vous ne pouvez pas encore écrire à cette personne")
    screener.picture("relecture")
    keeping.taken_in_charge(platform, case)
    assert_nobody_to_write_to(referent, case)

    reporter = Agent(visitor("dictee"))
    reporter.visitor.demo.until(lambda: joining.open_code(reporter, code) or reporter.visitor.shows(SAID))
    assert reporter.visitor.shows(keeping.MEMBER)
    words = joining.answer(reporter, "Il y a quelque chose à corriger")
    reporter.open_space(words)
    reporter.visitor.picture("espace")
    assert reporter.visitor.shows(SAID)
    reporter.write(WRONG)
    assert_used_up(reporter, code)

    referent.go("casework", f"/dossiers/{case}")
    referent.wait_for(WRONG)
    assert not referent.shows("Vous ne pouvez pas encore écrire à cette personne")
    joining.write_to_witness(referent, case, ANSWER)
    referent.picture("venue")
    reporter.open_space(words)
    reporter.visitor.wait_for(ANSWER)
    reporter.visitor.wait_for("Où en est votre signalement : Pris en charge")
    reporter.visitor.picture("reponse")


def assert_at_first_advice(platform, referent, case: str) -> None:
    """The case says so, and an identity cannot be asked for to go further, even by a form that was tampered with."""
    referent.go("casework", f"/dossiers/{case}")
    assert referent.shows("Avis et conseil seulement")
    referent.picture("avis-et-conseil")
    with Colleague(platform.url("casework"), keeping.REFERENT) as handler:
        assert set(joining.identity_form(handler, case).choices["but"]) == {"meeting", "support"}
        for purpose in sorted(FURTHER):
            assert joining.ask_for(handler, case, purpose) == 422


def agree(concerned: Agent, code: str) -> str:
    """Anonymously. The page tells nothing of what the witness wrote."""
    concerned.visitor.go("intake")
    concerned.visitor.follow("On m’a remis un code")
    concerned.visitor.picture("reprendre")
    joining.open_code(concerned, code)
    assert concerned.visitor.shows("Quelqu’un a signalé des faits qui vous concernent")
    assert concerned.visitor.shows(keeping.MEMBER)
    assert not concerned.visitor.shows("cruchon")
    own = joining.answer(concerned, "J’accepte")
    assert concerned.visitor.cookies() == []
    assert own != code
    return own


def assert_used_up(agent: Agent, code: str) -> None:
    joining.open_code(agent, code)
    assert agent.visitor.shows("Ce code n’ouvre rien")
    assert agent.visitor.shows("il ne sert qu’une fois")
    agent.visitor.picture("code-deja-utilise")


def talk_apart(referent, case: str, witness: tuple[Agent, str], concerned: tuple[Agent, str]) -> None:
    """Both write and are written to; neither reads a word of the other's."""
    joining.write_to_witness(referent, case, TO_WITNESS)
    joining.write_to_concerned(referent, TO_CONCERNED)
    for (agent, receipt), heard, says in (
        (witness, TO_WITNESS, FROM_WITNESS),
        (concerned, TO_CONCERNED, FROM_CONCERNED),
    ):
        agent.open_space(receipt)
        agent.visitor.wait_for(heard)
        agent.write(says)
        agent.visitor.picture("echanges")
    referent.wait_for(FROM_WITNESS)
    referent.wait_for(FROM_CONCERNED)
    referent.picture("deux-fils")
    voice = referent.page.locator("section.voice").inner_text()
    assert FROM_CONCERNED in voice
    assert TO_CONCERNED in voice
    assert FROM_WITNESS not in voice
    assert TO_WITNESS not in voice
    assert_apart(*witness, (TO_CONCERNED, FROM_CONCERNED))
    assert_apart(*concerned, (TO_WITNESS, FROM_WITNESS, SEEN))


def assert_apart(agent: Agent, receipt: str, others: tuple[str, ...]) -> None:
    agent.open_space(receipt)
    for words in others:
        assert not agent.visitor.shows(words)


def assert_sealed(platform, own: str) -> None:
    """The name is in identity-vault under a record of its own, and nowhere in clear."""
    (ref,) = sealed.refs(platform, [own])
    platform.until(lambda: stores.frames_waiting(platform) == 0)
    found = [record.identity for record in sealed.records(platform) if record.ref == ref]
    assert [identity.family_name for identity in found if identity] == [FAMILY]
    for service in ("intake", "casework"):
        assert not stores.anywhere(platform, service, FAMILY)


def assert_nobody_to_write_to(referent, case: str) -> None:
    """Until the code is used: no message, no identity request, and the case says why."""
    referent.go("casework", f"/dossiers/{case}")
    assert referent.shows("Vous ne pouvez pas encore écrire à cette personne")
    assert not referent.page.get_by_role("button", name="Envoyer").count()
    assert referent.shows("La personne l’apprendra quand elle viendra avec son code")
    assert not referent.shows("La personne a été informée")
    referent.picture("pas-encore-venue")
    referent.go("casework", f"/dossiers/{case}/identite")
    assert referent.shows("il n’y a personne à qui le demander")
    referent.picture("identite-impossible")
