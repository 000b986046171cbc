"""Votes given by a show of hands or by phone: noted by one, confirmed by another (SD7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.operations import Recipient, send_mail
from committees import permissions
from committees.models import Ballot, CollectedVote, Proxy, Vote
from committees.operations.ballots import check_leading
from committees.operations.base import locked_ballot
from committees.operations.votes import check_paper
from committees.queries import ballots, hands, seals, voters
from committees.queries.rules import committee_rules


@dataclass(frozen=True)
class HandLine:
    """What one seat said."""

    seat_id: int
    choice: str
    reason: str = ""
    by_phone: bool = False


@transaction.atomic
def note_hands(
    *, ballot_id: int, lines: Sequence[HandLine], by: Person, at: datetime
) -> list[CollectedVote]:
    """Note what was said aloud for seats present or represented; another person confirms.

    A seat noted again replaces what was waiting; one that has voted by itself is left alone.

    :raises ActionDenied: the rules, the ballot or the seat do not allow it.
    :raises InvalidInput: a choice is unknown, or a reason is missing.
    """
    ballot = locked_ballot(ballot_id)
    rules = committee_rules()
    permissions.note_hands(ballot, allowed=rules.show_of_hands or rules.phone_votes)
    permissions.in_session(ballots.suspended_by(ballot))
    there = voters.who_speaks(ballot)
    closed = hands.not_taken(ballot, there, at=at)
    noted = []
    for line in lines:
        if line.seat_id not in there or str(line.seat_id) not in ballot.rules["seats"]:
            raise ActionDenied("Ce siège n'est pas là, ou ne vote pas sur ce dossier.")
        presence, why_not = there[line.seat_id], closed.get(line.seat_id, "")
        if why_not in hands.ASKED_FIRST:
            raise ActionDenied(f"{presence.seat.partner} {why_not} : notez son vote après.")
        if why_not:
            continue
        if not (rules.phone_votes if line.by_phone else rules.show_of_hands):
            raise ActionDenied("Les règles du comité ne permettent pas ce vote recueilli.")
        try:
            check_paper(ballot, line.choice, line.reason.strip())
        except InvalidInput as refusal:
            told = f"{presence.seat.partner} : {refusal.reason}"
            raise InvalidInput(told, field=refusal.field) from refusal
        row = _noted(ballot, line, presence.person_id, by=by, at=at)
        if row is not None:
            noted.append(row)
    if noted:
        audit.record(
            "vote.noted", target=ballot, by=by, at=at, seats=[row.seat_id for row in noted]
        )
    return noted


def _noted(
    ballot: Ballot, line: HandLine, person_id: int, *, by: Person, at: datetime
) -> CollectedVote | None:
    """The vote noted for a seat, instead of what was waiting; None when it said the same."""
    choice, reason, by_phone = line.choice, line.reason.strip(), line.by_phone
    waiting = ballot.collected_votes.filter(
        seat=line.seat_id, confirmed_at=None, discarded_at=None
    ).first()
    if waiting is not None:
        if (waiting.choice, waiting.reason, waiting.by_phone) == (choice, reason, by_phone):
            return None
        _discard(waiting, by=by, at=at)
    return ballot.collected_votes.create(
        seat_id=line.seat_id,
        person_id=person_id,
        choice=choice,
        reason=reason,
        by_phone=by_phone,
        entered_at=at,
        entered_by_id=by.pk,
    )


@transaction.atomic
def confirm_hands(
    *, ballot_id: int, collected_ids: Iterable[int], by: Person, at: datetime
) -> list[Vote]:
    """Make votes of what was noted; each voter is told, and may still change before the close.

    What somebody else would now say for a seat is set aside.

    :raises ActionDenied: the caller does not preside, or noted them, or the ballot is suspended.
    """
    ballot = locked_ballot(ballot_id)
    check_leading(by, ballot.item, in_person=True, at=at)
    permissions.note_hands(ballot, allowed=True)
    permissions.in_session(ballots.suspended_by(ballot))
    waiting = _waiting(ballot, collected_ids)
    if any(row.entered_by_id == by.pk for row in waiting):
        raise ActionDenied(
            "Les votes recueillis sont saisis par une personne et confirmés par une autre."
        )
    speaking = voters.who_speaks(ballot)
    closed = hands.not_taken(ballot, speaking, at=at)
    votes = []
    for row in waiting:
        there = speaking.get(row.seat_id)
        if row.seat_id in closed or there is None or there.person_id != row.person_id:
            _discard(row, by=by, at=at)
            continue
        proxy = voters.proxy_used(ballot, row.seat_id, there)
        row.confirmed_at, row.confirmed_by_id = at, by.pk
        row.save(update_fields=["confirmed_at", "confirmed_by"])
        votes.append(_cast(ballot, row, proxy, by=by, at=at))
        _tell(ballot, row)
    return votes


def _cast(
    ballot: Ballot, row: CollectedVote, proxy: Proxy | None, *, by: Person, at: datetime
) -> Vote:
    """The vote of a seat, as another than its voter noted it."""
    vote = ballot.votes.create(
        seat_id=row.seat_id,
        version=1,
        person_id=row.person_id,
        choice=row.choice,
        reason=row.reason,
        proxy=proxy,
        collected=row,
        cast_at=at,
        command_key=uuid4(),
    )
    audit.record(
        "vote.collected",
        target=ballot,
        by=by,
        at=at,
        seat=vote.seat_id,
        version=vote.version,
        digest=ballots.digest_of(vote),
        collected=row.pk,
        seal=seals.of_collected(row),
        **({"proxy": proxy.pk} if proxy else {}),
    )
    return vote


@transaction.atomic
def discard_hands(
    *, ballot_id: int, collected_ids: Iterable[int], by: Person, at: datetime
) -> list[CollectedVote]:
    """Set aside what was noted wrongly, of what still waits.

    :raises ActionDenied: the caller neither leads the vote nor noted it.
    """
    ballot = locked_ballot(ballot_id)
    rows = _waiting(ballot, collected_ids)
    if not all(row.entered_by_id == by.pk for row in rows):
        check_leading(by, ballot.item, at=at)
    for row in rows:
        _discard(row, by=by, at=at)
    if rows:
        audit.record("vote.set_aside", target=ballot, by=by, at=at, seats=[r.seat_id for r in rows])
    return rows


def _waiting(ballot: Ballot, ids: Iterable[int]) -> list[CollectedVote]:
    rows = ballot.collected_votes.filter(pk__in=ids, confirmed_at=None, discarded_at=None)
    return list(rows.select_related("person", "entered_by").order_by("seat_id"))


def _discard(row: CollectedVote, *, by: Person, at: datetime) -> None:
    row.discarded_at, row.discarded_by_id = at, by.pk
    row.save(update_fields=["discarded_at", "discarded_by"])


def _tell(ballot: Ballot, row: CollectedVote) -> None:
    """Tell the voter that a vote was noted for them, without what it said."""
    send_mail(
        "M44",
        to=Recipient.of(row.person),
        path=basin_reverse("ballot_detail", ballot_id=ballot.pk),
        key=str(row.pk),
        company=ballot.item.project.beneficiary.name,
        entered_by=row.entered_by.full_name,
    )
