"""The whole publication as a CSV file."""

import csv
import io

from analytics.domain.publication import Publication
from analytics.entrypoints.web import words

HEAD = ("mois", "acte", "acte_libelle", "tranche", "tranche_libelle", "nombre", "statut", "publie_le", "seuil")


def as_csv(publication: Publication) -> str:
    """Every cell, secret ones without a number. Semicolons and a byte order mark: what French Excel opens."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEAD)
    day = publication.published_at.date().isoformat()
    for cell in publication.cells():
        figure = publication.figures.get(cell)
        shown = ("", "secret") if figure is None else (figure, "publié")
        named = (cell.month, cell.act, words.act(cell.act), cell.band, words.band(cell.band))
        writer.writerow((*named, *shown, day, publication.threshold))
    return out.getvalue()
