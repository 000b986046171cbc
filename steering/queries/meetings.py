"""The steering committees of a basin."""

from django.db.models import Max, QuerySet

from signatures.enums import CircuitStatus
from signatures.models import Circuit, CircuitSigner
from steering.enums import SteeringStatus
from steering.models import SteeringMeeting


def next_number() -> int:
    """The number of the next committee of the basin (R84)."""
    last = SteeringMeeting.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def convened() -> SteeringMeeting | None:
    """The committee that is convened and has not concluded yet."""
    return SteeringMeeting.objects.filter(status=SteeringStatus.CONVENED).first()


def before(meeting: SteeringMeeting) -> SteeringMeeting | None:
    """The committee held before another, whose orientations that one looks back on (P6)."""
    held = SteeringMeeting.objects.exclude(status=SteeringStatus.CONVENED)
    return held.filter(held_on__lt=meeting.held_on).order_by("-held_on").first()


def circuits_of(meeting: SteeringMeeting) -> QuerySet[Circuit, int]:
    """The circuits of all the versions of its minutes, by their identifiers."""
    documents = {
        "document__target_type": SteeringMeeting._meta.label_lower,
        "document__target_id": str(meeting.pk),
    }
    return Circuit.objects.filter(**documents).values_list("pk", flat=True)


def lacking() -> QuerySet[SteeringMeeting]:
    """The committees of whose signed minutes a signature was set aside."""
    signers = CircuitSigner.objects.lacking().filter(circuit__status=CircuitStatus.SEALED)
    return SteeringMeeting.objects.filter(
        status=SteeringStatus.SIGNED, circuit__in=signers.values("circuit")
    )
