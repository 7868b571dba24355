"""Long lists of ids in a statement: one parameter, where `IN` takes one for each and the protocol 65,535 at most."""

import uuid
from collections.abc import Iterable

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal


def among(column: ColumnElement[uuid.UUID], ids: Iterable[uuid.UUID]) -> ColumnElement[bool]:
    """Is it one of these, however many they are?"""
    return column == any_(literal(list(ids), ARRAY(Uuid)))
