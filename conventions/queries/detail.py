"""What the page of one convention shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.screen import Badge, Link
from alize.common.words import of
from alize.drafting.enums import TextKind
from conventions.documents import cooperation_words
from conventions.enums import AgreementStatus
from conventions.models import CooperationConvention, Signer
from conventions.permissions import unmandated, unnamed
from conventions.queries.clauses import displaced_links
from funds.permissions import conditions_left

WORDS = ("name", "function", "email")
"""What the operator corrects of a signer."""


def as_typed(convention: CooperationConvention, signers: Iterable[Signer]) -> dict[str, Any]:
    """The dates and the signers of a draft, as its page shows them."""
    said = {f"{word}_{one.pk}": getattr(one, word) for one in signers for word in WORDS}
    dates = ("starts_on", "payment_expected_on")
    return {**{name: getattr(convention, name) for name in dates}, **said}


@dataclass(frozen=True)
class SignerLine:
    """One signer as the page lists them."""

    name: str
    function: str
    organisation: str
    capacity: str
    signs: str
    status: Badge


def signer_lines(convention: CooperationConvention) -> list[SignerLine]:
    """Who signs what, in which capacity, and whether they have."""
    return [
        SignerLine(
            name=signer.name,
            function=signer.function,
            organisation=signer.organisation,
            capacity=signer.get_capacity_display(),
            signs=_what(signer.signs_convention, signer.signs_annex),
            status=_signer_badge(signer),
        )
        for signer in convention.signers.all()
    ]


def _what(signs_convention: bool, signs_annex: bool) -> str:
    if signs_convention and signs_annex:
        return "Convention et annexe"
    return "Convention" if signs_convention else "Annexe de l'avance"


def _signer_badge(signer: Signer) -> Badge:
    if signer.signed_on:
        return Badge(f"Signé le {short_date(signer.signed_on)}", "done")
    if not signer.name:
        return Badge("Nom à indiquer", "attention")
    return Badge("À venir", "neutral")


def remaining(convention: CooperationConvention, *, on: date) -> list[Link]:
    """« Actions restantes » before the text may be frozen or marked as signed."""
    edit = basin_reverse("convention_edit", reference=convention.reference)
    project = basin_reverse("project_detail", reference=convention.project.reference)
    links = [
        Link(f"Indiquer qui signe pour {signer.organisation}", f"{edit}#signataire-{signer.pk}")
        for signer in unnamed(convention)
    ]
    links += [_mandate_link(signer) for signer in unmandated(convention)]
    links += [
        Link(f"Lever la condition suspensive « {condition.text} »", project)
        for condition in conditions_left(convention.decision_id)
    ]
    if convention.project.follow_up_lead_id is None:
        decision = basin_reverse("decision_detail", reference=convention.decision.reference)
        links.append(Link("Faire désigner un mandataire par la présidence", decision))
    if convention.status == AgreementStatus.DRAFT:
        missing = cooperation_words(convention, on=on)["missing"]
        links += [Link(f"Compléter le dossier : {label}", project) for label in missing]
        links += displaced_links(TextKind.COOPERATION, on=on)
    return links


def _mandate_link(signer: Signer) -> Link:
    """The partner keeps the mandates of its people, the convention that of another."""
    if signer.partner_id is None:
        page = basin_reverse(
            "signer_mandate", reference=signer.convention.reference, signer_id=signer.pk
        )
        return Link(f"Enregistrer le mandat {of(signer.name)}", page)
    return Link(
        f"Enregistrer le mandat {of(signer.name)} ({signer.organisation}), puis recalculer les "
        "signataires",
        basin_reverse("partner_detail", partner_id=signer.partner_id),
    )
