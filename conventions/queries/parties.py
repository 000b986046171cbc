"""Who the parties of a convention are, read from the decision, the partners and the basin."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from alize.accounts.models import Person
from basins.models import LocalOperator
from basins.tenancy import current
from committees.models import Decision, Seat
from committees.queries.seats import presidents
from conventions.enums import PRESIDENCY, PartnershipCapacity
from conventions.rules import Party, Signatory, signatories
from conventions.rules.cooperation import binds_by_law
from conventions.rules.partnership import Body, Mandate
from partners.enums import MandateKind
from partners.models import Contact, Partner
from partners.queries import mandates_by_name, mandates_on
from projects.models import Project


def signatories_of(decision: Decision, *, on: date) -> tuple[Signatory, ...]:
    """The computed signers of a convention, names missing where nobody is known (R62, R63)."""
    project = decision.project
    lent = decision.proposal.skills.select_related("partner__group").order_by("pk")
    lead = lead_of(project.follow_up_partner, project.follow_up_lead, on=on)
    return signatories(
        owner=owner(project),
        companies=[_party(one) for one in _bodies([skill.partner for skill in lent], on=on)],
        follow_up=_party(lead) if lead else None,
        president=next(iter(presidents_on(on)), no_president()),
        operators=[_party(one) for one in operators(on=on)],
        has_advance=bool(decision.amount),
    )


def owner(project: Project) -> Party:
    """Whoever runs the company; an office that binds it by law is all the mandate they need."""
    return Party(
        organisation=project.beneficiary.name,
        name=project.owner_name,
        function=project.owner_function,
        email=project.owner_email,
        mandate=office_mandate(project.owner_function),
    )


def office_mandate(function: str) -> str:
    """The mandate of who runs a company, when their office binds it by law."""
    return MandateKind.STATUTORY.label if binds_by_law(function) else ""


def _party(body: Body) -> Party:
    """A partner, or an operator, under the mandate that is kept for whoever signs for it."""
    mandate = body.mandate
    return Party(
        organisation=body.name,
        name=body.person,
        function=body.function,
        email=body.email,
        partner_id=body.partner_id,
        mandate=mandate.label if mandate else "",
        mandate_since=mandate.starts_on if mandate else None,
        mandate_until=mandate.ends_on if mandate else None,
        mandate_sha256=mandate.document_sha256 if mandate else "",
    )


def lead_of(partner: Partner | None, lead: Person | None, *, on: date) -> Body | None:
    """The follow-up lead, for the partner they belong to, under the mandate they hold for it.

    Following a company does not let somebody bind their own structure.
    """
    if partner is None or lead is None:
        return None
    mandate = mandates_by_name([partner.pk], on=on).get((partner.pk, lead.full_name))
    if mandate is not None:
        return body_of(partner, mandate)
    contact = Contact.objects.filter(partner=partner, person=lead).first()
    return replace(
        body_of(partner, None),
        person=lead.full_name,
        function=contact.function if contact else "",
        email=lead.email,
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


def local_operators() -> list[LocalOperator]:
    """The local operators of the basin (R38, R44)."""
    return list(LocalOperator.objects.filter(basin=current()).order_by("pk"))


def operators(*, on: date) -> tuple[Body, ...]:
    """The same with who signs for each: kept where it is a partner, of the same SIREN or name."""
    known = list(Partner.objects.active_on(on).select_related("group"))
    found = [(one, _partner_of(one, known)) for one in local_operators()]
    held = mandates_on([partner.pk for _, partner in found if partner], on=on)
    return tuple(
        replace(
            body_of(partner, held.get(partner.pk)),
            name=one.name,
            kind=PartnershipCapacity.OPERATOR,
            seat=one.address,
        )
        if partner
        else Body(
            one.name,
            PartnershipCapacity.OPERATOR,
            person=one.representative,
            function=one.representative_function,
            email=one.representative_email,
            seat=one.address,
        )
        for one, partner in found
    )


def _partner_of(operator: LocalOperator, known: list[Partner]) -> Partner | None:
    """A name is the same whatever its case and the marks of its apostrophes."""
    for partner in known:
        if operator.siren and partner.siren == operator.siren:
            return partner
    same = (partner for partner in known if _plain(partner.name) == _plain(operator.name))
    return next(same, None)


def _plain(name: str) -> str:
    return " ".join(name.replace("\u2019", "'").casefold().split())


def bodies(listing: QuerySet[Partner], *, on: date) -> tuple[Body, ...]:
    """Partners with whoever signs for each of them on a day."""
    return tuple(_bodies(listing.select_related("group"), on=on))


def _bodies(partners: Iterable[Partner], *, on: date) -> Iterator[Body]:
    listed = list(partners)
    held = mandates_on([partner.pk for partner in listed], on=on)
    return (body_of(partner, held.get(partner.pk)) for partner in listed)


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
