"""The minutes and what goes with them, laid out after the commit, and the mails that send them."""

from datetime import datetime

from django.utils import timezone

from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.documents.operations import issue_document
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from basins.telling import tell_staff
from committees import documents
from committees.enums import MinutesStatus
from committees.models import Minutes
from committees.queries import seats
from signatures import operations as signatures
from signatures.operations import Given


def _minutes(minutes_id: int) -> Minutes:
    return Minutes.objects.select_related(
        "meeting__chair__partner", "meeting__second_of", "signed_by", "countersigned_by"
    ).get(pk=minutes_id)


def _given(minutes: Minutes) -> list[Given]:
    """Who has signed the minutes in the application: the presidency, the secretary if asked."""
    given = [Given(*documents.presidency_of(minutes), minutes.signed_at)]
    if minutes.countersigned_by is not None:
        secretary = f"Secrétariat de la {minutes.meeting.noun}"
        signed_at = minutes.countersigned_at
        given.append(Given(minutes.countersigned_by, secretary, "Opérateur local", signed_at))
    return given


@handler("committees.issue_minutes")
def issue_minutes(*, at: datetime, minutes_id: int) -> None:
    """Lay out the minutes; once signed, keep the document, have it sealed, and send it."""
    minutes = _minutes(minutes_id)
    signed = minutes.status == MinutesStatus.SIGNED
    if signed and minutes.document_id is not None:
        return
    meeting = minutes.meeting
    document = issue_document(
        kind=documents.MINUTES,
        reference=documents.minutes_reference(meeting),
        title=documents.minutes_title(meeting),
        template="pdf/minutes.html",
        context=documents.minutes_context(minutes),
        as_of=timezone.localdate(minutes.signed_at if signed else at),
        target=minutes,
        by=minutes.signed_by,
        at=at,
        draft=not signed,
    )
    if not signed:
        return
    minutes.document = document
    minutes.save(update_fields=["document"])
    day = seats.day_of(meeting)
    signatures.gather(
        document=document,
        title="Procès-verbal",
        summary=[("Séance", long_date(day))],
        signatures=_given(minutes),
        by=minutes.signed_by,
        at=at,
    )
    members = seats.members_to_tell(meeting)
    words = {"meeting": meeting.noun, "date": long_date(day)}
    path = basin_reverse("minutes_detail", number=meeting.number)
    for person in members:
        send_mail("M09", to=Recipient.of(person), path=path, key=str(minutes.pk), **words)
    tell_staff("M09", path=path, key=meeting.number, besides=members, **words)
    audit.record(
        "minutes.issued", target=minutes, by=minutes.signed_by, at=at, document=document.pk
    )


@handler("committees.issue_annex")
def issue_annex(*, at: datetime, minutes_id: int) -> None:
    """Lay out the nominal list of the votes, for the few who may read it.

    Apart from the minutes: the journal of the basin would wait for a second layout.
    """
    minutes = _minutes(minutes_id)
    if minutes.annex_id is not None or not documents.ballots_held(minutes.meeting).exists():
        return
    minutes.annex = issue_document(
        kind=documents.ANNEX,
        reference=f"{documents.minutes_reference(minutes.meeting)}-A",
        title=documents.minutes_title(minutes.meeting),
        template="pdf/minutes_annex.html",
        context=documents.annex_context(minutes),
        as_of=timezone.localdate(minutes.signed_at),
        target=minutes,
        by=minutes.signed_by,
        at=at,
    )
    minutes.save(update_fields=["annex"])
    audit.record(
        "minutes.issued", target=minutes, by=minutes.signed_by, at=at, annex=minutes.annex.pk
    )


@handler("committees.issue_remarks")
def issue_remarks(*, at: datetime, minutes_id: int) -> None:
    """Lay out the note of the remarks; each one makes a new version, the minutes never change."""
    minutes = _minutes(minutes_id)
    issue_document(
        kind=documents.REMARKS,
        reference=f"{documents.minutes_reference(minutes.meeting)}-R",
        title=documents.minutes_title(minutes.meeting),
        template="pdf/minutes_remarks.html",
        context=documents.remarks_context(minutes),
        as_of=timezone.localdate(at),
        target=minutes,
        by=None,
        at=at,
    )
