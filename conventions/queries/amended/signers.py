"""Who signs an amendment to a cooperation convention (R62, R63)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from alize.common.database import alphabetical
from conventions.enums import AgreementStatus, SignerCapacity
from conventions.models import (
    AmendedSkills,
    Amendment,
    AmendmentMandate,
    CooperationConvention,
    Signer,
)
from conventions.queries import parties
from conventions.queries.amended.content import signed_amendments
from conventions.queries.parties import bodies
from conventions.rules import Capacity, Party
from conventions.rules.partnership import FIRST, LAST, Body, Mandate, Signatory
from partners.models import Partner


def signing(amendment: Amendment, *, on: date) -> tuple[Signatory, ...]:
    """The parties of the convention that are still there, plus those that join it (R62, R63).

    The presidency signs last, as it signs the convention (signature.md 6.2).
    """
    convention = amendment.supporting
    project, typed = convention.project, list(convention.signers.all())
    given = list(amendment.mandates.all())
    lending = bodies(_lenders(amendment).active_on(on), on=on)
    known = {body.partner_id for body in lending}
    president = next(iter(parties.presidents_on(on)), parties.no_president())
    listed = [
        (Capacity.OWNER, [_body(parties.owner(project))]),
        (Capacity.COMPANY, lending),
        (Capacity.FOLLOW_UP_LEAD, _leads(amendment, known, on=on)),
        (Capacity.PRESIDENT, [_body(president)]),
        (Capacity.OPERATOR, _operators(convention, on=on)),
    ]
    return tuple(
        Signatory(
            _as_given(_as_typed(body, capacity, typed), capacity, given),
            (capacity,),
            LAST if capacity == Capacity.PRESIDENT else FIRST,
            signs_operator_convention=False,
        )
        for capacity, found in listed
        for body in found
    )


def _lenders(amendment: Amendment):
    """The companies that have signed, and those that lend days from now on."""
    convention = amendment.supporting
    original = convention.signers.filter(capacity=SignerCapacity.COMPANY).values("partner")
    since = AmendedSkills.objects.filter(amendment__in=signed_amendments(convention))
    return Partner.objects.filter(
        pk__in={
            *original.values_list("partner", flat=True),
            *since.values_list("partner", flat=True),
            *amendment.skills.values_list("partner", flat=True),
        }
    ).order_by(alphabetical("name"))


def incoming_of(amendment: Amendment) -> set[int]:
    """The partners that an amendment brings in: they have signed nothing of the convention yet."""
    convention = amendment.supporting
    before = {
        *convention.signers.exclude(partner=None).values_list("partner", flat=True),
        *convention.amendments.filter(status=AgreementStatus.SIGNED).values_list(
            "incoming", flat=True
        ),
    }
    found = set(amendment.skills.values_list("partner", flat=True))
    if amendment.follow_up_partner_id is not None:
        found.add(amendment.follow_up_partner_id)
    return found - before


def _leads(amendment: Amendment, lending: set[int | None], *, on: date) -> list[Body]:
    """Who follows the company, and who will, unless their partner signs already."""
    project = amendment.supporting.project
    named = [
        (project.follow_up_partner, project.follow_up_lead),
        (amendment.follow_up_partner, amendment.follow_up_lead),
    ]
    found: dict[int | None, Body] = {}
    for partner, lead in named:
        body = parties.lead_of(partner, lead, on=on)
        if body and body.partner_id not in lending:
            found[body.partner_id] = body
    return list(found.values())


def _operators(convention: CooperationConvention, *, on: date) -> list[Body]:
    """They sign the annex of the advance, when there is one (R63)."""
    return list(parties.operators(on=on)) if convention.decision.amount else []


def _body(party: Party) -> Body:
    """A party whose right to sign is not kept with a partner: its mandate has no kind."""
    return Body(
        party.organisation,
        "",
        party.partner_id,
        person=party.name,
        function=party.function,
        email=party.email,
        mandate=_mandate(party),
    )


def _mandate(one: Party | Signer | AmendmentMandate) -> Mandate | None:
    """What is kept with no partner has no kind."""
    if not one.mandate:
        return None
    return Mandate("", one.mandate, one.mandate_since, one.mandate_until, one.mandate_sha256)


def _as_typed(body: Body, capacity: Capacity, typed: Iterable[Signer]) -> Body:
    """What the convention keeps of the same person, their mandate included, where nothing else is.

    Of whom a partner names, the mandate is the one that it keeps, or none.
    """
    is_kept = body.partner_id is not None and bool(body.person)
    for signer in typed:
        same = (signer.capacity, signer.organisation) == (capacity, body.name)
        if same and body.person in {"", signer.name}:
            return replace(
                body,
                person=signer.name,
                function=body.function or signer.function,
                email=body.email or signer.email,
                mandate=body.mandate or (None if is_kept else _mandate(signer)),
            )
    return body


def _as_given(body: Body, capacity: Capacity, given: Iterable[AmendmentMandate]) -> Body:
    """Who signs for no partner does so under the mandate that the amendment keeps, if it does."""
    for one in given:
        same = (one.capacity, one.organisation, one.name) == (capacity, body.name, body.person)
        if same and body.partner_id is None:
            return replace(body, mandate=_mandate(one))
    return body


def alone(amendment: Amendment, *, on: date) -> dict[int, Signatory]:
    """By rank, who signs for no partner nor for the committee: their mandate is kept with it."""
    if amendment.cooperation is None:
        return {}
    return {rank: one for rank, one in enumerate(signing(amendment, on=on)) if is_alone(one)}


def is_alone(one: Signatory) -> bool:
    """Whether somebody signs for no partner, and not as who presides."""
    return bool(one.body.person) and one.body.partner_id is None and not presides(one)


def presides(one: Signatory) -> bool:
    """Whether somebody signs as who presides over the committee."""
    return Capacity.PRESIDENT in one.capacities
