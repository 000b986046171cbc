"""What the minutes and the letter of a decision say, taken once and frozen."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from alize.common.dates import clock_time, long_date, long_datetime, short_date
from basins import tenancy
from committees import wording
from committees.enums import APPROVALS, BallotStatus, MinutesStatus
from committees.models import AgendaItem, Attendance, Ballot, Decision, Meeting, Minutes
from committees.queries import seats
from projects.rules import trigram


@dataclass(frozen=True)
class SeatLine:
    """One seat in the attendance list."""

    partner: str
    person: str
    voice: str
    presence: str


@dataclass(frozen=True)
class BallotPart:
    """One ballot as it was: the words, the hours, the sentence, its seal."""

    number: int
    proposal: list[str]
    hours: str
    sentence: str
    digest: str


@dataclass(frozen=True)
class ItemPart:
    """One file in the minutes."""

    reference: str
    company: str
    need: str
    narrative: str
    recused: list[str]
    ballots: list[BallotPart]
    decision: str
    decision_reference: str
    reason: str
    conditions: list[tuple[str, str, str]]
    is_approved: bool


@dataclass(frozen=True)
class Signer:
    """Who signs a document, and the words that stand for the signature once given."""

    name: str
    capacity: str
    organisation: str
    mark: str


def minutes_title(meeting: Meeting) -> str:
    return f"Comité d'agrément du {long_date(seats.day_of(meeting))}"


def minutes_reference(meeting: Meeting) -> str:
    """« PV-SAV-2026-05 »: what the register knows the minutes by."""
    return f"PV-{trigram(tenancy.current().name)}-{meeting.number}"


def minutes_context(minutes: Minutes) -> dict[str, Any]:
    """Everything the minutes print."""
    meeting = minutes.meeting
    there = list(
        meeting.attendances.select_related("seat__partner", "person").order_by("arrived_at", "pk")
    )
    items = [_item_part(item) for item in _items(meeting)]
    lines = _seat_lines(meeting, there)
    voters = {row.seat_id for row in there} & seats.voting_seats(seats.day_of(meeting))
    approved = [decision for item in _items(meeting) if (decision := _approved(item))]
    return {
        "day": seats.day_of(meeting),
        "place": meeting.place or meeting.get_mode_display(),
        "rows": _rows(meeting, len(voters)),
        "figures": [
            (str(len(items)), "dossier examiné" if len(items) < 2 else "dossiers examinés"),
            (str(len(approved)), "projet agréé" if len(approved) < 2 else "projets agréés"),
            (wording.ask(sum(d.amount for d in approved), None) or "0 €", "avances accordées"),
            (
                wording.quantity(sum((d.days for d in approved), Decimal())),
                "jours de compétences",
            ),
        ],
        "narrative": minutes.narrative,
        "seats": lines,
        "items": items,
        "signers": [_signer(minutes, there)],
        "place_and_date": _place_and_date(minutes),
    }


def _items(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.items.select_related("project__beneficiary").order_by("rank"))


def _approved(item: AgendaItem) -> Decision | None:
    return Decision.objects.filter(ballot__item=item, outcome__in=APPROVALS).first()


def _rows(meeting: Meeting, voters: int) -> list[tuple[str, str]]:
    hours = clock_time(meeting.opened_at)
    if meeting.closed_at:
        hours += f" à {clock_time(meeting.closed_at)}"
    base = len(seats.voting_seats(seats.day_of(meeting)))
    return [
        ("Séance", f"n° {meeting.number}, {hours}"),
        ("Forme", meeting.get_mode_display()),
        ("Présidence", f"{seats.presided(meeting)} ({meeting.chair.partner})"),
        ("Secrétariat", str(meeting.convened_by)),
        ("Voix délibératives", f"{voters} sièges venus sur {base}"),
    ]


def _seat_lines(meeting: Meeting, there: list[Attendance]) -> list[SeatLine]:
    came = {row.seat_id for row in there}
    lines = [
        SeatLine(
            str(row.seat.partner),
            str(row.person),
            row.seat.get_kind_display(),
            _presence(row, meeting),
        )
        for row in there
    ]
    absent = (
        seats.Seat.objects.in_office(seats.day_of(meeting))
        .exclude(pk__in=came)
        .select_related("partner", "holder")
    )
    lines += [
        SeatLine(str(seat.partner), str(seat.holder), seat.get_kind_display(), "Absent")
        for seat in absent
    ]
    return sorted(lines, key=lambda line: (line.presence == "Absent", line.partner))


def _presence(row: Attendance, meeting: Meeting) -> str:
    """How and when somebody sat; hours only when they differ from those of the meeting."""
    words = ["À distance" if row.is_remote else "En présence"]
    if row.arrived_at > meeting.opened_at and not _same_minute(row.arrived_at, meeting.opened_at):
        words.append(f"arrivée à {clock_time(row.arrived_at)}")
    if row.left_at and (meeting.closed_at is None or row.left_at < meeting.closed_at):
        words.append(f"départ à {clock_time(row.left_at)}")
    return ", ".join(words)


def _same_minute(one: datetime, other: datetime) -> bool:
    return clock_time(one) == clock_time(other)


def _item_part(item: AgendaItem) -> ItemPart:
    held = item.ballots.filter(status=BallotStatus.PROCLAIMED).order_by("number")
    decision = Decision.objects.filter(ballot__item=item).prefetch_related("conditions").first()
    recused = seats.recused_seats(item)
    out = seats.Seat.objects.filter(pk__in=recused).select_related("partner")
    return ItemPart(
        reference=item.project.reference,
        company=item.project.beneficiary.name,
        need=item.project.need,
        narrative=item.narrative,
        recused=[str(seat.partner) for seat in out],
        ballots=[_ballot_part(ballot) for ballot in held],
        decision=decision.get_outcome_display() if decision else "Sans décision",
        decision_reference=decision.reference if decision else "",
        reason=decision.reason if decision else "",
        conditions=_conditions(decision.conditions.order_by("pk") if decision else []),
        is_approved=bool(decision) and decision.outcome in APPROVALS,
    )


def _conditions(conditions: Any) -> list[tuple[str, str, str]]:
    return [
        (condition.get_kind_display(), condition.text, short_date(condition.due_on))
        for condition in conditions
    ]


def _ballot_part(ballot: Ballot) -> BallotPart:
    return BallotPart(
        number=ballot.number,
        proposal=ballot.proposal_text.splitlines(),
        hours=f"ouvert à {clock_time(ballot.opened_at)}, clos à {clock_time(ballot.closed_at)}",
        sentence=ballot.result_sentence,
        digest=ballot.votes_digest,
    )


def _signer(minutes: Minutes, there: list[Attendance]) -> Signer:
    meeting = minutes.meeting
    mark = ""
    name = str(seats.presided(meeting))
    if minutes.status == MinutesStatus.SIGNED:
        name = str(minutes.signed_by)
        mark = _signed(minutes.signed_at)
    return Signer(name, "Présidence de la séance", str(meeting.chair.partner), mark)


def _signed(moment: datetime) -> str:
    return f"Signé dans l'application le {long_datetime(moment)}"


def _place_and_date(minutes: Minutes) -> str:
    if minutes.signed_at is None:
        return ""
    return f"Le {long_date(timezone.localdate(minutes.signed_at))}."


def letter_context(decision: Decision) -> dict[str, Any]:
    """Everything the letter of a decision prints."""
    ballot = decision.ballot
    project = decision.project
    meeting = ballot.item.meeting
    return {
        "project": project,
        "company": project.beneficiary,
        "owner": project.owner_name,
        "decision": decision,
        "is_approved": decision.outcome in APPROVALS,
        "day": decision.decided_on,
        "terms": wording.without_conditions(ballot.proposal_text),
        "conditions": _conditions(decision.conditions.order_by("pk")),
        "lead": ballot.proposal.follow_up_lead,
        "lead_partner": ballot.proposal.follow_up_partner,
        "president": str(seats.presided(meeting)),
        "president_partner": meeting.chair.partner,
        "operator": project.operator,
    }
