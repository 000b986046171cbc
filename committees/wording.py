"""French sentences made of a proposal, a meeting or a person's place in it; no query of its own."""

from decimal import Decimal

from alize.common.dates import short_date
from alize.common.money import format_euros
from committees.enums import ConditionKind
from committees.models import Proposal, Seat

NBSP = "\u00a0"
KILO = 1_000_00
"""A thousand euros, in cents."""


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


def counted(number: int, singular: str, plural: str) -> str:
    """Count in French, where the plural starts at two."""
    return f"{number}{NBSP}{plural if number > 1 else singular}"


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
        kind = (
            "Condition suspensive"
            if condition.kind == ConditionKind.SUSPENSIVE
            else "Condition à suivre"
        )
        text = condition.text.rstrip(".")
        lines.append(f"{kind}{NBSP}: {text}, avant le {short_date(condition.due_on)}.")
    if proposal.comment:
        lines.append(proposal.comment)
    return "\n".join(lines)


def seat_label(seat: Seat) -> str:
    """« EDF, voix délibérative »."""
    return f"{seat.partner}, voix {seat.get_kind_display().lower()}"
