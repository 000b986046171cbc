"""What the words of a bank line tell: references, names, accounts."""

from collections.abc import Iterable
from enum import StrEnum

from alize.common.words import of
from funds.bank.statements import Line, tokens

_LONGEST_NAME = 8
_LEGAL_FORMS = frozenset({"SARL", "SAS", "SASU", "EURL", "SA", "SCOP", "SCIC", "SNC", "STE"})


class Clue(StrEnum):
    """What led to an advance, from the surest."""

    REFERENCE = "REFERENCE"
    END_TO_END = "END_TO_END"
    IBAN_AND_AMOUNT = "IBAN_AND_AMOUNT"
    NAME = "NAME"
    AMOUNT = "AMOUNT"
    NONE = "NONE"


WEAK = frozenset({Clue.NAME, Clue.AMOUNT, Clue.NONE})
"""What rests on no clue that names an operation or an advance."""


def clue_of(
    line: Line, reference: str, end_to_end_id: str, iban: str, company: str
) -> tuple[Clue, str]:
    """What, besides the amount, ties a line to a known operation."""
    if end_to_end_id and line.end_to_end_id == end_to_end_id:
        return Clue.END_TO_END, f"même identifiant {end_to_end_id}"
    known = {compact(reference)} if reference else set()
    if known and (phrases(line.label, known) or phrases(line.end_to_end_id, known)):
        return Clue.REFERENCE, f"même référence {reference}"
    if iban and compact(line.iban) == compact(iban):
        return Clue.IBAN_AND_AMOUNT, "même IBAN et même montant"
    name = bare_name(company)
    if name and (bare_name(line.name) == name or phrases(f"{line.name} / {line.label}", {name})):
        return Clue.NAME, f"même montant, au nom {of(company)}"
    return Clue.AMOUNT, "même montant"


def compact(text: str) -> str:
    """A text without case, accents, spaces nor punctuation."""
    return "".join(tokens(text))


def bare_name(company: str) -> str:
    """A company without its legal form, in one word."""
    return "".join(word for word in tokens(company) if word not in _LEGAL_FORMS)


def phrases(text: str, known: Iterable[str]) -> list[str]:
    """The known phrases that the words of a text spell, the longest at each place."""
    known = known if isinstance(known, dict | set | frozenset) else set(known)
    words = [word for word in tokens(text) if word not in _LEGAL_FORMS]
    found, start = [], 0
    while start < len(words):
        for end in range(min(len(words), start + _LONGEST_NAME), start, -1):
            phrase = "".join(words[start:end])
            if phrase in known:
                found.append(phrase)
                start = end
                break
        else:
            start += 1
    return found
