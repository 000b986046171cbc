"""The yearly declaration as PDF, laid out after the commit."""

from datetime import datetime

from django.utils import timezone

from alize.common.words import of
from alize.documents.operations import issue_document
from alize.outbox.handlers import handler
from basins import tenancy
from committees import documents
from committees.models import MemberDeclaration
from projects.rules import trigram


@handler("committees.issue_declaration")
def issue_declaration(*, at: datetime, declaration_id: int) -> None:
    """Lay out a declaration; it is kept with its seal, for its author and the secretary."""
    declaration = MemberDeclaration.objects.select_related("person", "seat__partner").get(
        pk=declaration_id
    )
    code = trigram(tenancy.current().name)
    issue_document(
        kind=documents.DECLARATION,
        reference=f"DI-{code}-{declaration.year}-{declaration.pk}",
        title=f"Déclaration {of(declaration.person)}",
        template="pdf/member_declaration.html",
        context=documents.declaration_context(declaration),
        as_of=timezone.localdate(declaration.declared_at),
        target=declaration,
        by=declaration.person,
        at=at,
    )
