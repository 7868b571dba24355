"""The demonstration's data. Run again, it adds what is missing and tells nothing twice.

It works through the rules of any other member; only the invitations' mails are left out, as the accounts are known.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from billing.domain import habilitation as rules
from billing.domain.adhesion import Adhesion
from billing.domain.convention import Market
from billing.domain.habilitation import Account, Habilitation, Role, SignedIn
from billing.domain.parties import Commune, Manager, Member
from billing.domain.people import Contact, named
from billing.reference.demo import Demo, DemoMember
from billing.store.transaction import Transaction
from billing.usecases import announcing
from billing.usecases.conventions import enrol
from billing.usecases.demo_tariff import ensure_tariff
from billing.usecases.demonstration_files import fill_body, fill_member
from billing.usecases.founding import found
from billing.usecases.habilitations import known_person
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

_FUNCTIONS = {
    Role.REFERENT: "Ressources humaines",
    Role.AUTHORITY_REFERENT: "Juriste, service signalement",
    Role.SCREENER: "Psychologue",
}
# A number of the range that Arcep keeps for fiction.
_PHONE = "03 53 01 00 62"


class _Stage(NamedTuple):
    """Who acts in the demonstration: one manager designates, the other confirms."""

    demo: Demo
    issuer: str
    now: datetime
    first: Manager
    second: Manager
    market: Market


def seed_demonstration(
    uow: UnitOfWork[Transaction], demo: Demo, issuer: str, commune_of: Callable[[str], Commune | None], clock: Clock
) -> int:
    """Set up the groupement, its managers and members with bound referents; answer how many members were added.

    Writes tables that the service's own role may only read: run it as the database's owner.
    """
    with uow("seed_parties") as tx:
        stage = _set_up(tx, demo, issuer, clock.now())
        _bind_team(tx, stage)
        ensure_tariff(tx, stage.first.cdg_id, demo.market_starts_on, by=stage.first.id, at=stage.now)
    added = sum(_add_member(uow, stage, member, commune_of) for member in demo.members)
    with uow("seed_files") as tx:
        for row in demo.members:
            commune = commune_of(row.insee_code)
            assert commune is not None
            fill_member(tx, row, commune, stage.first, stage.now)
        for body in demo.bodies:
            fill_body(tx, tx.parties.cdg(stage.first.cdg_id), body, paris_day(stage.now))
    return added


def _set_up(tx: Transaction, demo: Demo, issuer: str, now: datetime) -> _Stage:
    founding = replace(demo.founding, issuer=issuer)
    found(tx, founding, now)
    home = next(each for each in founding.cdgs if each.department == demo.team_department)
    first, second = (tx.parties.manager(Account(issuer, each.subject)) for each in home.managers)
    assert first is not None
    assert second is not None
    market = tx.parties.market(first.cdg_id, demo.market_starts_on)
    assert market is not None
    return _Stage(demo, issuer, now, first, second, market)


def _bind_team(tx: Transaction, stage: _Stage) -> None:
    standing = {(h.person.email, h.habilitation.role) for h in tx.habilitations.of_cdg(stage.first.cdg_id)}
    roles = {"authority_referents": Role.AUTHORITY_REFERENT, "screeners": Role.SCREENER}
    for key, role in roles.items():
        for sub in stage.demo.team[key]:
            if (stage.demo.accounts[sub].email, role) not in standing:
                _bind(tx, stage, sub, role, None)


def _add_member(
    uow: UnitOfWork[Transaction], stage: _Stage, row: DemoMember, commune_of: Callable[[str], Commune | None]
) -> bool:
    commune = commune_of(row.insee_code)
    assert commune is not None
    with uow("seed_member") as tx:
        if tx.members.by_siren([commune.siren]):
            return False
        first, second = (_contact(stage, sub, Role.REFERENT) for sub in row.referents)
        agreed = Adhesion(row.milestones, row.headcount, (first, second), None)
        member = enrol(tx, stage.first, commune, agreed, stage.market, stage.now, row.mail_domains)
        for sub in row.referents:
            _bind(tx, stage, sub, Role.REFERENT, member)
    return True


def _bind(tx: Transaction, stage: _Stage, sub: str, role: Role, member: Member | None) -> None:
    """The three steps at once: designated by one manager, accepted by the account, confirmed by the other."""
    person = known_person(tx, _contact(stage, sub, role))
    body = stage.demo.provider_name if role is Role.SCREENER else tx.parties.cdg(stage.first.cdg_id).name
    designated = Habilitation(
        id=uuid.uuid4(),
        person_id=person.id,
        role=role,
        cdg_id=stage.first.cdg_id,
        member_id=member.id if member else None,
        function=_FUNCTIONS[role],
        body=member.name if member else body,
        designated_by=stage.first.id,
        designated_at=stage.now,
    )
    signed_in = SignedIn(Account(stage.issuer, sub), person.email, email_verified=True)
    accepted = rules.accept(designated, person.email, signed_in, stage.now)
    confirmed = rules.confirm(accepted, stage.second, stage.now, timedelta())
    tx.habilitations.add(confirmed)
    announcing.habilitation(tx, confirmed, person)


def _contact(stage: _Stage, sub: str, role: Role) -> Contact:
    account = stage.demo.accounts[sub]
    return named(account.name, _FUNCTIONS[role], account.email, _PHONE)
