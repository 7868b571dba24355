"""Orders of the provider's services, from casework's request to the provider's statement."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select, text

from billing.domain.ordering import Difference, NotNow, Status
from billing.domain.people import Contact
from billing.store import order_tables as o
from billing.usecases import conventions, ordering, price_lists, statements
from paravent.billing.v1 import events_pb2 as events

DEVIS = "commande;code;quantité;montant HT;montant TTC\n"


@pytest.fixture
def lists(uow, clock, parties):
    price_lists.keep_price_lists(uow, clock)


@pytest.fixture
def member(uow, parties, zudausques, typed, clock, lists):
    """Zudausques, under a convention, with somebody who receives its letters."""
    member_id = conventions.record_convention(uow, parties.first, zudausques, typed, clock)
    with uow("correspondent") as tx:
        person, _ = tx.people.claim(Contact("Alix Essai", "Maire", "alix.essai@example.org", "+33353010003"))
        tx.parties.set_correspondent(member_id, person, "Maire", date(2026, 3, 1))
    with uow("member") as tx:
        return tx.members.any(member_id)


@pytest.fixture
def ask(uow, clock, parties):
    """Services asked for, as the worker receives them; the order's id."""

    def receive(member, *services, order_id=None, by_cdg=False, version=1):
        order_id = order_id or uuid.uuid4()
        asked = ordering.Asked(
            order_id, parties.first.cdg_id, None if by_cdg else member.id, by_cdg, version, services or [("1.10", "1")]
        )
        with uow("receive") as tx:
            ordering.receive(tx, asked, clock.now())
        return order_id

    return receive


def order_of(uow, parties, order_id):
    with uow("order") as tx:
        return tx.orders.get(order_id, parties.first.cdg_id)


def person_of(uow, member):
    with uow("person") as tx:
        return tx.parties.correspondent(member.id).id


def test_from_the_request_to_the_settled_statement(uow, parties, clock, member, ask, told):
    order_id = ask(member, ("1.4", "5"), ("1.3", "1"))
    order = order_of(uow, parties, order_id)
    assert (order.status, order.net.cents, order.tax.cents) == (Status.QUOTED, 100_000, 20_000)
    assert [letter.kind for letter in told(events.LetterAsked)] == [events.LetterKind.LETTER_KIND_QUOTE]
    ordering.step_by_member(uow, member, person_of(uow, member), order_id, Status.APPROVED, clock)
    early = statements.import_statement(
        uow, parties.first, "2026-02", f"{DEVIS}{order.number};1.4;2;240;288".encode(), clock
    )
    assert [line.found.difference for line in statements.show(uow, parties.first, early).lines] == ["not_delivered"]
    ordering.step_by_member(uow, member, person_of(uow, member), order_id, Status.DELIVERED, clock)
    assert [line.found.difference for line in statements.show(uow, parties.first, early).lines] == [""]
    statements.decide(uow, parties.first, early, 1, "accepted", clock)
    data = f"{DEVIS}{order.number};1.4;3;360,00;432,00\n{order.number};1.3;1;400,00;480,00\n"
    statements.import_statement(uow, parties.first, "2026-03", data.encode(), clock)
    assert order_of(uow, parties, order_id).status is Status.SETTLED
    steps = sorted(told(events.OrderProgressed), key=lambda event: event.version)
    assert [(event.order_id, event.version) for event in steps] == [(str(order_id), at) for at in (1, 2, 3, 4)]
    assert steps[-1].status == events.OrderStatus.ORDER_STATUS_SETTLED
    with uow("papers") as tx:
        assert [each.kind for each in sorted(tx.documents.of_member(member.id), key=lambda each: each.kind)][:2] == [
            "commande",
            "devis",
        ]


def test_a_request_that_comes_twice_is_one_order(uow, member, ask, told, parties):
    order_id = ask(member)
    number = order_of(uow, parties, order_id).number
    ask(member, order_id=order_id)
    assert order_of(uow, parties, order_id).number == number
    assert len(told(events.OrderProgressed)) == 1


def test_what_the_list_does_not_hold_is_answered_as_cancelled_and_kept_nowhere(uow, member, ask, told, parties):
    for services, version in (([("1.8", "1")], 1), ([("1.10", "0.5")], 1), ([("3.1", "1")], 1), ([("1.10", "1")], 7)):
        assert order_of(uow, parties, ask(member, *services, version=version)) is None
    answers = {event.status for event in told(events.OrderProgressed)}
    assert answers == {events.OrderStatus.ORDER_STATUS_CANCELLED}


def test_amounts_stay_those_of_the_version_that_the_asker_saw(uow, clock, parties, member, ask, told):
    price_lists.choose_reading(uow, parties.first, "printed", date(2026, 3, 10), clock)
    price_lists.keep_price_lists(uow, clock)
    versions = sorted(event.version for event in told(events.PriceListPublished) if event.cdg_id == str(member.cdg_id))
    assert versions == [1, 2]
    before, after = ask(member, ("1.4", "1")), ask(member, ("1.4", "1"), version=2)
    assert [order_of(uow, parties, each).net.cents for each in (before, after)] == [12_000, 40_000]


def test_a_reading_chosen_for_later_is_told_on_its_day_only(uow, clock, parties, lists, told):
    price_lists.choose_reading(uow, parties.first, "printed", date(2026, 4, 1), clock)
    with pytest.raises(price_lists.ReadingRefused):
        price_lists.choose_reading(uow, parties.first, "printed", date(2026, 5, 1), clock)
    assert price_lists.keep_price_lists(uow, clock) == 0
    clock.instant = clock.instant.replace(month=4, day=1)
    assert price_lists.keep_price_lists(uow, clock) == 1
    assert max(event.version for event in told(events.PriceListPublished)) == 2


def test_the_cdgs_own_order_names_no_member_and_no_member_sees_it(uow, clock, parties, member, ask, told, owner_engine):
    order_id = ask(member, ("2.8", "1"), by_cdg=True)
    with uow("look") as tx:
        assert ordering.orders_of(tx, member) == []
        assert tx.orders.get_of_member(order_id, member.id) is None
        assert [each for each in tx.documents.of_member(member.id) if each.subject_id == order_id] == []
        about = tx.documents.about("devis", order_id)
    assert about.member_id is None
    assert member.name not in about.content
    assert told(events.LetterAsked) == []
    with owner_engine.connect() as connection:
        for table in (o.orders, o.order_lines, o.order_steps):
            rows = connection.execute(select(table)).all()
            assert str(member.id) not in str(rows)
    with pytest.raises(ordering.NoSuchOrder):
        ordering.step_by_member(uow, member, person_of(uow, member), order_id, Status.APPROVED, clock)
    ordering.step_by_manager(uow, parties.first, order_id, Status.APPROVED, clock)
    assert order_of(uow, parties, order_id).status is Status.APPROVED


def test_the_database_refuses_an_advance_that_names_a_member(uow, member, ask, owner_engine):
    order_id = ask(member, by_cdg=True)
    with pytest.raises(Exception, match="advance_without_a_member"), owner_engine.begin() as connection:
        connection.execute(text("UPDATE orders SET member_id = :m WHERE id = :o"), {"m": member.id, "o": order_id})


def test_steps_are_added_and_never_changed(uow, member, ask):
    ask(member)
    for statement in ("UPDATE order_steps SET status = 'settled'", "DELETE FROM order_steps"):
        with pytest.raises(Exception, match="permission denied"), uow("tamper") as tx:
            tx.session.execute(text(statement))


def test_only_who_pays_approves_and_another_cdg_sees_nothing(uow, clock, parties, member, ask):
    order_id = ask(member)
    with pytest.raises(NotNow):
        ordering.step_by_manager(uow, parties.first, order_id, Status.APPROVED, clock)
    with pytest.raises(NotNow):
        ordering.step_by_member(uow, member, person_of(uow, member), order_id, Status.DELIVERED, clock)
    with pytest.raises(ordering.NoSuchOrder):
        ordering.step_by_manager(uow, parties.elsewhere, order_id, Status.CANCELLED, clock)
    with pytest.raises(NotNow):
        ordering.step_by_member(uow, member, person_of(uow, member), order_id, Status.CANCELLED, clock)
    ordering.step_by_manager(uow, parties.first, order_id, Status.CANCELLED, clock)
    with pytest.raises(NotNow):
        ordering.step_by_member(uow, member, person_of(uow, member), order_id, Status.APPROVED, clock)
    assert ordering.show_to_manager(uow, parties.elsewhere, order_id) is None


def test_a_statement_shows_each_difference_and_is_decided_line_by_line(uow, clock, parties, member, ask):
    order_id = ask(member, ("1.10", "1"), ("2.2", "2"))
    number = order_of(uow, parties, order_id).number
    person = person_of(uow, member)
    ordering.step_by_member(uow, member, person, order_id, Status.APPROVED, clock)
    ordering.step_by_member(uow, member, person, order_id, Status.DELIVERED, clock)
    lines = [
        f"{number};1.10;1;900,00;1080,00",
        f"{number};2.2;1,5;135,00;162,00",
        f"{number};2.2;1;90,00;108,00",
        f"{number};1.9;1;800,00;960,00",
        "C-0000-0000;1.9;1;800,00;960,00",
    ]
    made = statements.import_statement(uow, parties.first, "2026-03", (DEVIS + "\n".join(lines)).encode(), clock)
    found = statements.show(uow, parties.first, made).lines
    assert [line.found.difference for line in found] == [
        Difference.PRICE,
        Difference.NONE,
        Difference.QUANTITY,
        Difference.UNKNOWN_SERVICE,
        Difference.UNKNOWN_ORDER,
    ]
    with pytest.raises(statements.TakenBefore):
        statements.import_statement(uow, parties.first, "2026-03", (DEVIS + lines[0]).encode(), clock)
    with pytest.raises(NotNow):
        statements.decide(uow, parties.first, made, 5, "accepted", clock)
    with pytest.raises(NotNow):
        statements.close(uow, parties.first, order_id, clock)
    for position, decision in ((1, "accepted"), (3, "disputed"), (4, "disputed"), (5, "disputed")):
        statements.decide(uow, parties.first, made, position, decision, clock)
    statements.close(uow, parties.first, order_id, clock)
    assert order_of(uow, parties, order_id).status is Status.SETTLED
