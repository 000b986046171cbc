"""Prepare, convene, open and close a meeting; come to it and sit."""

from datetime import date

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import MeetingStatus
from committees.models import Meeting, Seat
from committees.permissions.phases import BEFORE_IT_OPENS, hour

CHAIR_NEEDED = "Désignez un président de séance issu d'une entreprise partenaire."


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
        raise ActionDenied(f"La séance est déjà ouverte, depuis {hour(meeting.opened_at)}.")
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
