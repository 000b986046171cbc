"""A ceremony where a document is signed on paper (journeys.md P4)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.calendar import Event, Method, calendar_file
from alize.common.dates import long_date, short_date
from alize.common.errors import InvalidInput
from alize.common.writings import check_mark
from alize.documents.imprint import issuer
from basins.tenancy import current
from signatures import permissions
from signatures.enums import CircuitStatus, EventKind, SignerStatus
from signatures.models import Circuit, CircuitSigner
from signatures.operations.base import locked, mail_link, note
from signatures.queries.circuits import ceremony_as_typed
from signatures.rules import ceremony_words

LASTS = timedelta(hours=1)
EXPECTED = frozenset({SignerStatus.WAITING, SignerStatus.INVITED})


@transaction.atomic
def announce_ceremony(
    *,
    circuit_id: int,
    starts_at: datetime,
    place: str,
    mark: str = "",
    by: Person,
    at: datetime,
) -> Circuit:
    """Annoncer la cérémonie of a circuit and of those bound to it, or move it (M49).

    Whoever is still expected is told once, with the entry for their diary. `mark` is that of what
    the page showed.

    :raises ActionDenied: it is not being signed now.
    :raises InvalidInput: the moment is past or after the term, or no place is said.
    :raises WrittenMeanwhile: somebody else announced another since the page was opened.
    """
    circuit = locked(circuit_id)
    permissions.record_paper(circuit)
    _check(circuit, starts_at, place, at=at)
    if (circuit.ceremony_at, circuit.ceremony_place) == (starts_at, place.strip()):
        return circuit
    stored = ceremony_as_typed(circuit)
    circuit.ceremony_at, circuit.ceremony_place = starts_at, place.strip()
    check_mark(mark, stored=stored, sent=ceremony_as_typed(circuit))
    told: set[str] = set()
    bound = Circuit.objects.bound_to(circuit).filter(status=CircuitStatus.OPEN)
    for one in bound.select_for_update(of=("self",)).select_related("document"):
        one.ceremony_at, one.ceremony_place = starts_at, place.strip()
        one.save(update_fields=["ceremony_at", "ceremony_place"])
        noted = note(
            EventKind.CEREMONY,
            one,
            at=at,
            starts_at=starts_at.isoformat(),
            place=one.ceremony_place,
            by=by.pk,
        )
        for signer in one.signers.filter(status__in=sorted(EXPECTED)).exclude(email__in=told):
            signer.circuit = one
            told.add(signer.email)
            _tell(signer, starts_at, sequence=noted.sequence, at=at)
    audit.record(
        "circuit.ceremony_announced", target=circuit, by=by, at=at, starts=starts_at.isoformat()
    )
    return locked(circuit_id)


def _check(circuit: Circuit, starts_at: datetime, place: str, *, at: datetime) -> None:
    if starts_at <= at:
        raise InvalidInput("Ce moment est déjà passé.", field="held_on")
    if timezone.localdate(starts_at) > circuit.expires_on:
        raise InvalidInput(
            f"Le délai de signature s'arrête le {long_date(circuit.expires_on)} : prolongez-le "
            "d'abord, ou choisissez un jour d'ici là.",
            field="held_on",
        )
    if not place.strip():
        raise InvalidInput("Dites où se tient la cérémonie.", field="place")


def _tell(signer: CircuitSigner, starts_at: datetime, *, sequence: int, at: datetime) -> None:
    circuit = signer.circuit
    mail_link(
        "M49",
        signer,
        key=f"ceremony:{sequence}",
        at=at,
        words={
            "date": short_date(timezone.localdate(starts_at)),
            "ceremony": ceremony_words(starts_at, circuit.ceremony_place),
        },
        calendar=_entry(circuit, starts_at, signer, "REQUEST", sequence=sequence, at=at),
    )


def called_off(signer: CircuitSigner, *, at: datetime) -> str:
    """What takes a ceremony to come out of the diary of somebody who was told of it."""
    circuit = signer.circuit
    starts_at = circuit.ceremony_at
    announced = circuit.events.filter(kind=EventKind.CEREMONY).order_by("sequence").last()
    if starts_at is None or starts_at <= at or announced is None:
        return ""
    if signer.signed_at is not None and signer.signed_at < announced.at:
        return ""
    after = circuit.events.order_by("sequence").last()
    sequence = after.sequence if after else announced.sequence
    return _entry(circuit, starts_at, signer, "CANCEL", sequence=sequence, at=at)


def _entry(
    circuit: Circuit,
    starts_at: datetime,
    signer: CircuitSigner,
    method: Method,
    *,
    sequence: int,
    at: datetime,
) -> str:
    """The same entry of a diary whenever it is moved: the later event of the chain replaces it."""
    address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    host = address.rpartition("@")[2]
    event = Event(
        uid=f"signature-{circuit.bundle}.{current().schema_name}@{host}",
        sequence=sequence,
        stamped_at=at,
        starts_at=starts_at,
        ends_at=starts_at + LASTS,
        summary=f"Cérémonie de signature, {circuit.document.reference}",
        location=circuit.ceremony_place,
        description=circuit.title,
        organizer=(issuer(), address),
        attendee=(signer.name, signer.email),
    )
    return calendar_file(event, method)
