"""Notices: only the reporter opens them, only casework can have written them."""

import secrets

import pytest

from chassis.sealing import age, notices
from chassis.signing import BadSignature, public_half
from paravent.casework.v1.content_pb2 import HandlerMessage, Notice, StatusChange

SEED = secrets.token_bytes(32)
REPORT = secrets.token_bytes(16)


def a_message(text: str = "Bonjour") -> Notice:
    return Notice(notice_id=secrets.token_bytes(16), message=HandlerMessage(author="Référente", text=text))


def seal(notice: Notice, recipient: str) -> bytes:
    return notices.seal_notice(notice, report_id=REPORT, signing_seed=SEED, recipient=recipient)


def test_the_reporter_opens_what_casework_signed():
    reporter = age.new_identity()
    notice = a_message()
    sealed = seal(notice, reporter.recipient)
    signers = [public_half(secrets.token_bytes(32)), public_half(SEED)]
    assert notices.open_notice(sealed, report_id=REPORT, signers=signers, identity=reporter.secret) == notice


@pytest.mark.parametrize(
    ("report_id", "signer"),
    [(REPORT, secrets.token_bytes(32)), (secrets.token_bytes(16), SEED)],
    ids=["another signer", "another report"],
)
def test_a_notice_of_another_signer_or_another_report_is_refused(report_id, signer):
    reporter = age.new_identity()
    sealed = seal(a_message(), reporter.recipient)
    with pytest.raises(BadSignature):
        notices.open_notice(sealed, report_id=report_id, signers=[public_half(signer)], identity=reporter.secret)


def test_a_long_message_and_a_status_look_alike():
    reporter = age.new_identity()
    status = Notice(notice_id=secrets.token_bytes(16), status=StatusChange(status="screening"))
    lengths = [len(seal(n, reporter.recipient)) for n in (status, a_message("x" * notices.LARGEST_TEXT))]
    assert abs(lengths[0] - lengths[1]) < 600, "age's own grease, no more"


def test_a_text_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="fit"):
        seal(a_message("x" * notices.SIZE), age.new_identity().recipient)


def test_what_is_not_a_notice_cannot_be_opened():
    reporter = age.new_identity()
    sealed = age.seal(reporter.recipient, b"\xff" * 40)
    with pytest.raises(age.CannotOpen):
        notices.open_notice(sealed, report_id=REPORT, signers=[public_half(SEED)], identity=reporter.secret)
