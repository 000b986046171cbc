"""What may be done with one meeting, file or ballot; the role is judged before, by the matrix."""

from datetime import date, datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import clock_time, long_datetime
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import (
    BallotStatus,
    InterestAnswer,
    MeetingStatus,
    MinutesStatus,
    SeatKind,
)
from committees.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Condition,
    InterestDeclaration,
    Meeting,
    Minutes,
    Seat,
)

BEFORE_IT_OPENS = frozenset({MeetingStatus.PLANNED, MeetingStatus.CONVENED})
BEFORE_IT_ENDS = BEFORE_IT_OPENS | {MeetingStatus.OPEN}
CHAIR_NEEDED = "Désignez un président de séance issu d'une entreprise partenaire."


def _hour(moment: datetime | None) -> str:
    """An hour in a sentence; constraints tie each state to its own."""
    return clock_time(moment) if moment else "l'instant"


@check
def prepare(meeting: Meeting) -> None:
    """Change the date, the place or the agenda: until the meeting opens."""
    if meeting.status not in BEFORE_IT_OPENS:
        raise ActionDenied("Cette séance a déjà commencé : son ordre du jour ne change plus.")


@check
def chair(*, able: bool) -> None:
    """Take the chair: an active representative of a partner company, obligatorily (R30)."""
    if not able:
        raise ActionDenied(CHAIR_NEEDED)


@check
def convene(meeting: Meeting, *, items: int) -> None:
    """Send the summons: once, with something on the agenda."""
    if meeting.status != MeetingStatus.PLANNED:
        raise ActionDenied("Les convocations de cette séance sont déjà parties.")
    if not items:
        raise ActionDenied("Inscrivez au moins un dossier avant d'envoyer les convocations.")


@check
def preside(by: Person, presiding_id: int | None) -> None:
    """Lead the meeting, or the vote on one file: whoever is in the chair for it."""
    if presiding_id is None or by.pk != presiding_id:
        raise ActionDenied("Seule la personne qui préside la séance peut le faire.")


@check
def open_meeting(meeting: Meeting) -> None:
    if meeting.status == MeetingStatus.OPEN:
        raise ActionDenied(f"La séance est déjà ouverte, depuis {_hour(meeting.opened_at)}.")
    if meeting.status != MeetingStatus.CONVENED:
        raise ActionDenied("Une séance s'ouvre après l'envoi de ses convocations.")


@check
def close_meeting(meeting: Meeting, *, under_way: bool) -> None:
    """End the meeting: every ballot is proclaimed or cancelled."""
    if meeting.status != MeetingStatus.OPEN:
        raise ActionDenied("Cette séance n'est pas en cours.")
    if under_way:
        raise ActionDenied("Un scrutin reste à clore ou à proclamer avant de lever la séance.")


@check
def attend(meeting: Meeting, *, on: date) -> None:
    """Arrive or leave: on the day of a convened meeting, until it ends."""
    if meeting.status not in {MeetingStatus.CONVENED, MeetingStatus.OPEN}:
        raise ActionDenied("Les présences se notent entre la convocation et la fin de la séance.")
    if meeting.status == MeetingStatus.CONVENED and on < timezone.localdate(meeting.held_at):
        raise ActionDenied("Les présences se notent le jour de la séance.")


@check
def sit(person: Person, seat: Seat, *, alternates: frozenset[int]) -> None:
    """Sit for a seat: its holder or one of its alternates."""
    if person.pk != seat.holder_id and person.pk not in alternates:
        raise ActionDenied("Cette personne n'est ni titulaire ni suppléante de ce siège.")


@check
def declare_interest(
    item: AgendaItem,
    answer: str,
    *,
    last: Ballot | None,
    previous: InterestDeclaration | None,
) -> None:
    """Answer on one's links; once the vote is open, a first answer or a withdrawal only."""
    if item.meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied("Cette séance est terminée : les réponses ne changent plus.")
    if last is None or last.status == BallotStatus.CANCELLED:
        return
    if last.status != BallotStatus.OPEN:
        raise ActionDenied("Le vote sur ce dossier est clos : les réponses ne changent plus.")
    if previous is not None and answer != InterestAnswer.RECUSED:
        raise ActionDenied("Le vote est ouvert : votre réponse ne change plus.")


@check
def write_proposal(item: AgendaItem, *, last: Ballot | None) -> None:
    """Word the proposal: until its ballot opens, and again when that ballot settled nothing."""
    if item.meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied("Cette séance est terminée : la proposition ne change plus.")
    if last is not None and last.status in {BallotStatus.OPEN, BallotStatus.CLOSED}:
        raise ActionDenied("Le vote est ouvert sur cette proposition : elle ne change plus.")
    if last is not None and hasattr(last, "decision"):
        raise ActionDenied("Le comité s'est prononcé sur ce dossier.")


@check
def open_ballot(item: AgendaItem, *, last: Ballot | None, elsewhere: Ballot | None) -> None:
    """Put the proposal to the vote: in session, one ballot at a time."""
    if item.meeting.status != MeetingStatus.OPEN:
        raise ActionDenied("Un vote s'ouvre pendant la séance.")
    if elsewhere is not None:
        raise ActionDenied(
            f"Le vote sur {elsewhere.item.project.beneficiary} est encore ouvert : closez-le "
            "d'abord."
        )
    if last is None:
        return
    if last.status == BallotStatus.OPEN:
        raise ActionDenied(f"Le vote est déjà ouvert, depuis {_hour(last.opened_at)}.")
    if last.status == BallotStatus.CLOSED:
        raise ActionDenied("Le dernier scrutin est clos : proclamez son résultat.")
    if hasattr(last, "decision"):
        raise ActionDenied("Le comité s'est déjà prononcé sur ce dossier.")


@check
def cast_vote(
    by: Person, ballot: Ballot, seat: Seat, attendance: Attendance | None, *, has_voted: bool
) -> None:
    """Vote: the person who sits for a deliberative seat, while the ballot is open."""
    if ballot.status == BallotStatus.CANCELLED:
        raise ActionDenied("Ce scrutin a été annulé ; votre vote n'a pas été pris en compte.")
    if ballot.status != BallotStatus.OPEN:
        raise ActionDenied(
            f"Le scrutin a été clos à {_hour(ballot.closed_at)} ; votre vote n'a pas été "
            "pris en compte."
        )
    if seat.kind != SeatKind.DELIBERATIVE:
        raise ActionDenied("Votre siège a voix consultative : il ne vote pas.")
    if attendance is None:
        raise ActionDenied("Signalez d'abord votre présence à la séance, puis votez.")
    if attendance.person_id == by.pk:
        return
    if has_voted:
        raise ActionDenied(f"Votre siège a voté, par {attendance.person}.")
    raise ActionDenied(f"{attendance.person} siège aujourd'hui pour {seat.partner} et vote.")


@check
def vote_free_of_links(answer: str | None) -> None:
    """Vote: after having answered on one's links, and not having withdrawn (SD5)."""
    if answer is None:
        raise ActionDenied("Dites d'abord si vous avez un lien avec ce dossier, puis votez.")
    if answer == InterestAnswer.RECUSED:
        raise ActionDenied("Votre siège s'est déporté sur ce dossier : il ne vote pas.")


@check
def cancel_ballot(ballot: Ballot) -> None:
    if ballot.status != BallotStatus.OPEN:
        raise ActionDenied("Ce scrutin n'est plus ouvert : il ne s'annule plus.")


@check
def close_ballot(ballot: Ballot) -> None:
    if ballot.status != BallotStatus.OPEN:
        raise ActionDenied("Ce scrutin a été annulé : il n'y a rien à clore.")


@check
def proclaim(ballot: Ballot) -> None:
    if ballot.status != BallotStatus.CLOSED:
        raise ActionDenied("Un résultat se proclame une fois le scrutin clos.")


@check
def write_minutes(minutes: Minutes) -> None:
    if minutes.status != MinutesStatus.DRAFT:
        raise ActionDenied(
            "Le procès-verbal est chez la présidence : il ne se modifie plus."
            if minutes.status == MinutesStatus.SENT
            else "Le procès-verbal est signé : il ne se modifie plus."
        )


@check
def sign_minutes(by: Person, minutes: Minutes, *, presidents: frozenset[int]) -> None:
    """Sign: who presided or presides over the committee, never who drafted (SD9)."""
    if minutes.status == MinutesStatus.DRAFT:
        raise ActionDenied("Le procès-verbal n'a pas encore été envoyé pour signature.")
    if minutes.drafted_by_id == by.pk:
        raise ActionDenied("Le procès-verbal est rédigé par une personne et signé par une autre.")
    if by.pk not in presidents:
        raise ActionDenied("Le procès-verbal est signé par la présidence de la séance.")


@check
def lift_condition(condition: Condition) -> None:
    if condition.lifted_at is not None:
        raise ActionDenied(
            f"Cette condition est levée depuis {long_datetime(condition.lifted_at)}."
        )
