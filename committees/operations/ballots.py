"""The life of a ballot: opened, closed or cancelled (voting.md 5.2, security.md D15)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.notifications.operations import Recipient, send_mail
from committees import permissions, wording
from committees.enums import (
    BALLOT_TRANSITIONS,
    BallotStatus,
    ConditionKind,
    DecisionOutcome,
    MeetingStatus,
)
from committees.models import AgendaItem, Ballot, Proposal
from committees.operations.base import locked_ballot, locked_item, locked_meeting
from committees.queries import (
    ballots,
    consultations,
    hands,
    leading,
    recusals,
    seals,
    secrecy,
    silence,
)
from committees.queries.rules import committee_rules
from committees.rules import tally

LAST_SECONDS = timedelta(seconds=15)
"""How long before the close it is said (voting.md 5.3, Change of vote)."""


def check_leading(by: Person, item: AgendaItem, *, in_person: bool = False, at: datetime) -> None:
    """Refuse whoever does not lead the vote on this file; `in_person`, the secretary too."""
    able = leading.presides if in_person else leading.leads
    permissions.preside(may=able(by, item, on=timezone.localdate(at)))


def open_ballot(*, item_id: int, secret: bool = False, by: Person, at: datetime) -> Ballot:
    """Freeze the proposal and the rules, and open the vote, secret when somebody wants it so.

    A quorum that is missed is noted: the minutes say so, and a second convocation may follow.

    :raises ActionDenied: the caller does not lead, another ballot is open, no proposal is ready,
        the meeting is suspended, somebody at a distance is not heard from, or the quorum is not
        reached.
    """
    with transaction.atomic():
        item, proposal = _ready_to_open(item_id, by=by, at=at)
        rules = ballots.snapshot(item, proposal, at=at)
        if permissions.quorum.allows(rules["opening"]):
            return put_to_the_vote(item, proposal, rules, secret=secret, by=by, at=at)
        _note_no_quorum(item, proposal, rules["opening"], by=by, at=at)
    raise ActionDenied(permissions.no_quorum(rules["opening"]))


def _ready_to_open(item_id: int, *, by: Person, at: datetime) -> tuple[AgendaItem, Proposal]:
    """The held passage and what is put to the vote, the quorum apart."""
    locked_meeting(AgendaItem.objects.get(pk=item_id).meeting_id)
    item = locked_item(item_id)
    check_leading(by, item, at=at)
    permissions.in_the_chair(leading.presiding_seat(item, on=timezone.localdate(at)))
    last = ballots.last_ballot(item)
    open_now = Ballot.objects.filter(item__meeting=item.meeting_id, status=BallotStatus.OPEN)
    elsewhere = open_now.exclude(item=item).select_related("item__project__beneficiary").first()
    permissions.open_ballot(item, last=last, elsewhere=elsewhere)
    permissions.in_session(ballots.suspension_of(item.meeting))
    permissions.all_heard([str(one) for one in silence.silent(item.meeting, at=at)])
    proposal = item.proposals.filter(ballot=None).order_by("-pk").first()
    if proposal is None:
        raise ActionDenied("Rédigez la proposition de décision avant d'ouvrir le vote.")
    return item, proposal


def _note_no_quorum(
    item: AgendaItem, proposal: Proposal, opening: dict[str, Any], *, by: Person, at: datetime
) -> None:
    """Keep that the committee could only talk of a file, and who was there."""
    facts = ballots.facts_now(item, proposal, on=timezone.localdate(at))
    item.no_quorum_at = at
    item.no_quorum = tally(facts, ballots.rules_for(item, proposal)).sentence
    item.save(update_fields=["no_quorum_at", "no_quorum"])
    audit.record("ballot.no_quorum", target=item, by=by, at=at, opening=opening)


def put_to_the_vote(
    item: AgendaItem,
    proposal: Proposal,
    rules: dict[str, Any],
    *,
    secret: bool = False,
    closes_at: datetime | None = None,
    by: Person,
    at: datetime,
) -> Ballot:
    """Open a ballot on a held passage, whoever may; its rules are those of `ballots.snapshot`.

    :raises ActionDenied: the rules leave out what it proposes, a condition is due before today, or
        it was rejected in these words.
    """
    committee = committee_rules()
    if proposal.conditions.filter(kind=ConditionKind.SUSPENSIVE).exists():
        permissions.end_in(DecisionOutcome.APPROVED_CONDITIONS, rules=committee, item=item)
    permissions.ask_conditions(proposal.conditions.order_by("pk"), on=timezone.localdate(at))
    words = wording.proposal_text(proposal)
    permissions.another_proposal(words, rejected=ballots.rejected_words(item))
    last = ballots.last_ballot(item)
    ballot = Ballot.objects.create(
        item=item,
        number=1 if last is None else last.number + 1,
        proposal=proposal,
        proposal_text=words,
        status=BallotStatus.OPEN,
        rules=rules,
        is_secret=secret or secrecy.ruling_on(item).is_secret,
        reason_required=committee.reason_required,
        vote_changes=committee.vote_changes,
        closes_at=closes_at,
        opened_at=at,
        opened_by_id=by.pk,
    )
    audit.record(
        "ballot.opened",
        target=ballot,
        by=by,
        at=at,
        seal=seals.of_opening(ballot),
        proposal=seals.of_proposal(proposal),
        opening=ballot.rules["opening"],
        secret=ballot.is_secret,
    )
    return ballot


@transaction.atomic
def cancel_ballot(*, ballot_id: int, by: Person, at: datetime) -> Ballot:
    """Cancel an open ballot, to amend its proposal: all its votes are void (voting.md 5.3).

    That of a consultation is prepared again, then launched anew; whoever was asked to vote is told.

    :raises ActionDenied: the caller does not lead, or the ballot is not open.
    """
    meeting = locked_meeting(Ballot.objects.get(pk=ballot_id).item.meeting_id)
    ballot = locked_ballot(ballot_id)
    check_leading(by, ballot.item, at=at)
    permissions.within_the_hour(ballot, at=at)
    void(ballot, by=by, at=at)
    if meeting.is_written:
        # Voting made present; a vote that is void makes nobody so.
        meeting.attendances.all().delete()
        meeting.status = MeetingStatus.PLANNED
        meeting.save(update_fields=["status"])
        _tell_interrupted(ballot, on=timezone.localdate(at))
    return ballot


def _tell_interrupted(ballot: Ballot, *, on: date) -> None:
    """Tell who voted, or was to, that this vote is void, and the operator (M69)."""
    voters = consultations.voters(ballot)
    for person in consultations.people_concerned(ballot, on=on):
        send_mail(
            "M69",
            to=Recipient.of(person),
            path=basin_reverse("basin_home"),
            key=str(ballot.pk),
            company=ballot.item.project.beneficiary.name,
            votes="1" if person in voters else "",
        )


def void(ballot: Ballot, *, by: Person, at: datetime) -> Ballot:
    """Cancel a held ballot.

    :raises ActionDenied: it is not open.
    """
    permissions.cancel_ballot(ballot)
    BALLOT_TRANSITIONS.guard(ballot.status, BallotStatus.CANCELLED)
    ballot.status = BallotStatus.CANCELLED
    ballot.cancelled_at, ballot.cancelled_by_id = at, by.pk
    ballot.save()
    votes = len(ballots.voted_seats(ballot))
    audit.record("ballot.cancelled", target=ballot, by=by, at=at, votes=votes)
    return ballot


@transaction.atomic
def close_ballot(*, ballot_id: int, by: Person, at: datetime) -> Ballot:
    """Close the vote, count it and freeze its result; closed twice, the first answer holds.

    :raises ActionDenied: the caller does not lead, or the ballot was cancelled or is suspended.
    """
    ballot = locked_ballot(ballot_id)
    check_leading(by, ballot.item, at=at)
    if ballot.status in {BallotStatus.CLOSED, BallotStatus.PROCLAIMED}:
        return ballot
    permissions.close_ballot(ballot, unsettled=hands.unsettled(ballot))
    permissions.in_session(ballots.suspended_by(ballot))
    permissions.close_by_hand(ballot)
    return settle(ballot, by=by, at=at)


@transaction.atomic
def announce_close(*, ballot_id: int, by: Person, at: datetime) -> Ballot:
    """Announce the close in a few seconds, for the last votes to come; nothing closes by itself.

    :raises ActionDenied: the caller does not lead, or the ballot is not open in session.
    """
    ballot = locked_ballot(ballot_id)
    check_leading(by, ballot.item, at=at)
    permissions.announce_close(ballot)
    permissions.in_session(ballots.suspended_by(ballot))
    ballot.closing_at = at + LAST_SECONDS
    ballot.save(update_fields=["closing_at"])
    audit.record("ballot.close_announced", target=ballot, by=by, at=at)
    return ballot


def settle(ballot: Ballot, *, by: Person | None, at: datetime) -> Ballot:
    """Close a held ballot; without a person, its hour closed it and whoever opened it answers.

    What was received while the close was waiting came before it.
    """
    BALLOT_TRANSITIONS.guard(ballot.status, BallotStatus.CLOSED)
    at = max(at, ballots.last_heard(ballot) or at)
    facts = ballots.facts_at(ballot, at=at)
    counted = tally(facts, ballots.frozen_rules(ballot))
    ballot.result = counted.as_dict() | {
        "present": sorted(facts.present),
        "recused": sorted(facts.recused),
        "proxies": [list(pair) for pair in facts.proxies],
        "seats": _seats_at_close(ballot, ballots.represented(facts, counted), at=at),
    }
    ballot.result_sentence = counted.sentence
    ballot.votes_digest = ballots.digest_of_ballot(ballot)
    ballot.status = BallotStatus.CLOSED
    ballot.closed_at, ballot.closed_by_id = at, by.pk if by else ballot.opened_by_id
    ballot.save()
    audit.record(
        "ballot.closed",
        target=ballot,
        by=by,
        at=at,
        outcome=str(counted.outcome),
        votes_digest=ballot.votes_digest,
        seal=seals.of_result(ballot),
        seats=seals.seats_of({*ballots.voted_seats(ballot), *map(int, facts.present)}),
    )
    return ballot


def _seats_at_close(
    ballot: Ballot, represented: ballots.Pairs, *, at: datetime
) -> list[dict[str, Any]]:
    """Who sat for each seat and how, or spoke for it; whether it voted (voting.md 5.4)."""
    voted, recused = ballots.voted_seats(ballot), recusals.recused_seats(ballot.item)
    there = ballots.attendances_during(ballot, until=at).select_related("seat")
    rows = [
        {
            "seat": row.seat_id,
            "person": row.person_id,
            "capacity": "HOLDER" if row.person_id == row.seat.holder_id else "ALTERNATE",
            "remote": row.is_remote,
            "recused": row.seat_id in recused,
            "voted": row.seat_id in voted,
        }
        for row in there.order_by("seat_id", "pk")
    ]
    holders = {row["seat"]: row for row in rows}
    spoken_for = [
        {**holders[holder], "seat": giver, "capacity": "PROXY", "voted": giver in voted}
        for giver, holder in ((int(one), int(other)) for one, other in represented)
    ]
    return rows + spoken_for
