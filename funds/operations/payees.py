"""Bank details of companies: proposed by one, approved by another, paid two days later (T11)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.addresses import basin_reverse
from alize.common.dates import add_months, short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.operations import Recipient, send_mail
from basins.enums import Role
from basins.queries import reachable
from funds.bank.identifiers import masked_iban
from funds.enums import PayeeStatus, Verification
from funds.models import PayeeAccount
from funds.operations.details import read_details
from funds.permissions import transfers as permissions
from funds.queries import transfers as queries
from funds.queries.numbers import our_numbers
from projects.models import Beneficiary, Project
from projects.queries.visibility import not_withdrawn

OLDEST_MONTHS = 12
"""How long ago bank details may have come: beyond, a date is a typing error, or they are stale."""


def propose_payee(
    *,
    beneficiary_id: int,
    holder: str,
    iban: str,
    bic: str,
    received_on: date,
    called: str,
    called_number: str,
    called_on: date,
    email: str,
    by: Person,
    at: datetime,
    command_key: UUID,
    number_source: str = "",
) -> PayeeAccount:
    """Propose the bank details of a company, after calling it back; nobody is paid there yet.

    A number that no file of the company holds says where it was found.

    Whoever sent them and whoever was known before are told (M70); so are the two persons of each
    payment that it stops (M89, S38).

    :raises ActionDenied: others wait already, or `by` has withdrawn from a file of the company.
    :raises InvalidInput: the IBAN, the BIC or the name would be refused by a bank, the account is
        one of the fund, or the call-back is no such one.
    :raises AlreadyUsed: the form was sent before with another content.
    """
    call: dict[str, Any] = {
        "received_on": received_on,
        "called": called,
        "called_number": called_number,
        "number_source": number_source,
        "called_on": called_on,
        "email": email,
    }

    def act() -> PayeeAccount:
        company = Beneficiary.objects.select_for_update().get(pk=beneficiary_id)
        permissions.handle_payee(company, by, timezone.localdate(at))
        if queries.waiting_payee(company.pk) is not None:
            raise ActionDenied("Des coordonnées de cette entreprise attendent déjà une décision.")
        _check_call(
            company,
            number=called_number,
            source=number_source,
            received_on=received_on,
            called_on=called_on,
            today=timezone.localdate(at),
        )
        details = read_details(holder=holder, iban=iban, bic=bic)
        _check_not_ours(details.iban)
        payee = PayeeAccount.objects.create(
            beneficiary=company, **vars(details), **call, proposed_at=at, proposed_by=by
        )
        _warn("M70", payee, by=by)
        _tell_stopped(payee, by=by, at=at)
        audit.record("payee.proposed", target=payee, by=by, at=at)
        return payee

    asked = {
        "act": "payee",
        "company": beneficiary_id,
        "holder": holder,
        "iban": iban,
        "bic": bic,
        **call,
    }
    return made_once(PayeeAccount, command_key, payload=asked, by=by, at=at, act=act)


def _check_call(
    company: Beneficiary,
    *,
    number: str,
    source: str,
    received_on: date,
    called_on: date,
    today: date,
) -> None:
    """:raises InvalidInput: the call came before the details, or reached nobody known before."""
    for field, day in (("received_on", received_on), ("called_on", called_on)):
        if day > today:
            raise InvalidInput("Cette date n'est pas encore passée.", field=field)
    if received_on < add_months(today, -OLDEST_MONTHS):
        raise InvalidInput(
            "Ce RIB a plus d'un an : demandez-en un récent à l'entreprise.", field="received_on"
        )
    if called_on < received_on:
        raise InvalidInput(
            f"Le RIB a été reçu le {short_date(received_on)} : l'entreprise se rappelle ensuite, "
            "pour le confirmer.",
            field="called_on",
        )
    if not source.strip() and not queries.is_known_number(company.pk, number):
        raise InvalidInput(
            "Ce numéro n'est pas dans les dossiers de l'entreprise : dites où vous l'avez trouvé, "
            "ailleurs que dans le message qui apporte ce RIB.",
            field="number_source",
        )


def _check_not_ours(iban: str) -> None:
    """:raises InvalidInput: the account is one of the fund."""
    if our_numbers().filter(iban=iban).exists():
        raise InvalidInput(
            "Cet IBAN est celui d'un compte du fonds : une avance ne s'y verse pas.", field="iban"
        )


@transaction.atomic
def approve_payee(
    *, payee_id: int, verification: Verification, note: str = "", by: Person, at: datetime
) -> PayeeAccount:
    """Approve bank details, with what the bank answered on their holder; twice, it is once.

    Whoever sent them and whoever was known before have two days to object (M71).

    :raises ActionDenied: they are decided already, `by` proposed them or has withdrawn (SD5).
    :raises InvalidInput: the bank knows another name there and no reason is given.
    """
    payee = _locked(payee_id)
    if payee.status == PayeeStatus.APPROVED and payee.decided_by_id == by.pk:
        return payee
    permissions.handle_payee(payee.beneficiary, by, timezone.localdate(at))
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

    :raises ActionDenied: they are decided already, `by` proposed them or has withdrawn (SD5).
    """
    payee = _locked(payee_id)
    if payee.status == PayeeStatus.REFUSED and payee.decided_by_id == by.pk:
        return payee
    permissions.handle_payee(payee.beneficiary, by, timezone.localdate(at))
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


def _tell_stopped(payee: PayeeAccount, *, by: Person, at: datetime) -> None:
    """Tell who prepared and who released each payment that new bank details stop.

    Whoever may release it, of one that waits; nobody who withdrew from its file (SD5). The first
    details of a company stop nothing.
    """
    if queries.approved_payee(payee.beneficiary_id) is None:
        return
    today = timezone.localdate(at)
    may_release = reachable(Role.FINANCE, on=today)
    for order in queries.stopped_by_details(payee.beneficiary_id, on=today):
        seconds = [order.released_by] if order.released_by else may_release
        people = not_withdrawn([order.prepared_by, *seconds], order.advance.project_id, on=today)
        told = {one.email: one for one in people if one.email}
        reference = order.advance.reference
        for person in told.values():
            send_mail(
                "M89",
                to=Recipient.of(person),
                path=basin_reverse("advance_detail", reference=reference),
                key=f"{order.pk}-{payee.pk}",
                company=payee.beneficiary.name,
                person=by.full_name,
                reference=reference,
                released="oui" if order.released_by else "",
            )
