"""What may be done with bank details, payments and their files of transfers; says why not."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from alize.accounts.models import Person
from alize.common.dates import long_datetime, short_date
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from alize.common.trigger_sentences import TRIGGER_SENTENCES
from alize.common.words import of
from funds.enums import PayeeStatus, ReversalCause
from funds.models import (
    BankNumber,
    PayeeAccount,
    SepaFile,
    SepaTransfer,
)
from funds.permissions.advances import preconditions_met
from funds.permissions.payments import nothing_lost, still_supported
from funds.queries.visible import companies_left
from projects.models import Beneficiary

if TYPE_CHECKING:
    from funds.queries.transfers import PayeeState, ReadyOrder


@check
def handle_payee(company: Beneficiary, by: Person, on: date) -> None:
    """Not whoever withdrew from a file of the company (SD5)."""
    if companies_left(by, on=on).filter(pk=company.pk).exists():
        raise ActionDenied(TRIGGER_SENTENCES["payee_account_of_no_recused"])


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
    """What lets money leave: conditions met, company supported, nothing lost, bank details good."""
    preconditions_met(ready.order.advance)
    still_supported(ready.order.advance.project)
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


@check
def leave_bank(file: SepaFile, number: BankNumber) -> None:
    """From the bank in force; what the bank has already is still told (T13)."""
    if file.sent_at is None and file.number.iban != number.iban and number.since is not None:
        raise ActionDenied(
            f"Ce fichier part de l'ancienne banque ({file.number}), remplacée le "
            f"{short_date(number.since)} : annulez-le et préparez-en un autre. Si la banque l'a "
            "déjà reçu, notez-le comme envoyé."
        )
