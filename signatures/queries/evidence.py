"""The evidence of a circuit: its events, and the proof of their chain."""

from dataclasses import dataclass

from django.utils import timezone

from signatures.enums import EventKind
from signatures.models import Circuit, SigningEvent
from signatures.rules import Break, ChainedEvent, first_break, trace_digest


def verify(circuit: Circuit) -> Break | None:
    """Check every event of a circuit, and where each came from; None when all of it holds.

    Finds an event edited, removed, inserted or moved, and a tail cut behind the recorded head.
    """
    events = list(circuit.events.order_by("sequence"))
    head = Circuit.objects.only("event_count", "event_digest").get(pk=circuit.pk)
    broken = first_break(
        [chained(event) for event in events], count=head.event_count, head=head.event_digest
    )
    for event in events:
        if broken is not None and broken.sequence <= event.sequence:
            break
        known = trace_digest(nonce=event.nonce, ip=event.ip, user_agent=event.user_agent)
        if known != event.trace:
            return Break(event.sequence, "edited")
    return broken


def chained(event: SigningEvent) -> ChainedEvent:
    """An event as the rules read it."""
    return ChainedEvent(
        sequence=event.sequence,
        at=event.at,
        kind=event.kind,
        signer=event.signer_id,
        trace=event.trace,
        facts=event.facts,
        previous_digest=event.previous_digest,
        digest=event.digest,
    )


@dataclass(frozen=True)
class EventLine:
    """One event of the evidence, with where it came from."""

    sequence: int
    instant: str
    kind: str
    signer: str
    origin: str
    digest: str


def event_lines(circuit: Circuit) -> list[EventLine]:
    """The events of a circuit, the first first; addresses of machines included."""
    return [
        EventLine(
            sequence=event.sequence,
            instant=f"{timezone.localtime(event.at):%d/%m/%Y %H:%M:%S}",
            kind=EventKind(event.kind).label,
            signer=event.signer.name if event.signer else "",
            origin=" · ".join(filter(None, [event.ip, event.user_agent])),
            digest=event.digest[:12],
        )
        for event in circuit.events.select_related("signer").order_by("sequence")
    ]
