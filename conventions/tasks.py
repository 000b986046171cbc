"""Work done after a convention is frozen, and after all have signed it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from alize.accounts.models import Person
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_document, lay_out
from alize.drafting.documents import TEMPLATE
from alize.outbox.handlers import handler
from alize.seals.queries import is_spent
from basins import tenancy
from basins.rounds import daily
from conventions import operations, permissions
from conventions.documents import KIND, TITLE, layout
from conventions.documents import agreements as documents
from conventions.documents import partnership as partnership_documents
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.operations import amendments, partnership
from conventions.operations.signing import EFFECT, wait_for_effect
from conventions.permissions import partnership as partnership_permissions
from conventions.queries.partnership import (
    amendment_reference_of,
    operator_reference_of,
    reference_of,
)


@handler("conventions.render")
def render(*, at: datetime, convention_id: int, by_id: int) -> None:
    """Lay out the frozen words of a convention, once."""
    convention = CooperationConvention.objects.select_for_update().get(pk=convention_id)
    if convention.document_id or convention.status != AgreementStatus.FROZEN:
        return
    convention.document = issue_document(
        kind=KIND,
        reference=convention.reference,
        title=TITLE,
        template=TEMPLATE,
        context=layout(convention.snapshot),
        as_of=timezone.localdate(convention.frozen_at),
        target=convention,
        by=Person.objects.get(pk=by_id),
        at=at,
        anew=is_spent(KIND, convention.reference),
    )
    convention.save(update_fields=["document"])


@handler("conventions.withdrawn")
def withdrawn(*, at: datetime, project_id: int, by_id: int) -> None:
    """Nobody signs any more for a company that gave up."""
    by = Person.objects.get(pk=by_id)
    operations.cancel_withdrawn(project_id=project_id, by=by, at=at)


@handler(EFFECT)
def signed(*, at: datetime, circuit_id: int) -> None:
    """Give its effect to a convention that all have signed, on its day.

    One that may not take it waits for its page; one that is signed again, for its new circuit.
    """
    known = CooperationConvention.objects.select_related("circuit__launched_by")
    convention, today = known.filter(circuit_id=circuit_id).first(), timezone.localdate(at)
    if convention is None:
        return
    if convention.starts_on > today:
        wait_for_effect(convention)
    elif permissions.conclude.allows(convention, today):
        by = convention.circuit.launched_by
        operations.conclude(convention_id=convention.pk, by=by, at=at)


@handler("conventions.contested")
def contested(*, at: datetime, signer_id: int) -> None:
    """A signature of what is sealed is contested: nothing more is paid under it meanwhile."""
    operations.hold_payments(signer_id=signer_id, at=at)


@handler("conventions.settled")
def settled(*, at: datetime, signer_id: int) -> None:
    """It was decided what becomes of that signature."""
    operations.follow_settlement(signer_id=signer_id, at=at)


@handler("conventions.render_partnership")
def render_partnership(*, at: datetime, convention_id: int, by_id: int) -> None:
    """Lay out the frozen words of a partnership convention and of its annex 3, once."""
    convention = PartnershipConvention.objects.select_for_update(of=("self",)).get(pk=convention_id)
    if convention.document_id or convention.status != AgreementStatus.FROZEN:
        return
    words: dict[str, Any] = convention.snapshot or {}
    keep = _laid_out(
        convention,
        words["partnership"],
        kind=partnership_documents.KIND,
        title=partnership_documents.TITLE,
        reference=reference_of(convention),
        by_id=by_id,
        at=at,
    )
    keep_for_operator = _laid_out(
        convention,
        words["operator"],
        kind=partnership_documents.OPERATOR_KIND,
        title=partnership_documents.OPERATOR_TITLE,
        reference=operator_reference_of(convention),
        by_id=by_id,
        at=at,
    )
    convention.document, convention.operator_document = keep(), keep_for_operator()
    convention.save(update_fields=["document", "operator_document"])


@handler("conventions.render_amendment")
def render_amendment(*, at: datetime, amendment_id: int, by_id: int) -> None:
    """Lay out the frozen words of an amendment, once."""
    amendment = (
        Amendment.objects.select_for_update(of=("self",))
        .select_related("convention", "cooperation__project__beneficiary")
        .get(pk=amendment_id)
    )
    if amendment.document_id or amendment.status != AgreementStatus.FROZEN:
        return
    keep = _laid_out(
        amendment,
        (amendment.snapshot or {})["amendment"],
        kind=documents.kind_of(amendment),
        title=documents.title_of(amendment),
        reference=amendment_reference_of(amendment),
        subtitle=documents.subtitle_of(amendment),
        by_id=by_id,
        at=at,
    )
    amendment.document = keep()
    amendment.save(update_fields=["document"])


def _laid_out(
    agreement: PartnershipConvention | Amendment,
    words: dict[str, Any],
    *,
    kind: str,
    title: str,
    reference: str,
    by_id: int,
    at: datetime,
    subtitle: str = "",
) -> Callable[[], GeneratedDocument]:
    return lay_out(
        kind=kind,
        reference=reference,
        title=title,
        template=TEMPLATE,
        context={
            "words": words,
            "subtitle": subtitle or f"Bassin d'emploi {tenancy.current().name}",
        },
        as_of=timezone.localdate(agreement.frozen_at),
        target=agreement,
        by=Person.objects.get(pk=by_id),
        at=at,
        anew=is_spent(kind, reference),
    )


@handler(partnership.EFFECT)
def partnership_signed(*, at: datetime, circuit_id: int) -> None:
    """Give its effect to a convention once both of its texts are sealed."""
    convention = (
        PartnershipConvention.objects.select_related("circuit__launched_by", "operator_circuit")
        .filter(Q(circuit_id=circuit_id) | Q(operator_circuit_id=circuit_id))
        .first()
    )
    if convention is not None and partnership_permissions.conclude.allows(convention):
        by = convention.circuit.launched_by
        operations.conclude_partnership(convention_id=convention.pk, by=by, at=at)


@handler(amendments.EFFECT)
def amendment_signed(*, at: datetime, circuit_id: int) -> None:
    """Give its effect to an amendment that all have signed."""
    known = Amendment.objects.select_related("circuit__launched_by")
    amendment = known.filter(circuit_id=circuit_id).first()
    if amendment is not None and partnership_permissions.conclude.allows(amendment):
        by = amendment.circuit.launched_by
        operations.conclude_amendment(amendment_id=amendment.pk, by=by, at=at)


@daily("conventions.follow_terms")
def follow_terms(*, at: datetime) -> None:
    """Alert of the terms that come, tell the register of those come."""
    operations.tell_terms(at=at)
    operations.tell_standings(at=at)
