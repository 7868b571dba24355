"""The tables of the bench's worker."""

from dataclasses import dataclass

from sqlalchemy import Column, MetaData, Table, Text
from sqlalchemy.orm import Session

from chassis.inbox import inbox_table

metadata = MetaData()
handled = Table("handled", metadata, Column("person_id", Text, primary_key=True))
inbox = inbox_table(metadata)


@dataclass(frozen=True)
class Transaction:
    """The bench's view of its database."""

    session: Session
