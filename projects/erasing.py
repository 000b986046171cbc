"""What the files know of somebody who asks to be erased, and what still needs them."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from basins import erasure
from projects.enums import ENDED
from projects.models import Draft, PreliminaryDiagnosis, Project
from projects.owing import owed_by


@erasure.names
def known_as(email: str) -> Iterator[str]:
    """The owner of a company has no account: a file alone knows their name and number."""
    for owner in Project.objects.filter(owner_email__iexact=email):
        if " " in owner.owner_name.strip():
            yield owner.owner_name  # a last name alone is that of many
        yield owner.owner_phone


@erasure.binds
def counts_on(asked: erasure.Asked, on: date) -> Iterator[erasure.Bond]:
    """A company that is supported, or that owes; a file that somebody follows up or diagnoses.

    Another owner of the same name too: a text does not tell which of them it means.
    """
    others = Project.objects.exclude(owner_email__iexact=asked.email)
    for other in others.filter(owner_name__in=asked.words).order_by("reference"):
        same = f"{other.owner_name} porte le même nom, dossier {other.reference}"
        yield erasure.Bond(same, outlives=True)
    own = Q(owner_email__iexact=asked.email)
    if asked.person is not None:
        asked_for = PreliminaryDiagnosis.objects.under_way().filter(referrer=asked.person.pk)
        own |= Q(follow_up_lead=asked.person.pk) | Q(pk__in=asked_for.values("project_id"))
    for project in Project.objects.filter(own).order_by("reference"):
        owns = project.owner_email.lower() == asked.email.lower()
        if owns and owed_by(project):
            yield erasure.Bond(f"avance à rembourser, {project.reference}", outlives=True)
        elif project.status not in ENDED:
            yield erasure.Bond(f"dossier en cours, {project.reference}")


@erasure.forgets
def forget(asked: erasure.Asked) -> int:
    """Who owned the company, and what somebody typed and never saved."""
    owned = Project.objects.filter(owner_email__iexact=asked.email)
    count = owned.update(
        owner_name=erasure.ERASED,
        owner_function="",
        owner_email="",
        owner_phone="",
        owner_background="",
    )
    if asked.person is not None:
        count += Draft.objects.filter(person=asked.person.pk).delete()[0]
    return count
