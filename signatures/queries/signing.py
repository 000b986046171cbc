"""What the page of one signer shows, wherever they and the circuit stand."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.utils import timezone

from alize.common.dates import long_date, long_datetime, short_date
from alize.common.screen import Badge, Definition, Tone
from signatures import permissions
from signatures.documents import spaced
from signatures.enums import ON_COPY, CircuitStatus, Settlement, SignerStatus
from signatures.models import Circuit, CircuitSigner
from signatures.queries.reading import ToRead, to_read
from signatures.rules import ceremony_words, means

SIGNER_TONES: dict[str, Tone] = {
    SignerStatus.WAITING: "neutral",
    SignerStatus.INVITED: "attention",
    SignerStatus.PAPER: "info",
    SignerStatus.SIGNED: "done",
    SignerStatus.REFUSED: "late",
    SignerStatus.REPLACED: "quiet",
}
CIRCUIT_TONES: dict[str, Tone] = {
    CircuitStatus.OPEN: "attention",
    CircuitStatus.PAUSED: "attention",
    CircuitStatus.COMPLETE: "info",
    CircuitStatus.SEALED: "done",
    CircuitStatus.REFUSED: "late",
    CircuitStatus.EXPIRED: "late",
    CircuitStatus.CANCELLED: "quiet",
}


@dataclass(frozen=True)
class Other:
    """Another signer, as everybody concerned sees them."""

    name: str
    function: str
    organisation: str
    capacity: str
    status: Badge


@dataclass(frozen=True)
class SigningPage:
    """The page of a signer: where they stand, what they may do, what they sign."""

    circuit: Circuit
    signer: CircuitSigner
    status: Badge
    title: str
    text: str
    tone: Tone
    may_answer: bool
    may_sign: bool
    may_refuse: bool
    may_dispute: bool
    documents: list[ToRead]
    document_label: str
    facts: list[Definition]
    others: list[Other]


def signing_page(signer: CircuitSigner, *, on: date) -> SigningPage:
    """Gather all that the page of a signer shows."""
    circuit = signer.circuit
    title, text, tone = _situation(signer, on=on)
    sealed = circuit.status == CircuitStatus.SEALED
    return SigningPage(
        circuit=circuit,
        signer=signer,
        status=signer_badge(signer),
        title=title,
        text=text,
        tone=tone,
        may_answer=permissions.answer.allows(signer, on=on),
        may_sign=permissions.sign.allows(signer, on=on),
        may_refuse=permissions.refuse.allows(signer, on=on),
        may_dispute=signer.way in ON_COPY and signer.disputed_at is None,
        documents=to_read([signer])[signer.pk],
        document_label="Ouvrir l'exemplaire scellé" if sealed else "Lire le document",
        facts=[
            *(Definition(term, value) for term, value in circuit.summary),
            *ceremony_fact(circuit),
            *_deadline(circuit),
            Definition("Empreinte du document", spaced(circuit.document.sha256)),
        ],
        others=signer_lines(circuit),
    )


def _deadline(circuit: Circuit) -> list[Definition]:
    """Until when a signature is waited for, while one is."""
    waits = circuit.status in {CircuitStatus.OPEN, CircuitStatus.PAUSED}
    return [Definition("À signer au plus tard le", long_date(circuit.expires_on))] if waits else []


def ceremony_fact(circuit: Circuit) -> list[Definition]:
    """When and where the document is signed on paper, once it is announced."""
    words = ceremony_words(circuit.ceremony_at, circuit.ceremony_place)
    return [Definition("Cérémonie de signature", words)] if words else []


def _situation(signer: CircuitSigner, *, on: date) -> tuple[str, str, Tone]:
    """Where a signer stands, in a title and a sentence."""
    circuit = signer.circuit
    if signer.settled_at is not None:
        day = long_date(timezone.localdate(signer.settled_at))
        text = f"Décision d'ASTREES du {day} : « {signer.settlement_reason} »"
        return signer.get_settlement_display(), text, "info"
    if signer.disputed_at is not None:
        text = "L'opérateur local en est averti : il vous recontacte."
        return "Vous avez contesté cette signature", text, "attention"
    if signer.status == SignerStatus.SIGNED:
        return "Vous avez signé ce document", _receipt(signer), "done"
    if why_not := permissions.answer.why_not(signer, on=on):
        tone: Tone = "attention" if signer.status == SignerStatus.REFUSED else "info"
        return "Vous n'avez rien à signer pour l'instant", why_not + _why(circuit), tone
    return _expected(signer, on=on)


def _expected(signer: CircuitSigner, *, on: date) -> tuple[str, str, Tone]:
    """The same of whoever may answer."""
    circuit = signer.circuit
    if signer.delegations.filter(decided_at=None).exists():
        text = "Le mandat joint est vérifié, puis un courriel part à la personne proposée."
        if permissions.sign.allows(signer, on=on):
            text += " D'ici là, vous pouvez encore signer vous-même."
        return "Votre demande de délégation est partie", text, "info"
    if why_not := permissions.sign.why_not(signer, on=on):
        return "Vous ne pouvez pas signer aujourd'hui", why_not, "attention"
    if signer.on_paper:
        where = ceremony_words(circuit.ceremony_at, circuit.ceremony_place)
        said = f"Lors de la cérémonie : {where}." if where else "L'opérateur vous dira où et quand."
        return "Vous signez sur papier", f"{said} Vous pouvez encore signer en ligne.", "info"
    return "", "", "info"


def _receipt(signer: CircuitSigner) -> str:
    day = (
        long_date(cast(date, signer.signed_on))
        if signer.way in ON_COPY
        else long_datetime(cast(datetime, signer.signed_at))
    )
    copy = f", {means(signer.tool)}" if signer.way in ON_COPY else ""
    next_step = {
        CircuitStatus.SEALED: "Toutes les parties ont signé : l'exemplaire scellé est ci-dessous.",
        CircuitStatus.COMPLETE: "Toutes les parties ont signé : le document va être scellé.",
        CircuitStatus.OPEN: "L'exemplaire scellé vous sera envoyé quand tous auront signé.",
    }
    follows = next_step.get(CircuitStatus(signer.circuit.status), _why(signer.circuit).strip())
    return f"Le {day}{copy}. {follows}".strip()


def _why(circuit: Circuit) -> str:
    """The reason given when a circuit ended before its time."""
    if circuit.status == CircuitStatus.CANCELLED:
        return f" Motif de l'annulation : {circuit.end_reason}"
    if circuit.status == CircuitStatus.REFUSED:
        return " L'opérateur local reprend contact avec chacun."
    return ""


def signer_badge(signer: CircuitSigner) -> Badge:
    """The state of a signer in words and colour."""
    tone = SIGNER_TONES[signer.status]
    if is_lacking(signer):
        return Badge("Signature écartée", "late")
    if signer.made_good_by_id is not None:
        return Badge("Signature régularisée", tone)
    if signer.disputed_at and signer.settled_at is None:
        return Badge("Signature contestée", "late")
    if signer.status == SignerStatus.SIGNED:
        return Badge(f"Signé le {signer.signed_on:%d/%m/%Y}", tone)
    if signer.status == SignerStatus.INVITED and signer.on_paper:
        return Badge("À signer sur papier", tone)
    return Badge(signer.get_status_display(), tone)


def is_contested(signer: CircuitSigner) -> bool:
    """Whether a signature waits for what follows its contestation."""
    return signer.disputed_at is not None and signer.settled_at is None


def contested_signatures() -> tuple[int, date | None]:
    """How many sealed signatures wait for ASTREES, and since when the first one does."""
    moments = CircuitSigner.objects.contested().values_list("disputed_at", flat=True)
    days = [timezone.localdate(moment) for moment in moments if moment]
    return len(days), min(days, default=None)


def is_lacking(signer: CircuitSigner) -> bool:
    """Whether a signature was set aside, and no later act has made it good."""
    return signer.settlement == Settlement.SET_ASIDE and signer.made_good_by_id is None


def settled(signer: CircuitSigner) -> str:
    """« , confirmée le 12/03/2027 : « … » » of a signature that was contested."""
    if signer.settled_at is None:
        return ""
    kept = signer.settlement == Settlement.KEPT
    day = short_date(timezone.localdate(signer.settled_at))
    how = "confirmée" if kept else "écartée"
    return f", {how} le {day} : « {signer.settlement_reason} »"


def circuit_badge(circuit: Circuit, *, on: date) -> Badge:
    """The state of a circuit in words and colour; a term that has come is told at once."""
    if circuit.status == CircuitStatus.OPEN and on > circuit.expires_on:
        return Badge(CircuitStatus.EXPIRED.label, CIRCUIT_TONES[CircuitStatus.EXPIRED])
    return Badge(circuit.get_status_display(), CIRCUIT_TONES[circuit.status])


def signer_lines(circuit: Circuit) -> list[Other]:
    """Who signs, in which capacity, and where each of them stands."""
    return [
        Other(
            name=signer.name,
            function=signer.function,
            organisation=signer.organisation,
            capacity=signer.capacity,
            status=signer_badge(signer),
        )
        for signer in circuit.signers.all()
    ]
