"""Join audit: no value that a report brought stands both in identity-vault's zone and anywhere else."""

import base64
import uuid

import pytest

from tests.anonymity import zones
from tests.support import stores

# Kinds of column that tell a moment finer than a day.
_FINE = ("timestamp without time zone", "timestamp with time zone", "time without time zone", "time with time zone")
# The last release of the whole service, not of an event (docs/decisions/0002); and the journal of what is done with
# identities, where the moment of a disclosure is what must be kept.
_ALLOWED = {("intake", "relay_state", "released_at"), (stores.VAULT, "journal", "at")}


@pytest.fixture(scope="module")
def new(audited):
    """What the reports brought, on each side."""
    return audited.after.without(audited.before)


def _how_many(values: zones.Values, place: str) -> int:
    return sum(place in places for places in values.values())


def test_both_sides_have_something_to_join(new):
    assert _how_many(new.vault, "openbao path") >= 10
    assert _how_many(new.others, "intake.vault_queue.record") >= 10
    assert _how_many(new.others, "casework.cases.report_id") >= 10


def test_no_value_joins_the_two_zones(new):
    assert new.joins() == set()


@pytest.mark.parametrize("service", ["intake", stores.VAULT])
def test_no_column_tells_a_moment_finer_than_a_day(audited, service):
    query = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    fine = {(service, table, name) for table, name, kind in stores.rows(audited.demo, service, query) if kind in _FINE}

    assert fine - _ALLOWED == set()


def test_every_record_has_one_size(audited):
    sizes = {sum(len(str(value)) for value in data["data"].values()) for _, data in stores.records(audited.demo)}

    assert len(sizes) == 1


def test_an_anonymous_record_cannot_be_told_from_another(audited):
    """Half of the people are anonymous; the records have the same fields."""
    shapes = {tuple(sorted(data["data"])) for _, data in stores.records(audited.demo)}

    assert len(shapes) == 1


# --- the audit itself


def _value_of(new: zones.Zones, column: str) -> bytes:
    return next(value for value, places in new.others.items() if column in places and len(value) == 16)


def _planted(new: zones.Zones, leak: object) -> zones.Zones:
    planted = zones.Zones({value: set(places) for value, places in new.vault.items()}, new.others)
    zones.note(planted.vault, "planted", leak)
    return planted


@pytest.mark.parametrize(
    "form",
    [
        lambda raw: raw,
        lambda raw: raw.hex(),
        lambda raw: raw.hex().upper(),
        lambda raw: str(uuid.UUID(bytes=raw)),
        lambda raw: base64.b64encode(raw).decode(),
        lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="),
        lambda raw: f'{{"path": "identities/data/{raw.hex()}"}}',
        lambda raw: {"record": [{"ref": raw}]},
    ],
)
@pytest.mark.parametrize("column", ["casework.cases.report_id", "intake.reports.lookup_id"])
def test_a_planted_join_is_found(new, column, form):
    planted = _planted(new, form(_value_of(new, column)))

    assert ("planted", column) in planted.joins()


def test_a_ciphertext_carried_over_inside_another_is_found(new):
    column = "intake.vault_queue.record"
    record = next(v for v, places in new.others.items() if column in places and len(v) > 1000)

    assert ("planted", column) in _planted(new, b"shifted" + record[33:900]).joins()
