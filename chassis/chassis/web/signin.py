"""Signing in and out: `app.include_router(SignIn(settings).router)`."""

import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis import logs
from chassis.settings import SettingsError
from chassis.web.cookies import SealedCookie
from chassis.web.csrf import csrf_protect
from chassis.web.oidc import Attempt, Client, Proof, Provider, ProviderUnavailable, SignInRefused
from chassis.web.pages import page
from chassis.web.people import LIFETIME, Person, begin_session, current_person, end_session
from chassis.web.settings import WebSettings

log = logs.get(__name__)

ATTEMPT = 600  # seconds to come back from the provider
_OURS = re.compile(r"/(?![/\\])[\w./~%-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class IdToken:
    """Who somebody is, as the provider signed it: for a process that wants to check it by itself."""

    text: str = field(repr=False)
    # Seconds since it came.
    age: int


class SignIn:
    """The pages /connexion, /connexion/retour, /deconnexion and /deconnexion/faite.

    Raises SettingsError when the settings say too little to sign anybody in.
    """

    def __init__(self, settings: WebSettings) -> None:
        key = _needed(settings)
        self._home = settings.public_url
        # Cookies know no port: on one host, each service needs names of its own.
        name = re.sub(r"[^\w-]", "", settings.oidc_client_id or "", flags=re.ASCII)
        self._attempt = SealedCookie(f"{name}-connexion", key, ATTEMPT, settings.cookie_secure)
        self._id_token = SealedCookie(f"{name}-fournisseur", key, LIFETIME, settings.cookie_secure)
        self._provider = Provider(_client(settings))
        self.router = APIRouter()
        self._route("/connexion", self.begin)
        self._route("/connexion/retour", self.come_back)
        self._route("/deconnexion/faite", self.gone)
        self._route("/deconnexion", self.leave, method="POST", dependencies=[Depends(csrf_protect)])

    def begin(self, request: Request) -> Response:
        """Send the browser to the provider, with what it must bring back sealed in a cookie."""
        attempt = Attempt.draw()
        try:
            response = RedirectResponse(self._provider.begin(attempt), 303)
        except ProviderUnavailable:
            return self._unavailable(request)
        self._attempt.set(response, {**attempt._asdict(), "suite": _ours(request.query_params.get("suite"))})
        return response

    def come_back(self, request: Request) -> Response:
        """Back from the provider: open a session, or say that it did not work."""
        carried = self._attempt.read(request)
        try:
            proof = self._proof(request, carried)
        except SignInRefused:
            log.warning("web.sign_in_refused")
            return self._refused(request)
        except ProviderUnavailable:
            return self._unavailable(request)
        response = RedirectResponse(carried["suite"] if carried else "/", 303)
        begin_session(request, response, person_of(proof.claims))
        self._keep(response, proof.id_token)
        self._attempt.clear(response)
        return response

    def leave(self, request: Request) -> Response:
        """Close the session here, then at the provider."""
        kept = self._id_token.read(request)
        try:
            there = self._provider.end(kept["jeton"] if kept else None, f"{self._home}/deconnexion/faite")
        except ProviderUnavailable:
            there = None
        response = RedirectResponse(there or "/deconnexion/faite", 303)
        end_session(request, response)
        self._id_token.clear(response)
        return response

    def gone(self, request: Request) -> Response:
        return page(request, "chassis/signed_out.html")

    def id_token(self, request: Request) -> IdToken | None:
        """The signed-in person's ID token; None without a session, and for a token too long for a cookie."""
        kept = self._id_token.read(request) if current_person(request) else None
        return IdToken(kept["jeton"], int(time.time()) - kept.get("recu", 0)) if kept else None

    def _proof(self, request: Request, carried: dict[str, Any] | None) -> Proof:
        query = request.query_params
        if carried is None or not hmac.compare_digest(query.get("state", "").encode(), carried["state"].encode()):
            raise SignInRefused("the browser does not bring back what it was given")
        code = query.get("code")
        if not code:
            raise SignInRefused("the provider gave no code")
        return self._provider.finish(code, Attempt(carried["state"], carried["nonce"], carried["verifier"]))

    def _keep(self, response: Response, id_token: str) -> None:
        """Providers ask for the ID token at sign-out; one too long for a cookie is done without."""
        try:
            self._id_token.set(response, {"jeton": id_token, "recu": int(time.time())})
        except ValueError:
            self._id_token.clear(response)  # of whoever was signed in before
            log.info("web.id_token_too_long", size=len(id_token))

    def _refused(self, request: Request) -> Response:
        response = page(request, "chassis/sign_in_failed.html", status=400)
        self._attempt.clear(response)
        return response

    def _unavailable(self, request: Request) -> Response:
        log.warning("web.identity_provider_unavailable")
        return page(request, "chassis/sign_in_unavailable.html", status=503)

    def _route(self, path: str, run: Callable[..., Response], *, method: str = "GET", **options: Any) -> None:
        self.router.add_api_route(path, run, methods=[method], response_model=None, **options)


def person_of(claims: dict[str, Any]) -> Person:
    """The person whom a provider's claims describe."""
    email = _line(claims.get("email"))
    given = _line(claims.get("given_name"))
    family = _line(claims.get("usual_name") or claims.get("family_name"))
    return Person(
        issuer=claims["iss"],
        subject=claims["sub"],
        name=_line(claims.get("name")) or f"{given} {family}".strip() or email,
        email=email,
        email_verified=claims.get("email_verified") is True,
    )


def _line(value: object) -> str:
    """A claim as one short line of text; empty for anything else."""
    return "".join(c for c in value if c.isprintable()).strip()[:200] if isinstance(value, str) else ""


def _ours(path: str | None) -> str:
    """A path of this site, for the way back; never another site's address."""
    return path if path and len(path) < 500 and _OURS.fullmatch(path) else "/"


def _needed(settings: WebSettings) -> str:
    missing = [
        name
        for name in ("session_key", "oidc_issuer", "oidc_client_id", "oidc_client_secret")
        if getattr(settings, name) is None
    ]
    if missing or settings.session_key is None:
        raise SettingsError("settings: needed to sign people in: " + ", ".join(missing))
    return settings.session_key.get_secret_value()


def _client(settings: WebSettings) -> Client:
    secret = settings.oidc_client_secret
    return Client(
        issuer=settings.oidc_issuer or "",
        client_id=settings.oidc_client_id or "",
        client_secret=secret.get_secret_value() if secret else "",
        redirect_uri=f"{settings.public_url}/connexion/retour",
        scopes=settings.oidc_scopes,
    )
