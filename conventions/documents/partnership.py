"""The words of a partnership convention and of its operator convention (R52-R59).

What is said comes from plain facts: `values` and `blocks` need no database.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from alize.common.charts import Share, percentages, profile
from alize.common.dates import long_date
from alize.common.money import format_euros, format_number, format_tenths
from alize.common.words import amount_in_words, french_order, listed, number_in_words, unclosed
from alize.drafting import blocks
from alize.drafting.blocks import Block
from alize.drafting.documents import Cover
from conventions.documents.parties import by_college, parties, signatures
from conventions.rules.budget import Budget, Promise, profile_comment
from conventions.rules.partnership import YEARS, Signatory
from partners.enums import PartnerKind, PledgeNature
from partners.rules import PROFILE

TITLE = "Convention de partenariat"
OPERATOR_TITLE = "Convention d'opérateur local"
KIND, OPERATOR_KIND = "convention-partenariat", "convention-operateur"
NONE = "–"
PROFILE_TITLE = "Profil des ressources sur trois ans"
RESOURCES = {
    **{str(kind): label for kind, label in PROFILE.items()},
    str(PartnerKind.NETWORK): "Réseau national",
}
"""Who brings means; the profile compares the first four (R72)."""


@dataclass(frozen=True)
class Facts:
    """All that a partnership convention is written from."""

    basin: str
    number: int
    reference: str
    operator_reference: str
    succession: str
    territory: str
    starts_on: date
    ends_on: date
    jobs: int
    projects: int
    meetings: int
    specific_objectives: str
    insertion: str
    distant_jobseekers: str
    alternation: str
    employment_service: str
    schemes: str
    chaired_by: str
    shared_functions: str
    allowance: int
    budget_comment: str
    operators: tuple[str, ...]
    signing: tuple[Signatory, ...]
    promises: tuple[Promise, ...]
    budget: Budget


def partnership_values(facts: Facts) -> dict[str, str]:
    """The variables of the partnership convention; those that have nothing to say are absent."""
    tenths = sum(one.tenths_of_days for one in facts.promises)
    said = {
        **_common(facts),
        "convention_precedente": facts.succession,
        "territoire": unclosed(facts.territory.strip()),
        "emplois_objectif": format_number(facts.jobs),
        "emplois_objectif_lettres": number_in_words(facts.jobs),
        "emplois_par_an": format_number(round(facts.jobs / YEARS)),
        "insertion": facts.insertion.strip(),
        "demandeurs_eloignes": facts.distant_jobseekers.strip(),
        "alternance": facts.alternation.strip(),
        "service_public_emploi": facts.employment_service.strip(),
        "montant_total": format_euros(facts.budget.total),
        "montant_total_lettres": amount_in_words(facts.budget.total),
        "jours_total": days(tenths) if tenths else "",
        "operateur_reference": facts.operator_reference,
    }
    return {name: value for name, value in said.items() if value}


def operator_values(facts: Facts) -> dict[str, str]:
    """The variables of the operator convention, of the same dates (R59)."""
    said = {
        **_common(facts),
        "convention_reference": facts.reference,
        "fonctions_partagees": facts.shared_functions.strip(),
    }
    return {name: value for name, value in said.items() if value}


def _common(facts: Facts) -> dict[str, str]:
    allowance = facts.allowance
    return {
        "bassin": facts.basin,
        "numero": str(facts.number),
        "prise_effet": long_date(facts.starts_on),
        "terme": long_date(facts.ends_on),
        "presidence_comite_local": facts.chaired_by,
        "operateur": listed(facts.operators),
        "defraiement": format_euros(allowance) if allowance else "",
        "defraiement_lettres": amount_in_words(allowance) if allowance else "",
    }


def partnership_blocks(facts: Facts) -> dict[str, Block | None]:
    """The named blocks of the partnership convention and of its annexes."""
    return {
        "parties": blocks.parties(parties(facts.signing)),
        "objectifs": _objectives(facts),
        "objectifs_specifiques": items(facts.specific_objectives),
        "dispositifs": items(facts.schemes),
        "engagements": pledges_table(facts.promises, facts.budget.years),
        "signatures": signatures(facts.signing),
        "budget_ressources": resources_table(facts.budget),
        "profil_ressources": profile_block(facts.budget, facts.budget_comment),
        "budget_emplois": uses_table(facts.budget),
    }


def operator_blocks(facts: Facts) -> dict[str, Block | None]:
    """The named blocks of the operator convention: ASTREES and the operators (R58)."""
    both = [one for one in facts.signing if one.signs_operator_convention]
    return {"parties": blocks.parties(parties(both)), "signatures": signatures(both)}


def cover(facts: Facts) -> Cover:
    """The first page, for the day when all sign."""
    return Cover(
        title=f"{TITLE} n° {facts.number}",
        basin=facts.basin,
        period=f"Du {long_date(facts.starts_on)} au {long_date(facts.ends_on)}",
        parties=[
            (label, [one.body.name for one in members])
            for label, members in by_college(facts.signing)
        ],
    )


def _objectives(facts: Facts) -> Block:
    """Year by year: what three years come to, the remainder in the last ones."""
    lines = (
        ("Emplois créés (équivalent temps plein)", facts.jobs),
        ("Projets agréés", facts.projects),
        ("Séances du comité d'agrément", facts.meetings),
    )
    return blocks.table(
        caption="Objectifs quantitatifs",
        head=["Objectif", *map(str, facts.budget.years), "Total"],
        rows=[
            [label, *map(format_number, spread(total)), format_number(total)]
            for label, total in lines
        ],
        numbers=range(1, YEARS + 2),
    )


def spread(total: int) -> list[int]:
    """A total over the three years, whole numbers that add up to it."""
    return [total * (rank + 1) // YEARS - total * rank // YEARS for rank in range(YEARS)]


def items(text: str) -> Block | None:
    """A list from lines that somebody typed, whatever marks they put before them."""
    lines = [line.strip(" \t-•") for line in text.splitlines()]
    found = [line for line in lines if line]
    return blocks.items(found) if found else None


def pledges_table(promises: Sequence[Promise], years: Sequence[int]) -> Block | None:
    """What each partner promises, year by year: money, days at their rate, in kind (R57, R61)."""
    if not promises:
        return None
    rows = []
    for mine in _alike(promises):
        amounts = {one.year: one.amount for one in mine}
        rows.append(
            [
                mine[0].partner,
                _means(mine),
                *(format_euros(amounts[year]) if year in amounts else NONE for year in years),
                format_euros(sum(amounts.values())),
            ]
        )
    totals = [sum(one.amount for one in promises if one.year == year) for year in years]
    return blocks.table(
        caption="Engagements des partenaires, journées valorisées",
        head=["Partenaire", "Nature", *map(str, years), "Total"],
        rows=rows,
        foot=["Total", "", *map(format_euros, totals), format_euros(sum(totals))],
        numbers=range(2, len(years) + 3),
    )


def _alike(promises: Sequence[Promise]) -> list[list[Promise]]:
    """By partner and nature, what is said in the same words each year: one thing, one rate."""
    ranks = {kind: rank for rank, kind in enumerate(PartnerKind.values)}
    ordered = sorted(
        promises,
        key=lambda one: (ranks[one.kind], french_order(one.partner), one.nature, one.year),
    )
    rows: dict[tuple[str, str, str, int | None, str], list[Promise]] = {}
    for one in ordered:
        key = (one.kind, one.partner, one.nature, one.daily_rate, one.what)
        rows.setdefault(key, []).append(one)
    return list(rows.values())


def _means(mine: Sequence[Promise]) -> str:
    first = mine[0]
    if first.nature == PledgeNature.SKILLS:
        rate = f" à {format_euros(first.daily_rate)}" if first.daily_rate else ""
        number = f"{days(sum(one.tenths_of_days for one in mine))}{rate}"
        return "Compétences, " + number.replace(" ", "\u00a0")  # a column cuts before it
    label = PledgeNature(first.nature).label
    return f"{label} : {first.what}" if first.what else label


def days(tenths: int) -> str:
    """« 1 jour » or « 12,5 jours », of tenths of a day."""
    return f"{format_tenths(tenths)} jour{'s' if tenths >= 20 else ''}"


def resources_table(budget: Budget) -> Block:
    """What each group of partners brings, year by year."""
    return blocks.table(
        caption="Ressources",
        head=["Origine", *map(str, budget.years), "Total"],
        rows=[
            [RESOURCES[kind], *map(format_euros, amounts), format_euros(sum(amounts))]
            for kind, amounts in budget.resources.items()
        ],
        foot=["Total", *map(format_euros, budget.totals), format_euros(budget.total)],
        numbers=range(1, YEARS + 2),
    )


def uses_table(budget: Budget) -> Block:
    """What the means pay, year by year."""
    lines = [
        ("Soutien des entreprises : avances, journées, apports", budget.support),
        ("Ingénierie locale, en valorisation et en argent", budget.engineering),
        ("Défraiement de l'opérateur local", budget.allowance),
    ]
    return blocks.table(
        caption="Emplois des ressources",
        head=["Emploi", *map(str, budget.years), "Total"],
        rows=[
            [label, *map(format_euros, amounts), format_euros(sum(amounts))]
            for label, amounts in lines
            if any(amounts)
        ],
        foot=["Total", *map(format_euros, budget.totals), format_euros(budget.total)],
        numbers=range(1, YEARS + 2),
    )


def shares(budget: Budget) -> list[Share]:
    """What each group of partners brings over three years, beside the reference (R72)."""
    return [
        Share(label, sum(budget.resources[kind]), target)
        for (kind, label), target in zip(PROFILE.items(), budget.targets, strict=True)
    ]


def comment(budget: Budget) -> str:
    """What the profile calls for, in a sentence."""
    groups = shares(budget)
    promised = percentages([group.cents for group in groups])
    return profile_comment(
        [(one.label, share, one.target) for one, share in zip(groups, promised, strict=True)]
    )


def profile_block(budget: Budget, said: str) -> Block:
    """The profile beside its reference, what it calls for, and what was `said` of the budget."""
    chart = profile(shares(budget), title=PROFILE_TITLE, label="Promis")
    return blocks.own(
        "pdf/blocks/profile.html",
        chart=asdict(chart),
        reference="/".join(map(str, budget.targets)),
        comments=[text for text in (comment(budget), said.strip()) if text],
    )
