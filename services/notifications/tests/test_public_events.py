"""What other public systems are told: facts about bodies, in order, without a hole, and never a person."""

import json
import threading
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import text

from notifications.domain.public_events import TYPES, NotPublic, euros
from notifications.store.public_events import NoSuchCursor
from notifications.usecases import publishing
from paravent.billing.v1 import events_pb2 as billing
from tests.support.public_facts import CDG, OTHER_CDG, designated, document, every_fact, schemas


def publish(uow, *facts) -> None:
    with uow("publish") as tx:
        for fact in facts:
            publishing.publish(tx, fact)


def read(uow, cursor: int = 0, cdg_id: str = CDG, types=(), limit: int = 100):
    with uow("read") as tx:
        return tx.public_events.after(cdg_id, cursor, types, limit)


def told(uow, **asked) -> list[dict]:
    return [json.loads(body) for body in read(uow, **asked).bodies]


def test_every_event_is_as_the_asyncapi_document_says(uow):
    said, required = schemas(), document()["components"]["schemas"]["Event"]["required"]
    publish(uow, *every_fact())
    events = told(uow)
    assert set(said) == set(TYPES) == {event["type"] for event in events}
    for event in events:
        Draft202012Validator(said[event["type"]], format_checker=Draft202012Validator.FORMAT_CHECKER).validate(event)
        assert set(event) == set(required)


def test_the_document_refuses_a_field_too_many(uow):
    publish(uow, designated())
    [event] = told(uow)
    event["data"]["referent"] = "Maxime Essai"
    assert not Draft202012Validator(schemas()[event["type"]]).is_valid(event)


def test_an_amount_is_an_exact_text(uow):
    publish(uow, every_fact()[5])
    [event] = told(uow)
    assert [event["data"][part] for part in ("net", "tax", "gross")] == ["24.00", "0.05", "24.05"]
    assert [euros(cents) for cents in (0, 7, -150)] == ["0.00", "0.07", "-1.50"]


@pytest.mark.parametrize(
    ("field", "fact"),
    [
        ("name", designated(name="Maxime Essai <maxime.essai@example.org>")),
        ("name", designated(name="Zudausques\x00")),
        ("name", designated(name=" ")),
        ("name", designated(name="x" * 201)),
        ("siren", designated(siren="maxime.essai@example.org")),
        ("insee_code", designated(insee_code="é")),
        ("cdg_id", designated(cdg_id="maxime")),
        ("from_day", designated(day="hier, Maxime Essai")),
        ("cause", billing.MembershipEnded(member=designated().member, until_day="2026-12-31", cause="Maxime")),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_not_told(uow, field, fact):
    with pytest.raises(NotPublic, match=f"^{field}$"):
        publish(uow, fact)
    assert told(uow) == []


def test_a_name_is_told_with_plain_spaces(uow):
    publish(uow, designated(name="Communauté\N{NO-BREAK SPACE}de communes\nde l’Essai "))
    assert told(uow)[0]["data"]["member"]["name"] == "Communauté de communes de l’Essai"


def test_a_feed_holds_its_own_cdg_s_events_only(uow):
    publish(uow, designated(), designated(OTHER_CDG), designated())
    assert [event["sequence"] for event in told(uow)] == ["000000000001", "000000000002"]
    assert {event["source"] for event in told(uow)} == {f"/cdg/{CDG}"}


def test_a_reader_goes_on_from_a_cursor_and_narrows_by_type(uow):
    publish(uow, *every_fact())
    first = read(uow, limit=3)
    assert (len(first.bodies), first.next, first.more) == (3, 3, True)
    rest = read(uow, cursor=first.next)
    assert (len(rest.bodies), rest.next, rest.more) == (4, 7, False)
    ended = read(uow, types=[TYPES[1]])
    assert (len(ended.bodies), ended.next) == (1, 7)


def test_no_reader_misses_an_event_whoever_commits_first(uow):
    """Writers who overlap in time, and one that fails: a reader who always goes on from its cursor sees each once."""
    done, seen = threading.Event(), []

    def write(number: int) -> None:
        for step in range(10):
            try:
                with uow("publish") as tx:
                    publishing.publish(tx, designated(day=f"2026-{number + 1:02d}-{step + 1:02d}"))
                    tx.session.execute(text("SELECT pg_sleep(0.002)"))
                    if step == 5:
                        raise RuntimeError
            except RuntimeError:
                pass

    def follow() -> None:
        cursor = 0
        while True:
            last = done.is_set()
            found = read(uow, cursor, limit=7)
            seen.extend(json.loads(body) for body in found.bodies)
            cursor = found.next
            if last and not found.bodies:
                return

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert [int(event["sequence"]) for event in seen] == list(range(1, 37))
    assert len({event["data"]["from_day"] for event in seen}) == 36


def test_events_are_forgotten_after_thirteen_months_and_a_late_reader_is_told(uow, clock):
    publish(uow, designated(), designated())
    clock.advance(timedelta(days=397))
    publish(uow, designated())
    with uow("forget") as tx:
        assert publishing.forget(tx) == 2
    assert [event["sequence"] for event in told(uow)] == ["000000000003"]
    assert [event["sequence"] for event in told(uow, cursor=2)] == ["000000000003"]
    with pytest.raises(NoSuchCursor) as late:
        read(uow, cursor=1)
    assert late.value.gone
    for never in (4, -1):
        with pytest.raises(NoSuchCursor) as odd:
            read(uow, cursor=never)
        assert not odd.value.gone
