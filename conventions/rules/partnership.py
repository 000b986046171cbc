"""Who signs a partnership convention, what its budget says, where it stands on a day (R45-R59)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from alize.common.dates import add_months, last_day
from alize.common.words import french_order, of
from basins.references import References
from conventions.rules.budget import Budget

YEARS = 3
"""A convention lasts three years, and its operator convention with it (R7, R59)."""
ALERTS = (12, 9, 6, 3)
"""Months before the term at which the operator and ASTREES are told (M23)."""
FIRST, LAST = 1, 2
"""Everybody in parallel, then who chairs the local steering committee (signature.md 6.2)."""


class Capacity(StrEnum):
    """Qualité du signataire d'une convention de partenariat."""

    COMPANY = "COMPANY"
    ASSOCIATE = "ASSOCIATE"
    AUTHORITY = "AUTHORITY"
    STATE = "STATE"
    CHAIR = "CHAIR"
    NETWORK = "NETWORK"
    OPERATOR = "OPERATOR"


@dataclass(frozen=True)
class Mandate:
    """Mandat : under what somebody signs, and until when."""

    kind: str
    label: str
    starts_on: date | None = None
    ends_on: date | None = None
    document_sha256: str = ""


@dataclass(frozen=True)
class Body:
    """A partner, or an operator that is none, and the person who signs for it."""

    name: str
    kind: str
    partner_id: int | None = None
    group: str = ""
    person: str = ""
    function: str = ""
    email: str = ""
    mandate: Mandate | None = None
    seat: str = ""
    """The postal address of an operator."""


@dataclass(frozen=True)
class Signatory:
    """Signataire : a body, in which capacities, in which turn, and whether it signs annex 3."""

    body: Body
    capacities: tuple[StrEnum, ...]
    order: int
    signs_operator_convention: bool


@dataclass(frozen=True)
class Cruise:
    """Régime de croisière : what the references make of three years (R65, R67, R69, R76)."""

    jobs_target: int
    projects_target: int
    meetings_target: int
    local_engineering: int
    """In cents a year."""


def cruise(references: References) -> Cruise:
    """What a draft begins with."""
    return Cruise(
        jobs_target=references.jobs,
        projects_target=references.approved * YEARS,
        meetings_target=references.meetings[0] * YEARS,
        local_engineering=references.engineering,
    )


def cruise_in_words(references: References) -> dict[str, str]:
    """The reference beside each target of a draft."""
    least, most = references.meetings
    return {
        "jobs_target": f"Repère : {references.jobs}, soit {references.jobs_a_year} par an.",
        "projects_target": f"Repère : {references.approved * YEARS}, soit {references.approved} "
        "par an.",
        "meetings_target": f"Repère : {least * YEARS} à {most * YEARS}.",
    }


def signatories(
    partners: Iterable[Body], *, chair_id: int | None, operators: Iterable[Body]
) -> tuple[Signatory, ...]:
    """List who signs, any number of them: each partner once, ASTREES, the operators (R52, R58).

    Who chairs the local steering committee signs last. An operator that is a partner signs once,
    in both capacities. ASTREES and the operators sign the operator convention too.
    """
    listed, running = list(partners), list(operators)
    outside = [one for one in running if not any(_is_same(one, body) for body in listed)]
    found = [_signatory(body, chair_id=chair_id, running=running) for body in listed]
    found += [
        Signatory(body, (Capacity.OPERATOR,), FIRST, signs_operator_convention=True)
        for body in outside
    ]
    return tuple(sorted(found, key=_turn))


def _is_same(operator: Body, partner: Body) -> bool:
    known = operator.partner_id is not None and operator.partner_id == partner.partner_id
    return known or operator.name == partner.name


def _signatory(body: Body, *, chair_id: int | None, running: Sequence[Body]) -> Signatory:
    capacities = [Capacity(body.kind)]
    chairs = chair_id is not None and body.partner_id == chair_id
    if chairs:
        capacities.append(Capacity.CHAIR)
    same = [operator for operator in running if _is_same(operator, body)]
    if same:
        capacities.append(Capacity.OPERATOR)
        body = replace(body, seat=same[0].seat)
    return Signatory(
        body,
        tuple(capacities),
        LAST if chairs else FIRST,
        signs_operator_convention=bool({Capacity.NETWORK, Capacity.OPERATOR} & set(capacities)),
    )


_RANKS: dict[str, int] = {capacity: rank for rank, capacity in enumerate(Capacity)}


def _turn(signatory: Signatory) -> tuple[int, int, tuple[str, str]]:
    """Its name as it is read: the group it belongs to is not said, so it orders nothing."""
    return (
        signatory.order,
        _RANKS[signatory.capacities[0]],
        french_order(signatory.body.name),
    )


def company_count(partners: Iterable[Body]) -> int:
    """How many companies: the establishments of one group count once (R45, R51)."""
    companies = [body for body in partners if body.kind == Capacity.COMPANY]
    return len({body.group or f"\0{body.name}" for body in companies})


# -- Term ---------------------------------------------------------------------------------------
def term(starts_on: date) -> date:
    """The last day of three years, and of the operator convention with them (R7, R59)."""
    return last_day(starts_on, 12 * YEARS)


def years_of(starts_on: date) -> tuple[int, ...]:
    """The years whose pledges make the budget: the three that the convention covers the most.

    One that begins after the middle of a year has its last one beyond (R57).
    """
    first = starts_on.year + (starts_on > date(starts_on.year, 7, 1))
    return tuple(first + rank for rank in range(YEARS))


def months_left(ends_on: date, *, on: date) -> int:
    """Whole months from a day to the term."""
    months = (ends_on.year - on.year) * 12 + ends_on.month - on.month
    return months - (ends_on.day < on.day)


def time_left(ends_on: date, *, on: date) -> str:
    """« 5 mois », « moins d'un mois »: the time to a term that is near."""
    months = months_left(ends_on, on=on)
    return f"{months} mois" if months else "moins d'un mois"


def alert_due(ends_on: date, *, on: date) -> int | None:
    """The nearest of 12, 9, 6, 3 months before the term that a day has reached (M23).

    One alone, so that a convention entered late is told of once; none after the term.
    """
    if on > ends_on:
        return None
    reached = [months for months in ALERTS if on >= add_months(ends_on, -months)]
    return min(reached, default=None)


class Standing(StrEnum):
    """Où en est une convention on a day; what depends on the day is never stored."""

    DRAFT = "DRAFT"
    FROZEN = "FROZEN"
    SIGNING = "SIGNING"
    UPCOMING = "UPCOMING"
    IN_FORCE = "IN_FORCE"
    AMENDED = "AMENDED"
    EXPIRED = "EXPIRED"
    RENEWED = "RENEWED"
    CANCELLED = "CANCELLED"


def standing(
    status: str,
    *,
    starts_on: date,
    ends_on: date,
    amended_on: date | None,
    renewed_on: date | None,
    on: date,
) -> Standing:
    """Where a convention stands on a day, from what was done and from its dates.

    `amended_on` is the day when the first signed amendment takes effect, `renewed_on` the day when
    the signed convention that follows does.
    """
    if status != "SIGNED":
        return Standing(status)
    if on < starts_on:
        return Standing.UPCOMING
    if renewed_on is not None and renewed_on <= on:
        return Standing.RENEWED
    if on > ends_on:
        return Standing.EXPIRED
    if amended_on is not None and amended_on <= on:
        return Standing.AMENDED
    return Standing.IN_FORCE


# -- What is missing ----------------------------------------------------------------------------
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
