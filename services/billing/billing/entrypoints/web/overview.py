"""The dashboard and the map: figures of a CdG as one sees them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup

from billing import sheets
from billing.domain.parties import Manager
from billing.domain.people import folded
from billing.domain.register import Filters, Standing
from billing.entrypoints.web import words_overview as words
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.charts import Chart, Series
from billing.entrypoints.web.downloads import CSV, ODS, attached
from billing.entrypoints.web.office import Office, office
from billing.reference.contours import Contour, department_map
from billing.store.register import Entry
from billing.usecases import directory as members
from billing.usecases import overview as usecase
from billing.usecases import reading
from billing.wording import euros, quantity
from chassis.clock import paris_day
from chassis.i18n import _
from chassis.web import page

router = APIRouter()

# A place shows its best standing.
_RANKS = tuple(Standing)
_LARGEST_DOT, _SMALLEST_DOT = 34, 7


@dataclass(frozen=True, slots=True)
class Place:
    """A commune with at least one member. `radius`: in units of the map; its square goes with the agents."""

    insee_code: str
    name: str
    href: str
    contour: Contour | None
    bodies: int
    agents: int
    standing: Standing
    radius: int


@router.get("/tableau-de-bord", response_model=None)
def dashboard(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Everything that a manager looks at in the morning."""
    seen = usecase.morning(office.uow, manager, office.clock)
    charts = {
        "joined": _joined(seen.members.months),
        "money": _money(seen.accounts),
        "progress": _progress(seen.accounts),
        "kinds": [(_linked(words.kind(kind), nature=kind), bodies) for kind, bodies in seen.members.kinds],
        "bands": [(_linked(words.BAND_LABELS[band], tranche=band), bodies) for band, bodies in seen.members.bands],
    }
    return page(request, "dashboard.html", seen=seen, charts=charts, horizons=usecase.HORIZONS, per_cent=words.per_cent)


@router.get("/carte", response_model=None)
def members_map(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Members where they are."""
    cdg = reading.cdg_of(office.uow, manager)
    drawn = department_map(cdg.department)
    places = _places(office, manager)
    on_map = [place for place in places if place.contour]
    return page(request, "map.html", cdg=cdg, drawn=drawn, places=places, on_map=on_map, standings=list(Standing))


@router.get("/carte.csv", response_model=None)
def as_csv(manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    content = sheets.to_csv(_HEADINGS, map(_row, _places(office, manager)))
    return attached(content, f"carte-{paris_day(office.clock.now())}.csv", CSV)


@router.get("/carte.ods", response_model=None)
def as_ods(manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    content = sheets.to_ods("Carte", _HEADINGS, map(_row, _places(office, manager)))
    return attached(content, f"carte-{paris_day(office.clock.now())}.ods", ODS)


_HEADINGS = ("Code INSEE", "Commune", "Collectivités", "Effectif", "Convention")


def _row(place: Place) -> Sequence[sheets.Cell]:
    return place.insee_code, place.name, place.bodies, place.agents or None, words.standing(place.standing)[0]


def _places(office: Office, manager: Manager) -> list[Place]:
    """Communes by name; bodies of one commune together."""
    by_code: dict[str, list[Entry]] = defaultdict(list)
    for entry in members.register(office.uow, manager, Filters(), office.clock):
        by_code[entry.insee_code].append(entry)
    agents = {code: sum(entry.agents or 0 for entry in entries) for code, entries in by_code.items()}
    most = max([*agents.values(), 1])
    places = [_place(office, code, entries, agents[code], most) for code, entries in by_code.items()]
    return sorted(places, key=lambda place: folded(place.name))


def _place(office: Office, code: str, entries: list[Entry], agents: int, most: int) -> Place:
    commune = office.communes.by_insee_code(code)
    department = code[:3] if code.startswith("97") else code[:2]
    drawn = department_map(department)
    return Place(
        insee_code=code,
        name=commune.name if commune else entries[0].name,
        href=f"/membres/{entries[0].id}" if len(entries) == 1 else f"/?q={code}",
        contour=drawn.communes.get(code) if drawn else None,
        bodies=len(entries),
        agents=agents,
        standing=min((entry.standing for entry in entries), key=_RANKS.index),
        radius=max(_SMALLEST_DOT, isqrt(_LARGEST_DOT * _LARGEST_DOT * agents // most)),
    )


def _linked(label: str, **narrowed: str) -> Markup:
    """A label that leads to the members in force that it counts."""
    query = words.query(Filters(standing=Standing.IN_FORCE), **narrowed)
    return Markup('<a href="/?{}">{}</a>').format(query, label)


def _joined(months: Sequence[usecase.Month]) -> Chart:
    last = months[-1]
    says = _("De %(first)s à %(last)s : %(joined)s conventions conclues en tout, %(in_force)s en vigueur.") % {
        "first": words.month(months[0].first),
        "last": words.month(last.first),
        "joined": last.joined,
        "in_force": last.in_force,
    }
    series = [Series(_("Conventions en vigueur"), [month.in_force for month in months])]
    if any(month.in_force != month.joined for month in months):
        series.insert(0, Series(_("Adhésions depuis le début du marché"), [month.joined for month in months], "second"))
    return Chart(
        "adhesions", _("Adhésions depuis le début du marché"), says, _("Mois"),
        [words.month(month.first) for month in months], series, write=quantity, tick=quantity,
    )  # fmt: skip


def _money(accounts: usecase.Accounts) -> Chart:
    year = accounts.months[0].first.year
    says = _("En %(year)s : %(issued)s facturés, %(paid)s encaissés.") % {
        "year": year,
        "issued": euros(accounts.issued),
        "paid": euros(accounts.paid),
    }
    months = accounts.months
    series = [
        Series(_("Facturé"), [month.issued.cents for month in months], "second"),
        Series(_("Encaissé"), [month.paid.cents for month in months]),
    ]
    return Chart(
        "argent", _("Facturé et encaissé en %(year)s, mois par mois") % {"year": year}, says, _("Mois"),
        [words.short_month(month.first) for month in months], series,
        write=words.written_euros, tick=words.whole_euros, columns=True,
    )  # fmt: skip


def _progress(accounts: usecase.Accounts) -> list[tuple[str, int, str]]:
    """From what is called to what is received: label, cents, the amount in words."""
    steps = ((_("Appelé"), accounts.called), (_("Déclaré"), accounts.declared), (_("Facturé"), accounts.issued))
    return [(label, max(amount.cents, 0), euros(amount)) for label, amount in (*steps, (_("Encaissé"), accounts.paid))]
