"""A signature on paper, or made with another tool: a copy that one person uploads and another
confirms (signature.md 6.1, 6.3)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, cast

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import of
from alize.documents.models import StoredFile
from alize.documents.operations import store_upload
from alize.documents.storage import opened
from alize.documents.vetting import UploadRefused
from alize.seals.outside import carries_signatures
from basins import links
from basins.enums import LinkPurpose
from signatures import owners, permissions
from signatures.enums import EventKind, SignatureWay, SignerStatus
from signatures.models import Circuit, CircuitSigner
from signatures.operations.base import locked, mail_link, move, note, take_renewed
from signatures.operations.launching import go_on, invite_next, plan_reminder
from signatures.rules import RESULT_VALID, means

NOT_SIGNED = (
    "Ce fichier ne porte aucune signature électronique : joignez le PDF que l'outil a rendu, ou "
    "laissez le nom de l'outil vide si l'exemplaire est sur papier."
)


@transaction.atomic
def record_paper(
    *,
    circuit_id: int,
    signer_ids: Collection[int],
    signed_on: date,
    scan: File,
    tool: str = "",
    by: Person,
    at: datetime,
) -> StoredFile:
    """Keep one signed copy and say who signed it, on which day; another person confirms.

    `tool` names what it was signed with, elsewhere; nothing when it was signed on paper.
    The same person saying the same twice does it once.

    :raises ActionDenied: the document is not being signed, or somebody named is not expected.
    :raises InvalidInput: nobody is named, the day is wrong, a mandate does not cover it, or the
        scan cannot be kept, or carries no electronic signature when a tool is named.
    """
    circuit = locked(circuit_id)
    permissions.record_paper(circuit)
    signers = list(
        circuit.signers.select_for_update(of=("self",))
        .select_related("scan")
        .filter(pk__in=signer_ids)
        .order_by("pk")
    )
    known = _recorded(signers, signed_on, tool, by=by)
    if known is not None:
        return known
    _check(circuit, signers, signed_on, on=timezone.localdate(at))
    stored = _kept(scan, is_signed=bool(tool), by=by, at=at)
    for signer in signers:
        signer.circuit = circuit
        _write(signer, stored, signed_on, tool, by=by, at=at)
    audit.record(
        "circuit.paper_recorded",
        target=circuit,
        by=by,
        at=at,
        scan=stored.sha256,
        signers=len(signers),
    )
    return stored


def _recorded(
    signers: list[CircuitSigner], signed_on: date, tool: str, *, by: Person
) -> StoredFile | None:
    """The copy of which this person has said the same of all these signers."""
    known = {
        signer.scan
        for signer in signers
        if (signer.status, signer.recorded_by_id, signer.paper_on, signer.tool)
        == (SignerStatus.PAPER, by.pk, signed_on, tool)
    }
    if len(known) == 1 and all(signer.scan in known for signer in signers):
        return cast(StoredFile, known.pop())
    return None


def _write(
    signer: CircuitSigner, copy: StoredFile, signed_on: date, tool: str, *, by: Person, at: datetime
) -> None:
    """Note that a copy carries a signature; another person confirms it."""
    take_renewed(signer, on=signed_on, at=at)
    move(signer, SignerStatus.PAPER)
    signer.scan, signer.paper_on = copy, signed_on
    signer.recorded_at, signer.recorded_by_id, signer.tool = at, by.pk, tool
    signer.save(update_fields=["status", "scan", "paper_on", "recorded_at", "recorded_by", "tool"])
    note(
        EventKind.PAPER_RECORDED,
        signer.circuit,
        signer=signer,
        at=at,
        on=signed_on.isoformat(),
        scan=copy.sha256,
        by=by.pk,
        **_with(tool),
    )


def _check(circuit: Circuit, signers: list[CircuitSigner], signed_on: date, *, on: date) -> None:
    if not signers:
        raise InvalidInput("Cochez qui a signé cet exemplaire.", field="signers")
    if any(signer.status != SignerStatus.INVITED for signer in signers):
        raise ActionDenied("L'une de ces personnes n'est pas attendue : rechargez la page.")
    if signed_on > on:
        raise InvalidInput("Cette date n'est pas encore passée.", field="signed_on")
    if signed_on < timezone.localdate(circuit.document.created_at):
        raise InvalidInput(
            "Le document n'existait pas encore à cette date : vérifiez la saisie.",
            field="signed_on",
        )
    if signed_on > circuit.expires_on:
        raise InvalidInput("Cette date dépasse le délai de signature.", field="signed_on")
    lapsed = owners.lapsed(circuit, signers, on=signed_on)
    for signer in signers:
        starts, ends = signer.mandate_starts_on, signer.mandate_ends_on
        is_outside = (starts and signed_on < starts) or (ends and signed_on > ends)
        if is_outside and owners.renewed(circuit, signer, on=signed_on) is not None:
            continue
        if is_outside or signer.pk in lapsed:
            raise InvalidInput(
                f"Le mandat {of(signer.name)} ne couvre pas le {short_date(signed_on)}.",
                field="signed_on",
            )


def _kept(scan: File, *, is_signed: bool, by: Person, at: datetime) -> StoredFile:
    """Keep the copy; one signed elsewhere carries the signature that its tool gave it."""
    try:
        stored = store_upload(file=scan, name=scan.name or "exemplaire", by=by, at=at)
    except UploadRefused as refusal:
        raise InvalidInput(refusal.reason, field="scan") from refusal
    if is_signed:
        with opened(stored.key) as copy:
            if not carries_signatures(copy.read()):
                raise InvalidInput(NOT_SIGNED, field="scan")
    return stored


def _with(tool: str) -> dict[str, Any]:
    """The tool, as the chain notes it."""
    return {"tool": tool} if tool else {}


@transaction.atomic
def confirm_paper(*, circuit_id: int, scan_id: int, by: Person, at: datetime) -> Circuit:
    """Confirm all that one signed copy says; each signer is told, with « Ce n'est pas moi » (M38).

    Confirmed twice, it is done once.

    :raises ActionDenied: the same person uploaded it, or it waits for no confirmation.
    """
    circuit, signers = _waiting(circuit_id, scan_id)
    if not signers and circuit.signers.filter(scan=scan_id, confirmed_by=by.pk).exists():
        return circuit
    _check_confirmable(by, signers)
    scan = StoredFile.objects.get(pk=scan_id)
    for signer in signers:
        signed_on = cast(date, signer.paper_on)
        way = SignatureWay.EXTERNAL if signer.tool else SignatureWay.PAPER
        move(signer, SignerStatus.SIGNED)
        signer.way = way
        signer.signed_at, signer.signed_on = at, signed_on
        signer.confirmed_at, signer.confirmed_by_id = at, by.pk
        signer.save()
        note(
            EventKind.SIGNED,
            circuit,
            signer=signer,
            at=at,
            way=way,
            name=signer.name,
            function=signer.function,
            document=circuit.document.sha256,
            scan=scan.sha256,
            on=signed_on.isoformat(),
            by=by.pk,
            **_with(signer.tool),
        )
        words = {"date": short_date(signed_on), "how": means(signer.tool)}
        key = f"paper:{at.isoformat()}"
        mail_link("M38", signer, key=key, at=at, valid=RESULT_VALID, words=words)
    audit.record("circuit.paper_confirmed", target=circuit, by=by, at=at, signers=len(signers))
    go_on(circuit, at=at)
    return circuit


@transaction.atomic
def reject_paper(*, circuit_id: int, scan_id: int, by: Person, at: datetime) -> Circuit:
    """Set aside a signed copy that does not say what was noted; its signers are expected again.

    :raises ActionDenied: the same person uploaded it, or it waits for no confirmation.
    """
    circuit, signers = _waiting(circuit_id, scan_id)
    _check_confirmable(by, signers)
    digest = StoredFile.objects.get(pk=scan_id).sha256
    for signer in signers:
        _forget_copy(signer)
        note(EventKind.PAPER_REJECTED, circuit, signer=signer, at=at, scan=digest, by=by.pk)
        if signer.email:
            plan_reminder(signer, at=at)
    invite_next(circuit, at=at)
    audit.record("circuit.paper_rejected", target=circuit, by=by, at=at, signers=len(signers))
    return circuit


def _forget_copy(signer: CircuitSigner) -> None:
    """Expect again whoever a copy named; the chain keeps what it said."""
    move(signer, SignerStatus.INVITED)
    signer.scan, signer.paper_on = None, None
    signer.tool = ""
    signer.recorded_at = signer.recorded_by = None
    signer.save()


def set_aside_disputed(circuit: Circuit, *, by: Person, at: datetime) -> list[CircuitSigner]:
    """Expect again, in their turn, those who say that they did not sign a copy (M11).

    Whoever signs after them waits for them again, and is reminded anew.
    """
    disputed = list(
        circuit.signers.select_for_update(of=("self",))
        .filter(status=SignerStatus.SIGNED, disputed_at__isnull=False)
        .select_related("scan")
    )
    for signer in disputed:
        digest = cast(StoredFile, signer.scan).sha256
        signer.way, signer.disputed_at, signer.signed_at, signer.signed_on = "", None, None, None
        signer.confirmed_at, signer.confirmed_by = None, None
        _forget_copy(signer)
        note(EventKind.PAPER_REJECTED, circuit, signer=signer, at=at, scan=digest, by=by.pk)
        links.close(LinkPurpose.SIGNATURE, signer.pk, at=at)
    if disputed:
        later = Q(order__gt=min(signer.order for signer in disputed))
        waiting = circuit.signers.filter(later | Q(pk__in=[signer.pk for signer in disputed]))
        waiting.filter(status=SignerStatus.INVITED).update(
            status=SignerStatus.WAITING, reminders=0, undelivered_at=None
        )
        invite_next(circuit, at=at)
    return disputed


def _waiting(circuit_id: int, scan_id: int) -> tuple[Circuit, list[CircuitSigner]]:
    circuit = locked(circuit_id)
    signers = list(
        circuit.signers.select_for_update(of=("self",))
        .filter(scan=scan_id, status=SignerStatus.PAPER)
        .order_by("pk")
    )
    for signer in signers:
        signer.circuit = circuit
    return circuit, signers


def _check_confirmable(by: Person, signers: list[CircuitSigner]) -> None:
    if not signers:
        raise ActionDenied("Cet exemplaire n'attend plus de confirmation.")
    for signer in signers:
        permissions.confirm_paper(by, signer)
