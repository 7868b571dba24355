"""Persons in office, whom a reporter may be offered: two of the member, one of the whole CdG."""

from dataclasses import replace
from datetime import date

from intake.domain.referents import Referent

from .conftest import CDG

BERTHE = Referent(
    habilitation_id="h-berthe",
    member_id="m-boulogne",
    cdg_id=CDG,
    issuer="https://qui.test",
    subject="referente-1",
    name="Berthe Lanoy",
    function="Ressources humaines",
    body="Boulogne-sur-Mer",
    authority=False,
    from_day=date(2026, 1, 1),
)
ADAM = replace(BERTHE, habilitation_id="h-adam", subject="referent-2", name="Adam Roussel", function="Directeur")
CLOVIS = replace(
    BERTHE,
    habilitation_id="h-clovis",
    member_id="",
    subject="autorite-1",
    name="Clovis Petit",
    function="Juriste",
    body="CdG du Pas-de-Calais",
    authority=True,
)
EVERYBODY = (BERTHE, ADAM, CLOVIS)
