"""An oral report between two pages: sealed in a hidden field, kept nowhere on our side.

The code and the ids are drawn with the first page: whoever goes back in the browser and sends again, from any page,
sends the same report.
"""

import base64
import json
import uuid
from datetime import timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import Request

from casework.domain.people import Staff
from casework.usecases.taking_down import Draft
from chassis.clock import Clock, SystemClock
from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher
from chassis.sealing.receipts import Receipt
from chassis.settings import SettingsError
from chassis.web import WebSettings
from paravent.intake.v1.content_pb2 import Answers

# From the last page shown on.
LIFETIME = timedelta(hours=2)


class DraftLost(Exception):
    """The hidden field is altered, out of date, or somebody else's."""


class DraftSealer:
    """Seals and opens drafts: AES-256-GCM, bound to the person who writes them, for LIFETIME."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._cipher = FieldCipher(key)
        self._clock = clock

    @classmethod
    def under(cls, settings: WebSettings) -> "DraftSealer":
        """With a key derived from the one that seals sessions. Raises SettingsError where there is none."""
        if settings.session_key is None:
            raise SettingsError("settings: nobody can sign in without a session key")
        key = bytes.fromhex(settings.session_key.get_secret_value())
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"paravent/oral-draft/v1").derive(key)
        return cls(derived, SystemClock())

    def seal(self, draft: Draft, person: Staff) -> str:
        content = {
            "until": int((self._clock.now() + LIFETIME).timestamp()),
            "member": draft.member_id,
            "report": draft.report_id.hex(),
            "case": draft.case_id.hex,
            "code": draft.code.text,
            "answers": base64.b64encode(draft.answers.SerializeToString()).decode(),
        }
        sealed = self._cipher.seal(_place(person), json.dumps(content, separators=(",", ":")).encode())
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, text: str, person: Staff) -> Draft:
        """Raises DraftLost."""
        try:
            content = json.loads(self._cipher.open(_place(person), base64.urlsafe_b64decode(text.encode())))
        except (CannotOpen, ValueError):
            raise DraftLost("the draft does not open") from None
        if self._clock.now().timestamp() > content["until"]:
            raise DraftLost("the draft is out of date")
        return Draft(
            content["member"],
            bytes.fromhex(content["report"]),
            uuid.UUID(hex=content["case"]),
            Receipt(tuple(content["code"].split())),
            Answers.FromString(base64.b64decode(content["answers"])),
        )


def drafts(request: Request) -> DraftSealer:
    """Dependency: the sealer of the application that answers."""
    found: DraftSealer = request.app.state.drafts
    return found


def _place(person: Staff) -> str:
    return f"oral/{person.person_id}"
