"""What travels between two pages of the form: sealed in a hidden field, kept nowhere on our side.

It holds the answers, the accepted files' keys and the receipt; never an identity. The receipt is drawn with the first
page, so that every page of one form leads to the same one: whoever goes back in the browser and sends again, from any
page, sends the same report.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chassis.clock import Clock
from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher
from chassis.sealing.receipts import Receipt
from intake.domain.avdhas import VERSION
from intake.domain.questionnaire import Answers
from paravent.intake.v1.content_pb2 import SealedFile

# From the last page answered on.
LIFETIME = timedelta(hours=6)


class StateLost(Exception):
    """The hidden field is altered, out of date, or of another version of the questionnaire."""


@dataclass(frozen=True, slots=True)
class FormState:
    """A report being written."""

    member_id: str
    answers: Answers = field(default_factory=dict, repr=False)
    files: tuple[SealedFile, ...] = field(default=(), repr=False)
    receipt: Receipt = field(default_factory=Receipt.draw, repr=False)
    # Was the review page shown? From then on, a page answered leads back to it.
    reviewed: bool = False


class StateSealer:
    """Seals and opens form states: AES-256-GCM, bound to the questionnaire's version, for LIFETIME."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._cipher = FieldCipher(key)
        self._clock = clock
        self._context = f"form/2/{VERSION}"

    def seal(self, state: FormState) -> str:
        until = int((self._clock.now() + LIFETIME).timestamp())
        content = {
            "until": until,
            "member": state.member_id,
            "answers": {code: list(answer) for code, answer in state.answers.items()},
            "files": [base64.b64encode(file.SerializeToString()).decode() for file in state.files],
            "receipt": state.receipt.text,
            "reviewed": state.reviewed,
        }
        plain = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(self._cipher.seal(self._context, plain)).decode()

    def open(self, text: str) -> FormState:
        """Raises StateLost."""
        try:
            content = json.loads(self._cipher.open(self._context, base64.urlsafe_b64decode(text.encode())))
        except (CannotOpen, ValueError):
            raise StateLost("the state does not open") from None
        if self._clock.now().timestamp() > content["until"]:
            raise StateLost("the state is out of date")
        return _state(content)


def _state(content: dict[str, Any]) -> FormState:
    return FormState(
        member_id=content["member"],
        answers={code: tuple(answer) for code, answer in content["answers"].items()},
        files=tuple(SealedFile.FromString(base64.b64decode(file)) for file in content["files"]),
        receipt=Receipt(tuple(content["receipt"].split())),
        reviewed=content["reviewed"],
    )
