"""How supports end: one stopped before its term, one closed; another waits for its balance."""

from datetime import timedelta

from alize.demo.story.files import BALANCE
from alize.demo.story.scene import Scene, at
from projects import operations as projects
from projects.models import Project

STOPPED, CLOSED = timedelta(days=20), timedelta(days=3)
"""How long ago."""


def end_supports(scene: Scene) -> None:
    """The operator of the basin ends two of them, as on the page of each file."""
    by = scene.people.operator
    for project in _files(scene.troubled[2:3]):
        projects.interrupt_support(
            project_id=project.pk,
            reason="L'entreprise est reprise par un groupe qui mène le projet lui-même.",
            by=by,
            at=at(scene.today - STOPPED),
        )
    for project in _files(scene.at_their_term[:-1]):
        projects.close_support(
            project_id=project.pk, balance=BALANCE, by=by, at=at(scene.today - CLOSED)
        )


def _files(companies: tuple[str, ...]) -> list[Project]:
    return list(Project.objects.filter(beneficiary__siret__in=companies))
