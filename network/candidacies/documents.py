"""The two papers of a candidacy: its file, and what the national committee said of it (A3)."""

from typing import Any

from alize.common.dates import long_date
from alize.common.money import format_euros, format_number
from alize.common.words import grouped, number_in_words
from conventions.documents.parties import COLLEGES
from conventions.documents.partnership import (
    pledges_table,
    profile_block,
    resources_table,
    uses_table,
)
from conventions.rules.partnership import company_count
from network.candidacies import queries
from network.candidacies.enums import NationalOutcome, Priority
from network.candidacies.models import Candidacy, CandidatePartner, NationalDecision
from projects.rules import trigram

FILE_TITLE = "Dossier de candidature"
FILE_TEMPLATE = "pdf/candidacy_file.html"
DECISION_TITLE = "Décision du comité national"
DECISION_TEMPLATE = "pdf/national_decision.html"

_VERBS = {
    NationalOutcome.ACCEPTED: "accepte",
    NationalOutcome.DEFERRED: "reporte sa décision sur",
    NationalOutcome.REFUSED: "refuse",
}
_FOLLOWS = {
    NationalOutcome.ACCEPTED: (
        "Le territoire est validé. Son espace est créé, son opérateur local y est invité, et les "
        "partenaires y préparent leur première convention de partenariat : c'est elle, signée par "
        "tous, qui crée le bassin."
    ),
    NationalOutcome.DEFERRED: (
        "La candidature peut être complétée, puis soumise de nouveau au comité national."
    ),
    NationalOutcome.REFUSED: "La candidature est close.",
}


def reference_of(candidacy: Candidacy) -> str:
    """« CAND-JUR-004 »."""
    return f"CAND-{trigram(candidacy.basin.name)}-{candidacy.pk:03d}"


def decision_reference_of(decision: NationalDecision) -> str:
    """« CNP-2026-JUR-004 » : the committee, the year, the territory."""
    basin = decision.candidacy.basin
    return f"CNP-{decision.decided_on.year}-{trigram(basin.name)}-{decision.pk:03d}"


def departments(candidacy: Candidacy) -> str:
    """« Départements 39 et 25 »."""
    codes = candidacy.basin.departments
    if not codes:
        return ""
    many = "s" if len(codes) > 1 else ""
    listed = " et ".join(filter(None, (", ".join(codes[:-1]), codes[-1])))
    return f"département{many} {listed}"


def communes(candidacy: Candidacy) -> str:
    """What was typed one a line, in one sentence."""
    return ", ".join(line.strip(" ,;") for line in candidacy.communes.splitlines() if line.strip())


def priorities(candidacy: Candidacy) -> str:
    """The types of priority territory that it claims (R11)."""
    return ", ".join(Priority(one).label for one in candidacy.priorities) or "Aucun"


def file_context(candidacy: Candidacy) -> dict[str, Any]:
    """All that `pdf/candidacy_file.html` shows."""
    partners = list(candidacy.partners.all())
    budget = queries.budget_of(candidacy)
    companies = company_count(queries.bodies(candidacy))
    figures = [
        (format_number(companies), "entreprises partenaires"),
        (format_number(len(partners)), "partenaires en tout"),
    ]
    if budget is not None:
        figures.append((format_euros(budget.total), "sur trois ans"))
    return {
        "basin": candidacy.basin.name,
        "departments": departments(candidacy),
        "meeting_on": candidacy.meeting_on,
        "figures": figures,
        "territory": [
            ("Communes", communes(candidacy) or "À préciser"),
            ("Type de territoire prioritaire", priorities(candidacy)),
        ],
        "criteria": [
            ("Grandes entreprises à mobiliser", candidacy.large_companies),
            ("Tissu de PME", candidacy.small_companies),
            ("Implication des collectivités", candidacy.authorities),
        ],
        "colleges": [
            (label, [_party(one) for one in partners if one.kind == college])
            for college, label in COLLEGES.items()
            if any(one.kind == college for one in partners)
        ],
        "operator": _operator(candidacy),
        "budget": []
        if budget is None
        else [
            block
            for block in (
                pledges_table(queries.promises(candidacy, budget.years), budget.years),
                resources_table(budget),
                uses_table(budget),
                profile_block(budget, candidacy.budget_comment),
            )
            if block is not None
        ],
    }


def _party(partner: CandidatePartner) -> dict[str, str]:
    return {
        "name": partner.name,
        "detail": " · ".join(filter(None, (partner.group, partner.town))),
        "contact": _person(
            partner.contact_first_name, partner.contact_last_name, partner.contact_function
        ),
        "signatory": _person(
            partner.signatory_first_name, partner.signatory_last_name, partner.signatory_function
        ),
    }


def _person(first: str, last: str, function: str) -> str:
    return ", ".join(filter(None, (f"{first} {last}".strip(), function))) or "À désigner"


def _operator(candidacy: Candidacy) -> list[tuple[str, str]]:
    record = candidacy.consensus_record
    consensus = long_date(candidacy.consensus_on) if candidacy.consensus_on else "À dater"
    return [
        ("Structure", candidacy.operator_name or "À désigner"),
        ("SIREN", grouped(candidacy.operator_siren) or "À préciser"),
        ("Représentée par", queries.representative(candidacy) or "À désigner"),
        ("Accord des partenaires, de la présidence du comité local et d'ASTREES", consensus),
        ("Acte joint", record.name if record else "À joindre"),
    ]


def decision_context(decision: NationalDecision) -> dict[str, Any]:
    """All that `pdf/national_decision.html` shows."""
    candidacy, outcome = decision.candidacy, NationalOutcome(decision.outcome)
    basin = candidacy.basin.name
    return {
        "basin": basin,
        "departments": departments(candidacy),
        "figures": [
            (format_number(decision.votes_for), "voix pour"),
            (format_number(decision.votes_against), "voix contre"),
            (format_number(decision.abstentions), "abstentions"),
        ],
        "outcome": outcome.label,
        "sentence": (
            f"Réuni le {long_date(decision.decided_on)}, le comité national de pilotage "
            f"{_VERBS[outcome]} la candidature du bassin d'emploi {basin}, par "
            f"{votes(decision)}."
        ),
        "reason": decision.reason,
        "follows": _FOLLOWS[outcome],
        "facts": [
            ("Candidature", reference_of(candidacy)),
            ("Opérateur local proposé", candidacy.operator_name),
            ("Procès-verbal", decision.minutes.name),
            ("Empreinte du procès-verbal", decision.minutes.sha256),
        ],
    }


def votes(decision: NationalDecision) -> str:
    """« neuf voix pour, une voix contre et deux abstentions »."""
    return (
        f"{_counted(decision.votes_for)} voix pour, {_counted(decision.votes_against)} voix contre "
        f"et {_counted(decision.abstentions)} abstention{'s' if decision.abstentions > 1 else ''}"
    )


def _counted(count: int) -> str:
    """A number of feminine things in words: « une voix », « aucune abstention »."""
    if not count:
        return "aucune"
    words = number_in_words(count)
    return f"{words}e" if words.endswith("un") else words
