"""What the follow-up has for a person: my reviews to give, the companies to care about."""

from collections.abc import Sequence

from django.utils.timezone import localdate

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.screen import Badge, Figure, Todo
from alize.common.words import counted, of
from basins.access import allows
from basins.enums import Role
from basins.homes import HomeParts, Visitor, room
from projects.follow_up import queries
from projects.follow_up.rules import PointState
from projects.follow_up.screen import BADGES
from projects.models import FollowUpReview
from projects.queries.visibility import visible_to


@room
def follow_up(visitor: Visitor) -> HomeParts:
    """The follow-up lead answers, the operator reminds and calls."""
    parts = HomeParts()
    if allows(visitor.roles, "follow_up.answer"):
        expected = queries.expected_of(visitor.person, on=visitor.on)
        parts.todos += [(review.due_on, _to_answer(review, visitor)) for review in expected]
    if Role.OPERATOR in visitor.roles:
        _add_for_operator(parts, visitor)
    return parts


def _to_answer(review: FollowUpReview, visitor: Visitor) -> Todo:
    late = queries.state_of(review, on=visitor.on) == PointState.LATE
    return Todo(
        f"Point M+{review.month} {of(review.project.beneficiary)}",
        basin_reverse("review_answer", review_id=review.pk),
        action="Faire le point",
        context="5 minutes",
        due=f"attendu le {short_date(review.due_on)}",
        badge=BADGES[PointState.LATE] if late else None,
    )


def _add_for_operator(parts: HomeParts, visitor: Visitor) -> None:
    # An operator who also sits withdraws from a file: what is asked of it waits for another one.
    seen = visible_to(visitor).values("pk")
    late = list(queries.late(on=visitor.on).filter(project__in=seen))
    if late:
        parts.todos.append((late[0].due_on, _to_remind(late)))
    for review in queries.difficult().filter(project__in=seen):
        parts.todos.append((localdate(review.submitted_at), _to_read(review)))
    for review in queries.help_wanted().filter(project__in=seen):
        parts.todos.append((localdate(review.submitted_at), _to_help(review)))
    running = queries.running().filter(pk__in=seen).count()
    parts.figures.append(
        Figure(
            "Points de suivi en retard",
            str(len(late)),
            reference=f"sur {counted(running, 'entreprise suivie', 'entreprises suivies')}",
            url=basin_reverse("follow_up_list"),
            badge=BADGES[PointState.LATE] if late else None,
        )
    )


def _to_remind(late: Sequence[FollowUpReview]) -> Todo:
    return Todo(
        counted(len(late), "point de suivi en retard", "points de suivi en retard"),
        f"{basin_reverse('follow_up_list')}?etat=late",
        action="Relancer",
        due=f"le plus ancien attendu le {short_date(late[0].due_on)}",
        badge=BADGES[PointState.LATE],
    )


def _to_read(review: FollowUpReview) -> Todo:
    return Todo(
        f"{review.project.beneficiary} est en difficulté",
        basin_reverse("review_detail", review_id=review.pk),
        action="Lire le point",
        context=f"Mandataire : {review.project.follow_up_lead}",
        badge=Badge("Difficile", "late"),
    )


def _to_help(review: FollowUpReview) -> Todo:
    return Todo(
        f"Intervention demandée : {review.project.beneficiary}",
        basin_reverse("review_help", review_id=review.pk),
        action="Répondre",
        context=review.help_wanted,
        due=f"demandée le {short_date(localdate(review.submitted_at))}",
    )
