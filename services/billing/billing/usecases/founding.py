"""Found a consortium, or change what it was founded with; the demonstration is founded by it too.

Founding tells nobody anything by itself: other services learn of a CdG from the members and habilitations that its
managers record. Where a CdG's name or contact changes, its members are told again as any member is, signed, in the
same transaction.
"""

from datetime import datetime

from billing.domain.founding import Founding, FoundingRefused
from billing.domain.founding_known import Plan
from billing.domain.founding_plan import plan
from billing.store.transaction import Transaction
from billing.usecases import announcing


def check(tx: Transaction, founding: Founding) -> Plan:
    """What applying it would do. Writes nothing."""
    return plan(founding, tx.founding.standing(), tx.today)


def found(tx: Transaction, founding: Founding, at: datetime) -> Plan:
    """Apply it, whole; answer what that did. As the database's owner. Raises FoundingRefused."""
    tx.founding.hold()
    made = check(tx, founding)
    if made.wrong:
        raise FoundingRefused(made.wrong)
    for change in made.changes:
        tx.founding.apply(change, at)
    for cdg_id in made.renamed_cdgs:
        cdg, ids = tx.parties.cdg(cdg_id), tx.founding.joined(cdg_id)
        members = tx.members.many(ids)
        for member_id, convention in tx.conventions.latest(ids).items():
            announcing.membership(tx, cdg, members[member_id], convention)
    return made
