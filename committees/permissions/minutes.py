"""Write the minutes and sign them."""

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import MinutesStatus
from committees.models import Minutes


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
