"""What the opener does with reports: from an envelope to a case under a key of its own.

Reports are taken in batches, one transaction each: the cases, their events and the end of the queue rows are one. A
report that spoils a batch is found by taking the batch one by one, and set aside.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date

from google.protobuf.message import DecodeError, Message

from casework.domain import acts, deadlines, routing
from casework.domain.calendar import Calendar, WorkingDays
from casework.domain.proceeding import beginning
from casework.domain.statuses import Status
from casework.store.inbound import InboundRow
from casework.store.texts import ORIGINAL
from casework.store.transaction import Transaction
from casework.usecases import ringing, telling
from casework.usecases.batches import open_waiting
from casework.usecases.confiding import keep_confided
from casework.usecases.ports import CaseKeys, MonthKeys, NoticeSealer
from casework.usecases.sealing import CaseSeal, new_key
from casework.usecases.vault_keys import VaultBook
from chassis import logs
from chassis.clock import paris_day
from chassis.db import UnitOfWork
from chassis.sealing.age import CannotOpen
from chassis.sealing.labels import draw_label, is_label
from paravent.casework.v1.content_pb2 import Notice
from paravent.casework.v1.events_pb2 import AttentionNeeded, AttentionReason, CaseOpened, FigureDelta, FiguresChanged
from paravent.intake.v1.content_pb2 import ReportContent

log = logs.get(__name__)

People = Sequence[routing.Habilitation]


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening needs. `target`: the service's commitment to take a case in charge."""

    month_keys: MonthKeys
    case_keys: CaseKeys
    notices: NoticeSealer
    calendar: Calendar
    target: WorkingDays
    vault: VaultBook


@dataclass(frozen=True, slots=True)
class Opened:
    """One report in clear, for as long as it takes to seal it again."""

    row: InboundRow
    content: ReportContent = field(repr=False)
    case_id: uuid.UUID
    key: bytes = field(repr=False, default_factory=new_key)

    @property
    def filed(self) -> date:
        """The Paris day of the true time of filing: the legal clocks start there."""
        return paris_day(self.content.submitted_at.ToDatetime(tzinfo=UTC))

    @property
    def regime(self) -> acts.Regime:
        return acts.Regime(self.content.answers.regime)

    @property
    def main_act(self) -> acts.Act:
        return acts.main_act(list(self.content.answers.acts), self.regime)

    @property
    def oral(self) -> bool:
        """Was it taken down here? Its reporter cannot be told anything before they come with their code."""
        return self.row.case_id is not None

    @property
    def seal(self) -> CaseSeal:
        return CaseSeal(self.case_id, self.key)


def open_reports(uow: UnitOfWork[Transaction], opening: Opening, limit: int) -> int:
    """Open up to `limit` waiting reports; answer how many rows were dealt with. Raises as `open_waiting`."""
    return open_waiting(uow, "report", limit, lambda tx, rows: _open(tx, opening, rows))


def _open(tx: Transaction, opening: Opening, rows: Sequence[InboundRow]) -> None:
    reports, poison = [], []
    for row in rows:
        try:
            reports.append(Opened(row, read_report(opening.month_keys, row), row.case_id or uuid.uuid4()))
        except (CannotOpen, DecodeError, ValueError):
            log.error("opener.unopenable", reason="envelope")
            poison.append(row.inbound_id)
    if poison:
        tx.inbound.set_aside(poison)
    members = tx.people.membership({report.content.member_id for report in reports})
    known = [report for report in reports if report.content.member_id in members]
    if len(known) < len(reports):
        log.warning("opener.postponed", reason="unknown_member", count=len(reports) - len(known))
        tx.inbound.postpone([r.row.inbound_id for r in reports if r.content.member_id not in members])
    if known:
        people = _hold_people(tx, {report.row.cdg_id for report in known})
        _store(tx, opening, known, people)
        _tell(tx, opening, known, people, {member_id: row.size_band for member_id, row in members.items()})


def read_report(month_keys: MonthKeys, row: InboundRow) -> ReportContent:
    """The content of an envelope.

    Raises CannotOpen, DecodeError, and ValueError for a content that no case can be made of.
    """
    content = ReportContent.FromString(month_keys.open(row.cdg_id, row.key_period, row.envelope))
    if len(content.ref) != 16 or not content.member_id or not content.HasField("submitted_at"):
        raise ValueError("a report without ref, member or time")
    if bool(content.reporter_recipient) == (row.case_id is not None):
        raise ValueError("nobody to answer, or somebody in an oral report")
    acts.Regime(content.answers.regime)
    return content


def _hold_people(tx: Transaction, cdg_ids: set[str]) -> People:
    for cdg_id in sorted(cdg_ids):
        tx.people.hold(cdg_id)
    return tx.people.of_cdgs(cdg_ids)


def _store(tx: Transaction, opening: Opening, reports: Sequence[Opened], people: People) -> None:
    wrapped = opening.case_keys.wrap([(report.case_id, report.key) for report in reports])
    tx.cases.add([_case(report, key, people) for report, key in zip(reports, wrapped, strict=True)])
    tx.texts.add(
        [
            {
                "case_id": report.case_id,
                "version": ORIGINAL,
                "sealed": report.seal.seal_answers(ORIGINAL, report.content.answers),
            }
            for report in reports
        ]
    )
    tx.files.add([file for report in reports for file in _files(report)])
    tx.deadlines.add([(report.case_id, clock) for report in reports for clock in _clocks(opening, report)])
    tx.people.give([(r.case_id, person) for r in reports for person in routing.screeners(r.row.cdg_id, people)])
    keep_confided(tx, [(report.case_id, report.seal, report.content) for report in reports])
    tx.inbound.opened([report.row.inbound_id for report in reports])
    tx.inbound.awaken([report.row.report_id for report in reports])


def _case(report: Opened, wrapped_key: str, people: People) -> dict[str, object]:
    route = routing.route(
        routing.codes(report.content.answers.implicated), report.content.member_id, report.row.cdg_id, people
    )
    return {
        "case_id": report.case_id,
        "report_id": report.row.report_id,
        "cdg_id": report.row.cdg_id,
        "member_id": report.content.member_id,
        "regime": str(report.regime),
        "main_act": str(report.main_act),
        "status": str(Status.SCREENING),
        "pool": str(route.pool),
        "flagged": route.flagged,
        "filed_day": report.filed,
        "wrapped_key": wrapped_key,
        "sealed_origin": report.seal.seal_origin(report.content),
        "sealed_label": report.seal.seal_label(_label(report.content)),
        "proceeding": str(beginning(report.content.answers.quality, report.regime)),
        "oral": report.oral,
    }


def _label(content: ReportContent) -> str:
    """The case's code: the one that intake drew, for the reporter may have signed it; else a new one."""
    return content.case_label if is_label(content.case_label) else draw_label()


def _files(report: Opened) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for position, file in enumerate(report.content.files, 1):
        file_id = uuid.uuid4()
        rows.append(
            {
                "file_id": file_id,
                "case_id": report.case_id,
                "position": position,
                "state": "to_copy",
                "withheld": False,
                "sealed_original": report.seal.seal_file(file_id, ORIGINAL, file),
            }
        )
    return rows


def _clocks(opening: Opening, report: Opened) -> list[deadlines.Deadline]:
    return deadlines.starting(report.regime, report.filed, opening.target, opening.calendar)


def _tell(tx: Transaction, opening: Opening, reports: Sequence[Opened], people: People, bands: dict[str, str]) -> None:
    """Every case tells its opening in the transaction that opens it."""
    kept: list[dict[str, object]] = []
    events: list[Message] = []
    for report in reports:
        notice = telling.status_notice(report.content, Status.SCREENING, tx.now)
        kept.append(_kept(report, notice))
        to = telling.Address(report.row.report_id, report.row.cdg_id, report.content)
        if to.reachable:
            events += [CaseOpened(report_id=to.report_id), telling.reporter_notified(opening.notices, to, notice)]
        events += [
            FiguresChanged(deltas=[_delta(report, bands[report.content.member_id])]),
            *(
                AttentionNeeded(person_id=person_id, reason=AttentionReason.ATTENTION_REASON_TO_SCREEN)
                for person_id in _on_duty(report, people)
            ),
        ]
    tx.messages.add_all(kept)
    tx.outbox.add_all(events)
    ringing.ring(tx, opening.vault, [report.content.ref for report in reports if not report.oral])


def _on_duty(report: Opened, people: People) -> list[str]:
    return sorted({person.person_id for person in routing.screeners(report.row.cdg_id, people) if person.active})


def _kept(report: Opened, notice: Notice) -> dict[str, object]:
    return {
        "message_id": notice.notice_id,
        "case_id": report.case_id,
        "author": "system",
        "kind": "status",
        "sealed": report.seal.seal_told(notice),
    }


def _delta(report: Opened, size_band: str) -> FigureDelta:
    return FigureDelta(month=f"{report.filed:%Y-%m}", act=str(report.main_act), size_band=size_band, delta=1)
