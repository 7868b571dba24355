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


class _Sealer:
    """Seals what a hidden field holds: AES-256-GCM, bound to what it is for, for LIFETIME."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._cipher = FieldCipher(key)
        self._clock = clock

    def _seal(self, purpose: str, content: dict[str, Any]) -> str:
        until = int((self._clock.now() + LIFETIME).timestamp())
        plain = json.dumps({"until": until, **content}, separators=(",", ":"), ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(self._cipher.seal(purpose, plain)).decode()

    def _open(self, purpose: str, text: str) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(self._cipher.open(purpose, base64.urlsafe_b64decode(text.encode())))
        except (CannotOpen, ValueError):
            raise StateLost("the state does not open") from None
        if self._clock.now().timestamp() > content["until"]:
            raise StateLost("the state is out of date")
        return content


class StateSealer(_Sealer):
    """Seals and opens form states, bound to the questionnaire's version."""

    _purpose = f"form/2/{VERSION}"

    def seal(self, state: FormState) -> str:
        content = {
            "member": state.member_id,
            "answers": {code: list(answer) for code, answer in state.answers.items()},
            "files": [base64.b64encode(file.SerializeToString()).decode() for file in state.files],
            "receipt": state.receipt.text,
            "reviewed": state.reviewed,
        }
        return self._seal(self._purpose, content)

    def open(self, text: str) -> FormState:
        """Raises StateLost."""
        return _state(self._open(self._purpose, text))


class WordSealer(_Sealer):
    """Seals words that were drawn with a page, so that sending the page again is the same act (decision 0012)."""

    def seal(self, purpose: str, *drawn: Receipt) -> str:
        return self._seal(purpose, {"words": [words.text for words in drawn]})

    def open(self, purpose: str, text: str) -> list[Receipt]:
        """Raises StateLost."""
        return [Receipt(tuple(words.split())) for words in self._open(purpose, text)["words"]]


def _state(content: dict[str, Any]) -> FormState:
    return FormState(
        member_id=content["member"],
        answers={code: tuple(answer) for code, answer in content["answers"].items()},
        files=tuple(SealedFile.FromString(base64.b64decode(file)) for file in content["files"]),
        receipt=Receipt(tuple(content["receipt"].split())),
        reviewed=content["reviewed"],
    )
