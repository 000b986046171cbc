"""Whether a receipt stands for a vote that was sealed, without saying what it was."""

import re
from dataclasses import dataclass

from alize.common.screen import Tone
from committees.enums import BallotStatus
from committees.models import Ballot
from committees.queries import ballots

REFERENCE = re.compile(r"(\d{4})-(\d{2,})-(\d+)-(\d+)-([0-9A-F]{6})")


@dataclass(frozen=True)
class Verdict:
    """What the page says of a receipt."""

    tone: Tone
    title: str
    text: str


UNKNOWN = Verdict(
    "late",
    "Ce reçu ne correspond à aucun vote",
    "Vérifiez la référence et l'empreinte. Si elles sont bien celles de votre reçu, prévenez la "
    "présidence et le contrôle : le journal dira ce qui a changé.",
)


def check(reference: str, digest: str) -> Verdict:
    """Look for the vote of a receipt among those of its ballot, and for its seal."""
    parts = REFERENCE.fullmatch(reference.strip().upper())
    digest = "".join(digest.split()).lower()
    if parts is None or not digest.startswith(parts[5].lower()):
        return UNKNOWN
    year, rank, item, number = map(int, parts.groups()[:4])
    ballot = Ballot.objects.filter(
        item__meeting__year=year, item__meeting__rank=rank, item__rank=item, number=number
    ).first()
    if ballot is None:
        return UNKNOWN
    known = {ballots.digest_of(vote) for vote in ballot.votes.all()}
    if digest not in known:
        return UNKNOWN
    noun = ballot.item.meeting.noun
    where = f"Scrutin {number} sur le dossier {item} de la {noun} {year}-{rank:02d}."
    if ballot.status == BallotStatus.CANCELLED:
        return Verdict("attention", "Scrutin annulé : ce vote est sans effet", where)
    if ballot.status not in {BallotStatus.CLOSED, BallotStatus.PROCLAIMED}:
        return Verdict("info", "Vote enregistré, scrutin non clos", where)
    counted = {ballots.digest_of(vote) for vote in ballots.counted_votes(ballot)}
    if ballots.digest_of_ballot(ballot) != ballot.votes_digest:
        return Verdict(
            "late",
            "Le scrutin a changé depuis sa clôture",
            f"{where} Son empreinte n'est plus celle scellée à la clôture : prévenez le contrôle.",
        )
    if digest not in counted:
        return Verdict(
            "attention", "Vote remplacé avant la clôture", f"{where} Un vote plus récent compte."
        )
    return Verdict("done", "Vote compté, tel qu'il a été scellé à la clôture", where)
