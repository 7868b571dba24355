"""A mock identity provider with the demonstration's accounts: choose one, no password. For demos and tests only."""

import logging
import os
import secrets
import threading
from pathlib import Path

import flask
import oidc_provider_mock
import werkzeug.serving
from oidc_provider_mock import User, init_app

from local_platform.ports import HOST
from local_platform.sink_settings import load_accounts


class IdentityProvider:
    """Serves OpenID Connect on a port of the loopback interface; its issuer is that address."""

    def __init__(self, port: int, accounts: Path | None) -> None:
        self.issuer = f"http://{HOST}:{port}"
        users = [_user(account) for account in load_accounts(accounts)] if accounts else []
        self._server = werkzeug.serving.make_server(HOST, port, _application(users), threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, name="oidc", daemon=True)

    def start(self) -> "IdentityProvider":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()


def _user(account: dict[str, str]) -> User:
    return User(sub=account["sub"], claims={"name": account["name"], "email": account["email"], "email_verified": True})


def _application(users: list[User]) -> flask.Flask:
    """The provider's application without the interactive debugger that its `app()` switches on."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http on the loopback interface
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    application = flask.Flask(oidc_provider_mock.__name__)
    plain = application.wsgi_app
    init_app(application, user_claims=users)
    application.debug = False
    application.wsgi_app = plain  # type: ignore[method-assign]
    application.secret_key = secrets.token_bytes(16)
    return application
