"""French sentences made of a proposal, a meeting or a person's place in it; no query of its own."""

from decimal import Decimal

from alize.common.dates import short_date
from alize.common.money import format_euros
from committees.enums import ConditionKind
from committees.models import Proposal
from committees.rules import Majority, VotingRules

NBSP = "\u00a0"
SUSPENSIVE, FOLLOWED = "Condition suspensive", "Condition à suivre"
CONDITION_WORDS = (SUSPENSIVE, FOLLOWED)
KILO = 1_000_00
"""A thousand euros, in cents."""
MAJORITIES = {
    Majority.CAST: "majorité des suffrages exprimés",
    Majority.PRESENT: "majorité des sièges présents ou représentés",
    Majority.SEATS: "majorité des sièges du comité",
    Majority.TWO_THIRDS: "deux tiers des suffrages exprimés",
    Majority.UNANIMITY: "unanimité des suffrages exprimés",
}


def quantity(number: Decimal | int) -> str:
    """A number of days or jobs the French way: « 2,5 », « 3 »."""
    return f"{Decimal(number).normalize():f}".replace(".", ",")


def ask(amount: int | None, days: Decimal | None) -> str:
    """What is asked or proposed, short: « 22 k€ + 5 j »."""
    parts = []
    if amount:
        whole, rest = divmod(amount, KILO)
        parts.append(format_euros(amount) if rest else f"{whole}{NBSP}k€")
    if days:
        parts.append(f"{quantity(days)}{NBSP}j")
    return " + ".join(parts)


def inside(label: str) -> str:
    """A label within a sentence; the names it may hold keep their capitals."""
    return label[:1].lower() + label[1:]


def counted(number: int, singular: str, plural: str) -> str:
    """Count in French, where the plural starts at two."""
    return f"{number}{NBSP}{plural if number > 1 else singular}"


def duration(minutes: int) -> str:
    """« 45 min », « 1 h 05 »."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if hours else f"{rest}{NBSP}min"


def proposal_text(proposal: Proposal) -> str:
    """The words put to the vote, frozen when the ballot opens; one line a subject."""
    lines = []
    company = proposal.item.project.beneficiary.name
    if proposal.amount:
        advance = (
            f"Accorder à {company} une avance remboursable de {format_euros(proposal.amount)}, "
            f"en {counted(proposal.lines, 'échéance mensuelle', 'échéances mensuelles')}"
        )
        if proposal.grace_months:
            advance += f", après un différé de {proposal.grace_months}{NBSP}mois"
        lines.append(f"{advance}.")
    skills = list(proposal.skills.select_related("partner").order_by("partner__name"))
    if skills:
        days = sum((line.days for line in skills), Decimal())
        given = " ; ".join(
            f"{line.partner} ({quantity(line.days)}{NBSP}j, {line.topic})" for line in skills
        )
        unit = "jours" if days > 1 else "jour"
        lines.append(
            f"Apporter à {company} {quantity(days)}{NBSP}{unit} de compétences{NBSP}: {given}."
        )
    if proposal.follow_up_lead is not None:
        who = str(proposal.follow_up_lead)
        if proposal.follow_up_partner is not None:
            who += f" ({proposal.follow_up_partner})"
        lines.append(f"Confier le suivi à {who}.")
    for condition in proposal.conditions.order_by("kind", "due_on", "pk"):
        kind = SUSPENSIVE if condition.kind == ConditionKind.SUSPENSIVE else FOLLOWED
        text = condition.text.rstrip(".")
        lines.append(f"{kind}{NBSP}: {text}, avant le {short_date(condition.due_on)}.")
    if proposal.comment:
        lines.append(proposal.comment)
    return "\n".join(lines)


def without_conditions(text: str) -> list[str]:
    """The lines of a proposal but its conditions, where these stand in a table of their own."""
    return [line for line in text.splitlines() if not line.startswith(CONDITION_WORDS)]


def rules_in_words(rules: VotingRules) -> list[str]:
    """The rules of the vote, one sentence each."""
    fraction = f"{rules.quorum_numerator}/{rules.quorum_denominator}"
    share = "la moitié" if fraction == "1/2" else f"les {fraction}"
    least = "plus de" if rules.quorum_strict else "au moins"
    tie = (
        "en cas de partage égal, la voix du président de séance l'emporte"
        if rules.casting_vote
        else "en cas de partage égal, le dossier est ajourné"
    )
    return [
        f"Quorum : {least} {share} des sièges à voix délibérative, et {rules.floor} votants.",
        f"Décision à la {MAJORITIES[rules.majority]} ; {tie}.",
        "Le vote est nominatif, caché jusqu'à la clôture ; un vote contre dit pourquoi.",
    ]
