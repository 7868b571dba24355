"""What each area adds to a member's page: one line here, one template.

A section is a name and a function(tx, member). What it answers stands in `file.extras[name]` when the page is made;
`member_<area>.html` shows it, with `file` (MemberFile) and the macros that it imports itself. The functions must not
import `billing.usecases.reading`: it imports them.
"""

from collections.abc import Callable
from typing import Any

from billing.domain.parties import Member
from billing.store.transaction import Transaction
from billing.usecases import call_views, invoice_pages, life, members, ordering

Section = tuple[str, Callable[[Transaction, Member], Any]]

SECTIONS: tuple[Section, ...] = (
    ("life", life.member_life),
    ("particulars", members.particulars_of),
    ("calls", call_views.of_member),
    ("orders", ordering.orders_of),
    ("invoices", invoice_pages.account),
)


def extras_of(tx: Transaction, member: Member) -> dict[str, Any]:
    """What every area has to say of a member, by name."""
    return {name: find(tx, member) for name, find in SECTIONS}
