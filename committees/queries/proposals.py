"""The proposal of a file being worded: which writing of it stands, and whose it is."""

from alize.accounts.models import Person
from alize.audit.models import AuditEvent
from alize.common.dates import clock_time
from committees.models import AgendaItem, Proposal


def mark_of(item: AgendaItem) -> str:
    """What a writer starts from: another mark later means that somebody wrote meanwhile."""
    last = _last(item)
    return f"{last.pk}.{last.revision}" if last else ""


def last_written(item: AgendaItem) -> str:
    """« Camille Martin a modifié cette proposition à 14 h 02 »."""
    last = _last(item)
    event = (
        AuditEvent.objects.filter(
            target_type=Proposal._meta.label_lower,
            target_id=str(last.pk if last else ""),
            type="proposal.saved",
        )
        .order_by("-sequence")
        .first()
    )
    writer = Person.objects.filter(pk=event.by_id).first() if event and event.by_id else None
    who = writer.full_name if writer else "Quelqu'un"
    when = f" à {clock_time(event.at)}" if event else ""
    return f"{who} a modifié cette proposition{when}"


def _last(item: AgendaItem) -> Proposal | None:
    return item.proposals.order_by("-pk").first()
