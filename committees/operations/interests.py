"""The answer of each seat on its links with a file, and the recusals imposed (5.3, SD5)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.notifications.operations import Recipient, send_mail
from committees import permissions
from committees.enums import InterestAnswer, LinkKind
from committees.models import AgendaItem, Ballot, InterestDeclaration, Meeting, Seat
from committees.operations.base import locked_ballot, locked_item, locked_seat
from committees.operations.consultation_ends import look_if_complete
from committees.permissions.phases import BEFORE_IT_ENDS
from committees.queries import answers, leading, recusals, seals, seats
from committees.queries.ballots import last_ballot
from committees.queries.meetings import page_of
from committees.queries.rules import committee_rules
from committees.rules.links import OF_THE_PARTNER
from projects.enums import IN_COMMITTEE, ProjectStatus

TO_DELIBERATE = IN_COMMITTEE | {ProjectStatus.READY}


@transaction.atomic
def declare_interest(
    *,
    item_id: int,
    seat_id: int,
    answer: str,
    link: str = "",
    reason: str = "",
    by: Person,
    at: datetime,
) -> InterestDeclaration:
    """Answer for a seat: no link, a link declared, or withdrawal; the last answer counts.

    :raises ActionDenied: the seat is not the person's, or the vote no longer allows it.
    :raises InvalidInput: a declared link comes without saying which, or imposes a withdrawal.
    """
    item, last = _held(item_id)
    seat = Seat.objects.in_office(seats.day_of(item.meeting)).get(pk=seat_id)
    permissions.sit(by, seat, alternates=seats.alternates_of(seat))
    previous = recusals.latest_answer(item, seat)
    permissions.declare_interest(item, answer, last=last, previous=previous)
    if answer == InterestAnswer.RECUSED:
        permissions.withdraw_its_vote(last, has_dropped=_has_dropped(last, seat))
    link, reason = ("", "") if answer == InterestAnswer.NONE else (link, reason.strip())
    if answer == InterestAnswer.LINK:
        _check_link(link, reason)
    if previous is not None and (previous.answer, previous.link, previous.reason) == (
        answer,
        link,
        reason,
    ):
        return previous
    declaration = InterestDeclaration.objects.create(
        item=item,
        seat=seat,
        person_id=by.pk,
        answer=answer,
        link=link,
        reason=reason,
        declared_at=at,
    )
    _note("interest.declared", declaration, by=by, at=at, answer=str(answer))
    if answer == InterestAnswer.RECUSED and last is not None:
        look_if_complete(last, seat, at=at)
    return declaration


def _held(item_id: int) -> tuple[AgendaItem, Ballot | None]:
    """The passage and its last ballot, locked: a vote under way waits."""
    item = locked_item(item_id)
    last = last_ballot(item)
    return item, None if last is None else locked_ballot(last.pk)


def _has_dropped(last: Ballot | None, seat: Seat) -> bool:
    """Whether a secret vote of the seat is in the box of the last ballot, or one it dropped."""
    if last is None:
        return False
    return last.participations.filter(Q(seat=seat) | Q(proxy__holder=seat)).exists()


def _check_link(link: str, reason: str) -> None:
    """Refuse a link that is not said, and one that no vote goes with in this basin."""
    if link not in set(LinkKind):
        raise InvalidInput("Choisissez de quel lien il s'agit.", field="link")
    if not reason:
        raise InvalidInput("Dites en une ligne de quel lien il s'agit.", field="reason")
    if link in committee_rules().recusal_links:
        raise InvalidInput(
            f"Les règles du comité demandent un déport pour ce lien ({LinkKind(link).label}) : "
            "choisissez « Je me déporte ».",
            field="answer",
        )


@transaction.atomic
def impose_recusal(
    *, item_id: int, seat_id: int, reason: str, by: Person, at: datetime
) -> InterestDeclaration:
    """Withdraw a seat from a file, with a reason; its vote, if it had cast one, no longer counts.

    The withdrawal follows the partner: another holder does not end it.

    :raises ActionDenied: the caller does not preside, or the vote is closed.
    :raises InvalidInput: no reason is given.
    """
    item, last = _held(item_id)
    in_office = Seat.objects.in_office(seats.day_of(item.meeting))
    seat = in_office.get(pk=locked_seat(seat_id).pk)
    _check_ruling(by, item, on=timezone.localdate(at))
    previous = recusals.latest_answer(item, seat)
    permissions.impose_recusal(item, last=last, previous=previous)
    permissions.withdraw_its_vote(last, has_dropped=_has_dropped(last, seat))
    if not reason.strip():
        raise InvalidInput("Un déport imposé s'accompagne de son motif.", field="reason")
    declaration = InterestDeclaration.objects.create(
        item=item,
        seat=seat,
        person_id=by.pk,
        answer=InterestAnswer.RECUSED,
        link=previous.link if previous else "",
        reason=reason.strip(),
        is_imposed=True,
        declared_at=at,
    )
    path = basin_reverse("interest_edit", item_id=item.pk)
    _tell(declaration, answers.people_of(seat).values(), meeting=item.meeting, path=path)
    _note("recusal.imposed", declaration, by=by, at=at)
    if last is not None:
        look_if_complete(last, seat, at=at)
    _hand_on(declaration, by=by, at=at)
    return declaration


@transaction.atomic
def lift_recusal(*, item_id: int, seat_id: int, by: Person, at: datetime) -> InterestDeclaration:
    """Come back on an imposed recusal: the seat answers again by itself.

    :raises ActionDenied: the caller does not preside, nothing was imposed, or the vote is open.
    """
    item, last = _held(item_id)
    seat = locked_seat(seat_id)
    _check_ruling(by, item, on=timezone.localdate(at))
    permissions.lift_recusal(item, last=last, previous=recusals.latest_answer(item, seat))
    declaration = InterestDeclaration.objects.create(
        item=item, seat=seat, person_id=by.pk, answer=InterestAnswer.LIFTED, declared_at=at
    )
    _note("recusal.lifted", declaration, by=by, at=at)
    _hand_on(declaration, by=by, at=at)
    return declaration


def follow_recusals(seat: Seat, *, by: Person, at: datetime) -> None:
    """Keep a new seat out of the files from which the presidency withdrew its partner (SD5)."""
    earlier = Seat.objects.filter(partner=seat.partner_id, starts_on__lt=seat.starts_on)
    held = list(earlier.select_for_update(no_key=True).order_by("starts_on"))
    for ruling in recusals.imposed_on(held[-1]) if held else ():
        _rule_alike(ruling, seat, by=by, at=at)


def _hand_on(ruling: InterestDeclaration, *, by: Person, at: datetime) -> None:
    """Rule alike for the seats of the same partner that follow, known before they begin.

    The seat of the ruling is held: the next one, as it opens, waits to see it.
    """
    given = ruling.seat
    for seat in Seat.objects.filter(partner=given.partner_id, starts_on__gt=given.starts_on):
        _rule_alike(ruling, seat, by=by, at=at)


def _rule_alike(ruling: InterestDeclaration, seat: Seat, *, by: Person, at: datetime) -> None:
    """Rule on another seat of the partner, without the link of whoever held the first."""
    declaration = InterestDeclaration.objects.create(
        item=ruling.item,
        seat=seat,
        person_id=ruling.person_id,
        answer=ruling.answer,
        link=ruling.link if ruling.link in OF_THE_PARTNER else "",
        reason=ruling.reason,
        is_imposed=ruling.is_imposed,
        declared_at=at,
    )
    word = "imposed" if ruling.is_imposed else "lifted"
    _note(f"recusal.{word}", declaration, by=by, at=at)
    if ruling.is_imposed:
        known = answers.people_of(ruling.seat)
        people = [one for pk, one in answers.people_of(seat).items() if pk not in known]
        _tell_following(declaration, people)


def _tell_following(declaration: InterestDeclaration, people: Iterable[Person]) -> None:
    """Tell those who take a seat over of a recusal imposed on it, while its file is deliberated."""
    item = declaration.item
    passages = AgendaItem.objects.filter(
        project=item.project_id, pk__gte=item.pk, meeting__status__in=BEFORE_IT_ENDS
    ).select_related("meeting")
    coming = [one for one in passages.order_by("pk") if _sits(declaration.seat, one.meeting)]
    if coming:
        path = basin_reverse("interest_edit", item_id=coming[0].pk)
        _tell(declaration, people, meeting=coming[0].meeting, path=path)
    elif item.project.status in TO_DELIBERATE:
        _tell(declaration, people, meeting=item.meeting, path=page_of(item.meeting))


def _sits(seat: Seat, meeting: Meeting) -> bool:
    return Seat.objects.in_office(seats.day_of(meeting)).filter(pk=seat.pk).exists()


def _tell(
    declaration: InterestDeclaration, people: Iterable[Person], *, meeting: Meeting, path: str
) -> None:
    for person in people:
        if person.is_active:
            send_mail(
                "M40",
                to=Recipient.of(person),
                path=path,
                key=f"{declaration.pk}",
                meeting=meeting.noun,
                date=long_date(seats.day_of(meeting)),
            )


def _note(
    kind: str, declaration: InterestDeclaration, *, by: Person, at: datetime, **facts: str
) -> None:
    """Write an answer in the journal, sealed."""
    audit.record(
        kind,
        target=declaration.item,
        by=by,
        at=at,
        seat=declaration.seat_id,
        declaration=declaration.pk,
        seal=seals.of_interest(declaration),
        **facts,
    )


def _check_ruling(by: Person, item: AgendaItem, *, on: date) -> None:
    presiding = leading.presiding_person(item, on=on)
    presidents = seats.presidents(seats.day_of(item.meeting))
    permissions.rule_on_links(
        by,
        presiding_id=presiding.pk if presiding else None,
        presidents=frozenset(person.pk for person in presidents),
    )
