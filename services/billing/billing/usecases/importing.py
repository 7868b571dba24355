"""Bodies to approach, or that joined, come from a list: read, shown line by line, then applied at once."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from billing.domain.listing import Entry, Places, Reason, Refusal, RefusedLine, read_entries
from billing.domain.listing_plan import Known, Planned, plan
from billing.domain.listing_table import Column, Row, decode, read_listing
from billing.domain.parties import Cdg, Commune, Manager
from billing.domain.people import Contact, Person, same_name
from billing.store.imports import Import
from billing.store.transaction import Transaction
from billing.usecases import announcing
from billing.usecases.habilitations import Unknown
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events

# How long a list is kept, applied or not.
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Done:
    """What an applied list did."""

    at: datetime
    added: int
    changed: int


@dataclass(frozen=True, slots=True)
class Review:
    """A list line by line. Once it is `done`, only what was refused is left of it."""

    id: uuid.UUID
    headings: tuple[str, ...]
    ignored: tuple[str, ...]
    new: list[Planned]
    changed: list[Planned]
    same: int
    refused: list[RefusedLine]
    done: Done | None = None


def receive(uow: UnitOfWork[Transaction], manager: Manager, data: bytes, clock: Clock) -> uuid.UUID:
    """Keep a list until it is applied; older ones are forgotten. Raises FileRefused when it cannot be read at all."""
    text = decode(data)
    read_listing(text)
    now = clock.now()
    with uow("receive_import") as tx:
        tx.imports.forget(manager.cdg_id, now - _KEPT)
        return tx.imports.add(manager.cdg_id, manager.id, text, now)


def review(uow: UnitOfWork[Transaction], manager: Manager, import_id: uuid.UUID, places: Places) -> Review:
    """What applying the list would do now, or did. Raises Unknown."""
    with uow("review_import") as tx:
        return _review(tx, _import(tx, manager, import_id), tx.parties.cdg(manager.cdg_id), places)


def apply(uow: UnitOfWork[Transaction], manager: Manager, import_id: uuid.UUID, places: Places, clock: Clock) -> Review:
    """Write every good line in one transaction; a second time nothing happens. Raises Unknown."""
    now = clock.now()

    def work(tx: Transaction) -> Review:
        tx.imports.one_at_a_time(manager.cdg_id)
        sent = _import(tx, manager, import_id, lock=True)
        cdg = tx.parties.cdg(manager.cdg_id)
        if sent.applied_at is None:
            _write(tx, cdg, _review(tx, sent, cdg, places, lock=True), now)
            sent = _import(tx, manager, import_id)
        return _review(tx, sent, cdg, places)

    return uow.run("apply_import", work)


def unrecorded(uow: UnitOfWork[Transaction], manager: Manager, communes: Sequence[Commune]) -> list[Commune]:
    """Communes of an official list that are this CdG's to approach, and that it has not recorded."""
    with uow("unrecorded") as tx:
        department = tx.parties.cdg(manager.cdg_id).department
        ours = [commune for commune in communes if commune.department == department]
        known = tx.members.by_siren([commune.siren for commune in ours])
    return [commune for commune in ours if commune.siren not in known]


def _import(tx: Transaction, manager: Manager, import_id: uuid.UUID, *, lock: bool = False) -> Import:
    found = tx.imports.get(import_id, manager.cdg_id, lock=lock)
    if found is None:
        raise Unknown
    return found


def _review(tx: Transaction, sent: Import, cdg: Cdg, places: Places, *, lock: bool = False) -> Review:
    """What the list would do. `lock`: about to do it, so nobody else changes what is known meanwhile."""
    if sent.applied_at is not None:
        headings, refused = _loads(sent.content)
        return Review(
            sent.id, headings, (), [], [], 0, refused, Done(sent.applied_at, sent.added or 0, sent.changed or 0)
        )
    listing = read_listing(sent.content)
    entries, refused = read_entries(listing, cdg.department, places)
    known = _known(tx, entries, lock=lock)
    entries, misnamed = _well_named(tx, entries)
    refused += misnamed
    planned: list[Planned] = []
    for entry in entries:
        result = plan(entry, known.get(entry.siren), cdg)
        if isinstance(result, Planned):
            planned.append(result)
        else:
            refused.append(result)
    changed = [each for each in planned if each.changes]
    new = [each for each in planned if each.new]
    refused.sort(key=lambda line: line.row.line)
    same = len(planned) - len(new) - len(changed)
    return Review(sent.id, listing.headings, listing.ignored, new, changed, same, refused)


def _known(tx: Transaction, entries: Sequence[Entry], *, lock: bool) -> dict[str, Known]:
    members = tx.members.by_siren([entry.siren for entry in entries], lock=lock)
    ids = [member.id for member in members.values()]
    addresses, correspondents = tx.parties.buyers(ids), tx.parties.correspondences(ids)
    return {
        siren: Known(member, addresses.get(member.id), correspondents.get(member.id))
        for siren, member in members.items()
    }


def _well_named(tx: Transaction, entries: Sequence[Entry]) -> tuple[list[Entry], list[RefusedLine]]:
    """An address is one person's, here as on the forms."""
    people = tx.people.by_email([entry.email for entry in entries if entry.email])
    good, refused = [], []
    for entry in entries:
        person = people.get(entry.email)
        if person is None or same_name(person.name, entry.contact):
            good.append(entry)
        else:
            refused.append(RefusedLine(entry.row, (Refusal(Column.CONTACT, Reason.OTHER_NAME),)))
    return good, refused


def _write(tx: Transaction, cdg: Cdg, seen: Review, now: datetime) -> None:
    """Bodies that somebody else recorded a moment ago are refused: sent again, their line is a change."""
    inserted = tx.members.add_all([each.member for each in seen.new])
    added = [each for each in seen.new if each.member.id in inserted]
    meanwhile = [each for each in seen.new if each.member.id not in inserted]
    tx.members.change_all([each.member for each in seen.changed])
    written = added + seen.changed
    tx.parties.set_buyers([(each.member, each.address) for each in written if each.address])
    _correspondents(tx, [each for each in written if each.correspondent], now)
    _announce(tx, cdg, seen.changed)
    refused = seen.refused + [
        RefusedLine(each.entry.row, (Refusal(Column.SIREN, Reason.MEANWHILE),)) for each in meanwhile
    ]
    lines = _dumps(seen.headings, refused)
    tx.imports.finish(seen.id, now, lines, added=len(added), changed=len(seen.changed), refused=len(refused))


def _correspondents(tx: Transaction, planned: Sequence[Planned], now: datetime) -> None:
    entries = [each.entry for each in planned]
    contacts = {entry.email: Contact(entry.contact, entry.function, entry.email, "") for entry in entries}
    people, new = tx.people.claim_all(list(contacts.values()))
    tx.outbox.add_all((_told(person) for person in new), signed=True)
    rows = [(each.member.id, people[each.entry.email].id, each.entry.function) for each in planned]
    tx.parties.set_correspondents(rows, paris_day(now))
    for each in planned:
        if not each.new:
            tx.space_links.close_all(each.member.id, now)


def _told(person: Person) -> events.ContactChanged:
    return events.ContactChanged(person_id=str(person.id), version=person.version, email=person.email)


def _announce(tx: Transaction, cdg: Cdg, changed: Sequence[Planned]) -> None:
    """Others know the names of members that have a convention; every changed file has a new version."""
    renamed = {each.member.id: each.member for each in changed if any(c.column is Column.NAME for c in each.changes)}
    told = tx.conventions.latest(renamed)
    for member_id, convention in told.items():
        announcing.membership(tx, cdg, renamed[member_id], convention)
    tx.members.next_versions(each.member.id for each in changed if each.member.id not in told)


def _dumps(headings: tuple[str, ...], refused: Sequence[RefusedLine]) -> str:
    rows: list[dict[str, Any]] = [
        {"line": each.row.line, "cells": each.row.cells, "why": [(w.column, w.reason, w.line) for w in each.refusals]}
        for each in refused
    ]
    return json.dumps({"headings": headings, "refused": rows}, ensure_ascii=False)


def _loads(text: str) -> tuple[tuple[str, ...], list[RefusedLine]]:
    kept = json.loads(text)
    return tuple(kept["headings"]), [
        RefusedLine(
            Row(each["line"], tuple(each["cells"])),
            tuple(Refusal(Column(column), Reason(reason), line) for column, reason, line in each["why"]),
        )
        for each in kept["refused"]
    ]
