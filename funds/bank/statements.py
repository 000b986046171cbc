"""What every bank file is read into, and the proofs it has to pass (funds.md 3.3, 3.4)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from alize.common.dates import short_date
from alize.common.money import LARGEST_CENTS, format_euros

LARGEST_FILE = 30 * 1024 * 1024
"""A statement of 10 000 lines weighs about 15 Mo in camt.053."""

_DECIMAL = re.compile(r"(?P<sign>[+-]?)(?P<euros>[0-9]{1,15})(?:[.,](?P<decimals>[0-9]*))?")
_NO_REFERENCE = re.compile(r"(?:NONREF|NOTPROVIDED|NOREF|0*)", re.IGNORECASE)


class StatementRefused(ValueError):
    """The whole file is refused; the reason is a French sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """Opération d'un relevé: money in when the amount, in cents, is above zero."""

    booked_on: date
    value_on: date
    amount: int
    label: str
    name: str = ""
    iban: str = ""
    end_to_end_id: str = ""
    bank_reference: str = ""
    reason: str = ""
    """Why the bank sent it back: AM04, MD06…"""
    is_reversal: bool = False
    occurrence: int = 1
    """Its rank among the lines of its file that nothing else tells apart."""

    @property
    def identity(self) -> str:
        """What names the line in its account, with its occurrence (I10).

        Day and amount stand beside the bank's reference: some banks start again at each file.
        """
        what = f"{self.booked_on.isoformat()} {self.amount}"
        if self.bank_reference:
            return f"R {what} {self.bank_reference}"
        return f"L {what} {normalised(self.label)}"


@dataclass(frozen=True, slots=True)
class Statement:
    """Relevé: the lines of one account between two balances, in cents."""

    account: str
    """The IBAN, or the bank, branch and account numbers of a RIB, or nothing."""
    opening: int
    closing: int
    since: date
    until: date
    lines: tuple[Line, ...]
    states_opening: bool = True
    """False when the format gives no opening balance: only its neighbours prove it."""


def cents(text: str) -> int:
    """Read the amount of a bank file, dot or comma.

    :raises StatementRefused: it is no amount, or has more than two decimals.
    """
    match = _DECIMAL.fullmatch(text.strip())
    if match is None:
        raise StatementRefused(f"« {text.strip()[:40]} » n'est pas un montant.")
    # Some banks write five decimals, of which three are zeros.
    decimals = (match["decimals"] or "").rstrip("0")
    if len(decimals) > 2:
        raise StatementRefused(
            f"Le montant « {text.strip()[:40]} » a plus de deux décimales : un relevé en euros "
            "n'en a jamais plus."
        )
    amount = int(match["euros"] + decimals.ljust(2, "0"))
    if amount > LARGEST_CENTS:
        raise StatementRefused(f"Le montant « {text.strip()[:40]} » dépasse un milliard d'euros.")
    return -amount if match["sign"] == "-" else amount


def without_nulls(text: str) -> str:
    """The text of a file, none of whose characters a database refuses to keep.

    :raises StatementRefused: it holds a null character.
    """
    if "\0" in text:
        raise StatementRefused(
            "Ce fichier contient des caractères nuls : il est abîmé, ou écrit en UTF-16. Rien n'a "
            "été importé : demandez-le à nouveau à la banque, ou choisissez cet encodage si c'est "
            "un tableau CSV."
        )
    return text


def in_euros(currency: str) -> None:
    """:raises StatementRefused: the amount is of another currency."""
    if currency not in {"EUR", ""}:
        raise StatementRefused(
            f"Ce relevé est tenu en {currency[:3]} : le fonds ne tient que des euros."
        )


def meaningful_reference(text: str) -> str:
    """The reference a bank gave, unless it is one of the words for none."""
    written = " ".join(text.split())
    return "" if _NO_REFERENCE.fullmatch(written) else written


def tokens(text: str) -> list[str]:
    """The words of a label without case, accents nor punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.upper().replace("Œ", "OE").replace("Æ", "AE"))
    return re.findall(r"[A-Z0-9]+", "".join(c for c in decomposed if not unicodedata.combining(c)))


def normalised(label: str) -> str:
    """A label as it is compared."""
    return " ".join(tokens(label))


def rib_of(account: str) -> str:
    """Bank, branch and account of a French IBAN or of a RIB with its key; any other as it is."""
    compact = "".join(account.split()).upper()
    if re.fullmatch(r"[0-9]{10}[A-Z0-9]{11}[0-9]{2}", compact):
        return compact[:21]
    return compact[4:25] if re.fullmatch(r"FR[0-9]{2}[0-9]{10}[A-Z0-9]{13}", compact) else compact


def same_account(one: str, other: str) -> bool:
    """Tell whether two identifiers name one account: IBAN and RIB are the same to us."""
    return rib_of(one) == rib_of(other)


def prove(statement: Statement) -> Statement:
    """Give the statement back once its balances agree with its lines.

    :raises StatementRefused: opening + lines is not closing.
    """
    booked = sum(line.amount for line in statement.lines)
    if statement.opening + booked != statement.closing:
        raise StatementRefused(
            f"Le relevé du {short_date(statement.since)} au {short_date(statement.until)} ne tombe "
            f"pas juste : {format_euros(statement.opening)} à l'ouverture et "
            f"{format_euros(booked)} d'opérations font "
            f"{format_euros(statement.opening + booked)}, alors que la banque annonce "
            f"{format_euros(statement.closing)}. Rien n'a été importé : demandez à la banque un "
            "fichier complet."
        )
    return statement


def joined(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """One proven statement for each account of a file, its days put end to end.

    :raises StatementRefused: a statement does not balance, or one is missing between two.
    """
    of_accounts: dict[str, list[Statement]] = {}
    for statement in statements:
        of_accounts.setdefault(rib_of(statement.account), []).append(prove(statement))
    if not of_accounts:
        raise StatementRefused("Ce fichier ne contient aucun relevé de compte.")
    return tuple(_end_to_end(days) for days in of_accounts.values())


def _end_to_end(days: list[Statement]) -> Statement:
    days = _in_order(days)
    for before, after in pairwise(days):
        if before.closing != after.opening:
            raise StatementRefused(
                f"Il manque un relevé dans ce fichier : celui du {short_date(before.until)} finit "
                f"à {format_euros(before.closing)} et le suivant commence à "
                f"{format_euros(after.opening)}. Rien n'a été importé."
            )
    return Statement(
        account=days[0].account,
        opening=days[0].opening,
        closing=days[-1].closing,
        since=min(day.since for day in days),
        until=days[-1].until,
        lines=numbered(line for day in days for line in day.lines),
        states_opening=days[0].states_opening,
    )


def _in_order(days: list[Statement]) -> list[Statement]:
    """From the oldest; those of one day in the order in which their balances follow."""
    ordered: list[Statement] = []
    left = sorted(days, key=lambda day: (day.until, day.since))
    while left:
        same = [one for one in left if (one.until, one.since) == (left[0].until, left[0].since)]
        closings = [ordered[-1].closing] if ordered else []
        # The first of a file is the one that no other of its day leads to.
        firsts = [one for one in same if one.opening not in {two.closing for two in same}]
        following = [one for one in same if one.opening in closings] or firsts or same
        ordered.append(following[0])
        left.remove(following[0])
    return ordered


def numbered(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Number the lines that nothing tells apart: two true payments stay two."""
    seen: Counter[str] = Counter()
    told_apart = []
    for line in lines:
        seen[line.identity] += 1
        told_apart.append(replace(line, occurrence=seen[line.identity]))
    return tuple(told_apart)


@dataclass(frozen=True)
class Known:
    """What an account already holds: its first day, its last closing and its day."""

    since: date
    closing: int
    until: date


def check_opening(statement: Statement, *, on_paper: int | None, is_first: bool) -> None:
    """Refuse what does not lead back to the opening balance, where a format gives none (I10).

    The first statement of an account follows nothing: the bank's paper says where it opens, cents.

    :raises StatementRefused: nothing says it, or operations are missing.
    """
    if on_paper is None and is_first and not statement.states_opening:
        raise StatementRefused(
            "Ce fichier ne donne pas le solde d'ouverture, et aucun relevé ne le précède : rien "
            "ne prouve qu'il est complet. Importez-le de nouveau avec le solde d'ouverture lu sur "
            "le relevé de la banque."
        )
    if on_paper is not None and on_paper != statement.opening:
        raise StatementRefused(
            f"Les opérations de ce fichier mènent de {format_euros(statement.opening)} à "
            f"{format_euros(statement.closing)}, mais vous avez lu {format_euros(on_paper)} à "
            "l'ouverture. Rien n'a été importé : vérifiez ce solde, ou demandez un fichier complet."
        )


def check_chain(statement: Statement, new: Sequence[Line], known: Known | None) -> None:
    """Refuse a statement that does not follow the ones before it (I10).

    The new lines alone must lead from the last closing to the closing of the file, whatever it
    repeats; a file of a known period that brings none was proved when it came.

    :raises StatementRefused: a statement is missing, or a known period came back different.
    """
    if known is None or (not new and statement.until < known.until):
        return
    added = sum(line.amount for line in new)
    if statement.closing - added == known.closing and statement.until >= known.until:
        return
    if statement.until < known.until and statement.since >= known.since:
        raise StatementRefused(
            f"Ce fichier couvre une période déjà importée (jusqu'au {short_date(known.until)}) "
            f"mais contient {len(new)} ligne{'s' if len(new) > 1 else ''} de plus. Rien n'a été "
            "importé : vérifiez que la banque a bien envoyé le même relevé."
        )
    if statement.until < known.since:
        raise StatementRefused(
            f"Ce relevé précède le premier importé, qui commence le {short_date(known.since)} : "
            "les relevés s'importent du plus ancien au plus récent."
        )
    lines = ", avec ses lignes nouvelles," if new else ""
    raise StatementRefused(
        f"Le dernier relevé importé finit le {short_date(known.until)} à "
        f"{format_euros(known.closing)} ; celui-ci{lines} suppose "
        f"{format_euros(statement.closing - added)}. Rien n'a été importé : importez d'abord le "
        "relevé qui manque entre les deux."
    )
