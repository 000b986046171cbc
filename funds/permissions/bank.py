"""What may be done with a bank account, its numbers and the lines it shows; says why not."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from alize.accounts.models import Person
from alize.common.dates import short_date
from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from alize.common.permissions import check
from funds.bank.matching import may_send_back
from funds.bank.shares import MOST_LINES
from funds.enums import ClearingAct, EntryKind, NumberStatus, Perimeter
from funds.models import (
    BankAccount,
    BankImport,
    BankLine,
    BankNumber,
    Clearing,
    Entry,
)

COSTS = (EntryKind.BANK_FEE, EntryKind.ENGINEERING, EntryKind.EXPENSE)
"""What a debit may turn out to be; a credit, what of it was given back."""

RETURNED = {
    EntryKind.REPAYMENT: "du remboursement",
    EntryKind.RECOVERY: "de la récupération",
    EntryKind.REFUND: "du trop-perçu rendu",
    EntryKind.DISBURSEMENT: "du versement",
    EntryKind.UNIDENTIFIED: "du mouvement",
}
"""What a bank may send back, as a line says it."""


@check
def correct_account(account: BankAccount) -> None:
    """Until a statement proves it, a transfer leaves it, or another bank is to replace it."""
    used = Q(statements__isnull=False) | Q(sepa_files__isnull=False) | Q(replaces__isnull=False)
    if account.numbers.filter(used).exists():
        raise ActionDenied(
            "Ce compte a déjà servi, ou change de banque : ses coordonnées ne se corrigent plus. "
            "S'il change de banque, proposez la nouvelle."
        )


@check
def propose_number(account: BankAccount) -> None:
    """One change at a time, of an account that has served: before, its details are put right."""
    if account.numbers.filter(status=NumberStatus.PROPOSED).exists():
        raise ActionDenied("Un changement de banque de ce compte attend déjà une décision.")
    if correct_account.allows(account):
        raise ActionDenied(
            "Rien n'est encore passé par ce compte : corrigez ses coordonnées à la place."
        )


@check
def decide_number(number: BankNumber, by: Person) -> None:
    """Once, and another person than the one who proposed it (T11)."""
    if number.status != NumberStatus.PROPOSED:
        raise ActionDenied("Ce changement de banque est déjà décidé.")
    if number.proposed_by_id == by.pk:
        raise ActionDenied(
            "Un changement de banque est proposé par une personne et approuvé par une autre."
        )


@check
def withdraw_number(number: BankNumber, *, on: date) -> None:
    """Until its day, while nothing shows that the account is there: whoever was told may object."""
    if number.status != NumberStatus.APPROVED or number.replaces_id is None or not number.since:
        raise ActionDenied("Ce changement de banque n'est pas approuvé, ou il est déjà retiré.")
    if number.since <= on:
        raise ActionDenied(
            f"{number.bank} est en service depuis le {short_date(number.since)} : proposez de "
            "revenir à l'ancienne banque."
        )
    if number.replaced_by.filter(
        status__in=(NumberStatus.PROPOSED, NumberStatus.APPROVED)
    ).exists():
        raise ActionDenied(
            "Un autre changement de banque suit celui-ci : refusez-le ou retirez-le d'abord."
        )
    if number.statements.exists():
        raise ActionDenied(
            f"Un relevé de {number.bank} est déjà importé : attendez son jour, puis proposez de "
            "revenir à l'ancienne banque."
        )


@check
def clear_between(line: BankLine, *, amounts: tuple[int, int]) -> None:
    """The same money, out of one bank of the account and into another."""
    clear_line(line, amounts[0])
    if amounts[0] != -amounts[1]:
        raise ActionDenied(
            "Ces deux opérations ne sont pas du même montant, ou l'une est déjà rapprochée."
        )


@check
def map_import(made: BankImport) -> None:
    """Until the file is read; again when it was refused as its columns were said."""
    if not made.is_waiting and not (made.is_table and made.refusal):
        raise ActionDenied("Les colonnes de ce fichier sont déjà connues.")


@check
def clear_line(line: BankLine, left: int) -> None:
    """Something of the line is still to be explained."""
    if not left:
        raise ActionDenied("Cette ligne vient d'être rapprochée : il n'y a plus rien à expliquer.")


@check
def identify_line(line: BankLine, waiting: int) -> None:
    """Something of the line waits on the suspense account."""
    if not waiting:
        raise ActionDenied("Rien de cette ligne n'attend d'être identifié.")


@check
def resume_line(*, moved: bool) -> None:
    """What waits on its own account: the entries of the other one are not shown by this bank."""
    if moved:
        raise ActionDenied(
            "Cette ligne est portée sur l'autre compte : demandez d'abord l'annulation de cette "
            "écriture."
        )


@check
def pay_cost(kind: str) -> None:
    """A cost of the operating account, which owes it when it left the account of the advances."""
    if kind not in COSTS:
        raise ActionDenied("Une opération bancaire n'est pas une dépense de cette nature.")


@check
def link_entry(moved: int | None, left: int) -> None:
    """An entry that no statement has shown, of the amount of the line."""
    if moved is None:
        raise ActionDenied("Cette écriture est déjà rapprochée, annulée ou d'un autre compte.")
    if moved != left:
        raise ActionDenied("Cette écriture n'est pas du même montant que la ligne.")


@check
def link_shares(shares: Sequence[int], *, asked: int, moved: int | None) -> None:
    """Two to four lines of one account and way, together an entry no statement has shown."""
    all_found = len(shares) == asked and 2 <= asked <= MOST_LINES
    if not all_found or any(one * shares[0] <= 0 for one in shares):
        raise ActionDenied(
            "Choisissez deux à quatre opérations à rapprocher, du même compte et du même sens : "
            "l'une d'elles vient peut-être d'être rapprochée."
        )
    link_entry(moved, sum(shares))


@check
def link_entries(moved: Sequence[int], left: int, *, asked: int) -> None:
    """Entries that no statement has shown, of the way of the line, within what is left of it."""
    if not moved or len(moved) < asked:
        raise ActionDenied(
            "Une de ces écritures vient d'être rapprochée ou annulée, ou est d'un autre compte : "
            "choisissez à nouveau."
        )
    if any((one > 0) != (left > 0) for one in moved):
        raise ActionDenied("Ces écritures ne vont pas toutes dans le sens de la ligne.")
    if abs(sum(moved)) > abs(left):
        raise ActionDenied(
            f"Ces écritures font {format_euros(sum(moved))} : la ligne ne laisse que "
            f"{format_euros(left)}."
        )


@check
def repay_on(perimeter: Perimeter) -> None:
    """Companies pay back on the account of the advances: the two accounts never mix (I5)."""
    if perimeter != Perimeter.FUND:
        raise ActionDenied(
            "Cette ligne est du compte de fonctionnement : une avance ne se rembourse que sur le "
            "compte des avances. Dites d'abord qu'elle est pour l'autre compte."
        )


@check
def move_line(amount: int, *, moved: bool) -> None:
    """Once, what came in: a cost is owed from either account, a loan leaves only its own (R41)."""
    if moved:
        raise ActionDenied("Cette ligne est déjà portée sur l'autre compte.")
    if amount < 0:
        raise ActionDenied(
            "Un débit ne se porte pas sur l'autre compte : inscrivez la dépense qu'il est."
        )


@check
def return_entry(entry: Entry | None, left: int, moved: int) -> None:
    """What the bank takes back from a company, or brings back to the fund, alone or with others."""
    known = entry is not None and entry.kind in RETURNED
    if not known or not may_send_back(moved, left):
        raise ActionDenied("La banque ne reprend pas le montant de cette opération.")


@check
def undo_clearing(clearing: Clearing) -> None:
    """Only what tied a line to an entry that was there before it, or to another line."""
    if clearing.act == ClearingAct.BOUNCE:
        raise ActionDenied("Ce retour attend la décision du second signataire financier.")
    if clearing.act not in (ClearingAct.ENTRY, ClearingAct.INTERNAL):
        raise ActionDenied(
            "Cette écriture vient du relevé : demandez son annulation, que le second signataire "
            "financier décide. La ligne sera alors de nouveau à rapprocher."
        )
