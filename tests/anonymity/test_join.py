"""Join audit: no value that a report brought stands both in identity-vault's zone and anywhere else."""

import base64
import json
import uuid
from hashlib import md5, sha256

import pytest

from tests.anonymity import zones
from tests.support import sealed, stores

# Kinds of column that tell a moment finer than a day.
_FINE = ("timestamp without time zone", "timestamp with time zone", "time without time zone", "time with time zone")
# The last release of the whole service, not of an event (docs/decisions/0002); and the journal of what is done with
# identities, where the moment of a disclosure is what must be kept: who saw a name answers for it, and the reporter is
# told when. The chained entry repeats it; both are to the second, and nothing else in them tells a moment
# (`test_the_journal_tells_whole_seconds_and_only_tags`). What a reporter signs comes there in its slot of 300 s, and to
# casework with the next release of held events.
_ALLOWED = {("intake", "relay_state", "released_at"), (stores.VAULT, "journal", "at")}


# Where a value of one report, statement, contact, mail, order or erasure stands, on each side.
VAULT_COLUMNS = (
    *("openbao path", "openbao record"),
    *("identity-vault.record_keys.path", "identity-vault.record_keys.key"),
    *("identity-vault.registrations.tag", "identity-vault.consents.id_tag", "identity-vault.consents.sealed"),
    *("identity-vault.passkeys.credential_tag", "identity-vault.orders.order_id", "identity-vault.erasures.order_tag"),
    *("identity-vault.links.tag", "identity-vault.rings.ring_tag", "identity-vault.contacts.tag"),
    *("identity-vault.call_backs.tag", "identity-vault.journal.subject", "identity-vault.journal.entry"),
)
OTHER_COLUMNS = (
    *("intake.reports.lookup_id", "intake.vault_queue.record", "intake.messages.message_id"),
    *("casework.cases.report_id", "casework.identity_requests.request_id", "casework.identity_requests.sealed"),
    *("intake.claims.claim_id", "intake.claims.envelope", "intake.former_words.lookup_id"),
    *("intake.former_words.envelope", "casework.voices.report_id", "casework.voices.sealed_origin"),
    *("casework.reach_queue.frame", "casework.erase_queue.frame"),
)


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
    for column in VAULT_COLUMNS:
        assert _how_many(new.vault, column), column
    for column in OTHER_COLUMNS:
        assert _how_many(new.others, column), column
    print(f"audit: {len(new.vault)} values of identity-vault compared with {len(new.others)} others", flush=True)


def test_no_value_joins_the_two_zones(new):
    assert new.joins() == set()


@pytest.mark.parametrize("service", ["intake", stores.VAULT])
def test_no_column_tells_a_moment_finer_than_a_day(audited, service):
    query = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
    fine = {(service, table, name) for table, name, kind in stores.rows(audited.demo, service, query) if kind in _FINE}

    assert fine - _ALLOWED == set()


def test_the_journal_tells_whole_seconds_and_only_tags(audited):
    """Of whom and by whom: keyed hashes of 32 bytes, or nothing."""
    query = "SELECT at, convert_from(entry, 'UTF8') FROM journal"
    rows = stores.rows(audited.demo, stores.VAULT, query)

    assert rows
    for at, entry in rows:
        told = json.loads(entry)
        assert at.microsecond == 0
        assert {len(base64.urlsafe_b64decode(told[who])) for who in ("subject", "actor")} <= {0, 32}
        assert set(told) == {"v", "kind", "at", "subject", "actor", "reason", "sealed"}


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


def _carried_over(vault: zones.Values, *leaks: object) -> zones.Zones:
    """What identity-vault holds, and what of it another service kept."""
    kept = zones.Zones(vault)
    for number, leak in enumerate(leaks):
        zones.note(kept.others, f"planted {number}", leak)
    return kept


def _planted(new: zones.Zones, leak: object) -> zones.Zones:
    planted = zones.Zones({}, new.others)
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
        lambda raw: sha256(raw).digest(),
        lambda raw: md5(raw, usedforsecurity=False).hexdigest(),
    ],
)
@pytest.mark.parametrize("column", ["casework.cases.report_id", "intake.reports.lookup_id"])
def test_a_planted_join_is_found(new, column, form):
    planted = _planted(new, form(_value_of(new, column)))

    assert ("planted", column) in planted.joins()


@pytest.mark.parametrize("column", VAULT_COLUMNS)
def test_what_another_service_kept_of_the_vaults_is_found(new, column):
    """A consent's id, a report's tag, a contact, a path...: as it is, in a text, hashed."""
    leak = next(value for value, places in new.vault.items() if column in places and len(value) >= 16)
    kept = _carried_over(new.vault, leak, f"path={leak.hex()}", sha256(leak).digest(), sha256(leak).hexdigest())

    assert kept.joins() >= {(column, f"planted {number}") for number in range(4)}


def test_what_machines_say_of_themselves_on_both_sides_is_no_join():
    """The same fault, and the same pace of two PostgreSQL clusters."""
    said = ('"causes": ["ConnectionRefusedError"]', "sync files=0, longest=0.000 s, average=0.000 s; distance=6656 kB")
    both = zones.Zones()
    for side in (both.vault, both.others):
        for line in said:
            zones.note(side, "a log", line)

    assert both.joins() == set()


def test_the_ref_of_a_report_is_kept_by_neither_and_would_be_found(audited, new):
    """Sealed on both sides. In clear, or hashed without a key on one, it would join them."""
    for ref in sealed.refs(audited.demo, [person.receipt for person in audited.everybody]):
        for known in (ref, sha256(ref).digest(), md5(ref, usedforsecurity=False).digest()):
            assert known not in new.vault
            assert known not in new.others
        held: zones.Values = {}
        zones.note(held, "vault", ref)

        assert len(_carried_over(held, ref, ref.hex(), sha256(ref).digest()).joins()) == 3


def test_a_ciphertext_carried_over_inside_another_is_found(new):
    column = "intake.vault_queue.record"
    record = next(v for v, places in new.others.items() if column in places and len(v) > 1000)

    assert ("planted", column) in _planted(new, b"shifted" + record[33:900]).joins()
