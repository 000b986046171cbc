"""What the signatures have on the home page: what waits for the operator, or for a confirmation."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.screen import Badge, Todo, Waiting
from alize.common.words import of
from basins.access import allows
from basins.homes import HomeParts, Visitor, room
from signatures import owners
from signatures.enums import CircuitStatus, SignerStatus
from signatures.models import Circuit, CircuitSigner, Delegation
from signatures.queries import circuits_visible_to, expected_of, is_for_staff
from signatures.queries.keepers import keepers_of
from signatures.rules import REMINDERS

UNDER_WAY = (
    CircuitStatus.OPEN,
    CircuitStatus.PAUSED,
    CircuitStatus.COMPLETE,
    CircuitStatus.EXPIRED,
)


@room
def signatures_room(visitor: Visitor) -> HomeParts:
    """The circuits under way, for whoever keeps them or confirms a paper."""
    parts = HomeParts()
    if not allows(visitor.roles, "signature.read"):
        return parts
    seen = circuits_visible_to(visitor)
    if allows(visitor.roles, "signature.confirm"):
        _papers(parts, visitor, seen)
    if allows(visitor.roles, "signature.sign"):
        _own(parts, visitor)
    if allows(visitor.roles, "signature.write"):
        _circuits(parts, visitor, seen)
    if allows(visitor.roles, "signature.validate"):
        _delegations(parts, visitor, seen)
    _contested(parts, visitor, seen)
    return parts


def _own(parts: HomeParts, visitor: Visitor) -> None:
    """What waits for one's own signature."""
    lines = expected_of(visitor.person).values_list(
        "circuit__expires_on", "circuit__document__reference"
    )
    if lines:
        first, reference = min(lines)
        label = f"Signer {reference}" if len(lines) == 1 else f"Signer {len(lines)} documents"
        due = f"au plus tard le {short_date(first)}"
        todo = Todo(label, basin_reverse("batch_sign"), "Signer", due=due)
        parts.todos.append((first, todo))


def _papers(parts: HomeParts, visitor: Visitor, seen: QuerySet[Circuit]) -> None:
    """Signed copies that somebody else uploaded."""
    waiting = (
        CircuitSigner.objects.filter(
            status=SignerStatus.PAPER, circuit__in=seen.filter(status=CircuitStatus.OPEN)
        )
        .exclude(recorded_by=visitor.person.pk)
        .select_related("circuit__document")
        .order_by("circuit_id", "scan_id", "rank")
        .distinct("circuit_id", "scan_id")
    )
    for signer in waiting:
        label = f"Confirmer un exemplaire signé de {signer.circuit.document.reference}"
        url = basin_reverse("circuit_confirm", circuit_id=signer.circuit_id, scan_id=signer.scan_id)
        parts.todos.append((visitor.on, Todo(label, url, "Confirmer")))


def _contested(parts: HomeParts, visitor: Visitor, seen: QuerySet[Circuit]) -> None:
    """Signatures contested after the seal: for ASTREES to decide, the operator waits for it."""
    settles = allows(visitor.roles, "signature.settle")
    if not settles and not allows(visitor.roles, "signature.write"):
        return
    contested = CircuitSigner.objects.contested().filter(circuit__in=seen)
    contested = contested.select_related("circuit__document")
    for signer in contested.order_by("pk"):
        reference = signer.circuit.document.reference
        label = f"Donner suite à {signer.name}, qui conteste sa signature de {reference}"
        if settles:
            name, ids = "circuit_settle", {"signer_id": signer.pk}
            url = basin_reverse(name, circuit_id=signer.circuit_id, **ids)
            parts.todos.append((visitor.on, Todo(label, url, "Donner suite")))
            continue
        url = basin_reverse("circuit_detail", circuit_id=signer.circuit_id)
        since = f"contestée le {short_date(timezone.localdate(signer.disputed_at))}"
        parts.waiting.append(
            Waiting(f"Signature de {reference} contestée par {signer.name}", url, "ASTREES", since)
        )


def _circuits(parts: HomeParts, visitor: Visitor, seen: QuerySet[Circuit]) -> None:
    circuits = seen.filter(status__in=UNDER_WAY).select_related("document")
    said = set()
    for circuit in circuits.prefetch_related("signers").order_by("pk"):
        # Paused or over together, circuits sealed together ask for one answer.
        if circuit.status in {CircuitStatus.PAUSED, CircuitStatus.EXPIRED}:
            if circuit.bundle in said:
                continue
            said.add(circuit.bundle)
        url = basin_reverse("circuit_detail", circuit_id=circuit.pk)
        asks = _asks(circuit, visitor)
        for label in asks:
            todo = Todo(label, url, "Ouvrir", badge=_late(circuit, visitor))
            parts.todos.append((min(circuit.expires_on, visitor.on), todo))
        if not asks and circuit.status == CircuitStatus.OPEN:
            expected = [s.name for s in circuit.signers.all() if s.status == SignerStatus.INVITED]
            who = expected[0] if len(expected) == 1 else f"{len(expected)} signataires"
            label = f"Signature de {circuit.document.reference}"
            until = f"au plus tard le {short_date(circuit.expires_on)}"
            parts.waiting.append(Waiting(label, url, who, until))


def _asks(circuit: Circuit, visitor: Visitor) -> list[str]:
    """What a circuit asks of the operator today."""
    reference = circuit.document.reference
    if circuit.status == CircuitStatus.PAUSED:
        disputed = [one.name for one in circuit.signers.all() if one.disputed_at]
        if disputed:
            return [f"Répondre à {disputed[0]}, qui conteste sa signature de {reference}"]
        return [f"Répondre à une correction demandée sur {reference}"]
    if circuit.status == CircuitStatus.COMPLETE:
        return (
            [f"Sceller {reference} : le cachet n'a pas pu être posé"] if circuit.seal_error else []
        )
    if circuit.status == CircuitStatus.EXPIRED or circuit.expires_on < visitor.on:
        return [f"Prolonger ou annuler la signature de {reference}"]
    invited = [one for one in circuit.signers.all() if one.status == SignerStatus.INVITED]
    lapsed = owners.lapsed(circuit, invited, on=visitor.on) | {
        signer.pk for signer in invited if owners.is_over(circuit, signer, on=visitor.on)
    }
    return [
        f"Téléphoner à {signer.name} : {reason}"
        for signer in invited
        if (reason := _silent(signer, reference, is_lapsed=signer.pk in lapsed))
    ]


def _silent(signer: CircuitSigner, reference: str, *, is_lapsed: bool) -> str:
    """Why somebody who is expected does not answer, when it takes a call to know more."""
    if is_lapsed:
        return f"son mandat ne permet plus de signer {reference}"
    if signer.undelivered_at is not None:
        return f"son adresse refuse les courriels pour signer {reference}"
    if signer.reminders >= REMINDERS:
        return f"{reference} attend sa signature malgré {REMINDERS} relances"
    return ""


def _late(circuit: Circuit, visitor: Visitor) -> Badge | None:
    return Badge("En retard", "late") if circuit.expires_on < visitor.on else None


def _delegations(parts: HomeParts, visitor: Visitor, seen: QuerySet[Circuit]) -> None:
    """Mandates to verify: for the operator, or for ASTREES when the only one would sign."""
    asked = Delegation.objects.filter(
        decided_at=None,
        signer__status=SignerStatus.INVITED,
        signer__circuit__in=seen.filter(status=CircuitStatus.OPEN),
    ).select_related("signer__circuit__document")
    keeps = allows(visitor.roles, "signature.write")
    keepers = keepers_of({one.signer.circuit for one in asked}, on=visitor.on)
    for one in asked:
        circuit = one.signer.circuit
        waits = is_for_staff(one, keepers[circuit.pk])
        if keeps and one.is_for(email=visitor.person.email, name=visitor.person.full_name):
            url = basin_reverse("circuit_detail", circuit_id=circuit.pk)
            label = f"Délégation {of(one.signer.name)} pour {circuit.document.reference}"
            since = f"demandée le {short_date(timezone.localdate(one.asked_at))}"
            who = "ASTREES" if waits else "Un autre opérateur"
            parts.waiting.append(Waiting(label, url, who, since))
            continue
        if not keeps and not waits:
            continue
        url = basin_reverse("delegation_decide", circuit_id=circuit.pk, delegation_id=one.pk)
        label = f"Vérifier la délégation {of(one.signer.name)} pour {circuit.document.reference}"
        parts.todos.append((visitor.on + timedelta(days=2), Todo(label, url, "Vérifier")))
