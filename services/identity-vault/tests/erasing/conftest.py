"""A vault whose records can be erased, on real servers."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import hvac
import psycopg
import pytest
from pydantic import SecretStr

from chassis.clock import FixedClock, paris_day
from chassis.db import Database
from chassis.sealing import age, padding
from chassis.sealing.receipts import locator
from chassis.signing import public_half
from identity_vault.domain.erasure import FRAME, Rules
from identity_vault.domain.journal import BEGINNING, parse, verify_chain
from identity_vault.domain.record import path_of
from identity_vault.gateways.erasure_ledger import LedgerFolder
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.shredder import OpenBaoShredder, connect_shredder
from identity_vault.settings import EraserSettings
from identity_vault.store.eraser_transaction import EraserTransaction, ForgettingTransaction, OperatorTransaction
from identity_vault.store.journal import Journal
from identity_vault.usecases.destroying import Eraser
from identity_vault.usecases.erasing import Verifying, forget, read_orders
from identity_vault.usecases.operating import Operators, sign
from local_platform import openbao_bootstrap
from paravent.identity_vault.v1.erasure_pb2 import ErasureOrder

PATH_KEY = bytes.fromhex("ab" * 32)
# The seeds of operators' keys.
OPERATORS = {name: sha256(name.encode()).digest() for name in ("Claude", "Dominique", "Sacha")}
NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


def tag(value: bytes) -> bytes:
    return sha256(b"tag" + value).digest()


class Locations:
    """Answers as the sealer does."""

    def paths(self, locators: Any) -> list[str]:
        assert len(locators) <= 8
        return [path_of(one, PATH_KEY) for one in locators]


@dataclass
class Vault:
    """A vault with its database, its records and one verifier's key pair, in which reports can be put."""

    database: Any
    root: hvac.Client
    verifier_keys: KeyFolder
    linker: age.Identity
    settings: EraserSettings
    clock: FixedClock
    everything: ClassVar = {"record": True, "record_keys": True, "registrations": True, "consents": True}
    nothing: ClassVar = {"record": False, "record_keys": False, "registrations": False, "consents": False}

    def __post_init__(self) -> None:
        self.as_eraser = Database(self.database.process_urls["eraser"], name="eraser")
        self.as_verifier = Database(self.database.process_urls["verifier"], name="verifier")
        self.as_operators = Database(self.database.process_urls["operators"], name="operators")
        self.uow = self.as_eraser.unit_of_work(EraserTransaction)
        self.forgetting = self.as_verifier.unit_of_work(ForgettingTransaction)
        self.ledger = LedgerFolder(self.settings.erasure_ledger, self.settings.erasure_ledger_days)

    def close(self) -> None:
        self.as_eraser.close()
        self.as_operators.close()
        self.as_verifier.close()

    def tag(self, value: bytes) -> bytes:
        return tag(value)

    def path(self, ref: bytes, number: int = 0) -> str:
        """Where a report's record stands."""
        return path_of(locator(ref, number), PATH_KEY)

    def shredder(self) -> OpenBaoShredder:
        return connect_shredder(self.settings)

    def eraser(self, rules: Rules | None = None) -> Eraser:
        return Eraser(self.uow, self.shredder(), self.ledger, self.clock, rules or Rules())

    def verifying(self) -> Verifying:
        recipient = self.linker.recipient
        return Verifying(self.verifier_keys, Locations(), tag=tag, order_tag=tag, linker=lambda: recipient)

    def report(self, ref: bytes) -> None:
        """A record with its key, a registration and a consent."""
        path = path_of(locator(ref, 0), PATH_KEY)
        self.root.secrets.kv.v2.create_or_update_secret(path, {"record": "x"}, cas=0, mount_point="identities")
        with psycopg.connect(self.database.owner_url, autocommit=True) as owner:
            owner.execute("INSERT INTO record_keys VALUES (%s, %s)", (path, bytes(32)))
            owner.execute("INSERT INTO registrations VALUES (%s, %s)", (tag(ref), b"sealed"))
            parts = (secrets.token_bytes(32), tag(ref), bytes(32), b"sealed")
            owner.execute("INSERT INTO consents (id_tag, tag, addressee_tag, sealed) VALUES (%s, %s, %s, %s)", parts)

    def exists(self, ref: bytes) -> dict[str, bool]:
        path = path_of(locator(ref, 0), PATH_KEY)
        try:
            self.root.secrets.kv.v2.read_secret_metadata(path, mount_point="identities")
            record = True
        except hvac.exceptions.InvalidPath:
            record = False
        counts = {}
        with psycopg.connect(self.database.owner_url, autocommit=True) as owner:
            for table, column, value in (
                ("record_keys", "path", path),
                ("registrations", "tag", tag(ref)),
                ("consents", "tag", tag(ref)),
            ):
                query = f"SELECT count(*) FROM {table} WHERE {column} = %s"
                counts[table] = bool(owner.execute(query, (value,)).fetchone()[0])
        return {"record": record} | counts

    def order(self, ref: bytes, order_id: bytes | None = None, reason: str = "retention") -> bytes:
        """A sealed order, as casework's opener makes it."""
        content = ErasureOrder(ref=ref, order_id=order_id or secrets.token_bytes(16), reason=reason)
        recipient = self.verifier_keys.public_halves()[-1][1]
        return age.seal_fixed(recipient, padding.pad(content.SerializeToString(), 512), FRAME)

    def take(self, *frames: bytes) -> None:
        """As if the orders had come in over gRPC; the verifier reads them."""
        with self.uow("add") as tx:
            tx.orders.add(frames)
        while read_orders(self.forgetting, self.verifying(), self.clock):
            pass

    def pass_days(self, days: int = 0, rules: Rules | None = None) -> None:
        """A turn of each process, `days` later."""
        self.clock.advance(timedelta(days=days))
        eraser = self.eraser(rules)
        eraser.turn()
        forget(self.forgetting)
        eraser.turn()

    def operators(self, *named: str) -> Operators:
        """The eraser's turns over signatures, knowing the operators of these names (all of them)."""
        keys = {name: public_half(seed) for name, seed in OPERATORS.items() if not named or name in named}
        return Operators(self.uow, keys, self.clock)

    def signs(self, operator: str, action: str, target: str, seed: bytes = b"") -> bool:
        """As `erasures undo` and `confirm` do it; False when this operator has signed for it before."""
        today = paris_day(self.clock.now())
        said = sign(seed or OPERATORS[operator], action, target, operator, today)
        with self.as_operators.unit_of_work(OperatorTransaction)("sign") as tx:
            return tx.signatures.add(said)

    def two_sign(self, action: str, target: str) -> None:
        for operator in ("Claude", "Dominique"):
            self.signs(operator, action, target)
        self.operators().turn()

    def kinds(self) -> list[tuple[str, str]]:
        """What the journal says: kind and reason."""
        with self.as_verifier.unit_of_work(Journal)("journal") as journal:
            rows = [row for segment in journal.segments() for row in journal.of_segment(segment)]
        assert verify_chain(rows, BEGINNING) is None
        entries = [parse(json.loads(row.entry)) for row in rows]
        return [(entry.kind.value, entry.reason) for entry in entries]

    def states(self) -> list[str]:
        with self.uow("list") as tx:
            return [row.state for row in tx.erasures.listed()]


@pytest.fixture
def new_vault(tmp_path: Path) -> Iterator[Callable[..., Vault]]:
    """`new_vault(database, root, url)`: root client of a bootstrapped OpenBao (namespace)."""
    made: list[Vault] = []

    def make(database: Any, root: hvac.Client, url: str, **more: Any) -> Vault:
        held = openbao_bootstrap.credentials(root, "identity-vault-eraser")
        settings = EraserSettings(
            database_url=SecretStr(database.process_urls["eraser"]),
            eraser_port=0,
            openbao_address=url,
            openbao_namespace=root.adapter.namespace,
            openbao_role_id=SecretStr(held.role_id),
            openbao_secret_id=SecretStr(held.secret_id),
            erasure_ledger=tmp_path / "ledger",
            state_dir=tmp_path / "state",
            **more,
        )
        keys = KeyFolder(tmp_path / "verifier-keys")
        keys.ensure("2026")
        made.append(Vault(database, root, keys, age.new_identity(), settings, FixedClock(NOON)))
        return made[-1]

    yield make
    for vault in made:
        vault.close()
