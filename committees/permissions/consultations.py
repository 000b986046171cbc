"""Consult the committee in writing (voting.md 5.3)."""

from collections.abc import Collection
from datetime import datetime

from alize.common.dates import long_datetime
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import BallotStatus, MeetingStatus
from committees.models import AgendaItem, Ballot, Meeting


@check
def consult(*, allowed: bool) -> None:
    """Consult in writing: once the committee's regulations allow it and the rule is on."""
    if not allowed:
        raise ActionDenied(
            "Les règles du comité ne permettent pas la consultation écrite : joignez son "
            "règlement, puis activez-la dans les règles du comité."
        )


@check
def consult_about(matter: str, *, allowed: Collection[str]) -> None:
    """Consult on what the committee lets be settled in writing; the rest waits for a meeting."""
    if matter not in allowed:
        raise ActionDenied("Les règles du comité réservent ce sujet à une séance.")


@check
def prepare_consultation(meeting: Meeting) -> None:
    """Prepare a consultation, launch it or give it up: until it is launched."""
    if not meeting.is_written:
        raise ActionDenied("Cette séance n'est pas une consultation écrite.")
    if meeting.status == MeetingStatus.CANCELLED:
        raise ActionDenied("Cette consultation est annulée.")
    if meeting.status != MeetingStatus.PLANNED:
        raise ActionDenied("Cette consultation est déjà lancée.")


@check
def launch_consultation(meeting: Meeting, item: AgendaItem) -> None:
    """Launch a prepared consultation: on a file whose company has not given up meanwhile."""
    prepare_consultation(meeting)
    if item.decision is not None:
        raise ActionDenied(
            f"Le comité s'est déjà prononcé sur ce dossier ({item.decision}) : annulez cette "
            "consultation."
        )


@check
def within_the_hour(ballot: Ballot, *, at: datetime) -> None:
    """Vote: until the hour of a consultation, whether or not anybody has closed it."""
    if ballot.closes_at is not None and at > ballot.closes_at:
        raise ActionDenied(
            f"La consultation a été close le {long_datetime(ballot.closes_at)} : plus aucun vote "
            "n'est pris en compte."
        )


@check
def close_by_hand(ballot: Ballot) -> None:
    """Close a vote: that of a consultation closes by itself, for everybody at the same hour."""
    if ballot.closes_at is not None:
        raise ActionDenied(
            f"Cette consultation se clôt d'elle-même le {long_datetime(ballot.closes_at)}."
        )


@check
def ask_for_discussion(ballot: Ballot, *, allowed: bool, votes: bool, at: datetime) -> None:
    """Ask to talk about a file: a seat that votes, while the consultation is open."""
    if ballot.closes_at is None:
        raise ActionDenied("Ce vote se tient en séance : demandez la parole.")
    if not allowed:
        raise ActionDenied("Les règles du comité ne prévoient pas de demander une discussion.")
    if not votes:
        raise ActionDenied("Votre siège ne vote pas sur ce dossier.")
    if ballot.status != BallotStatus.OPEN or at > ballot.closes_at:
        raise ActionDenied("Cette consultation est close.")
