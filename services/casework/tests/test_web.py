"""The pages, served for real and signed in for real: who may open them, and what they show."""

import re
import uuid

import pytest

from casework.store import tables
from casework.usecases import handling
from casework.usecases.copying import copy_file
from chassis.sealing import demands
from chassis.sealing.notices import LARGEST_TEXT
from paravent.casework.v1 import events_pb2 as told
from paravent.intake.v1.content_pb2 import IdentityAnswer

from .world import VAULT_URL, VERIFIER


@pytest.fixture
def people(back_office, world):
    """A town, its referents and the CdG's, at the identity provider's issuer."""
    member = world.member("town-1", name="Wancourt")
    for person in ("referent-1", "referent-2"):
        world.habilitate(person, "referent", member)
    world.habilitate("authority-1", "authority_referent")
    return member


def csrf(page: str) -> str:
    return re.search(r'name="_csrf" value="([^"]+)"', page)[1]


def notice_of(page: str) -> str:
    return re.search(r'name="envoi" value="([^"]+)"', page)[1]


def post(client, path: str, seen: str, **fields):
    return client.post(path, data={"_csrf": csrf(seen), **fields})


def test_an_account_without_habilitation_is_told_so_and_sees_nothing(sign_in, people):
    stranger = sign_in("stranger")
    for path in ("/", "/dossiers", "/relecture", f"/dossiers/{uuid.uuid4()}"):
        answer = stranger.get(path)
        assert answer.status_code == 403
        assert "aucune habilitation" in answer.text


def test_each_role_has_its_own_pages_only(sign_in, people):
    assert sign_in("referent-1").get("/").headers["location"] == "/dossiers"
    assert sign_in("screener-1").get("/").headers["location"] == "/relecture"
    assert sign_in("referent-1").get("/relecture").status_code == 403
    assert sign_in("screener-1").get("/dossiers").status_code == 403


def test_a_case_that_one_may_not_see_answers_exactly_as_one_that_does_not_exist(sign_in, people, world):
    case_id = world.release(world.file(people, implicated=["AUTORITE_TERRITORIALE"]))
    referent = sign_in("referent-1")
    seen = referent.get("/dossiers")
    for path in ("", "/prise-en-charge", "/messages", "/cloture", f"/fichiers/{uuid.uuid4()}"):
        answers = []
        for wanted in (case_id, uuid.uuid4()):
            url = f"/dossiers/{wanted}{path}"
            asks = not path or path.startswith("/fichiers")
            answer = referent.get(url) if asks else post(referent, url, seen.text, message="x", explication="x")
            kept = {k: v for k, v in answer.headers.items() if k not in ("date", "set-cookie")}
            answers.append((answer.status_code, answer.text, kept))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    assert "Aucun dossier" in seen.text
    assert "Wancourt" not in seen.text


def test_from_first_reading_to_closing(sign_in, people, world):
    reporter = world.file(people, what="Jeanne Canari a été insultée.", files=[world.put_file(b"\x89PNG image")])
    world.open_all()
    copy_file(world.uow, world.copying)
    case_id = world.case_of(reporter).case_id
    screener, referent = sign_in("screener-1"), sign_in("referent-1")

    page = screener.get(f"/relecture/{case_id}").text
    assert "Jeanne Canari" in page
    assert "capture-de-Jeanne.png" in page
    masked = post(
        screener,
        f"/relecture/{case_id}",
        page,
        action="masquer",
        mots="jeanne canari",
        what="Jeanne Canari a été insultée.",
    )
    assert "[masqué] a été insultée." in masked.text
    assert world.case_of(reporter).status == "screening"
    sent = post(screener, f"/relecture/{case_id}", page, action="transmettre", what="[masqué] a été insultée.")
    assert (sent.status_code, sent.headers["location"]) == (303, "/relecture")

    assert str(case_id) in referent.get("/dossiers").text
    page = referent.get(f"/dossiers/{case_id}").text
    assert "[masqué] a été insultée." in page
    for hidden in ("Jeanne", "Canari", "capture-de"):
        assert hidden not in page
    file = referent.get(re.search(r'href="([^"]+/fichiers/[^"]+)"', page)[1])
    assert file.content == b"\x89PNG image"
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''piece-1.png"

    post(referent, f"/dossiers/{case_id}/prise-en-charge", page)
    page = referent.get(f"/dossiers/{case_id}").text
    assert "Clore le dossier" in page
    for _ in range(2):
        post(referent, f"/dossiers/{case_id}/messages", page, envoi=notice_of(page), message="Pouvez-vous préciser ?")
    post(referent, f"/dossiers/{case_id}/cloture", page, explication="Des mesures ont été prises.")
    heard = [notice.WhichOneof("body") for notice in world.told(reporter)]
    assert sorted(heard) == ["message"] + ["status"] * 4
    assert "Clos" in referent.get("/dossiers?vue=clos").text


def test_an_empty_or_too_long_message_is_refused_beside_its_field_and_keeps_what_was_typed(sign_in, people, world):
    case_id = world.release(world.file(people))
    referent = sign_in("referent-1")
    page = referent.get(f"/dossiers/{case_id}").text
    empty = post(referent, f"/dossiers/{case_id}/messages", page, message="  ")
    assert empty.status_code == 422
    assert 'href="#message"' in empty.text
    long = post(referent, f"/dossiers/{case_id}/messages", page, message="é" * (LARGEST_TEXT // 2 + 1))
    assert long.status_code == 422
    assert "trop long" in long.text
    assert "ééééé" in long.text


def test_a_form_without_its_token_changes_nothing(sign_in, people, world):
    reporter = world.file(people)
    case_id = world.release(reporter)
    assert sign_in("referent-1").post(f"/dossiers/{case_id}/prise-en-charge", data={}).status_code == 403
    assert world.case_of(reporter).status == "released"


def test_what_a_reporter_wrote_is_text_never_markup(sign_in, people, world):
    case_id = world.release(world.file(people, what="<script>alert(1)</script><b>gras</b>"))
    page = sign_in("referent-1").get(f"/dossiers/{case_id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_release_pressed_twice_rings_once(sign_in, people, world):
    reporter = world.file(people)
    world.open_all()
    case_id = world.case_of(reporter).case_id
    screener = sign_in("screener-1")
    page = screener.get(f"/relecture/{case_id}").text
    for _ in range(2):
        assert post(screener, f"/relecture/{case_id}", page, action="transmettre").status_code == 303
    rung = [e for e in world.events(told.AttentionNeeded) if e.reason == told.ATTENTION_REASON_NEW_CASE]
    assert len(rung) == 2  # two referents, once each
    assert len([row for row in world.rows(tables.case_texts) if row.version == "screened"]) == 1


def test_long_lists_come_in_pages(sign_in, people, world):
    for _ in range(30):
        world.file(people)
    world.open_all()
    screener = sign_in("screener-1")
    first, second = (screener.get(f"/relecture?vue=a-relire&page={number}").text for number in (1, 2))
    links = r'href="/relecture/([0-9a-f-]{36})"'
    assert len(re.findall(links, first)) == 25
    assert len(set(re.findall(links, first)) | set(re.findall(links, second))) == 30


def test_without_openbao_a_case_page_says_to_come_back(sign_in, people, world, bao_access, back_office):
    from casework.gateways.openbao import Session, TransitCaseKeys

    case_id = world.release(world.file(people))
    referent = sign_in("referent-1")
    keys = world.desk.case_keys
    broken = TransitCaseKeys(Session("http://127.0.0.1:9", "role", "secret"), bao_access.mount, "case-keys")
    object.__setattr__(world.desk, "case_keys", broken)
    try:
        answer = referent.get(f"/dossiers/{case_id}")
    finally:
        object.__setattr__(world.desk, "case_keys", keys)
    assert answer.status_code == 503
    assert referent.get("/dossiers").status_code == 200


def in_charge(world, member, person: str = "referent-1", **filed):
    reporter = world.file(member, **filed)
    case_id = world.release(reporter)
    handling.take_in_charge(world.uow, world.desk, world.staff(person), case_id)
    return reporter, case_id


def asking_form(**changes) -> dict:
    """The form, filled in as a handler would; the test's clock stands at 20 November 2026."""
    given = {
        "but": "meeting",
        "motif": "Pour vous recevoir.",
        "elements": ["name", "contact"],
        "jusqu-au": "2026-12-10",
    }
    return given | changes


def test_a_handler_asks_the_reporter_agrees_and_the_case_leads_to_the_vault(sign_in, people, world):
    reporter, case_id = in_charge(world, people, identity_choice="confidential")
    referent = sign_in("referent-1")
    path = f"/dossiers/{case_id}"
    assert f"{path}/identite" in referent.get(path).text
    page = referent.get(f"{path}/identite").text
    assert "Personne referent-1" in page
    assert "Wancourt (référents signalement)" in page
    assert 'value="2026-12-20"' in page
    for _ in range(2):
        sent = post(referent, f"{path}/identite", page, envoi=notice_of(page), **asking_form())
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}#identite")
    [request] = [n.identity_request for n in world.told(reporter) if n.WhichOneof("body") == "identity_request"]
    assert (request.name, request.body) == ("Personne referent-1", "Wancourt (référents signalement)")
    waiting = referent.get(path).text
    assert "Sans réponse pour l’instant" in waiting
    assert VAULT_URL not in waiting
    assert f"{path}/identite" not in waiting

    given = IdentityAnswer(request_id=request.request_id, decision="agreed", effective_at="2026-11-20T09:00:00Z")
    world.speak(reporter, answer=given)
    world.open_all()
    assert "Réponse à votre demande d’identité" in referent.get("/dossiers").text
    agreed = referent.get(path).text
    assert f'href="{VAULT_URL}"' in agreed
    assert agreed.count(request.case_label) == 2
    assert "Réponse à votre demande d’identité" not in referent.get("/dossiers").text
    colleague = sign_in("referent-2").get(path).text
    assert "Accord en vigueur" in colleague
    assert VAULT_URL not in colleague


def test_a_request_that_lacks_something_is_refused_beside_its_fields(sign_in, people, world):
    _, case_id = in_charge(world, people)
    referent = sign_in("referent-1")
    path = f"/dossiers/{case_id}/identite"
    page = referent.get(path).text
    assert "Ce signalement est anonyme" in page
    form = {"motif": "Pour vous recevoir.", "jusqu-au": "2028-01-01"}
    refused = post(referent, path, page, envoi=notice_of(page), **form)
    assert refused.status_code == 422
    for field in ("but", "elements", "jusqu-au"):
        assert f'href="#{field}"' in refused.text
    assert "Pour vous recevoir." in refused.text
    assert notice_of(refused.text) == notice_of(page)
    assert world.rows(tables.identity_requests) == []


def test_an_authority_referent_asks_for_the_cdg(sign_in, people, world):
    _, case_id = in_charge(world, people, "authority-1", implicated=["AUTORITE_TERRITORIALE"])
    page = sign_in("authority-1").get(f"/dossiers/{case_id}/identite").text
    assert "Centre de gestion du Pas-de-Calais (référents « cas autorité »)" in page


def test_the_pages_of_identity_answer_as_one_that_does_not_exist(sign_in, people, world):
    _, case_id = in_charge(world, people, "authority-1", implicated=["AUTORITE_TERRITORIALE"])
    referent, screener = sign_in("referent-1"), sign_in("screener-1")
    seen = referent.get("/dossiers")
    for path in ("identite", "demande-judiciaire"):
        url = f"/dossiers/{case_id}/{path}"
        assert referent.get(url).status_code == 404
        assert post(referent, url, seen.text, **asking_form()).status_code == 404
        assert screener.get(url).status_code == 403
    assert world.rows(tables.identity_requests) == []


def test_a_judicial_demand_gives_a_block_once_and_writes_it_down(sign_in, people, world):
    reporter, case_id = in_charge(world, people)
    referent = sign_in("referent-1")
    path = f"/dossiers/{case_id}/demande-judiciaire"
    page = referent.get(path).text
    assert "article 40" in page
    assert "-----DEMANDE" not in page
    answer = post(referent, path, page).text
    block = re.search(r"-----DEMANDE.*-----FIN DE LA DEMANDE-----", answer, re.DOTALL)[0]
    assert demands.open_frame(demands.read_frame(block), VERIFIER.secret).ref == reporter.ref
    assert "-----DEMANDE" not in referent.get(path).text
    assert len([row for row in world.rows(tables.access_journal) if row.action == "made_judicial_demand"]) == 1
