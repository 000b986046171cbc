"""What undoes an entry: nothing stands on it, and another person decides."""

from django.db.models import Q

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from alize.common.permissions import check
from funds.enums import (
    ClearingAct,
    EntryKind,
    ReversalCause,
    ReversalStatus,
)
from funds.models import (
    Clearing,
    Entry,
    Reversal,
)


@check
def undo_receipt(amount: int, *, cash: int) -> None:
    """What an error brought in on paper is still there; what the bank took back is a fact."""
    if amount > cash:
        raise ActionDenied(
            f"Il ne resterait que {format_euros(cash)} sur ce compte à cette date ou après, moins "
            f"que les {format_euros(amount)} à reprendre : datez la correction du jour où elle est "
            "faite, ou corrigez d'abord ce qui en dépend."
        )


@check
def reverse_kind(entry: Entry) -> None:
    """Anything but what undoes, and what settles by itself."""
    if entry.kind in {EntryKind.BOUNCE, EntryKind.REVERSAL}:
        raise ActionDenied("Une annulation ne s'annule pas : enregistrez l'opération à nouveau.")
    if entry.kind == EntryKind.OFFSET:
        raise ActionDenied("L'imputation d'un trop-perçu ne s'annule pas seule.")


@check
def undo_suspense(entry: Entry, cause: str) -> None:
    """What waited on 471 and was identified since is undone after what identified it.

    What the bank sent back is a fact: both are undone at once. What was taken off 471 to be
    explained anew is corrected by what explains it.
    """
    known = Clearing.objects.filter(entry=entry, line__clearings__act=ClearingAct.RESUMED)
    if entry.kind == EntryKind.UNIDENTIFIED and known.exists():
        raise ActionDenied(
            "Cette opération n'attend plus d'être identifiée : corrigez, sur la page de sa ligne "
            "de banque, ce qui dit ce qu'elle est."
        )
    if cause != ReversalCause.ERROR:
        return
    said = Q(entry=entry)
    if entry.transfer_id is not None:
        said = Q(entry__transfer_id=entry.transfer_id)
    identified = Clearing.objects.filter(
        line__in=Clearing.objects.filter(said).values("line"),
        act__in=[ClearingAct.MOVED, ClearingAct.IDENTIFIED],
        undone_at=None,
        entry__reversed_by=None,
    ).exclude(said)
    if entry.kind == EntryKind.UNIDENTIFIED and identified.exists():
        raise ActionDenied(
            "Cette opération a été identifiée depuis : annulez d'abord l'écriture qui l'identifie."
        )


@check
def undo_contribution(entry: Entry) -> None:
    """What a funder took back in part is undone after what gave it back."""
    returned = Entry.objects.filter(
        kind=EntryKind.RESTITUTION,
        reversed_by=None,
        postings__contribution__in=entry.postings.values("contribution"),
    )
    if entry.kind == EntryKind.CONTRIBUTION and returned.exists():
        raise ActionDenied(
            "Le financeur a repris une partie de cette dotation : annulez d'abord la restitution."
        )


@check
def undo_what_stands(entry: Entry, cause: str) -> None:
    """Nothing recorded since rests on it."""
    undo_suspense(entry, cause)
    undo_contribution(entry)


@check
def propose_reversal(entry: Entry, cause: str = ReversalCause.ERROR) -> None:
    """An entry that stands, once; one request at a time."""
    reverse_kind(entry)
    undo_what_stands(entry, cause)
    if Entry.objects.filter(reverses=entry).exists():
        raise ActionDenied("Cette écriture est déjà annulée.")
    if entry.reversals.filter(status=ReversalStatus.PROPOSED).exists():
        raise ActionDenied(
            "L'annulation de cette écriture est déjà demandée : elle attend le second "
            "signataire financier."
        )


@check
def decide_reversal(reversal: Reversal, by: Person) -> None:
    """Once, and another person than the one who asked (SD11)."""
    if reversal.status != ReversalStatus.PROPOSED:
        raise ActionDenied(
            f"Cette demande d'annulation est déjà {reversal.get_status_display().lower()}."
        )
    if reversal.proposed_by_id == by.pk:
        raise ActionDenied("Une annulation est demandée par une personne et décidée par une autre.")
