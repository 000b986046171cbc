"""Bank details of companies: proposed by one, approved by another, paid two days later (T11)."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.operations import Recipient, send_mail
from funds import bank_permissions as permissions
from funds.bank.identifiers import bic_of, masked_iban, read_bic, read_iban
from funds.bank.transfers import check_text
from funds.enums import PayeeStatus, Verification
from funds.models import BankAccount, PayeeAccount
from funds.queries import transfers as queries
from projects.models import Beneficiary, Project


@transaction.atomic
def propose_payee(
    *,
    beneficiary_id: int,
    holder: str,
    iban: str,
    bic: str,
    called: str,
    called_on: date,
    email: str,
    by: Person,
    at: datetime,
) -> PayeeAccount:
    """Propose the bank details of a company, after calling it back; nobody is paid there yet.

    Whoever sent them and whoever was known before are told (M70).

    :raises ActionDenied: others wait already.
    :raises InvalidInput: the IBAN, the BIC or the name would be refused by a bank, the account is
        one of the fund, or the call-back is no such one.
    """
    company = Beneficiary.objects.select_for_update().get(pk=beneficiary_id)
    if queries.waiting_payee(company.pk) is not None:
        raise ActionDenied("Des coordonnées de cette entreprise attendent déjà une décision.")
    if called_on > timezone.localdate(at):
        raise InvalidInput("Cette date n'est pas encore passée.", field="called_on")
    values: dict[str, str] = {}
    for field, read in (
        ("iban", lambda: read_iban(iban)),
        ("bic", lambda: read_bic(bic or bic_of(values["iban"]), iban=values["iban"])),
        ("holder", lambda: check_text(holder, 70, "Le titulaire")),
    ):
        try:
            values[field] = read()
        except ValueError as error:
            raise InvalidInput(str(error), field=field) from error
    if BankAccount.objects.filter(iban=values["iban"]).exists():
        raise InvalidInput(
            "Cet IBAN est celui d'un compte du fonds : une avance ne s'y verse pas.", field="iban"
        )
    payee = PayeeAccount.objects.create(
        beneficiary=company,
        called=called,
        called_on=called_on,
        email=email,
        proposed_at=at,
        proposed_by=by,
        **values,
    )
    _warn("M70", payee, by=by)
    audit.record("payee.proposed", target=payee, by=by, at=at)
    return payee


@transaction.atomic
def approve_payee(
    *, payee_id: int, verification: Verification, note: str = "", by: Person, at: datetime
) -> PayeeAccount:
    """Approve bank details, with what the bank answered on their holder; twice, it is once.

    Whoever sent them and whoever was known before have two days to object (M71).

    :raises ActionDenied: they are decided already, or `by` proposed them.
    :raises InvalidInput: the bank knows another name there and no reason is given.
    """
    payee = _locked(payee_id)
    if payee.status == PayeeStatus.APPROVED and payee.decided_by_id == by.pk:
        return payee
    permissions.decide_payee(payee, by)
    if verification == Verification.NO_MATCH and not note.strip():
        raise InvalidInput(
            "Dites pourquoi approuver un compte dont le nom ne correspond pas.", field="note"
        )
    payee.verification, payee.verification_note = verification, note.strip()
    _decide(payee, PayeeStatus.APPROVED, by=by, at=at)
    _warn("M71", payee, by=by)
    audit.record("payee.approved", target=payee, by=by, at=at, verification=verification)
    return payee


@transaction.atomic
def refuse_payee(*, payee_id: int, by: Person, at: datetime) -> PayeeAccount:
    """Leave the bank details of a company as they are; refused twice by the same, it is once.

    :raises ActionDenied: they are decided already, or `by` proposed them.
    """
    payee = _locked(payee_id)
    if payee.status == PayeeStatus.REFUSED and payee.decided_by_id == by.pk:
        return payee
    permissions.decide_payee(payee, by)
    _decide(payee, PayeeStatus.REFUSED, by=by, at=at)
    audit.record("payee.refused", target=payee, by=by, at=at)
    return payee


def lock_companies(order_ids: Collection[int]) -> None:
    """Hold the bank details of the companies of these orders: nobody changes them meanwhile.

    Taken after the rows of the orders, before the head of the ledger.
    """
    companies = Beneficiary.objects.filter(projects__advances__payment_orders__in=order_ids)
    list(companies.select_for_update(of=("self",)).order_by("pk"))


def _locked(payee_id: int) -> PayeeAccount:
    Beneficiary.objects.select_for_update().get(payee_accounts=payee_id)
    return PayeeAccount.objects.select_for_update().get(pk=payee_id)


def _decide(payee: PayeeAccount, status: PayeeStatus, *, by: Person, at: datetime) -> None:
    payee.status, payee.decided_at, payee.decided_by = status, at, by
    payee.save(
        update_fields=["status", "decided_at", "decided_by", "verification", "verification_note"]
    )


def _warn(code: str, payee: PayeeAccount, *, by: Person) -> None:
    """Tell the addresses known before and the one that the details came from."""
    company = payee.beneficiary
    owners = Project.objects.filter(beneficiary=company).exclude(owner_email="").order_by("pk")
    known = dict(owners.values_list("owner_email", "owner_name"))
    before = company.payee_accounts.filter(status=PayeeStatus.APPROVED, pk__lt=payee.pk).first()
    senders = {one.email: one.holder for one in (before, payee) if one is not None}
    for email, name in (senders | known).items():
        send_mail(
            code,
            to=Recipient(email, name or company.name),
            path=reverse("home"),
            key=str(payee.pk),
            company=company.name,
            account=masked_iban(payee.iban),
            operator=by.full_name,
        )
