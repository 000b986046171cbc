"""Bank accounts and their numbers: a change is proposed by one, approved by another (T11)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.dates import add_months, long_date, short_date
from alize.common.errors import InvalidInput
from alize.common.words import of
from alize.common.writings import check_mark
from alize.notifications.operations import Recipient, send_mail
from basins.enums import Role
from basins.queries import reachable
from funds.bank.identifiers import masked_iban
from funds.enums import NumberStatus, Perimeter, TransferSchema
from funds.models import BankAccount, BankNumber, Contribution
from funds.operations.details import read_details
from funds.permissions import bank as permissions
from funds.queries import bank as queries
from funds.queries.confirmations import contacts_to_ask
from funds.queries.numbers import as_typed, numbers_of, our_numbers, statement_numbers
from funds.queries.transfers import FREEZE, company_at

_OURS = "Cet IBAN est déjà celui d'un compte du fonds."
_LATEST_MONTHS = 12
"""How far ahead a change of bank is planned: beyond, a date is a typing error."""


@transaction.atomic
def open_bank_account(
    *,
    perimeter: Perimeter,
    bank_name: str,
    holder: str,
    iban: str,
    bic: str,
    by: Person,
    at: datetime,
    transfer_schema: TransferSchema = TransferSchema.V09,
) -> BankAccount:
    """Declare the account of the advances or of running costs, once each (R41).

    :raises InvalidInput: a bank would refuse the IBAN, the BIC or the name, or the account is
        declared already, or another's.
    """
    details = read_details(holder=holder, iban=iban, bic=bic)
    _check_free(details.iban)
    if BankAccount.objects.filter(perimeter=perimeter).exists():
        raise InvalidInput("Ce compte est déjà déclaré.", field="perimeter")
    account = BankAccount.objects.create(perimeter=perimeter, opened_at=at, opened_by=by)
    today = timezone.localdate(at)
    BankNumber.objects.create(
        account=account,
        bank=bank_name,
        **vars(details),
        transfer_schema=transfer_schema,
        wanted_on=today,
        since=today,
        status=NumberStatus.APPROVED,
        proposed_at=at,
        proposed_by=by,
    )
    audit.record("bank.opened", target=account, by=by, at=at)
    return account


@transaction.atomic
def correct_bank_account(
    *,
    account_id: int,
    bank_name: str,
    holder: str,
    iban: str,
    bic: str,
    mark: str = "",
    by: Person,
    at: datetime,
) -> BankAccount:
    """Put right an account that nothing has gone through yet.

    `mark` is that of what the page showed.

    :raises ActionDenied: it has a statement, a file of transfers or another number.
    :raises InvalidInput: a bank would refuse the IBAN, the BIC or the name, or it is another's.
    :raises WrittenMeanwhile: somebody else corrected it since the page was opened.
    """
    account = BankAccount.objects.select_for_update().get(pk=account_id)
    permissions.correct_account(account)
    details = read_details(holder=holder, iban=iban, bic=bic)
    _check_free(details.iban, account=account)
    number = numbers_of(account)[0]
    check_mark(mark, stored=as_typed(number), sent={"bank_name": bank_name, **vars(details)})
    number.bank, number.holder = bank_name, details.holder
    number.iban, number.bic = details.iban, details.bic
    number.save(update_fields=["bank", "holder", "iban", "bic"])
    audit.record("bank.corrected", target=account, by=by, at=at)
    return account


def propose_number(
    *,
    account_id: int,
    bank_name: str,
    holder: str,
    iban: str,
    bic: str,
    wanted_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
    keeps_balance: bool = False,
    transfer_schema: TransferSchema = TransferSchema.V09,
) -> BankNumber:
    """Propose the bank that an account moves or goes back to from a day; nothing changes yet.

    Those who keep the fund and those who bring it money are told (M84).

    :raises ActionDenied: another change waits already.
    :raises InvalidInput: the IBAN, the BIC or the name would be refused by a bank, the account is
        one of the fund or of a company, or the bank renumbered it, or the day is past or too far.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> BankNumber:
        account = BankAccount.objects.select_for_update().get(pk=account_id)
        permissions.propose_number(account)
        last = numbers_of(account).latest("since")
        _check_day(wanted_on, last=last, today=timezone.localdate(at))
        details = read_details(holder=holder, iban=iban, bic=bic)
        _check_free(details.iban, account=account)
        resumed = _resumed(account, details.iban, last=last, keeps_balance=keeps_balance)
        proposed = BankNumber.objects.create(
            account=account,
            replaces=last,
            resumes=resumed,
            bank=bank_name,
            **vars(details),
            keeps_balance=keeps_balance,
            transfer_schema=transfer_schema,
            wanted_on=wanted_on,
            proposed_at=at,
            proposed_by=by,
        )
        _warn("M84", proposed, by=by, at=at)
        audit.record("bank_number.proposed", target=proposed, by=by, at=at)
        return proposed

    asked = {
        "act": "bank_number",
        "account": account_id,
        "bank": bank_name,
        "holder": holder,
        "iban": iban,
        "bic": bic,
        "wanted_on": wanted_on,
        "keeps_balance": keeps_balance,
        "schema": transfer_schema,
    }
    return made_once(BankNumber, command_key, payload=asked, by=by, at=at, act=act)


@transaction.atomic
def approve_number(*, number_id: int, by: Person, at: datetime) -> BankNumber:
    """Approve a change of bank, in force on its day and 48 hours later at least; twice, once.

    Those who were told have these two days to object (M85).

    :raises ActionDenied: it is decided already, or `by` proposed it.
    """
    number = _locked(number_id)
    if number.status == NumberStatus.APPROVED and number.decided_by_id == by.pk:
        return number
    permissions.decide_number(number, by)
    number.since = first_day_of(number, at=at)
    _decide(number, NumberStatus.APPROVED, by=by, at=at)
    _warn("M85", number, by=by, at=at)
    audit.record("bank_number.approved", target=number, by=by, at=at)
    return number


@transaction.atomic
def refuse_number(*, number_id: int, by: Person, at: datetime) -> BankNumber:
    """Leave an account at its bank; refused twice by the same, it is once.

    :raises ActionDenied: it is decided already, or `by` proposed it.
    """
    number = _locked(number_id)
    if number.status == NumberStatus.REFUSED and number.decided_by_id == by.pk:
        return number
    permissions.decide_number(number, by)
    _decide(number, NumberStatus.REFUSED, by=by, at=at)
    audit.record("bank_number.refused", target=number, by=by, at=at)
    return number


@transaction.atomic
def withdraw_number(*, number_id: int, by: Person, at: datetime) -> BankNumber:
    """Leave an account at its bank though a change was approved; withdrawn twice, it is once.

    One person is enough to stop it; those who were told of it are told (M86).

    :raises ActionDenied: it serves already, a statement shows it, another change follows it, or
        somebody else withdrew it.
    """
    number = _locked(number_id)
    if number.withdrawn_by_id == by.pk:
        return number
    permissions.withdraw_number(number, on=timezone.localdate(at))
    number.status = NumberStatus.WITHDRAWN
    number.withdrawn_at, number.withdrawn_by = at, by
    number.save(update_fields=["status", "withdrawn_at", "withdrawn_by"])
    _warn("M86", number, by=by, at=at)
    audit.record("bank_number.withdrawn", target=number, by=by, at=at)
    return number


def first_day_of(number: BankNumber, *, at: datetime) -> date:
    """The day from which a number would serve, approved at an instant (T11)."""
    free_on = timezone.localdate(at + FREEZE) + timedelta(days=1)
    return max(number.wanted_on, free_on)


def _check_free(iban: str, *, account: BankAccount | None = None) -> None:
    """:raises InvalidInput: the IBAN is that of another account of the fund, or of a company."""
    if any(one.account != account for one in our_numbers().filter(iban=iban)):
        raise InvalidInput(_OURS, field="iban")
    if (company := company_at(iban)) is not None:
        raise InvalidInput(
            f"Cet IBAN est celui {of(company)} : un compte du fonds n'est jamais celui d'une "
            "entreprise. Vérifiez le RIB que la banque vous a remis.",
            field="iban",
        )


def _resumed(
    account: BankAccount, iban: str, *, last: BankNumber, keeps_balance: bool
) -> BankNumber | None:
    """The number that an account goes back to, when its IBAN served before.

    :raises InvalidInput: it serves already, or its statements go on under another number.
    """
    if iban == last.iban:
        raise InvalidInput(_OURS, field="iban")
    earlier = statement_numbers(account).filter(iban=iban).first()
    if earlier is None:
        return None
    if queries.is_renumbered(earlier):
        raise InvalidInput(
            "La banque a remplacé ce numéro : ses relevés continuent sur le suivant.", field="iban"
        )
    if keeps_balance:
        raise InvalidInput(
            "Ce compte a déjà servi et continue ses propres relevés : le solde n'y passe que par "
            "un virement. Décochez cette case.",
            field="keeps_balance",
        )
    return earlier


def _check_day(wanted_on: date, *, last: BankNumber, today: date) -> None:
    """:raises InvalidInput: a past day, one too far, or one before the number that is replaced."""
    if wanted_on < today:
        raise InvalidInput("Cette date est passée : indiquez un jour à venir.", field="wanted_on")
    if wanted_on > add_months(today, _LATEST_MONTHS):
        raise InvalidInput(
            "Cette date est dans plus d'un an : vérifiez l'année.", field="wanted_on"
        )
    if last.since is not None and wanted_on <= last.since:
        raise InvalidInput(
            f"{last.bank} est en service à partir du {short_date(last.since)} : la suivante l'est "
            "après.",
            field="wanted_on",
        )


def _locked(number_id: int) -> BankNumber:
    BankAccount.objects.select_for_update().get(numbers=number_id)
    return BankNumber.objects.select_related("replaces", "account").get(pk=number_id)


def _decide(number: BankNumber, status: NumberStatus, *, by: Person, at: datetime) -> None:
    number.status, number.decided_at, number.decided_by = status, at, by
    number.save(update_fields=["status", "since", "decided_at", "decided_by"])


def _warn(code: str, number: BankNumber, *, by: Person, at: datetime) -> None:
    """Tell those who keep the fund, and a contact of each partner that brings it money."""
    today = timezone.localdate(at)
    funders = Contribution.objects.exclude(partner=None).values_list("partner", flat=True)
    keepers = reachable(Role.OPERATOR, Role.FINANCE, Role.PRESIDENT, on=today)
    contacts = [contact.person for contact in contacts_to_ask(funders.distinct()).values()]
    told = {person.email: Recipient.of(person) for person in [*contacts, *keepers] if person.email}
    for recipient in told.values():
        send_mail(
            code,
            to=recipient,
            path=reverse("home"),
            key=str(number.pk),
            purpose=number.account.get_perimeter_display().lower(),
            bank=number.bank,
            account=masked_iban(number.iban),
            before=str(number.replaces),
            day=long_date(number.since or number.wanted_on),
            person=by.full_name,
        )
