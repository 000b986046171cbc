"""The minutes: drafted by the secretary, signed by the president (O5, C8, SD9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import MINUTES_TRANSITIONS, MinutesStatus
from committees.models import AgendaItem, Minutes
from committees.queries import drafting, leading, seals, seats
from committees.queries.drafting import Clash
from committees.queries.rules import committee_rules


@dataclass(frozen=True)
class Saved:
    """What was kept of a draft, and the parts that somebody else wrote meanwhile."""

    minutes: Minutes
    clashes: tuple[Clash, ...] = ()


def locked_minutes(minutes_id: int) -> Minutes:
    """The minutes, held until the end of the transaction."""
    return (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("meeting__chair__holder", "drafted_by")
        .get(pk=minutes_id)
    )


@transaction.atomic
def save_minutes(
    *,
    minutes_id: int,
    narrative: str,
    items: Mapping[int, str],
    marks: Mapping[str, str] | None = None,
    keep: frozenset[str] = frozenset(),
    by: Person,
    at: datetime,
) -> Saved:
    """Save what the secretary writes; presences, quorum and votes are not theirs to change.

    `marks` say what each part was when the writer began: a part that somebody else wrote since is
    left as it is and given back, unless the writer has seen it and chose to `keep` their own.

    :raises ActionDenied: the minutes are with the president, or signed.
    """
    minutes = locked_minutes(minutes_id)
    permissions.write_minutes(minutes)
    now = drafting.texts_of(minutes)
    typed = {drafting.GENERAL: drafting.plain(narrative)} | {
        drafting.field_of(pk): drafting.plain(text) for pk, text in items.items()
    }
    wanted = {
        name: text
        for name, text in typed.items()
        if name in now and text != drafting.plain(now[name])
    }
    clashes = []
    for name, text in list(wanted.items()):
        known = drafting.mark(now[name])
        started = known if marks is None else marks.get(name, known)
        if started == known or name in keep:
            continue
        del wanted[name]
        # Untouched by this writer: there is nothing of theirs to lose.
        if started != drafting.mark(text):
            clashes.append(Clash(name, theirs=now[name], mine=text))
    if wanted:
        _write(minutes, wanted, by=by)
        audit.record("minutes.saved", target=minutes, by=by, at=at, revision=minutes.revision)
    return Saved(minutes, tuple(clashes))


def _write(minutes: Minutes, texts: Mapping[str, str], *, by: Person) -> None:
    minutes.narrative = texts.get(drafting.GENERAL, minutes.narrative)
    minutes.drafted_by_id, minutes.revision = by.pk, minutes.revision + 1
    minutes.save(update_fields=["narrative", "drafted_by", "revision"])
    for item in AgendaItem.objects.filter(meeting=minutes.meeting_id):
        text = texts.get(drafting.field_of(item.pk))
        if text is not None:
            item.narrative = text
            item.save(update_fields=["narrative"])


@transaction.atomic
def draft_minutes_pdf(*, minutes_id: int, by: Person, at: datetime) -> None:
    """Ask for the draft as PDF, marked « PROJET »."""
    minutes = locked_minutes(minutes_id)
    permissions.write_minutes(minutes)
    enqueue(
        "committees.issue_minutes",
        key=f"{minutes.pk}:draft:{at.isoformat()}",
        minutes_id=minutes.pk,
    )
    audit.record("minutes.drafted", target=minutes, by=by, at=at)


@transaction.atomic
def send_minutes(*, minutes_id: int, by: Person, at: datetime) -> Minutes:
    """Send the minutes to whoever presided and to the presidency, to read and sign.

    The secretary countersigns by sending them, when the committee's rules ask for two signatures.

    :raises ActionDenied: they have been sent already.
    """
    minutes = locked_minutes(minutes_id)
    permissions.write_minutes(minutes)
    MINUTES_TRANSITIONS.guard(minutes.status, MinutesStatus.SENT)
    minutes.status, minutes.sent_at, minutes.drafted_by_id = MinutesStatus.SENT, at, by.pk
    if committee_rules().minutes_signatures > 1:
        minutes.countersigned_at, minutes.countersigned_by_id = at, by.pk
    minutes.save()
    enqueue(
        "committees.issue_minutes",
        key=f"{minutes.pk}:sent:{at.isoformat()}",
        minutes_id=minutes.pk,
    )
    for person in leading.signers(minutes.meeting):
        if person.pk == minutes.drafted_by_id:
            continue
        send_mail(
            "M08",
            to=Recipient.of(person),
            path=basin_reverse("minutes_detail", number=minutes.meeting.number),
            key=f"{minutes.pk}:{at.isoformat()}",
            meeting=minutes.meeting.noun,
            date=long_date(seats.day_of(minutes.meeting)),
        )
    audit.record(
        "minutes.sent",
        target=minutes,
        by=by,
        at=at,
        countersigned=minutes.countersigned_at is not None,
    )
    return minutes


@transaction.atomic
def return_minutes(*, minutes_id: int, reason: str, by: Person, at: datetime) -> Minutes:
    """Give the minutes back to the secretary, saying what to correct; what was read is kept.

    :raises ActionDenied: they are not with the president.
    :raises InvalidInput: nothing is said of what to correct.
    """
    minutes = locked_minutes(minutes_id)
    permissions.sign_minutes(by, minutes, presidents=leading.signer_ids(minutes.meeting))
    if not reason.strip():
        raise InvalidInput("Dites ce qui est à corriger.", field="reason")
    give_back(minutes, reason.strip(), to=minutes.drafted_by, by=by, at=at)
    return minutes


def give_back(minutes: Minutes, reason: str, *, to: Person, by: Person, at: datetime) -> None:
    """Make held minutes a draft again, whoever may, without the countersignature they had."""
    MINUTES_TRANSITIONS.guard(minutes.status, MinutesStatus.DRAFT)
    minutes.status, minutes.sent_at = MinutesStatus.DRAFT, None
    minutes.countersigned_at, minutes.countersigned_by = None, None
    minutes.returned = drafting.texts_of(minutes)
    minutes.return_reason = reason
    minutes.save()
    send_mail(
        "M54",
        to=Recipient.of(to),
        path=basin_reverse("minutes_detail", number=minutes.meeting.number),
        key=f"{minutes.pk}:{at.isoformat()}",
        meeting=minutes.meeting.noun,
        date=long_date(seats.day_of(minutes.meeting)),
    )
    audit.record("minutes.returned", target=minutes, by=by, at=at)


@transaction.atomic
def sign_minutes(*, minutes_id: int, by: Person, at: datetime) -> Minutes:
    """Sign the minutes; the final document, its annex and its mail to the members follow.

    Signed twice, the first signature holds.

    :raises ActionDenied: the caller drafted them, does not preside, or the countersignature that
        the rules ask for is missing.
    """
    minutes = locked_minutes(minutes_id)
    permissions.sign_minutes(by, minutes, presidents=leading.signer_ids(minutes.meeting))
    if minutes.status == MinutesStatus.SIGNED:
        return minutes
    permissions.countersigned(minutes, signatures=committee_rules().minutes_signatures)
    MINUTES_TRANSITIONS.guard(minutes.status, MinutesStatus.SIGNED)
    minutes.status = MinutesStatus.SIGNED
    minutes.signed_at, minutes.signed_by_id = at, by.pk
    minutes.save()
    enqueue("committees.issue_minutes", key=f"{minutes.pk}:signed", minutes_id=minutes.pk)
    enqueue("committees.issue_annex", key=str(minutes.pk), minutes_id=minutes.pk)
    audit.record(
        "minutes.signed",
        target=minutes,
        by=by,
        at=at,
        seal=seals.of_minutes(minutes),
        presences=seals.of_presences(minutes.meeting),
    )
    return minutes
