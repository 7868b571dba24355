"""One table of the cube: the slice of a month, of an act or of a size band. It has no totals."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.domain.figures import Cell
from analytics.domain.publication import Publication
from analytics.entrypoints.web import words
from chassis.i18n import _


@dataclass(frozen=True, slots=True)
class Row:
    """A row's name and its figures; None is secret."""

    label: str
    figures: list[int | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to show. `chosen`: the filter (its name in the address) and its value."""

    caption: str
    corner: str
    columns: list[str]
    rows: list[Row]
    chosen: tuple[str, str]


def sheet(publication: Publication, wanted: Mapping[str, str]) -> Sheet:
    """The table that the address asks for (`mois`, `acte`, `tranche`), else the last month that shows a figure."""
    if wanted.get("acte") in publication.acts:
        return _by_act(publication, wanted["acte"])
    if wanted.get("tranche") in publication.bands:
        return _by_band(publication, wanted["tranche"])
    month = wanted.get("mois", "")
    return _by_month(publication, month if month in publication.months else _last_month(publication))


def _last_month(publication: Publication) -> str:
    return max((cell.month for cell in publication.figures), default=publication.months[-1])


def _by_month(publication: Publication, month: str) -> Sheet:
    rows = [
        _row(publication, words.act(act), [Cell(month, act, band) for band in publication.bands])
        for act in publication.acts
    ]
    caption = _("%(month)s : signalements par acte et par taille d’employeur") % {
        "month": words.month(month).capitalize()
    }
    return Sheet(caption, _("Acte"), [words.band(band) for band in publication.bands], rows, ("mois", month))


def _by_act(publication: Publication, act: str) -> Sheet:
    rows = [
        _row(publication, words.month(month), [Cell(month, act, band) for band in publication.bands])
        for month in reversed(publication.months)
    ]
    caption = _("%(act)s : signalements par mois et par taille d’employeur") % {"act": words.act(act)}
    return Sheet(caption, _("Mois"), [words.band(band) for band in publication.bands], rows, ("acte", act))


def _by_band(publication: Publication, band: str) -> Sheet:
    months = list(reversed(publication.months))
    rows = [_row(publication, words.act(act), [Cell(month, act, band) for month in months]) for act in publication.acts]
    caption = _("Employeurs de %(band)s : signalements par acte et par mois") % {"band": words.band(band)}
    return Sheet(caption, _("Acte"), [words.month(month) for month in months], rows, ("tranche", band))


def _row(publication: Publication, label: str, cells: list[Cell]) -> Row:
    return Row(label, [publication.figures.get(cell) for cell in cells])
