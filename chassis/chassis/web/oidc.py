"""OpenID Connect, the relying party's half: authorization code with PKCE, nonce and a validated ID token.

Made for ProConnect and Keycloak; whatever publishes a discovery document serves. Nothing that the provider answers is
ever put in a message: its errors may repeat what was sent.
"""

import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError

from chassis.idtokens import TIMEOUT, IssuerKeys, ProviderUnavailable, checked

__all__ = ["Attempt", "Client", "Proof", "Provider", "ProviderUnavailable", "SignInRefused"]


class SignInRefused(Exception):
    """What came back does not prove who it is."""


class Attempt(NamedTuple):
    """What a browser must bring back from the provider, sealed in a cookie meanwhile."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def draw(cls) -> "Attempt":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


class Proof(NamedTuple):
    """Claims that the provider vouches for, and the ID token that said so."""

    claims: dict[str, Any]
    id_token: str


@dataclass(frozen=True)
class Client:
    """How this service is known to the provider."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: str

    def __repr__(self) -> str:
        return f"<Client {self.client_id}>"


class Provider:
    """The identity provider, as one client sees it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._keys = IssuerKeys(client.issuer, self._get)

    def begin(self, attempt: Attempt) -> str:
        """Where to send the browser."""
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(url)

    def finish(self, code: str, attempt: Attempt) -> Proof:
        """Exchange the code and check the ID token. Raises SignInRefused or ProviderUnavailable."""
        token = self._exchange(code, attempt)
        id_token, access_token = token.get("id_token"), token.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise SignInRefused("the provider gave no ID token")
        claims = self._checked(id_token, access_token, attempt.nonce)
        if not (claims.get("email") and claims.get("name")):
            claims = {**self._userinfo(access_token, claims["sub"]), **claims}
        return Proof(claims, id_token)

    def end(self, id_token: str | None, back: str) -> str | None:
        """Where to send the browser to sign out of the provider too; None when it offers no such page."""
        endpoint = self._keys.metadata().get("end_session_endpoint")
        if not isinstance(endpoint, str):
            return None
        query = {"client_id": self._client.client_id, "post_logout_redirect_uri": back, "state": secrets.token_hex(8)}
        if id_token:
            query["id_token_hint"] = id_token
        return f"{endpoint}?{urlencode(query)}"

    def _exchange(self, code: str, attempt: Attempt) -> dict[str, Any]:
        endpoint = self._endpoint("token_endpoint")
        with self._session() as session:
            try:
                token: dict[str, Any] = session.fetch_token(
                    endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                )
            except OSError:  # what requests raises when the network fails
                raise ProviderUnavailable("token endpoint") from None
            except Exception:
                raise SignInRefused("the provider refused the code") from None
        return token

    def _checked(self, id_token: str, access_token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token, once signature, issuer, audience, times, nonce and access token agree."""
        rules = {"nonce": {"essential": True, "value": nonce}}
        about = {"nonce": nonce, "access_token": access_token}
        try:
            return checked(self._keys.decoded(id_token), self._client.issuer, self._client.client_id, rules, about)
        except (JoseError, ValueError, TypeError, KeyError):
            raise SignInRefused("the ID token does not hold") from None

    def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        """What the userinfo endpoint adds: JSON, or a signed token (ProConnect)."""
        endpoint = self._keys.metadata().get("userinfo_endpoint")
        if not isinstance(endpoint, str):
            return {}
        answer = self._get(endpoint, {"Authorization": f"Bearer {access_token}"})
        try:
            signed = answer.headers.get("content-type", "").startswith("application/jwt")
            claims = dict(self._keys.decoded(answer.text).claims if signed else answer.json())
        except (JoseError, ValueError, TypeError):
            raise SignInRefused("userinfo does not hold") from None
        if claims.get("sub") != subject:
            raise SignInRefused("userinfo speaks of somebody else")
        return claims

    def _endpoint(self, name: str) -> str:
        endpoint = self._keys.metadata().get(name)
        if not isinstance(endpoint, str):
            raise ProviderUnavailable(name)
        return endpoint

    def _get(self, url: str, headers: dict[str, str] | None = None) -> Any:
        with self._session() as session:
            try:
                answer = session.request(
                    "GET", url, withhold_token=True, headers=headers, timeout=TIMEOUT, allow_redirects=False
                )
                answer.raise_for_status()
            except OSError:
                raise ProviderUnavailable("no answer") from None
        return answer

    def _session(self) -> OAuth2Session:
        client = self._client
        return OAuth2Session(
            client.client_id,
            client.client_secret,
            scope=client.scopes,
            redirect_uri=client.redirect_uri,
            code_challenge_method="S256",
        )
