"""Which conventions a person may see (security.md 2.2)."""

from typing import Any

from django.db.models import Q, QuerySet

from alize.accounts.models import Person
from alize.documents.models import GeneratedDocument
from basins.access import MATRIX
from basins.enums import Role
from committees.models import Seat
from conventions.models import CooperationConvention


def conventions_visible_to(
    person: Person, roles: frozenset[Role]
) -> QuerySet[CooperationConvention]:
    """All of them; a member sees those that their own company signs, or that they follow up."""
    conventions = CooperationConvention.objects.select_related("project__beneficiary", "document")
    readers = roles & MATRIX["convention.read"]
    if not readers:
        return conventions.none()
    if readers == {Role.MEMBER}:
        own = Seat.objects.of_person(person.pk).values("partner_id")
        conventions = conventions.filter(
            Q(signers__partner__in=own) | Q(project__follow_up_lead=person)
        ).distinct()
    return conventions


def is_document_readable(request: Any, document: GeneratedDocument) -> bool:
    """Whoever sees a convention reads its document."""
    conventions = conventions_visible_to(request.user, request.roles)
    return conventions.filter(pk=document.target_id).exists()
