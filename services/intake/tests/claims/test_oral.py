"""Casework offers an oral report; its reporter reads it again, and takes it as theirs."""

from datetime import date, timedelta

import pytest

from chassis.bus import Refused
from chassis.signing import public_half
from intake.entrypoints.events import Worker
from paravent.casework.v1.events_pb2 import ClaimOffered
from paravent.intake.v1.events_pb2 import ReportSubmitted

TODAY = date(2026, 11, 24)


@pytest.fixture
def worker(clock) -> Worker:
    return Worker(public_half(bytes(range(32))), clock)


@pytest.fixture
def offered(browser, offer_report):
    """What casework offered, and the code."""
    return offer_report()


def event_of(**changes) -> ClaimOffered:
    whole = {
        "claim_id": b"c" * 16,
        "report_id": b"r" * 16,
        "cdg_id": "cdg-62",
        "envelope": b"sealed",
        "until_day": "2027-01-23",
    }
    return ClaimOffered(**(whole | changes))


# What casework tells


def test_an_offer_is_kept_once_and_the_first_one_counts(worker, uow, database):
    with uow("event") as tx:
        worker.claim_offered(event_of(), tx)
        worker.claim_offered(event_of(envelope=b"another"), tx)
        worker.claim_offered(event_of(claim_id=b"d" * 16, envelope=b"a third"), tx)
        assert tx.claims.find(b"c" * 16, TODAY).envelope == b"sealed"
        assert tx.claims.find(b"d" * 16, TODAY) is None


@pytest.mark.parametrize(
    "malformed",
    [
        {"claim_id": b"short"},
        {"report_id": b""},
        {"report_id": b"r" * 17},
        {"cdg_id": ""},
        {"envelope": b""},
        {"until_day": ""},
        {"until_day": "bientôt"},
        {"until_day": "2028-01-01"},
    ],
)
def test_a_malformed_offer_is_refused(worker, uow, rows, malformed):
    with uow("event") as tx, pytest.raises(Refused):
        worker.claim_offered(event_of(**malformed), tx)
    assert rows("claims") == 0


def test_casework_cannot_offer_a_report_that_was_filed_here(worker, uow, witness, hand_over, holder, told):
    """Nor take the place of a witness's offer."""
    code = hand_over(witness)
    [(submitted, _)] = told(ReportSubmitted)
    with uow("event") as tx, pytest.raises(Refused):
        worker.claim_offered(event_of(report_id=submitted.report_id), tx)
    assert holder.open(code).status_code == 200


@pytest.mark.parametrize("forged", [{"seed": None}, {"seed": bytes(32)}, {"sealed_for": b"s" * 16}, {"role": "victim"}])
def test_an_offer_that_casework_did_not_make_so_opens_nothing(browser, holder, offer_report, voices, forged):
    _, _, code = offer_report(**forged)
    assert holder.open(code).status_code == 422
    assert "bousculée" not in browser.page


def test_without_caseworks_keys_the_page_says_to_try_again(browser, holder, offered, database):
    from sqlalchemy import text

    with database.engine.begin() as connection:
        connection.execute(text("UPDATE key_sets SET signed = 'x' WHERE issuer = 'casework'"))
    browser.client.app.state.portal.keys._known.clear()
    assert holder.open(offered[2]).status_code == 503
    assert "réessayez" in holder.sees


# What its reporter does


def test_what_was_taken_down_is_shown_before_anything_is_decided(browser, holder, offered, rows):
    assert holder.open(offered[2]).status_code == 200
    for words in (
        "21 novembre 2026",
        "Boulogne-sur-Mer",
        "On m’a bousculée",
        "Violence",
        "Dans le couloir",
        "collègue",
    ):
        assert words in holder.sees
    assert "C’est bien ce que j’ai dit" in holder.sees
    assert not browser.client.cookies
    assert (rows("claims"), rows("reports")) == (1, 0)


def test_its_reporter_takes_it_and_casework_learns_it_with_proof(holder, offered, voices, rows, everything):
    event, offer, code = offered
    words = holder.answer(code)
    assert len(words) == 8
    [(joined, voice)] = voices()
    assert (joined.joins, voice.role, voice.proof) == (event.report_id, "reporter", offer.ref)
    assert not voice.HasField("proceeding")
    assert voice.recipient.startswith("age1")
    assert (rows("claims"), rows("reports"), rows("vault_queue")) == (0, 1, 1)
    for secret in (" ".join(words), " ".join(code), "bousculée", offer.ref.hex(), voice.ref.hex()):
        assert secret.encode() not in everything()


@pytest.mark.parametrize(
    ("choice", "message", "after"),
    [("juste", "c’est bien ce que j’ai dit", ""), ("corriger", "quelque chose à corriger", "écrivez dans un message")],
)
def test_approving_or_not_is_a_message_of_theirs(browser, holder, offered, voices, spoken, choice, message, after):
    words = holder.answer(offered[2], relu=choice)
    assert after in holder.sees
    [(event, said)] = spoken()
    [(joined, _)] = voices()
    assert event.report_id == joined.report_id
    assert message in said.text
    browser.enter(words)
    assert message in holder.sees


@pytest.mark.parametrize("relu", ["", "peut-être"])
def test_it_is_not_taken_unread(holder, offered, voices, rows, relu):
    holder.open(offered[2])
    assert holder.send(relu=relu).status_code == 422
    assert "Dites si c’est bien ce que vous avez dit" in holder.sees
    assert "On m’a bousculée" in holder.sees
    assert voices() == []
    assert rows("claims") == 1


def test_their_space_recalls_what_was_taken_down_and_works_as_any(browser, holder, offered, spoken, voices):
    words = holder.answer(offered[2], identite="confidential", given_name="Anne", family_name="Quatrevingtdix")
    browser.enter(words)
    sees = holder.sees
    assert "noté de vive voix le 21 novembre 2026" in sees
    assert "On m’a bousculée" in sees
    assert "Vous avez confié votre identité" in sees
    assert "/suivi/personne-concernee" not in browser.page
    browser.post("/suivi/message", jeton=browser.field("jeton"), numero=browser.field("numero"), message="Au 2e étage.")
    assert "Au 2e étage." in [said.text for _, said in spoken()]
    assert voices()[0][1].identity_choice == "confidential"
    assert browser.get("/suivi/accord").status_code == 404


def test_the_same_answer_twice_says_nothing_twice(browser, holder, offered, voices, spoken):
    holder.open(offered[2])
    form = holder.form()
    holder.send(form)
    first = list(browser.words)
    holder.send(form | {"relu": "corriger"})
    assert browser.words == first
    assert "déjà partie" in holder.sees
    assert (len(voices()), len(spoken())) == (1, 1)


def test_an_offer_ends_with_its_last_day(holder, offer_report, clock):
    _, _, code = offer_report(until=TODAY + timedelta(days=1))
    clock.advance(timedelta(days=1))
    assert holder.open(code).status_code == 200
    clock.advance(timedelta(days=1))
    assert holder.open(code).status_code == 422
