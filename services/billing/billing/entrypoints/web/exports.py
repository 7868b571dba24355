"""Every export in one place, with what it holds and what it does not."""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from billing import sheets
from billing.domain.parties import Manager
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.downloads import CSV, ODS, attached
from billing.entrypoints.web.office import Office, office
from billing.usecases.extracts import EXTRACTS, extract
from chassis.clock import paris_day
from chassis.web import page

router = APIRouter()

_PARTS = re.compile(r"(\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class Export:
    """One list. `files`: what each is called, and its address; shown as soon as this application serves it. `page`:
    where the list is seen."""

    title: str
    holds: str
    without: str
    files: tuple[tuple[str, str], ...] = ()
    page: str = ""


LISTS = (
    Export(
        "Adhérents",
        "Toutes les collectivités connues : identifiants, nature, affiliation, convention en cours, dernier effectif "
        "déclaré, nombre de référents actifs, reste dû. La liste des adhérents exporte de même ce que vous y filtrez.",
        "Aucun nom de personne, aucun nombre de signalements.",
        (("CSV", "/adherents.csv"), ("ODS", "/adherents.ods")),
        "/",
    ),
    Export(
        "Effectifs à demander",
        "Les adhérents dont la convention est en vigueur et dont l’effectif au 31 décembre dernier n’est pas déclaré.",
        "Aucun nom de personne.",
        (("CSV", "/adherents.csv?effectif=manquant"), ("ODS", "/adherents.ods?effectif=manquant")),
        "/?effectif=manquant",
    ),
    Export(
        "Conventions qui finissent dans l’année",
        "Les adhérents dont la convention finit dans les douze mois, avec son dernier jour.",
        "Ni les courriers ni les délibérations : ils sont dans le dossier de chaque adhérent.",
        (("CSV", "/adherents.csv?fin=12&tri=fin"), ("ODS", "/adherents.ods?fin=12&tri=fin")),
        "/?fin=12&tri=fin",
    ),
    Export(
        "Communes de la carte",
        "Les communes où se trouve un adhérent : nombre de collectivités, effectif, situation de la convention.",
        "Les communes sans adhérent.",
        (("CSV", "/carte.csv"), ("ODS", "/carte.ods")),
        "/carte",
    ),
    Export(
        "Factures et avoirs",
        "Chaque facture et avoir : numéro, adhérent, montants, échéance, ce qui en est payé et ce qui reste dû. L’ODS "
        "donne aussi les lignes. La liste des factures exporte de même ce que vous y filtrez.",
        "Rien de ce qui a été signalé : le lot 1 ne dépend d’aucun signalement.",
        (("CSV", "/factures/factures.csv"), ("ODS", "/factures/factures.ods"), ("Lignes, CSV", "/factures/lignes.csv")),
        "/factures",
    ),
    Export(
        "Balance",
        "Ce que chaque adhérent doit, par ancienneté.",
        "Les coordonnées bancaires.",
        (("CSV", "/factures/balance.csv"), ("ODS", "/factures/balance.ods")),
        "/factures/balance",
    ),
    Export(
        "Paiements",
        "Les paiements reçus et les factures qu’ils règlent.",
        "Les relevés bancaires eux-mêmes.",
        (("CSV", "/factures/paiements.csv"), ("ODS", "/factures/paiements.ods")),
        "/factures/paiements",
    ),
    Export(
        "Pour Chorus Pro et le comptable public",
        "Les flux de factures à déposer, et les titres de recettes par bordereau : ils se préparent page par page.",
        "Ce qui est déjà parti, sauf si vous le redemandez.",
        (),
        "/factures/chorus",
    ),
    Export(
        "Conventions",
        "Toutes les conventions, passées et présentes : délibération, signature, réception, prise d’effet, dernier "
        "jour, cause de la fin et dates des lettres recommandées.",
        "Les documents eux-mêmes : ils se téléchargent un par un, sur la page de chaque adhérent.",
        (("CSV", "/exports/conventions.csv"), ("ODS", "/exports/conventions.ods")),
        "/conventions",
    ),
    Export(
        "Propositions",
        "Les conventions proposées, ni conclues ni abandonnées.",
        "Le texte proposé.",
        (("CSV", "/exports/propositions.csv"), ("ODS", "/exports/propositions.ods")),
        "/?etat=proposee",
    ),
    Export(
        "Appels à cotisation",
        "Toutes les années : chaque adhérent appelé, ce qu’il a déclaré, où en est son appel, sa facture.",
        "Les bordereaux eux-mêmes, et le nom de qui a déclaré.",
        (("CSV", "/exports/appels.csv"), ("ODS", "/exports/appels.ods")),
        "/appels",
    ),
    Export(
        "Commandes",
        "Les commandes de prestations des adhérents : numéro opaque, état, montants.",
        "Ni qui est concerné, ni les commandes que le centre de gestion paie lui-même.",
        (("CSV", "/exports/commandes.csv"), ("ODS", "/exports/commandes.ods")),
        "/commandes",
    ),
)


@router.get("/exports", response_model=None)
def exports(request: Request, _manager: Manager = Depends(manager)) -> Response:
    """The list of lists."""
    served = [_pattern(path) for path in request.app.state.web.templates.globals["nav_ready"]]

    def there(address: str) -> bool:
        path = address.split("?")[0]
        return any(pattern.fullmatch(path) for pattern in served)

    shown = [
        (export, [(label, address) for label, address in export.files if there(address)])
        for export in LISTS
        if there(export.page)
    ]
    return page(request, "exports.html", exports=shown)


@router.get("/exports/{name}.{suffix}", response_model=None)
def export(name: str, suffix: str, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """One of the lists that this module writes itself."""
    if name not in EXTRACTS or suffix not in ("csv", "ods"):
        raise HTTPException(404)
    headings, rows = EXTRACTS[name].headings, extract(office.uow, manager, name)
    file = f"{name}-{paris_day(office.clock.now())}.{suffix}"
    if suffix == "csv":
        return attached(sheets.to_csv(headings, rows), file, CSV)
    return attached(sheets.to_ods(EXTRACTS[name].title, headings, rows), file, ODS)


def _pattern(path: str) -> re.Pattern[str]:
    """What a route's path answers to."""
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in _PARTS.split(path)))
