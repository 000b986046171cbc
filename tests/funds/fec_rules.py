"""What would make an exported FEC refused, read in the law and in the tax office's checker.

A rule is named by its source: « A47 A-1 » is the article of the LPF, « Test Compta Demat » what the
checker of the DGFiP says, by the letter of its log: E an error, O a field that is absent, S one too
many, V a value that is absent, A an anomaly. None of it is shared with the product, which has a
check of its own.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby

FIELDS = [
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
]  # fmt: skip
NEVER_BLANK = (*FIELDS[:6], *FIELDS[8:11], "ValidDate")
DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
TOGETHER = (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise"))
OF_THE_YEAR = ("6", "7", "8")
RESULT = ("12",)

Line = dict[str, str]


@dataclass(frozen=True)
class File:
    """A file as it was received: its name and its bytes."""

    name: str
    content: bytes

    @cached_property
    def closing_on(self) -> date | None:
        """The last day of its year, as its name says."""
        found = re.fullmatch(r"[0-9]{9}FEC(20[0-9]{6})\.txt", self.name)
        return day(found[1]) if found else None

    @cached_property
    def rows(self) -> list[list[str]]:
        text = self.content.decode("iso-8859-15")
        return [row.split("|") for row in text.removesuffix("\r\n").split("\r\n")]

    @cached_property
    def lines(self) -> list[Line]:
        return [dict(zip(FIELDS, row, strict=True)) for row in self.rows[1:]]

    @cached_property
    def entries(self) -> list[list[Line]]:
        """The lines of each entry, in the order of the file."""
        return [list(lines) for _, lines in groupby(self.lines, number)]


@dataclass(frozen=True)
class Rules:
    """The rules of one reach, by their source; each says whether it holds."""

    of: list[tuple[str, Callable[..., bool]]] = field(default_factory=list)

    def rule(self, source: str) -> Callable[[Callable[..., bool]], None]:
        return lambda holds: self.of.append((source, holds))


SHAPE, LINE, WHOLE = Rules(), Rules(), Rules()


def broken(name: str, content: bytes) -> list[str]:
    """The source of each rule that a file breaks, and where; each reach is read once it is safe."""
    file = File(name, content)
    for source, holds in SHAPE.of:
        if not holds(file):
            return [source]
    return [
        f"{source} (ligne {at})"
        for at, line in enumerate(file.lines, start=2)
        for source, holds in LINE.of
        if not holds(line)
    ] or [source for source, holds in WHOLE.of if not holds(file)]


def sources() -> list[str]:
    return [source for rules in (SHAPE, LINE, WHOLE) for source, _ in rules.of]


def day(text: str) -> date | None:
    """A day of the calendar written AAAAMMJJ."""
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def number(line: Line) -> tuple[str, str]:
    return line["JournalCode"], line["EcritureNum"]


def cents(line: Line) -> int:
    debit, credit = (int(line[side].replace(",", "")) for side in ("Debit", "Credit"))
    return debit - credit


@SHAPE.rule("A47 A-1, IX ; Test Compta Demat : nom « incorrect, attendu sirenFECAAAAMMJJ »")
def is_named(file: File) -> bool:
    return file.closing_on is not None


@SHAPE.rule("A47 A-1, XII, 1° : caractères de l'ISO 8859-15, aucun de contrôle")
def is_in_the_charset(file: File) -> bool:
    # The checker turns a no-break space into a space, also inside the letters of UTF-8.
    return file.content.decode("iso-8859-15").replace("\r\n", "").isprintable()


@SHAPE.rule("A47 A-1, VI, 1° ; Test Compta Demat : « Séparateur dans le fichier non conforme »")
def is_separated(file: File) -> bool:
    return file.content.endswith(b"\r\n") and b"|" in file.content.partition(b"\r\n")[0]


@SHAPE.rule("A47 A-1, VII, 4° ; Test Compta Demat, O et S : champ absent, « supplémentaire »")
def names_its_fields(file: File) -> bool:
    return file.rows[0] == FIELDS


@SHAPE.rule("Test Compta Demat, E : « ne contient pas de ligne : fichier vide »")
def has_a_line(file: File) -> bool:
    return len(file.rows) > 1


@SHAPE.rule("Test Compta Demat, E : « champs au lieu des 18 attendus », « ligne vide »")
def has_all_its_fields(file: File) -> bool:
    return all(len(row) == len(FIELDS) for row in file.rows)


@LINE.rule("A47 A-1, VII, 1° ; Test Compta Demat, E et V : « ne contient pas de valeur »")
def says_what_it_must(line: Line) -> bool:
    return all(line[name].strip() for name in NEVER_BLANK)


@LINE.rule("A47 A-1, XII, 3° : valeurs cadrées à gauche, sans espace à la fin")
def is_not_padded(line: Line) -> bool:
    return all(value == value.strip() for value in line.values())


@LINE.rule("A47 A-1, VII, 1°, 5 ; Test Compta Demat, A : compte qui commence par trois chiffres")
def is_of_an_account(line: Line) -> bool:
    return re.match(r"[1-8][0-9]{2}", line["CompteNum"]) is not None


@LINE.rule("A47 A-1, XII, 2° ; Test Compta Demat, E : virgule, sans séparateur de milliers")
def is_of_an_amount(line: Line) -> bool:
    amounts = [line["Debit"], line["Credit"], line["Montantdevise"] or "0,00"]
    return all(re.fullmatch(r"[0-9]+,[0-9]{2}", amount) for amount in amounts)


@LINE.rule("Test Compta Demat, A : débit et crédit « renseignés sur une même ligne », ou nuls")
def is_of_one_side(line: Line) -> bool:
    return (line["Debit"].strip("0,") == "") != (line["Credit"].strip("0,") == "")


@LINE.rule("A47 A-1, XII, 4° ; Test Compta Demat, E : date AAAAMMJJ, du calendrier")
def is_of_the_calendar(line: Line) -> bool:
    return all(day(line[name]) for name in DATES if line[name])


@LINE.rule("Test Compta Demat, A : « une date en dehors de la période »")
def is_of_our_time(line: Line) -> bool:
    return all(line[name][:2] in ("19", "20") for name in DATES if line[name])


@LINE.rule("A47 A-1, VII, 1°, 7 et 8, 14 et 15, 17 et 18 : « à blanc si non utilisé »")
def leaves_blank_together(line: Line) -> bool:
    return all(bool(line[one]) == bool(line[other]) for one, other in TOGETHER)


@WHOLE.rule("A47 A-1, VII, 1° : écritures « au titre d'un exercice »")
def is_of_one_year(file: File) -> bool:
    assert file.closing_on
    first = file.closing_on.replace(year=file.closing_on.year - 1) + timedelta(1)
    days = {line["EcritureDate"] for line in file.lines}
    return f"{first:%Y%m%d}" <= min(days) and max(days) <= f"{file.closing_on:%Y%m%d}"


@WHOLE.rule("A47 A-1, VII, 1° : « classées par ordre chronologique de validation »")
def follows_the_validation(file: File) -> bool:
    days = [line["ValidDate"] for line in file.lines]
    return days == sorted(days)


@WHOLE.rule("A47 A-1, VII, 1°, 3 : « numéro sur une séquence continue », une fois chacun")
def is_numbered_without_gap(file: File) -> bool:
    numbers: dict[str, list[str]] = defaultdict(list)
    for lines in file.entries:
        journal, no = number(lines[0])
        numbers[journal].append(no)
    return all(nos == [str(i + 1) for i in range(len(nos))] for nos in numbers.values())


@WHOLE.rule("A47 A-1, VII, 3° : les soldes repris d'abord, au premier jour, sans charge ni produit")
def opens_with_what_was_left(file: File) -> bool:
    journals = [line["JournalCode"] for line in file.lines]
    openings = [line for line in file.lines if line["JournalCode"] == "AN"]
    return "AN" not in journals[len(openings) :] and all(
        line["EcritureDate"].endswith("0101") and not line["CompteNum"].startswith(OF_THE_YEAR)
        for line in openings
    )


@WHOLE.rule("A47 A-1, VII, 1° : « hors écritures de solde des comptes de charges et de produits »")
def closes_nothing(file: File) -> bool:
    return not any(
        line["CompteNum"].startswith(RESULT) for line in file.lines if line["JournalCode"] != "AN"
    )


@WHOLE.rule(
    "funds.md 3.8, que Test Compta Demat ne voit pas : chaque écriture équilibrée, d'un jour"
)
def is_balanced(file: File) -> bool:
    return all(
        not sum(cents(line) for line in lines)
        and len({(line["EcritureDate"], line["ValidDate"]) for line in lines}) == 1
        for lines in file.entries
    )


@WHOLE.rule("A47 A-1, XI, 2° : un code, un libellé")
def gives_a_code_one_meaning(file: File) -> bool:
    for code, label in (("JournalCode", "JournalLib"), ("CompteNum", "CompteLib"), TOGETHER[0]):
        named = {(line[code], line[label]) for line in file.lines}
        if len(named) != len({known for known, _ in named}):
            return False
    return True
