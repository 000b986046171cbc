"""Digests that the journal seals at each act, so that any later change is found (SD9, S35).

Each reads rows as they stand; the verifier computes them again and compares.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from committees.models import (
    Ballot,
    CollectedVote,
    Condition,
    Decision,
    InterestDeclaration,
    Meeting,
    Minutes,
    MinutesRemark,
    Proposal,
    Proxy,
    Seat,
)


def digest(words: Any) -> str:
    """The fingerprint of plain values, whatever the order of their names."""
    text = json.dumps(words, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def of_opening(ballot: Ballot) -> str:
    """What a ballot froze when it opened: the words put to the vote, the rules, who may vote."""
    return digest(
        [
            ballot.item_id,
            ballot.item.matter,
            ballot.item.approval_id,
            ballot.number,
            ballot.proposal_text,
            ballot.rules,
            ballot.is_secret,
            _instant(ballot.opened_at),
            ballot.opened_by_id,
        ]
    )


def of_proposal(proposal: Proposal) -> str:
    """What is voted on, then carried out: every column of it, its skills and its conditions."""
    return digest(
        [
            Proposal.objects.values().get(pk=proposal.pk),
            list(proposal.skills.order_by("pk").values()),
            list(proposal.conditions.order_by("pk").values()),
        ]
    )


def of_result(ballot: Ballot) -> str:
    """What its close froze: the count, its sentence, the digest of the votes."""
    return digest(
        [
            ballot.result,
            ballot.result_sentence,
            ballot.votes_digest,
            _instant(ballot.closed_at),
            ballot.closed_by_id,
        ]
    )


def seats_of(ids: Iterable[int]) -> dict[str, list[int]]:
    """Whose voice each of these seats is: the partner, then the holder."""
    seats = Seat.objects.filter(pk__in=ids).order_by("pk")
    return {
        str(pk): [partner_id, holder_id]
        for pk, partner_id, holder_id in seats.values_list("pk", "partner_id", "holder_id")
    }


def of_collected(noted: CollectedVote) -> str:
    """For which seat something was noted, how, by whom, and who confirmed it (SD7).

    Not what was said: the journal would tell it to who tries each choice. The vote holds it.
    """
    return digest(
        [
            noted.ballot_id,
            noted.seat_id,
            noted.person_id,
            noted.by_phone,
            _instant(noted.entered_at),
            noted.entered_by_id,
            _instant(noted.confirmed_at),
            noted.confirmed_by_id,
        ]
    )


def of_interest(declaration: InterestDeclaration) -> str:
    """What a seat answered on its links with a file, or what was imposed on it."""
    return digest(
        [
            declaration.item_id,
            declaration.seat_id,
            declaration.person_id,
            declaration.answer,
            declaration.link,
            declaration.reason,
            declaration.is_imposed,
            _instant(declaration.declared_at),
        ]
    )


def of_proxy(proxy: Proxy) -> str:
    """What a seat gave to another; how it is answered and taken back comes after."""
    return digest(
        [
            proxy.meeting_id,
            proxy.item_id,
            proxy.giver_id,
            proxy.holder_id,
            proxy.instruction,
            _instant(proxy.given_at),
            proxy.given_by_id,
        ]
    )


def of_decision(decision: Decision) -> str:
    """What was decided, its conditions, what was put right; how those are lifted comes after."""
    conditions = decision.conditions.order_by("pk").values_list(
        "kind", "text", "owner", "proof_expected", "due_on"
    )
    corrected = decision.rectifications.order_by("pk").values_list(
        "field", "before", "after", "reason", "rectified_by_id", "rectified_at"
    )
    return digest(
        [
            decision.reference,
            decision.project_id,
            decision.item_id,
            decision.ballot_id,
            decision.outcome,
            decision.label,
            decision.decided_on,
            decision.amount,
            f"{decision.days:.1f}",
            decision.reason,
            decision.redirection,
            decision.pieces_awaited,
            decision.target_meeting_id,
            decision.expert,
            decision.expert_due_on,
            decision.revises_id,
            decision.recorded_by_id,
            _instant(decision.notified_at),
            decision.notified_by_id,
            [list(condition) for condition in conditions],
            [[*change[:5], _instant(change[5])] for change in corrected],
        ]
    )


def of_reopening(decision: Decision) -> str:
    """Why the committee deliberates again."""
    return digest([decision.reference, decision.reopening_reason])


def of_lifting(condition: Condition) -> str:
    """On what proof a condition of a decision was lifted."""
    return digest([condition.decision_id, condition.proof])


def of_meeting(meeting: Meeting) -> str:
    """When, where and how a meeting sat, who convened it and presided, what it followed."""
    moments = (
        meeting.held_at, meeting.closes_at, meeting.convened_at, meeting.opened_at,
        meeting.closed_at,
    )  # fmt: skip
    return digest(
        [
            meeting.number,
            meeting.mode,
            meeting.place,
            meeting.matter,
            meeting.urgency,
            meeting.chair_id,
            meeting.second_of_id,
            meeting.convened_by_id,
            meeting.opened_by_id,
            meeting.closed_by_id,
            *map(_instant, moments),
        ]
    )


def of_presences(meeting: Meeting) -> str:
    """Who sat for which seat, from when to when, and when the meeting was suspended."""
    rows = meeting.attendances.order_by("pk").values_list(
        "seat_id", "person_id", "is_remote", "is_lost", "arrived_at", "left_at", "confirmed_at"
    )
    breaks = meeting.suspensions.order_by("pk").values_list("started_at", "ended_at")
    return digest(
        [
            [[*row[:4], *map(_instant, row[4:])] for row in rows],
            [list(map(_instant, row)) for row in breaks],
        ]
    )


def of_minutes(minutes: Minutes) -> str:
    """What was written and signed, and who was heard."""
    written = minutes.meeting.items.order_by("rank").values_list(
        "project_id", "rank", "narrative", "no_quorum", "no_quorum_at"
    )
    heard = minutes.meeting.guests.order_by("pk").values_list("item_id", "name", "capacity")
    return digest(
        [
            minutes.meeting_id,
            minutes.narrative,
            [[*item[:4], _instant(item[4])] for item in written],
            [list(guest) for guest in heard],
            minutes.drafted_by_id,
            minutes.countersigned_by_id,
            _instant(minutes.countersigned_at),
            minutes.signed_by_id,
            _instant(minutes.signed_at),
        ]
    )


def of_approval(minutes: Minutes) -> str:
    """How a later meeting approved minutes."""
    return digest([minutes.approved_in_id, minutes.approval, minutes.approval_votes])


def of_remark(remark: MinutesRemark) -> str:
    """What was remarked on minutes, by whom and when."""
    return digest([remark.minutes_id, remark.text, _instant(remark.made_at), remark.made_by_id])


def _instant(moment: Any) -> str | None:
    """An instant to the microsecond, as the database keeps it, whatever its zone."""
    return None if moment is None else f"{moment.timestamp():.6f}"
