"""Asking to be called by a psychologist: a wish that only the courier can read, and that stays nowhere."""

import re
import secrets
from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.sealing import age, padding
from intake.domain.call_backs import open_days, phone_digits
from intake.entrypoints.web.brake import Budget, UsedUp
from intake.store.tables import key_sets, vault_queue
from paravent.identity_vault.v1.record_pb2 import CourierLetter, TransportLayer

PHONE = "06 39 98 00 01"
WISH = {"moyen": "sign", "telephone": PHONE, "jour": "2026-11-25", "heure": "10"}


def ask(browser, **changes: str):
    browser.post("/ecoute/rappel", membre="m-boulogne")
    return send(browser, **changes)


def send(browser, **changes: str):
    return browser.post("/ecoute/rappel", membre="m-boulogne", ticket=browser.field("ticket"), **(WISH | changes))


@pytest.fixture
def queued(database, vault):
    """What waits for identity-vault, as the courier and the pump see it."""

    def read():
        with database.engine.connect() as connection:
            rows = connection.execute(vault_queue.select()).all()
        layers = [TransportLayer.FromString(age.open_fixed(vault.transport.secret, row.record)) for row in rows]
        letters = [padding.unpad(age.open_fixed(vault.courier.secret, layer.to_courier)) for layer in layers]
        return [
            (row.prompt, len(row.record), CourierLetter.FromString(letter))
            for row, letter in zip(rows, letters, strict=True)
        ]

    return read


def test_a_wish_leaves_sealed_to_the_courier_in_the_next_slot(browser, queued, everything):
    assert ask(browser).status_code == 200
    assert "mercredi 25 novembre 2026, entre 10 h et 11 h" in browser.page
    ((prompt, size, letter),) = queued()
    assert (prompt, size) == (True, 10_240)
    wish = letter.call_back
    assert (wish.phone, wish.cdg_id, wish.hour, wish.means) == ("0639980001", "cdg-62", "2026-11-25T10", "sign")
    assert len(wish.ticket) == 16
    held = everything()
    assert not [secret for secret in (b"0639980001", wish.ticket.hex().encode(), b"2026-11-25T10") if secret in held]


def test_a_page_that_is_sent_again_is_the_same_wish(browser, queued):
    browser.post("/ecoute/rappel", membre="m-boulogne")
    page = browser.page
    for _ in range(2):
        browser.page = page
        send(browser)
        assert "Votre demande est partie" in browser.page
    assert len(queued()) == 1


def test_another_hour_typed_on_the_same_page_is_another_wish(browser, queued):
    browser.post("/ecoute/rappel", membre="m-boulogne")
    page = browser.page
    for hour in ("10", "14"):
        browser.page = page
        send(browser, heure=hour)
    wishes = [letter.call_back for _, _, letter in queued()]
    assert {wish.hour for wish in wishes} == {"2026-11-25T10", "2026-11-25T14"}
    assert len({wish.ticket for wish in wishes}) == 2


def test_heaps_of_wishes_are_stopped_and_who_comes_then_is_told_whom_to_call(browser, queued):
    for _ in range(6):
        assert ask(browser).status_code == 200
    assert ask(browser).status_code == 429
    assert "la vôtre n’est pas partie" in browser.page
    assert "CdG du Pas-de-Calais : 03 00 00 00 62" in browser.page
    assert PHONE in browser.page
    assert len(queued()) == 6
    assert browser.client.get("/suivi").status_code == 200


def test_a_wish_that_was_let_through_may_be_sent_again_when_the_budget_is_used_up(browser, queued):
    ask(browser)
    browser.post("/ecoute/rappel", membre="m-boulogne")
    page = browser.page
    send(browser)
    while ask(browser).status_code == 200:
        pass
    browser.page = page
    assert send(browser).status_code == 200
    assert len(queued()) == 6


def spent(budget: Budget, cdg_id: str, times: int) -> int:
    """How many of so many wishes are let through."""
    done = 0
    for _ in range(times):
        try:
            with budget.spend(cdg_id, secrets.token_bytes(16)):
                done += 1
        except UsedUp:
            pass
    return done


def test_one_cdgs_heap_leaves_room_for_the_others_and_time_gives_more():
    now = [1000.0]
    budget = Budget(clock=lambda: now[0])
    assert spent(budget, "cdg-62", 50) == 6
    assert spent(budget, "cdg-59", 50) == 6
    assert spent(budget, "cdg-80", 50) == 0  # twelve in all
    now[0] += 3600
    assert spent(budget, "cdg-62", 50) == 4
    assert spent(budget, "cdg-80", 50) == 2
    now[0] += 100 * 3600
    assert spent(budget, "cdg-62", 50) == 6


def test_what_could_not_leave_costs_nothing():
    budget = Budget()
    for _ in range(20):
        with pytest.raises(KeyError), budget.spend("cdg-62", b"the same"):
            raise KeyError
    assert spent(budget, "cdg-62", 50) == 6


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"telephone": "demain"}, "Écrivez un numéro"),
        ({"telephone": ""}, "Écrivez un numéro"),
        ({"moyen": "visio"}, "Choisissez comment"),
        ({"jour": "2026-11-28"}, "Choisissez un jour"),
        ({"jour": ""}, "Choisissez un jour"),
        ({"jour": "2026-11-24", "heure": "9"}, "Cette heure n’est pas possible"),
        ({"heure": "17"}, "Cette heure n’est pas possible"),
        ({"heure": ""}, "Cette heure n’est pas possible"),
    ],
)
def test_what_is_missing_or_not_offered_is_told(browser, queued, changes, told):
    assert ask(browser, **changes).status_code == 422
    assert told in browser.page
    assert queued() == []


def test_an_address_typed_leads_to_the_start_and_an_unknown_employer_to_where_to_turn(browser):
    assert browser.get("/ecoute/rappel").headers["location"] == "/"
    assert browser.post("/ecoute/rappel", membre="m-nobody").headers["location"] == "/ou-s-adresser"
    assert browser.post("/ecoute/rappel", membre="m-boulogne", ticket="zz").status_code == 400


def test_the_pages_before_the_form_offer_it(browser):
    browser.get("/m/boulogne-sur-mer-62")
    assert 'action="/ecoute/rappel"' in browser.page
    browser.post("/signalement", membre="m-boulogne")
    browser.turn("avant")
    assert 'action="/ecoute/rappel"' in browser.page


def test_without_keys_what_was_typed_stays_on_the_page(browser, uow, queued):
    browser.post("/ecoute/rappel", membre="m-boulogne")
    with uow("spoil") as tx:
        tx.session.execute(key_sets.update().values(signed=b"nothing"))
    assert send(browser).status_code == 422
    assert "ne peut pas partir" in browser.page
    assert PHONE in browser.page
    assert queued() == []


def test_working_days_leave_out_week_ends_and_public_holidays():
    days = open_days(datetime(2026, 12, 24, 20, tzinfo=UTC))
    assert [each.day for each in days] == [date(2026, 12, day) for day in (28, 29, 30, 31)] + [date(2027, 1, 4)]
    assert all(each.hours == tuple(range(9, 17)) for each in days)


@pytest.mark.parametrize(("hour", "first"), [(6, 9), (8, 11), (13, 16)])
def test_an_hour_is_offered_two_hours_before(hour, first):
    today = open_days(datetime(2026, 11, 24, hour, tzinfo=UTC) - timedelta(minutes=5))[0]
    assert (today.day, today.hours[0]) == (date(2026, 11, 24), first)


def test_a_day_whose_hours_have_passed_is_not_offered():
    assert open_days(datetime(2026, 11, 24, 15, tzinfo=UTC))[0].day == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("06 39.98-00 01", "0639980001"), ("+33 6 39 98 00 01", "+33639980001"), ("1234567", ""), ("06 chez moi", "")],
)
def test_a_number_is_read_as_it_is_dialled(typed, kept):
    assert phone_digits(typed) == kept


def test_the_form_holds_no_number_in_an_address(browser):
    ask(browser, jour="")
    assert not re.search(r'(href|action)="[^"]*0639', browser.page)
