"""CSV, read by the mapping that was saved for the bank (funds.md 3.4)."""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Literal

from alize.common.money import parse_euros
from funds.bank.statements import (
    Line,
    Statement,
    StatementRefused,
    meaningful_reference,
    tokens,
    without_nulls,
)

_BEGINNING = 65_536
_OTHER_FILES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")
"""How a PDF, a workbook of Excel and a picture begin: what is taken for a statement by mistake."""
SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows (occidental)", "utf-16": "UTF-16"}
DATE_FORMATS = {
    "%d/%m/%Y": "31/12/2027",
    "%d/%m/%y": "31/12/27",
    "%Y-%m-%d": "2027-12-31",
    "%d-%m-%Y": "31-12-2027",
    "%d.%m.%Y": "31.12.2027",
    "%Y%m%d": "20271231",
}
PREVIEWED = 5


@dataclass(frozen=True)
class CsvMapping:
    """Which column holds what, counted from 0; either one amount or a debit and a credit."""

    separator: str
    encoding: str
    date_format: str
    booked: int
    label: int
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None
    value: int | None = None
    name: int | None = None
    reference: int | None = None
    balance: int | None = None
    headers: int = 1
    """How many lines come before the first operation."""

    def check(self) -> None:
        """:raises StatementRefused: it does not say where the amounts are, or says it twice."""
        one, two = self.amount is not None, {self.debit, self.credit} != {None}
        if one == two or (two and None in {self.debit, self.credit}):
            raise StatementRefused(
                "Indiquez soit la colonne du montant, soit celles du débit et du crédit."
            )


def rows_of(content: bytes, *, separator: str, encoding: str) -> list[list[str]]:
    """Every row of the file as text, to be shown or read.

    :raises StatementRefused: the file is not written in this encoding, or is no table.
    """
    try:
        text = without_nulls(content.decode(encoding))
    except (UnicodeDecodeError, UnicodeError) as error:
        raise StatementRefused(
            f"Ce fichier n'est pas écrit en {ENCODINGS.get(encoding, encoding)} : choisissez un "
            "autre encodage."
        ) from error
    try:
        return list(csv.reader(StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise StatementRefused(
            "Ce fichier n'est pas un tableau CSV lisible : choisissez un autre séparateur, ou "
            "demandez à la banque un autre fichier."
        ) from error


def is_table(content: bytes) -> bool:
    """Whether this may be a table: some early line has room for a day, a label and an amount."""
    if content.startswith(_OTHER_FILES):
        return False
    lines = content[:_BEGINNING].decode(_encoding(content), "replace").splitlines()
    return any(line.count(sign) > 1 for line in lines for sign in SEPARATORS)


def guess(content: bytes) -> CsvMapping | None:
    """Propose a mapping from the words of the header, or nothing when they are unknown."""
    encoding = _encoding(content)
    text = content.decode(encoding, "replace")
    lines = text.splitlines()[:30]
    separator = max(SEPARATORS, key=lambda sign: sum(line.count(sign) > 1 for line in lines))
    try:
        rows = rows_of(content, separator=separator, encoding=encoding)
    except StatementRefused:
        return None
    for rank, row in enumerate(rows[:30]):
        names = [" ".join(tokens(cell)) for cell in row]
        booked, label = _column(names, _DATE), _column(names, _LABEL)
        if booked is None or label is None:
            continue
        debit, credit = _column(names, _DEBIT), _column(names, _CREDIT)
        amount = None if debit is not None and credit is not None else _column(names, _AMOUNT)
        if amount is None and None in {debit, credit}:
            continue
        return CsvMapping(
            separator=separator,
            encoding=encoding,
            date_format=_date_format(rows[rank + 1 : rank + 21], booked),
            booked=booked,
            label=label,
            amount=amount,
            debit=None if amount is not None else debit,
            credit=None if amount is not None else credit,
            value=_column(names, _VALUE),
            reference=_column(names, _REFERENCE),
            balance=_column(names, _BALANCE),
            headers=rank + 1,
        )
    return None


_DATE = ("DATE DE COMPTABILISATION", "DATE COMPTABLE", "DATE OPERATION", "DATE D OPERATION", "DATE")
_VALUE = ("DATE DE VALEUR", "DATE VALEUR", "VALEUR")
_LABEL = ("LIBELLE OPERATION", "LIBELLE SIMPLIFIE", "LIBELLE", "DESCRIPTION", "INTITULE")
_AMOUNT = ("MONTANT", "MONTANT EUR", "MONTANT EN EUROS", "MONTANT EUROS")
_DEBIT = ("DEBIT", "DEBIT EUR", "DEBIT EUROS", "MONTANT DEBIT")
_CREDIT = ("CREDIT", "CREDIT EUR", "CREDIT EUROS", "MONTANT CREDIT")
_BALANCE = ("SOLDE", "SOLDE EUR", "SOLDE APRES OPERATION")
_REFERENCE = ("REFERENCE", "REFERENCE OPERATION", "NUMERO D OPERATION")


def _column(names: Sequence[str], words: Sequence[str]) -> int | None:
    return next((names.index(word) for word in words if word in names), None)


def _encoding(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _date_format(rows: Sequence[Sequence[str]], column: int) -> str:
    cells = [row[column].strip() for row in rows if len(row) > column and row[column].strip()]
    for date_format in DATE_FORMATS:
        try:
            for cell in cells:
                datetime.strptime(cell, date_format)
        except ValueError:
            continue
        return date_format
    return "%d/%m/%Y"


def preview(content: bytes, mapping: CsvMapping) -> list[Line]:
    """The first lines as they would be imported.

    :raises StatementRefused: one of them cannot be read, naming it.
    """
    return [line for line, _ in _read(content, mapping, limit=PREVIEWED)]


def read_csv(
    content: bytes,
    mapping: CsvMapping,
    *,
    closing: int | None = None,
    opening: int | None = None,
) -> Statement:
    """Read the whole file, or refuse it on its first unreadable line.

    Without a balance column, the closing balance is the one read on the bank's paper.

    :raises StatementRefused: a line, or no balance to prove it by.
    """
    rows = _read(content, mapping)
    if not rows:
        raise StatementRefused("Ce fichier ne contient aucune opération.")
    lines = [line for line, _ in rows]
    if mapping.balance is not None:
        lines, opening, closing = _by_balances(rows, mapping)
    elif lines[0].booked_on > lines[-1].booked_on:
        lines.reverse()
    if closing is None:
        raise StatementRefused(
            "Ce fichier ne donne pas de solde : indiquez le solde de clôture lu sur le relevé."
        )
    booked = sum(line.amount for line in lines)
    return Statement(
        account="",
        opening=closing - booked if opening is None else opening,
        closing=closing,
        since=min(line.booked_on for line in lines),
        until=max(line.booked_on for line in lines),
        lines=tuple(line for line in lines if line.amount),
        states_opening=opening is not None,
    )


def _read(
    content: bytes, mapping: CsvMapping, *, limit: int | None = None
) -> list[tuple[Line, int | None]]:
    """The lines and the balance after each, when there is a column of it."""
    mapping.check()
    rows = rows_of(content, separator=mapping.separator, encoding=mapping.encoding)
    read: list[tuple[Line, int | None]] = []
    for number, row in enumerate(rows[mapping.headers :], start=mapping.headers + 1):
        if not any(cell.strip() for cell in row):
            continue
        try:
            read.append(_line(row, mapping))
        except StatementRefused as refusal:
            raise StatementRefused(
                f"Ligne {number} : {refusal} Rien n'a été importé : corrigez la correspondance "
                "des colonnes ou demandez à la banque un autre fichier."
            ) from refusal
        if len(read) == limit:
            break
    return read


def _line(row: list[str], mapping: CsvMapping) -> tuple[Line, int | None]:
    cell = _cells(row)
    booked_on = _day(cell(mapping.booked), mapping.date_format)
    value = cell(mapping.value) if mapping.value is not None else ""
    line = Line(
        booked_on=booked_on,
        value_on=_day(value, mapping.date_format) if value else booked_on,
        amount=_amount(cell, mapping),
        label=" ".join(cell(mapping.label).split()),
        name=" ".join(cell(mapping.name).split()) if mapping.name is not None else "",
        bank_reference=meaningful_reference(cell(mapping.reference))
        if mapping.reference is not None
        else "",
    )
    return line, None if mapping.balance is None else _euros(cell(mapping.balance))


def _cells(row: list[str]) -> Callable[[int], str]:
    def cell(column: int) -> str:
        if column >= len(row):
            raise StatementRefused(
                f"il y a {len(row)} colonne{'s' if len(row) > 1 else ''}, "
                f"la colonne {column + 1} manque."
            )
        return row[column].strip()

    return cell


def _amount(cell: Callable[[int], str], mapping: CsvMapping) -> int:
    if mapping.amount is not None:
        return _euros(cell(mapping.amount))
    debit, credit = cell(mapping.debit or 0), cell(mapping.credit or 0)
    if bool(debit) == bool(credit):
        # Some banks write a zero in the other column, or in both of a line that only informs.
        sides = [_euros(debit), _euros(credit)] if debit else []
        if 0 not in sides:
            raise StatementRefused("il faut un débit ou un crédit, et un seul.")
        return sides[1] - abs(sides[0])
    return _euros(credit) if credit else -abs(_euros(debit))


_THOUSANDS = (
    (re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+,[0-9]{1,2}"), "."),
    (re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+\.[0-9]{1,2}"), ","),
)
"""Both signs in one amount: the first one parts the thousands."""


def _euros(text: str) -> int:
    text = text.removeprefix("+").removesuffix("EUR").strip()
    for written, sign in _THOUSANDS:
        if written.fullmatch(text):
            text = text.replace(sign, "")
    try:
        return parse_euros(text, allow_negative=True)
    except ValueError as error:
        raise StatementRefused(str(error)) from error


def _day(text: str, date_format: str) -> date:
    try:
        return datetime.strptime(text, date_format).date()
    except ValueError as error:
        raise StatementRefused(
            f"« {text[:40]} » n'est pas une date écrite comme {DATE_FORMATS[date_format]}."
        ) from error


def _by_balances(
    rows: list[tuple[Line, int | None]], mapping: CsvMapping
) -> tuple[list[Line], int, int]:
    """The lines from the oldest, with the balances before and after them.

    :raises StatementRefused: the balances do not follow, whichever end is the oldest.
    """
    broken = mapping.headers + 1
    orders: tuple[Literal[1, -1], ...] = (1, -1)
    for order in orders:
        ordered = rows[::order]
        balances = [balance or 0 for _, balance in ordered]
        opening = running = balances[0] - ordered[0][0].amount
        for rank, (line, balance) in enumerate(ordered):
            running += line.amount
            if running != balance:
                broken = max(broken, mapping.headers + 1 + rank) if order == 1 else broken
                break
        else:
            return [line for line, _ in ordered], opening, running
    raise StatementRefused(
        f"Les soldes de ce fichier ne se suivent pas (vers la ligne {broken}) : une opération "
        "manque ou a été modifiée. Rien n'a été importé."
    )
