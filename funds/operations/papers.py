"""The papers of an advance that its company asks for: its account, the proof that it is settled."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_document
from alize.notifications.operations import mark_of
from alize.outbox.operations import enqueue
from funds import permissions, queries
from funds.documents import settlement_context, statement_context
from funds.models import Advance


@transaction.atomic
def issue_statement(*, advance_id: int, on: date, by: Person, at: datetime) -> GeneratedDocument:
    """Relevé de compte: every entry of an advance by the end of a day, and what is left to pay.

    What was stopped before the bank is not on it: its company never received it.

    :raises ActionDenied: nothing had reached the company by that day.
    :raises InvalidInput: the day has not come.
    """
    advance = _advance(advance_id)
    if on > timezone.localdate(at):
        raise InvalidInput("Un relevé s'arrête au plus tard aujourd'hui.", field="au")
    permissions.issue_statement(queries.received_book(advance, on=on).position(on))
    return issue_document(
        kind="releve-de-compte",
        reference=f"RC-{advance.reference.removeprefix('AV-')}-{on:%Y%m%d}",
        title="Relevé de compte",
        template="pdf/statement.html",
        context=statement_context(advance, on=on),
        as_of=on,
        target=advance,
        by=by,
        at=at,
    )


@transaction.atomic
def issue_settlement_certificate(*, advance_id: int, by: Person, at: datetime) -> GeneratedDocument:
    """Attestation de solde: all that was lent came back.

    :raises ActionDenied: something is still owed, was written off, or is about to be paid.
    """
    advance = _advance(advance_id)
    on = timezone.localdate(at)
    permissions.certify_settlement(
        queries.book_of(advance).position(on), to_leave=queries.to_leave(advance, on=on)
    )
    return issue_document(
        kind="attestation-de-solde",
        reference=f"AS-{advance.reference.removeprefix('AV-')}",
        title="Attestation de solde",
        template="pdf/settlement.html",
        context=settlement_context(advance, on=on),
        as_of=on,
        target=advance,
        by=by,
        at=at,
    )


def _advance(advance_id: int) -> Advance:
    """The advance, with what its papers print."""
    return Advance.objects.select_related("project__beneficiary").get(pk=advance_id)


@transaction.atomic
def send_paper(*, document_id: int, by: Person, at: datetime) -> str:
    """Send the company the link of a paper of its advance; once a day; returns its address.

    :raises ActionDenied: the file has no address.
    """
    document = GeneratedDocument.objects.get(pk=document_id)
    project = _advance(int(document.target_id)).project
    permissions.send_paper(project)
    key = mark_of(f"{document.pk}:{project.owner_email}:{timezone.localdate(at).isoformat()}")
    if enqueue("funds.send_paper", key=key, document_id=document.pk, email=project.owner_email):
        audit.record("paper.sent", target=document, by=by, at=at)
    return project.owner_email
