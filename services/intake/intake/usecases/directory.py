"""The members' directory, intake's own copy."""

import time
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from chassis.clock import PARIS
from chassis.db import UnitOfWork, is_outage
from intake.domain.members import Member, search_words, slug
from intake.store.transaction import Transaction
from paravent.billing.v1.events_pb2 import MemberListed

MOST_RESULTS = 20


def list_member(tx: Transaction, event: MemberListed) -> None:
    """Keep the newest version of a line of the directory. Raises ZoneInfoNotFoundError for an unknown time zone."""
    address = slug(event.name, event.department)
    if not address or tx.members.slug_is_taken(address, event.member_id):
        address = f"{address}-{event.siren}".strip("-")
    tx.members.keep(
        Member(
            member_id=event.member_id,
            version=event.version,
            name=event.name,
            siren=event.siren,
            insee_code=event.insee_code,
            department=event.department,
            cdg_id=event.cdg_id,
            cdg_name=event.cdg_name,
            cdg_contact=event.cdg_contact,
            from_day=date.fromisoformat(event.from_day),
            until_day=date.fromisoformat(event.until_day) if event.until_day else None,
            slug=address,
            mail_domains=tuple(domain.casefold() for domain in event.mail_domains),
            time_zone=ZoneInfo(event.time_zone or PARIS.key).key,
        )
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The members that a search gives, at most MOST_RESULTS, and whether there were more."""

    members: tuple[Member, ...]
    more: bool


def search(uow: UnitOfWork[Transaction], typed: str) -> Found:
    """The members whose names hold the words typed."""
    words = search_words(typed)
    if not words:
        return Found((), more=False)
    with uow("search_directory") as tx:
        members = tx.members.search(words, MOST_RESULTS + 1)
    return Found(tuple(members[:MOST_RESULTS]), more=len(members) > MOST_RESULTS)


def cdgs(uow: UnitOfWork[Transaction]) -> list[tuple[str, str]]:
    """(name, contact) of each CdG that has a member."""
    with uow("list_cdgs") as tx:
        return tx.members.cdgs()


class Directory:
    """Members, remembered for `ttl` seconds: every page of a form asks for the same one."""

    def __init__(self, uow: UnitOfWork[Transaction], *, ttl: float = 10.0) -> None:
        self._uow = uow
        self._ttl = ttl
        self._known: dict[str, tuple[float, Member]] = {}

    def by_address(self, address: str) -> Member | None:
        with self._uow("member_by_address") as tx:
            return tx.members.by_address(address)

    def by_id(self, member_id: str) -> Member | None:
        now = time.monotonic()
        known = self._known.get(member_id)
        if known is not None and now < known[0]:
            return known[1]
        try:
            with self._uow("member_by_id") as tx:
                member = tx.members.by_id(member_id)
        except DBAPIError as error:
            if known is None or not is_outage(error):
                raise
            return known[1]  # a form that is being filled goes on while the database is away
        if member is not None:
            self._known[member_id] = (now + self._ttl, member)
        return member
