"""Two windows, two managers, the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from sqlalchemy import func, select

from billing.domain.faults import Refused
from billing.domain.habilitation import Account, SignedIn, StepRefused
from billing.store import tables as t
from billing.usecases.conventions import record_convention
from billing.usecases.habilitations import Unknown, accept_invitation

MAXIME, LOU = "maxime.essai@example.org", "lou.factice@example.org"


def together(*works):
    """Run these at once; answer each one's result, or the exception that it raised."""
    barrier = Barrier(len(works))

    def run(work):
        barrier.wait(10)
        try:
            return work()
        except (Refused, StepRefused, Unknown) as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_a_commune_recorded_by_four_windows_at_once_joins_once(uow, parties, zudausques, typed, clock):
    managers = [parties.first, parties.second] * 2
    results = together(*(lambda m=m: record_convention(uow, m, zudausques, typed, clock) for m in managers))

    assert sum(isinstance(result, Refused) for result in results) == 3
    with uow("count") as tx:
        assert tx.session.scalar(select(func.count()).select_from(t.conventions)) == 1


def test_communes_that_share_their_referents_are_recorded_at_once(uow, parties, communes, typed, clock):
    """The two referents are locked in both orders: PostgreSQL breaks the deadlock, the use case tries again."""
    crossed = replace(typed, referents=typed.referents[::-1])
    works = [
        lambda code=code, given=given: record_convention(uow, parties.first, communes.by_insee_code(code), given, clock)
        for code, given in zip(("62013", "62905", "62318", "62065"), (typed, crossed) * 2, strict=True)
    ]
    assert not any(isinstance(result, Exception) for result in together(*works))


def test_a_token_used_twice_at_once_binds_one_account(uow, parties, zudausques, typed, clock, token_of):
    record_convention(uow, parties.first, zudausques, typed, clock)
    token = token_of(MAXIME)
    people = [SignedIn(Account("https://connexion.example.org", f"account-{n}"), MAXIME, True) for n in range(3)]
    results = together(*(lambda p=p: accept_invitation(uow, token, p, clock) for p in people))
    assert sorted(result is None for result in results) == [False, False, True]


def test_one_account_accepting_for_two_persons_at_once_binds_one(uow, parties, zudausques, typed, clock, token_of):
    record_convention(uow, parties.first, zudausques, typed, clock)
    account = Account("https://connexion.example.org", "shared")
    results = together(
        *(
            lambda email=email, token=token_of(email): accept_invitation(
                uow, token, SignedIn(account, email, True), clock
            )
            for email in (MAXIME, LOU)
        )
    )
    assert sorted(result is None for result in results) == [False, True]
