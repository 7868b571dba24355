"""A provider whose tokens do not hold: each is refused, whatever it claims."""

import base64
import json
import time
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from chassis.web.oidc import Attempt, Client, Provider, ProviderUnavailable, SignInRefused

TRUE_KEY = RSAKey.generate_key(2048, parameters={"kid": "k1"})
OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "k1"})
ATTEMPT = Attempt("etat", "nonce-attendu", "verifier")
ANY = JWSRegistry(algorithms=["RS256", "HS256"], strict_check_header=False)


def unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


class Crooked:
    """An identity provider that answers as a test wants."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.header: dict[str, str] = {"alg": "RS256", "kid": "k1"}
        self.key: Any = TRUE_KEY
        self.published = TRUE_KEY
        self.userinfo: dict[str, Any] = {"sub": "ada"}
        self.app.get("/.well-known/openid-configuration")(self._metadata)
        self.app.get("/jwks")(lambda: KeySet([self.published]).as_dict(private=False))
        self.app.post("/token")(self._token)
        self.app.get("/userinfo")(lambda: JSONResponse(self.userinfo))

    def _metadata(self):
        paths = {"token_endpoint": "/token", "jwks_uri": "/jwks", "userinfo_endpoint": "/userinfo"}
        return {"issuer": self.issuer} | {k: self.issuer + v for k, v in paths.items()} | self.discovery

    def _token(self):
        now = int(time.time())
        true = {"iss": self.issuer, "aud": "casework", "sub": "ada", "exp": now + 300, "iat": now}
        claims = true | {"nonce": "nonce-attendu", "name": "Ada", "email": "ada@cdg62.example"} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        token = unsigned(claims) if self.key is None else jwt.encode(self.header, claims, self.key, registry=ANY)
        return {"access_token": "jeton", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def crooked(running) -> Crooked:
    made = Crooked()
    made.issuer = running(made.app)
    return made


def finish(crooked: Crooked):
    return Provider(Client(crooked.issuer, "casework", "secret", "http://ici/retour", "openid")).finish("code", ATTEMPT)


def test_a_straight_token_is_accepted(crooked):
    assert finish(crooked).claims["sub"] == "ada"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://ailleurs.example"},
        {"iss": None},
        {"aud": "billing"},
        {"aud": ["billing", "other"]},
        {"aud": ["casework", "billing"]},  # several audiences and no word on who asked
        {"aud": None},
        {"azp": "billing"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"nonce": "un-autre"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_a_token_whose_claims_do_not_hold_is_refused(crooked, claims):
    crooked.claims = claims
    with pytest.raises(SignInRefused):
        finish(crooked)


def test_a_token_signed_with_another_key_is_refused(crooked):
    crooked.key = OTHER_KEY
    with pytest.raises(SignInRefused):
        finish(crooked)


def test_a_token_without_signature_is_refused(crooked):
    crooked.key = None
    with pytest.raises(SignInRefused):
        finish(crooked)


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(crooked):
    crooked.header = {"alg": "HS256", "kid": "k1"}
    crooked.key = OctKey.import_key(TRUE_KEY.as_pem(private=False).decode().replace("-----", "")[:64])
    with pytest.raises(SignInRefused):
        finish(crooked)


def test_a_provider_that_has_turned_its_key_over_is_followed(crooked):
    provider = Provider(Client(crooked.issuer, "casework", "secret", "http://ici/retour", "openid"))
    provider.finish("code", ATTEMPT)
    new = RSAKey.generate_key(2048, parameters={"kid": "k2"})
    crooked.key, crooked.published, crooked.header = new, new, {"alg": "RS256", "kid": "k2"}
    assert provider.finish("code", ATTEMPT).claims["sub"] == "ada"


def test_userinfo_about_somebody_else_is_refused(crooked):
    crooked.claims = {"email": None}
    crooked.userinfo = {"sub": "grace", "email": "grace@cdg62.example"}
    with pytest.raises(SignInRefused):
        finish(crooked)


def test_userinfo_fills_in_what_the_token_leaves_out_and_overrides_nothing(crooked):
    crooked.claims = {"email": None}
    crooked.userinfo = {"sub": "ada", "email": "ada@cdg62.example", "name": "Une autre"}
    claims = finish(crooked).claims
    assert (claims["email"], claims["name"]) == ("ada@cdg62.example", "Ada")


@pytest.mark.parametrize("discovery", [{"issuer": "https://ailleurs.example"}, {"jwks_uri": None}])
def test_a_discovery_document_of_another_issuer_is_not_used(crooked, discovery):
    crooked.discovery = discovery
    with pytest.raises(ProviderUnavailable):
        finish(crooked)
