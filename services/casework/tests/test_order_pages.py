"""The pages of orders: the handler is warned before, confirms once, and sees where the order stands."""

import re

import pytest

from casework.usecases import ordering
from casework.usecases.handling import take_in_charge
from paravent.casework.v1 import events_pb2 as told

from .test_orders import published


@pytest.fixture
def case(world, town_pages):
    """The address of a case in charge."""
    with world.uow("prices") as tx:
        ordering.record_prices(tx, published())
    case_id = world.release(world.file(town_pages))
    take_in_charge(world.uow, world.desk, world.staff("referent-1"), case_id)
    return f"/dossiers/{case_id}"


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_the_handler_reads_who_will_know_and_confirms_it(sign_in, case, world):
    referent = sign_in("referent-1")
    shop = referent.get(f"{case}/commander").text
    assert "L’ordonnateur de la collectivité verra cette commande" in shop
    asked = fields(shop) | {"q-1.4": "5", "q-1.3": "1"}
    review = referent.post(f"{case}/commander", data=asked).text
    assert "1 200,00" in review.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Un forfait coûterait moins" in review
    confirm = fields(review) | {"etape": "confirmer"}
    unread = referent.post(f"{case}/commander", data=confirm)
    assert unread.status_code == 422
    assert world.events(told.ServiceRequested) == []
    for _ in range(2):
        done = referent.post(f"{case}/commander", data=confirm | {"averti": "oui"})
        assert done.headers["location"] == f"{case}#commandes"
    assert len(world.events(told.ServiceRequested)) == 1
    assert "Soutien psychologique × 5" in referent.get(case).text


def test_a_wrong_quantity_is_named_beside_its_field_and_stays(sign_in, case):
    referent = sign_in("referent-1")
    shop = referent.get(f"{case}/commander").text
    answer = referent.post(f"{case}/commander", data=fields(shop) | {"q-1.4": "deux", "q-2.2": "0.5"})
    assert answer.status_code == 422
    assert 'href="#q-1.4"' in answer.text
    assert 'value="deux"' in answer.text
    empty = referent.post(f"{case}/commander", data=fields(shop))
    assert "Indiquez la quantité" in empty.text
