"""A signed convention is recorded; its referents are invited, bind their accounts, are confirmed by somebody else."""

import pytest

from tests.support import stores
from tests.support.conventions import Referent, fill_convention, invitation, one_day
from tests.support.visitor import DESKTOP, PHONE

COMMUNE, SIREN = "Achicourt", "216200048"
REFERENTS = (
    Referent(
        "Maé Nouvelle", "Responsable des ressources humaines", "mae.nouvelle@communes.example.org", "03 21 00 00 01"
    ),
    Referent("Yaël Essayage", "Assistante de prévention", "yael.essayage@communes.example.org", "03 21 00 00 02"),
)
CONFIRM = f"Vérifier et confirmer : {REFERENTS[0].name}"
TODAY = one_day()
MONTHS = [
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
]


@pytest.fixture
def manager(visitor):
    """Who records."""
    person = visitor("gestionnaire", DESKTOP)
    person.sign_in("billing", "gestion-1")
    return person


def test_a_convention_is_recorded_and_its_referent_bound(platform, visitor, manager):
    record(manager)
    assert manager.shows(f"Les agents pourront signaler à partir du {first_of_next_month()}")
    assert platform.until(
        lambda: stores.count(platform, "intake", f"SELECT count(*) FROM members WHERE siren = '{SIREN}'")
    )
    assert_not_yet_open(visitor("agent-trop-tot", PHONE))

    invited = visitor("invitee", DESKTOP)
    accept(invited, invitation(platform, REFERENTS[0].email))
    confirm_in_two(manager, visitor("collegue", DESKTOP))


def record(manager) -> None:
    """Find the commune in the official list, copy the convention, check, record."""
    page = manager.page
    manager.picture("adherents")
    manager.follow("Enregistrer une convention")
    page.get_by_label("Nom de la commune").fill(COMMUNE.lower())
    manager.press("Chercher")
    manager.picture("trouver")
    manager.follow(f"Choisir {COMMUNE}", exact=True)
    fill_convention(page, REFERENTS, TODAY, 63)
    manager.picture("recopier")
    manager.press("Vérifier")
    manager.picture("verifier")
    assert manager.shows(first_of_next_month())
    manager.press("Enregistrer la convention")
    manager.picture("enregistree")


def first_of_next_month() -> str:
    """Convention, article 3; as the pages write it."""
    month = MONTHS[TODAY.month % 12]
    return f"1er {month} {TODAY.year + (TODAY.month == 12)}"


def assert_not_yet_open(agent) -> None:
    """The member has a page in the portal, and no report can begin there."""
    agent.go("intake", f"/m/{SIREN}")
    assert agent.shows(COMMUNE)
    assert not agent.page.get_by_role("button", name="Commencer un signalement").count()
    agent.picture("pas-encore-ouvert")


def accept(invited, link: str) -> None:
    invited.page.goto(link)
    invited.picture("invitation")
    invited.press("M’identifier")
    invited.identify("nouveau-1")
    assert invited.shows(COMMUNE)
    invited.picture("relier")
    invited.press("Relier ce compte")
    assert invited.shows("Votre compte est relié")
    invited.picture("relie")


def confirm_in_two(manager, colleague) -> None:
    """Who recorded is refused to confirm; a colleague does it."""
    colleague.sign_in("billing", "gestion-2")
    colleague.picture("a-confirmer")
    colleague.follow(CONFIRM)
    colleague.picture("confirmer")

    manager.page.reload()
    assert not manager.page.get_by_role("link", name=CONFIRM).count()
    manager.go("billing", colleague.path())
    manager.press("Confirmer")
    assert manager.shows("une autre personne du centre de gestion doit confirmer")
    manager.picture("refus")

    colleague.press("Confirmer")
    assert colleague.shows("C’est confirmé")
    assert colleague.shows("Confirmé, bientôt actif")
    colleague.picture("confirmee")
