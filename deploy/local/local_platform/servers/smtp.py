"""A mail sink: keeps every accepted mail in memory and as an `.eml` file; can be told to refuse."""

import threading
import uuid
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from local_platform.ports import HOST

_ACCEPTED = "250 OK"
_TRY_LATER = "451 4.3.0 Try again later"


@dataclass(frozen=True)
class Mail:
    """One accepted mail: the envelope's recipients and the message."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    @property
    def text(self) -> str:
        """The plain text part, decoded."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""


class _Handler:
    def __init__(self, sink: "SmtpSink") -> None:
        self._sink = sink

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        return self._sink.receive(envelope)


class SmtpSink:
    """Listens on a port of the loopback interface until stopped."""

    def __init__(self, port: int, folder: Path | None = None) -> None:
        self.host = HOST
        self.port = port
        self._folder = folder
        self._lock = threading.Lock()
        self._messages: list[Mail] = []
        self._refusals = 0
        self._controller = Controller(_Handler(self), hostname=HOST, port=port)

    def start(self) -> "SmtpSink":
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    discard = stop

    @property
    def messages(self) -> list[Mail]:
        """What was accepted, in order."""
        with self._lock:
            return list(self._messages)

    def refuse(self, count: int) -> None:
        """Answer 451 (try again later) to the next `count` mails."""
        with self._lock:
            self._refusals = count

    def clear(self) -> None:
        with self._lock:
            self._messages.clear()
            self._refusals = 0

    def receive(self, envelope: Envelope) -> str:
        """Take or refuse one mail; answers the SMTP reply."""
        content = envelope.original_content or b""
        with self._lock:
            if self._refusals:
                self._refusals -= 1
                return _TRY_LATER
            message = message_from_bytes(content, policy=policy.default)
            self._messages.append(Mail(envelope.mail_from or "", list(envelope.rcpt_tos), message))
        if self._folder:
            (self._folder / f"{uuid.uuid4()}.eml").write_bytes(content)
        return _ACCEPTED
