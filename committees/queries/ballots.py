"""What a ballot counts, and the receipts it gives."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.screen import VOTE_CHOICES
from committees.enums import BallotStatus, DecisionOutcome
from committees.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Meeting,
    Proposal,
    Seat,
    Suspension,
    Vote,
)
from committees.permissions.ballots import is_rejected
from committees.queries import leading, proxies, recusals, seats
from committees.queries.rules import committee_rules, voting_rules
from committees.rules import BallotFacts, Choice, Majority, Outcome, Tally, VotingRules, tally
from partners.enums import PartnerKind
from projects.models import PreliminaryDiagnosis

Pairs = tuple[tuple[str, str], ...]
CHOICE_LABELS = {choice.value: choice.label for choice in VOTE_CHOICES}


def last_ballot(item: AgendaItem) -> Ballot | None:
    """The latest ballot on a file."""
    return item.ballots.order_by("-number").select_related("decision", "item").first()


def standing_rejection(item: AgendaItem) -> Ballot | None:
    """The last proposal on a file that was rejected and set aside, until the file is decided."""
    if item.decision is not None:
        return None
    held = item.ballots.order_by("-number").select_related("decision", "item")
    return next((one for one in held if one.settled_nothing and is_rejected(one)), None)


def rejected_words(item: AgendaItem) -> list[str]:
    """The proposals on a file that were rejected in this session."""
    rejected = item.ballots.filter(result__outcome=Outcome.REJECTED)
    return list(rejected.values_list("proposal_text", flat=True))


def is_awaited(ballot: Ballot) -> bool:
    """Whether proclaiming a ballot decides something: closed, or the rejection that stands."""
    if ballot.status == BallotStatus.PROCLAIMED:
        return standing_rejection(ballot.item) == ballot
    return ballot.status == BallotStatus.CLOSED


def suspension_of(meeting: Meeting) -> Suspension | None:
    """The suspension under way."""
    return meeting.suspensions.filter(ended_at=None).first()


def suspended_by(ballot: Ballot) -> Suspension | None:
    """What suspends an open ballot: the suspension of its meeting, nothing more being stored.

    A consultation does not sit, and nothing suspends it.
    """
    if ballot.status != BallotStatus.OPEN or ballot.closes_at is not None:
        return None
    return Suspension.objects.filter(meeting__items=ballot.item_id, ended_at=None).first()


def is_overdue(ballot: Ballot, *, at: datetime) -> bool:
    """Whether a consultation is past its hour and not counted yet: nobody may vote any more."""
    open_until = ballot.closes_at if ballot.status == BallotStatus.OPEN else None
    return open_until is not None and at > open_until


def rules_for(item: AgendaItem, proposal: Proposal | None) -> VotingRules:
    """The rules of a vote: those of the amount proposed; a second convocation needs no quorum.

    A consultation takes no proxy, unless the committee admits them in writing.
    """
    rules = voting_rules(proposal.amount if proposal else 0)
    if item.matter:
        # The project itself is not deliberated: the sentence of the result does not name it.
        rules = replace(
            rules,
            approved_as="demande acceptée",
            rejected_as="demande refusée",
            deferred_as="demande ajournée",
        )
    if item.meeting.is_written and not committee_rules().proxies_in_consultation:
        rules = replace(rules, max_proxies=0)
    return replace(rules, quorum_required=False) if item.meeting.second_of_id else rules


def facts_now(item: AgendaItem, proposal: Proposal | None, *, on: date) -> BallotFacts:
    """Who may vote on a file, as people sit now."""
    chair = leading.presiding_seat(item, on=on)
    voting = _electorate(item, proposal, on=on)
    return BallotFacts(
        seats=_names(voting),
        companies=_names(_companies(voting)),
        chair=str(chair.pk if chair else ""),
        present=_names(row.seat_id for row in seats.seated(item.meeting)),
        recused=_names(recusals.recused_seats(item)),
        proxies=_pairs(proxies.held_for(item)),
    )


def tally_of_meeting(meeting: Meeting, *, present: Iterable[int]) -> tuple[BallotFacts, Tally]:
    """The quorum of a meeting as a whole with these seats, what is its files' own left aside."""
    voting = seats.voting_seats(seats.day_of(meeting))
    facts = BallotFacts(
        seats=_names(voting),
        companies=_names(_companies(voting)),
        chair=str(meeting.chair_id or ""),
        present=_names(present),
        proxies=_pairs(proxies.held_throughout(meeting)),
    )
    rules = replace(voting_rules(), quorum_required=meeting.second_of_id is None)
    return facts, tally(facts, rules)


def snapshot(item: AgendaItem, proposal: Proposal | None = None, *, at: datetime) -> dict[str, Any]:
    """What a ballot freezes when it opens: the rules, who may vote, who presides, the quorum."""
    rules = rules_for(item, proposal)
    facts = facts_now(item, proposal, on=timezone.localdate(at))
    counted = tally(facts, rules)
    committee = committee_rules()
    return {
        "rules": asdict(rules),
        "labels": {str(outcome): committee.label_of(outcome) for outcome in DecisionOutcome},
        "abstention": committee.abstention_allowed,
        "declaration": committee.declaration_required,
        "seats": sorted(facts.seats),
        "companies": sorted(facts.companies),
        "chair": facts.chair,
        "opening": {
            "present": sorted(facts.present),
            "recused": sorted(facts.recused),
            "proxies": [list(pair) for pair in represented(facts, counted)],
            "quorum_have": counted.quorum_have,
            "quorum_base": counted.quorum_base,
            "quorum_reached": counted.quorum_reached,
        },
    }


def represented(facts: BallotFacts, counted: Tally) -> Pairs:
    """The proxies that count, (giver, holder)."""
    return tuple(pair for pair in facts.proxies if pair not in counted.ignored_proxies)


def proxies_that_count(item: AgendaItem, ballot: Ballot | None = None) -> dict[int, int]:
    """The holder by whom each absent seat may vote on a file now.

    While a ballot is open it is the one it will be counted by: its own seats, its own rules, and
    no more for a holder than with the proxies that have served.
    """
    facts = facts_now(item, None, on=seats.day_of(item.meeting))
    rules = rules_for(item, None)
    if ballot is not None:
        held = _served(ballot) | {int(giver): int(holder) for giver, holder in facts.proxies}
        facts = replace(
            facts,
            seats=frozenset(ballot.rules["seats"]),
            chair=ballot.rules["chair"],
            proxies=_pairs(held.items()),
        )
        rules = frozen_rules(ballot)
    pairs = represented(facts, tally(facts, rules))
    return {int(giver): int(holder) for giver, holder in pairs}


def _electorate(item: AgendaItem, proposal: Proposal | None, *, on: date) -> frozenset[int]:
    """The deliberative seats in office, without those that the rules keep out of this file.

    A person kept out does not vote: neither do the seats they hold, nor those they may sit in.
    """
    voting = seats.voting_seats(on)
    rules = committee_rules()
    kept_out: set[int | None] = set()
    if not rules.referrer_votes:
        diagnoses = PreliminaryDiagnosis.objects.standing().filter(project=item.project_id)
        kept_out.update(diagnoses.values_list("referrer_id", flat=True))
    if not rules.lead_votes and proposal is not None:
        kept_out.add(proposal.follow_up_lead_id)
    people = kept_out - {None}
    theirs = Seat.objects.filter(Q(holder__in=people) | Q(alternates__in=people))
    return voting - frozenset(theirs.values_list("pk", flat=True))


def _companies(voting: Iterable[int]) -> QuerySet:
    return Seat.objects.filter(pk__in=voting, partner__kind=PartnerKind.COMPANY).values_list(
        "pk", flat=True
    )


def label_of(ballot: Ballot, outcome: DecisionOutcome) -> str:
    """How the committee named an outcome when the ballot opened."""
    return ballot.rules.get("labels", {}).get(outcome, outcome.label)


def frozen_rules(ballot: Ballot) -> VotingRules:
    """The rules a ballot was opened with."""
    kept = ballot.rules["rules"]
    return VotingRules(
        **kept
        | {"majority": Majority(kept["majority"]), "tie_outcome": Outcome(kept["tie_outcome"])}
    )


def attendances_during(ballot: Ballot, *, until: datetime) -> QuerySet[Attendance]:
    """Who sat at some moment while the ballot was open."""
    return ballot.item.meeting.attendances.filter(arrived_at__lte=until).filter(
        Q(left_at=None) | Q(left_at__gt=ballot.opened_at)
    )


def last_heard(ballot: Ballot) -> datetime | None:
    """The hour of the last vote or arrival that a ballot may count."""
    moments = [
        ballot.votes.aggregate(last=Max("cast_at"))["last"],
        ballot.item.meeting.attendances.aggregate(last=Max("arrived_at"))["last"],
    ]
    return max((moment for moment in moments if moment is not None), default=None)


def counted_votes(ballot: Ballot) -> list[Vote]:
    """The vote of each seat: its last one."""
    last = ballot.votes.order_by("seat_id", "-version").distinct("seat_id")
    return list(last.select_related("proxy"))


def voted_seats(ballot: Ballot) -> frozenset[int]:
    """The seats that have voted, named or secret."""
    voted = ballot.participations if ballot.is_secret else ballot.votes
    return frozenset(voted.values_list("seat_id", flat=True))


def facts_at(ballot: Ballot, *, at: datetime) -> BallotFacts:
    """All that a ballot is counted from."""
    votes = counted_votes(ballot)
    there = {row.seat_id for row in attendances_during(ballot, until=at)}
    return BallotFacts(
        seats=frozenset(ballot.rules["seats"]),
        companies=frozenset(ballot.rules.get("companies", ())),
        chair=ballot.rules["chair"],
        present=_names(there),
        votes={str(vote.seat_id): Choice(vote.choice) for vote in votes},
        secret=ballot.is_secret,
        secret_votes=tuple(map(Choice, ballot.secret_votes.values_list("choice", flat=True))),
        recused=_names(recusals.recused_seats(ballot.item)),
        proxies=_pairs(pair for pair in _counted_by(ballot) if pair[0] not in there),
    )


def _counted_by(ballot: Ballot) -> Iterable[tuple[int, int]]:
    """The proxies of a ballot: those that served first, since a vote received stays counted.

    In writing those alone: half of the seats must vote (voting.md 5.3).
    """
    served = _served(ballot)
    unused = proxies.held_for(ballot.item) if ballot.closes_at is None else ()
    return [*served.items(), *(pair for pair in unused if pair[0] not in served)]


def _served(ballot: Ballot) -> dict[int, int]:
    """The holder by whom each giver has voted, taken back since or not."""
    named = [(vote.seat_id, vote.proxy.holder_id) for vote in counted_votes(ballot) if vote.proxy]
    signed = ballot.participations.exclude(proxy=None).order_by("proxy")
    return dict([*named, *signed.values_list("seat_id", "proxy__holder_id")])


def _names(ids: Iterable[int]) -> frozenset[str]:
    return frozenset(str(number) for number in ids)


def _pairs(ids: Iterable[tuple[int, int]]) -> Pairs:
    return tuple((str(giver), str(holder)) for giver, holder in ids)


@dataclass(frozen=True)
class Receipt:
    """Reçu de vote : proves one vote to the one who cast it."""

    reference: str
    digest: str
    vote: Vote
    is_replaced: bool = False
    """Whether the seat has voted again since, on the same ballot."""

    @property
    def said(self) -> str:
        """« Pour », « Contre » or « Abstention »."""
        return CHOICE_LABELS[self.vote.choice]


def receipt_of(vote: Vote) -> Receipt:
    """The receipt of a vote; its digest is among those sealed at the close."""
    item = vote.ballot.item
    digest = digest_of(vote)
    number = f"{item.meeting.number}-{item.rank}-{vote.ballot.number}"
    return Receipt(f"{number}-{digest[:6].upper()}", digest, vote)


def digest_of(vote: Vote) -> str:
    """The fingerprint of one vote: what was said, by which seat, how, when, under which key."""
    said = (
        vote.ballot_id,
        vote.seat_id,
        vote.version,
        vote.person_id,
        vote.choice,
        vote.reason,
        vote.proxy_id,
        vote.collected_id,
        f"{vote.cast_at.timestamp():.6f}",
        vote.command_key,
    )
    return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


def digest_of_all(votes: Sequence[Vote]) -> str:
    """The fingerprint of a whole ballot: that of its sorted receipts."""
    return hashlib.sha256("\n".join(sorted(map(digest_of, votes))).encode()).hexdigest()


def digest_of_ballot(ballot: Ballot) -> str:
    """The fingerprint that the close seals; a secret ballot gives who voted and what, apart."""
    if not ballot.is_secret:
        return digest_of_all(counted_votes(ballot))
    choices = sorted(ballot.secret_votes.values_list("choice", flat=True))
    signed = sorted(ballot.participations.values_list("seat_id", "proxy_id"))
    said = [str(ballot.pk), *(f"{seat}:{proxy}" for seat, proxy in signed), *choices]
    return hashlib.sha256("|".join(said).encode()).hexdigest()


def receipts_of(person: Person, *, on: date) -> list[Receipt]:
    """Every receipt of a person on a day, the latest first; only the last vote of a seat counts."""
    later = Vote.objects.filter(
        ballot=OuterRef("ballot"), seat=OuterRef("seat"), version__gt=OuterRef("version")
    )
    votes = (
        Vote.objects.filter(person=person.pk)
        .select_related(
            "ballot__item__meeting", "ballot__item__project__beneficiary", "seat__partner"
        )
        .annotate(is_replaced=Exists(later))
    )
    hidden = recusals.recused_projects(person, on=on)
    return [
        replace(receipt_of(vote), is_replaced=vote.is_replaced)
        for vote in votes.exclude(ballot__item__project__in=hidden).order_by("-cast_at", "-pk")
    ]


def is_under_way(item: AgendaItem) -> bool:
    """Whether a ballot on a file is open, or closed and not proclaimed yet."""
    return item.ballots.filter(status__in=[BallotStatus.OPEN, BallotStatus.CLOSED]).exists()
