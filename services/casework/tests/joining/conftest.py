"""A witness's case that somebody joins, and what is looked at of it."""

import pytest

from casework.store import tables
from casework.usecases import agreements, handling, reading


@pytest.fixture
def witness(world, town):
    return world.file(town, quality="witness", what="Je vois un collègue se faire humilier.")


@pytest.fixture
def case_id(world, witness):
    made = world.release(witness)
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), made)
    return made


@pytest.fixture
def victim(world, witness, case_id):
    joined = world.join(witness)
    world.open_all()
    return joined


def view(world, case_id, person: str = "referent-1"):
    return reading.show_to_handler(world.uow, world.desk, world.staff(person), case_id)


def voice_of(world, case_id):
    [voice] = view(world, case_id).proceeding.voices
    return voice


def check(world, case_id, *, concerned: bool = True, person: str = "referent-1") -> None:
    voice_id = voice_of(world, case_id).voice_id
    agreements.check_voice(world.uow, world.desk, world.staff(person), case_id, voice_id, concerned=concerned)


def proceeds(world, case_id, reason: str = "danger", motive: str = "Des coups ont été portés.") -> None:
    agreements.proceed_without(world.uow, world.desk, world.staff("referent-1"), case_id, reason, motive)


def statuses(world, who) -> list[str]:
    return [n.status.status for n in world.told(who) if n.WhichOneof("body") == "status"]


def standing(world, witness) -> str:
    return world.case_of(witness).proceeding


def aside(world) -> list[str]:
    return [row.kind for row in world.rows(tables.inbound) if row.state == "unopenable"]


def journal(world) -> list[str]:
    return [row.action for row in world.rows(tables.access_journal)]
