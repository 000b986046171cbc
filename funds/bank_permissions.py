"""What may be done with a bank line, bank details, transfers and what they moved; says why not."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from alize.accounts.models import Person
from alize.common.dates import long_datetime, short_date
from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from alize.common.permissions import check
from alize.common.words import of
from funds.bank.matching import may_send_back
from funds.bank.shares import MOST_LINES
from funds.enums import ClearingAct, EntryKind, NumberStatus, PayeeStatus, Perimeter, ReversalCause
from funds.models import (
    BankAccount,
    BankImport,
    BankLine,
    BankNumber,
    Clearing,
    Entry,
    PayeeAccount,
    SepaFile,
    SepaTransfer,
)
from funds.permissions.advances import preconditions_met
from funds.permissions.payments import nothing_lost

if TYPE_CHECKING:
    from funds.queries.transfers import PayeeState, ReadyOrder


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
def leave_bank(file: SepaFile, number: BankNumber) -> None:
    """From the bank in force; what the bank has already is still told (T13)."""
    if file.sent_at is None and file.number.iban != number.iban and number.since is not None:
        raise ActionDenied(
            f"Ce fichier part de l'ancienne banque ({file.number}), remplacée le "
            f"{short_date(number.since)} : annulez-le et préparez-en un autre. Si la banque l'a "
            "déjà reçu, notez-le comme envoyé."
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


@check
def decide_payee(payee: PayeeAccount, by: Person) -> None:
    """Once, and another person than the one who proposed them (SD4)."""
    if payee.status != PayeeStatus.PROPOSED:
        raise ActionDenied("Ces coordonnées bancaires sont déjà décidées.")
    if payee.proposed_by_id == by.pk:
        raise ActionDenied(
            "Des coordonnées bancaires sont proposées par une personne et approuvées par une autre."
        )


@check
def pay_company(company: str, to: "PayeeState") -> None:
    """To bank details approved two days ago, that nobody asks to change (SD2, T11)."""
    if to.waiting is not None:
        raise ActionDenied(f"De nouvelles coordonnées {of(company)} attendent une décision.")
    if to.payee is None:
        raise ActionDenied(
            f"Les coordonnées bancaires {of(company)} ne sont pas approuvées : "
            "proposez son RIB sur la page de l'avance."
        )
    if not to.is_ready and to.free_at is not None:
        raise ActionDenied(
            f"Les coordonnées {of(company)} sont approuvées depuis moins de 48 heures : "
            f"le virement est possible à partir du {long_datetime(to.free_at)}."
        )


@check
def pay_first(to: "PayeeState", by: Person) -> None:
    """Whoever approved bank details does not release the first payment to them (SD4)."""
    if to.payee is not None and to.payee.decided_by_id == by.pk and not to.has_been_paid:
        raise ActionDenied(
            "Vous avez approuvé les coordonnées bancaires de cette entreprise : le premier "
            "versement vers ce compte est libéré par une autre personne."
        )


@check
def pay_order(ready: "ReadyOrder") -> None:
    """What lets money leave: its conditions are met, nothing is lost, its bank details serve."""
    preconditions_met(ready.order.advance)
    nothing_lost(ready.lost)
    pay_company(ready.order.advance.project.beneficiary.name, ready.to)


@check
def leave(ready: "ReadyOrder") -> None:
    """What let a payment be released is still true, it goes where and when it was to go (S38).

    Asked when its file is made, when it is downloaded and when it is sent.
    """
    pay_order(ready)
    if not ready.goes_where_released:
        raise ActionDenied(
            "Les coordonnées bancaires ont changé depuis que ce versement a été libéré : il se "
            "prépare et se libère à nouveau, une fois son écriture annulée."
        )
    if ready.latest_on is not None and ready.leaves_on > ready.latest_on:
        raise ActionDenied(
            f"Il devait partir le {short_date(ready.latest_on)} au plus tard pour suivre son "
            "échéancier : il se prépare et se libère à nouveau, une fois son écriture annulée."
        )


def _check_leaves(ready: "ReadyOrder", *, so: str) -> None:
    """:raises ActionDenied: which payment may not leave, why, and what becomes of its file."""
    if why := leave.why_not(ready):
        advance = ready.order.advance
        undo = "demandez l'annulation de son écriture"
        if ready.is_lost:
            undo += ", après celle de la perte"
        raise ActionDenied(
            f"Le versement {of(advance.project.beneficiary.name)} sur l'avance "
            f"{advance.reference} est arrêté. {why} {so} S'il ne doit plus partir, {undo}."
        )


@check
def send_order(ready: "ReadyOrder | None") -> None:
    """Released, in no other file, and what let it be released is still true."""
    if ready is None:
        raise ActionDenied(
            "Un de ces versements est déjà dans un fichier, à la banque, ou n'est pas libéré."
        )
    _check_leaves(ready, so="Laissez-le hors du fichier.")


@check
def undo_payment(transfer: SepaTransfer | None, cause: str) -> None:
    """Not while its transfer may still leave: the same money would leave twice (T13).

    What the bank has and sent back is a fact, that no statement may ever show.
    """
    if transfer is None:
        return
    name = transfer.file.message_id
    if transfer.file.sent_at is None:
        raise ActionDenied(
            f"Ce versement est dans le fichier de virements {name} : annulez d'abord ce fichier."
        )
    if cause == ReversalCause.ERROR:
        raise ActionDenied(
            f"La banque a reçu ce versement dans le fichier {name} : attendez le relevé qui le "
            "montre, ou indiquez le motif de son rejet si elle l'a refusé."
        )


@check
def undo_what_lent(advances: Sequence[str], cause: str) -> None:
    """Not a contribution that lent: its part of the loans and losses would be nobody's (2.6).

    What the bank took back is a fact.
    """
    if advances and cause == ReversalCause.ERROR:
        raise ActionDenied(
            f"Cette dotation a servi à verser {', '.join(advances)} : elle ne s'annule plus. "
            "Enregistrez une autre dotation si elle est trop faible, une restitution au financeur "
            "si elle est trop forte."
        )


@check
def download_file(file: SepaFile, waiting: "Sequence[ReadyOrder]") -> None:
    """Until it is cancelled, while every payment in it stands and may still leave.

    `waiting` is what it pays and no statement has shown.
    """
    if file.cancelled_at is not None:
        raise ActionDenied("Ce fichier est annulé : il ne s'envoie plus.")
    if file.transfers.filter(order__entry__reversed_by__isnull=False).exists():
        raise ActionDenied(
            "Un versement de ce fichier a été annulé : ce fichier ne s'envoie plus. "
            "Annulez-le et préparez-en un autre s'il n'est pas encore à la banque."
        )
    if file.sent_at is None:
        so = "Annulez ce fichier, puis préparez-en un autre sans lui. Si la banque l'a déjà, "
        for ready in waiting:
            _check_leaves(ready, so=f"{so}attendez le relevé qui le montre.")


@check
def mark_sent(file: SepaFile, waiting: "Sequence[ReadyOrder]", by: Person) -> None:
    """Once, by another person than the one who made it."""
    if file.sent_at is not None:
        raise ActionDenied("Ce fichier est déjà noté comme envoyé.")
    download_file(file, waiting)
    if file.built_by_id == by.pk:
        raise ActionDenied(
            "Un fichier de virements est préparé par une personne et envoyé par une autre."
        )


@check
def cancel_file(file: SepaFile) -> None:
    """Until it is sent."""
    if file.cancelled_at is not None:
        raise ActionDenied("Ce fichier est déjà annulé.")
    if file.sent_at is not None:
        raise ActionDenied("La banque a ce fichier : annulez les virements auprès d'elle.")
