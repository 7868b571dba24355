"""The mail server. What it answers is reduced to a code: its texts repeat addresses."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime

from notifications.domain.delivery import Accepted, Answer, Deferred, Refused
from notifications.usecases.letters import Letter


@dataclass(frozen=True)
class SmtpServer:
    """Where mails go. `timeout` in seconds, for each step of the conversation."""

    host: str
    port: int
    sender: str
    sender_name: str
    timeout: float = 20
    starttls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def send(self, email: str, letter: Letter, mail_id: str) -> Answer:
        """Hand over one mail. Never raises for what the server says or fails to say.

        Only an answer about this address or this mail can be a refusal: a sign-in that fails or a sender that is not
        allowed is our own fault, to be mended while the mails wait.
        """
        try:
            message = self._message(email, letter, mail_id)
        except (MessageError, ValueError, IndexError):  # no mailbox has this address: retrying would stop the queue
            return Refused("address")
        try:
            server = self._connected()
            try:
                return _transact(server, self.sender, email, message)
            finally:
                _leave(server)
        except smtplib.SMTPResponseException as error:
            return Deferred(str(error.smtp_code))
        except (smtplib.SMTPException, OSError) as error:
            return Deferred(type(error).__name__)

    def _connected(self) -> smtplib.SMTP:
        # The name given in the greeting ends in the headers of the mail: never this machine's own.
        server = smtplib.SMTP(self.host, self.port, local_hostname=self._domain, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, email: str, letter: Letter, mail_id: str) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self.sender_name, addr_spec=self.sender)
        message["To"] = Address(addr_spec=email)
        message["Subject"] = letter.subject
        message["Date"] = localtime()
        message["Message-ID"] = f"<{mail_id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(letter.text, cte="quoted-printable")
        return message.as_bytes()

    @property
    def _domain(self) -> str:
        return self.sender.rpartition("@")[2]


def _transact(server: smtplib.SMTP, sender: str, email: str, message: bytes) -> Answer:
    """One mail transaction. Raises SMTPResponseException for an answer that is not about the recipient or the mail."""
    code, _text = server.mail(sender)
    if code != 250:
        raise smtplib.SMTPResponseException(code, b"")
    code, _text = server.rcpt(email)
    if code not in (250, 251):
        return _settled(code)
    try:
        code, _text = server.data(message)
    except smtplib.SMTPDataError as error:
        code = error.smtp_code
    return Accepted() if code == 250 else _settled(code)


def _settled(code: int) -> Answer:
    return Refused(str(code)) if 500 <= code < 600 else Deferred(str(code))


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye. What goes wrong from here on takes nothing back of an answer already given."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()
