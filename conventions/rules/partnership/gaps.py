"""What a partnership convention lacks before its text may be frozen (R45-R59)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alize.common.words import of
from conventions.rules.budget import Budget
from conventions.rules.partnership.signing import Body, Capacity, Mandate, Signatory, company_count


@dataclass(frozen=True)
class Gap:
    """What a convention still lacks: what to do, where (a section, a partner or an amendment)."""

    label: str
    section: str = ""
    partner_id: int | None = None
    amendment_id: int | None = None
    rank: int | None = None
    """That of a signer whose mandate the amendment itself keeps."""
    is_of_pledges: bool = False
    """Filled by what any partner promises, whatever the section."""


@dataclass(frozen=True)
class Contents:
    """What a partnership convention says, beside its partners."""

    territory: str
    jobs: int
    projects: int
    meetings: int
    objectives: str
    """What the basin aims at beside its figures (R55)."""
    employment: Mapping[str, str]
    """The four parts that R56 asks for, by what is to do for each."""
    chair_id: int | None
    chaired_by: str


def missing(
    contents: Contents,
    *,
    partners: Sequence[Body],
    signing: Sequence[Signatory],
    budget: Budget,
    fewest_companies: int,
    on: date,
) -> tuple[Gap, ...]:
    """All that a convention lacks before its text may be frozen, in the order of its pages."""
    return (
        *_gaps_of_partners(partners, fewest_companies),
        *signing_gaps(signing, on=on),
        *_gaps_of_contents(contents, partners),
        *gaps_of_budget(budget),
    )


def _gaps_of_partners(partners: Sequence[Body], fewest: int) -> Iterable[Gap]:
    count = company_count(partners)
    if count < fewest:
        yield Gap(
            f"Réunir {fewest} entreprises partenaires au moins : {count or 'aucune'} à ce jour",
            "partenaires",
        )
    if not any(body.kind == Capacity.NETWORK for body in partners):
        yield Gap("Inscrire ASTREES parmi les parties", "partenaires")


def signing_gaps(signing: Sequence[Signatory], *, on: date) -> Iterable[Gap]:
    """Who is not named or not mandated: an operator signs as the partner that it is as well."""
    for one in signing:
        body = one.body
        if body.partner_id is None:
            yield Gap(
                f"Inscrire l'opérateur local {body.name} parmi les partenaires, sous ce nom ou "
                "avec son SIREN, et dire qui signe pour lui",
                "operateur",
            )
        elif not body.person:
            yield Gap(f"Dire qui signe pour {body.name}", partner_id=body.partner_id)
        elif body.mandate is None or _is_over(body.mandate, on):
            yield Gap(f"Enregistrer le mandat {of(body.person)}", partner_id=body.partner_id)
    if not any(Capacity.OPERATOR in one.capacities for one in signing):
        yield Gap("Désigner l'opérateur local", "gouvernance")


def _is_over(mandate: Mandate, on: date) -> bool:
    return mandate.ends_on is not None and mandate.ends_on < on


def _gaps_of_contents(contents: Contents, partners: Sequence[Body]) -> Iterable[Gap]:
    if not contents.territory.strip():
        yield Gap("Décrire le territoire", "objectifs")
    if not contents.jobs:
        yield Gap("Fixer l'objectif d'emplois", "objectifs")
    if not contents.objectives.strip():
        yield Gap("Fixer les objectifs propres au bassin", "objectifs")
    for label, words in contents.employment.items():
        if not words.strip():
            yield Gap(label, "emploi")
    if contents.chair_id not in {body.partner_id for body in partners} or contents.chair_id is None:
        yield Gap("Dire quel partenaire préside le comité local de pilotage", "gouvernance")
    elif not contents.chaired_by.strip():
        yield Gap("Écrire comment nommer la présidence du comité local", "gouvernance")


def gaps_of_budget(budget: Budget) -> Iterable[Gap]:
    """The years without means, and an engineering that those means do not pay."""
    for year, total in zip(budget.years, budget.totals, strict=True):
        if not total:
            label = f"Enregistrer les engagements de {year}"
            yield Gap(label, "budget", is_of_pledges=True)
    if all(budget.totals) and not budget.is_covered:
        yield Gap("Revoir le budget : l'ingénierie dépasse les moyens promis", "budget")
