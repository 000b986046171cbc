"""Where each candidacy stands, in the list and in its header."""

from alize.common.dates import long_date
from alize.common.screen import Badge, Tone
from network.candidacies import documents, queries
from network.candidacies.enums import CandidacyStatus
from network.candidacies.models import Candidacy
from network.candidacies.steps import address, progress
from network.cards import Card

_TONES: dict[str, Tone] = {
    CandidacyStatus.DRAFT: "neutral",
    CandidacyStatus.SUBMITTED: "attention",
    CandidacyStatus.ACCEPTED: "done",
    CandidacyStatus.REFUSED: "quiet",
    CandidacyStatus.WITHDRAWN: "quiet",
}


def badge(candidacy: Candidacy) -> Badge:
    """Where it stands."""
    return Badge(candidacy.get_status_display(), _TONES[candidacy.status])


def card(candidacy: Candidacy) -> Card:
    """Where a candidacy stands, in a line."""
    steps = progress(candidacy, queries.gaps(candidacy))
    facts = [documents.departments(candidacy), f"{steps.done}/{steps.total} étapes"]
    if candidacy.status == CandidacyStatus.SUBMITTED and candidacy.meeting_on:
        facts.append(f"comité national du {long_date(candidacy.meeting_on)}")
    return Card(
        title=candidacy.basin.name,
        url=address("candidacy_detail", candidacy),
        badge=badge(candidacy),
        facts=[fact for fact in facts if fact],
    )
