"""The verifier process: plain threads, its gRPC server and the loop over its letters."""

import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from chassis import logs
from chassis.clock import Clock, SystemClock
from chassis.db import Database, UnitOfWork
from chassis.health import Health, Heartbeat
from chassis.idtokens import IdTokens, IssuerKeys
from chassis.locks import Leadership
from chassis.rpc import Server, serve
from chassis.sealing.fields import FieldCipher
from identity_vault.domain.tags import Tags
from identity_vault.entrypoints.custody_rpc import CustodyMethods
from identity_vault.entrypoints.erasing import ErasureTurns
from identity_vault.entrypoints.loop import Loop, run_loops
from identity_vault.entrypoints.passkeys_rpc import PasskeyMethods
from identity_vault.entrypoints.verifier_rpc import Disclosing, Reporting
from identity_vault.store.verifier_rows import SealedRows
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.layer import LayerKeys
from identity_vault.usecases.ordering import OrderDesk
from identity_vault.usecases.recovering import Recoveries, replaced_at
from identity_vault.usecases.verifier_custody import Custody, judicial_entries
from identity_vault.usecases.verifier_disclosures import Disclosures
from identity_vault.usecases.verifier_door import Door
from identity_vault.usecases.verifier_letters import Letters
from identity_vault.usecases.verifier_passkeys import Passkeys
from identity_vault.usecases.verifier_ports import Authenticators, Locator, ReadApprovals
from identity_vault.usecases.verifier_view import Views
from identity_vault.verifier_settings import VerifierSettings
from paravent_rpc.identity_vault.v1.custody_pb2_grpc import add_CustodyServiceServicer_to_server
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import (
    add_DisclosureServiceServicer_to_server,
    add_PasskeyServiceServicer_to_server,
)
from paravent_rpc.identity_vault.v1.reporter_pb2_grpc import add_ReporterServiceServicer_to_server

log = logs.get(__name__)

_TIDY = 3600.0


class Verifier:
    """One verifier, wired over a database, keys, the sealer and OpenBao. Others may run beside it on its database."""

    def __init__(
        self,
        settings: VerifierSettings,
        database: Database,
        keys: LayerKeys,
        locator: Locator,
        approvals: ReadApprovals,
        authenticators: Authenticators,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._database = database
        self._keys = keys
        self._approvals = approvals
        self._clock = clock
        self.tags = Tags(bytes.fromhex(settings.index_key.get_secret_value()))
        cipher = FieldCipher(bytes.fromhex(settings.data_key.get_secret_value()))
        rows = SealedRows(cipher)
        self.uow: UnitOfWork[VerifierTransaction] = database.unit_of_work(
            lambda session: VerifierTransaction(session, rows, self.tags)
        )
        rules = settings.rules()
        self.erasures = ErasureTurns(database, keys, locator, self.tags, settings.linker_keys_dir, clock, rows)
        self.letters = Letters(self.uow, keys, self.tags, rules, clock)
        longest = timedelta(days=settings.deferral_longest_days)
        desk = OrderDesk(self.tags, cipher, keys, settings.custodians_named(), longest, settings.dpo_recipient)
        self.views = Views(
            self.uow,
            keys,
            self.tags,
            rules,
            clock,
            orders=lambda tx, ref, now: judicial_entries(tx, desk, ref, now),
            replaced=replaced_at,
        )
        delay = timedelta(seconds=settings.passkey_delay_seconds)
        self.passkeys = Passkeys(self.uow, authenticators, self.tags, clock, delay=delay, cipher=cipher)
        self.door = self._door()
        self.disclosures = Disclosures(
            self.uow,
            passkeys=self.passkeys,
            locator=locator,
            approvals=approvals,
            keys=keys,
            tags=self.tags,
            rules=rules,
            limits=settings.limits(),
            clock=clock,
            cipher=cipher,
        )
        self.custody = Custody(self.uow, desk, self.disclosures, self.passkeys, clock)
        self.recoveries = Recoveries(self.uow, self.passkeys, desk.custodians, clock, kept=rules.longest)
        # Of several verifiers, one works at a time.
        self._leads = {
            name: Leadership(database.engine, f"verifier-leads-{name}") for name in ("letters", "erasures", "tidy")
        }

    def _door(self) -> Door:
        settings = self._settings
        issuer = IssuerKeys(settings.oidc_issuer)
        tokens, fresh = (
            IdTokens(issuer, settings.oidc_client_id, longest_age=age)
            for age in (settings.id_token_longest_seconds, settings.fresh_sign_in_seconds)
        )
        return Door(self.uow, tokens, fresh, self.tags, self._clock, settings.tries())

    def services(self) -> Sequence[tuple[Any, Any]]:
        delay = self._settings.rules().delay
        disclosing = Disclosing(self.door, self.disclosures, self.passkeys, self._clock, delay)
        passkeys = PasskeyMethods(self.door, self.disclosures, self.passkeys, self.recoveries, self._clock)
        return [
            (add_DisclosureServiceServicer_to_server, disclosing),
            (add_PasskeyServiceServicer_to_server, passkeys),
            (add_ReporterServiceServicer_to_server, Reporting(self.views)),
            (add_CustodyServiceServicer_to_server, CustodyMethods(self.door, self.custody, self.recoveries)),
        ]

    def serve(self) -> Server:
        """Raises ServerRefused."""
        health = Health()
        health.add("database", self._database.ping)
        health.add("approvals", self._approvals.ping)
        return serve(
            self._settings.tls,
            self._settings.verifier_port,
            self.services(),
            self._settings.verifier_allow,
            host=self._settings.verifier_host,
            health=health,
            probes=self._settings.probes,
            threads=self._settings.threads,
        )

    def loops(self, stop: threading.Event) -> list[Loop]:
        every = self._settings.letters_seconds
        return [
            Loop("letters", self._leading("letters", self.letters.work), stop, every=every),
            Loop("erasures", self._leading("erasures", self.erasures.turn), stop, every=every),
            Loop("tidy", self._leading("tidy", self._tidy), stop, every=_TIDY),
        ]

    def close(self) -> None:
        """Let another verifier work, once the loops have ended."""
        for lead in self._leads.values():
            lead.release()

    def _leading(self, name: str, work: Callable[[], int]) -> Callable[[], int]:
        lead = self._leads[name]
        return lambda: work() if lead.hold() else 0

    def _tidy(self) -> int:
        self.letters.tidy()
        return 0


def run(
    settings: VerifierSettings,
    keys: LayerKeys,
    locator: Locator,
    approvals: ReadApprovals,
    authenticators: Authenticators,
) -> None:
    """Serve until SIGTERM or Ctrl-C; calls under way are answered first. Raises ServerRefused."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = Database(
        settings.database_url.get_secret_value(), name="identity-vault.verifier", pool_size=settings.threads // 2 + 5
    )
    verifier = Verifier(settings, database, keys, locator, approvals, authenticators, SystemClock())
    try:
        server = verifier.serve()
        log.info("verifier.started", port=server.port)
        try:
            run_loops(verifier.loops(stop), stop, Heartbeat(settings.state_dir, "verifier"))
        finally:
            server.stop()
            verifier.close()
    finally:
        database.close()
        log.info("verifier.stopped")
