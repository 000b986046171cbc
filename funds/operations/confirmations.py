"""A partner is asked to confirm the means of its year, by a link, until it answers (M20, O8)."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import of
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins import links, tenancy
from basins.enums import LinkPurpose, Role
from basins.models import SingleUseLink
from basins.queries import reachable
from funds.confirmations import permissions
from funds.enums import ConfirmationOutcome
from funds.models import ConfirmationAnswer, ConfirmationRequest
from funds.queries.confirmations import (
    PartnerYear,
    contacts_to_ask,
    partner_year,
    partner_years,
)
from funds.rules.confirmations import REMINDERS, as_facts, fingerprint
from partners.models import Contact, Partner

LINK_VALID = timedelta(days=30)
ASKED_AT = time(8)


@transaction.atomic
def ask_confirmation(
    *, partner_id: int, year: int, contact_id: int, by: Person, at: datetime
) -> ConfirmationRequest:
    """Write to a contact of a partner, with a link that opens its year without an account.

    :raises ActionDenied: it is asked already, it has confirmed, or there is nothing to confirm.
    :raises InvalidInput: this person does not speak for the partner.
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    permissions.ask(partner_year(partner, year), on=timezone.localdate(at))
    contact = Contact.objects.filter(pk=contact_id, partner=partner, is_active=True).first()
    if contact is None:
        raise InvalidInput(f"Choisissez une personne en activité chez {partner}.", field="contact")
    request, _ = ConfirmationRequest.objects.update_or_create(
        partner=partner,
        year=year,
        defaults={"contact": contact, "asked_at": at, "asked_by": by},
    )
    _send_link(request, at=at)
    day = timezone.localdate(at)
    for days in REMINDERS:
        due_at = timezone.make_aware(datetime.combine(day + timedelta(days=days), ASKED_AT))
        enqueue(
            "funds.remind_confirmation",
            key=f"{request.pk}:{at.isoformat()}:{days}",
            due_at=due_at,
            request_id=request.pk,
            asked_at=at.isoformat(),
        )
    audit.record("confirmation.asked", target=request, by=by, at=at, contact=contact.pk, year=year)
    return request


@transaction.atomic
def ask_everybody(*, year: int, by: Person, at: datetime) -> int:
    """Ask all the partners that may be asked and have somebody to ask; returns how many."""
    chosen = to_ask(year=year, at=at)
    # All of them first: once one is recorded, the journal of the basin is held.
    ids = [about.partner.pk for about, _ in chosen]
    list(Partner.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    asked = ConfirmationRequest.objects.filter(partner__in=ids, year=year).order_by("pk")
    list(asked.select_for_update().values_list("pk"))
    for about, contact in chosen:
        ask_confirmation(
            partner_id=about.partner.pk, year=year, contact_id=contact.pk, by=by, at=at
        )
    return len(chosen)


def to_ask(*, year: int, at: datetime) -> list[tuple[PartnerYear, Contact]]:
    """Who would be asked of a year now, and through whom."""
    on = timezone.localdate(at)
    open_ones = [
        about for about in partner_years(years=(year,)) if permissions.ask.allows(about, on=on)
    ]
    people = contacts_to_ask([about.partner.pk for about in open_ones])
    return [(about, people[about.partner.pk]) for about in open_ones if about.partner.pk in people]


@transaction.atomic
def remind_confirmation(*, request_id: int, by: Person | None, at: datetime) -> ConfirmationRequest:
    """Write again, with a link of its own.

    :raises ActionDenied: the answer has come, or a link has just left.
    """
    request, about = _locked(request_id)
    permissions.remind(about)
    person = request.contact.person
    if links.has_just_left(LinkPurpose.CONTRIBUTIONS, request.pk, person.email, at=at):
        raise ActionDenied(
            f"Un courriel vient de partir à {person} : laissez-lui cinq minutes avant de relancer."
        )
    _send_link(request, at=at)
    audit.record("confirmation.reminded", target=request, by=by, at=at)
    return request


@transaction.atomic
def renew_confirmation_link(*, link: SingleUseLink, at: datetime) -> bool:
    """Send a new link to the address of the first; returns whether one left.

    :raises ActionDenied: no answer is expected of this person any more.
    """
    request, about = _locked(link.target_id)
    permissions.answer(about, link)
    if links.was_issued_lately(link, at=at):
        return False
    _send_link(request, at=at)
    audit.record("confirmation.link_renewed", target=request, at=at)
    return True


@transaction.atomic
def answer_confirmation(
    *, link: SingleUseLink, outcome: ConfirmationOutcome, reason: str, seen: str, at: datetime
) -> ConfirmationAnswer:
    """Keep what a partner says of the figures it was shown; `seen` is their fingerprint.

    :raises ActionDenied: it was answered meanwhile, or is asked of somebody else.
    :raises InvalidInput: the figures have changed since they were shown, or no reason is given.
    """
    request, about = _locked(link.target_id)
    links.use(link, at=at)
    permissions.answer(about, link)
    disputed = outcome == ConfirmationOutcome.DISPUTED
    if disputed and not reason.strip():
        raise InvalidInput("Dites ce qui n'est pas juste.", field="reason")
    if seen != fingerprint(about.lines):
        raise InvalidInput("Les montants viennent de changer : relisez-les avant de répondre.")
    person = request.contact.person
    answer = ConfirmationAnswer.objects.create(
        request=request,
        outcome=outcome,
        reason=reason.strip() if disputed else "",
        figures=as_facts(about.lines),
        name=person.full_name,
        email=person.email,
        answered_at=at,
    )
    if disputed:
        _tell_disputed(request, answer, at=at)
    audit.record(
        "confirmation.answered",
        target=request,
        at=at,
        outcome=str(outcome),
        link=link.pk,
        seen=seen,
    )
    return answer


def _tell_disputed(
    request: ConfirmationRequest, answer: ConfirmationAnswer, *, at: datetime
) -> None:
    """The operator corrects, then asks again (M48); what is wrong is read on the page."""
    path = basin_reverse("confirmation_detail", year=request.year, partner_id=request.partner_id)
    for person in reachable(Role.OPERATOR, on=timezone.localdate(at)):
        send_mail(
            "M48",
            to=Recipient.of(person),
            path=path,
            key=f"{answer.pk}",
            partner=request.partner.name,
            of_partner=of(request.partner.name),
            year=request.year,
            who=answer.name,
        )


def _locked(request_id: int) -> tuple[ConfirmationRequest, PartnerYear]:
    """The request, held until the end of the transaction, and its year as it stands."""
    request = (
        ConfirmationRequest.objects.select_for_update(of=("self",))
        .select_related("partner", "contact__person")
        .get(pk=request_id)
    )
    return request, partner_year(request.partner, request.year)


def _send_link(request: ConfirmationRequest, *, at: datetime) -> None:
    person = request.contact.person
    token = links.issue(
        basin=tenancy.current(),
        purpose=LinkPurpose.CONTRIBUTIONS,
        target_id=request.pk,
        email=person.email,
        at=at,
        valid=LINK_VALID,
    )
    send_mail(
        "M20",
        to=Recipient.of(person),
        path=reverse("contribution_confirm", kwargs={"token": token}),
        key=f"{request.pk}:{at.isoformat()}",
        year=request.year,
        partner=of(request.partner.name),
        until=short_date(timezone.localdate(at + LINK_VALID)),
    )
