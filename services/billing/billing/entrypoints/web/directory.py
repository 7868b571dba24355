"""The members' list: narrowed, sorted, paged, and exported as it is shown."""

from collections.abc import Sequence

from fastapi import APIRouter, Depends, Request, Response

from billing import sheets
from billing.domain.kinds import LABELS, Kind
from billing.domain.parties import Manager
from billing.domain.register import Filters, Sort, Standing
from billing.entrypoints.web import words_overview as words
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.downloads import CSV, ODS, attached
from billing.entrypoints.web.office import Office, office
from billing.store.register import Entry
from billing.usecases import directory as usecase
from chassis.clock import paris_day
from chassis.web import Page, offset, page, page_number

router = APIRouter()

PAGE = 25
HEADINGS = (
    "Collectivité",
    "SIREN",
    "SIRET",
    "Code INSEE",
    "Nature",
    "Affiliée",
    "Convention",
    "Prise d’effet",
    "Dernier jour",
    "Effectif déclaré",
    "Déclaré pour l’année",
    "Référents actifs",
    "Personne à confirmer",
    "Reste dû (€ TTC)",
    "En retard",
)


def asked(request: Request) -> Filters:
    """Dependency: the filters that the address asks for; what it does not know is left out."""
    sent = request.query_params
    standing, kind, sort, ends = (sent.get(name, "") for name in ("etat", "nature", "tri", "fin"))
    return Filters(
        words=sent.get("q", "").strip()[:80],
        standing=Standing(standing) if standing in list(Standing) else None,
        kind=kind if kind in list(Kind) else "",
        band=_known(sent.get("tranche"), words.BAND_LABELS),
        affiliated=_known(sent.get("affiliation"), words.AFFILIATIONS),
        declared={"declare": True, "manquant": False}.get(sent.get("effectif", "")),
        unpaid=_known(sent.get("solde"), words.UNPAID),
        referents=_known(sent.get("referents"), words.REFERENTS),
        ends_within=int(ends) if ends in words.ENDS else None,
        sort=Sort(sort) if sort in list(Sort) else Sort.NAME,
        falling=sent.get("sens") == "desc",
    )


@router.get("/", response_model=None)
def members(
    request: Request,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    filters: Filters = Depends(asked),
) -> Response:
    """The first page: what waits for a second person, then the members."""
    number = page_number(request.query_params.get("page"))
    place = {"offset": offset(number, PAGE), "limit": PAGE}
    seen = usecase.directory(office.uow, manager, filters, office.clock, **place)
    query = words.query(filters)
    return page(
        request,
        "members.html",
        seen=seen,
        listing=Page(seen.entries, number, seen.total, PAGE),
        filters=filters,
        query=query,
        narrowed=bool(words.query(filters, tri="", sens="")),
        chosen=dict(request.query_params),
        choices=_choices(),
        sort_links=_sort_links(filters),
    )


@router.get("/adherents.csv", response_model=None)
def as_csv(
    manager: Manager = Depends(manager), office: Office = Depends(office), filters: Filters = Depends(asked)
) -> Response:
    """What the list shows, every page of it."""
    entries = usecase.register(office.uow, manager, filters, office.clock)
    content = sheets.to_csv(HEADINGS, map(_row, entries))
    return attached(content, f"adherents-{paris_day(office.clock.now())}.csv", CSV)


@router.get("/adherents.ods", response_model=None)
def as_ods(
    manager: Manager = Depends(manager), office: Office = Depends(office), filters: Filters = Depends(asked)
) -> Response:
    """The same, as a spreadsheet."""
    entries = usecase.register(office.uow, manager, filters, office.clock)
    content = sheets.to_ods("Adhérents", HEADINGS, map(_row, entries))
    return attached(content, f"adherents-{paris_day(office.clock.now())}.ods", ODS)


def _row(entry: Entry) -> Sequence[sheets.Cell]:
    return (
        entry.name,
        entry.siren,
        entry.siret,
        entry.insee_code,
        words.kind(entry.kind),
        {True: "oui", False: "non", None: ""}[entry.affiliated],
        words.standing(entry.standing)[0],
        entry.effect_on,
        entry.last_day,
        entry.agents,
        "oui" if entry.declared else "non",
        entry.referents,
        "oui" if entry.waiting else "non",
        entry.open,
        "oui" if entry.late else "non",
    )


def _choices() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Each filter by its name in the address: its label and its values."""
    return {
        "etat": ("Convention", [(str(each), words.standing(each)[0]) for each in Standing]),
        "nature": ("Nature", [(str(each), label) for each, label in LABELS.items()]),
        "tranche": ("Taille", list(words.BAND_LABELS.items())),
        "affiliation": ("Affiliation", list(words.AFFILIATIONS.items())),
        "effectif": ("Effectif", list(words.DECLARED.items())),
        "solde": ("Sommes dues", list(words.UNPAID.items())),
        "referents": ("Référents", list(words.REFERENTS.items())),
        "fin": ("Fin de la convention", list(words.ENDS.items())),
        "tri": ("Trier par", [(str(each), label) for each, label in words.SORTS.items()]),
        "sens": ("Ordre", [("", "Croissant"), ("desc", "Décroissant")]),
    }


def _sort_links(filters: Filters) -> dict[str, tuple[str, str]]:
    """For each sort: the address that sorts by it, or turns it round; and how the list is sorted by it now."""
    links = {}
    for sort in Sort:
        ours = filters.sort is sort
        turned = "desc" if ours and not filters.falling else ""
        now = ("descending" if filters.falling else "ascending") if ours else ""
        links[str(sort)] = ("/?" + words.query(filters, tri=str(sort), sens=turned), now)
    return links


def _known(value: str | None, values: dict[str, str]) -> str:
    return value if value in values else ""
