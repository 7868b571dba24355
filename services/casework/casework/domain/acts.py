"""What a report may be about, as codes (CGFP, art. L135-6; code penal, art. 225-1), and under which regime."""

from enum import StrEnum


class Regime(StrEnum):
    """Which procedure commands the case. The two exclude each other (loi 2016-1691, art. 6-III)."""

    AVDHAS = "avdhas"
    ALERT = "alert"


class Act(StrEnum):
    """Acts of CGFP L135-6. A report names several, the main one first."""

    ATTEINTE_PHYSIQUE = "ATTEINTE_PHYSIQUE"
    VIOLENCE = "VIOLENCE"
    MENACE = "MENACE"
    INTIMIDATION = "INTIMIDATION"
    HARCELEMENT_MORAL = "HARCELEMENT_MORAL"
    HARCELEMENT_SEXUEL = "HARCELEMENT_SEXUEL"
    AGISSEMENT_SEXISTE = "AGISSEMENT_SEXISTE"
    DISCRIMINATION = "DISCRIMINATION"
    OUTRAGE_CYBER = "OUTRAGE_CYBER"
    VIOLENCE_INTRAFAMILIALE = "VIOLENCE_INTRAFAMILIALE"
    ALERTE = "ALERTE"
    AUTRE = "AUTRE"


def main_act(codes: list[str], regime: Regime) -> Act:
    """The act that a case is counted and listed under: the first named; AUTRE for a code that is not ours."""
    if regime is Regime.ALERT:
        return Act.ALERTE
    return Act(codes[0]) if codes and codes[0] in set(Act) else Act.AUTRE
