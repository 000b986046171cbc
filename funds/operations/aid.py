"""What a company declares of its de minimis aid, and the certificate of ours."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import InvalidInput
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_document
from funds import permissions
from funds.documents import certificate_context
from funds.models import Advance, DeclaredAid


def declare_aid(
    *,
    beneficiary_id: int,
    grantor: str,
    purpose: str,
    company: str,
    siren: str,
    amount: int,
    granted_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
) -> DeclaredAid:
    """Note an aid that a company declares, for itself or for another of its group.

    :raises InvalidInput: the day has not come, or the other company has no number.
    :raises AlreadyUsed: the form was sent before with another content.
    """
    said: dict[str, Any] = {
        "beneficiary_id": beneficiary_id,
        "grantor": grantor,
        "purpose": purpose,
        "company": company,
        "siren": siren,
        "amount": amount,
        "granted_on": granted_on,
    }

    def act() -> DeclaredAid:
        if granted_on > timezone.localdate(at):
            raise InvalidInput(
                "Cette aide n'est pas encore accordée : vérifiez la date.", field="granted_on"
            )
        if bool(company) != bool(siren):
            raise InvalidInput(
                "Une autre entreprise du groupe se désigne par son nom et son SIREN.",
                field="company" if siren else "siren",
            )
        aid = DeclaredAid.objects.create(
            **said, recorded_at=at, recorded_by=by, command_key=command_key
        )
        audit.record("aid.declared", target=aid, by=by, at=at, amount=amount)
        return aid

    return made_once(
        DeclaredAid, command_key, payload={"act": "aid", **said}, by=by, at=at, act=act
    )


@transaction.atomic
def withdraw_aid(*, aid_id: int, by: Person, at: datetime) -> DeclaredAid:
    """Take back an aid noted by mistake; it stays readable and no longer counts.

    :raises ActionDenied: it was withdrawn before.
    """
    aid = DeclaredAid.objects.select_for_update().get(pk=aid_id)
    permissions.withdraw_aid(aid)
    aid.withdrawn_at, aid.withdrawn_by = at, by
    aid.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("aid.withdrawn", target=aid, by=by, at=at)
    return aid


@transaction.atomic
def issue_aid_certificate(*, advance_id: int, by: Person, at: datetime) -> GeneratedDocument:
    """Attestation d'aide de minimis: what an advance weighs, for the company to keep.

    :raises ActionDenied: the convention is not signed by all.
    """
    advance = Advance.objects.select_related("project__beneficiary").get(pk=advance_id)
    permissions.certify_aid(advance)
    on = timezone.localdate(at)
    return issue_document(
        kind="attestation-minimis",
        reference=f"DM-{advance.reference.removeprefix('AV-')}",
        title="Attestation d'aide de minimis",
        template="pdf/aid_certificate.html",
        context=certificate_context(advance, on=on),
        as_of=on,
        target=advance,
        by=by,
        at=at,
    )
