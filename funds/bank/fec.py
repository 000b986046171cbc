"""Fichier des écritures comptables: 18 fields, and our own check of them (LPF A47 A-1)."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from alize.common.dates import add_months

FIELDS = {
    "JournalCode": "Code du journal",
    "JournalLib": "Nom du journal",
    "EcritureNum": "Numéro de l'écriture, sans trou dans son journal et son exercice",
    "EcritureDate": "Date comptable",
    "CompteNum": "Numéro du compte, celui du plan de comptes de l'exercice",
    "CompteLib": "Nom du compte",
    "CompAuxNum": "Référence de l'avance, pour les comptes d'entreprises ; sinon vide",
    "CompAuxLib": "Entreprise qui a reçu l'avance ; sinon vide",
    "PieceRef": "Référence de l'écriture dans Alizé : journal, exercice et numéro",
    "PieceDate": "Date de valeur : le jour où l'argent a bougé",
    "EcritureLib": "Libellé de l'écriture",
    "Debit": "Montant au débit, en euros",
    "Credit": "Montant au crédit, en euros",
    "EcritureLet": "Lettrage : vide, l'auxiliaire suit chaque avance",
    "DateLet": "Date de lettrage : vide",
    "ValidDate": "Date de validation : celle de l'enregistrement, qui est définitif ; jamais "
    "avant la date comptable, ni avant la validation de l'écriture enregistrée juste avant",
    "Montantdevise": "Montant en devise : vide, les comptes sont en euros",
    "Idevise": "Devise : vide",
}
"""What each field of the file means, in its order (LPF A47 A-1, VII, 1° and XI, 1°)."""
HEADER = tuple(FIELDS)
_REQUIRED = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "PieceRef", "PieceDate", "EcritureLib", "ValidDate",
)  # fmt: skip
_DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
_PAIRS = (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise"))
_AMOUNT = re.compile(r"[0-9]+,[0-9]{2}")
_READ_YEARS = range(1900, 2100)
"""Those that the tax office's checker takes for a date that means something."""
OPENING_JOURNAL, OPENING_LABEL = "AN", "À-nouveaux"
CHARSET = "iso-8859-15"
"""One of the text (XII, 1°); in the other, UTF-8, the tax office's checker spoils « à »."""
_TYPED = str.maketrans(
    dict.fromkeys("’‘‚ʼ′´", "'")
    | dict.fromkeys("“”„″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"…": "...", "⁄": "/"}
)
_OF_THE_YEAR = ("6", "7", "8")
"""Expenses, income and what is valued start anew each year."""


class FecAccount(NamedTuple):
    """An account of the file, and whose part of it this is."""

    code: str
    label: str
    auxiliary: str = ""
    auxiliary_label: str = ""


_RESULT = (
    FecAccount("120", "Résultat de l'exercice (excédent)"),
    FecAccount("129", "Résultat de l'exercice (déficit)"),
)
_EARLIER = (
    FecAccount("110", "Report à nouveau (solde créditeur)"),
    FecAccount("119", "Report à nouveau (solde débiteur)"),
)
FORWARD = _EARLIER + _RESULT
"""What earlier years earned or spent: accounts that only open a year."""

Balances = Mapping[FecAccount, int]


@dataclass(frozen=True)
class FecLine:
    """One posting of the FEC; the amount is in cents, a debit above zero."""

    journal: str
    journal_label: str
    number: int
    booked_on: date
    account: str
    account_label: str
    piece: str
    piece_on: date
    label: str
    amount: int
    validated_on: date
    auxiliary: str = ""
    auxiliary_label: str = ""


def brought_forward(balances: Balances, *, of_last_year: Balances) -> dict[FecAccount, int]:
    """What the accounts hold when a year begins, from what moved before it.

    What the last year earned or spent stands on 120 or 129, what earlier ones did on 110 or 119.
    """
    kept = {account: sum_ for account, sum_ in balances.items() if lasts(account.code)}
    result = sum(sum_ for account, sum_ in of_last_year.items() if not lasts(account.code))
    earlier = -sum(kept.values()) - result
    for amount, (credit, debit) in ((earlier, _EARLIER), (result, _RESULT)):
        account = credit if amount < 0 else debit
        kept[account] = kept.get(account, 0) + amount
    return {account: amount for account, amount in kept.items() if amount}


def lasts(code: str) -> bool:
    """Whether an account goes on from a year to the next, as those of the balance sheet do."""
    return not code.startswith(_OF_THE_YEAR)


def opening_lines(
    balances: Balances, *, of_last_year: Balances, on: date, validated_on: date
) -> list[FecLine]:
    """The balances brought forward, by account and by company: the opening of the year."""
    return [
        FecLine(
            journal=OPENING_JOURNAL,
            journal_label=OPENING_LABEL,
            number=1,
            booked_on=on,
            account=account.code,
            account_label=account.label,
            auxiliary=account.auxiliary,
            auxiliary_label=account.auxiliary_label,
            piece=f"AN{on.year}",
            piece_on=on,
            label="Report à nouveau",
            amount=amount,
            validated_on=validated_on,
        )
        for account, amount in sorted(brought_forward(balances, of_last_year=of_last_year).items())
    ]


def file_name(*, siren: str, closing_on: date) -> str:
    """« 123456789FEC20271231.txt ».

    :raises ValueError: this is no SIREN.
    """
    if not re.fullmatch(r"[0-9]{9}", siren):
        raise ValueError("Le nom du FEC commence par les neuf chiffres du SIREN.")
    return f"{siren}FEC{closing_on:%Y%m%d}.txt"


def write_fec(lines: Iterable[FecLine]) -> bytes:
    """Write the file: opening balances first, then as entries were validated; CRLF."""
    ordered = sorted(
        lines,
        key=lambda line: (
            line.journal != OPENING_JOURNAL,
            line.validated_on,
            line.journal,
            line.number,
        ),
    )
    rows = ["|".join(HEADER), *("|".join(_fields(line)) for line in ordered)]
    return ("\r\n".join(rows) + "\r\n").encode(CHARSET)


def _fields(line: FecLine) -> tuple[str, ...]:
    return (
        _clean(line.journal),
        _clean(line.journal_label),
        str(line.number),
        f"{line.booked_on:%Y%m%d}",
        _clean(line.account),
        _clean(line.account_label),
        _clean(line.auxiliary),
        _clean(line.auxiliary_label),
        _clean(line.piece),
        f"{line.piece_on:%Y%m%d}",
        _clean(line.label),
        _amount(max(line.amount, 0)),
        _amount(max(-line.amount, 0)),
        "",
        "",
        f"{line.validated_on:%Y%m%d}",
        "",
        "",
    )


def _clean(text: str) -> str:
    """A field holds neither its separator nor an end of line; its letters are in the charset."""
    known = "".join(map(_known, unicodedata.normalize("NFC", text.translate(_TYPED))))
    # After the letters: a wide bar becomes a bar.
    kept = " ".join(known.replace("|", " ").split())
    return kept or ("?" if text else "")


def _known(letter: str) -> str:
    """A letter in the charset: itself, what it stands for without accent, or a question mark."""
    if letter.isspace():
        return " "
    if _is_written(letter):
        return letter
    if unicodedata.category(letter) == "Cf":  # joins or parts letters, and is never seen
        return ""
    stands_for = unicodedata.normalize("NFKD", letter).translate(_TYPED)
    plain = [one for one in stands_for if not unicodedata.combining(one)]
    return "".join(one if _is_written(one) else "?" for one in plain) or "?"


def _is_written(letter: str) -> bool:
    return letter.isprintable() and bool(letter.encode(CHARSET, "ignore"))


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def check_fec(content: bytes, *, closing_on: date) -> list[str]:
    """Everything that the tax office's checker would report, and unbalanced entries; or nothing."""
    text = content.decode(CHARSET)
    if not text.replace("\r\n", "").isprintable():
        return ["Le fichier contient un caractère qui n'est pas de l'ISO 8859-15."]
    rows = [row.split("|") for row in text.removesuffix("\r\n").split("\r\n")]
    if tuple(rows[0]) != HEADER:
        return ["La première ligne ne porte pas les 18 noms de champs, dans leur ordre."]
    records = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(HEADER):
            return [f"Ligne {number} : {len(row)} champs au lieu de 18."]
        records.append(dict(zip(HEADER, row, strict=True)))
    if not records:
        return ["Le fichier ne contient aucune écriture."]
    found = [
        f"Ligne {number} : {finding}"
        for number, record in enumerate(records, start=2)
        for finding in _findings(record, closing_on)
    ]
    return found or [
        finding
        for look in (_unbalanced, _gaps, _several_days, _backwards, _misplaced)
        for finding in look(records)
    ]


def _findings(record: Mapping[str, str], closing_on: date) -> Iterator[str]:
    for name in _REQUIRED:
        if not record[name].strip():
            yield f"le champ {name} est vide."
    for pair in _PAIRS:
        if len({bool(record[name].strip()) for name in pair}) > 1:
            yield f"{pair[0]} et {pair[1]} sont remplis ou vides ensemble."
    days = {name: _day(record[name]) for name in _DATES if record[name]}
    for name, day in days.items():
        if day is None:
            yield f"« {record[name]} » n'est pas une date AAAAMMJJ ({name})."
        elif day.year not in _READ_YEARS:
            yield f"« {record[name]} » est hors de la période que lit l'administration ({name})."
    booked_on = days.get("EcritureDate")
    if booked_on and not add_months(closing_on, -12) < booked_on <= closing_on:
        yield "l'écriture n'est pas de l'exercice."
    if not re.match(r"[1-8][0-9]{2}", record["CompteNum"]):
        yield f"le compte {record['CompteNum']} ne commence pas par trois chiffres."
    if not (_AMOUNT.fullmatch(record["Debit"]) and _AMOUNT.fullmatch(record["Credit"])):
        yield "un montant ne s'écrit pas avec deux décimales et une virgule."
    elif (record["Debit"] == "0,00") == (record["Credit"] == "0,00"):
        yield "il faut un débit ou un crédit, et un seul."
    if record["Montantdevise"] and not _AMOUNT.fullmatch(record["Montantdevise"]):
        yield "un montant en devise ne s'écrit pas avec deux décimales et une virgule."


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None


def _unbalanced(records: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """What the official checker does not look for inside a file (funds.md 3.8)."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for record in records:
        debit, credit = (int(record[side].replace(",", "")) for side in ("Debit", "Credit"))
        sums[record["JournalCode"], record["EcritureNum"]] += debit - credit
    for (journal, number), difference in sums.items():
        if difference:
            yield f"L'écriture {number} du journal {journal} n'est pas équilibrée."


def _gaps(records: Sequence[Mapping[str, str]]) -> Iterator[str]:
    of_journals: dict[str, set[int]] = defaultdict(set)
    for record in records:
        if record["EcritureNum"].isdecimal():
            of_journals[record["JournalCode"]].add(int(record["EcritureNum"]))
        else:
            yield f"Le numéro {record['EcritureNum']} n'est pas un nombre."
    for journal, numbers in of_journals.items():
        if numbers != set(range(1, len(numbers) + 1)):
            yield f"Les numéros du journal {journal} ne se suivent pas à partir de 1."


def _several_days(records: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """An entry is one, of one day: its lines follow each other."""
    seen = set()
    for (journal, number), lines in groupby(records, _of_entry):
        if len({(line["EcritureDate"], line["ValidDate"]) for line in lines}) > 1:
            yield f"L'écriture {number} du journal {journal} a plusieurs dates."
        if (journal, number) in seen:
            yield f"Les lignes de l'écriture {number} du journal {journal} sont séparées."
        seen.add((journal, number))


def _backwards(records: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """The numbers of a journal are those of its order of validation."""
    last: dict[str, int] = {}
    for record in records:
        journal, number = record["JournalCode"], record["EcritureNum"]
        if number.isdecimal():
            if int(number) < last.get(journal, 0):
                yield f"L'écriture {number} du journal {journal} vient après la {last[journal]}."
            last[journal] = int(number)


def _of_entry(record: Mapping[str, str]) -> tuple[str, str]:
    return record["JournalCode"], record["EcritureNum"]


def _misplaced(records: Sequence[Mapping[str, str]]) -> Iterator[str]:
    runs = [journal for journal, _ in groupby(records, key=lambda one: one["JournalCode"])]
    if OPENING_JOURNAL in runs[1:]:
        yield "Les à-nouveaux ne sont pas en tête du fichier."
    days = [one["ValidDate"] for one in records if one["JournalCode"] != OPENING_JOURNAL]
    if days != sorted(days):
        yield "Les écritures ne sont pas dans l'ordre de leur validation."
