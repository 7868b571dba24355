"""The mail server, and the one mail that the courier sends. What the server answers is reduced to a word."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from chassis.clock import Clock
from identity_vault.reach_settings import CourierSettings
from identity_vault.usecases.mailing import Answer

_SUBJECT = "Une information vous attend"
_TEXT = """\
Bonjour,

Une information vous attend. Pour la lire, ouvrez cette page depuis votre propre appareil :

{link}

Ce message ne dit rien de plus, volontairement. Il est envoyé automatiquement : n’y répondez pas.
"""


@dataclass(frozen=True)
class NeutralMail:
    """Sends one and the same mail to everybody: no name, no reason, a link to a front page.

    `timeout` in seconds, for each step of the conversation. `returns`: what bounces comes back to; a random mark is
    put after its name ("retour+<mark>@example.org").
    """

    host: str
    port: int
    sender: str
    sender_name: str
    returns: str
    link: str
    clock: Clock
    timeout: float = 20
    security: Literal["starttls", "tls", "none"] = "starttls"
    authority: Path | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def send(self, email: str, *, mark: str, message_id: str) -> Answer:
        """Hand over one mail. Never raises for what the server says or fails to say.

        Only an answer about this address or this mail is a refusal: a sign-in that fails or a sender that is not
        allowed is our own fault.
        """
        try:
            message = self._message(email, message_id)
        except (MessageError, ValueError, IndexError):  # no mailbox has this address
            return Answer.REFUSED
        try:
            server = self._connected()
            try:
                return _transact(server, self._return_address(mark), email, message)
            finally:
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
                server.close()
        except (smtplib.SMTPException, OSError):
            return Answer.LATER

    def _connected(self) -> smtplib.SMTP:
        # The name given in the greeting ends in the headers of the mail: never this machine's own.
        name, context = self.sender.rpartition("@")[2], ssl.create_default_context(cafile=self.authority)
        server: smtplib.SMTP
        if self.security == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, name, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, name, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=context)
                server.ehlo()  # all that was said before the encryption is forgotten (RFC 3207, 4.2)
            if self.user:
                server.login(self.user, self.password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _return_address(self, mark: str) -> str:
        local, _, domain = self.returns.rpartition("@")
        return f"{local}+{mark}@{domain}"

    def _message(self, email: str, message_id: str) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(self.sender_name, addr_spec=self.sender)
        message["To"] = Address(addr_spec=email)
        message["Subject"] = _SUBJECT
        message["Date"] = format_datetime(self.clock.now().replace(minute=0, second=0, microsecond=0))
        message["Message-ID"] = f"<{message_id}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(_TEXT.format(link=self.link), cte="quoted-printable")
        return message.as_bytes()


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
    return Answer.SENT if code == 250 else _settled(code)


def _settled(code: int) -> Answer:
    return Answer.REFUSED if 500 <= code < 600 else Answer.LATER


def mail_server(settings: CourierSettings, clock: Clock) -> NeutralMail:
    """The mail server of the settings."""
    return NeutralMail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        sender_name=settings.smtp_sender_name,
        returns=settings.smtp_return,
        link=settings.portal_url,
        clock=clock,
        timeout=settings.smtp_timeout,
        security=settings.smtp_security,
        authority=settings.smtp_authority,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
    )
