"""What the follow-up adds to the page of a project: a tab and the next step."""

from datetime import date

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Action, Badge
from basins.access import allows
from basins.homes import Visitor
from basins.sections import Content
from projects.enums import SUPPORTED, ProjectStatus
from projects.follow_up import permissions, queries
from projects.follow_up.rules import PointState
from projects.follow_up.screen import BADGES, OPINIONS, SITUATIONS
from projects.models import Project
from projects.panels import NextStep, next_step, panel
from projects.queries.visibility import holder_of

_NEXT_REVIEW = "Prochain point de suivi"
_NEXT = {ProjectStatus.CLOSED: "Clos, observé jusqu'à M+36. Prochain point"}
_NOT_GIVEN = {True: Badge("Sans réponse", "quiet"), False: Badge("Pas demandé", "quiet")}


@panel("suivi", "Suivi", act="follow_up.read")
def follow_up_panel(visitor: Visitor, project: Project) -> Content:
    """Every review of the project with its word, and what the owner thinks of the support."""
    rows = [
        {
            "review": review,
            "state": BADGES[queries.state_of(review, on=visitor.on)],
            "situation": SITUATIONS.get(review.situation),
            "answers": permissions.answer_signed_in.allows(visitor.person, review),
        }
        for review in project.reviews.select_related("project").order_by("month")
    ]
    opinions = [
        (opinion, OPINIONS.get(opinion.usefulness, _NOT_GIVEN[opinion.asked_at is not None]))
        for opinion in project.opinions.filter(due_on__lte=visitor.on)
    ]
    context = {"project": project, "rows": rows, "opinions": opinions}
    return Content("projects/follow_up/panel.html", context)


@next_step(*SUPPORTED, ProjectStatus.CLOSED)
def during_the_support(visitor: Visitor, project: Project) -> NextStep | None:
    """The balance once the term has come, for who writes it; otherwise the next review."""
    if project.status == ProjectStatus.REVIEW_DUE and allows(visitor.roles, "project.write"):
        return _balance(project, on=visitor.on)
    waiting = project.reviews.filter(submitted_at=None).select_related("project")
    states = {one: queries.state_of(one, on=visitor.on) for one in waiting.order_by("due_on")}
    review = next((one for one in states if states[one] != PointState.DROPPED), None)
    if review is None:
        return None
    state = states[review]
    mine = permissions.answer_signed_in.allows(visitor.person, review)
    url = basin_reverse("review_answer", review_id=review.pk)
    return NextStep(
        now=f"{_NEXT.get(project.status, _NEXT_REVIEW)} : M+{review.month}.",
        holder=str(project.follow_up_lead),
        due=f"attendu le {long_date(review.due_on)}",
        due_badge=BADGES[state] if state in (PointState.DUE, PointState.LATE) else None,
        action=Action("Faire le point", url) if mine and state != PointState.COMING else None,
    )


def _balance(project: Project, *, on: date) -> NextStep:
    """The months of support are over: what they gave is to be written."""
    since = long_date(project.status_since)
    return NextStep(
        now=f"L'accompagnement est à son terme depuis le {since} : faites-en le bilan.",
        holder=holder_of(project, on=on),
        action=Action(
            "Faire le bilan et clore",
            basin_reverse("project_close", reference=project.reference),
            "clipboard-check",
        ),
    )
