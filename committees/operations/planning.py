"""What every new meeting needs: a number of its year, a moment, a place."""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from alize.common.database import hold
from alize.common.errors import InvalidInput
from committees import permissions
from committees.enums import MeetingMode
from committees.models import Meeting
from committees.queries.rules import committee_rules

MINUTES = 120
"""How long a meeting lasts unless said."""


def next_number(held_at: datetime) -> tuple[int, int]:
    """The year and the next rank in it, kept from any other until the end of the transaction."""
    year = timezone.localdate(held_at).year
    hold("meeting")
    last = Meeting.objects.filter(year=year).aggregate(last=Max("rank"))["last"]
    return year, (last or 0) + 1


def check_when_and_where(
    held_at: datetime,
    mode: str,
    place: str,
    video_url: str,
    minutes_planned: int,
    *,
    at: datetime,
) -> None:
    """What every meeting needs, whatever it is held for.

    :raises ActionDenied: it is remote or mixed, and the committee's rules do not allow it.
    :raises InvalidInput: its date is past, it ends before it starts, or has no place to meet.
    """
    if timezone.localdate(held_at) < timezone.localdate(at):
        raise InvalidInput("Cette date est passée.", field="held_on")
    if minutes_planned <= 0:
        raise InvalidInput("La séance finit après avoir commencé.", field="until")
    if mode == MeetingMode.WRITTEN:
        raise InvalidInput("Une consultation écrite n'est pas une séance.", field="mode")
    if mode != MeetingMode.REMOTE and not place:
        raise InvalidInput("Indiquez le lieu de la séance.", field="place")
    if mode != MeetingMode.IN_PERSON and not video_url:
        raise InvalidInput("Indiquez l'adresse de la visioconférence.", field="video_url")
    permissions.meet_from_afar(mode, committee_rules())
