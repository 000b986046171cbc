"""Who decides to give up what all have signed before its day (R60)."""

from datetime import date

from django.db.models import QuerySet

from alize.accounts.models import Person
from basins.enums import Role
from basins.queries import holders
from committees.queries.seats import leading
from conventions.enums import AgreementStatus
from conventions.models import CooperationConvention


def voids_asked(*, on: date) -> QuerySet[CooperationConvention]:
    """What all have signed and somebody asks to give up, whose day has not come."""
    signing = CooperationConvention.objects.filter(status=AgreementStatus.SIGNING)
    return signing.filter(void_asked_at__isnull=False, starts_on__gt=on)


def void_deciders(convention: CooperationConvention, *, on: date) -> list[Person]:
    """The presidency, or who replaces it on this file; nobody: ASTREES decides.

    Never who asked for it, nor who has withdrawn from the file (SD5).
    """
    return leading(convention.project_id, on=on, besides=convention.void_asked_by)


def deciders_named(convention: CooperationConvention, *, on: date) -> str:
    """The same in words: « Anne Roux ou Luc Blanc », « ASTREES »."""
    return " ou ".join(map(str, void_deciders(convention, on=on))) or "ASTREES"


def decides_void(convention: CooperationConvention, person: Person, *, on: date) -> bool:
    """Whether it is for a person to decide.

    A basin sees nobody of ASTREES (security.md T6): beside its own people, the act is open to them
    alone.
    """
    deciders = void_deciders(convention, on=on)
    if deciders:
        return person.pk in {one.pk for one in deciders}
    return person.pk not in {one.pk for one in holders(*Role, on=on)}


def voids_to_decide(person: Person, *, on: date) -> list[CooperationConvention]:
    """Those that a person decides."""
    asked = voids_asked(on=on).select_related("project__beneficiary", "void_asked_by")
    return [one for one in asked if decides_void(one, person, on=on)]
