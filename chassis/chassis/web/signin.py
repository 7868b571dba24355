"""Signing in through OpenID Connect."""

from fastapi import APIRouter

from chassis.web.settings import WebSettings


class SignIn:
    """The pages /connexion, /connexion/retour and /deconnexion: `app.include_router(SignIn(settings).router)`."""

    def __init__(self, settings: WebSettings) -> None:
        self.router = APIRouter()
