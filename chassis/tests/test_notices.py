"""A notice opens for its reporter, when casework wrote it for that report; else it does not."""

import secrets

import pytest

from chassis.sealing import age
from chassis.sealing.notices import open_notice, seal_notice
from chassis.signing import BadSignature, public_half
from paravent.casework.v1.content_pb2 import HandlerMessage, Notice

SEED = bytes(range(32))
REPORT = secrets.token_bytes(16)


@pytest.fixture
def reporter() -> age.Identity:
    return age.new_identity()


@pytest.fixture
def envelope(reporter):
    notice = Notice(notice_id=secrets.token_bytes(16), message=HandlerMessage(author="Référente", text="Bonjour"))
    return seal_notice(notice, report_id=REPORT, signing_seed=SEED, recipient=reporter.recipient)


def test_a_notice_opens_for_its_reporter(reporter, envelope):
    notice = open_notice(envelope, report_id=REPORT, signers=[public_half(SEED)], identity=reporter.secret)
    assert notice.message.text == "Bonjour"


def test_a_notice_of_another_report_is_refused(reporter, envelope):
    with pytest.raises(BadSignature):
        open_notice(envelope, report_id=secrets.token_bytes(16), signers=[public_half(SEED)], identity=reporter.secret)


def test_a_notice_that_casework_did_not_sign_is_refused(reporter, envelope):
    with pytest.raises(BadSignature):
        open_notice(envelope, report_id=REPORT, signers=[public_half(bytes(32))], identity=reporter.secret)


def test_a_notice_does_not_open_for_somebody_else(envelope):
    with pytest.raises(age.CannotOpen):
        open_notice(envelope, report_id=REPORT, signers=[public_half(SEED)], identity=age.new_identity().secret)
