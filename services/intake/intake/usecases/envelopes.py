"""The two copies of a report: one that only the CdG's casework opens, one that only the receipt opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.sealing import age, padding
from intake.domain.avdhas import AVDHAS
from intake.domain.members import Member
from intake.domain.questionnaire import Answers
from paravent.intake.v1 import content_pb2

# An envelope is an event's payload too: it stays under this (bytes).
LARGEST = 64 * 1024

ANONYMOUS = "anonymous"
CONFIDENTIAL = "confidential"
# To named persons, from the start.
KNOWN = "known"
# The choices of who seals a name.
NAMED = frozenset({CONFIDENTIAL, KNOWN})


class TooLong(ValueError):
    """The report's texts do not fit an envelope."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A report as it is filed, before it is sealed."""

    ref: bytes
    member: Member
    answers: Answers
    files: Sequence[content_pb2.SealedFile]
    identity_choice: str
    submitted_at: datetime
    # Was an address left? For the reporter's copy only.
    contact: bool = False
    case_label: str = ""
    known_to: Sequence[content_pb2.KnownTo] = ()


def seal_for_casework(filing: Filing, month_key: str, reporter_recipient: str) -> bytes:
    """Casework's copy, padded and sealed to the month key. Raises TooLong."""
    content = content_pb2.ReportContent(
        ref=filing.ref,
        member_id=filing.member.member_id,
        answers=as_message(filing.answers),
        reporter_recipient=reporter_recipient,
        files=filing.files,
        identity_choice=filing.identity_choice,
        case_label=filing.case_label,
        known_to=filing.known_to,
    )
    for known in content.known_to:
        known.ClearField("consent_id")
    content.submitted_at.FromDatetime(filing.submitted_at)
    return _seal(month_key, content.SerializeToString(deterministic=True))


def seal_for_reporter(filing: Filing, recipient: str) -> bytes:
    """The reporter's copy: the recap of everything filed (CNIL 2023-064, 89). Raises TooLong."""
    copy = content_pb2.ReporterCopy(
        ref=filing.ref,
        member_id=filing.member.member_id,
        member_name=filing.member.name,
        answers=as_message(filing.answers),
        files=filing.files,
        identity_choice=filing.identity_choice,
        contact=filing.contact,
        case_label=filing.case_label,
        known_to=filing.known_to,
    )
    copy.submitted_at.FromDatetime(filing.submitted_at)
    return _seal(recipient, copy.SerializeToString(deterministic=True))


def seal_message(message: content_pb2.ReporterMessage, recipient: str) -> bytes:
    """What the reporter writes later, padded and sealed. Raises TooLong."""
    return _seal(recipient, message.SerializeToString(deterministic=True))


def seal_joining(message: content_pb2.Voice | content_pb2.ReporterCopy, recipient: str) -> bytes:
    """Either copy of how somebody joined a case, padded and sealed. Raises TooLong."""
    return _seal(recipient, message.SerializeToString(deterministic=True))


def as_message(answers: Answers) -> content_pb2.Answers:
    """The answers as the contract has them: the main act first, danger as a boolean."""
    acts = answers.get("acts", ())
    main = answers.get("main_act", acts[:1])
    return content_pb2.Answers(
        regime=AVDHAS.regime,
        questionnaire=AVDHAS.version,
        quality=_one(answers, "quality"),
        acts=[*main, *(act for act in acts if act not in main)],
        criteria=answers.get("criteria", ()),
        when=_one(answers, "when"),
        where=_one(answers, "where"),
        what=_one(answers, "what"),
        implicated=answers.get("implicated", ()),
        implicated_details=_one(answers, "implicated_details"),
        danger=declares_danger(answers),
    )


def declares_danger(answers: Answers) -> bool:
    return _one(answers, "danger") == "yes"


def _one(answers: Answers, code: str) -> str:
    return next(iter(answers.get(code, ())), "")


def _seal(recipient: str, content: bytes) -> bytes:
    envelope = age.seal(recipient, padding.pad_to_bucket(content))
    if len(envelope) > LARGEST:
        raise TooLong("the report does not fit an envelope")
    return envelope
