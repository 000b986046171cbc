"""Who was there, stood back and spoke for whom, against what the journal sealed (S35)."""

from collections.abc import Iterator

from alize.audit.queries import Finding
from committees.models import Ballot, InterestDeclaration, Proxy
from committees.queries import ballots, seals
from committees.queries.evidence import Journal

ANSWERED = ("interest.declared", "recusal.imposed", "recusal.lifted")
ANSWERS = {"accepted": "l'acceptation", "declined": "le refus", "revoked": "la reprise"}
"""What becomes of a proxy, as its columns and its events are called."""


def present(ballot: Ballot, journal: Journal, where: str) -> Iterator[Finding]:
    """Whoever a ballot counted: still there in the tables, and arrived in the journal."""
    if ballot.closed_at is None:
        return
    counted = set((ballot.result or {})["present"])
    there = ballots.attendances_during(ballot, until=ballot.closed_at)
    now = {str(pk) for pk in there.values_list("seat_id", flat=True)}
    for seat in sorted(now ^ counted):
        word = "ajoutée" if seat in now else "retirée"
        yield Finding(where, f"la présence du siège {seat} a été {word} depuis la clôture")
    for seat in sorted(counted - _arrived(ballot, journal)):
        yield Finding(where, f"la présence du siège {seat} n'est pas au journal : ajoutée")


def _arrived(ballot: Ballot, journal: Journal) -> set[str]:
    """The seats that the journal has seen arrive; in writing, those that it has seen vote."""
    if ballot.closes_at is not None:
        acts = [act for act in journal.all("vote.cast", ballot) if "proxy" not in act.facts]
    else:
        meeting = ballot.item.meeting
        acts = [
            *journal.all("meeting.opened", meeting),
            *journal.all("attendance.arrived", meeting),
        ]
    return {str(event.facts["seat"]) for event in acts if "seat" in event.facts}


def interests(journal: Journal) -> Iterator[Finding]:
    """Each answer on the links with a file, against its line of the journal."""
    made = {
        event.facts["declaration"]: event.facts.get("seal")
        for event in journal.every(*ANSWERED)
        if "declaration" in event.facts
    }
    rows = InterestDeclaration.objects.select_related(
        "item__meeting", "item__project__beneficiary", "seat__partner"
    )
    for row in rows:
        item = row.item
        where = f"{item.meeting}, dossier {item.rank} ({item.project.beneficiary})"
        seat = f"{row.seat.partner} ({row.seat_id})"
        sealed = made.pop(row.pk, None)
        if sealed is None:
            yield Finding(
                where, f"la réponse du siège {seat} sur ses liens n'est pas au journal : ajoutée"
            )
        elif sealed != seals.of_interest(row):
            yield Finding(where, f"la réponse du siège {seat} sur ses liens a été modifiée")
    for pk in sorted(made):
        yield Finding("Journal", f"la déclaration d'intérêt n° {pk} a été supprimée de la base")


def proxies(journal: Journal) -> Iterator[Finding]:
    """Each proxy, and what became of it, against the journal."""
    given = {
        int(pk): seal
        for event in journal.every("proxy.given")
        for pk, seal in event.facts.get("seals", {}).items()
    }
    answered = {
        (word, pk): (event.at, event.by_id)
        for word in ANSWERS
        for event in journal.every(f"proxy.{word}")
        for pk in event.facts.get("proxies", ())
    }
    for proxy in Proxy.objects.select_related("meeting", "giver__partner", "holder__partner"):
        where = f"{proxy.meeting}, pouvoir de {proxy.giver.partner} à {proxy.holder.partner}"
        sealed = given.pop(proxy.pk, None)
        if sealed is None:
            yield Finding(where, "le pouvoir n'est pas au journal : ajouté")
        elif sealed != seals.of_proxy(proxy):
            yield Finding(where, "le pouvoir a été modifié")
        for word, act in ANSWERS.items():
            at, by_id = getattr(proxy, f"{word}_at"), getattr(proxy, f"{word}_by_id")
            known = answered.get((word, proxy.pk), (None, None))
            if known != (at, by_id):
                yield Finding(where, f"{act} n'est pas ce que dit le journal")
    for pk in sorted(given):
        yield Finding("Journal", f"le pouvoir n° {pk} a été supprimé de la base")
