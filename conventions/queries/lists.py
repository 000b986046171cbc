"""The three lists of the page of conventions."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.screen import Badge, Tone
from basins.homes import Visitor
from committees.enums import APPROVALS
from committees.models import Decision
from conventions import permissions
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.queries.partnership import conventions_with_life, may_change, standing_badge
from projects.enums import ProjectStatus
from projects.queries.visibility import visible_to
from signatures.enums import SignerStatus
from signatures.models import CircuitSigner

_TONES: dict[str, Tone] = {
    AgreementStatus.DRAFT: "neutral",
    AgreementStatus.FROZEN: "attention",
    AgreementStatus.SIGNING: "attention",
    AgreementStatus.SIGNED: "done",
    AgreementStatus.CANCELLED: "quiet",
}


OUTRUN = Badge("À revoir", "late")
"""Frozen, and something has happened since that keeps it from being signed as it is."""


def status_badge(convention: CooperationConvention) -> Badge:
    """The status in words and colour."""
    if permissions.outrun(convention):
        return OUTRUN
    return Badge(convention.get_status_display(), _TONES[convention.status])


@dataclass(frozen=True)
class ConventionRow:
    """One cooperation convention of the list."""

    reference: str
    url: str
    company: str
    status: Badge
    signed: str
    since: date


def convention_rows(
    conventions: QuerySet[CooperationConvention], *, search: str = "", status: str = ""
) -> list[ConventionRow]:
    """The cooperation conventions, the last first, filtered; one query."""
    if search:
        conventions = conventions.filter(
            Q(reference__icontains=search) | Q(project__beneficiary__name__icontains=search)
        )
    if status:
        conventions = conventions.filter(status=status)
    return [
        ConventionRow(
            reference=convention.reference,
            url=basin_reverse("convention_detail", reference=convention.reference),
            company=convention.project.beneficiary.name,
            status=status_badge(convention),
            signed=f"{convention.signed}/{convention.total}",
            since=since(convention),
        )
        for convention in with_signatures(conventions).order_by("-created_at", "-pk")
    ]


def with_signatures(conventions: QuerySet[CooperationConvention]) -> QuerySet:
    """The conventions with how many sign them, `total`, and how many have, `signed`."""
    replaced = Q(circuit__signers__status=SignerStatus.REPLACED)
    given = Q(signers__signed_on__isnull=False)
    in_circuit = Q(circuit__signers__status=SignerStatus.SIGNED)
    return conventions.annotate(
        total=Greatest(
            Count("signers", distinct=True),
            Count("circuit__signers", filter=~replaced, distinct=True),
        ),
        signed=Greatest(
            Count("signers", filter=given, distinct=True),
            Count("circuit__signers", filter=in_circuit, distinct=True),
        ),
    )


def since(convention: CooperationConvention) -> date:
    """Since when a convention is in its status."""
    if convention.signed_on:
        return convention.signed_on
    launched = convention.circuit.launched_at if convention.circuit else None
    moment = convention.cancelled_at or launched or convention.frozen_at or convention.created_at
    return timezone.localdate(moment)


@dataclass(frozen=True)
class PartnershipRow:
    """One partnership convention of the basin, and when it must be renewed."""

    name: str
    url: str
    period: str
    signed: str
    partners: int
    status: Badge


def partnership_rows(*, on: date) -> list[PartnershipRow]:
    """The partnership conventions of the basin, the last first (R7, R84)."""
    counted = conventions_with_life().annotate(count=Count("partners"))
    return [
        PartnershipRow(
            name=str(convention),
            url=basin_reverse("partnership_detail", convention_id=convention.pk),
            period=f"{short_date(convention.starts_on)} – {short_date(convention.ends_on)}",
            signed=long_date(convention.signed_on) if convention.signed_on else "Non signée",
            partners=convention.count,
            status=standing_badge(convention, on=on),
        )
        for convention in counted.order_by("-starts_on", "-pk")
    ]


def lacking_texts(*, on: date) -> list[tuple[CooperationConvention | Agreement, CircuitSigner]]:
    """The agreements of which a signature was set aside, and whose it is.

    Those that an amendment may still make good.
    """
    lacking = {signer.circuit_id: signer for signer in CircuitSigner.objects.lacking()}
    if not lacking:
        return []
    signed = Q(status=AgreementStatus.SIGNED, circuit__in=lacking)
    operator = Q(status=AgreementStatus.SIGNED, operator_circuit__in=lacking)
    supporting = CooperationConvention.objects.select_related("project__beneficiary")
    texts: list[CooperationConvention | Agreement] = [
        *PartnershipConvention.objects.filter(signed | operator),
        *supporting.filter(signed),
        *Amendment.objects.filter(signed),
    ]
    return [
        (text, lacking[pk])
        for text in texts
        if may_change(text, on=on)
        for pk in _circuits(text)
        if pk in lacking
    ]


def _circuits(text: CooperationConvention | Agreement) -> list[int | None]:
    return [text.circuit_id, getattr(text, "operator_circuit_id", None)]


def decisions_waiting(visitor: Visitor) -> QuerySet[Decision]:
    """The approvals a person sees that have no convention under way, the oldest first (R60)."""
    live = CooperationConvention.objects.filter(decision=OuterRef("pk")).exclude(
        status=AgreementStatus.CANCELLED
    )
    return (
        Decision.objects.standing()
        .filter(
            outcome__in=APPROVALS,
            project__in=visible_to(visitor).filter(
                status__in=[ProjectStatus.APPROVED, ProjectStatus.APPROVED_CONDITIONS]
            ),
        )
        .filter(~Exists(live))
        .select_related("project__beneficiary")
        .order_by("decided_on", "pk")
    )
