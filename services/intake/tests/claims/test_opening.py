"""What a code opens, and what it does not."""

from datetime import timedelta

import pytest

from chassis.sealing import claims
from chassis.sealing.receipts import Receipt
from intake.domain.proceeding import AGREED, REFUSED, sentence
from intake.store.claims import ClaimRow
from intake.usecases.sweeping import sweep_offers
from paravent.intake.v1.content_pb2 import ClaimOffer
from paravent.intake.v1.events_pb2 import ReportSubmitted


def test_the_portal_leads_to_the_page_of_codes(browser):
    for path in ("/", "/suivi"):
        browser.get(path)
        assert '<a href="/reprendre">On m’a remis un code</a>' in browser.page
    browser.get("/reprendre")
    assert "Les huit mots du code" in browser.page


def test_the_person_concerned_is_told_the_member_and_never_the_witness_s_words(browser, holder, code):
    assert holder.open(code).status_code == 200
    said = holder.sees
    assert "Quelqu’un a signalé des faits qui vous concernent" in said
    assert "Boulogne-sur-Mer" in said
    for words in ("rabaisse", "services techniques", "Harcèlement moral", "Depuis septembre", "hiérarchique"):
        assert words not in said
    assert sentence(AGREED, "Boulogne-sur-Mer") in said
    assert sentence(REFUSED, "Boulogne-sur-Mer") in said
    assert "jusqu’au 23 janvier 2027" in said


def test_looking_uses_nothing_up_and_sets_no_cookie(browser, holder, code, rows):
    browser.client.cookies.clear()
    for _ in range(2):
        assert holder.open(code).status_code == 200
    assert not browser.client.cookies
    assert rows("claims") == 1


@pytest.mark.parametrize(("typed", "said"), [("zut flûte", "vous en avez écrit 2"), ("zzzzz " * 8, "mot n° 1, 2")])
def test_what_is_not_a_code_is_told_and_not_shown_again(browser, holder, typed, said):
    assert browser.post("/reprendre", code=typed).status_code == 422
    assert said in holder.sees
    assert " ".join(typed.split()[:2]) not in browser.page  # one of them may well be in the page's own text


def test_unknown_used_replaced_and_expired_codes_get_one_answer(holder, witness, hand_over, clock):
    replaced, used = hand_over(witness), hand_over(witness)
    holder.answer(used)
    expired = hand_over(witness)
    clock.advance(timedelta(days=61))
    answers = [holder.open(words) for words in (list(Receipt.draw().words), used, replaced, expired)]
    assert {response.status_code for response in answers} == {422}
    assert len({response.text for response in answers}) == 1
    assert "il ne sert qu’une fois" in holder.sees
    assert "demandez-en un autre" in holder.sees


def test_a_receipt_is_no_code_and_a_code_no_receipt(browser, holder, witness, code):
    assert holder.open(witness).status_code == 422
    assert browser.post("/suivi", recepisse=" ".join(code)).status_code == 422


def test_a_code_counts_on_its_last_day_and_is_swept_after_it(browser, holder, code, clock, uow, rows):
    clock.advance(timedelta(days=60))
    sweep_offers(uow, clock)
    assert holder.open(code).status_code == 200
    clock.advance(timedelta(days=1))
    assert holder.open(code).status_code == 422
    sweep_offers(uow, clock)
    assert rows("claims") == 0


def test_failures_are_braked_as_those_of_receipts_are(browser, holder, code):
    brake = browser.client.app.state.portal.brake
    before = len(brake._failures)
    browser.post("/reprendre", code="un deux")
    holder.open(list(Receipt.draw().words))
    assert len(brake._failures) == before + 2
    assert holder.open(code).status_code == 200
    assert len(brake._failures) == before + 2


@pytest.mark.parametrize("forged", ["as reporter", "for nobody's report", "by another code"])
def test_a_forged_offer_opens_nothing(browser, holder, witness, uow, told, forged, clock, database):
    [(submitted, _)] = told(ReportSubmitted)
    code = Receipt.draw()
    keys = claims.derive(code)
    report_id = bytes(16) if forged == "for nobody's report" else submitted.report_id
    offer = ClaimOffer(role="reporter" if forged == "as reporter" else "victim", ref=b"f" * 16, member_name="X")
    recipient = claims.derive(Receipt.draw()).recipient if forged == "by another code" else keys.recipient
    envelope = claims.seal_offer(offer, report_id=report_id, recipient=recipient)
    with uow("forge") as tx:
        tx.claims.put(ClaimRow(keys.claim_id, report_id, "cdg-62", envelope, clock.now().date()))
    assert holder.open(list(code.words)).status_code == 422
