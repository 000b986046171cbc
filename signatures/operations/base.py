"""What every act on a circuit shares: its lock, its evidence, its mails."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.notifications.operations import IfRefused, Recipient, send_mail
from basins import links
from basins.enums import LinkPurpose
from basins.models import SingleUseLink
from basins.telling import tell_staff
from basins.tenancy import current
from signatures import owners
from signatures.enums import SIGNER_TRANSITIONS, EventKind, SignerStatus
from signatures.models import Circuit, CircuitSigner, SigningEvent
from signatures.queries.keepers import keepers
from signatures.rules import LINK_VALID


@dataclass(frozen=True)
class Trace:
    """From where an act came: personal data, kept as evidence (signature.md 6.4)."""

    ip: str = ""
    user_agent: str = ""


NOTHING: Mapping[str, Any] = MappingProxyType({})
NOWHERE = Trace()
"""The application itself, or somebody of the basin acting for another."""


def held(circuit_id: int) -> list[Circuit]:
    """The circuit, then those bound to it, held until the end of the transaction.

    Whoever acts on one of them holds them all, in the same order, and always before their signers.
    """
    bound = Circuit.objects.bound_to(Circuit.objects.get(pk=circuit_id))
    bound = bound.select_for_update(of=("self",)).select_related("document", "launched_by")
    return sorted(bound, key=lambda one: one.pk != circuit_id)


def hold_all(signers: Iterable[CircuitSigner]) -> None:
    """Hold the circuits of several signers, and those bound to them, before the first is written.

    Their order is that of `held`.
    """
    bundles = {signer.circuit.bundle for signer in signers}
    held_ones = Circuit.objects.filter(bundle__in=bundles).order_by("pk").select_for_update()
    list(held_ones.values_list("pk"))


def locked(circuit_id: int) -> Circuit:
    """The circuit, held with those bound to it."""
    return held(circuit_id)[0]


def locked_signer(signer_id: int) -> CircuitSigner:
    """A signer, held with their circuit."""
    circuit = locked(CircuitSigner.objects.values_list("circuit_id", flat=True).get(pk=signer_id))
    signer = CircuitSigner.objects.select_for_update(of=("self",)).get(pk=signer_id)
    signer.circuit = circuit
    return signer


def move(signer: CircuitSigner, target: SignerStatus) -> None:
    """Where a signer stands from now on, when the table allows it; the caller saves.

    :raises ActionDenied: they do not stand where that leads from.
    """
    SIGNER_TRANSITIONS.guard(signer.status, target)
    signer.status = target


def note(
    kind: EventKind,
    circuit: Circuit,
    *,
    at: datetime,
    signer: CircuitSigner | None = None,
    trace: Trace = NOWHERE,
    **facts: str | int,
) -> SigningEvent:
    """Add an event to the chain of a circuit; the database numbers it and gives its digest."""
    return SigningEvent.objects.create(
        circuit=circuit,
        signer=signer,
        at=at,
        kind=kind,
        ip=trace.ip[:45],
        user_agent=trace.user_agent[:300],
        nonce=secrets.token_hex(16),
        facts=facts,
    )


def take_renewed(signer: CircuitSigner, *, on: date, at: datetime) -> None:
    """Let a signer sign under the mandate that renews theirs; the chain says under which."""
    mandate = owners.renewed(signer.circuit, signer, on=on)
    if mandate is None:
        return
    signer.mandate_kind, signer.mandate_sha256 = mandate.kind, mandate.document_sha256
    signer.mandate_starts_on, signer.mandate_ends_on = mandate.starts_on, mandate.ends_on
    fields = ("mandate_kind", "mandate_sha256", "mandate_starts_on", "mandate_ends_on")
    signer.save(update_fields=fields)
    note(
        EventKind.MANDATE_RENEWED,
        signer.circuit,
        signer=signer,
        at=at,
        mandate=mandate.kind,
        sha256=mandate.document_sha256,
        until=mandate.ends_on.isoformat() if mandate.ends_on else "",
    )


def note_bound(
    kind: EventKind,
    circuits: Sequence[Circuit],
    *,
    at: datetime,
    signer: CircuitSigner | None = None,
    trace: Trace = NOWHERE,
    **facts: str | int,
) -> SigningEvent:
    """Note an act on a circuit, the first, and what it does to those bound to it."""
    circuit, *others = circuits
    reference = circuit.document.reference
    for other in others:
        note(kind, other, at=at, signer=None, trace=NOWHERE, bound_to=reference, **facts)
    return note(kind, circuit, at=at, signer=signer, trace=trace, **facts)


def mail_link(
    code: str,
    signer: CircuitSigner,
    *,
    key: str,
    at: datetime,
    valid: timedelta = LINK_VALID,
    words: Mapping[str, Any] = NOTHING,
    calendar: str = "",
) -> None:
    """Write to a signer with an address of their own, which needs no account."""
    if not signer.email:
        return
    token = links.issue(
        basin=current(),
        purpose=LinkPurpose.SIGNATURE,
        target_id=signer.pk,
        email=signer.email,
        at=at,
        valid=valid,
    )
    document = signer.circuit.document
    send_mail(
        code,
        to=Recipient(signer.email, signer.name),
        path=reverse("signing_page", kwargs={"token": token}),
        key=f"{signer.pk}:{key}",
        calendar=calendar,
        if_refused=undelivered(signer),
        reference=document.reference,
        title=signer.circuit.title,
        message=signer.circuit.message,
        **dict(words),
    )


def check_fresh(link: SingleUseLink, *, at: datetime) -> None:
    """Refuse that a receipt, which opens its page for a month, signs or refuses (signature.md 6.3).

    :raises ActionDenied: the link left more than 72 hours ago.
    """
    if not is_fresh(link, at=at):
        raise ActionDenied(
            "Ce lien ne sert plus qu'à relire le document : recevez-en un nouveau pour répondre."
        )


def is_fresh(link: SingleUseLink, *, at: datetime) -> bool:
    """Whether a link still lets its signer answer."""
    return link.created_at + LINK_VALID > at


def undelivered(signer: CircuitSigner) -> IfRefused:
    """What follows when the address of a signer takes no mail."""
    return IfRefused("signatures.undelivered", {"signer_id": signer.pk})


def tell_operator(circuit: Circuit, what: str, *, key: str, at: datetime, staff: str = "") -> None:
    """Tell those who keep the circuit that it asks for them (M39).

    ASTREES reads `staff` beside them; and what they would read, when all have withdrawn (SD5).
    """
    on = timezone.localdate(at)
    told = keepers(circuit, on=on)
    mail: dict[str, Any] = {
        "path": basin_reverse("circuit_detail", circuit_id=circuit.pk),
        "key": f"{circuit.pk}:{key}",
        "reference": circuit.document.reference,
    }
    for person in told:
        send_mail("M39", to=Recipient.of(person), what=what, **mail)
    if staff or not told:
        tell_staff("M39", what=staff or what, **mail)
