"""Who the parties of a convention are, read from the decision, the partners and the basin."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from alize.accounts.models import Person
from basins.models import LocalOperator
from basins.tenancy import current
from committees.models import Decision, Proposal, Seat
from committees.queries.seats import presidents
from conventions.rules import Party, Signatory, signatories
from conventions.rules.partnership import Body, Mandate
from partners.models import Contact, Partner
from partners.queries import mandates_on
from projects.models import Project

PRESIDENCY = "Désignation à la présidence"
"""What lets the president sign, while they hold the presidency and their seat."""

NAMED_BY_COMMITTEE = "Désignation par le comité d'agrément"


def signatories_of(decision: Decision, *, on: date) -> tuple[Signatory, ...]:
    """The computed signers of a convention, names missing where nobody is known (R62, R63)."""
    project, proposal = decision.project, decision.proposal
    return signatories(
        owner=owner(project),
        companies=[_company(skill.partner, on) for skill in _skills(proposal)],
        follow_up=follow_up(project.follow_up_partner, project.follow_up_lead),
        president=next(iter(presidents_on(on)), no_president()),
        operators=operators(),
        has_advance=bool(decision.amount),
    )


def _skills(proposal: Proposal):
    return proposal.skills.select_related("partner").order_by("pk")


def owner(project: Project) -> Party:
    """Whoever runs the company."""
    return Party(
        organisation=project.beneficiary.name,
        name=project.owner_name,
        function=project.owner_function,
        email=project.owner_email,
        mandate="Représentant légal",
    )


def _company(partner: Partner, on: date) -> Party:
    """A company signs by the contact who holds a mandate on that day."""
    mandate = mandates_on([partner.pk], on=on).get(partner.pk)
    if mandate is None:
        return Party(organisation=partner.name, partner_id=partner.pk)
    signatory = mandate.contact
    return Party(
        organisation=partner.name,
        name=signatory.person.full_name,
        function=signatory.function,
        email=signatory.person.email,
        partner_id=partner.pk,
        mandate=mandate.get_kind_display(),
        mandate_until=mandate.ends_on,
        mandate_sha256=mandate.document.sha256 if mandate.document else "",
    )


def follow_up(
    partner: Partner | None, lead: Person | None, *, mandate: str = NAMED_BY_COMMITTEE
) -> Party | None:
    """The follow-up lead, for the partner they belong to, and what names them."""
    if partner is None or lead is None:
        return None
    contact = Contact.objects.filter(partner=partner, person=lead).first()
    return Party(
        organisation=partner.name,
        name=lead.full_name,
        function=contact.function if contact else "",
        email=lead.email,
        partner_id=partner.pk,
        mandate=mandate,
    )


def presidents_on(on: date) -> list[Party]:
    """Whoever holds the presidency in this basin on that day, each until their last seat ends."""
    return [_president(person, on) for person in presidents(on)]


def _president(person: Person, on: date) -> Party:
    begun = Seat.objects.of_person(person.pk).filter(starts_on__lte=on).select_related("partner")
    seat = begun.order_by(F("ends_on").desc(nulls_first=True)).first()
    return Party(
        organisation=_committee(),
        name=person.full_name,
        function=f"Présidence du comité, {seat.partner.name}" if seat else "Présidence du comité",
        email=person.email,
        mandate=PRESIDENCY,
        mandate_until=seat.ends_on if seat else None,
    )


def no_president() -> Party:
    """The committee, while nobody presides it."""
    return Party(organisation=_committee())


def _committee() -> str:
    return f"Comité d'agrément ALIZE {current().name}"


def operators() -> list[Party]:
    """The local operators of the basin; a representative may still be missing."""
    operators = LocalOperator.objects.filter(basin=current()).order_by("pk")
    return [
        Party(
            organisation=operator.name,
            name=operator.representative,
            mandate="Représentant de l'opérateur local",
        )
        for operator in operators
    ]


def bodies(listing: QuerySet[Partner], *, on: date) -> tuple[Body, ...]:
    """Partners with whoever signs for each of them on a day."""
    listed = list(listing.select_related("group"))
    held = mandates_on([partner.pk for partner in listed], on=on)
    return tuple(body_of(partner, held.get(partner.pk)) for partner in listed)


def body_of(partner: Partner, mandate: Any) -> Body:
    """A partner, with whoever signs for it under a mandate, if any."""
    group = partner.group.name if partner.group else ""
    if mandate is None:
        return Body(partner.name, partner.kind, partner.pk, group)
    return Body(
        partner.name,
        partner.kind,
        partner.pk,
        group,
        person=mandate.contact.person.full_name,
        function=mandate.contact.function,
        email=mandate.contact.person.email,
        mandate=Mandate(
            mandate.kind,
            mandate.get_kind_display(),
            mandate.starts_on,
            mandate.ends_on,
            mandate.document.sha256 if mandate.document else "",
        ),
    )
