"""Work done after a convention is frozen, and after all have signed it."""

from datetime import datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.documents.operations import issue_document
from alize.drafting.documents import TEMPLATE
from alize.outbox.handlers import handler
from conventions import operations, permissions
from conventions.documents import KIND, TITLE, layout
from conventions.enums import ConventionStatus
from conventions.models import CooperationConvention
from conventions.operations.signing import EFFECT


@handler("conventions.render")
def render(*, at: datetime, convention_id: int, by_id: int) -> None:
    """Lay out the frozen words of a convention, once."""
    convention = CooperationConvention.objects.select_for_update().get(pk=convention_id)
    if convention.document_id or convention.status == ConventionStatus.CANCELLED:
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
    )
    convention.save(update_fields=["document"])


@handler(EFFECT)
def signed(*, at: datetime, circuit_id: int) -> None:
    """Give its effect to a convention that all have signed; one that may not waits for its page."""
    convention = CooperationConvention.objects.select_related("circuit__launched_by").get(
        circuit_id=circuit_id
    )
    if permissions.conclude.allows(convention):
        by = convention.circuit.launched_by
        operations.conclude(convention_id=convention.pk, by=by, at=at)
