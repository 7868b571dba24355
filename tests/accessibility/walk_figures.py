"""The public figures; and last, because they stop something: before any publication, without database, without
identity provider."""

from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from chassis.sealing.receipts import Receipt
from tests.accessibility.tour import Tour
from tests.support import stores
from tests.support.agent import Agent
from tests.support.visitor import DESKTOP, PHONE


def walk(tour: Tour) -> None:
    here = tour.arrive("public", DESKTOP)
    for name, query in (("mois", ""), ("acte", "?acte=HARCELEMENT_MORAL"), ("taille", "?tranche=50-349")):
        here.go("analytics", f"/{query}")
        here.page.locator("summary").first.click()
        tour.stop(here, f"chiffres-{name}", "analytics/figures.html", "Comment lire ces chiffres")
    assert here.go("analytics", "/nulle-part") == 404
    tour.stop(here, "chiffres-404", "chassis/error.html", "Cette page n’existe pas")
    nothing_published(tour)
    no_database(tour)
    no_identity_provider(tour)


def nothing_published(tour: Tour) -> None:
    """As on the first day: the publications go, with no worker to make the next."""
    tour.demo.hold("analytics.worker")
    with stores.connect(tour.demo, "analytics") as superuser:
        superuser.execute("SET session_replication_role = replica")  # nobody else may undo a publication
        superuser.execute("TRUNCATE snapshots, snapshot_cells")
    here = tour.arrive("premier-jour", DESKTOP)
    here.go("analytics")
    tour.stop(here, "chiffres-aucun", "analytics/nothing_yet.html", "Aucun chiffre n’a encore été publié")
    tour.demo.release("analytics.worker")


def no_database(tour: Tour) -> None:
    """The portal's database lets nobody in any more."""
    agent = Agent(tour.arrive("sans-base", PHONE))
    name = urlsplit(tour.demo.database_url("intake")).path[1:]
    database = sql.Identifier(name)
    with psycopg.connect(tour.demo.superuser_url(), autocommit=True) as superuser:
        superuser.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(database))
        superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            agent.open_space(Receipt.draw().text)
            tour.stop(agent.visitor, "base-absente", "intake/attente.html", "Rien n’est perdu")
        finally:
            superuser.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(database))


def no_identity_provider(tour: Tour) -> None:
    tour.demo.hold("sinks")
    tour.demo.restart("billing.web")
    here = tour.arrive("sans-fournisseur", DESKTOP)
    assert here.go("billing", "/connexion") == 503
    tour.stop(here, "connexion-indisponible", "chassis/sign_in_unavailable.html", "momentanément indisponible")
    tour.demo.release("sinks")
