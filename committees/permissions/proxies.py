"""Give a proxy, answer to one, take one's vote back (voting.md 5.3)."""

from datetime import datetime

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import MeetingMode, MeetingStatus, SeatKind
from committees.models import CommitteeRules, Meeting, Proxy, Seat

CONVENED_OR_OPEN = frozenset({MeetingStatus.CONVENED, MeetingStatus.OPEN})


def takes_proxies(meeting: Meeting, *, at: datetime) -> bool:
    """Whether proxies may change: from the summons to its end, in writing to its hour."""
    is_over = meeting.closes_at is not None and at > meeting.closes_at
    return meeting.status in CONVENED_OR_OPEN and not is_over


@check
def give_proxy(
    meeting: Meeting,
    seat: Seat | None,
    rules: CommitteeRules,
    *,
    is_seated: bool,
    at: datetime,
) -> None:
    """Give a proxy: a deliberative seat that is not there, once the summons are out."""
    if not takes_proxies(meeting, at=at):
        raise ActionDenied(
            f"Un pouvoir se donne entre la convocation et la fin de la {meeting.noun}."
        )
    if not rules.max_proxies:
        raise ActionDenied("Les règles de ce comité n'admettent pas de pouvoir.")
    if meeting.mode == MeetingMode.WRITTEN and not rules.proxies_in_consultation:
        raise ActionDenied("Les règles de ce comité n'admettent pas de pouvoir par écrit.")
    if seat is None or seat.kind != SeatKind.DELIBERATIVE:
        raise ActionDenied("Seul un siège à voix délibérative donne pouvoir.")
    if is_seated:
        raise ActionDenied(
            "Votre siège est présent : signalez votre départ au secrétariat, puis donnez pouvoir."
        )


@check
def hold_proxy(giver: Seat, holder: Seat, rules: CommitteeRules) -> None:
    """Receive a proxy: another deliberative seat, of the same college if the rules say so."""
    if holder.pk == giver.pk or holder.holder_id == giver.holder_id:
        raise ActionDenied("Un pouvoir se donne à une autre personne.")
    if holder.kind != SeatKind.DELIBERATIVE:
        raise ActionDenied(f"{holder.partner} a voix consultative : il ne reçoit pas de pouvoir.")
    if rules.proxies_in_same_college and holder.partner.kind != giver.partner.kind:
        raise ActionDenied("Les règles de ce comité gardent le pouvoir dans le même collège.")


@check
def answer_proxy(proxy: Proxy, meeting: Meeting, *, at: datetime) -> None:
    """Accept or decline: once, while the meeting is to come or under way."""
    if proxy.revoked_at is not None:
        raise ActionDenied(f"{proxy.giver.holder} a repris son vote : ce pouvoir n'existe plus.")
    if proxy.accepted_at is not None or proxy.declined_at is not None:
        raise ActionDenied("Vous avez déjà répondu à ce pouvoir.")
    if not takes_proxies(meeting, at=at):
        raise ActionDenied(f"Cette {meeting.noun} est terminée.")


@check
def revoke_proxy(proxy: Proxy, meeting: Meeting, *, at: datetime) -> None:
    """Take one's vote back: until the meeting ends."""
    if not takes_proxies(meeting, at=at):
        raise ActionDenied(f"Cette {meeting.noun} est terminée.")
    if proxy.revoked_at is not None or proxy.declined_at is not None:
        raise ActionDenied("Ce pouvoir n'existe plus.")
