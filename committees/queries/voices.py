"""Who stood back and who spoke for whom, against what the journal sealed (S35)."""

from collections.abc import Iterator

from committees.models import InterestDeclaration, Proxy
from committees.queries import seals
from committees.queries.evidence import Finding, Journal

ANSWERED = ("interest.declared", "recusal.imposed", "recusal.lifted")
ANSWERS = {"accepted": "l'acceptation", "declined": "le refus", "revoked": "la reprise"}
"""What becomes of a proxy, as its columns and its events are called."""


def interests(journal: Journal) -> Iterator[Finding]:
    """Each answer on the links with a file, against its line of the journal."""
    made = {event.facts["declaration"]: event.facts["seal"] for event in journal.every(*ANSWERED)}
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
        for pk, seal in event.facts["seals"].items()
    }
    answered = {
        (word, pk): (event.at, event.by_id)
        for word in ANSWERS
        for event in journal.every(f"proxy.{word}")
        for pk in event.facts["proxies"]
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
