"""Who sits in the committee, from when to when (R27-R30, voting.md 5.2)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.database import hold
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import of
from alize.common.writings import check_mark
from committees import permissions
from committees.enums import SeatKind
from committees.models import ChairSubstitute, Seat
from committees.operations.base import locked_seat
from committees.operations.declarations import welcome
from committees.operations.interests import follow_recusals
from committees.operations.summons import standing_calls, tell_calls
from committees.queries import composition, seats
from committees.queries.composition import ALTERNATES
from committees.queries.rules import committee_rules
from partners.models import Contact, Partner


@transaction.atomic
def create_seat(
    *, partner_id: int, holder_id: int, kind: str, starts_on: date, by: Person, at: datetime
) -> Seat:
    """Give a partner a seat, held by one of its contacts.

    :raises ActionDenied: its holder is of the local operator, whose voice is consultative (SD6).
    :raises InvalidInput: the holder is not a contact of the partner, or it has a seat then.
    """
    partner = Partner.objects.get(pk=partner_id)
    calls = standing_calls(at=at)
    seat = Seat(partner=partner, holder_id=holder_id, kind=kind, starts_on=starts_on)
    _check(seat, on=timezone.localdate(at))
    seat.save()
    welcome(seat, [seat.holder])
    tell_calls(calls, at=at)
    follow_recusals(seat, by=by, at=at)
    audit.record("seat.created", target=seat, by=by, at=at, **_facts(seat))
    return seat


@transaction.atomic
def correct_seat(
    *,
    seat_id: int,
    holder_id: int,
    kind: str,
    starts_on: date,
    mark: str = "",
    by: Person,
    at: datetime,
) -> Seat:
    """Correct a seat that nobody has sat for yet.

    `mark` is that of what the page showed.

    :raises ActionDenied: somebody has, or its holder is of the local operator.
    :raises InvalidInput: the holder is not a contact of the partner.
    :raises WrittenMeanwhile: somebody else corrected it since the page was opened.
    """
    calls = standing_calls(at=at)
    seat = locked_seat(seat_id)
    permissions.correct_seat(seat, has_sat=composition.has_sat(seat))
    is_another = holder_id != seat.holder_id
    before, stored = _facts(seat), composition.seat_as_typed(seat)
    seat.holder_id, seat.kind, seat.starts_on = holder_id, kind, starts_on
    if _facts(seat) == before:
        return seat
    check_mark(mark, stored=stored, sent=composition.seat_as_typed(seat))
    _check(seat, on=timezone.localdate(at))
    seat.alternates.remove(holder_id)
    seat.save()
    welcome(seat, [seat.holder] if is_another else [])
    tell_calls(calls, at=at)
    audit.record("seat.corrected", target=seat, by=by, at=at, **_facts(seat))
    return seat


@transaction.atomic
def replace_holder(
    *, seat_id: int, holder_id: int, starts_on: date, by: Person, at: datetime
) -> Seat:
    """End a mandate the day before, and open the next one; its place in the order is kept.

    :raises ActionDenied: the mandate has its end already, or the seat voted after that day.
    :raises InvalidInput: the next holder is not a contact of the partner, or holds it already.
    """
    calls = standing_calls(at=at)
    seat = locked_seat(seat_id)
    permissions.follow_seat(seat)
    if holder_id == seat.holder_id:
        raise InvalidInput(f"{seat.holder} tient déjà ce siège.", field="holder")
    if starts_on <= seat.starts_on:
        raise InvalidInput("Cette date précède le mandat en cours.", field="starts_on")
    seat.ends_on = starts_on - timedelta(days=1)
    seat.save(update_fields=["ends_on"])
    following = Seat(partner=seat.partner, holder_id=holder_id, kind=seat.kind, starts_on=starts_on)
    _check(following, on=timezone.localdate(at))
    following.save()
    following.alternates.set(seat.alternates.exclude(pk=holder_id))
    ChairSubstitute.objects.filter(seat=seat).update(seat=following)
    for meeting in (call.meeting for call in calls if call.meeting.chair_id == seat.pk):
        if seats.day_of(meeting) >= starts_on:
            meeting.chair = following
            meeting.save(update_fields=["chair"])
    welcome(following, [following.holder])
    tell_calls(calls, at=at)
    follow_recusals(following, by=by, at=at)
    facts = _facts(following)
    audit.record("seat.replaced", target=seat, by=by, at=at, following=following.pk, **facts)
    return following


@transaction.atomic
def end_seat(*, seat_id: int, ends_on: date | None, by: Person, at: datetime) -> Seat:
    """Say when a mandate ends, or that it has no end after all; what the seat voted stays.

    :raises InvalidInput: that day precedes its start, or another seat follows it.
    """
    calls = standing_calls(at=at)
    seat = locked_seat(seat_id)
    if seat.ends_on == ends_on:
        return seat
    seat.ends_on = ends_on
    _check_dates(seat)
    seat.save(update_fields=["ends_on"])
    tell_calls(calls, at=at)
    audit.record(
        "seat.ended", target=seat, by=by, at=at, ends_on=ends_on.isoformat() if ends_on else ""
    )
    return seat


@transaction.atomic
def set_alternates(
    *, seat_id: int, people: Sequence[int], mark: str = "", by: Person, at: datetime
) -> Seat:
    """Say who may sit when the holder does not: two contacts of the partner at most.

    `mark` is that of what the page showed.

    :raises ActionDenied: the rules of the committee do without alternates.
    :raises InvalidInput: there are more, one is the holder, or is not a contact of the partner.
    :raises WrittenMeanwhile: somebody else named others since the page was opened.
    """
    calls = standing_calls(at=at)
    seat = locked_seat(seat_id)
    wanted = list(dict.fromkeys(people))
    permissions.name_alternates(len(wanted), allowed=committee_rules().alternates_allowed)
    if len(wanted) > ALTERNATES:
        raise InvalidInput("Un siège a deux suppléants au plus.", field="alternates")
    if seat.holder_id in wanted:
        raise InvalidInput("Le titulaire n'est pas son propre suppléant.", field="alternates")
    for person_id in wanted:
        _check_contact(seat.partner, person_id, field="alternates")
        _check_neutral(seat.kind, person_id, on=timezone.localdate(at))
    named = seats.alternates_of(seat)
    if named == set(wanted):
        return seat
    shown = composition.alternates_as_typed
    check_mark(mark, stored=shown(named), sent=shown(wanted))
    joining = list(Person.objects.filter(pk__in=wanted).exclude(pk__in=named))
    seat.alternates.set(wanted)
    welcome(seat, joining)
    tell_calls(calls, at=at)
    audit.record("seat.alternates_set", target=seat, by=by, at=at, people=sorted(wanted))
    return seat


@transaction.atomic
def set_chair_order(*, seat_ids: Sequence[int], mark: str = "", by: Person, at: datetime) -> None:
    """Say which company seats replace the chair, one after the other (R30).

    `mark` is that of what the page showed.

    :raises InvalidInput: one of them may not take the chair, or stands there twice.
    :raises WrittenMeanwhile: somebody else set another order since the page was opened.
    """
    hold("chair order")
    able = composition.able_to_replace(timezone.localdate(at))
    if len(set(seat_ids)) < len(seat_ids) or not set(seat_ids) <= {seat.pk for seat in able}:
        raise InvalidInput(
            "La présidence revient à un représentant en activité d'une entreprise partenaire, "
            "et chacun a une place dans l'ordre."
        )
    order = ChairSubstitute.objects.order_by("rank")
    if [*order.values_list("seat_id", flat=True)] == [*seat_ids]:
        return
    stored = composition.order_as_typed(able, composition.replacing(able))
    check_mark(mark, stored=stored, sent=composition.order_as_typed(able, seat_ids))
    order.delete()
    ChairSubstitute.objects.bulk_create(
        ChairSubstitute(seat_id=seat_id, rank=rank) for rank, seat_id in enumerate(seat_ids, 1)
    )
    audit.record("chair_order.set", by=by, at=at, seats=list(seat_ids))


def _check(seat: Seat, *, on: date) -> None:
    """Refuse what the database would refuse, in words."""
    _check_contact(seat.partner, seat.holder_id, field="holder")
    _check_neutral(seat.kind, seat.holder_id, on=on)
    _check_dates(seat)


def _check_contact(partner: Partner, person_id: int, *, field: str) -> None:
    active = Contact.objects.filter(partner=partner, person=person_id, is_active=True)
    if not active.exists():
        raise InvalidInput(
            f"Cette personne n'est pas un contact en activité {of(partner)} : ajoutez-la d'abord "
            "sur la fiche du partenaire.",
            field=field,
        )


def _check_neutral(kind: str, person_id: int, *, on: date) -> None:
    """The local operator is neutral unless the rules say otherwise (R39, SD6)."""
    if kind != SeatKind.DELIBERATIVE or committee_rules().operator_votes:
        return
    if person_id in seats.operators(on):
        raise ActionDenied(
            "L'opérateur local a voix consultative : les règles du comité doivent en décider "
            "autrement."
        )


def _check_dates(seat: Seat) -> None:
    # A period that ends before it begins is none: the database could not compare it with another.
    if seat.ends_on is not None and seat.ends_on < seat.starts_on:
        raise InvalidInput("La date de fin précède la date de début.", field="ends_on")
    try:
        seat.validate_constraints()
    except ValidationError as error:
        raise InvalidInput(error.messages[0], field="starts_on") from error


def _facts(seat: Seat) -> dict[str, object]:
    return {
        "partner": seat.partner_id,
        "holder": seat.holder_id,
        "kind": str(seat.kind),
        "starts_on": seat.starts_on.isoformat(),
    }
