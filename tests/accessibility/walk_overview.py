"""The managers' figures: dashboard, map, search, exports, and the members' list as it is narrowed."""

from tests.accessibility.tour import Tour
from tests.support.visitor import DESKTOP


def walk(tour: Tour) -> None:
    here = tour.arrive("tableau-de-bord", DESKTOP)
    here.sign_in("billing", "gestion-1")
    here.go("billing", "/?etat=en-vigueur&tri=effectif&sens=desc")
    tour.stop(here, "adherents-filtres", "billing/members.html", "Filtrer et trier")
    here.go("billing", "/tableau-de-bord")
    for numbers in here.page.locator("details.numbers > summary").all():
        numbers.click()
    tour.stop(here, "tableau-de-bord", "billing/dashboard.html", "Ce qui vous attend")
    here.go("billing", "/carte")
    tour.stop(here, "carte", "billing/map.html", "Passer la carte")
    here.go("billing", "/recherche")
    tour.stop(here, "recherche", "billing/search.html", "Que cherchez-vous")
    here.go("billing", "/recherche?q=zzz")
    tour.stop(here, "recherche-rien", "billing/search.html", "Rien ne répond")
    here.go("billing", "/recherche?q=a")
    tour.stop(here, "recherche-trouvee", "billing/search.html", "Collectivités")
    here.go("billing", "/exports")
    tour.stop(here, "exports", "billing/exports.html", "Vos données vous appartiennent")
