"""Files of payments as banks and treasuries write them: which kind one is, and its lines."""

from collections.abc import Mapping

from billing.domain.payments import PaymentRefused, ReadFile
from billing.gateways import bank_camt, bank_cfonb, bank_csv

# More than a year of a CdG's account.
MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000


def read(data: bytes, columns: Mapping[str, str]) -> ReadFile:
    """The lines of a file. `columns`: headings of a CSV that are not the usual ones, by what they hold.

    Raises PaymentRefused for a file that cannot be read at all.
    """
    if not data.strip():
        raise PaymentRefused("le fichier est vide")
    if len(data) > MOST_BYTES:
        raise PaymentRefused("le fichier dépasse 5 Mo")
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith(b"<"):
        found = bank_camt.read(data)
    elif bank_cfonb.looks_so(data):
        found = bank_cfonb.read(data)
    else:
        found = bank_csv.read(data, columns)
    if len(found.entries) > MOST_LINES:
        raise PaymentRefused("le fichier a plus de 20 000 lignes")
    if not found.entries and not found.problems and not found.left_out:
        raise PaymentRefused("le fichier n’a aucune ligne de paiement")
    return found
