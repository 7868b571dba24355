"""A witness, a code, an oral report that casework offers, and whoever holds a code."""

import re
import secrets
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import text

from chassis.db import Database
from chassis.sealing import age, claims, padding
from chassis.sealing.receipts import Receipt
from intake.usecases.claiming import keep_offer
from intake.usecases.envelopes import as_message
from paravent.casework.v1.events_pb2 import ClaimOffered
from paravent.intake.v1.content_pb2 import ClaimOffer, ReporterMessage, Voice
from paravent.intake.v1.events_pb2 import ReporterSpoke, VoiceJoined

TODAY = date(2026, 11, 24)
TAKEN_DOWN = {
    "quality": ("victim",),
    "acts": ("VIOLENCE",),
    "when": ("Lundi dernier",),
    "where": ("Dans le couloir",),
    "what": ("On m’a bousculée devant la machine à café.",),
    "implicated": ("COLLEGUE",),
    "danger": ("no",),
}


class Holder:
    """Somebody in a browser without JavaScript who was handed a code."""

    def __init__(self, browser) -> None:
        self.browser = browser

    def open(self, words):
        return self.browser.post("/reprendre", code=" ".join(words))

    def form(self, **fields):
        """What the open page sends: a victim's agreement, anonymous, unless told otherwise."""
        held = {"etat": self.browser.field("etat"), "lu": self.browser.field("lu")}
        return held | {"decision": "agreed", "relu": "juste", "identite": "anonymous"} | fields

    def send(self, form=None, **fields):
        return self.browser.post("/reprendre/envoi", **(form or self.form(**fields)))

    def answer(self, words, **fields):
        """Open the code and answer; answer the words of the receipt."""
        self.open(words)
        self.send(**fields)
        return list(self.browser.words)

    @property
    def sees(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.browser.page)).split())


@pytest.fixture
def holder(browser) -> Holder:
    return Holder(browser)


@pytest.fixture
def rows(database):
    def count(table: str) -> int:
        with database.engine.connect() as connection:
            return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()

    return count


@pytest.fixture
def forbidden(address):
    """A table that the portal may not write to for a while: its transaction ends there, as if it had crashed."""

    @contextmanager
    def without(table):
        owner = Database(address.owner_url, name="forbid")

        def say(words):
            with owner.engine.begin() as connection:
                connection.execute(text(words))

        say(f"REVOKE INSERT ON {table} FROM {address.app_role}")
        try:
            yield
        finally:
            say(f"GRANT INSERT ON {table} TO {address.app_role}")
            owner.close()

    return without


@pytest.fixture
def witness(browser):
    """The words of a witness who has filed a report, and the browser at the door of their follow-up space."""
    browser.fill({"quality": ("witness",)})
    browser.send()
    return list(browser.words)


@pytest.fixture
def hand_over(browser):
    """A witness has a code drawn: from their words to the code's."""

    def draw(words: list[str]) -> list[str]:
        browser.enter(words)
        browser.get("/suivi/personne-concernee")
        browser.post("/suivi/personne-concernee/code", jeton=browser.field("jeton"), etat=browser.field("etat"))
        return list(browser.words)

    return draw


@pytest.fixture
def code(hand_over, witness):
    return hand_over(witness)


@pytest.fixture
def filed(witness):
    return witness


@pytest.fixture
def offer_report(uow, casework, clock):
    """Casework took an oral report down, and offers it: answers its event, and the code."""

    def offer(seed=casework.signing_seed, sealed_for=None, until=None, **told):
        code, report_id = Receipt.draw(), secrets.token_bytes(16)
        answers = as_message(TAKEN_DOWN)
        stands = {"ref": secrets.token_bytes(16), "member_id": "m-boulogne", "member_name": "Boulogne-sur-Mer"}
        offered = ClaimOffer(**({"role": "reporter", "answers": answers} | stands | told))
        offered.made_at.FromDatetime(clock.now() - timedelta(days=3))
        keys = claims.derive(code)
        event = ClaimOffered(
            claim_id=keys.claim_id,
            report_id=report_id,
            cdg_id="cdg-62",
            envelope=claims.seal_offer(
                offered, report_id=sealed_for or report_id, recipient=keys.recipient, signing_seed=seed
            ),
            until_day=(until or TODAY + timedelta(days=60)).isoformat(),
        )
        with uow("offer") as tx:
            keep_offer(tx, event, TODAY)
        return event, offered, list(code.words)

    return offer


@pytest.fixture
def voices(told, casework):
    """Who joined, as casework is told: the event and what it opens."""

    def read():
        found = []
        for event, held in told(VoiceJoined):
            assert held
            found.append((event, Voice.FromString(padding.unpad(age.open(casework.month.secret, event.envelope)))))
        return found

    return read


@pytest.fixture
def spoken(told, casework):
    """What reporters said to casework after filing or joining: the event and what it opens."""

    def read():
        opened = []
        for event, held in told(ReporterSpoke):
            assert held
            said = padding.unpad(age.open(casework.month.secret, event.envelope))
            opened.append((event, ReporterMessage.FromString(said)))
        return sorted(opened, key=lambda pair: pair[1].written_at.ToJsonString())

    return read
