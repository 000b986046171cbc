"""Whether a cooperation convention still runs, and which plan of its advance is to be signed."""

from datetime import date

from django.db.models import Exists, OuterRef

from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention
from conventions.queries.amended.content import content_of
from funds.models import Advance, ScheduleVersion
from funds.queries import owed
from projects.enums import ProjectStatus


def support_runs(convention: CooperationConvention, *, on: date) -> bool:
    """Whether the company is still supported: what it receives and owes may change."""
    supported = convention.project.status == ProjectStatus.LABELLED
    return supported and on <= content_of(convention).ends_on


def advance_of(convention: CooperationConvention) -> Advance | None:
    """The advance that its annex is about."""
    return Advance.objects.filter(decision=convention.decision_id).first()


def is_in_force(convention: CooperationConvention, *, on: date) -> bool:
    """Signed by all, and not at its term: that of the support, or of the advance (article 7)."""
    if convention.status != AgreementStatus.SIGNED:
        return False
    advance = advance_of(convention)
    return support_runs(convention, on=on) or bool(advance and owed(advance))


def last_schedule(convention: CooperationConvention) -> ScheduleVersion | None:
    """The plan that the committee accepted last: it replaces those before it, signed or not."""
    return (
        ScheduleVersion.objects.filter(
            advance__decision=convention.decision_id, decision__isnull=False
        )
        .select_related("decision__item", "advance")
        .order_by("-no")
        .first()
    )


def schedule_to_sign(convention: CooperationConvention) -> ScheduleVersion | None:
    """The same while no amendment carries it."""
    last = last_schedule(convention)
    carried = Amendment.objects.exclude(status=AgreementStatus.CANCELLED).filter(schedule=last)
    return None if last is None or carried.exists() else last


def schedules_to_sign(*, on: date) -> list[tuple[CooperationConvention, ScheduleVersion]]:
    """All of them, of the conventions that are in force."""
    carried = Amendment.objects.exclude(status=AgreementStatus.CANCELLED)
    last = (
        ScheduleVersion.objects.filter(decision__isnull=False)
        .annotate(is_carried=Exists(carried.filter(schedule=OuterRef("pk"))))
        .select_related("decision", "advance")
        .order_by("advance_id", "-no")
        .distinct("advance_id")
    )
    waiting = {one.advance.decision_id: one for one in last if not one.is_carried}
    conventions = CooperationConvention.objects.filter(
        status=AgreementStatus.SIGNED, decision__in=waiting
    ).select_related("project__beneficiary", "decision__ballot__proposal")
    return [
        (convention, waiting[convention.decision_id])
        for convention in conventions.order_by("pk")
        if is_in_force(convention, on=on)
    ]
