"""ID tokens of an OpenID Connect provider: whoever receives one checks it by itself.

Nothing that the provider answers, and nothing of a token, is ever put in a message: both may hold a person's name.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # no shared-secret algorithm, and certainly not "none"
LEEWAY = 60  # seconds: clocks that disagree
TIMEOUT = 5  # seconds
FRESH = 3600  # seconds for which a discovery document and keys are trusted
AGAIN = 5  # seconds between two readings of the keys for ones that we do not know
_LONGEST = 16_384  # characters of a token


class ProviderUnavailable(Exception):
    """The identity provider does not answer, or not with what the standard asks."""


class BadIdToken(Exception):
    """The token does not hold. Says no more on purpose."""


def fetch(url: str) -> Any:
    """GET an address of the provider. Raises ProviderUnavailable, for a redirection too: none is followed."""
    try:
        answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
    except OSError:  # what requests raises
        raise ProviderUnavailable("no answer") from None
    if answer.status_code != requests.codes.ok:
        raise ProviderUnavailable("no answer")
    return answer


class IssuerKeys:
    """What an issuer publishes: its discovery document and its keys, read again every hour, or for an unknown key."""

    def __init__(self, issuer: str, get: Callable[[str], Any] = fetch) -> None:
        self.issuer = issuer
        self._get = get
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at = float("-inf")
        self._again_at = float("-inf")

    def metadata(self) -> dict[str, Any]:
        """The discovery document. One that names another issuer is refused (OpenID Connect Discovery 4.3)."""
        with self._lock:
            if time.monotonic() - self._read_at > FRESH:
                answer = self._get(f"{self.issuer}/.well-known/openid-configuration")
                self._metadata = _discovered(answer, self.issuer)
                self._keys = None
                self._read_at = time.monotonic()
            return self._metadata

    def decoded(self, token: str) -> jwt.Token:
        """A token that the issuer signed. Raises JoseError, ValueError or ProviderUnavailable."""
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(token, self._key_set(), registry=registry)
        except (JoseError, ValueError):  # a key that we do not know yet: providers turn their keys over
            return jwt.decode(token, self._key_set(again=True), registry=registry)

    def _key_set(self, *, again: bool = False) -> KeySet:
        """`again`: read them anew, unless that was done just before; forged tokens must not flood the provider."""
        address = self.metadata()["jwks_uri"]
        with self._lock:
            due = again and time.monotonic() - self._again_at > AGAIN
            if due:
                self._again_at = time.monotonic()
            if self._keys is None or due:
                self._keys = KeySet.import_key_set(self._get(address).json())
            return self._keys


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a token is about. The pair of issuer and subject is the person; the name is what the provider shows."""

    issuer: str = field(repr=False)
    subject: str = field(repr=False)
    name: str = field(default="", repr=False)


class IdTokens:
    """Checks the ID tokens that one issuer makes for one client."""

    def __init__(self, keys: IssuerKeys, client_id: str, *, longest_age: float) -> None:
        """`longest_age`: seconds since the token was issued."""
        self._keys = keys
        self._client_id = client_id
        self._longest_age = longest_age

    def check(self, id_token: str, now: datetime) -> Subject:
        """Whom a token is about: signature, issuer, audience and times hold. Raises BadIdToken, ProviderUnavailable.

        A token without a nonce is refused: a logout token, or one that no sign-in of a browser gave.
        """
        if len(id_token) > _LONGEST:
            raise BadIdToken("too long")
        rules = {"iat": {"essential": True}, "nonce": {"essential": True}}
        try:
            claims = checked(
                self._keys.decoded(id_token), self._keys.issuer, self._client_id, rules, {}, now=int(now.timestamp())
            )
            old = now.timestamp() - claims["iat"] > self._longest_age + LEEWAY
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise BadIdToken("the ID token does not hold") from None
        if old:
            raise BadIdToken("the ID token is too old")
        name = claims.get("name")
        return Subject(self._keys.issuer, claims["sub"], name if isinstance(name, str) else "")


def checked(
    token: jwt.Token,
    issuer: str,
    client_id: str,
    rules: Mapping[str, Any],
    about: Mapping[str, Any],
    *,
    now: int | None = None,
) -> dict[str, Any]:
    """The claims of a decoded ID token, once issuer, audience, subject, times and `rules` agree.

    `about`: nonce and access token, where they are known. Raises JoseError, ValueError, TypeError or KeyError.
    """
    always: dict[str, Any] = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": client_id},
        "exp": {"essential": True},
    }
    claims = CodeIDToken(token.claims, token.header, always | dict(rules), {"client_id": client_id, **about})
    claims.validate(now=now, leeway=LEEWAY)
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise ValueError("the ID token names nobody")
    return dict(claims)


def _discovered(answer: Any, issuer: str) -> dict[str, Any]:
    try:
        metadata = dict(answer.json())
    except (ValueError, TypeError):
        raise ProviderUnavailable("discovery") from None
    if metadata.get("issuer") != issuer or not isinstance(metadata.get("jwks_uri"), str):
        raise ProviderUnavailable("discovery names another issuer")
    return metadata
