"""Time audit: when a record reaches identity-vault does not tell whose it is.

The game. 300 reports are filed with one CdG at its real rate: the territorial civil service counted 6,082 reports in
2021 (domain brief, 1.6), about 64 a year for each of some 95 CdGs, which we let come on working days from 7 to 22 h.
The attacker is given the exact second of each filing, which no store holds (worst case: he stood behind each reporter),
and every moment at which something reached identity-vault. He knows all rules, has learned how long reports take by
running them himself, and names the record of each report by the best assignment he can find.

The bound. With production settings one frame leaves in each slot of 300 s, a cover where nothing is due. So the moments
are the same whatever is filed, and say nothing. What is left is the rule: a report takes a slot drawn evenly from the
288 of the next 24 hours, later only where several are due at once. Whatever he picks is right with a chance of 1/288,
so of 300 he expects 300/288 = 1.04; the count follows (nearly) Poisson's law, by which more than 6 come up about once
in ten thousand audits. BOUND is 6 of 300 (2 %), and over ten audits together twice chance (3.2 standard deviations).

What it rests on. Covers must look like reports. Who could tell them apart would meet one report in about six days,
often alone in its day: `test_without_covers_the_same_delays_hide_little` shows it. Statements leave in the next slot:
that *some* reporter spoke within five minutes or so can be seen by the verifier, which reads them anyway.
"""

import json
import random
import re
from datetime import UTC, datetime

import pytest

from tests.anonymity.attack import Rules, burst, filings, hits
from tests.support import stores

REPORTS = 300
# Reports a year with one CdG.
RATE = 6082 / 95
CHANCE = 1 / 288
BOUND = 6

PRODUCTION = Rules(slot=300, delay=86_400, covers=True)
# Seconds between two slots of the platform that the audits look into.
SLOT = 1.0

# Roles of intake that see a report when it is filed.
_SILENT = ("web", "relay", "sealpump")
# The last release of the whole service, not of an event (docs/decisions/0002).
_ALLOWED = {"intake.relay_state.released_at"}
_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d:00Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


@pytest.fixture(scope="module")
def filed():
    return filings(REPORTS, RATE, random.Random(11))


def test_with_production_settings_the_attacker_does_no_better_than_chance(filed):
    found = hits(filed, PRODUCTION, seed=1)
    print(f"audit: {found} of {REPORTS} records found by their time; chance finds {REPORTS * CHANCE:.1f}", flush=True)

    assert found <= BOUND


def test_nor_does_he_over_ten_audits(filed):
    found = sum(hits(filings(REPORTS, RATE, random.Random(seed)), PRODUCTION, seed) for seed in range(10))

    assert found <= 2 * 10 * REPORTS * CHANCE


def test_nor_when_everybody_files_within_the_hour():
    assert hits(burst(REPORTS, 3600, random.Random(5)), PRODUCTION, seed=2) <= BOUND


def test_without_delay_and_covers_he_finds_nearly_all(filed):
    """Planted: the audit sees what it is there to see."""
    assert hits(filed, Rules(delay=0, covers=False), seed=3) >= 0.95 * REPORTS


def test_with_covers_but_without_delay_he_finds_nearly_all(filed):
    assert hits(filed, Rules(delay=0, covers=True), seed=4) >= 0.95 * REPORTS


def test_without_covers_the_same_delays_hide_little(filed):
    assert hits(filed, Rules(covers=False), seed=5) >= 0.7 * REPORTS


# --- the platform: what it keeps of a report's time


def test_records_are_created_in_slots_one_in_each(audited):
    """The reports' frames among them. A loaded machine is late now and then, seldom by the whole slot of this audit (a
    second; 300 at work), so that two share one."""
    made = sorted(
        datetime.fromisoformat(data["metadata"]["created_time"]).timestamp() for _, data in stores.records(audited.demo)
    )
    off = sorted(at % SLOT for at in made)

    assert len(made) > 2 * len(audited.people)
    assert off[int(0.9 * len(off))] < 0.5 * SLOT
    taken = [int(at / SLOT) for at in made]
    assert len(taken) - len(set(taken)) <= len(taken) // 50


def test_intakes_logs_tell_the_hour_at_most(audited):
    for role in _SILENT:
        lines = [line for line in audited.demo.log(f"intake.{role}").read_text().splitlines() if line.startswith("{")]
        assert all(_HOUR.fullmatch(json.loads(line)["time"]) for line in lines), role
        assert not any(_MOMENT.search(line.replace(":00Z", "")) for line in lines), role


def test_no_span_of_a_reporters_request_leaves_intake(audited):
    """Other services are traced: the collector did receive something."""
    received = [path.read_text(errors="replace") for path in audited.demo.otlp.rglob("*") if path.is_file()]
    origins = {origin for text in received for origin in _origins(text)}

    assert any(service == "casework" for service, _ in origins)
    assert not {role for service, role in origins if service == "intake"} & set(_SILENT)


def test_no_value_of_intake_is_a_moment(audited):
    """No text with an hour, no number that counts the seconds since 1970, whatever the type of its column."""
    now = datetime.now(UTC).timestamp()
    found = {
        place
        for place, value in stores.values(audited.demo, "intake")
        if place not in ("intake.relay_state.released_at", "intake.alembic_version.version_num")
        and _is_moment(value, now)
    }

    assert found == set()


def test_a_planted_moment_is_found():
    now = datetime.now(UTC).timestamp()
    for planted in (datetime.now(UTC), int(now), int(now * 1000), int(now * 1e6), "le 2026-11-22T03:04", str(int(now))):
        assert _is_moment(planted, now)
    for harmless in (12, "2026-11-22", datetime.now(UTC).date(), "cdg-62", b"\x00" * 16, True, None):
        assert not _is_moment(harmless, now)


def test_blobs_carry_the_day_of_their_filing_and_no_time(audited):
    times = {blob.stat().st_mtime % 3600 for blob in audited.demo.shared_folder("intake-blobs").iterdir()}

    assert times == {0.0}


def _origins(text: str) -> set[tuple[str, str]]:
    """(service, role) of every resource in a file of received telemetry."""
    found = set()
    for line in text.splitlines():
        for resource in _resources(json.loads(line)):
            named = {a["key"]: a["value"].get("stringValue", "") for a in resource.get("attributes", ())}
            found.add((named.get("service.name", ""), named.get("paravent.role", "")))
    return found


def _resources(value: object):
    if isinstance(value, dict):
        if isinstance(value.get("resource"), dict):
            yield value["resource"]
        for inner in value.values():
            yield from _resources(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _resources(inner)


def _is_moment(value: object, now: float) -> bool:
    if isinstance(value, datetime):
        return True
    if isinstance(value, str) and _MOMENT.search(value):
        return True
    if isinstance(value, bool) or not (isinstance(value, (int, float)) or str(value).isdecimal()):
        return False
    return any(abs(float(str(value)) / unit - now) < 86_400 for unit in (1, 1e3, 1e6, 1e9))
