"""What billing holds of services ordered for cases: numbers, codes and amounts, and nothing that leads to a case."""

import pytest

from tests.anonymity import zones
from tests.support import stores

# Whichever test comes first waits for the lives of all reports.
pytestmark = pytest.mark.timeout(900)


def test_one_order_names_who_pays_and_the_other_nobody(audited):
    query = "SELECT by_cdg, member_id IS NULL FROM orders ORDER BY by_cdg"

    assert audited.demo.until(lambda: len(stores.rows(audited.demo, "billing", query)) == 2)
    assert stores.rows(audited.demo, "billing", query) == [(False, False), (True, True)]


def test_no_value_of_a_case_stands_in_billing_but_its_orders_number(audited):
    """What casework keeps of a case is joined with all that billing keeps: ids of bodies and persons apart, which
    billing tells casework, only the random numbers of the orders are in both."""
    demo = audited.demo
    cases: zones.Values = {}
    for table in ("cases", "case_orders", "messages", "voices", "files", "inbound", "identity_requests"):
        for row in stores.rows(demo, "casework", f"SELECT to_jsonb(t) FROM {table} t"):
            zones.note(cases, table, row)
    billing: zones.Values = {}
    for place, value in stores.values(demo, "billing"):
        zones.note(billing, place, value)
    told: zones.Values = {}
    for query in ("SELECT id FROM cdgs", "SELECT id FROM members", "SELECT id FROM people"):
        for row in stores.rows(demo, "billing", query):
            zones.note(told, "told", row)
    numbers: zones.Values = {}
    for row in stores.rows(demo, "casework", "SELECT order_id FROM case_orders"):
        zones.note(numbers, "order", row)

    common = (cases.keys() & billing.keys()) - told.keys()

    assert common
    assert {value for value in common if value not in numbers} == set()
