"""The pages, served for real and signed in for real: who may open them, and what they show."""

import re
import uuid

import pytest

from casework.store import tables
from casework.usecases.copying import copy_file
from chassis.sealing.notices import LARGEST_TEXT
from paravent.casework.v1 import events_pb2 as told


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
