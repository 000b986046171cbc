"""Who the parties of a convention are, read from the decision, the partners and the basin."""

from datetime import date

from django.db.models import F

from alize.accounts.models import Person
from basins.models import LocalOperator
from basins.tenancy import current
from committees.models import Decision, Proposal, Seat
from committees.queries.seats import presidents
from conventions.rules import Party, Signatory, signatories
from partners.models import Contact, Partner
from partners.queries import mandates_on
from projects.models import Project

PRESIDENCY = "Désignation à la présidence"
"""What lets the president sign, while they hold the presidency and their seat."""


def signatories_of(decision: Decision, *, on: date) -> tuple[Signatory, ...]:
    """The computed signers of a convention, names missing where nobody is known (R62, R63)."""
    project, proposal = decision.project, decision.proposal
    return signatories(
        owner=_owner(project),
        companies=[_company(skill.partner, on) for skill in _skills(proposal)],
        follow_up=_follow_up(project),
        president=next(iter(presidents_on(on)), Party(organisation=_committee())),
        operators=_operators(),
        has_advance=bool(decision.amount),
    )


def _skills(proposal: Proposal):
    return proposal.skills.select_related("partner").order_by("pk")


def _owner(project: Project) -> Party:
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


def _follow_up(project: Project) -> Party | None:
    """The follow-up lead, for the partner they belong to."""
    partner, lead = project.follow_up_partner, project.follow_up_lead
    if partner is None or lead is None:
        return None
    contact = Contact.objects.filter(partner=partner, person=lead).first()
    return Party(
        organisation=partner.name,
        name=lead.full_name,
        function=contact.function if contact else "",
        email=lead.email,
        partner_id=partner.pk,
        mandate="Désignation par le comité d'agrément",
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


def _committee() -> str:
    return f"Comité d'agrément ALIZE {current().name}"


def _operators() -> list[Party]:
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
