"""What the votes stand on, against what the journal sealed (S35).

What was put to the vote, whose voice each seat was, who noted and confirmed what was said aloud.
"""

from collections.abc import Iterator

from alize.audit.queries import Finding
from committees.models import Ballot, CollectedVote, Seat
from committees.queries import seals
from committees.queries.evidence import Journal


def place_of(ballot: Ballot) -> str:
    """« Séance 2026-05, dossier 3 (Atelier), scrutin 1 »."""
    item = ballot.item
    company = item.project.beneficiary
    return f"{item.meeting}, dossier {item.rank} ({company}), scrutin {ballot.number}"


def openings(journal: Journal) -> Iterator[Finding]:
    """What each ballot opened on, be it open, closed or cancelled since."""
    opened = Ballot.objects.select_related(
        "item__meeting", "item__project__beneficiary", "proposal", "decision"
    )
    for ballot in opened.order_by("item__meeting__held_at", "item__rank", "number"):
        where = place_of(ballot)
        sealed = journal.last(ballot, "ballot.opened", fact="seal")
        if sealed is None:
            yield Finding(where, "l'ouverture n'est pas au journal : scrutin ajouté")
            continue
        if sealed != seals.of_opening(ballot):
            yield Finding(where, "la proposition ou les règles ont changé depuis l'ouverture")
        decision = getattr(ballot, "decision", None)
        put_right = decision and journal.last(decision, "decision.rectified", fact="proposal")
        terms = put_right or journal.last(ballot, "ballot.opened", fact="proposal")
        if terms != seals.of_proposal(ballot.proposal):
            yield Finding(where, "la proposition n'est plus celle qui a été mise aux voix")


def seats(journal: Journal) -> Iterator[Finding]:
    """Whose voice each seat was, that voted or was there when a ballot closed."""
    now = {seat.pk: seat for seat in Seat.objects.select_related("partner")}
    known = {str(pk): [seat.partner_id, seat.holder_id] for pk, seat in now.items()}
    closed = Ballot.objects.select_related("item__meeting", "item__project__beneficiary")
    for ballot in closed.order_by("item__meeting__held_at", "item__rank", "number"):
        sealed = journal.last(ballot, "ballot.closed", fact="seats") or {}
        for pk in sealed:
            if known.get(pk) != sealed[pk]:
                name = f"{now[int(pk)].partner} ({pk})" if pk in known else pk
                yield Finding(
                    place_of(ballot),
                    f"le siège {name} n'est plus celui qui a siégé : partenaire ou titulaire",
                )


def collected(journal: Journal) -> Iterator[Finding]:
    """Each vote given aloud, noted by one and confirmed by another (SD7)."""
    sealed = {
        event.facts["collected"]: event.facts["seal"] for event in journal.every("vote.collected")
    }
    rows = CollectedVote.objects.select_related(
        "seat__partner", "ballot__item__meeting", "ballot__item__project__beneficiary", "vote"
    )
    for row in rows:
        seal = sealed.pop(row.pk, None)
        name = f"le vote recueilli du siège {row.seat.partner} ({row.seat_id})"
        if seal is None and row.confirmed_at is not None:
            yield Finding(place_of(row.ballot), f"{name} n'est pas au journal : ajouté")
        elif seal is not None and (seal != seals.of_collected(row) or _belies_its_vote(row)):
            yield Finding(place_of(row.ballot), f"{name} a été modifié")
    for pk in sorted(sealed):
        yield Finding("Journal", f"le vote recueilli n° {pk} a été supprimé de la base")


def _belies_its_vote(row: CollectedVote) -> bool:
    """Whether it no longer says what the vote made of it says, which its own digest proves."""
    vote = getattr(row, "vote", None)
    return vote is None or (row.choice, row.reason) != (vote.choice, vote.reason)
