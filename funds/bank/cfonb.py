"""CFONB 120, the fixed format of French banks (funds.md 3.4).

Records: 01 old balance, 04 operation, 05 what completes it, 07 new balance. The last digit of an
amount carries its sign.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from funds.bank.statements import (
    Line,
    Statement,
    StatementRefused,
    in_euros,
    meaningful_reference,
    without_nulls,
)

WIDTH = 120
_CREDIT = "{ABCDEFGHI"
_DEBIT = "}JKLMNOPQR"
_LABELS = {"LIB", "LCC", "LC2", "LCS"}
_NAMES = {"NPY", "NBE"}
_REFERENCES = {"RCN", "REF"}


def read_cfonb(content: bytes) -> Iterator[Statement]:
    """Read each pair of balances and the operations between them.

    :raises StatementRefused: a record cannot be read, naming its line.
    """
    reading: _Reading | None = None
    for number, record in enumerate(_records(content), start=1):
        kind = record[:2]
        try:
            if kind == "01":
                reading = _Reading(_account(record), _amount(record))
            elif reading is None or _account(record) != reading.account:
                raise StatementRefused("cette opération n'est pas précédée du solde de son compte.")
            elif kind == "04":
                reading.lines.append(_line(record))
            elif kind == "05" and reading.lines:
                reading.lines[-1] = _completed(reading.lines[-1], record)
            elif kind == "07":
                yield reading.statement(_amount(record), _day(record[34:40]))
                reading = None
            else:
                raise StatementRefused(f"l'enregistrement « {kind} » n'est pas attendu ici.")
        except StatementRefused as refusal:
            raise StatementRefused(f"Ligne {number} du fichier CFONB : {refusal}") from refusal
    if reading is not None:
        raise StatementRefused(
            "Ce fichier CFONB s'arrête avant le nouveau solde : il est incomplet. Rien n'a été "
            "importé."
        )


@dataclass
class _Reading:
    account: str
    opening: int
    lines: list[Line] = field(default_factory=list)

    def statement(self, closing: int, closed_on: date) -> Statement:
        days = [line.booked_on for line in self.lines]
        return Statement(
            account=self.account,
            opening=self.opening,
            closing=closing,
            since=min([*days, closed_on]),
            until=max([*days, closed_on]),
            lines=tuple(line for line in self.lines if line.amount),
        )


def _records(content: bytes) -> list[str]:
    """The records, one a line or end to end, as banks send them."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    lines = [line for line in without_nulls(text).splitlines() if line.strip("\x1a ")]
    if len(lines) == 1 and len(lines[0]) > WIDTH:
        lines = [text[start : start + WIDTH] for start in range(0, len(lines[0]), WIDTH)]
    for number, line in enumerate(lines, start=1):
        if len(line.rstrip()) > WIDTH:
            raise StatementRefused(f"Ligne {number} du fichier CFONB : plus de 120 caractères.")
    return [line.ljust(WIDTH) for line in lines]


def _account(record: str) -> str:
    """Bank, branch and account numbers: the IBAN without its keys."""
    return record[2:7] + record[11:16] + record[21:32]


def _amount(record: str) -> int:
    """Fourteen digits, the last one carrying the sign, with as many decimals as said."""
    in_euros(record[16:19].strip())
    written, decimals = record[90:104], record[19]
    digits, last = written[:-1], written[-1]
    units = _CREDIT.find(last) if last in _CREDIT else _DEBIT.find(last)
    if not digits.isdecimal() or not digits.isascii() or units < 0 or decimals not in "012 ":
        raise StatementRefused(f"« {written} » n'est pas un montant à deux décimales au plus.")
    amount = int(digits) * 10 + units
    amount *= 10 ** (2 - int(decimals.strip() or "2"))
    return amount if last in _CREDIT else -amount


def _line(record: str) -> Line:
    booked_on = _day(record[34:40])
    number = meaningful_reference(record[81:88])
    rejected = record[40:42].strip("0 ")
    return Line(
        booked_on=booked_on,
        value_on=_day(record[42:48]) if record[42:48].strip("0 ") else booked_on,
        amount=_amount(record),
        label=" ".join(record[48:79].split()),
        # The number of an entry starts again with the days of the account.
        bank_reference=f"{booked_on:%Y%m%d}-{number}" if number else "",
        reason=f"CFONB {record[40:42]}" if rejected else "",
        is_reversal=bool(rejected),
    )


def _completed(line: Line, record: str) -> Line:
    qualifier, text = record[45:48], " ".join(record[48:118].split())
    if qualifier in _NAMES:
        return replace(line, name=line.name or text)
    if qualifier in _REFERENCES:
        given = meaningful_reference(" ".join(record[48:83].split()))
        return replace(line, end_to_end_id=line.end_to_end_id or given)
    if qualifier in _LABELS:
        return replace(line, label=f"{line.label} {text}".strip())
    return line


def _day(text: str) -> date:
    """Read JJMMAA, of this century."""
    try:
        return date(2000 + int(text[4:6]), int(text[2:4]), int(text[:2]))
    except ValueError as error:
        raise StatementRefused(f"« {text} » n'est pas une date.") from error
