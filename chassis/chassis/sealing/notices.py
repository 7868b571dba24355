"""Notices: what casework writes to a reporter. age hides who sealed, so casework signs inside.

The signature covers the report's id as well, so that a notice cannot be served to another report's reporter.
"""

from collections.abc import Iterable

from google.protobuf.message import DecodeError

from chassis.sealing import age, padding
from chassis.signing import BadSignature, check, sign
from paravent.casework.v1.content_pb2 import Notice, SignedNotice

_NOTICE = b"paravent/notice/v1"
# Every notice is padded to this (bytes): a message, a status and a reading look alike from outside.
SIZE = 8192
# What a handler may write, UTF-8 bytes, so that the rest of the notice fits too.
LARGEST_TEXT = 7168


def seal_notice(notice: Notice, *, report_id: bytes, signing_seed: bytes, recipient: str) -> bytes:
    """Sign a notice with casework's key of the CdG, pad it and seal it to the reporter.

    Raises ValueError for a notice that passes SIZE.
    """
    content = notice.SerializeToString(deterministic=True)
    signed = SignedNotice(notice=content, signature=sign(signing_seed, _NOTICE, report_id, content))
    return age.seal(recipient, padding.pad(signed.SerializeToString(deterministic=True), SIZE))


def open_notice(envelope: bytes, *, report_id: bytes, signers: Iterable[bytes], identity: str) -> Notice:
    """Open a notice that one of `signers` (Ed25519 public keys) signed for this report.

    Raises CannotOpen when it is not for this reporter, BadSignature when casework did not write it for this report.
    """
    try:
        signed = SignedNotice.FromString(padding.unpad(age.open(identity, envelope)))
        if not any(_holds(key, signed, report_id) for key in signers):
            raise BadSignature("no key of casework signed this notice")
        return Notice.FromString(signed.notice)
    except (DecodeError, ValueError):
        raise age.CannotOpen("not a notice") from None


def _holds(key: bytes, signed: SignedNotice, report_id: bytes) -> bool:
    try:
        check(key, signed.signature, _NOTICE, report_id, signed.notice)
    except BadSignature:
        return False
    return True
