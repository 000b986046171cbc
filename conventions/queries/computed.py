"""The signers as a convention would have them if they were computed now (R62, R63)."""

from datetime import date

from alize.common.dates import short_date
from alize.common.words import of
from conventions.models import CooperationConvention, Signer
from conventions.queries.parties import signatories_of

MANDATE = ("mandate", "mandate_since", "mandate_until", "mandate_sha256")
"""What a signer keeps of the mandate under which they sign."""


def computed_signers(convention: CooperationConvention, *, on: date) -> list[Signer]:
    """Read them from the decision, the partners and the presidency, none of them saved.

    The mandate that the convention keeps of the same person stays.
    """
    signers = [
        Signer(
            convention=convention,
            rank=rank,
            capacity=signatory.capacity,
            partner_id=signatory.party.partner_id,
            organisation=signatory.party.organisation,
            name=signatory.party.name,
            function=signatory.party.function,
            email=signatory.party.email,
            mandate=signatory.party.mandate,
            mandate_since=signatory.party.mandate_since,
            mandate_until=signatory.party.mandate_until,
            mandate_sha256=signatory.party.mandate_sha256,
            signs_convention=signatory.signs_convention,
            signs_annex=signatory.signs_annex,
        )
        for rank, signatory in enumerate(signatories_of(convention.decision, on=on), start=1)
    ]
    former = {
        (*_place(one), one.name): one
        for one in convention.signers.filter(partner=None).exclude(mandate="")
    }
    for signer in signers:
        kept = former.get((*_place(signer), signer.name))
        if kept is not None and not signer.mandate:
            for word in MANDATE:
                setattr(signer, word, getattr(kept, word))
    return signers


def changes(convention: CooperationConvention, *, on: date) -> list[str]:
    """A sentence for each signer that a new computation would add, take away or change."""
    before = {_place(one): one for one in convention.signers.all()}
    after = {_place(one): one for one in computed_signers(convention, on=on)}
    left = [f"{_named(before[place])} ne signe plus." for place in before if place not in after]
    come = [f"{_named(after[place])} devient signataire." for place in after if place not in before]
    kept = (_change(before[place], after[place]) for place in after if place in before)
    return [*left, *come, *filter(None, kept)]


def _place(signer: Signer) -> tuple[str, int | None, str]:
    """In the name of whom somebody signs."""
    return (signer.capacity, signer.partner_id, signer.organisation)


def _named(signer: Signer) -> str:
    return f"{signer.name} ({signer.organisation})" if signer.name else signer.organisation


def _change(before: Signer, after: Signer) -> str:
    if before.name and not after.name:
        return f"{before.organisation} : {before.name} est effacé, personne n'y est connu."
    if after.name != before.name:
        instead = f" à la place {of(before.name)}" if before.name else ""
        return f"{after.organisation} : {after.name} signe{instead}."
    words = [
        ("fonction", before.function, after.function),
        ("adresse électronique", before.email, after.email),
        ("mandat", _mandate(before), _mandate(after)),
    ]
    changed = [f"{label} {_said(new, old)}" for label, old, new in words if new != old]
    if not changed and before.mandate_sha256 != after.mandate_sha256:
        changed = ["un autre acte donne le mandat"]
    return f"{_named(after)} : {', '.join(changed)}." if changed else ""


def _mandate(signer: Signer) -> str:
    since, until = signer.mandate_since, signer.mandate_until
    days = [f"du {short_date(since)}"] if since else []
    days += [f"jusqu'au {short_date(until)}"] if until else []
    return " ".join(filter(None, [signer.mandate, *days]))


def _said(new: str, old: str) -> str:
    if not new:
        return f"« {old} » effacé"
    return f"« {new} » au lieu de « {old} »" if old else f"« {new} »"
