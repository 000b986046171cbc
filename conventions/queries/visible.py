"""Which conventions a person may see (security.md 2.2)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.screen import Link
from alize.documents.models import GeneratedDocument
from basins.access import MATRIX, allows
from basins.enums import Role
from basins.homes import Visitor, visitor_of
from committees.models import Seat
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.queries.mandates import (
    delegates_of,
    frozen_lines,
    lapsed_lines,
    lapsed_signers,
    renewed_lines,
    renewed_signers,
)
from conventions.queries.voiding import voids_to_decide
from projects.queries.visibility import EVERYTHING, visible_to
from signatures import rules
from signatures.models import Circuit, CircuitSigner

PARTIAL = frozenset({Role.NATIONAL_STAFF, Role.PREFECTURE})
"""They read the page of a convention, not its text nor its signed copy."""
OF_SOME = frozenset({Role.PRESIDENT, Role.MEMBER, Role.PREFECTURE})
"""The presidency signs them all; the others read some of them only."""


def conventions_visible_to(visitor: Visitor) -> QuerySet[CooperationConvention]:
    """Those of the files a person sees: nobody who has withdrawn from one reads its own (SD5).

    Who signs reads whatever the vote (2.2): the presidency all; a member those that their company
    signs, that they follow up, or that they decide to give up in place of the presidency. The
    prefecture sees those that are signed.
    """
    conventions = CooperationConvention.objects.select_related(
        "project__beneficiary", "document", "circuit__sealed_document"
    )
    person, readers = visitor.person, visitor.roles & MATRIX["convention.read"]
    if Role.PRESIDENT in readers:
        return conventions
    seen = Q(pk=None)
    if readers - OF_SOME:
        seen |= Q(project__in=visible_to(visitor).values("pk"))
    if Role.MEMBER in readers:
        own = Seat.objects.of_person(person.pk).values("partner_id")
        joined = Q(amendments__incoming__in=own, amendments__status=AgreementStatus.SIGNED)
        seen |= Q(signers__partner__in=own) | Q(project__follow_up_lead=person) | joined
        deciding = voids_to_decide(person, on=visitor.on)
        seen |= Q(pk__in=[one.pk for one in deciding])
    if Role.PREFECTURE in readers:
        hidden = _hidden_from(person, visitor.on)
        seen |= Q(status=AgreementStatus.SIGNED) & ~Q(pk__in=hidden.values("pk"))
    return conventions.filter(seen).distinct()


def convention_page(pk: str) -> Link | None:
    """Where the page of a convention is."""
    reference = (
        CooperationConvention.objects.filter(pk=pk).values_list("reference", flat=True).first()
    )
    if reference is None:
        return None
    return Link(reference, basin_reverse("convention_detail", reference=reference))


def conventions_hidden_from(person: Person, on: date) -> list[str]:
    """The conventions of the files from which a person has withdrawn (SD5)."""
    return [str(pk) for pk in _hidden_from(person, on).values_list("pk", flat=True)]


def amendments_hidden_from(person: Person, on: date) -> list[str]:
    """The amendments of these conventions; those of a partnership are about no file."""
    hidden = Amendment.objects.filter(cooperation__in=_hidden_from(person, on))
    return [str(pk) for pk in hidden.values_list("pk", flat=True)]


def _hidden_from(person: Person, on: date) -> QuerySet[CooperationConvention]:
    seen = visible_to(Visitor(person, EVERYTHING, on)).values("pk")
    return CooperationConvention.objects.exclude(project__in=seen)


def reads_text(roles: frozenset[Role]) -> bool:
    """Whether somebody with these roles reads the text of the conventions they see."""
    return bool(roles & MATRIX["convention.read"] - PARTIAL)


def is_document_readable(request: Any, document: GeneratedDocument) -> bool:
    """Whoever sees a convention reads its document, unless they see its page only."""
    conventions = conventions_visible_to(visitor_of(request))
    return reads_text(request.roles) and conventions.filter(pk=document.target_id).exists()


def amendments_visible_to(visitor: Visitor) -> QuerySet[Amendment]:
    """Those of the partnership, and those of the cooperation conventions that a person sees.

    Whoever sees the signed conventions only sees their signed amendments only.
    """
    known = Amendment.objects.select_related(
        "convention",
        "cooperation__project__beneficiary",
        "cooperation__decision",
        "document",
        "circuit__sealed_document",
        "schedule__decision",
        "schedule__advance",
    )
    conventions = conventions_visible_to(visitor).order_by().values("pk")
    supporting = Q(cooperation__in=conventions)
    if visitor.roles & MATRIX["convention.read"] == {Role.PREFECTURE}:
        supporting &= Q(status=AgreementStatus.SIGNED)
    return known.filter(Q(convention__isnull=False) | supporting)


def is_amendment_readable(request: Any, document: GeneratedDocument) -> bool:
    """Partners read all of the founding texts; the others follow the convention they amend."""
    seen = amendments_visible_to(visitor_of(request)).filter(pk=document.target_id).first()
    if seen is None:
        return False
    founding = seen.convention is not None and allows(request.roles, "convention.read")
    return founding or reads_text(request.roles)


def is_agreement_readable(request: Any, document: GeneratedDocument) -> bool:
    """Whoever reads the conventions of the basin reads its founding texts; partners all."""
    return allows(request.roles, "convention.read")


def partnership_page(pk: str) -> Link | None:
    """Where the page of a partnership convention is."""
    convention = PartnershipConvention.objects.filter(pk=pk).first()
    if convention is None:
        return None
    return Link(str(convention), basin_reverse("partnership_detail", convention_id=convention.pk))


def amendment_page(pk: str) -> Link | None:
    """Where the page of an amendment is."""
    amendment = Amendment.objects.filter(pk=pk).first()
    if amendment is None:
        return None
    return Link(str(amendment), basin_reverse("amendment_detail", amendment_id=amendment.pk))


def lapsed(circuit: Circuit, signers: Collection[CircuitSigner], on: date) -> set[int]:
    """Which signers of a text of this room have lost, on a day, what lets them sign it."""
    pk = circuit.document.target_id
    match circuit.document.target_type:
        case "conventions.cooperationconvention":
            convention = CooperationConvention.objects.get(pk=pk)
            return lapsed_signers(convention, signers, on=on)
        case "conventions.partnershipconvention":
            return lapsed_lines(PartnershipConvention.objects.get(pk=pk), signers, on=on)
    return lapsed_lines(Amendment.objects.get(pk=pk), signers, on=on)


def renewed(
    circuit: Circuit, signers: Collection[CircuitSigner], on: date
) -> dict[int, rules.Mandate]:
    """Under which mandate of a day each signer of a text of this room would sign it."""
    pk = circuit.document.target_id
    match circuit.document.target_type:
        case "conventions.cooperationconvention":
            convention = CooperationConvention.objects.get(pk=pk)
            return renewed_signers(convention, signers, on=on)
        case "conventions.partnershipconvention":
            return renewed_lines(PartnershipConvention.objects.get(pk=pk), signers, on=on)
    return renewed_lines(Amendment.objects.get(pk=pk), signers, on=on)


def delegates(signer: CircuitSigner, on: date) -> list[rules.Delegate]:
    """Who else holds a mandate, on a day, for the partner that a signer signs for (P4)."""
    pk = signer.circuit.document.target_id
    match signer.circuit.document.target_type:
        case "conventions.cooperationconvention":
            signers = CooperationConvention.objects.get(pk=pk).signers
            lines: list[Any] = list(signers.values("organisation", "partner"))
        case "conventions.partnershipconvention":
            lines = frozen_lines(PartnershipConvention.objects.get(pk=pk))
        case _:
            lines = frozen_lines(Amendment.objects.get(pk=pk))
    own = {line["partner"] for line in lines if line["organisation"] == signer.organisation}
    return [one for partner in own if partner for one in delegates_of(partner, on=on)]


def partnership_deadline(pk: str) -> date | None:
    """The term of the convention itself."""
    known = PartnershipConvention.objects.filter(pk=pk)
    return known.values_list("ends_on", flat=True).first()


def amendment_deadline(pk: str) -> date | None:
    """The term of a founding convention; what changes a support may be signed after its own."""
    amended = Amendment.objects.filter(pk=pk, convention__isnull=False)
    return amended.values_list("convention__ends_on", flat=True).first()
