"""OFX, in its two writings: SGML 1.x of French banks and XML 2.x (funds.md 3.4)."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

from funds.bank.statements import (
    Line,
    Statement,
    StatementRefused,
    cents,
    in_euros,
    meaningful_reference,
    without_nulls,
)

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z0-9_.]+)>(?P<text>[^<]*)")


def read_ofx(content: bytes) -> Iterator[Statement]:
    """Read each account of the file; OFX gives no opening balance, which its lines lead back to.

    :raises StatementRefused: a date or an amount cannot be read, or the balance is missing.
    """
    text = without_nulls(_decoded(content))
    if "<!DOCTYPE" in text[:4096].upper():
        raise StatementRefused(
            "Ce fichier contient une déclaration DOCTYPE, qu'aucun relevé ne contient : "
            "il est refusé par prudence."
        )
    reading: dict[str, str] | None = None
    movement: dict[str, str] | None = None
    movements: list[dict[str, str]] = []
    within = ""
    for tag in _TAG.finditer(text):
        name = tag["name"].upper()
        if tag["close"]:
            if name == "STMTTRN" and movement is not None:
                movements.append(movement)
                movement = None
            elif name == "STMTRS" and reading is not None:
                yield _statement(reading, movements)
                reading = None
            continue
        if name == "STMTRS":
            reading, movements = {}, []
        elif name == "STMTTRN":
            movement = {}
        elif name in {"LEDGERBAL", "AVAILBAL"}:
            within = name
        value = " ".join(unescape(tag["text"]).split())
        if not value:
            continue
        if movement is not None:
            movement.setdefault(name, value)
        elif reading is not None:
            prefix = f"{within}." if name in {"BALAMT", "DTASOF"} else ""
            reading.setdefault(f"{prefix}{name}", value)


def _decoded(content: bytes) -> str:
    head = content[:1024].decode("ascii", "ignore").upper()
    if "CHARSET:1252" in head or "ISO-8859-1" in head or "WINDOWS-1252" in head:
        return content.decode("cp1252", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _statement(reading: dict[str, str], movements: list[dict[str, str]]) -> Statement:
    in_euros(reading.get("CURDEF", ""))
    if "LEDGERBAL.BALAMT" not in reading:
        raise StatementRefused(
            "Ce fichier OFX ne donne pas le solde du compte : rien ne prouve qu'il est complet. "
            "Demandez à la banque un fichier avec solde, ou un relevé camt.053."
        )
    lines = tuple(_line(movement) for movement in movements)
    closing = cents(reading["LEDGERBAL.BALAMT"])
    days = [line.booked_on for line in lines]
    balance_on = _day(reading["LEDGERBAL.DTASOF"]) if "LEDGERBAL.DTASOF" in reading else None
    until = balance_on or max(days, default=None)
    if until is None or (days and until < max(days)):
        raise StatementRefused(
            "Le solde de ce fichier OFX est plus ancien que ses dernières opérations : il ne "
            "prouve rien. Demandez à la banque un fichier arrêté au dernier jour."
        )
    since = _day(reading["DTSTART"]) if "DTSTART" in reading else min(days, default=until)
    return Statement(
        account="".join(reading.get(part, "") for part in ("BANKID", "BRANCHID", "ACCTID")),
        opening=closing - sum(line.amount for line in lines),
        closing=closing,
        since=min([since, *days]),
        until=until,
        lines=tuple(line for line in lines if line.amount),
        states_opening=False,
    )


def _line(movement: dict[str, str]) -> Line:
    for field, word in (("DTPOSTED", "date"), ("TRNAMT", "montant")):
        if field not in movement:
            raise StatementRefused(f"Une opération de ce fichier OFX n'a pas de {word}.")
    booked_on = _day(movement["DTPOSTED"])
    label = " ".join(filter(None, (movement.get("NAME", ""), movement.get("MEMO", ""))))
    return Line(
        booked_on=booked_on,
        value_on=_day(movement["DTAVAIL"]) if "DTAVAIL" in movement else booked_on,
        amount=cents(movement["TRNAMT"]),
        label=label or movement.get("TRNTYPE", ""),
        name=movement.get("NAME", ""),
        end_to_end_id=meaningful_reference(movement.get("REFNUM", "")),
        bank_reference=meaningful_reference(movement.get("FITID", "")),
    )


def _day(text: str) -> date:
    """Read AAAAMMJJ, whatever hour and zone follow it."""
    digits = text[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError as error:
        raise StatementRefused(f"« {text[:20]} » n'est pas une date.") from error
