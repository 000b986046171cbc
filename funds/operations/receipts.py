"""Money that companies pay back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from alize.accounts.models import Person
from alize.audit.commands import Command, Read, made_once
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from alize.common.money import format_euros
from funds import permissions, queries
from funds.enums import AccountKey, EntryKind, Perimeter
from funds.models import Advance, Entry
from funds.operations.ledger import HOLD, Draft, held_advance, lock_advance, post_entries
from funds.operations.offsets import with_offsets
from funds.queries.books import LOAN
from funds.rules import ledger


def record_repayment(
    *, advance_id: int, amount: int, value_on: date, by: Person, at: datetime, command_key: UUID
) -> Entry:
    """Book what a company paid back; beyond what it owes, the rest is an over-payment.

    :raises ActionDenied: nothing was lent yet.
    :raises InvalidInput: the amount is zero, the day has not come or precedes the payment; what
        exceeds the debt makes up for a loss.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act(command: Command, held: Sequence[Any] | None, loan: Sequence[Any]) -> Entry:
        advance = held_advance(held)
        check_amount(amount)
        check_day(on=value_on, at=at, field="value_on")
        return book_repayment(
            advance,
            queries.Loan(*loan),
            amount=amount,
            value_on=value_on,
            by=by,
            at=at,
            command_key=command_key,
            command=command,
        )

    asked = {"act": "repayment", "advance": advance_id, "amount": amount, "on": value_on}
    reads: list[Read] = [(HOLD, [advance_id]), (LOAN, [advance_id, value_on])]
    same: dict[str, Any] = {"payload": asked, "by": by, "at": at}
    return made_once(Entry, command_key, act=act, reads=reads, keeps=True, **same)


def record_recovery(
    *, advance_id: int, amount: int, value_on: date, by: Person, at: datetime, command_key: UUID
) -> Entry:
    """Book money that comes after a write-off, within what was lost (I13).

    :raises InvalidInput: the amount is zero or exceeds what was lost; the day has not come, or
        precedes the loss.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> Entry:
        advance = lock_advance(advance_id)
        check_amount(amount)
        check_day(on=value_on, at=at, field="value_on")
        return _book_recovery(
            advance, amount=amount, value_on=value_on, by=by, at=at, command_key=command_key
        )

    asked = {"act": "recovery", "advance": advance_id, "amount": amount, "on": value_on}
    return made_once(Entry, command_key, payload=asked, by=by, at=at, act=act)


def book_receipt(
    advance: Advance,
    *,
    amount: int,
    value_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
    source: AccountKey = AccountKey.FUND_BANK,
) -> list[tuple[Entry, int]]:
    """Post what came for an advance that the caller holds: what it owes, then what it lost.

    What exceeds both is an over-payment. Returns the entries, each with its part.

    :raises ActionDenied: nothing was lent yet.
    :raises InvalidInput: the day precedes the payment of the advance, or the loss.
    """
    loan = queries.loan_of(advance, on=value_on)
    lost = queries.net_loss(advance, since=value_on) if loan.lost > 0 else 0
    recovered = max(0, min(amount - loan.lowest, lost))
    same: dict[str, Any] = {"value_on": value_on, "by": by, "at": at, "source": source}
    made = []
    if recovered:
        key = uuid5(command_key, "recovery")
        entry = _book_recovery(advance, amount=recovered, command_key=key, **same)
        made.append((entry, recovered))
    if amount > recovered:
        loan = loan._replace(lost=loan.lost - recovered)
        repaid, key = amount - recovered, command_key
        entry = book_repayment(advance, loan, amount=repaid, command_key=key, **same)
        made.append((entry, repaid))
    return made


def _book_recovery(
    advance: Advance,
    *,
    amount: int,
    value_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
    source: AccountKey = AccountKey.FUND_BANK,
) -> Entry:
    lost = queries.net_loss(advance)
    if amount > lost:
        raise InvalidInput(
            f"Il reste {format_euros(lost)} à récupérer sur cette avance.", field="amount"
        )
    _check_after_loss(advance, value_on)
    if amount > (lost := queries.net_loss(advance, since=value_on)):
        raise InvalidInput(
            f"Il n'y a que {format_euros(lost)} à récupérer à cette date : le reste est perdu, ou "
            "récupéré, plus tard. Vérifiez la date, ou demandez d'abord l'annulation de ce qui la "
            "suit.",
            field="amount",
        )
    draft = Draft(
        kind=EntryKind.RECOVERY,
        perimeter=Perimeter.FUND,
        legs=ledger.recovery(amount=amount, source=source),
        value_on=value_on,
        label=f"Récupération sur l'avance {advance.reference}",
        command_key=command_key,
        by=by,
        at=at,
        advance=advance,
    )
    return _recorded([draft], "recovery.recorded", amount)


def book_repayment(
    advance: Advance,
    loan: queries.Loan,
    *,
    amount: int,
    value_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
    source: AccountKey = AccountKey.FUND_BANK,
    command: Command | None = None,
) -> Entry:
    """Post a repayment of an advance that the caller holds, from the bank or from suspense.

    What later days say of what is owed and of what is beyond it follows.

    :param loan: what `queries.loan_of` told of that day once the advance was held.
    :param command: the one that ends there, kept with the entry.
    :raises ActionDenied: nothing was lent yet.
    :raises InvalidInput: the day precedes the payment of the advance; what exceeds the debt makes
        up for a loss, and is a recovery, or was lost since.
    """
    permissions.record_repayment(loan.lent_on)
    if loan.lent_on and value_on < loan.lent_on:
        raise InvalidInput(
            "Cette date précède le versement de l'avance : vérifiez-la.", field="value_on"
        )
    if amount > loan.lowest and loan.lost > 0:
        _check_after_loss(advance, value_on)
        raise InvalidInput(
            f"Cette avance ne doit plus que {format_euros(loan.lowest)}, et "
            f"{format_euros(loan.lost)} y sont passés en perte : enregistrez ce qui dépasse par "
            "« Enregistrer une récupération », sur sa page.",
            field="amount",
        )
    draft = Draft(
        kind=EntryKind.REPAYMENT,
        perimeter=Perimeter.FUND,
        legs=ledger.repayment(amount=amount, outstanding=loan.owed, source=source),
        value_on=value_on,
        label=f"Remboursement de l'avance {advance.reference}",
        command_key=command_key,
        by=by,
        at=at,
        advance=advance,
    )
    drafts = with_offsets([draft]) if loan.is_followed else [draft]
    return _recorded(drafts, "repayment.recorded", amount, command)


def _check_after_loss(advance: Advance, value_on: date) -> None:
    """:raises InvalidInput: what came on that day came before what was lost."""
    if value_on < (since := queries.lost_since(advance)):
        raise InvalidInput(
            f"Cette date précède la perte du {short_date(since)}. Si l'argent est bien arrivé ce "
            "jour-là, il a payé ce que l'entreprise devait encore : sur la page de l'avance, "
            "demandez d'abord l'annulation de la perte, puis enregistrez un remboursement.",
            field="value_on",
        )


def _recorded(
    drafts: Sequence[Draft], event: str, amount: int, command: Command | None = None
) -> Entry:
    return post_entries(drafts, event=event, command=command, amount=amount)[0]


def check_amount(amount: int) -> None:
    """Refuse nothing, or less.

    :raises InvalidInput: naming the field.
    """
    if amount <= 0:
        raise InvalidInput("Le montant doit être supérieur à zéro.", field="amount")


def check_day(*, on: date, at: datetime, field: str) -> None:
    """Refuse a day that has not come, or of a mistyped year.

    :raises InvalidInput: naming the field.
    """
    if on < ledger.FIRST_DAY:
        raise InvalidInput(ledger.TOO_OLD, field=field)
    if on > timezone.localdate(at):
        raise InvalidInput(
            "Cette date n'est pas encore passée : indiquez le jour où l'argent a bougé.",
            field=field,
        )
