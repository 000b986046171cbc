"""French sentences made of a proposal, a meeting or a person's place in it; no query of its own."""

from collections.abc import Sequence
from decimal import Decimal

from alize.common.dates import short_date
from alize.common.money import NO_BREAK_SPACE as NBSP
from alize.common.money import format_euros, format_number
from alize.common.words import counted, unclosed
from committees.enums import AdvanceMatter, ConditionKind, InstalmentStep, ReasonRequired
from committees.models import AgendaItem, CommitteeRules, Proposal
from committees.rules import Majority, Outcome
from committees.rules.wording import MAJORITIES

SUSPENSIVE, FOLLOWED = "Condition suspensive", "Condition à suivre"
CONDITION_WORDS = (SUSPENSIVE, FOLLOWED)
NOBODY_SIGNS = "Le procès-verbal attend la signature de la présidence du jour de la séance."
LETTER_MADE = "La lettre de décision est produite."
BY_HAND = (
    "Le dirigeant n'a pas d'adresse électronique : la lettre est à lui remettre en main propre."
)
KILO = 1_000_00
"""A thousand euros, in cents."""


def ask(amount: int | None, days: Decimal | None) -> str:
    """What is asked or proposed, short: « 22 k€ + 5 j »."""
    parts = []
    if amount:
        whole, rest = divmod(amount, KILO)
        parts.append(format_euros(amount) if rest else f"{whole}{NBSP}k€")
    if days:
        parts.append(f"{format_number(days)}{NBSP}j")
    return " + ".join(parts)


def inside(label: str) -> str:
    """A label within a sentence; the names it may hold keep their capitals."""
    return label[:1].lower() + label[1:]


def hands_noted(number: int) -> str:
    """What the screen says once votes said aloud were noted."""
    if not number:
        return "Rien de nouveau à noter."
    return counted(
        number,
        "vote noté : la présidence le confirme.",
        "votes notés : la présidence les confirme.",
    )


NONE_WAITS = "Aucun des votes choisis n'attendait plus : rien n'a changé."


def hands_confirmed(number: int) -> str:
    """What the screen says once votes said aloud were confirmed."""
    return counted(number, "vote confirmé.", "votes confirmés.") if number else NONE_WAITS


def hands_discarded(number: int) -> str:
    """What the screen says once votes said aloud were set aside."""
    return counted(number, "vote écarté.", "votes écartés.") if number else NONE_WAITS


def duration(minutes: int) -> str:
    """« 45 min », « 1 h 05 »."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if hours else f"{rest}{NBSP}min"


ABOUT = {
    AdvanceMatter.RESCHEDULE: "Rééchelonner l'avance",
    AdvanceMatter.MORATORIUM: "Accorder un moratoire sur l'avance",
    AdvanceMatter.WRITE_OFF: "Passer en perte tout ou partie de l'avance",
}


STEPS = {
    InstalmentStep.MONTHLY: "mensuelle",
    InstalmentStep.QUARTERLY: "trimestrielle",
    InstalmentStep.HALF_YEARLY: "semestrielle",
}


def request_of(item: AgendaItem) -> str:
    """« Rééchelonner l'avance de 20 000 € accordée à … par la décision … »; empty on a project."""
    approval = item.approval
    if approval is None:
        return ""
    return (
        f"{ABOUT[AdvanceMatter(item.matter)]} de {format_euros(approval.amount)} accordée à "
        f"{item.project.beneficiary.name} par la décision {approval.reference} du "
        f"{short_date(approval.decided_on)}"
    )


def proposal_text(proposal: Proposal, *, amount: int | None = None) -> str:
    """The words put to the vote, frozen when the ballot opens; one line a subject.

    `amount`: that of a decision rectified since, in cents.
    """
    lines = []
    amount = proposal.amount if amount is None else amount
    company = proposal.item.project.beneficiary.name
    if request := request_of(proposal.item):
        lines.append(f"{request}.")
    if amount:
        step = STEPS[InstalmentStep(proposal.step_months)]
        advance = (
            f"Accorder à {company} une avance remboursable de {format_euros(amount)}, "
            f"en {counted(proposal.lines, f'échéance {step}', f'échéances {step}s')}"
        )
        if proposal.grace_months:
            advance += f", après un différé de {proposal.grace_months}{NBSP}mois"
        lines.append(f"{advance}.")
    skills = list(proposal.skills.select_related("partner").order_by("partner"))
    if skills:
        days = sum((line.days for line in skills), Decimal())
        given = " ; ".join(
            f"{line.partner} ({format_number(line.days)}{NBSP}j, {line.topic})" for line in skills
        )
        unit = "jours" if days > 1 else "jour"
        lines.append(
            f"Apporter à {company} {format_number(days)}{NBSP}{unit} de compétences{NBSP}: {given}."
        )
    if proposal.follow_up_lead is not None:
        who = str(proposal.follow_up_lead)
        if proposal.follow_up_partner is not None:
            who += f" ({proposal.follow_up_partner})"
        lines.append(f"Confier le suivi à {who}.")
    for condition in proposal.conditions.order_by("kind", "due_on", "pk"):
        kind = SUSPENSIVE if condition.kind == ConditionKind.SUSPENSIVE else FOLLOWED
        text = unclosed(condition.text)
        lines.append(f"{kind}{NBSP}: {text}, avant le {short_date(condition.due_on)}.")
    if proposal.comment:
        lines.append(proposal.comment)
    return "\n".join(lines)


def without_conditions(text: str) -> list[str]:
    """The lines of a proposal but its conditions, where these stand in a table of their own."""
    return [line for line in text.splitlines() if not line.startswith(CONDITION_WORDS)]


FRACTIONS = {
    (1, 2): ("la moitié", "de la moitié"),
    (1, 3): ("le tiers", "du tiers"),
    (2, 3): ("les deux tiers", "des deux tiers"),
    (1, 1): ("la totalité", "de la totalité"),
}
"""The fractions that French has words for, alone and after « plus »."""
WHO_SAYS_WHY = {
    ReasonRequired.AGAINST: "un vote contre dit pourquoi",
    ReasonRequired.ALL: "chaque vote dit pourquoi",
    ReasonRequired.NONE: "personne n'a à dire pourquoi",
}


def _share(rules: CommitteeRules) -> str:
    """« au moins la moitié », « plus des deux tiers », « au moins 3/5 »."""
    fraction = rules.quorum_numerator, rules.quorum_denominator
    figures = "{}/{}".format(*fraction)
    alone, after = FRACTIONS.get(fraction, (figures, f"de {figures}"))
    return f"plus {after}" if rules.quorum_strict else f"au moins {alone}"


def rules_in_words(rules: CommitteeRules) -> list[str]:
    """The rules of the vote, one sentence each."""
    quorum = f"Quorum : {_share(rules)} des sièges à voix délibérative"
    if rules.floor:
        quorum += f", et {counted(rules.floor, 'votant', 'votants')}"
    if rules.min_companies:
        companies = counted(rules.min_companies, "entreprise partenaire", "entreprises partenaires")
        quorum += f", dont {companies}"
    majority = f"Décision à {MAJORITIES[Majority(rules.majority)]} ; {_tie(rules)}."
    lines = [f"{quorum}.", majority]
    if rules.high_amount is not None:
        higher = MAJORITIES[Majority(rules.high_majority)]
        lines.append(f"Au-dessus de {format_euros(rules.high_amount)}, à {higher}.")
    kind = "secret" if rules.secret_by_default else "nominatif, caché jusqu'à la clôture"
    why = WHO_SAYS_WHY[ReasonRequired(rules.reason_required)]
    return [*lines, f"Le vote est {kind} ; {why}."]


def _tie(rules: CommitteeRules) -> str:
    if rules.casting_vote:
        return "à égalité, la voix du président de séance l'emporte, sinon le dossier est ajourné"
    outcome = "refusé" if rules.tie_outcome == Outcome.REJECTED else "ajourné"
    return f"à égalité, le dossier est {outcome}"


def who_signs(presided: str, others: Sequence[str], *, noun: str) -> str:
    """Who signs the minutes of a meeting, and why: whoever presided, or the presidency then."""
    names = " et ".join(others)
    verb = "exerçait" if len(others) == 1 else "exerçaient"
    then = f"{names}, qui {verb} alors la présidence du comité"
    if not presided:
        return f"{then}, relit et signe le procès-verbal." if others else NOBODY_SIGNS
    words = f"{presided}, qui présidait cette {noun}, relit et signe le procès-verbal"
    return f"{words} ; {then}, peut le faire aussi." if others else f"{words}."
