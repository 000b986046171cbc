"""What was put to the vote, against what the journal sealed (S35)."""

from collections.abc import Iterator

from committees.enums import BallotStatus
from committees.models import Ballot
from committees.queries import seals
from committees.queries.evidence import Finding, Journal


def place_of(ballot: Ballot) -> str:
    """« Séance 2026-05, dossier 3 (Atelier), scrutin 1 »."""
    item = ballot.item
    company = item.project.beneficiary
    return f"{item.meeting}, dossier {item.rank} ({company}), scrutin {ballot.number}"


def openings(journal: Journal) -> Iterator[Finding]:
    """What each ballot opened on, be it open, closed or cancelled since."""
    opened = Ballot.objects.exclude(status=BallotStatus.PREPARED).select_related(
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
