"""One ballot and one file as the minutes tell them: locked, taken from what was frozen."""

from dataclasses import dataclass
from typing import Any

from alize.common.dates import clock_time, long_datetime, short_date
from alize.common.words import counted
from committees import wording
from committees.documents import seating
from committees.enums import FAVOURABLE, BallotStatus, InterestAnswer
from committees.models import AgendaItem, Ballot, Decision, Rectification
from committees.permissions.ballots import is_rejected
from committees.queries import presidency
from committees.queries.decisions import particulars
from committees.queries.items import company_read
from committees.queries.polls import blind_check
from committees.queries.second import missed_quorum
from committees.rules import Outcome


@dataclass(frozen=True)
class BallotPart:
    """One ballot as it was: the words, the hours, the detail of the vote, its seal."""

    number: int
    proposal: list[str]
    hours: str
    manner: str
    quorum: str
    figures: list[tuple[str, str]]
    sentence: str
    digest: str
    presided: str
    is_set_aside: bool
    """Whether its proposal was rejected without a decision, for another one (voting.md 5.3)."""


@dataclass(frozen=True)
class ItemPart:
    """One file in the minutes."""

    reference: str
    company: str
    need: str
    asked: str
    narrative: str
    links: int
    recused: list[str]
    guests: list[str]
    ballots: list[BallotPart]
    cancelled: int
    no_quorum: str
    """Why its vote, or the next one, could not open last, when the quorum was missed."""
    decision: str
    decision_reference: str
    without_vote: bool
    recorded_by: str
    particulars: list[tuple[str, str]]
    conditions: list[tuple[str, str, str, str, str]]
    rectifications: list[str]
    revises: str
    is_approved: bool
    granted: str = ""
    votes: str = ""


def item_part(item: AgendaItem) -> ItemPart:
    """All that the minutes say of one file."""
    held = list(item.ballots.order_by("number"))
    proclaimed = [ballot for ballot in held if ballot.status == BallotStatus.PROCLAIMED]
    decision = item.decision
    project = item.project
    last = item.declarations.order_by("seat_id", "-pk").distinct("seat_id")
    parts = [_ballot_part(ballot) for ballot in proclaimed]
    return ItemPart(
        reference=project.reference,
        company=company_read(item).name,
        need=wording.request_of(item) or project.need,
        asked="" if item.matter else wording.ask(project.amount_asked, project.days_asked),
        narrative=item.narrative,
        links=sum(row.answer == InterestAnswer.LINK for row in last),
        recused=seating.departures_during(item, proclaimed),
        guests=[str(guest) for guest in item.guests.all()],
        ballots=parts,
        cancelled=sum(ballot.status == BallotStatus.CANCELLED for ballot in held),
        no_quorum=_no_quorum(item, proclaimed, decision),
        decision=decision.get_outcome_display() if decision else "Sans décision",
        decision_reference=decision.reference if decision else "",
        without_vote=decision is not None and decision.ballot_id is None,
        recorded_by=str(decision.recorded_by or "") if decision else "",
        particulars=particulars(decision) if decision else [],
        conditions=_condition_rows(decision) if decision else [],
        rectifications=rectification_words(decision) if decision else [],
        revises=decision.revises.reference if decision and decision.revises else "",
        is_approved=decision is not None and decision.outcome in FAVOURABLE,
        granted=wording.ask(decision.amount, decision.days) if decision else "",
        votes=_short(proclaimed[-1]) if proclaimed else "",
    )


def _no_quorum(item: AgendaItem, held: list[Ballot], decision: Decision | None) -> str:
    """A quorum missed before any ballot, when nothing was decided for want of it, or after one."""
    missed_at = item.no_quorum_at
    if missed_at is None or (decision is not None and not held):
        return ""
    if not held and not missed_quorum(item):
        return ""
    if not held:
        return f"Échange sans décision, à {clock_time(missed_at)}. {item.no_quorum}"
    if held[-1].closed_at is not None and missed_at <= held[-1].closed_at:
        return ""
    return f"Aucun autre vote n'a pu s'ouvrir, à {clock_time(missed_at)}. {item.no_quorum}"


def _ballot_part(ballot: Ballot) -> BallotPart:
    """What a ballot froze."""
    return BallotPart(
        number=ballot.number,
        proposal=ballot.proposal_text.splitlines(),
        hours=_hours(ballot),
        manner=_manner(ballot),
        quorum=_quorum(ballot),
        figures=_figures(ballot.result or {}),
        sentence=ballot.result_sentence,
        digest=ballot.votes_digest,
        presided=_presided(ballot),
        is_set_aside=is_rejected(ballot) and ballot.settled_nothing,
    )


def _hours(ballot: Ballot) -> str:
    """From when to when; a consultation lasts several days."""
    if ballot.closes_at is not None:
        opened, closed = long_datetime(ballot.opened_at), long_datetime(ballot.closed_at)
        return f"ouvert le {opened}, clos le {closed}"
    return f"ouvert à {clock_time(ballot.opened_at)}, clos à {clock_time(ballot.closed_at)}"


def _manner(ballot: Ballot) -> str:
    if ballot.is_secret:
        slips, signatures = blind_check(ballot)
        dropped = counted(slips, "bulletin", "bulletins")
        signed = counted(signatures, "émargement", "émargements")
        return f"Scrutin secret, {dropped} pour {signed}"
    noted = ballot.votes.filter(collected__isnull=False).exists()
    return "Scrutin nominatif, votes à main levée notés" if noted else "Scrutin nominatif"


def _quorum(ballot: Ballot) -> str:
    """« 7 sièges sur 11 à l'ouverture ; à la clôture, 8 sièges sur 11 ».

    At the opening (voting.md 5.3), then at the close; a consultation gathers nobody to open.
    """
    result = ballot.result or {}
    words = _share(result)
    spoken_for = sum(row.get("capacity") == "PROXY" for row in result.get("seats", ()))
    if spoken_for:
        words += f", dont {spoken_for} par pouvoir"
    opening = ballot.rules["opening"]
    if ballot.closes_at is not None or "quorum_have" not in opening:
        return words
    return f"{_share(opening)} à l'ouverture ; à la clôture, {words}"


def _share(opening: dict[str, Any]) -> str:
    have, base = opening.get("quorum_have", 0), opening.get("quorum_base", 0)
    return f"{counted(have, 'siège', 'sièges')} sur {base}"


def _figures(result: dict[str, Any]) -> list[tuple[str, str]]:
    if result.get("outcome") == Outcome.NO_QUORUM:
        return []
    shown = [
        (str(result.get("votes_for", 0)), "pour"),
        (str(result.get("votes_against", 0)), "contre"),
        (str(result.get("abstentions", 0)), "abstention"),
        (str(result.get("not_voted", 0)), "sans vote"),
    ]
    if result.get("abstentions", 0) > 1:
        shown[2] = (shown[2][0], "abstentions")
    return shown


def _short(ballot: Ballot) -> str:
    """« 5–2–1 »: for, against, abstentions."""
    result = ballot.result or {}
    if result.get("outcome") == Outcome.NO_QUORUM:
        return "Sans quorum"
    figures = (result.get(name, 0) for name in ("votes_for", "votes_against", "abstentions"))
    return "–".join(map(str, figures))


def _presided(ballot: Ballot) -> str:
    """Who presided over this vote, when it was not whoever opened the meeting."""
    meeting, found = ballot.item.meeting, presidency.over_ballot(ballot)
    if found is None or meeting.is_written:
        return ""
    person, seat = found
    if (person.pk, seat.pk) == (meeting.opened_by_id, meeting.chair_id):
        return ""
    return f"{person} ({seat.partner})"


def _condition_rows(decision: Decision) -> list[tuple[str, str, str, str, str]]:
    """The conditions: kind, text, owner, proof expected, due date."""
    return [
        (
            condition.get_kind_display(),
            condition.text,
            condition.owner,
            condition.proof_expected,
            short_date(condition.due_on),
        )
        for condition in decision.conditions.order_by("pk")
    ]


def rectification_words(decision: Decision) -> list[str]:
    """« Avance accordée : 22 000 € au lieu de 20 000 € (erreur de frappe), le 13/03/2027 »."""
    return [_corrected(change) for change in decision.rectifications.all()]


def _corrected(change: Rectification) -> str:
    day = short_date(seating.day_of(change.rectified_at))
    before, after = change.before or "rien", change.after or "rien"
    return f"{change.field} : {after} au lieu de {before} ({change.reason}), le {day}."
