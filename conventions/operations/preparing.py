"""A convention from the approval to the text that everybody signs."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import add_months
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.writings import check_mark
from alize.outbox.operations import enqueue
from committees.models import Decision
from conventions import permissions
from conventions.documents import cooperation_words
from conventions.enums import PRESIDENCY, AgreementStatus, SignerCapacity
from conventions.models import CooperationConvention, Signer
from conventions.operations.agreements import (
    check_text,
    figures_changed,
    give_up_circuits,
    reopen_now,
)
from conventions.operations.days import check_effect, check_payment
from conventions.queries.computed import MANDATE, computed_signers
from conventions.queries.detail import as_typed
from conventions.queries.mandates import give_kept
from conventions.queries.parties import office_mandate
from conventions.rules.cooperation import binds_by_law
from funds.operations import grant_advance
from partners import operations as partners
from partners.enums import MandateKind
from projects.enums import ProjectStatus
from signatures import operations as signatures
from signatures.rules import same_name

GIVEN_UP = "Cette convention est abandonnée ; une autre peut être préparée."
RECOMPUTED = (
    "Les signataires ont été recalculés pendant votre saisie : rechargez la page, puis refaites "
    "vos corrections."
)
WITHDRAWN = "L'entreprise renonce à son projet : cette convention n'engage personne."


@dataclass(frozen=True)
class SignerWords:
    """What the operator corrects of a signer."""

    name: str
    function: str
    email: str


KEPT_FIELDS = (*(field.name for field in fields(SignerWords)), *MANDATE)


@transaction.atomic
def prepare_convention(*, decision_id: int, by: Person, at: datetime) -> CooperationConvention:
    """Open the draft that follows an approval, its signers computed; once (R60-R63).

    :raises ActionDenied: the decision approves nothing, or the project has moved on.
    """
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("project__beneficiary", "ballot__proposal")
        .get(pk=decision_id)
    )
    live = decision.cooperation_conventions.exclude(status=AgreementStatus.CANCELLED).first()
    if live is not None:
        return live
    permissions.prepare(decision)
    if decision.amount:
        grant_advance(decision_id=decision.pk, by=by, at=at)
    today = timezone.localdate(at)
    convention = CooperationConvention.objects.create(
        reference=_next_reference(decision),
        project=decision.project,
        decision=decision,
        starts_on=today,
        payment_expected_on=add_months(today, 1) if decision.amount else None,
        created_at=at,
        created_by=by,
    )
    _write_signers(convention, on=today)
    figures_changed(convention, at=at)
    audit.record(
        "convention.prepared", target=convention, by=by, at=at, reference=convention.reference
    )
    return convention


def _next_reference(decision: Decision) -> str:
    """« CC-2026-SAV-014 », then « CC-2026-SAV-014-2 » after a cancelled one."""
    rank = decision.project.cooperation_conventions.count() + 1
    return f"CC-{decision.project.reference}" + (f"-{rank}" if rank > 1 else "")


def _write_signers(convention: CooperationConvention, *, on: date) -> None:
    signers = computed_signers(convention, on=on)
    convention.signers.all().delete()
    Signer.objects.bulk_create(signers)


@transaction.atomic
def recompute_signers(*, convention_id: int, by: Person, at: datetime) -> CooperationConvention:
    """Read the parties again, after a contact or the presidency changed.

    The mandate that the convention keeps of the same person stays.

    :raises ActionDenied: the text is frozen.
    """
    convention = locked(convention_id)
    permissions.edit(convention)
    _write_signers(convention, on=timezone.localdate(at))
    audit.record("convention.signers_computed", target=convention, by=by, at=at)
    return convention


@transaction.atomic
def save_draft(
    *,
    convention_id: int,
    starts_on: date,
    payment_expected_on: date | None,
    signers: Mapping[int, SignerWords],
    mark: str = "",
    by: Person,
    at: datetime,
) -> CooperationConvention:
    """Keep the dates and the signers' names and functions of a draft.

    Whoever signs for a partner does so under the mandate that it keeps for them (signature.md 6.2);
    for another, somebody else takes over no mandate. `mark` is that of what the page showed.

    :raises ActionDenied: the text is frozen.
    :raises InvalidInput: the convention would take effect over a year away, the payment is expected
        before it does or over a year after, or the signers were computed again meanwhile.
    :raises WrittenMeanwhile: somebody else saved the draft since the page was opened.
    """
    convention = locked(convention_id)
    permissions.edit(convention)
    check_effect(starts_on, on=timezone.localdate(at))
    if payment_expected_on:
        check_payment(payment_expected_on, starts_on=starts_on)
    known = list(convention.signers.all())
    if not {signer.pk for signer in known}.issuperset(signers):
        raise InvalidInput(RECOMPUTED)
    stored = as_typed(convention, known)
    convention.starts_on, convention.payment_expected_on = starts_on, payment_expected_on
    for signer in known:
        words = signers.get(signer.pk)
        if words is not None:
            if _loses_office(signer, words.function) or not same_name(words.name, signer.name):
                _forget_mandate(signer, function=words.function)
            for field, value in vars(words).items():
                setattr(signer, field, value)
    check_mark(mark, stored=stored, sent=as_typed(convention, known))
    convention.save(update_fields=["starts_on", "payment_expected_on"])
    give_kept(known, on=timezone.localdate(at))
    for signer in known:
        signer.save(update_fields=KEPT_FIELDS)
    figures_changed(convention, at=at)
    audit.record("convention.draft_saved", target=convention, by=by, at=at)
    return convention


def _loses_office(signer: Signer, function: str) -> bool:
    """Whether the function corrected of who runs the company no longer binds it by law."""
    is_owner = signer.capacity == SignerCapacity.OWNER
    return is_owner and binds_by_law(signer.function) and not binds_by_law(function)


def _forget_mandate(signer: Signer, *, function: str) -> None:
    """Somebody else signs, or no longer by their office: under a mandate to record."""
    if signer.mandate == PRESIDENCY:
        return
    is_owner = signer.capacity == SignerCapacity.OWNER
    signer.mandate = office_mandate(function) if is_owner else ""
    signer.mandate_since, signer.mandate_until, signer.mandate_sha256 = None, None, ""


@transaction.atomic
def mandate_signer(
    *,
    convention_id: int,
    signer_id: int,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    document: File | None,
    by: Person,
    at: datetime,
) -> Signer:
    """Enregistrer le mandat of who signs for no partner, with its act; it replaces the former.

    :raises ActionDenied: the text is frozen.
    :raises InvalidInput: the signers were computed again meanwhile, the act is missing or cannot be
        kept, or the dates contradict one another.
    """
    convention = locked(convention_id)
    permissions.edit(convention)
    signer = convention.signers.filter(pk=signer_id, partner=None).first()
    if signer is None:
        raise InvalidInput(RECOMPUTED)
    if not signer.name:
        raise InvalidInput("Indiquez d'abord qui signe : un mandat est celui d'une personne.")
    held = kept_mandate(
        kind=kind, starts_on=starts_on, ends_on=ends_on, document=document, by=by, at=at
    )
    for word, value in held.items():
        setattr(signer, word, value)
    signer.save(update_fields=MANDATE)
    audit.record(
        "convention.signer_mandated",
        target=convention,
        by=by,
        at=at,
        signer=signer.rank,
        kind=str(kind),
        sha256=signer.mandate_sha256,
    )
    return signer


def kept_mandate(
    *,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    document: File | None,
    by: Person,
    at: datetime,
) -> dict[str, Any]:
    """What a text keeps, by the names of `MANDATE`, of who signs for no partner.

    :raises InvalidInput: the act is missing or cannot be kept, or the dates contradict one another.
    """
    partners.check_mandate(kind=kind, starts_on=starts_on, ends_on=ends_on, document=document)
    act = partners.keep_act(document, by=by, at=at)
    return {
        "mandate": MandateKind(kind).label,
        "mandate_since": starts_on,
        "mandate_until": ends_on,
        "mandate_sha256": act.sha256 if act else "",
    }


@transaction.atomic
def freeze(*, convention_id: int, by: Person, at: datetime) -> CooperationConvention:
    """Geler : the text no longer changes and its PDF is made; its signature is launched next.

    The same person asking twice does it once.

    :raises ActionDenied: a signer is not named or not mandated, a suspensive condition is left, or
        the text would show a variable without a value, leave out a clause of the basin, or print
        a character as a box.
    :raises InvalidInput: kept as a draft for long, it would take effect over a year away.
    """
    convention = locked(convention_id)
    if convention.status == AgreementStatus.FROZEN and convention.frozen_by_id == by.pk:
        return convention
    permissions.freeze(convention)
    check_effect(convention.starts_on, on=timezone.localdate(at))
    words = cooperation_words(convention, on=timezone.localdate(at))
    if words["missing"]:
        raise ActionDenied(
            f"Le texte n'a pas de valeur pour « {words['missing'][0]} » : complétez le dossier."
        )
    check_text(words)
    convention.status, convention.frozen_at, convention.frozen_by = AgreementStatus.FROZEN, at, by
    convention.snapshot = words
    convention.text_version = convention.snapshot["version"]
    convention.save(update_fields=["status", "frozen_at", "frozen_by", "snapshot", "text_version"])
    enqueue(
        "conventions.render",
        key=f"{convention.pk}:{at.isoformat()}",
        convention_id=convention.pk,
        by_id=by.pk,
    )
    figures_changed(convention, at=at)
    audit.record("convention.frozen", target=convention, by=by, at=at)
    return convention


@transaction.atomic
def reopen(*, convention_id: int, by: Person, at: datetime) -> CooperationConvention:
    """Rouvrir le texte : a frozen convention is a draft again; its next PDF is a new version.

    :raises ActionDenied: somebody may still sign it, or it is signed or cancelled.
    """
    convention = locked(convention_id)
    if convention.status == AgreementStatus.DRAFT:
        return convention
    permissions.reopen(convention)
    reopen_now(convention, by=by, at=at)
    forget_void(convention)
    audit.record("convention.reopened", target=convention, by=by, at=at)
    return convention


@transaction.atomic
def cancel(*, convention_id: int, by: Person, at: datetime) -> CooperationConvention:
    """Give up a convention that is not signed, and its circuit; another one may be prepared.

    The same person asking twice does it once.

    What all have signed may be given up when it can have no effect any more.

    :raises ActionDenied: it is signed or cancelled already.
    """
    convention = locked(convention_id)
    if convention.status == AgreementStatus.CANCELLED and convention.cancelled_by_id == by.pk:
        return convention
    permissions.cancel(convention)
    forget_void(convention)
    cancel_now(convention, reason=GIVEN_UP, by=by, at=at)
    return convention


@transaction.atomic
def cancel_withdrawn(*, project_id: int, by: Person, at: datetime) -> None:
    """Cancel the convention that waits for a company which has given up; again, nothing.

    Whoever signed it or was asked to is told why (M47).
    """
    waiting = CooperationConvention.objects.exclude(
        status__in=[AgreementStatus.SIGNED, AgreementStatus.CANCELLED]
    ).filter(project=project_id, project__status=ProjectStatus.WITHDRAWN)
    for convention_id in waiting.order_by("pk").values_list("pk", flat=True):
        convention = locked(convention_id)
        if permissions.cancel.allows(convention):
            forget_void(convention)
            cancel_now(convention, reason=WITHDRAWN, by=by, at=at)


def cancel_now(convention: CooperationConvention, *, reason: str, by: Person, at: datetime) -> None:
    """Cancel what the caller holds and may cancel; whoever signed it or was asked to is told."""
    circuit = convention.circuit
    if circuit is not None and permissions.signed_by_all(convention):
        signatures.void(circuit_id=circuit.pk, reason=reason, by=by, at=at)
    else:
        give_up_circuits(convention, reason=reason, by=by, at=at)
    convention.status = AgreementStatus.CANCELLED
    convention.cancelled_at, convention.cancelled_by = at, by
    convention.save(update_fields=["status", "cancelled_at", "cancelled_by"])
    figures_changed(convention, at=at)
    audit.record("convention.cancelled", target=convention, by=by, at=at)


def forget_void(convention: CooperationConvention) -> None:
    """Nobody asks any more to give up what all have signed."""
    convention.void_asked_at, convention.void_asked_by, convention.void_reason = None, None, ""
    convention.save(update_fields=["void_asked_at", "void_asked_by", "void_reason"])


def locked(convention_id: int) -> CooperationConvention:
    """The convention, held until the end of the transaction."""
    return (
        CooperationConvention.objects.select_for_update(of=("self",))
        .select_related("project__beneficiary", "decision__ballot__proposal", "circuit", "document")
        .get(pk=convention_id)
    )
