"""The members' directory and the key sets: what the others published, kept as intake's own copy."""

from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake.domain.members import Member, fold
from intake.store.tables import key_sets, members

_MEMBER = [column for column in members.c if column.name != "folded_name"]


class Members:
    """Lines of the directory."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, member: Member) -> None:
        """Add a line or replace an older version of it; an older or equal version changes nothing."""
        values = {column.name: getattr(member, column.name) for column in _MEMBER}
        values |= {"folded_name": fold(member.name), "mail_domains": list(member.mail_domains)}
        row = insert(members).values(values)
        newer = {name: row.excluded[name] for name in values if name not in ("member_id", "slug")}
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=[members.c.member_id], set_=newer, where=members.c.version < row.excluded.version
            )
        )

    def by_address(self, address: str) -> Member | None:
        """The member whose page is at this address: its slug, or its SIREN."""
        return self._one(or_(members.c.slug == address, members.c.siren == address))

    def by_id(self, member_id: str) -> Member | None:
        return self._one(members.c.member_id == member_id)

    def slug_is_taken(self, slug: str, member_id: str) -> bool:
        """Does another member's page stand at this address?"""
        other = select(members.c.member_id).where(members.c.slug == slug, members.c.member_id != member_id)
        return self._session.execute(other).first() is not None

    def search(self, words: tuple[str, ...], limit: int) -> list[Member]:
        """Members whose name holds every word (or whose SIREN is the word), the shortest names first."""
        rows = select(*_MEMBER).order_by(members.c.folded_name).limit(limit)
        for word in words:
            rows = rows.where(or_(members.c.folded_name.contains(word, autoescape=True), members.c.siren == word))
        return [_member(row) for row in self._session.execute(rows)]

    def cdgs(self) -> list[tuple[str, str]]:
        """(name, contact) of each CdG, once."""
        rows = select(members.c.cdg_name, func.max(members.c.cdg_contact)).group_by(members.c.cdg_name)
        return [(name, contact) for name, contact in self._session.execute(rows.order_by(members.c.cdg_name))]

    def _one(self, condition: Any) -> Member | None:
        row = self._session.execute(select(*_MEMBER).where(condition).limit(1)).first()
        return _member(row) if row else None


def _member(row: Row[Any]) -> Member:
    return Member(**{**row._mapping, "mail_domains": tuple(row.mail_domains)})


class KeySets:
    """The newest signed key set of each issuer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, issuer: str) -> bytes | None:
        found = self._session.execute(select(key_sets.c.signed).where(key_sets.c.issuer == issuer))
        return found.scalar_one_or_none()

    def put(self, issuer: str, version: int, signed: bytes) -> bool:
        """Keep a key set; False when this version or a newer one is there already."""
        row = insert(key_sets).values(issuer=issuer, version=version, signed=signed)
        newer = row.on_conflict_do_update(
            index_elements=[key_sets.c.issuer],
            set_={"version": row.excluded.version, "signed": row.excluded.signed},
            where=key_sets.c.version < row.excluded.version,
        )
        return self._session.execute(newer.returning(key_sets.c.issuer)).first() is not None
