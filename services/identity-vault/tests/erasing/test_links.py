"""An erasure reaches linker and courier: no contact is left."""

import secrets
from datetime import date
from pathlib import Path

import psycopg
import pytest

from chassis.db import Database
from chassis.sealing import age, padding
from identity_vault.domain.erasure import FRAME
from identity_vault.domain.link import Link
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.store.reach_keys import RowKeys
from identity_vault.usecases.erasing_links import LinkErasure, forget_links
from paravent.identity_vault.v1.erasure_pb2 import ErasureOrder


@pytest.fixture
def linker(database):
    opened = Database(database.process_urls["linker"], name="linker")
    keys = RowKeys(bytes(32), bytes(range(32)))
    yield opened.unit_of_work(lambda session: LinkErasure(session, keys))
    opened.close()


def order(database, recipient: str, ref: bytes) -> None:
    """As the eraser leaves it once it is due."""
    content = ErasureOrder(ref=ref, order_id=bytes(16), reason="retention").SerializeToString()
    frame = age.seal_fixed(recipient, padding.pad(content, 512), FRAME)
    with psycopg.connect(database.process_urls["eraser"], autocommit=True) as eraser:
        eraser.execute("INSERT INTO linker_erasures VALUES (%s, %s)", (secrets.token_bytes(32), frame))


def test_the_link_goes_and_the_courier_is_told_to_forget_the_contact(database, linker, tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path)
    keys.ensure("2026")
    gone, kept, contact = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    with linker("register") as tx:
        for ref in (gone, kept):
            tx.links.add(tx.links.tag(ref), Link(bytes(32), contact if ref == gone else None))
        tx.rings.add(b"r" * 16, tx.links.tag(gone), date(2026, 11, 22))
    order(database, keys.public_halves()[0][1], gone)
    order(database, age.new_identity().recipient, kept)
    assert forget_links(linker, keys) == 2
    assert forget_links(linker, keys) == 0
    with linker("look") as tx:
        assert tx.links.get(tx.links.tag(gone)) is None
        assert tx.links.get(tx.links.tag(kept)) is not None, "an order that does not open changes nothing"
        assert tx.rings.waiting() == {}
    with psycopg.connect(database.owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM link_forgets").fetchone() == (1,)
        assert owner.execute("SELECT count(*) FROM linker_erasures").fetchone() == (0,)
