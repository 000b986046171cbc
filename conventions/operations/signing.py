"""The signature of all: the project is labelled, its advance may be paid."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import StoredFile
from alize.documents.operations import store_upload
from alize.documents.vetting import UploadRefused
from conventions import permissions
from conventions.enums import ConventionStatus
from conventions.models import CooperationConvention
from conventions.operations.invitations import tell_all_signed
from conventions.operations.preparing import locked
from funds.models import Advance
from funds.operations import contract_advance
from projects import operations as projects


@transaction.atomic
def record_signed(
    *,
    convention_id: int,
    signed_on: date,
    scan: File | None,
    by: Person,
    at: datetime,
    signer_dates: Mapping[int, date] | None = None,
) -> CooperationConvention:
    """Marquer comme signée hors de l'outil: all have signed, on paper (R60, R63).

    The same person recording the same day twice gets the result of the first time.

    :raises ActionDenied: it is not ready to sign, or a suspensive condition is left.
    :raises InvalidInput: a date has not come or precedes the decision, the scan cannot be kept.
    """
    convention = locked(convention_id)
    if convention.status == ConventionStatus.SIGNED:
        if (convention.signed_on, convention.recorded_by_id) == (signed_on, by.pk):
            return convention
        raise ActionDenied("Cette convention est déjà marquée comme signée par tous.")
    permissions.record_signed(convention)
    dates = signer_dates or {}
    _check_dates(convention, signed_on, dates, at=at)
    if scan is not None:
        convention.scan = _kept(scan, by=by, at=at)
    convention.status, convention.signed_on = ConventionStatus.SIGNED, signed_on
    convention.recorded_at, convention.recorded_by = at, by
    convention.save(update_fields=["status", "signed_on", "recorded_at", "recorded_by", "scan"])
    for signer in convention.signers.all():
        signer.signed_on = dates.get(signer.pk, signed_on)
        signer.save(update_fields=["signed_on"])
    advance = Advance.objects.filter(decision_id=convention.decision_id).first()
    if advance is not None:
        contract_advance(advance_id=advance.pk, on=signed_on, by=by, at=at)
    projects.label(project_id=convention.project_id, on=signed_on, by=by, at=at)
    tell_all_signed(convention, at=at)
    audit.record(
        "convention.signed",
        target=convention,
        by=by,
        at=at,
        on=signed_on.isoformat(),
        scan="" if convention.scan is None else convention.scan.sha256,
    )
    return convention


def _kept(scan: File, *, by: Person, at: datetime) -> StoredFile:
    try:
        return store_upload(file=scan, name=scan.name or "convention", by=by, at=at)
    except UploadRefused as refusal:
        raise InvalidInput(refusal.reason, field="scan") from refusal


def _check_dates(
    convention: CooperationConvention,
    signed_on: date,
    dates: Mapping[int, date],
    *,
    at: datetime,
) -> None:
    if signed_on > timezone.localdate(at):
        raise InvalidInput("Cette date n'est pas encore passée.", field="signed_on")
    decided_on = convention.decision.decided_on
    if signed_on < decided_on:
        raise InvalidInput("La signature ne peut pas précéder la décision.", field="signed_on")
    for signer_id, day in dates.items():
        if not decided_on <= day <= signed_on:
            raise InvalidInput(
                "Chaque signature se place entre la décision et la dernière signature.",
                field=f"signer_{signer_id}",
            )
