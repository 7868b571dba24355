"""What mail servers answer, and that addresses only travel encrypted when they must."""

import ssl
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from identity_vault.gateways.smtp import mail_server
from identity_vault.usecases.mailing import Answer
from local_platform.ports import HOST, free_port

EMAIL = "nora.exemple@boite.example.org"
MARK, ID = "0" * 32, "ab" * 16


class Handler:
    """Answers every recipient alike; notes whether the mail came encrypted."""

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.encrypted: list[bool] = []

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        envelope.rcpt_tos.append(address)
        return self.reply

    async def handle_DATA(self, server, session, envelope) -> str:
        return "250 OK"


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[Handler, int]]]:
    """A mail server that gives this answer; the handler, and its port."""
    running: list[Controller] = []

    def start(reply: str = "250 OK", **options: Any) -> tuple[Handler, int]:
        handler = Handler(reply)
        controller = Controller(handler, hostname=HOST, port=free_port(), **options)
        controller.start()
        running.append(controller)
        return handler, controller.port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def send(courier_settings, clock) -> Callable[..., Answer]:
    """Send to a port, with settings of the test's own."""

    def go(port: int, **told: Any) -> Answer:
        settings = courier_settings.model_copy(update={"smtp_port": port} | told)
        return mail_server(settings, clock).send(EMAIL, mark=MARK, message_id=ID)

    return go


@pytest.fixture
def encrypted(certificates) -> ssl.SSLContext:
    tls = certificates.issue("localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tls.certificate, tls.key)
    return context


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("550 5.1.1 No such user", Answer.REFUSED),
        ("450 4.2.1 Mailbox busy", Answer.LATER),
        ("250 OK", Answer.SENT),
    ],
)
def test_only_an_answer_for_good_is_a_refusal(serve, send, reply, answer):
    assert send(serve(reply)[1]) is answer


def test_no_server_means_later(send):
    assert send(free_port()) is Answer.LATER


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_travels_encrypted_to_a_server_that_is_known(serve, send, encrypted, certificates, security):
    option = {"tls_context": encrypted} if security == "starttls" else {"ssl_context": encrypted}
    handler, port = serve(**option)
    authority = certificates.issue("localhost").authority
    told = {"smtp_security": security, "smtp_host": "localhost", "smtp_authority": authority}
    assert send(port, **told) is Answer.SENT
    assert handler.encrypted == [True]
    assert send(port, **told | {"smtp_authority": None}) is Answer.LATER
    assert handler.encrypted == [True]


def test_a_server_without_encryption_gets_no_address(serve, send):
    handler, port = serve()
    assert send(port, smtp_security="starttls") is Answer.LATER
    assert handler.encrypted == []
