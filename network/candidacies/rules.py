"""What a candidacy lacks, where it stands in its steps: pure (journeys.md A3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alize.common.words import of
from conventions.rules.budget import Budget
from conventions.rules.partnership import Body, Gap, company_count, gaps_of_budget
from partners.rules import FEWEST_COMPANIES


class Stage(StrEnum):
    """Étape, by the word of its address."""

    TERRITORY = "territoire"
    PARTNERS = "partenaires"
    OPERATOR = "operateur"
    BUDGET = "budget"


@dataclass(frozen=True)
class Hand:
    """A partner, and whether it has somebody to talk to and somebody to sign."""

    partner_id: int
    body: Body
    has_contact: bool
    has_signatory: bool


@dataclass(frozen=True)
class Contents:
    """What a candidacy says, beside its partners and its budget."""

    departments: Sequence[str] = ()
    communes: str = ""
    large_companies: str = ""
    small_companies: str = ""
    authorities: str = ""
    operator: str = ""
    siren: str = ""
    representative: str = ""
    email: str = ""
    has_consensus: bool = False
    has_record: bool = False
    has_start: bool = False


def missing(contents: Contents, *, hands: Sequence[Hand], budget: Budget | None) -> tuple[Gap, ...]:
    """All that a candidacy lacks before it is submitted, in the order of its steps."""
    return (
        *_gaps_of_territory(contents),
        *_gaps_of_partners(hands),
        *_gaps_of_operator(contents),
        *_gaps_of_means(contents, budget),
    )


def has_enough(bodies: Iterable[Body]) -> bool:
    """Whether there are companies enough to found a basin (R45)."""
    return company_count(bodies) >= FEWEST_COMPANIES


def headcount(bodies: Iterable[Body]) -> str:
    """« 3/4 entreprises minimum », the establishments of one group once (R45, R51)."""
    return f"{company_count(bodies)}/{FEWEST_COMPANIES} entreprises minimum"


def _said(pairs: Iterable[tuple[object, str]], stage: Stage) -> Iterable[Gap]:
    return (Gap(label, stage) for said, label in pairs if not said)


def _gaps_of_territory(contents: Contents) -> Iterable[Gap]:
    return _said(
        (
            (contents.departments, "Indiquer les départements du bassin"),
            (contents.communes.strip(), "Indiquer les communes du bassin"),
            (contents.large_companies.strip(), "Décrire les grandes entreprises à mobiliser"),
            (contents.small_companies.strip(), "Décrire le tissu de PME"),
            (contents.authorities.strip(), "Décrire l'implication des collectivités"),
        ),
        Stage.TERRITORY,
    )


def _gaps_of_partners(hands: Sequence[Hand]) -> Iterable[Gap]:
    bodies = [hand.body for hand in hands]
    if not has_enough(bodies):
        count = company_count(bodies)
        yield Gap(
            f"Réunir {FEWEST_COMPANIES} entreprises partenaires au moins : "
            f"{count or 'aucune'} à ce jour",
            Stage.PARTNERS,
        )
    for hand in hands:
        if not hand.has_contact:
            yield Gap(f"Donner un contact {of(hand.body.name)}", partner_id=hand.partner_id)
        if not hand.has_signatory:
            yield Gap(f"Dire qui signe pour {hand.body.name}", partner_id=hand.partner_id)


def _gaps_of_operator(contents: Contents) -> Iterable[Gap]:
    return _said(
        (
            (contents.operator, "Nommer l'opérateur local"),
            (contents.siren, "Donner le SIREN de l'opérateur"),
            (contents.representative, "Nommer son représentant"),
            (contents.email, "Donner l'adresse de son représentant"),
            (contents.has_consensus, "Dater l'accord sur l'opérateur"),
            (contents.has_record, "Joindre l'acte de cet accord"),
        ),
        Stage.OPERATOR,
    )


def _gaps_of_means(contents: Contents, budget: Budget | None) -> Iterable[Gap]:
    if not contents.has_start or budget is None:
        return (Gap("Fixer la prise d'effet de la convention", Stage.BUDGET),)
    return gaps_of_budget(budget)
