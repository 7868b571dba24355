"""A document is printed once; what was printed stays."""

import json
import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError


def test_what_was_printed_does_not_change(uow, parties):
    with uow("ask") as tx:
        content, cdg_id = json.dumps({}), parties.first.cdg_id
        document = tx.documents.ask("facture", uuid.uuid4(), cdg_id=cdg_id, member_id=None, title="T", content=content)
        assert [tx.documents.put(document, pdf) for pdf in (b"first", b"second")] == [b"first", b"first"]
    with pytest.raises(DatabaseError, match="does not change"), uow("change") as tx:
        tx.session.execute(text("UPDATE documents SET pdf = 'third'"))
