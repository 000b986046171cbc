"""Write the minutes, sign them, approve them, remark on them."""

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import MeetingStatus, MinutesStatus
from committees.models import Meeting, Minutes


@check
def write_minutes(minutes: Minutes) -> None:
    """Write: until they leave for the presidency (voting.md 5.3, PV)."""
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
def countersigned(minutes: Minutes, *, signatures: int) -> None:
    """Sign after the secretary, when the rules ask for two signatures."""
    if signatures > 1 and minutes.countersigned_at is None:
        raise ActionDenied(
            "Les règles du comité demandent deux signatures : le secrétariat contresigne d'abord. "
            "Renvoyez-lui le procès-verbal."
        )


@check
def approve_minutes(minutes: Minutes, meeting: Meeting) -> None:
    """Approve: signed minutes, once, in a later meeting that sits; a consultation does not."""
    if minutes.status != MinutesStatus.SIGNED:
        raise ActionDenied("Un procès-verbal s'approuve une fois signé.")
    if minutes.approved_at is not None:
        raise ActionDenied("Ce procès-verbal est déjà approuvé.")
    sits = meeting.status == MeetingStatus.OPEN and not meeting.is_written
    if not sits or meeting.held_at <= minutes.meeting.held_at:
        raise ActionDenied("Un procès-verbal s'approuve pendant une séance suivante.")


@check
def remark(minutes: Minutes) -> None:
    """Remark on minutes: once they are signed; before, they are still being written."""
    if minutes.status != MinutesStatus.SIGNED:
        raise ActionDenied("Les remarques se joignent au procès-verbal une fois signé.")
