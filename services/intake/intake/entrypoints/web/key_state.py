"""The new words that a page shows before they open anything: sealed in the page, kept nowhere on our side."""

import base64
import json
from dataclasses import dataclass, field

from chassis.clock import Clock
from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher
from chassis.sealing.receipts import Receipt
from intake.usecases.sessions import LENGTH

_CONTEXT = "new-words/1"


class DrawnLost(Exception):
    """The hidden field is altered, too old, or of another report's page."""


@dataclass(frozen=True, slots=True)
class DrawnWords:
    """Seals drawn words for the report of one space, for as long as a visit lasts."""

    key: bytes = field(repr=False)
    clock: Clock

    def seal(self, words: Receipt, lookup_id: bytes) -> str:
        """`lookup_id`: of the words that open the report now."""
        until = int((self.clock.now() + LENGTH).timestamp())
        content = {"until": until, "for": lookup_id.hex(), "words": words.text}
        sealed = FieldCipher(self.key).seal(_CONTEXT, json.dumps(content).encode())
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, text: str, lookup_id: bytes) -> Receipt:
        """Raises DrawnLost."""
        try:
            sealed = base64.urlsafe_b64decode(text.encode())
            content = json.loads(FieldCipher(self.key).open(_CONTEXT, sealed))
        except (CannotOpen, ValueError):
            raise DrawnLost("the words do not open") from None
        if self.clock.now().timestamp() > content["until"] or content["for"] != lookup_id.hex():
            raise DrawnLost("the words are of another page")
        return Receipt(tuple(content["words"].split()))
