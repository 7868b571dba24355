"""The courier process: its letters, its mails, its gRPC server."""

import threading

from chassis import logs
from chassis.clock import Clock
from chassis.db import Database, UnitOfWork
from chassis.health import Health, Heartbeat
from chassis.rpc import Server, serve
from identity_vault.entrypoints.courier_rpc import CallBacks, Courier
from identity_vault.entrypoints.loop import Loop, run_loops
from identity_vault.reach_settings import BounceSettings, CourierSettings
from identity_vault.store.courier_transaction import CourierTransaction
from identity_vault.store.reach_keys import RowKeys
from identity_vault.usecases.bouncing import Bounces
from identity_vault.usecases.calling import Calling, Tokens
from identity_vault.usecases.layer import LayerKeys
from identity_vault.usecases.letters import Postman
from identity_vault.usecases.mailing import Mailing, MailServer, apply
from paravent.identity_vault.v1.record_pb2 import CourierLetter
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import (
    add_CallBackServiceServicer_to_server,
    add_CourierServiceServicer_to_server,
)

log = logs.get(__name__)

# Seconds: call-backs that are over are forgotten within this time.
_TIDY = 60.0


class CourierProcess:
    """One courier, wired over a database, keys, a mail server and a checker of ID tokens."""

    def __init__(
        self,
        settings: CourierSettings,
        database: Database,
        keys: LayerKeys,
        server: MailServer,
        tokens: Tokens,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._database = database
        row_keys = RowKeys(*settings.row_keys())
        uow: UnitOfWork[CourierTransaction] = database.unit_of_work(
            lambda session: CourierTransaction(session, row_keys)
        )
        self.postman = Postman(uow, keys, CourierLetter, apply)
        self.mailing = Mailing(uow, server, clock)
        self.calling = Calling(uow, tokens, settings.listeners_by_person(), row_keys, clock)
        self._mails_wait = threading.Event()

    def serve(self) -> Server:
        """Raises ServerRefused."""
        health = Health()
        health.add("database", self._database.ping)
        return serve(
            self._settings.tls,
            self._settings.courier_port,
            [
                (add_CourierServiceServicer_to_server, Courier(self.mailing, self._mails_wait)),
                (add_CallBackServiceServicer_to_server, CallBacks(self.calling)),
            ],
            self._settings.allow,
            host=self._settings.courier_host,
            health=health,
            probes=self._settings.probes,
            threads=self._settings.threads,
        )

    def tidy(self) -> int:
        self.mailing.tidy()
        return 0

    def run(self, stop: threading.Event, heart: Heartbeat) -> None:
        """Serve and work until `stop`. Raises ServerRefused."""
        server = self.serve()
        log.info("courier.started", port=server.port)
        poll = self._settings.poll_seconds
        loops = [
            Loop("letters", self.postman.work, stop, every=poll),
            Loop("mails", self.mailing.send_next, stop, every=poll, wake=self._mails_wait),
            Loop("tidy", self.tidy, stop, every=_TIDY),
        ]
        try:
            run_loops(loops, stop, heart)
        finally:
            server.stop()
            log.info("courier.stopped")


def bounces_of(settings: BounceSettings, database: Database) -> Bounces:
    """What role `courier-bounces` works with."""
    row_keys = RowKeys(*settings.row_keys())
    return Bounces(database.unit_of_work(lambda session: CourierTransaction(session, row_keys)))
