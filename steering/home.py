"""What the steering has for a person: the report to publish, the latest one to read."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.screen import Badge, Todo
from basins import tenancy
from basins.enums import Role
from basins.homes import HomeParts, Visitor, room
from signatures.enums import ENDED
from steering.documents import when
from steering.enums import SteeringStatus
from steering.meeting_screen import address
from steering.models import EvaluationReport, SteeringMeeting
from steering.queries import reports
from steering.queries.meetings import lacking

PREPARED_FROM = (1, 15)
"""Month and day from which the report of the year before is expected of the operator."""
DUE_AFTER = timedelta(days=75)
NEW_FOR = timedelta(days=30)
"""How long a published report is news on the home page; it stays among the others."""


@room
def steering(visitor: Visitor) -> HomeParts:
    """The operator publishes, the prefecture downloads."""
    parts = HomeParts()
    if Role.OPERATOR in visitor.roles:
        _add_report_to_publish(parts, visitor)
        _add_meetings_to_conclude(parts, visitor)
    if Role.PREFECTURE in visitor.roles:
        _add_report_to_read(parts, visitor)
        _add_meeting_to_come(parts, visitor)
    return parts


def _add_report_to_publish(parts: HomeParts, visitor: Visitor) -> None:
    year = visitor.on.year - 1
    expected_from = date(visitor.on.year, *PREPARED_FROM)
    first = reports.first_year(tenancy.current(), on_year=visitor.on.year)
    if visitor.on < expected_from or year < first:
        return
    made = EvaluationReport.objects.filter(year=year).values_list("published_at", flat=True)
    if any(made):
        return
    due_on = expected_from + DUE_AFTER
    preview = bool(made)
    url = basin_reverse("report_preview", year=year) if preview else basin_reverse("report_prepare")
    parts.todos.append(
        (
            due_on,
            Todo(
                f"Publier le rapport d'évaluation {year}",
                url,
                action="Relire l'aperçu" if preview else "Préparer",
                due=f"avant le {short_date(due_on)}",
                badge=Badge("En retard", "late") if visitor.on > due_on else None,
            ),
        )
    )


def _add_report_to_read(parts: HomeParts, visitor: Visitor) -> None:
    for report in reports.latest_published()[:1]:
        published_on = timezone.localdate(report.published_at)
        if visitor.on > published_on + NEW_FOR:
            continue
        parts.todos.append(
            (
                published_on,
                Todo(
                    f"Rapport d'évaluation {report.year}",
                    basin_reverse("report_detail", year=report.year),
                    action="Télécharger",
                    context=f"publié le {short_date(published_on)}",
                    is_asked=False,
                ),
            )
        )


def _add_meetings_to_conclude(parts: HomeParts, visitor: Visitor) -> None:
    """A committee that has met without its conclusions, minutes that nobody is asked to sign."""
    convened = SteeringMeeting.objects.filter(
        status=SteeringStatus.CONVENED, held_on__lte=visitor.on
    )
    unsigned = SteeringMeeting.objects.filter(status=SteeringStatus.HELD, document__isnull=False)
    unsigned = unsigned.filter(Q(circuit=None) | Q(circuit__status__in=sorted(ENDED)))
    for meetings, label, page, action in (
        (convened, "Enregistrer les conclusions", "close", "Enregistrer"),
        (unsigned, "Faire signer le relevé", "sign", "Faire signer"),
    ):
        for meeting in meetings:
            said = f"{label} du {str(meeting).lower()}"
            context = f"tenu le {short_date(meeting.held_on)}"
            todo = Todo(said, address(meeting, page), action, context=context)
            parts.todos.append((meeting.held_on, todo))
    for meeting in lacking():
        said = f"Reprendre le relevé du {str(meeting).lower()} : une signature est écartée"
        todo = Todo(
            said, address(meeting), "Voir", context=f"tenu le {short_date(meeting.held_on)}"
        )
        parts.todos.append((meeting.held_on, todo))


def _add_meeting_to_come(parts: HomeParts, visitor: Visitor) -> None:
    coming = SteeringMeeting.objects.filter(status=SteeringStatus.CONVENED, held_on__gte=visitor.on)
    for meeting in coming:
        todo = Todo(
            str(meeting),
            address(meeting),
            "Voir l'ordre du jour",
            due=when(meeting),
            is_asked=False,
        )
        parts.todos.append((meeting.held_on, todo))
