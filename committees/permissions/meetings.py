"""Prepare, convene, open and close a meeting; come to it and sit."""

from collections.abc import Container, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import long_date, long_datetime
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import MeetingMode, MeetingStatus, SummonsReply
from committees.models import AgendaItem, Attendance, Meeting, Seat
from committees.permissions.phases import BEFORE_IT_ENDS, BEFORE_IT_OPENS, hour

REMINDED_AGAIN_AFTER = timedelta(hours=24)
CHAIR_NEEDED = "Désignez un président de séance issu d'une entreprise partenaire."


@check
def add_item(meeting: Meeting, *, items: int) -> None:
    """Put a file on the agenda: until the meeting opens, and never on a second convocation."""
    prepare(meeting)
    if meeting.is_written and items:
        raise ActionDenied("Une consultation écrite porte sur un seul dossier.")
    if meeting.second_of_id is not None:
        raise ActionDenied(
            "Une seconde convocation reprend l'ordre du jour de la première : rien ne s'y ajoute."
        )


@check
def approve_agenda(meeting: Meeting, *, items: int) -> None:
    """Approve the agenda: until the meeting opens, once as it stands (C8)."""
    prepare(meeting)
    if meeting.agenda_approved_at is not None:
        raise ActionDenied("L'ordre du jour est déjà validé.")
    if not items:
        raise ActionDenied("L'ordre du jour est vide : il n'y a rien à valider.")


@check
def prepare(meeting: Meeting) -> None:
    """Change the date, the place or the agenda: until the meeting opens."""
    if meeting.status not in BEFORE_IT_OPENS:
        raise ActionDenied(
            f"Cette {meeting.noun} a déjà commencé : son ordre du jour ne change plus."
        )


@check
def take_off(item: AgendaItem) -> None:
    """Take a file off the agenda: nothing is decided on it, and no member has spoken of it."""
    if item.decision is not None:
        raise ActionDenied(
            f"Le comité s'est déjà prononcé sur ce dossier ({item.decision}) : il reste à l'ordre "
            "du jour."
        )
    spoken = (item.declarations, item.ballots, item.questions, item.proxies, item.guests)
    if any(said.exists() for said in spoken):
        raise ActionDenied(
            "Des membres se sont déjà exprimés sur ce dossier (liens, question, pouvoir, invité) : "
            "il reste à l'ordre du jour. Sans vote, il reviendra à une prochaine séance."
        )


@check
def chair(*, able: bool) -> None:
    """Take the chair: an active representative of a partner company, obligatorily (R30)."""
    if not able:
        raise ActionDenied(CHAIR_NEEDED)


@check
def convene(meeting: Meeting, *, items: int) -> None:
    """Send the summons: once, with something on the agenda; a consultation has none."""
    if meeting.is_written:
        raise ActionDenied("Une consultation écrite se lance : elle ne convoque personne.")
    if meeting.status != MeetingStatus.PLANNED:
        raise ActionDenied("Les convocations de cette séance sont déjà parties.")
    if not items:
        raise ActionDenied("Inscrivez au moins un dossier avant d'envoyer les convocations.")


@check
def answer_summons(meeting: Meeting, reply: str, *, possible: Container[str]) -> None:
    """Answer the summons: between their sending and the opening, as the meeting's form allows."""
    if meeting.status != MeetingStatus.CONVENED:
        raise ActionDenied(
            "On répond à une convocation une fois qu'elle est partie, jusqu'à l'ouverture."
        )
    if reply not in possible:
        raise ActionDenied("La forme de cette séance ne permet pas cette réponse.")


@check
def ask_to_sit(meeting: Meeting, asked_id: int, *, others: Container[int]) -> None:
    """Ask another person of one's seat to sit for it: as long as the summons is answered."""
    answer_summons(meeting, SummonsReply.ALTERNATE, possible={SummonsReply.ALTERNATE})
    if asked_id not in others:
        raise ActionDenied("Cette personne ne peut pas siéger à votre place pour ce siège.")


@check
def remind(meeting: Meeting, *, silent: int, at: datetime) -> None:
    """Remind those who have not answered: somebody is silent, and not twice within a day."""
    if meeting.status != MeetingStatus.CONVENED:
        raise ActionDenied("On relance les membres d'une séance convoquée.")
    if not silent:
        raise ActionDenied("Chaque siège a répondu : personne n'est à relancer.")
    if meeting.reminded_at is not None and at < meeting.reminded_at + REMINDED_AGAIN_AFTER:
        raise ActionDenied(
            f"Une relance est déjà partie {long_datetime(meeting.reminded_at)} : "
            "la suivante pourra partir un jour après."
        )


@check
def publish_packs(meeting: Meeting, *, waiting: int) -> None:
    """Send those who sit their pack of files: once the summons have left, until the end."""
    if meeting.status not in {MeetingStatus.CONVENED, MeetingStatus.OPEN}:
        raise ActionDenied("Le dossier de séance part après les convocations, avant la fin.")
    if not waiting:
        raise ActionDenied("Chaque personne qui siège a déjà son dossier, à jour.")


@check
def cancel_meeting(meeting: Meeting) -> None:
    """Give up a meeting: before it opens."""
    if meeting.status == MeetingStatus.CANCELLED:
        raise ActionDenied(f"Cette {meeting.noun} est déjà annulée.")
    if meeting.status not in BEFORE_IT_OPENS:
        raise ActionDenied(f"Cette {meeting.noun} a commencé : elle ne s'annule plus.")


@check
def convene_again(meeting: Meeting, *, allowed: bool, failed: int) -> None:
    """Convene a second time: once, after a meeting whose files failed for lack of quorum."""
    if meeting.is_written:
        raise ActionDenied("Une consultation écrite sans quorum n'est pas convoquée à nouveau.")
    if not allowed:
        raise ActionDenied("Les règles du comité ne prévoient pas de seconde convocation.")
    if meeting.second_of_id is not None:
        raise ActionDenied("Une seconde convocation n'est pas suivie d'une troisième.")
    second = meeting.seconds.exclude(status=MeetingStatus.CANCELLED).first()
    if second is not None:
        raise ActionDenied(f"La seconde convocation est la séance {second.number}.")
    if not failed:
        raise ActionDenied("Aucun dossier de cette séance n'a manqué de quorum.")


@check
def invite_guests(meeting: Meeting) -> None:
    """Say who is heard without a seat: until the meeting ends."""
    if meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied(f"Cette {meeting.noun} est terminée.")


@check
def preside(*, may: bool) -> None:
    """Lead the meeting, or the vote on one file: whoever is in the chair for it."""
    if not may:
        raise ActionDenied("Seule la personne qui préside la séance peut le faire.")


@check
def open_meeting(meeting: Meeting, *, on: date) -> None:
    """Open a convened meeting: on its day, the one that its members were told."""
    if meeting.status == MeetingStatus.OPEN:
        raise ActionDenied(f"La séance est déjà ouverte, depuis {hour(meeting.opened_at)}.")
    if meeting.status != MeetingStatus.CONVENED:
        raise ActionDenied("Une séance s'ouvre après l'envoi de ses convocations.")
    day = timezone.localdate(meeting.held_at)
    if on < day:
        raise ActionDenied(
            f"Cette séance s'ouvre le {long_date(day)}. Pour la tenir plus tôt, changez d'abord sa "
            "date : les membres en sont prévenus."
        )
    if on > day:
        raise ActionDenied(
            f"Cette séance était convoquée pour le {long_date(day)} et n'a pas été ouverte. "
            "Changez sa date, les membres en sont prévenus, ou annulez-la."
        )


@check
def stand_in(meeting: Meeting, *, at: datetime) -> None:
    """Open in the place of the chair (R30): once the hour that they were told has come."""
    if at < meeting.held_at:
        raise ActionDenied(
            f"La présidence prévue est attendue jusqu'à {hour(meeting.held_at)} : sa suppléance "
            "ouvre la séance à partir de cette heure."
        )


@check
def close_meeting(meeting: Meeting, *, under_way: bool) -> None:
    """End the meeting: every ballot is proclaimed or cancelled."""
    if meeting.status != MeetingStatus.OPEN:
        raise ActionDenied("Cette séance n'est pas en cours.")
    if under_way:
        raise ActionDenied("Un scrutin reste à clore ou à proclamer avant de lever la séance.")


@check
def leave_no_rejection(companies: Sequence[str]) -> None:
    """End the meeting, or adjourn it: no rejection set aside is left without a decision."""
    if companies:
        raise ActionDenied(
            f"Le comité a rejeté la proposition sur {' ; '.join(companies)} sans rien décider "
            "d'autre : avant de lever la séance, mettez une autre proposition aux voix, ou "
            "proclamez ce rejet. Si personne de présent ne peut présider ce dossier, confiez les "
            "votes au secrétariat : il le proclame."
        )


@check
def attend(meeting: Meeting, *, on: date, is_remote: bool = False) -> None:
    """Arrive or leave: on the day of a convened meeting, until it ends; as its form allows."""
    if meeting.is_written:
        raise ActionDenied("Une consultation écrite ne réunit personne : chacun vote de chez soi.")
    if meeting.status not in {MeetingStatus.CONVENED, MeetingStatus.OPEN}:
        raise ActionDenied("Les présences se notent entre la convocation et la fin de la séance.")
    if meeting.status == MeetingStatus.CONVENED and on < timezone.localdate(meeting.held_at):
        raise ActionDenied("Les présences se notent le jour de la séance.")
    if is_remote and meeting.mode == MeetingMode.IN_PERSON:
        raise ActionDenied("Cette séance se tient sur place : personne n'y siège à distance.")


@check
def keep_room(*, may: bool) -> None:
    """Say who is there without being heard from: the secretary, or whoever presides."""
    if not may:
        raise ActionDenied("Le secrétariat ou la personne qui préside le dit.")


@check
def sit(person: Person, seat: Seat, *, alternates: frozenset[int]) -> None:
    """Sit for a seat: its holder or one of its alternates."""
    if person.pk != seat.holder_id and person.pk not in alternates:
        raise ActionDenied("Cette personne n'est ni titulaire ni suppléante de ce siège.")


@check
def sit_once(elsewhere: Attendance | None) -> None:
    """Sit for a seat: nobody sits for two, a voice more is what a proxy is for (voting.md 5.3)."""
    if elsewhere is not None:
        raise ActionDenied(
            f"{elsewhere.person} siège déjà pour {elsewhere.seat.partner} : personne ne siège pour "
            "deux partenaires. Un pouvoir ou une autre personne porte la seconde voix."
        )


@check
def suspend(meeting: Meeting, *, suspended: bool) -> None:
    """Suspend the meeting: while it sits; an open ballot is suspended with it."""
    if meeting.status != MeetingStatus.OPEN:
        raise ActionDenied("Cette séance n'est pas en cours.")
    if suspended:
        raise ActionDenied("La séance est déjà suspendue.")


@check
def delegate(meeting: Meeting) -> None:
    """Leave the votes to the secretary, or take them back: until the meeting ends."""
    if meeting.status not in BEFORE_IT_ENDS:
        raise ActionDenied(f"Cette {meeting.noun} est terminée.")


@check
def adjourn(meeting: Meeting, *, closed: bool) -> None:
    """Adjourn the meeting: while it sits; a closed ballot is proclaimed first."""
    if meeting.status != MeetingStatus.OPEN:
        raise ActionDenied("Cette séance n'est pas en cours.")
    if closed:
        raise ActionDenied("Un scrutin est clos : proclamez son résultat avant d'ajourner.")
