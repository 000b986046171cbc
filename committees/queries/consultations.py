"""Who still has to vote in a written consultation, and where its file may go."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import PARIS, long_datetime
from alize.common.screen import Badge, Definition
from committees import permissions
from committees.enums import BallotStatus, MeetingMode, MeetingStatus
from committees.models import Ballot, Meeting, Proposal, Seat
from committees.permissions.phases import BEFORE_IT_OPENS
from committees.queries import answers, ballots, recusals
from committees.queries.badges import ballot_badge
from committees.queries.rules import committee_rules
from committees.rules.consultations import Terms, reminder_times
from projects.queries.visibility import keepers, not_withdrawn


def hour_of(meeting: Meeting) -> datetime:
    """When a written consultation ends.

    :raises ValueError: it is no consultation.
    """
    if meeting.closes_at is None:
        raise ValueError(f"Meeting {meeting.number} is held in session.")
    return meeting.closes_at


def as_typed(meeting: Meeting, project_id: int) -> dict[str, Any]:
    """What a consultation asks and until when, as its page shows it."""
    closes_at = hour_of(meeting).astimezone(PARIS)
    return {
        "project": project_id,
        "matter": meeting.matter,
        "urgency": meeting.urgency,
        "closes_on": closes_at.date(),
        "hour": closes_at.time(),
        "reminds": meeting.reminds,
    }


def terms_of(proposal: Proposal, *, amount: int) -> Terms:
    """What a proposal grants, the amount as it was decided."""
    return Terms(
        amount=amount,
        lines=proposal.lines,
        grace_months=proposal.grace_months,
        step_months=proposal.step_months,
        days=frozenset(proposal.skills.values_list("partner_id", "days")),
        lead=proposal.follow_up_lead_id,
    )


def undecided_seats(ballot: Ballot) -> list[Seat]:
    """The seats that may vote and have not, by partner."""
    done = ballots.voted_seats(ballot) | recusals.recused_seats(ballot.item)
    waiting = {int(pk) for pk in ballot.rules["seats"]} - done
    return list(
        Seat.objects.filter(pk__in=waiting)
        .select_related("holder", "partner")
        .prefetch_related("alternates")
        .order_by("partner")
    )


def undecided(ballot: Ballot) -> list[Person]:
    """Who is asked to vote, or asked again: the people of the seats that have not, each once."""
    waiting = (answers.people_of(seat).values() for seat in undecided_seats(ballot))
    asked = {person.pk: person for people in waiting for person in people if person.is_active}
    return list(asked.values())


def voters(ballot: Ballot) -> list[Person]:
    """Who may vote: the people of the seats of a vote, each once."""
    voting = Seat.objects.filter(pk__in=[int(pk) for pk in ballot.rules["seats"]])
    asked = voting.select_related("holder").prefetch_related("alternates")
    people = [one for seat in asked for one in answers.people_of(seat).values() if one.is_active]
    return list(dict.fromkeys(people))


def people_concerned(ballot: Ballot, *, on: date) -> list[Person]:
    """Who is told that a vote in writing stops before its hour: who may vote and reads the file,
    the operator."""
    project = ballot.item.project
    return not_withdrawn([*voters(ballot), *keepers(project, on=on)], project.pk, on=on)


def may_discuss(ballot: Ballot, seat: Seat | None, *, at: datetime) -> bool:
    """Whether this seat may send the file of a consultation to a meeting."""
    return (
        ballot.closes_at is not None
        and seat is not None
        and permissions.ask_for_discussion.allows(
            ballot,
            allowed=committee_rules().consultation_discussion,
            votes=has_voice(ballot, seat),
            at=at,
        )
    )


def has_voice(ballot: Ballot, seat: Seat) -> bool:
    """Whether a seat votes in a ballot: on its list, and not withdrawn."""
    listed = str(seat.pk) in ballot.rules["seats"]
    return listed and seat.pk not in recusals.recused_seats(ballot.item)


def upcoming_meetings(*, at: datetime) -> QuerySet[Meeting]:
    """The meetings whose agenda may still change, the next first."""
    planned = Meeting.objects.exclude(mode=MeetingMode.WRITTEN).filter(
        status__in=BEFORE_IT_OPENS, held_at__gt=at
    )
    return planned.filter(second_of=None).order_by("held_at")


def next_meeting(*, at: datetime) -> Meeting | None:
    """The next meeting whose agenda may still change."""
    return upcoming_meetings(at=at).first()


def voting_seats(at: datetime) -> list[Seat]:
    """The seats that will be asked to vote, by partner."""
    deliberative = Seat.objects.deliberative(timezone.localdate(at))
    return list(deliberative.select_related("holder", "partner").order_by("partner"))


def reminders_in_words(meeting: Meeting, *, at: datetime) -> str:
    """When those who have not voted are written to again, if it were launched at a moment."""
    if not meeting.reminds:
        return "Aucun rappel ne part à ceux qui n'ont pas voté."
    moments = [f"le {long_datetime(moment)}" for moment in reminder_times(at, hour_of(meeting))]
    return f"Ceux qui n'ont pas voté reçoivent un rappel {', puis '.join(moments)}."


def facts_of(meeting: Meeting) -> list[Definition]:
    """What is asked and until when; why it is given up."""
    facts = [
        Definition("Objet", meeting.get_matter_display()),
        Definition("Pourquoi par écrit", meeting.urgency),
        Definition("Clôture", long_datetime(hour_of(meeting))),
        Definition(
            "Rappels", "À la moitié du délai et la veille" if meeting.reminds else "Aucun rappel"
        ),
    ]
    if meeting.cancellation_reason:
        facts.append(Definition("Motif de l'annulation", meeting.cancellation_reason))
    return facts


def badge_of(meeting: Meeting, ballot: Ballot | None, *, at: datetime) -> Badge:
    """Where a consultation stands, in words and colour."""
    if meeting.status == MeetingStatus.CANCELLED:
        return Badge("Annulée", "quiet")
    if ballot is None or meeting.status == MeetingStatus.PLANNED:
        return Badge("En préparation", "quiet")
    if ballot.status == BallotStatus.CANCELLED:
        return Badge("Portée en séance", "info")
    return ballot_badge(ballot, at=at)
