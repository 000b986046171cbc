"""What the committee has on the home page of each role."""

from datetime import timedelta

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, long_datetime
from alize.common.screen import Badge, Figure, Todo, Waiting
from alize.common.words import counted
from basins.access import allows
from basins.enums import Role
from basins.homes import HomeParts, Visitor, room
from basins.queries.references import references_on
from committees.enums import BallotStatus, MeetingMode, MeetingStatus, MinutesStatus
from committees.models import AgendaItem, Ballot, Meeting, Minutes
from committees.permissions.phases import BEFORE_IT_OPENS
from committees.queries import agenda as agendas
from committees.queries import (
    convened,
    decided,
    declarations,
    leading,
    meetings,
    proxies,
    questions,
    recusals,
    reservations,
    seats,
    voters,
)
from committees.queries.badges import ballot_badge
from committees.queries.ballots import voted_seats
from committees.queries.rules import waiting_change
from projects.queries.visibility import visible_to

SUMMONS = timedelta(days=10)
"""How long before a meeting its summons should have left."""


@room
def committee(visitor: Visitor) -> HomeParts:
    """Meetings, votes, minutes and conditions, for those whom they concern."""
    parts = HomeParts()
    if not allows(visitor.roles, "meeting.read"):
        return parts
    parts.todos += convened.todos(visitor)
    if Role.OPERATOR in visitor.roles:
        _operator(parts, visitor)
    if visitor.roles & {Role.PRESIDENT, Role.MEMBER}:
        _member(parts, visitor)
    if Role.PRESIDENT in visitor.roles:
        _president(parts, visitor)
    if allows(visitor.roles, "question.answer"):
        parts.todos += [(visitor.on, todo) for todo in questions.todos(visitor)]
    if allows(visitor.roles, "decision.answer"):
        parts.todos += [(visitor.on, todo) for todo in reservations.todos(visitor)]
    held = meetings.held_in(visitor.on.year)
    references = references_on(visitor.on)
    parts.figures.append(
        Figure(
            "Séances tenues" if held > 1 else "Séance tenue",
            str(held),
            reference=f"repère {references.meetings_in_words}",
            url=basin_reverse("meeting_list"),
        )
    )
    return parts


def _operator(parts: HomeParts, visitor: Visitor) -> None:
    for meeting in Meeting.objects.filter(status=MeetingStatus.PLANNED):
        if meeting.is_written:
            _consultation(parts, meeting, visitor)
            continue
        day = timezone.localdate(meeting.held_at)
        due = day - SUMMONS
        parts.todos.append(
            (
                due,
                Todo(
                    f"Préparer la séance du {long_date(day)}",
                    basin_reverse("meeting_detail", number=meeting.number),
                    action="Préparer",
                    due=f"convocations avant le {long_date(due)}",
                    badge=Badge("En retard", "late") if due < visitor.on else None,
                ),
            )
        )
    awaited = declarations.silent(visitor.on)
    if awaited:
        parts.waiting.append(
            Waiting(
                f"Déclarations annuelles {visitor.on.year}",
                basin_reverse("declaration_list"),
                counted(len(awaited), "membre", "membres"),
            )
        )
    unsigned = Minutes.objects.filter(status__in=[MinutesStatus.DRAFT, MinutesStatus.SENT])
    for minutes in unsigned.select_related("meeting__chair__holder"):
        _minutes(parts, minutes)
    decided.add_to(parts, visitor)


def _consultation(parts: HomeParts, meeting: Meeting, visitor: Visitor) -> None:
    """A consultation to prepare, or ready and waiting for whoever presides; or to give up.

    Whoever withdrew from its file leaves it to the other operators (SD5).
    """
    seen = meeting.items.filter(project__in=visible_to(visitor).values("pk"))
    item = seen.select_related("project__beneficiary").first()
    if item is None:
        return
    closes_on = timezone.localdate(meeting.closes_at)
    url, closing = meetings.page_of(meeting), f"clôture le {long_date(closes_on)}"
    label = f"consultation écrite sur {item.project.beneficiary}"
    if _is_ready(item):
        who = leading.presiding_person(item, on=visitor.on)
        parts.waiting.append(
            Waiting(f"Lancer la {label}", url, str(who or "la présidence"), closing)
        )
        return
    act = "Préparer" if item.decision is None else "Annuler"
    todo = Todo(f"{act} la {label}", url, action=act, due=closing)
    parts.todos.append((closes_on, todo))


def _minutes(parts: HomeParts, minutes: Minutes) -> None:
    """To write, or waiting for the signature of whoever presided."""
    url = basin_reverse("minutes_detail", number=minutes.meeting.number)
    if minutes.status == MinutesStatus.DRAFT:
        day = seats.day_of(minutes.meeting)
        label = f"Rédiger le procès-verbal du {long_date(day)}"
        parts.todos.append((day, Todo(label, url, action="Rédiger")))
        return
    who = str(seats.presided(minutes.meeting) or "la présidence")
    label = f"Procès-verbal de la {minutes.meeting.noun} {minutes.meeting.number} à signer"
    since = f"depuis le {long_date(timezone.localdate(minutes.sent_at))}"
    parts.waiting.append(Waiting(label, url, who, since))


def _declaration(parts: HomeParts, visitor: Visitor) -> None:
    """Asked once a year, of whoever sits; it never keeps from voting unless the rules say so."""
    year = visitor.on.year
    if declarations.own_seat(visitor.person, on=visitor.on) is None:
        return
    if declarations.latest(visitor.person, year=year) is None:
        label = f"Faire votre déclaration annuelle d'intérêts {year}"
        todo = Todo(
            label,
            basin_reverse("declaration_mine"),
            action="Déclarer",
            context="Vos liens et vos compétences, en deux minutes",
        )
        parts.todos.append((visitor.on, todo))


def _member(parts: HomeParts, visitor: Visitor) -> None:
    _declaration(parts, visitor)
    _minutes_to_sign(parts, visitor)
    coming = Meeting.objects.filter(status__in=[MeetingStatus.CONVENED, MeetingStatus.OPEN])
    for meeting in coming:
        day = seats.day_of(meeting)
        seat = seats.seat_of(visitor.person, meeting, on=day)
        if seat is None or not convened.concerns(meeting, seat, visitor):
            continue
        if meeting.is_written and visitor.is_past(meeting.closes_at):
            continue
        _votes(parts, visitor, meeting, seat)
        parts.todos += [(visitor.on, todo) for todo in proxies.todos(meeting, seat)]
        if meeting.is_written:
            continue
        parts.todos += [(day, todo) for todo in convened.to_answer(meeting, seat)]
        rows = agendas.agenda_of(meeting, visitor, seat=seat)
        asked = [row for row in rows if row.is_asked]
        if asked:
            files = "un dossier" if len(asked) == 1 else f"{len(asked)} dossiers"
            parts.todos.append(
                (
                    day,
                    Todo(
                        f"Lire {files} et dire vos liens",
                        basin_reverse("meeting_detail", number=meeting.number),
                        action="Lire",
                        due=f"séance du {long_date(day)}",
                    ),
                )
            )


def _minutes_to_sign(parts: HomeParts, visitor: Visitor) -> None:
    """Whoever presided signs; the presidency may."""
    sent = Minutes.objects.filter(status=MinutesStatus.SENT)
    for minutes in sent.select_related("meeting__chair__holder"):
        meeting = minutes.meeting
        if not leading.signs(visitor.person, meeting):
            continue
        url = basin_reverse("minutes_detail", number=meeting.number)
        label = f"Signer le procès-verbal de la {meeting.noun} {meeting.number}"
        parts.todos.append((timezone.localdate(minutes.sent_at), Todo(label, url, action="Relire")))


def _votes(parts: HomeParts, visitor: Visitor, meeting: Meeting, seat: seats.Seat) -> None:
    """A ballot is open: it comes before everything else."""
    ballots = Ballot.objects.filter(item__meeting=meeting, status=BallotStatus.OPEN).exclude(
        item__project__in=recusals.recused_projects(visitor.person, on=visitor.on)
    )
    for ballot in ballots.select_related("item__project__beneficiary"):
        mine = {one.pk for one in (seat, *voters.givers_of(ballot, visitor.person))}
        mine &= {int(pk) for pk in ballot.rules["seats"]}
        if mine - voted_seats(ballot):
            closes_at = ballot.closes_at
            parts.todos.append(
                (
                    visitor.on - timedelta(days=1),
                    Todo(
                        f"Voter par écrit : {ballot.item.project.beneficiary}"
                        if closes_at
                        else f"Voter maintenant : {ballot.item.project.beneficiary}",
                        basin_reverse("ballot_detail", ballot_id=ballot.pk),
                        action="Voter",
                        due=f"avant le {long_datetime(closes_at)}" if closes_at else "",
                        badge=ballot_badge(ballot, at=visitor.at),
                    ),
                )
            )


def _president(parts: HomeParts, visitor: Visitor) -> None:
    decided.add_late_conditions(parts, visitor)
    change = waiting_change()
    if change is not None:
        url = basin_reverse("rules_detail")
        label = "Décider d'un changement des règles du comité"
        day = timezone.localdate(change.proposed_at)
        parts.todos.append((day, Todo(label, url, action="Lire", context=change.reason)))
    for meeting in Meeting.objects.filter(status=MeetingStatus.PLANNED, mode=MeetingMode.WRITTEN):
        _launch(parts, visitor, meeting)
    coming = Meeting.objects.filter(
        status__in=BEFORE_IT_OPENS,
        held_at__date__gte=visitor.on,
        items__isnull=False,
    )
    for meeting in (
        coming.exclude(mode=MeetingMode.WRITTEN).filter(agenda_approved_at=None).distinct()
    ):
        day = timezone.localdate(meeting.held_at)
        url = basin_reverse("meeting_detail", number=meeting.number)
        label = f"Valider l'ordre du jour de la séance {meeting.number}"
        due = f"séance du {long_date(day)}"
        parts.todos.append((day, Todo(label, url, action="Valider", due=due)))


def _launch(parts: HomeParts, visitor: Visitor, meeting: Meeting) -> None:
    """A consultation whose proposal is worded waits for whoever presides over it."""
    item = meeting.items.select_related("project__beneficiary").get()
    if not leading.presides(visitor.person, item, on=visitor.on):
        return
    if _is_ready(item):
        label = f"Lancer la consultation écrite sur {item.project.beneficiary}"
        parts.todos.append((visitor.on, Todo(label, meetings.page_of(meeting), action="Lancer")))


def _is_ready(item: AgendaItem) -> bool:
    """Whether a consultation may be launched: its proposal is worded, its file is not decided."""
    return item.decision is None and item.proposals.filter(ballot=None).exists()
