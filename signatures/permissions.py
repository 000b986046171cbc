"""What may be done with a circuit and with one signature; each refusal says why."""

from datetime import date

from alize.accounts.models import Person
from alize.common.dates import long_date
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from signatures import owners
from signatures.enums import CIRCUIT_TRANSITIONS, SIGNED_BY_ALL, CircuitStatus, SignerStatus
from signatures.models import Circuit, CircuitSigner, Delegation

_CLOSED = {
    CircuitStatus.PAUSED: "La signature est en pause : une correction a été demandée.",
    CircuitStatus.COMPLETE: "Ce document est déjà signé par tous.",
    CircuitStatus.SEALED: "Ce document est déjà signé par tous.",
    CircuitStatus.REFUSED: "Une personne a refusé de signer : ce document ne se signe plus.",
    CircuitStatus.EXPIRED: "Le délai de signature est dépassé : demandez à l'opérateur local.",
    CircuitStatus.CANCELLED: "La signature de ce document est annulée.",
}


@check
def answer(signer: CircuitSigner, *, on: date) -> None:
    """Sign, refuse, ask a correction, delegate, choose paper: once, in one's turn, in time."""
    circuit = signer.circuit
    if signer.status == SignerStatus.SIGNED:
        raise ActionDenied("Vous avez déjà signé ce document : votre signature est enregistrée.")
    if signer.status == SignerStatus.REFUSED:
        raise ActionDenied("Vous avez refusé de signer ce document : votre refus est enregistré.")
    if signer.status == SignerStatus.REPLACED:
        raise ActionDenied("Vous avez délégué votre signature : une autre personne signe.")
    if circuit.status != CircuitStatus.OPEN:
        raise ActionDenied(_CLOSED[CircuitStatus(circuit.status)])
    if on > circuit.expires_on:
        raise ActionDenied(
            f"Le délai de signature est dépassé depuis le {long_date(circuit.expires_on)} : "
            "demandez à l'opérateur local de le prolonger."
        )
    if signer.status == SignerStatus.WAITING:
        raise ActionDenied("D'autres personnes signent avant vous : vous recevrez un lien ensuite.")
    if signer.status == SignerStatus.PAPER:
        raise ActionDenied("Votre exemplaire signé est déposé : il attend sa confirmation.")


@check
def refuse(signer: CircuitSigner, *, on: date) -> None:
    """Refuse for all, as whoever may still bind their structure: not once a mandate is over."""
    answer(signer, on=on)
    ends = signer.mandate_ends_on
    if ends and owners.is_over(signer.circuit, signer, on=on):
        raise ActionDenied(
            f"Votre mandat s'est arrêté le {long_date(ends)} : vous ne pouvez plus refuser au nom "
            f"de {signer.organisation}. Déléguez votre signature, ou demandez une correction."
        )
    if owners.lapsed(signer.circuit, [signer], on=on):
        raise ActionDenied(
            "Ce qui vous permettait de signer n'a plus cours : vous ne pouvez plus refuser au nom "
            f"de {signer.organisation}. Demandez à l'opérateur local de recommencer la signature."
        )


@check
def sign(signer: CircuitSigner, *, on: date) -> None:
    """Sign online: what `answer` asks, under a mandate that holds that day, renewed or not."""
    answer(signer, on=on)
    starts, ends = signer.mandate_starts_on, signer.mandate_ends_on
    if starts and on < starts:
        raise ActionDenied(
            f"Votre mandat commence le {long_date(starts)} : signez à partir de ce jour."
        )
    if ends and owners.is_over(signer.circuit, signer, on=on):
        raise ActionDenied(
            f"Votre mandat s'est arrêté le {long_date(ends)} : déléguez votre signature, à "
            "vous-même si vous avez un nouveau mandat à joindre."
        )
    if owners.lapsed(signer.circuit, [signer], on=on):
        raise ActionDenied(
            "Ce qui vous permettait de signer n'a plus cours : "
            f"{signer.mandate_kind.lower()}. Demandez à l'opérateur local de recommencer la "
            "signature, ou déléguez la vôtre avec un mandat en cours."
        )


@check
def record_paper(circuit: Circuit) -> None:
    """Upload what was signed on paper or elsewhere, while the document is being signed."""
    if circuit.status != CircuitStatus.OPEN:
        raise ActionDenied(_CLOSED[CircuitStatus(circuit.status)])


@check
def confirm_paper(by: Person, signer: CircuitSigner) -> None:
    """Confirm a signed copy: another person than who uploaded it."""
    record_paper(signer.circuit)
    if signer.status != SignerStatus.PAPER:
        raise ActionDenied("Cet exemplaire signé n'attend plus de confirmation.")
    if signer.circuit.signers.expected().filter(order__lt=signer.order).exists():
        raise ActionDenied("D'autres personnes signent avant : attendez leur signature.")
    if signer.recorded_by_id == by.pk:
        raise ActionDenied(
            "Un exemplaire signé est déposé par une personne et confirmé par une autre."
        )


@check
def remind(signer: CircuitSigner) -> None:
    """Remind somebody who is expected, at an address."""
    if signer.circuit.status != CircuitStatus.OPEN or signer.status != SignerStatus.INVITED:
        raise ActionDenied("Cette personne n'est pas attendue maintenant.")
    if not signer.email:
        raise ActionDenied("Cette personne n'a pas d'adresse électronique : téléphonez-lui.")


@check
def extend(circuit: Circuit) -> None:
    """Give more time, even after the end, even during a pause."""
    if circuit.status not in {CircuitStatus.OPEN, CircuitStatus.PAUSED, CircuitStatus.EXPIRED}:
        raise ActionDenied(_CLOSED[CircuitStatus(circuit.status)])


@check
def resume(circuit: Circuit, *, on: date) -> None:
    """Go on after a correction that the document does not need, before the end of what is bound."""
    if circuit.status != CircuitStatus.PAUSED:
        raise ActionDenied("Ce circuit n'est pas en pause.")
    bound = Circuit.objects.bound_to(circuit).filter(status=CircuitStatus.PAUSED)
    first = min(bound.values_list("expires_on", flat=True))
    if on > first:
        raise ActionDenied(
            f"Le délai de signature est dépassé depuis le {long_date(first)} : "
            "prolongez-le, puis reprenez la signature."
        )


@check
def cancel(circuit: Circuit) -> None:
    """Give up before everybody has signed it and what is bound to it."""
    if circuit.status == CircuitStatus.COMPLETE:
        bound = Circuit.objects.bound_to(circuit)
        if not bound.exclude(status__in=sorted(SIGNED_BY_ALL)).exists():
            raise ActionDenied(_CLOSED[CircuitStatus.COMPLETE])
    CIRCUIT_TRANSITIONS.guard(circuit.status, CircuitStatus.CANCELLED)


@check
def decide_delegation(by: Person, delegation: Delegation) -> None:
    """Decide once, while the signer is still expected: another person than who would sign."""
    if delegation.decided_at is not None:
        raise ActionDenied("Cette délégation est déjà décidée.")
    if delegation.signer.status != SignerStatus.INVITED:
        raise ActionDenied("Cette personne n'est plus attendue : la délégation n'a plus d'objet.")
    record_paper(delegation.signer.circuit)
    if delegation.is_for(email=by.email, name=by.full_name):
        raise ActionDenied(
            "Vous êtes la personne proposée pour signer : une autre personne vérifie votre mandat."
        )


@check
def accept_delegation(by: Person, delegation: Delegation, *, on: date) -> None:
    """Let the other person sign: under a mandate that is not over (signature.md 6.2)."""
    decide_delegation(by, delegation)
    if delegation.ends_on is not None and delegation.ends_on < on:
        raise ActionDenied(
            f"Ce mandat s'est arrêté le {long_date(delegation.ends_on)} : écartez cette délégation."
        )


@check
def settle(by: Person, signer: CircuitSigner) -> None:
    """Decide once on what is contested after the seal: another person than who handled the copy."""
    if signer.settled_at is not None:
        raise ActionDenied("Il est déjà donné suite à cette contestation.")
    if signer.disputed_at is None or signer.circuit.status != CircuitStatus.SEALED:
        raise ActionDenied("Aucune signature scellée n'est contestée à ce nom.")
    if by.pk in {signer.recorded_by_id, signer.confirmed_by_id}:
        raise ActionDenied(
            "Vous avez déposé ou confirmé l'exemplaire contesté : une autre personne y donne suite."
        )


@check
def seal(circuit: Circuit) -> None:
    """Seal once everybody has signed."""
    CIRCUIT_TRANSITIONS.guard(circuit.status, CircuitStatus.SEALED)
