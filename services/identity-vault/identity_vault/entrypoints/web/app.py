"""The application of the vault's own origin: what it is made of."""

from pathlib import Path

from fastapi import FastAPI

from chassis.health import Health
from chassis.web import SignIn, WebSettings, create_app
from identity_vault.entrypoints.web import (
    agreements,
    callbacks,
    journal,
    journal_words,
    lost_keys,
    order_words,
    orders,
    passkeys,
)
from identity_vault.entrypoints.web.office import Office, TokenTooOld, token_too_old
from identity_vault.entrypoints.web.refusals import refused
from identity_vault.entrypoints.web.words import FILTERS
from identity_vault.usecases.disclosing import Denied, Interrupted, VerifierAway
from identity_vault.usecases.listening import Desk

_HERE = Path(__file__).parent
# One module for each kind of page.
ROUTERS = (
    agreements.router,
    journal.router,
    passkeys.router,
    orders.router,
    lost_keys.holders,
    lost_keys.custodians,
)


def create(settings: WebSettings, office: Office, desk: Desk | None = None) -> FastAPI:
    """The application with these settings. Raises SettingsError when they say too little to sign anybody in.

    `desk`: the listeners' call-backs.
    """
    health = Health()
    for name, check in office.checks.items():
        health.add(name, check)
    app = create_app(
        "identity-vault", _HERE / "templates", settings, title="Coffre", health=health, static=_HERE / "static"
    )
    app.state.office = office
    app.state.sign_in = SignIn(settings)
    app.state.web.templates.filters.update(FILTERS | journal_words.FILTERS | order_words.FILTERS)
    app.state.web.templates.globals["is_dpo"] = lambda person: (person.issuer, person.subject) in office.dpos
    app.state.web.templates.globals["is_custodian"] = lambda person: (
        (person.issuer, person.subject) in office.custodians
    )
    app.add_exception_handler(TokenTooOld, token_too_old)
    for kind in (Denied, Interrupted, VerifierAway):
        app.add_exception_handler(kind, refused)
    for router in (app.state.sign_in.router, *ROUTERS):
        app.include_router(router)
    callbacks.attach(app, desk)
    return app
