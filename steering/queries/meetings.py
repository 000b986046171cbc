"""The steering committees of a basin."""

from django.db.models import Max

from steering.enums import SteeringStatus
from steering.models import SteeringMeeting


def next_number() -> int:
    """The number of the next committee of the basin (R84)."""
    last = SteeringMeeting.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def convened() -> SteeringMeeting | None:
    """The committee that is convened and has not concluded yet."""
    return SteeringMeeting.objects.filter(status=SteeringStatus.CONVENED).first()
