"""The operating account: local engineering, other costs, what it owes the advances (R41, R76)."""

from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import InvalidInput
from funds import permissions, queries
from funds.enums import AccountKey, EntryKind, Perimeter
from funds.models import AllowanceAgreement, Entry
from funds.operations.ledger import Draft, lock_ledger, post_entries, post_entry
from funds.operations.receipts import check_amount, check_day
from funds.rules import ledger
from funds.rules.allowance import AGREED_YEARS, may_be_agreed
from partners.models import Partner

COST_ACCOUNTS = {
    EntryKind.BANK_FEE: AccountKey.BANK_FEES,
    EntryKind.ENGINEERING: AccountKey.ENGINEERING,
    EntryKind.EXPENSE: AccountKey.OPS_EXPENSE,
}


def record_cost(
    *,
    kind: EntryKind,
    amount: int,
    label: str,
    paid_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
) -> Entry:
    """Book a cost paid from the operating account: local engineering or the rest.

    :raises ActionDenied: the operating account does not hold as much, then or later.
    :raises InvalidInput: the amount is zero, or the day has not come.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> Entry:
        check_amount(amount)
        check_day(on=paid_on, at=at, field="paid_on")
        lock_ledger()
        held = queries.lowest(AccountKey.OPS_BANK, since=paid_on)
        permissions.pay_from_operating(amount, cash=held)
        return post_entry(
            Draft(
                kind=kind,
                perimeter=Perimeter.OPS,
                legs=ledger.expense(account=COST_ACCOUNTS[kind], amount=amount),
                value_on=paid_on,
                label=f"{kind.label} : {label}"[:120],
                command_key=command_key,
                by=by,
                at=at,
            ),
            event="cost.recorded",
            kind=kind,
            amount=amount,
        )

    asked = {"act": "cost", "kind": kind, "amount": amount, "label": label, "on": paid_on}
    return made_once(Entry, command_key, payload=asked, by=by, at=at, act=act)


def record_bank_fee(
    *, amount: int, taken_on: date, by: Person, at: datetime, command_key: UUID
) -> Entry:
    """Book a fee that the bank took on the advances: the operating account owes it back.

    :raises InvalidInput: the amount is zero, or the day has not come.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> Entry:
        check_amount(amount)
        check_day(on=taken_on, at=at, field="taken_on")
        legs = ledger.bank_fee(amount=amount)
        label = "Frais bancaires sur le compte des avances"
        return _post_both(
            EntryKind.BANK_FEE, legs, label, on=taken_on, by=by, at=at, command_key=command_key
        )

    asked = {"act": "bank_fee", "amount": amount, "on": taken_on}
    return made_once(Entry, command_key, payload=asked, by=by, at=at, act=act)


def give_back(
    *, debtor: Perimeter, amount: int, moved_on: date, by: Person, at: datetime, command_key: UUID
) -> Entry:
    """Book a transfer by which one account gives the other what it owes it (R41).

    :raises ActionDenied: the debtor does not hold as much, then or later.
    :raises InvalidInput: it owes less, or the day has not come.
    :raises AlreadyUsed: the form was sent before with another content.
    """
    if debtor == Perimeter.OPS:
        liaison, bank = AccountKey.FUND_LIAISON, AccountKey.OPS_BANK
        pay, legs = permissions.pay_from_operating, ledger.to_advances
        label = "Virement du fonctionnement vers les avances"
    else:
        liaison, bank = AccountKey.OPS_LIAISON, AccountKey.FUND_BANK
        pay, legs = permissions.pay_from_the_fund, ledger.to_operating
        label = "Virement des avances vers le fonctionnement"

    def act() -> Entry:
        lock_ledger()
        check_amount(amount)
        check_day(on=moved_on, at=at, field="moved_on")
        owed = queries.lowest(liaison, since=moved_on)
        if amount > owed:
            said = permissions.owed_between(owed, debtor=debtor)
            raise InvalidInput(f"À cette date, {said}.", field="amount")
        pay(amount, cash=queries.lowest(bank, since=moved_on))
        return _post_both(
            EntryKind.TRANSFER,
            legs(amount=amount),
            label,
            on=moved_on,
            by=by,
            at=at,
            command_key=command_key,
        )

    asked = {"act": "give_back", "debtor": debtor, "amount": amount, "on": moved_on}
    return made_once(Entry, command_key, payload=asked, by=by, at=at, act=act)


def _post_both(
    kind: EntryKind,
    legs: tuple[ledger.Legs, ledger.Legs],
    label: str,
    *,
    on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
) -> Entry:
    """The two entries of what moves on both accounts, tied by the key of the command: the first."""
    fund, ops = post_entries(
        Draft(
            kind=kind,
            perimeter=perimeter,
            legs=side,
            value_on=on,
            label=label,
            command_key=uuid5(command_key, perimeter),
            by=by,
            at=at,
            transfer_id=command_key,
        )
        for perimeter, side in zip((Perimeter.FUND, Perimeter.OPS), legs, strict=True)
    )
    audit.record("transfer.recorded", target=fund, by=by, at=at, other=ops.pk, kind=kind)
    return fund


def agree_allowance(
    *,
    year: int,
    agreed_on: date,
    source: str,
    partner_ids: list[int],
    by: Person,
    at: datetime,
    command_key: UUID,
) -> AllowanceAgreement:
    """Note that all partners agree to reimburse the operator in a year (R77).

    :raises InvalidInput: a partner of the year has not agreed, the day is not one on which that
        year is agreed, or the year has its agreement.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> AllowanceAgreement:
        lock_ledger()
        check_day(on=agreed_on, at=at, field="agreed_on")
        if not may_be_agreed(year, agreed_on=agreed_on):
            raise InvalidInput(
                f"Un accord vaut pour l'année où il est donné et les {AGREED_YEARS} suivantes au "
                "plus : vérifiez l'année et la date.",
                field="year",
            )
        needed = queries.partners_to_agree(year, agreed_on=agreed_on, today=timezone.localdate(at))
        _check_all_agree(needed, partner_ids, year=year)
        if queries.allowance_agreement(year) is not None:
            raise InvalidInput(f"L'accord pour {year} est déjà enregistré.", field="year")
        agreement = AllowanceAgreement.objects.create(
            year=year, agreed_on=agreed_on, source=source, recorded_at=at, recorded_by=by
        )
        agreement.partners.set(needed)
        audit.record("allowance.agreed", target=agreement, by=by, at=at, year=year)
        return agreement

    asked = {
        "act": "allowance",
        "year": year,
        "on": agreed_on,
        "source": source,
        "partners": sorted(partner_ids),
    }
    return made_once(AllowanceAgreement, command_key, payload=asked, by=by, at=at, act=act)


def _check_all_agree(needed: QuerySet[Partner], partner_ids: list[int], *, year: int) -> None:
    """:raises InvalidInput: a partner of the year has not agreed, or the year has none."""
    if not needed:
        raise InvalidInput(
            f"Aucun partenaire n'est inscrit pour {year} : personne ne peut donner cet accord.",
            field="partner_ids",
        )
    missing = needed.exclude(pk__in=partner_ids)
    if names := ", ".join(str(partner) for partner in missing):
        raise InvalidInput(
            f"L'accord de tous les partenaires de {year} est nécessaire. Il manque : {names}.",
            field="partner_ids",
        )


@transaction.atomic
def withdraw_agreement(
    *, agreement_id: int, reason: str, by: Person, at: datetime
) -> AllowanceAgreement:
    """Withdraw an agreement recorded by mistake: its year may have another; twice, it is once.

    :raises ActionDenied: somebody else withdrew it, or it serves.
    """
    lock_ledger()
    agreement = AllowanceAgreement.objects.select_for_update().get(pk=agreement_id)
    if agreement.withdrawn_by_id == by.pk:
        return agreement
    permissions.withdraw_agreement(agreement, used=queries.allowance_of(agreement.year))
    agreement.withdrawn_at, agreement.withdrawn_by = at, by
    agreement.withdrawal = reason
    agreement.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal"])
    audit.record("allowance.withdrawn", target=agreement, by=by, at=at, year=agreement.year)
    return agreement
