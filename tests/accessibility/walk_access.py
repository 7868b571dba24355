"""Tokens for other systems: the list, what goes wrong, the token shown once, taken back."""

from datetime import timedelta

from tests.accessibility.tour import Tour
from tests.support.conventions import one_day
from tests.support.visitor import DESKTOP


def walk(tour: Tour) -> None:
    here = tour.arrive("acces-api", DESKTOP)
    here.sign_in("billing", "gestion-1")
    here.go("billing", "/equipe")
    here.follow("Gérer les accès API")
    tour.stop(here, "acces-api", "billing/api_access.html", "Aucun pour l’instant")
    here.press("Créer le jeton")
    tour.stop(here, "acces-api-erreurs", "billing/api_access.html", "Cochez au moins une ressource")
    here.page.fill("#name", "Comptabilité du CdG")
    here.page.fill("#expires_on", (one_day() + timedelta(20)).isoformat())
    here.page.locator("label", has_text="Factures").click()
    here.press("Créer le jeton")
    tour.stop(here, "jeton-cree", "billing/api_token_made.html", "Il ne sera plus jamais affiché")
    here.follow("Accès API")
    tour.stop(here, "acces-api-jeton", "billing/api_access.html", "Bientôt fini")
    here.follow("Révoquer Comptabilité du CdG")
    tour.stop(here, "jeton-revoquer", "billing/api_token_revoke.html", "Révoquer ce jeton ?")
    here.press("Révoquer")
    tour.stop(here, "acces-api-revoque", "billing/api_access.html", "Il est refusé dès maintenant")
