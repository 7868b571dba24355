"""The pages of who joins a case and of oral reports: what they let do, and whom."""

import re
import uuid
from datetime import timedelta

import pytest

from casework.entrypoints.web.draft import DraftLost, DraftSealer
from casework.store import tables
from casework.usecases import handling
from casework.usecases.taking_down import Draft
from chassis.clock import FixedClock
from chassis.sealing import claims
from chassis.sealing.receipts import Receipt
from paravent.casework.v1 import events_pb2 as told

from .test_oral import answers, claim, release, take_down
from .test_web import post
from .world import NOW

LONG = (
    "Depuis le mois de septembre, un collègue se fait humilier devant tout le service, deux ou trois fois par semaine. "
    "Personne n’ose rien dire.\n\nLe 12 novembre, on lui a retiré tous ses dossiers devant nous."
)
SPOKEN = {
    "qualite": "victim",
    "actes": ["MENACE", "DISCRIMINATION"],
    "principal": "DISCRIMINATION",
    "criteres": ["AGE", "INCONNU"],
    "quoi": "On m'a dit que j'étais trop vieux.",
    "mis-en-cause": ["HIERARCHIE"],
}


@pytest.fixture
def witness(world, town_pages):
    return world.file(town_pages, quality="witness", what=LONG, when="Depuis septembre", implicated=["HIERARCHIE"])


@pytest.fixture
def case_id(world, witness):
    made = world.release(witness)
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), made)
    return made


@pytest.fixture
def victim(world, witness, case_id):
    joined = world.join(witness)
    world.speak(joined, "Je préfère qu’on m’appelle le soir.")
    world.open_all()
    return joined


def state_of(page: str) -> str:
    return re.search(r'name="etat" value="([^"]+)"', page)[1]


def words_of(page: str) -> Receipt:
    return Receipt.parse(" ".join(re.findall(r"<li>([^<]+)</li>", page.split('class="receipt"')[1].split("</ol>")[0])))


def oral(client, member: str, **changes):
    """Fill the form in, up to its review."""
    form = client.get(f"/dossiers/oral?collectivite={member}")
    return post(client, "/dossiers/oral", form.text, etat=state_of(form.text), action="relire", **(SPOKEN | changes))


def test_a_referent_reads_what_may_be_done_writes_apart_checks_and_goes_on(sign_in, world, witness, case_id, victim):
    referent = sign_in("referent-1")
    page = referent.get(f"/dossiers/{case_id}").text
    assert "Avis et conseil seulement" in page
    assert "il reste à vérifier" in page
    assert "Je préfère qu’on m’appelle le soir." in page
    voice = re.search(r"/voix/([0-9a-f-]{36})/verification", page)[1]
    path = f"/dossiers/{case_id}/voix/{voice}"
    field = f"message-{uuid.UUID(voice).hex}"

    refused = post(referent, f"{path}/messages", page, **{field: " "})
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    envoi = re.findall(r'name="envoi" value="([^"]+)"', page)
    assert len(set(envoi)) == 2  # one for each thread: a message to one is never taken for a message to the other
    for _ in range(2):
        sent = post(referent, f"{path}/messages", page, envoi=envoi[1], **{field: "Je vous appelle ce soir."})
    assert sent.headers["location"].endswith("#personne-concernee")
    assert [n.message.text for n in world.told(victim) if n.HasField("message")] == ["Je vous appelle ce soir."]
    assert [n for n in world.told(witness) if n.HasField("message")] == []

    page = referent.get(f"{path}/verification").text
    assert "Avant de répondre" in page
    assert post(referent, f"{path}/verification", page).status_code == 400
    for _ in range(2):
        assert post(referent, f"{path}/verification", page, reponse="oui").status_code == 303
    assert "La personne concernée est d’accord" in referent.get(f"/dossiers/{case_id}").text
    assert "Il n’y a pas d’accord à vérifier" in referent.get(f"{path}/verification").text
    assert [row.action for row in world.rows(tables.access_journal)].count("confirmed_voice") == 1


def test_the_identity_page_offers_what_first_advice_allows_and_refuses_the_rest(sign_in, world, witness, case_id):
    referent = sign_in("referent-1")
    page = referent.get(f"/dossiers/{case_id}/identite").text
    assert 'value="support"' in page
    assert 'value="protection"' not in page
    fields = {"but": "protection", "motif": "x", "elements": "name", "jusqu-au": "2026-12-01"}
    refused = post(referent, f"/dossiers/{case_id}/identite", page, **fields)
    assert refused.status_code == 422
    assert "l’accord écrit de la personne concernée" in refused.text


def test_a_decision_without_agreement_is_asked_why_and_sent_as_written(sign_in, world, witness, case_id):
    referent = sign_in("referent-1")
    path = f"/dossiers/{case_id}/sans-accord"
    page = referent.get(path).text
    for fields in ({}, {"raison": "danger", "motif": " "}, {"raison": "danger", "motif": "é" * 4000}):
        assert post(referent, path, page, **fields).status_code == 422
    sent = post(referent, path, page, raison="danger", motif="Des coups ont été portés lundi.")
    assert sent.status_code == 303
    assert world.told(witness)[-1].status.explanation == "Des coups ont été portés lundi."
    page = referent.get(f"/dossiers/{case_id}").text
    assert "Poursuivi sans accord" in page
    assert "Des coups ont été portés lundi." in page
    assert "Ce n’est pas possible pour ce dossier" in referent.get(path).text


def test_who_may_not_see_a_case_learns_nothing_of_who_joined_it(sign_in, world, witness, case_id, victim):
    [voice] = world.rows(tables.voices)
    screener, stranger = sign_in("screener-1"), sign_in("stranger")
    for path in (f"/dossiers/{case_id}/sans-accord", f"/dossiers/{case_id}/voix/{voice.voice_id}/verification"):
        assert screener.get(path).status_code == stranger.get(path).status_code == 403
    other = sign_in("referent-2")
    known = other.get(f"/dossiers/{case_id}").text
    for path in (f"/dossiers/{uuid.uuid4()}/voix/{voice.voice_id}", f"/dossiers/{case_id}/voix/{uuid.uuid4()}"):
        assert other.get(f"{path}/verification").status_code == 404
        assert post(other, f"{path}/verification", known, reponse="oui").status_code == 404
        assert post(other, f"{path}/messages", known, message="x").status_code in (404, 422)
    assert world.rows(tables.voices)[0].state == "declared"


def test_a_screener_answers_who_joined_a_case_that_nobody_handles(sign_in, world, town_pages):
    witness = world.file(town_pages, quality="witness", implicated=["CDG"])
    world.open_all()
    victim = world.join(witness)
    world.open_all()
    case_id = world.case_of(witness).case_id
    screener = sign_in("screener-1")
    page = screener.get(f"/relecture/{case_id}").text
    assert "Vérifier son accord" not in page
    [voice] = world.rows(tables.voices)
    field = f"message-{voice.voice_id.hex}"
    path = f"/relecture/{case_id}/voix/{voice.voice_id}/messages"
    assert post(screener, path, page, **{field: ""}).status_code == 422
    assert post(screener, path, page, **{field: "Nous cherchons un autre centre."}).status_code == 303
    assert world.told(victim)[-1].message.text == "Nous cherchons un autre centre."


def test_an_oral_report_is_taken_down_read_again_corrected_and_sent_once(sign_in, world, town_pages):
    screener = sign_in("screener-1")
    assert "Saint-Martin-lez-Tatinghem" in screener.get("/dossiers/oral?q=tâtinghem").text
    assert "Aucune collectivité" in screener.get("/dossiers/oral?q=xyz").text
    missing = oral(screener, town_pages, actes=[], quoi=" ")
    assert missing.status_code == 422
    for field in ("actes", "quoi"):
        assert f'href="#{field}"' in missing.text
    seen = oral(screener, town_pages).text
    assert "On m&#39;a dit que j&#39;étais trop vieux." in seen
    again = post(screener, "/dossiers/oral", seen, etat=state_of(seen), action="corriger").text
    assert "On m&#39;a dit que j&#39;étais trop vieux." in again
    assert world.rows(tables.inbound) == []

    fixed = post(screener, "/dossiers/oral", again, etat=state_of(again), **(SPOKEN | {"quoi": "Corrigé."})).text
    pages = [post(screener, "/dossiers/oral/envoi", fixed, etat=state_of(fixed)).text for _ in range(2)]
    assert "huit mots" in pages[0]
    assert "https://portail.example.org/reprendre" in pages[0]
    assert "19 janvier 2027" in pages[0]
    assert "Il était déjà parti" in pages[1]
    code, same = (words_of(page) for page in pages)
    assert code == same
    late = post(
        screener, "/dossiers/oral/envoi", seen, etat=state_of(seen)
    ).text  # from the page before, in the browser
    assert words_of(late) == code

    world.open_all()
    [case] = world.rows(tables.cases)
    assert (case.main_act, case.oral) == ("DISCRIMINATION", True)
    [event] = world.events(told.ClaimOffered)
    signers = [world.notices.public_key(event.cdg_id)]
    keys = claims.derive(code)
    offer = claims.open_offer(event.envelope, report_id=event.report_id, identity=keys.identity, signers=signers)
    assert list(offer.answers.acts) == ["DISCRIMINATION", "MENACE"]
    assert (list(offer.answers.criteria), offer.answers.what) == (["AGE"], "Corrigé.")
    page = screener.get(f"/relecture/{case.case_id}").text
    assert "Vous ne pouvez pas encore écrire à cette personne" in page
    assert 'id="message"' not in page


def test_oral_pages_are_the_screeners_and_say_when_they_are_over(sign_in, world, town_pages):
    screener, referent = sign_in("screener-1"), sign_in("referent-1")
    assert referent.get("/dossiers/oral").status_code == 403
    assert screener.get(f"/dossiers/oral?collectivite={uuid.uuid4()}").status_code == 404
    form = screener.get(f"/dossiers/oral?collectivite={town_pages}").text
    for path in ("/dossiers/oral", "/dossiers/oral/envoi"):
        lost = post(screener, path, form, etat=state_of(form)[:-8] + "AAAAAAA=", **SPOKEN)
        assert lost.status_code == 410
        assert "Cette page a expiré" in lost.text
    assert world.rows(tables.inbound) == []


def test_without_a_key_to_seal_to_nothing_is_sent_and_the_page_says_to_try_again(sign_in, world, town_pages):
    screener = sign_in("screener-1")
    seen = oral(screener, town_pages).text
    with world.uow("test") as tx:
        tx.records.key_set_published(99, b"", b"forged")
    assert post(screener, "/dossiers/oral/envoi", seen, etat=state_of(seen)).status_code == 503
    assert world.rows(tables.inbound) == []


def test_what_does_not_fit_is_given_back_to_be_shortened(sign_in, world, town_pages):
    screener = sign_in("screener-1")
    assert oral(screener, town_pages, quoi="x" * 20_001).status_code == 422
    seen = oral(screener, town_pages, quoi="€" * 20_000, precisions="€" * 4000).text
    sent = post(screener, "/dossiers/oral/envoi", seen, etat=state_of(seen))
    assert sent.status_code == 422
    assert "€€€" in sent.text
    assert world.rows(tables.inbound) == []


def test_a_draft_opens_for_who_wrote_it_for_two_hours(world, town):
    clock = FixedClock(NOW)
    sealer = DraftSealer(bytes(32), clock)
    writer, other = world.staff("screener-1"), world.staff("referent-1")
    draft = Draft(town, answers=answers())
    sealed = sealer.seal(draft, writer)
    assert sealer.open(sealed, writer) == draft
    for text, person in ((sealed, other), (sealed[:-4], writer), ("", writer), ("é", writer)):
        with pytest.raises(DraftLost):
            sealer.open(text, person)
    clock.advance(timedelta(hours=2, seconds=1))
    with pytest.raises(DraftLost):
        sealer.open(sealed, writer)


def test_who_came_with_the_code_can_be_written_to(sign_in, world, town_pages):
    draft = Draft(town_pages, answers=answers())
    take_down(world, draft)
    release(world, draft)
    claim(world, draft)
    page = sign_in("referent-1").get(f"/dossiers/{draft.case_id}").text
    assert "Par oral" in page
    assert 'id="message"' in page
    assert "Vous ne pouvez pas encore écrire" not in page
