"""What came from intake and waits for the opener. A row outlives its envelope, so that nothing is opened twice."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.store.tables import inbound
from chassis import queues

# The channel on which the opener is woken.
CHANNEL = "inbound"

InboundRow = Row[Any]


class Inbound:
    """The queue between the worker, which may not open, and the opener."""

    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        self._today = today

    def put_report(self, report_id: bytes, cdg_id: str, key_period: str, envelope: bytes) -> None:
        """Queue a report once, whatever the number of events that bring it."""
        self._put(kind="report", report_id=report_id, cdg_id=cdg_id, key_period=key_period, envelope=envelope)

    def put_oral(self, report_id: bytes, case_id: uuid.UUID, cdg_id: str, key_period: str, envelope: bytes) -> bool:
        """Queue an oral report, taken down here, under the id of its case to be. Answers False for one queued before.

        Nothing that comes from outside can have a `case_id`: that is how an oral report is known.
        """
        return self._put(
            kind="report",
            report_id=report_id,
            case_id=case_id,
            cdg_id=cdg_id,
            key_period=key_period,
            envelope=envelope,
        )

    def put_message(self, report_id: bytes, message_id: bytes, cdg_id: str, key_period: str, envelope: bytes) -> None:
        """Queue what a reporter said or read, once."""
        self._put(
            kind="message",
            report_id=report_id,
            message_id=message_id,
            cdg_id=cdg_id,
            key_period=key_period,
            envelope=envelope,
        )

    def put_voice(self, report_id: bytes, joins: bytes, cdg_id: str, key_period: str, envelope: bytes) -> None:
        """Queue somebody who joins the case of a report, once."""
        self._put(
            kind="voice", report_id=report_id, joins=joins, cdg_id=cdg_id, key_period=key_period, envelope=envelope
        )

    def claim(self, kind: str, limit: int) -> Sequence[InboundRow]:
        """Up to `limit` waiting rows, held until the transaction ends."""
        where = (inbound.c.state == "waiting") & (inbound.c.kind == kind)
        return queues.claim(self._session, inbound, limit, where=where)

    def claim_one(self, inbound_id: uuid.UUID) -> Sequence[InboundRow]:
        """That row, unless another process holds it or has dealt with it."""
        where = (inbound.c.state == "waiting") & (inbound.c.inbound_id == inbound_id)
        return queues.claim(self._session, inbound, 1, where=where)

    def opened(self, ids: Sequence[uuid.UUID]) -> None:
        """Keep the rows as tombstones, without their envelopes."""
        self._mark(inbound.c.inbound_id.in_(ids), state="opened", envelope=None)

    def set_aside(self, ids: Sequence[uuid.UUID]) -> None:
        """These cannot be opened: they keep their envelopes and wait for a person."""
        self._mark(inbound.c.inbound_id.in_(ids), state="unopenable")

    def postpone(self, ids: Sequence[uuid.UUID]) -> None:
        """These need something that has not come yet: a case, a membership."""
        self._mark(inbound.c.inbound_id.in_(ids), state="postponed")

    def awaken(self, report_ids: Sequence[bytes] | None = None) -> int:
        """Try again what was postponed: for these reports and who joins them, or all of it. Answers how many."""
        where = inbound.c.state == "postponed"
        if report_ids is not None:
            where = where & (inbound.c.report_id.in_(report_ids) | inbound.c.joins.in_(report_ids))
        return self._wake(where)

    def try_again(self) -> int:
        """Give what was set aside another chance. Answers how many."""
        return self._wake(inbound.c.state == "unopenable")

    def _put(self, **values: Any) -> bool:
        row = insert(inbound).values(inbound_id=uuid.uuid4(), state="waiting", day=self._today, **values)
        new = self._session.execute(row.on_conflict_do_nothing().returning(inbound.c.inbound_id)).first()
        queues.notify(self._session, CHANNEL)
        return new is not None

    def _wake(self, where: ColumnElement[bool]) -> int:
        woken = self._mark(where, state="waiting")
        if woken:
            queues.notify(self._session, CHANNEL)
        return woken

    def _mark(self, where: ColumnElement[bool], **values: Any) -> int:
        result = self._session.execute(update(inbound).where(where).values(**values))
        return int(result.rowcount)  # type: ignore[attr-defined]
