"""The signature of all: a circuit, then the project is labelled and its advance may be paid."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any, cast

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.documents.models import GeneratedDocument
from alize.outbox.operations import enqueue
from conventions import permissions
from conventions.documents import TITLE, what_is_signed
from conventions.enums import AgreementStatus, SignerCapacity
from conventions.models import CooperationConvention, Signer
from conventions.operations.agreements import give_up_circuits, kept, text_of
from conventions.operations.preparing import locked
from conventions.operations.settling import make_good
from conventions.queries.mandates import signers_on
from funds.enums import AdvanceStatus
from funds.models import Advance
from funds.operations import add_precondition, contract_advance
from funds.permissions import lifting_days
from projects import operations as projects
from signatures import operations as signatures
from signatures.enums import SignerStatus
from signatures.models import Circuit, CircuitSigner
from signatures.operations import Mandate, SignerFacts

EFFECT = "conventions.signed"
EFFECT_AT = time(6)
STARTED_AGAIN = "La signature de ce document recommence ; un nouveau lien est envoyé à chacun."
FIRST, LAST = 1, 2
"""Everybody in parallel, then the presidency (R60, signature.md 6.2)."""


@transaction.atomic
def launch(
    *,
    convention_id: int,
    expires_on: date,
    paper: Collection[int] = (),
    orders: Mapping[int, int] | None = None,
    message: str = "",
    by: Person,
    at: datetime,
) -> CooperationConvention:
    """Lancer la signature : each signer receives a link, `paper` are those who sign on paper.

    `orders` says who signs after whom, by signer: the presidency last where it says nothing.

    :raises ActionDenied: the document is not made, it is being signed, or a condition is left.
    :raises InvalidInput: somebody cannot sign, with the list of them.
    """
    convention = locked(convention_id)
    permissions.launch(convention)
    give_up_circuits(convention, reason=STARTED_AGAIN, by=by, at=at)
    convention.circuit = signatures.launch(
        document=kept(convention.document),
        title=TITLE,
        summary=what_is_signed(convention),
        signers=[
            _facts(signer, paper, orders or {})
            for signer in signers_on(convention, on=timezone.localdate(at))
        ],
        expires_on=expires_on,
        effect=EFFECT,
        text=text_of(cast(dict[str, Any], convention.snapshot)),
        message=message,
        by=by,
        at=at,
    )
    convention.status = AgreementStatus.SIGNING
    convention.save(update_fields=["status", "circuit"])
    audit.record(
        "convention.launched", target=convention, by=by, at=at, circuit=convention.circuit.pk
    )
    return convention


def order_of(signer: Signer) -> int:
    """The rank proposed for a signer: everybody in parallel, then the presidency (R60)."""
    return LAST if signer.capacity == SignerCapacity.PRESIDENT else FIRST


def _facts(signer: Signer, paper: Collection[int], orders: Mapping[int, int]) -> SignerFacts:
    mandate = (
        Mandate(signer.mandate, signer.mandate_sha256, signer.mandate_since, signer.mandate_until)
        if signer.mandate
        else None
    )
    what = "" if signer.signs_convention else " (annexe de l'avance)"
    return SignerFacts(
        name=signer.name,
        function=signer.function,
        organisation=signer.organisation,
        email=signer.email,
        capacity=signer.get_capacity_display() + what,
        order=orders.get(signer.pk, order_of(signer)),
        paper=signer.pk in paper,
        mandate=mandate,
    )


@transaction.atomic
def conclude(*, convention_id: int, by: Person, at: datetime) -> CooperationConvention:
    """Everybody has signed and the document is sealed: the convention takes effect (R60, R63).

    From its day on, from the last signature or from the day the last suspensive condition was
    lifted when those came later. Asked twice, it is done once.

    :raises ActionDenied: somebody has not signed, its day has not come, or a suspensive condition
        is left.
    """
    convention = locked(convention_id)
    if convention.status == AgreementStatus.SIGNED:
        return convention
    permissions.conclude(convention, timezone.localdate(at))
    advance = Advance.objects.select_for_update().filter(decision=convention.decision_id).first()
    projects.held([convention.project_id])
    make_good(convention, by=by, at=at)
    circuit = cast(Circuit, convention.circuit)
    signed_on = _copy_signatures(convention, circuit)
    lifted = lifting_days(convention.decision_id)
    effect_on = max(convention.starts_on, signed_on, *lifted)
    convention.status, convention.signed_on = AgreementStatus.SIGNED, signed_on
    convention.recorded_at, convention.recorded_by = at, by
    convention.save(update_fields=["status", "signed_on", "recorded_at", "recorded_by"])
    if advance is not None:
        contract_advance(advance_id=advance.pk, on=effect_on, by=by, at=at)
    projects.label(project_id=convention.project_id, on=effect_on, by=by, at=at)
    audit.record(
        "convention.signed",
        target=convention,
        by=by,
        at=at,
        on=signed_on.isoformat(),
        sealed=cast(GeneratedDocument, circuit.sealed_document).sha256,
    )
    return convention


@transaction.atomic
def hold_payments(*, signer_id: int, at: datetime) -> None:
    """Pay nothing of an advance while a signature that lets it be paid is contested; once.

    It is one of the conditions of the advance: met when the signature is confirmed or made good.
    """
    signer = CircuitSigner.objects.select_related("circuit__document").get(pk=signer_id)
    signed = Q(circuit=signer.circuit_id) | Q(amendments__circuit=signer.circuit_id)
    convention = CooperationConvention.objects.filter(signed).first()
    if convention is None:
        return
    advances = Advance.objects.exclude(status=AdvanceStatus.CANCELLED)
    advance = advances.filter(decision_id=convention.decision_id).first()
    if advance is not None:
        label = f"Signature de {signer.circuit.document.reference} contestée par {signer.name}"
        add_precondition(
            advance_id=advance.pk,
            label=label[:160],
            due_on=None,
            contested=signer,
            by=None,
            at=at,
        )


def wait_for_effect(convention: CooperationConvention) -> None:
    """Give its effect to what all have signed on the day that it says (R60)."""
    starts_at = datetime.combine(convention.starts_on, EFFECT_AT)
    enqueue(
        EFFECT,
        key=f"{convention.circuit_id}:{convention.starts_on.isoformat()}",
        due_at=timezone.make_aware(starts_at),
        circuit_id=convention.circuit_id,
    )


def _copy_signatures(convention: CooperationConvention, circuit: Circuit) -> date:
    """Write on each signer the day they, or their delegate, signed; give the last day."""
    days: dict[int, date] = {}
    for line in circuit.signers.filter(status=SignerStatus.SIGNED):
        first = line
        while first.replaces is not None:
            first = first.replaces
        days[first.rank] = cast(date, line.signed_on)
    for rank, signer in enumerate(convention.signers.all(), start=1):
        signer.signed_on = days[rank]
        signer.save(update_fields=["signed_on"])
    return max(days.values())
