"""Another public system: it reads a CdG's feed with a token, and is pushed what it asked for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from local_platform.demo import Demo
from tests.support import stores
from tests.support.public_facts import schemas
from tests.support.webhook_receiver import Receiver, receiving


@dataclass(frozen=True)
class Listener:
    """Every event that it shows is as the published document says, to the field."""

    url: str
    token: str
    secret: str
    receiver: Receiver

    def read(self, siren: str | None = None) -> list[dict[str, Any]]:
        """The feed from its beginning, in order; of one member."""
        found: list[dict[str, Any]] = []
        cursor, more = "0", True
        while more:
            answer = httpx.get(self.url, params={"after": cursor}, headers={"authorization": f"Bearer {self.token}"})
            answer.raise_for_status()
            found += [_checked(event) for event in answer.json()["events"]]
            cursor, more = answer.json()["next"], answer.json()["more"]
        return [event for event in found if siren in (None, event["subject"])]

    def pushed(self, siren: str) -> list[dict[str, Any]]:
        """What came by webhook about a member; each signature is checked."""
        came = [_checked(Webhook(self.secret).verify(body, headers)) for headers, body in self.receiver.received]
        return [event for event in came if event["subject"] == siren]


@contextmanager
def listening(demo: Demo, department: str, *types: str) -> Iterator[Listener]:
    """Registered with the operator's commands; `types`: what it is pushed."""
    ((cdg_id,),) = stores.rows(demo, "billing", f"SELECT id FROM cdgs WHERE department = '{department}'")
    cdg, command = str(cdg_id), ("-m", "notifications")
    with receiving() as receiver, ThreadPoolExecutor() as both:
        token = both.submit(demo.run, "notifications.worker", *command, "tokens", "issue", cdg, "Trésorerie")
        endpoint = both.submit(demo.run, "notifications.pusher", *command, "webhooks", "add", cdg, receiver.url, *types)
        secret = endpoint.result().split()[1]
        yield Listener(f"{demo.url('events')}/v1/events", token.result().strip(), secret, receiver)


def _checked(event: dict[str, Any]) -> dict[str, Any]:
    Draft202012Validator(schemas()[event["type"]], format_checker=Draft202012Validator.FORMAT_CHECKER).validate(event)
    return event
