"""One door for every bank file: its format is recognised, its balances are proved."""

from funds.bank.camt import read_camt
from funds.bank.cfonb import read_cfonb
from funds.bank.delimited import CsvMapping, read_csv
from funds.bank.ofx import read_ofx
from funds.bank.statements import LARGEST_FILE, Statement, StatementRefused, joined


def format_of(content: bytes) -> str:
    """« CAMT », « OFX », « CFONB » or « CSV », from the first characters."""
    # UTF-16 writes a null beside each letter of a tag.
    head = content[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if b"<OFX" in head.upper() or head.upper().startswith(b"OFXHEADER"):
        return "OFX"
    if head.startswith(b"<"):
        return "CAMT"
    if head[:2] == b"01" and len(head.splitlines()[0].rstrip()) > 90 and b";" not in head[:120]:
        return "CFONB"
    return "CSV"


def read_statements(
    content: bytes,
    *,
    mapping: CsvMapping | None = None,
    closing: int | None = None,
    opening: int | None = None,
) -> tuple[Statement, ...]:
    """Read a bank file into one proven statement an account, or refuse the whole of it.

    The mapping and the balances only serve a CSV file.

    :raises StatementRefused: the reason, in French.
    """
    if not content.strip():
        raise StatementRefused("Ce fichier est vide.")
    if len(content) > LARGEST_FILE:
        raise StatementRefused("Ce fichier dépasse 30 Mo : demandez une période plus courte.")
    match format_of(content):
        case "CAMT":
            return joined(read_camt(content))
        case "OFX":
            return joined(read_ofx(content))
        case "CFONB":
            return joined(read_cfonb(content))
    if mapping is None:
        raise StatementRefused(
            "Ce fichier n'est ni un relevé camt.053, ni un fichier OFX ou CFONB 120. S'il s'agit "
            "d'un tableau CSV, indiquez d'abord ce que contiennent ses colonnes."
        )
    return joined([read_csv(content, mapping, closing=closing, opening=opening)])
