"""A sample service: tables and a worker.

What an event asks of its handler stands in `cdg_id`: "ok", "fail" (until the table `repaired` has a row),
"slow:SECONDS", "refuse", "tell" (adds an event to the outbox).
"""

import time

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, Table, func, insert, select
from sqlalchemy.orm import Session

from chassis.bus import Refused, subscribe, timer
from chassis.clock import SystemClock, paris_day
from chassis.db import Database
from chassis.inbox import inbox_table
from chassis.outbox import Outbox, outbox_table
from chassis.release import relay_state_table
from paravent.billing.v1.events_pb2 import HabilitationBound
from paravent.casework.v1.events_pb2 import CaseOpened
from paravent.intake.v1.events_pb2 import ReportSubmitted

metadata = MetaData()
inbox = inbox_table(metadata)
outbox = outbox_table(metadata)
relay_state = relay_state_table(metadata)
applied = Table("applied", metadata, Column("id", Integer, primary_key=True), Column("report_id", LargeBinary))
tried = Table("tried", metadata, Column("id", Integer, primary_key=True), Column("at", Float))
repaired = Table("repaired", metadata, Column("id", Integer, primary_key=True))
turns = Table("turns", metadata, Column("id", Integer, primary_key=True))

SECRET = "Jeanne-Canari"


class Transaction:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.outbox = Outbox(session, outbox, day=paris_day(SystemClock().now()))


class Worker:
    name = "casework"

    def __init__(self, database: Database) -> None:
        self._database = database

    @subscribe(ReportSubmitted)
    def report_submitted(self, event: ReportSubmitted, tx: Transaction) -> None:
        with self._database.engine.begin() as apart:
            apart.execute(insert(tried).values(at=time.time()))
        tx.session.execute(insert(applied).values(report_id=event.report_id))
        order, _, detail = event.cdg_id.partition(":")
        if order == "fail" and not tx.session.execute(select(func.count()).select_from(repaired)).scalar():
            raise LookupError(f"the report says {SECRET}")
        if order == "slow":
            time.sleep(float(detail))
        if order == "refuse":
            raise Refused("period_unknown")
        if order == "tell":
            tx.outbox.add(CaseOpened(report_id=event.report_id))

    @subscribe(HabilitationBound, signed_by="billing")
    def habilitation_bound(self, event: HabilitationBound, tx: Transaction) -> None:
        tx.session.execute(insert(applied).values(report_id=event.habilitation_id.encode()))

    @timer(seconds=0.2, lock="tests")
    def turn(self, tx: Transaction) -> None:
        tx.session.execute(insert(turns))
