"""What people look at: lists and pages. Looking at a case is written down, and the reporter is told of a reading."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row

from casework.domain.acts import Regime
from casework.domain.deadlines import Rule, rule_of
from casework.domain.people import Quality, Staff
from casework.domain.routing import Role
from casework.domain.statuses import Status
from casework.store.journal import Action
from casework.store.texts import ORIGINAL, SCREENED
from casework.store.transaction import Transaction
from casework.usecases import telling
from casework.usecases.agreements import ProceedingView, proceeding_view
from casework.usecases.asking import IdentityView, identity_of
from casework.usecases.copying import COPY
from casework.usecases.desk import Desk, NoSuchCase, OpenCase, Said, dialogues, open_case, send
from casework.usecases.ordering import OrderLine, orders_of
from chassis.db import UnitOfWork
from paravent.intake.v1.content_pb2 import Answers, SealedFile

OPEN = (Status.SCREENING, Status.RELEASED, Status.IN_CHARGE)
HANDLED = (Status.RELEASED, Status.IN_CHARGE)
PAGE = 25


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of a case, as it stands."""

    rule: Rule
    due: date
    met: date | None


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as the person may know it. `name`: as filed for the screener, neutral for a handler."""

    file_id: uuid.UUID
    position: int
    state: str
    name: str = field(repr=False)
    size: int = 0
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as one person sees it.

    `original` is filled for the screener only, `screened` once released, `identity` for a handler only. `said`: the
    reporter's thread; those of who joined stand in `proceeding`.
    """

    row: Row[Any] = field(repr=False)
    clocks: Sequence[Clock]
    files: Sequence[FileLine]
    said: Sequence[Said] = field(repr=False)
    proceeding: ProceedingView
    original: Answers = field(repr=False, default_factory=Answers)
    screened: Answers = field(repr=False, default_factory=Answers)
    identity: IdentityView | None = None
    orders: Sequence[OrderLine] = ()


@dataclass(frozen=True, slots=True)
class ProceedingOutline:
    """A case without what was reported, and who joined it."""

    row: Row[Any] = field(repr=False)
    proceeding: ProceedingView


@dataclass(frozen=True, slots=True)
class Outline:
    """A case without what was reported. `role`: in which its handler sees it."""

    row: Row[Any] = field(repr=False)
    identity: IdentityView
    role: Role
    today: date


def list_cases(
    uow: UnitOfWork[Transaction], person: Staff, quality: Quality, statuses: Sequence[Status], number: int
) -> tuple[Sequence[Row[Any]], int]:
    """One page of the person's cases, and how many there are in all."""
    with uow("list_cases") as tx:
        rows = tx.cases.page(person, quality, statuses, limit=PAGE, skip=(number - 1) * PAGE)
        return rows, tx.cases.count(person, quality, statuses)


def pool_of(uow: UnitOfWork[Transaction], person: Staff, case_id: uuid.UUID) -> str:
    """Who handles a case that the person sees. Raises NoSuchCase."""
    with uow("pool_of") as tx:
        row = tx.cases.seen(person, case_id, *Quality)
        if row is None:
            raise NoSuchCase
        return str(row.pool)


def show_to_handler(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID) -> CaseView:
    """The screened version. Who wrote is told, once, that their messages have been read. Raises NoSuchCase."""
    with uow("show_case") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER)
        tx.journal.note(person, case_id, Action.READ_SCREENED)
        threads = dialogues(tx, case, person)
        _confirm_reading(tx, desk, case)
        tx.identity.mark_read(person, case_id)
        return CaseView(
            case.row,
            _clocks(tx, person, case),
            _copies(tx, person, case),
            threads[None],
            proceeding_view(tx, case, person, threads),
            screened=_screened(tx, person, case),
            identity=identity_of(tx, case, person),
            orders=orders_of(tx, case, person),
        )


def outline(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID) -> Outline:
    """What the pages about the identity of a case need: nothing of what was reported. Raises NoSuchCase."""
    with uow("outline") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER)
        roles = tx.people.roles_on(person, case_id) - {Role.SCREENER}
        role = Role.REFERENT if Role.REFERENT in roles else Role.AUTHORITY_REFERENT
        return Outline(case.row, identity_of(tx, case, person), role, tx.today)


def proceeding_outline(
    uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID
) -> ProceedingOutline:
    """What the pages about the agreement need: no text, no thread. Raises NoSuchCase."""
    with uow("proceeding_outline") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER)
        return ProceedingOutline(case.row, proceeding_view(tx, case, person, {}))


def show_to_screener(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID) -> CaseView:
    """The original, beside the screened version once there is one. Raises NoSuchCase."""
    with uow("show_original") as tx:
        case = open_case(tx, desk, person, case_id, Quality.SCREENER)
        tx.journal.note(person, case_id, Action.READ_ORIGINAL)
        threads = dialogues(tx, case, person)
        return CaseView(
            case.row,
            _clocks(tx, person, case),
            [_as_filed(case, row) for row in tx.files.originals(person, case_id)],
            threads[None],
            proceeding_view(tx, case, person, threads),
            original=original_of(tx, person, case),
            screened=_screened(tx, person, case),
        )


def find_file(
    uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID, file_id: uuid.UUID, quality: Quality
) -> SealedFile:
    """Where our copy of a file stands and how it opens, under the name that the person may know. Raises NoSuchCase."""
    with uow("find_file") as tx:
        case = open_case(tx, desk, person, case_id, quality)
        screener = quality is Quality.SCREENER
        rows = tx.files.originals(person, case_id) if screener else tx.files.copies(person, case_id)
        row = next((row for row in rows if row.file_id == file_id and row.state == "copied"), None)
        if row is None:
            raise NoSuchCase
        tx.journal.note(person, case_id, Action.READ_FILE)
        file = case.seal.open_file(file_id, COPY, row.sealed_copy)
        if screener:
            file.name = case.seal.open_file(file_id, ORIGINAL, row.sealed_original).name
        return file


def original_of(tx: Transaction, person: Staff, case: OpenCase) -> Answers:
    """The original, for a screener. Raises NoSuchCase."""
    sealed = tx.texts.original(person, case.case_id)
    if sealed is None:
        raise NoSuchCase
    return case.seal.open_answers(ORIGINAL, sealed)


def _screened(tx: Transaction, person: Staff, case: OpenCase) -> Answers:
    sealed = tx.texts.screened(person, case.case_id)
    return case.seal.open_answers(SCREENED, sealed) if sealed else Answers()


def _confirm_reading(tx: Transaction, desk: Desk, case: OpenCase) -> None:
    read = tx.messages.mark_read_by_handlers(case.case_id)
    voices = {row.voice_id: row for row in tx.voices.all_of(case.case_id)} if read else {}
    for voice_id, message_ids in read.items():
        to = case.voice(voices[voice_id]) if voice_id else case.reporter
        if to.reachable:
            send(tx, desk, to, telling.read_notice(to.origin, message_ids, tx.now))


def _clocks(tx: Transaction, person: Staff, case: OpenCase) -> list[Clock]:
    regime = Regime(case.row.regime)
    rows = tx.deadlines.of_case(person, case.case_id)
    return [Clock(rule_of(row.rule, regime), row.due_day, row.met_day) for row in rows]


def _copies(tx: Transaction, person: Staff, case: OpenCase) -> list[FileLine]:
    lines = []
    for row in tx.files.copies(person, case.case_id):
        file = case.seal.open_file(row.file_id, COPY, row.sealed_copy) if row.sealed_copy else SealedFile()
        lines.append(FileLine(row.file_id, row.position, row.state, file.name or f"piece-{row.position}", file.size))
    return lines


def _as_filed(case: OpenCase, row: Row[Any]) -> FileLine:
    file = case.seal.open_file(row.file_id, ORIGINAL, row.sealed_original)
    return FileLine(row.file_id, row.position, row.state, file.name, file.size, row.withheld)
