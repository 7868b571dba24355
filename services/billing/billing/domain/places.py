"""Where a body is: the département of an INSEE code, and what time it is there."""

import re

PARIS = "Europe/Paris"
# Départements and collectivités d'outre-mer by number. The uninhabited 984 and 989 have no communes.
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/Guadeloupe",  # Saint-Barthélemy
    "978": "America/Guadeloupe",  # Saint-Martin
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
# What a body of the Pacific's other islands may choose.
_OTHERS = ("Pacific/Marquesas", "Pacific/Gambier")
TIME_ZONES: tuple[str, ...] = (PARIS, *dict.fromkeys(_OVERSEAS.values()), *_OTHERS)

_CODE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{3}|9[78][0-9]{3}")


def is_insee_code(code: str) -> bool:
    """Five characters of the Code officiel géographique: a commune of the mainland, of Corsica (2A, 2B) or overseas."""
    if not code.isascii() or _CODE.fullmatch(code) is None:
        return False
    return department_of(code) in _OVERSEAS if code[:2] in ("97", "98") else code[:2] != "20"


def department_of(insee_code: str) -> str:
    """The département: two characters (62, 2A), or three overseas (971 to 988)."""
    return insee_code[:3] if insee_code[:2] in ("97", "98") else insee_code[:2]


def time_zone_of(department: str) -> str:
    """The zone of a département's clocks."""
    return _OVERSEAS.get(department, PARIS)
