"""Properties of statements and of the states of a consent: whatever is changed, nothing opens."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import rfc8785
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chassis.sealing import statements
from chassis.sealing.statements import BadStatement, Statement, verify
from chassis.signing import public_half, sign
from identity_vault.domain.consents import Consent, Fault, Rules, State, Terms, Unusable, admit
from identity_vault.domain.reporters import AddedName, NewKey, NotAllowed, Reporter, Signed
from identity_vault.store.verifier_rows import terms_of
from paravent.identity_vault.v1.record_pb2 import SignedStatement

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)
unhurried = settings(deadline=None)
RULES = Rules(DAY)
PERSON = {"issuer": "https://idp.example.org", "subject": "referent-1"}

times = st.integers(1_767_225_600, 1_830_297_600).map(lambda second: datetime.fromtimestamp(second, UTC))
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
seeds = st.binary(min_size=32, max_size=32)
ids = st.binary(min_size=16, max_size=16)


@st.composite
def consents(draw: st.DrawFn) -> Statement:
    at = draw(times)
    values = {
        **{name: draw(texts) for name in ("issuer", "subject", "name", "body", "case_label")},
        "purpose": draw(st.sampled_from(statements.PURPOSES)),
        "regime": draw(st.sampled_from(["avdhas", "alert"])),
        "fields": draw(st.lists(st.sampled_from(statements.FIELDS), min_size=1, unique=True)),
        "until": (at.date() + timedelta(days=draw(st.integers(0, 366)))).isoformat(),
        "text": draw(st.binary(min_size=32, max_size=32)),
    }
    return Statement(statements.CONSENT, draw(ids), at, values, draw(ids))


def terms(signed_at: datetime = NOON, until: date | None = None, **values: str) -> Terms:
    last = until or (signed_at + timedelta(days=30)).date()
    who = {"name": "Paul", "body": "CDG 62", "purpose": "meeting", "case_label": "1", "regime": "avdhas"} | PERSON
    return Terms(id=bytes(16), ref=bytes(16), fields=("name",), signed_at=signed_at, until=last, text=bytes(32),
                 **(who | values))  # fmt: skip


# --- statements ---------------------------------------------------------------------------------------------------


@unhurried
@given(consents(), seeds)
def test_what_a_reporter_signs_is_what_is_read(consent, seed):
    read = terms_of(verify(consent.signed(seed), public_half(seed)))
    assert (read.ref, read.id, read.signed_at) == (consent.ref, consent.id, consent.at)
    assert {name: getattr(read, name) for name in ("issuer", "subject", "purpose", "regime")} == {
        name: consent.values[name] for name in ("issuer", "subject", "purpose", "regime")
    }


@unhurried
@given(consents(), seeds, seeds)
def test_a_forged_consent_is_refused(consent, seed, other):
    assume(seed != other)
    with pytest.raises(BadStatement):
        verify(consent.signed(other), public_half(seed))


@unhurried
@given(consents(), seeds, st.data())
def test_a_consent_with_any_byte_changed_is_refused(consent, seed, data):
    signed = consent.signed(seed)
    part = data.draw(st.sampled_from(["statement", "signature"]))
    content = bytearray(getattr(signed, part))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    setattr(signed, part, bytes(content))
    with pytest.raises(BadStatement):
        verify(signed, public_half(seed))


@unhurried
@given(consents(), consents(), seeds)
def test_a_re_scoped_consent_is_refused(consent, other, seed):
    """Each field replaced, alone, by another valid value; canonical again, under the old signature."""
    signed = consent.signed(seed)
    content, replacement = json.loads(signed.statement), json.loads(other.canonical())
    for name in content:
        if content[name] == replacement[name]:
            continue
        changed = SignedStatement(
            statement=rfc8785.dumps(content | {name: replacement[name]}), signature=signed.signature
        )
        with pytest.raises(BadStatement):
            verify(changed, public_half(seed))


@unhurried
@given(consents(), seeds, st.sampled_from(["extra", "missing", "space"]))
def test_a_consent_in_another_writing_is_refused(consent, seed, how):
    """Even when its own key signs it."""
    content = json.loads(consent.canonical())
    if how == "extra":
        content["more"] = "x"
    if how == "missing":
        del content["until"]
    data = json.dumps(content).encode() if how == "space" else rfc8785.dumps(content)
    signature = sign(seed, b"paravent/statement/v1", data)
    with pytest.raises(BadStatement):
        verify(SignedStatement(statement=data, signature=signature), public_half(seed))


@unhurried
@given(consents(), times)
def test_only_timely_consents_are_admitted(consent, now):
    said = terms_of(consent)
    try:
        admit(said, now, RULES)
    except Unusable:
        late = now - said.signed_at > RULES.oldest or now >= said.valid_until
        early = said.signed_at > now + timedelta(seconds=60)
        long = said.valid_until - said.signed_at > RULES.longest + DAY
        assert late or early or long
    else:
        assert now - RULES.oldest <= said.signed_at <= now + timedelta(seconds=60)
        assert said.signed_at - DAY < said.valid_until <= said.signed_at + RULES.longest + DAY
        assert now < said.valid_until


# --- states -------------------------------------------------------------------------------------------------------

steps = st.lists(st.tuples(st.sampled_from(["use", "withdraw", "hasten"]), st.integers(0, 40 * 24)), max_size=8)


@unhurried
@given(steps)
def test_a_consent_is_used_at_most_once_and_never_too_early_late_or_after_a_withdrawal(taken):
    consent = Consent(terms())
    used, withdrawn, hastened = 0, False, False
    for what, hours in sorted(taken, key=lambda step: step[1]):
        now = NOON + timedelta(hours=hours)
        try:
            if what == "use":
                consent = consent.used(now, DAY, **PERSON)
                used += 1
                assert not withdrawn
                assert hastened or now >= NOON + DAY
                assert now < consent.terms.valid_until
            elif what == "withdraw":
                consent = consent.withdrawn(now)
                withdrawn = True
            else:
                consent = consent.hastened(now, DAY)
                hastened = True
        except Unusable:
            continue
    assert used <= 1


@unhurried
@given(times, st.timedeltas(timedelta(0), timedelta(days=3)), times)
def test_never_effective_before_its_delay_unless_hastened(signed_at, delay, now):
    consent = Consent(terms(signed_at))
    assert consent.effective_at(delay) == signed_at + delay
    if consent.state(now, delay) is State.EFFECTIVE:
        assert signed_at + delay <= now < consent.terms.valid_until


@unhurried
@given(texts, texts)
def test_an_other_addressee_is_refused(issuer, subject):
    assume((issuer, subject) != (PERSON["issuer"], PERSON["subject"]))
    with pytest.raises(Unusable) as caught:
        Consent(terms()).used(NOON + DAY, DAY, issuer=issuer, subject=subject)
    assert caught.value.fault is Fault.OTHER_ADDRESSEE


@pytest.mark.parametrize(
    ("consent", "fault"),
    [
        (Consent(terms(), used_at=NOON), Fault.USED),
        (Consent(terms(), withdrawn_at=NOON), Fault.WITHDRAWN),
        (Consent(terms(until=NOON.date())), Fault.EXPIRED),
        (Consent(terms(NOON + DAY)), Fault.NOT_YET),
        (Consent(terms(), hastened_at=NOON, withdrawn_at=NOON), Fault.WITHDRAWN),
        (Consent(terms(until=NOON.date()), hastened_at=NOON), Fault.EXPIRED),
    ],
)
def test_each_state_says_why(consent, fault):
    with pytest.raises(Unusable) as caught:
        consent.used(NOON + DAY, DAY, **PERSON)
    assert caught.value.fault is fault


def test_the_last_day_is_a_day_in_paris():
    said = terms(until=date(2026, 12, 1))
    end = datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    assert Consent(said).state(end - timedelta(seconds=1), DAY) is State.EFFECTIVE
    assert Consent(said).state(end, DAY) is State.EXPIRED


def test_a_hastening_does_not_delay():
    consent = Consent(terms(), hastened_at=NOON + timedelta(days=2))
    assert consent.effective_at(DAY) == NOON + DAY


# --- keys and names -----------------------------------------------------------------------------------------------

SIGNED = Signed(b"", b"")


@unhurried
@given(st.lists(st.tuples(ids, seeds, st.integers(0, 100)), max_size=6), st.integers(0, 200))
def test_one_key_signs_at_a_time(new, hours):
    reporter = Reporter(bytes(32))
    for identifier, key, at in sorted(new, key=lambda one: one[2]):
        received_at = NOON + timedelta(hours=at)
        before = reporter.keys(received_at, DAY)
        try:
            reporter = reporter.with_key(NewKey(identifier, key, received_at, SIGNED), DAY)
        except NotAllowed:
            assert reporter.waiting_key(received_at, DAY)
        assert reporter.keys(received_at, DAY) == before
    keys = reporter.keys(NOON + timedelta(hours=hours), DAY)
    assert keys[0] == bytes(32)
    assert len(keys) <= 1 + len(new)


@unhurried
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 50)), unique_by=lambda n: n[0]), st.integers(0, 50))
def test_no_name_given_before_a_withdrawal_is_disclosed(names, hours):
    withdrawn_at = NOON + timedelta(hours=hours)
    reporter = Reporter(bytes(32))
    for number, at in names:
        reporter = reporter.with_name(AddedName(number, bytes(32), NOON + timedelta(hours=at), SIGNED))
    reporter = reporter.without_name(withdrawn_at)
    given_name = reporter.name_given()
    later = [number for number, at in names if at > hours]
    assert (given_name.number if given_name else 0) == max(later, default=0)
    assert not reporter.may_disclose(withdrawn_at)
    assert reporter.may_disclose(withdrawn_at + DAY) is bool(later)
    assert replace(reporter, name_withdrawn_at=None).may_disclose(NOON)
