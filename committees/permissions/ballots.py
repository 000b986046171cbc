"""Word a proposal, open its ballot, vote, close, proclaim."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from alize.accounts.models import Person
from alize.common.dates import short_date
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from alize.common.words import counted, unclosed
from committees.enums import BallotStatus, InterestAnswer, MeetingStatus, SeatKind
from committees.models import (
    AgendaItem,
    Attendance,
    Ballot,
    ProposedCondition,
    Seat,
    Suspension,
    Vote,
)
from committees.permissions.phases import BEFORE_IT_ENDS, hour
from committees.rules import Outcome


@check
def write_proposal(item: AgendaItem, *, last: Ballot | None, words: bool) -> None:
    """Word the proposal: until its ballot opens, and again when that ballot settled nothing.

    The secretary does, and whoever presides over the file.
    """
    if not words:
        raise ActionDenied(
            "La proposition est rédigée par le secrétariat ou par la personne qui préside."
        )
    if item.meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied(
            f"Cette {item.meeting.noun} est terminée : la proposition ne change plus."
        )
    if last is not None and last.status in {BallotStatus.OPEN, BallotStatus.CLOSED}:
        raise ActionDenied("Le vote est ouvert sur cette proposition : elle ne change plus.")
    if item.decision is not None:
        raise ActionDenied("Le comité s'est prononcé sur ce dossier.")


@check
def open_ballot(item: AgendaItem, *, last: Ballot | None, elsewhere: Ballot | None) -> None:
    """Put the proposal to the vote: in session, one ballot at a time."""
    if item.meeting.is_written:
        raise ActionDenied("Le vote d'une consultation écrite s'ouvre en la lançant.")
    if item.meeting.status != MeetingStatus.OPEN:
        raise ActionDenied("Un vote s'ouvre pendant la séance.")
    if elsewhere is not None:
        raise ActionDenied(
            f"Le vote sur {elsewhere.item.project.beneficiary} est encore ouvert : closez-le "
            "d'abord."
        )
    if item.decision is not None:
        raise ActionDenied("Le comité s'est déjà prononcé sur ce dossier.")
    if last is None:
        return
    if last.status == BallotStatus.OPEN:
        raise ActionDenied(f"Le vote est déjà ouvert, depuis {hour(last.opened_at)}.")
    if last.status == BallotStatus.CLOSED:
        raise ActionDenied("Le dernier scrutin est clos : proclamez son résultat.")


@check
def all_heard(silent: Sequence[str]) -> None:
    """Vote: whoever is not heard from at a distance is first said to be there, or gone."""
    if silent:
        raise ActionDenied(
            f"Sans nouvelles de {', '.join(silent)} : dites d'abord, sur la page de la séance en "
            "direct, qui est toujours là."
        )


@check
def quorum(opening: dict[str, Any]) -> None:
    """Vote: the quorum is counted again at each opening; without it the committee only talks."""
    if not opening["quorum_reached"]:
        raise ActionDenied(no_quorum(opening))


def no_quorum(opening: dict[str, Any]) -> str:
    """Why no vote opens, as the quorum stands."""
    return (
        f"Quorum non atteint ({opening['quorum_have']} sur {opening['quorum_base']}) : "
        "échange sans décision. Notez une arrivée, ou passez au dossier suivant."
    )


@check
def in_session(suspension: Suspension | None) -> None:
    """Lead a vote: while the meeting sits."""
    if suspension is not None:
        raise ActionDenied(
            f"La séance est suspendue depuis {hour(suspension.started_at)} : reprenez-la d'abord."
        )


@check
def ask_secrecy(item: AgendaItem, seat: Seat, *, last: Ballot | None) -> None:
    """Ask for a secret vote: a seat that votes, before the ballot opens (voting.md 5.3)."""
    if seat.kind != SeatKind.DELIBERATIVE:
        raise ActionDenied("Votre siège a voix consultative : il ne vote pas.")
    if item.meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied(f"Cette {item.meeting.noun} est terminée.")
    if last is not None and not last.settled_nothing:
        raise ActionDenied("Un vote secret se demande avant l'ouverture du vote.")


@check
def vote_again(ballot: Ballot) -> None:
    """Change a vote: a named one, until the close, when the committee allows it."""
    if ballot.is_secret:
        raise ActionDenied("Votre siège a voté ; un bulletin secret ne se change pas.")
    if not ballot.vote_changes:
        raise ActionDenied("Votre siège a voté ; le comité ne permet pas de changer son vote.")


@check
def note_hands(ballot: Ballot, *, allowed: bool) -> None:
    """Note votes given aloud: on an open ballot that is not secret (SD7)."""
    if ballot.status != BallotStatus.OPEN:
        raise ActionDenied("Le scrutin n'est pas ouvert.")
    if ballot.is_secret:
        raise ActionDenied("Un vote secret ne se recueille pas : chacun dépose son bulletin.")
    if not allowed:
        raise ActionDenied("Les règles du comité ne permettent pas de recueillir des votes.")


@check
def cast_vote(
    by: Person, ballot: Ballot, seat: Seat, attendance: Attendance | None, *, has_voted: bool
) -> None:
    """Vote: the person who sits for a deliberative seat, while the ballot is open."""
    if ballot.status == BallotStatus.CANCELLED:
        raise ActionDenied("Ce scrutin a été annulé ; votre vote n'a pas été pris en compte.")
    if ballot.status != BallotStatus.OPEN:
        raise ActionDenied(
            f"Le scrutin a été clos à {hour(ballot.closed_at)} ; votre vote n'a pas été "
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
def send_vote_again(ballot: Ballot, vote: Vote) -> None:
    """Send once more the very vote that a ballot has: while it is open (S34)."""
    if ballot.status != BallotStatus.OPEN:
        ended = (
            "Ce scrutin a été annulé"
            if ballot.status == BallotStatus.CANCELLED
            else f"Le scrutin a été clos à {hour(ballot.closed_at)}"
        )
        raise ActionDenied(f"{ended} ; ce vote avait déjà été reçu à {hour(vote.cast_at)}.")


@check
def vote_in_session(suspension: Suspension | None) -> None:
    """Vote: while the meeting sits; an open ballot is suspended with it (voting.md 5.2)."""
    if suspension is not None:
        raise ActionDenied(
            f"Le scrutin est suspendu avec la séance depuis {hour(suspension.started_at)} ; votre "
            "vote n'a pas été pris en compte. Vous pourrez voter à la reprise."
        )


@check
def vote_free_of_links(answer: str | None) -> None:
    """Vote: after having answered on one's links, and not having withdrawn (SD5)."""
    if answer is None:
        raise ActionDenied("Dites d'abord si vous avez un lien avec ce dossier, puis votez.")
    if answer == InterestAnswer.RECUSED:
        raise ActionDenied("Votre siège s'est déporté sur ce dossier : il ne vote pas.")


@check
def cancel_ballot(ballot: Ballot) -> None:
    """Cancel: an open ballot, all its votes void (voting.md 5.3, Amend)."""
    if ballot.status != BallotStatus.OPEN:
        raise ActionDenied("Ce scrutin n'est plus ouvert : il ne s'annule plus.")


@check
def announce_close(ballot: Ballot) -> None:
    """Announce that a vote is about to close: an open one, held in session."""
    if ballot.closes_at is not None:
        raise ActionDenied("La clôture d'une consultation est annoncée depuis son lancement.")
    if ballot.status != BallotStatus.OPEN:
        raise ActionDenied("Le scrutin n'est pas ouvert : il n'y a pas de clôture à annoncer.")


@check
def close_ballot(ballot: Ballot, *, unsettled: int) -> None:
    """Close an open ballot: nobody who voted aloud is left out without a word."""
    if ballot.status != BallotStatus.OPEN:
        raise ActionDenied("Ce scrutin a été annulé : il n'y a rien à clore.")
    if unsettled:
        waiting = counted(
            unsettled,
            "vote recueilli attend sa confirmation",
            "votes recueillis attendent leur confirmation",
        )
        raise ActionDenied(
            f"{waiting} : la présidence confirme, elle ou qui les a notés écarte, puis le vote se "
            "clôt."
        )


@check
def in_the_chair(presiding: Seat | None) -> None:
    """Decide in session: somebody present presides over the file (R30)."""
    if presiding is None:
        raise ActionDenied(
            "Personne de présent ne peut présider ce dossier : attendez une arrivée, ou passez au "
            "dossier suivant."
        )


@check
def set_aside(ballot: Ballot) -> None:
    """Leave a rejected proposal for another one on the same file, in the same session."""
    if ballot.closes_at is not None:
        raise ActionDenied("Une consultation écrite porte sur une seule proposition.")
    if not is_rejected(ballot):
        raise ActionDenied("Seule une proposition rejetée laisse la place à une autre.")


def is_rejected(ballot: Ballot) -> bool:
    """Whether the votes of a closed ballot rejected its proposal."""
    return ballot.result is not None and ballot.result["outcome"] == Outcome.REJECTED


@check
def another_proposal(text: str, *, rejected: Collection[str]) -> None:
    """Put a proposal to the vote: not in the words of one rejected in the same session."""
    if _plain(text) in map(_plain, rejected):
        raise ActionDenied(
            "Le comité a rejeté cette proposition pendant cette séance, dans les mêmes termes : "
            "rédigez-en une autre, ou proclamez ce rejet."
        )


def _plain(text: str) -> str:
    """The words of a proposal, whatever their blanks and capitals."""
    return " ".join(text.split()).casefold()


@check
def ask_conditions(conditions: Iterable[ProposedCondition], *, on: date) -> None:
    """Put conditions to the vote: each may still be met, however long ago it was typed."""
    past = next((one for one in conditions if one.due_on < on), None)
    if past is not None:
        raise ActionDenied(
            f"La condition « {unclosed(past.text)} » était à remplir avant le "
            f"{short_date(past.due_on)} : cette date est passée, changez-la dans la proposition."
        )


@check
def proclaim(ballot: Ballot, *, last: Ballot | None) -> None:
    """Proclaim a closed ballot, or at last a rejection set aside, while nothing else is voted."""
    if ballot.status not in {BallotStatus.CLOSED, BallotStatus.PROCLAIMED}:
        raise ActionDenied("Un résultat se proclame une fois le scrutin clos.")
    if ballot.status == BallotStatus.PROCLAIMED and last is not None and last.is_under_way:
        raise ActionDenied("Un scrutin est en cours sur ce dossier : menez-le d'abord à son terme.")
