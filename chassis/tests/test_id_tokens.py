"""ID tokens against a real issuer: what it publishes is read, kept for a while, and read again for an unknown key."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from chassis.idtokens import BadIdToken, IdTokens, IssuerKeys, ProviderUnavailable, Subject

NOW = int(time.time())
FIRST, SECOND = (RSAKey.generate_key(2048, parameters={"kid": kid, "alg": "RS256"}) for kid in ("k1", "k2"))


class Issuer:
    """Publishes what a test wants, and notes what was asked."""

    def __init__(self) -> None:
        self.published = [FIRST]
        self.status = 200
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.says = {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}

    def token(self, key: RSAKey = FIRST, **claims: Any) -> str:
        content = {"iss": self.url, "aud": "vault", "sub": "ada", "iat": NOW, "exp": NOW + 600, "nonce": "n"} | claims
        header = {"alg": "RS256", "kid": key.kid}
        return jwt.encode(header, {k: v for k, v in content.items() if v is not None}, key, algorithms=["RS256"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                keys = KeySet(issuer.published).as_dict(private=False)
                self.send_response(issuer.status)
                self.send_header("location", "/elsewhere")
                self.end_headers()
                self.wfile.write(json.dumps(keys if self.path == "/jwks" else issuer.says).encode())

            def log_message(self, *_args: Any) -> None: ...

        return Handler


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join(5)
    made.server.server_close()


@pytest.fixture
def tokens(issuer) -> IdTokens:
    return IdTokens(IssuerKeys(issuer.url), "vault", longest_age=60)


def at(second: int = NOW) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def test_a_token_names_issuer_and_subject(issuer, tokens):
    assert tokens.check(issuer.token(name="Ada"), at()) == Subject(issuer.url, "ada", "Ada")
    assert "ada" not in repr(tokens.check(issuer.token(), at()))


def test_what_is_published_is_read_once_and_again_for_an_unknown_key(issuer, tokens):
    for _ in range(3):
        tokens.check(issuer.token(), at())
    assert issuer.asked == ["/.well-known/openid-configuration", "/jwks"]
    issuer.published = [SECOND]
    tokens.check(issuer.token(SECOND), at())
    assert issuer.asked[2:] == ["/jwks"]


def test_forged_tokens_make_the_keys_be_read_again_once_in_some_seconds(issuer, tokens, monkeypatch):
    tokens.check(issuer.token(), at())
    for _ in range(20):
        with pytest.raises(BadIdToken):
            tokens.check(issuer.token(SECOND), at())
    assert issuer.asked.count("/jwks") == 2
    issuer.published = [SECOND]
    monkeypatch.setattr("chassis.idtokens.AGAIN", 0)
    tokens.check(issuer.token(SECOND), at())


WRONG: dict[str, dict[str, Any]] = {
    "another key": {"key": SECOND},
    "another issuer": {"iss": "https://other.example"},
    "another client": {"aud": "casework"},
    "two clients": {"aud": ["vault", "casework"]},
    "made for another client": {"azp": "casework"},
    "over": {"exp": NOW - 61},
    "no end": {"exp": None},
    "of the future": {"iat": NOW + 120},
    "old": {"iat": NOW - 121},
    "no time": {"iat": None},
    "no nonce": {"nonce": None},
    "nobody": {"sub": ""},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_is_refused(issuer, tokens, wrong):
    with pytest.raises(BadIdToken) as caught:
        tokens.check(issuer.token(**WRONG[wrong]), at())
    assert "ada" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "a.b.c", "é.é.é", "eyJhbGciOiJub25lIn0.e30.", "x" * 20_000])
def test_what_is_no_token_is_refused(tokens, text):
    with pytest.raises(BadIdToken):
        tokens.check(text, at())


@pytest.mark.parametrize("how", ["away", "error", "redirection", "names another issuer", "names no keys"])
def test_a_provider_that_does_not_answer_as_it_should_is_unavailable(issuer, tokens, how):
    if how in ("error", "redirection"):
        issuer.status = 500 if how == "error" else 302
    if how == "names another issuer":
        issuer.says["issuer"] = "https://other.example"
    if how == "names no keys":
        del issuer.says["jwks_uri"]
    keys = IssuerKeys("http://127.0.0.1:9") if how == "away" else IssuerKeys(issuer.url)
    with pytest.raises(ProviderUnavailable):
        IdTokens(keys, "vault", longest_age=60).check(issuer.token(), at())
