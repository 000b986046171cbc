"""The frozen words of a convention of cooperation and development (R60-R63)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from alize.common.dates import add_months, long_date, short_date
from alize.common.money import format_euros, format_number
from alize.common.words import amount_in_words, number_in_words
from alize.documents import pdf
from alize.documents.operations import draft_words
from basins.tenancy import current
from committees.enums import ConditionKind
from committees.models import Decision
from conventions.enums import SignerCapacity
from conventions.models import CooperationConvention, Signer
from funds.models import Advance
from funds.rules import build_schedule
from projects.enums import JobNature
from projects.models import Project

KIND = "convention"
TITLE = "Convention de coopération et développement"
TEMPLATE = "pdf/cooperation_convention.html"
SUPPORT_MONTHS = 18
"""How long the follow-up lasts after the signature (R35, R68)."""
STEPS = {1: "mensuelles", 3: "trimestrielles", 6: "semestrielles"}


def cooperation_words(convention: CooperationConvention) -> dict[str, Any]:
    """All that the document says, as it will be read: plain text, ready for `TEMPLATE`.

    Kept with the convention when it is frozen, so that what is laid out is what was frozen.
    """
    decision, project = convention.decision, convention.project
    signers = list(convention.signers.all())
    advance = Advance.objects.filter(decision=decision).first()
    return {
        "company": project.beneficiary.name,
        "basin": current().name,
        "need": project.need,
        "decision": {"reference": decision.reference, "on": long_date(decision.decided_on)},
        "parties": [_party(signer, project) for signer in signers if signer.signs_convention],
        "skills": _skills(decision),
        "days": _days(decision.days),
        "jobs": _jobs(project),
        "follow_up": _follow_up(project),
        "support_months": number_in_words(SUPPORT_MONTHS),
        "starts_on": long_date(convention.starts_on),
        "ends_on": long_date(add_months(convention.starts_on, SUPPORT_MONTHS)),
        "conditions": _conditions(decision),
        "signers": [_signature(signer) for signer in signers if signer.signs_convention],
        "annex": _annex(convention, advance, signers) if advance else None,
    }


def preview(convention: CooperationConvention, *, on: date) -> bytes:
    """The PDF of a draft, marked as such, not kept.

    :raises RenderFailed: the layout took too much.
    """
    words = draft_words(
        reference=convention.reference,
        title=TITLE,
        template=TEMPLATE,
        context={"words": cooperation_words(convention)},
        as_of=on,
    )
    return pdf.render(words)


def _party(signer: Signer, project: Project) -> dict[str, str]:
    """One of the parties, with the name it goes by in the articles."""
    known_as = {
        SignerCapacity.OWNER: "l'entreprise",
        SignerCapacity.COMPANY: "l'entreprise partenaire",
        SignerCapacity.FOLLOW_UP_LEAD: "le mandataire",
        SignerCapacity.PRESIDENT: "le comité d'agrément",
    }
    seat = _seat(project) if signer.capacity == SignerCapacity.OWNER else ""
    return {
        "organisation": signer.organisation,
        "seat": seat,
        "name": signer.name,
        "function": signer.function,
        "known_as": known_as[SignerCapacity(signer.capacity)],
    }


def _seat(project: Project) -> str:
    """« SARL, 12 rue du Lac, 73100 Aix-les-Bains, SIRET 123 456 789 00012 »."""
    company = project.beneficiary
    siret = company.siret
    spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}" if siret else ""
    parts = [
        company.legal_form,
        company.address,
        f"{company.postal_code} {company.town}".strip(),
        f"SIRET {spaced}" if spaced else "",
    ]
    return ", ".join(part for part in parts if part)


def _skills(decision: Decision) -> list[dict[str, str]]:
    skills = decision.proposal.skills.select_related("partner").order_by("pk")
    return [
        {"company": skill.partner.name, "topic": skill.topic, "days": _days(skill.days)}
        for skill in skills
    ]


def _days(days: Decimal) -> str:
    return f"{_number(days)} jour{'s' if days >= 2 else ''}"


def _number(value: Decimal) -> str:
    whole, _, decimals = str(value).partition(".")
    return format_number(int(whole)) + (f",{decimals}" if decimals.strip("0") else "")


def _jobs(project: Project) -> dict[str, str]:
    """The jobs the company commits to, in full-time equivalents."""
    forecasts = list(project.job_forecasts.all())
    return {
        key: _jobs_in_words([job.fte for job in forecasts if job.nature == nature])
        for key, nature in (("created", JobNature.CREATED), ("retained", JobNature.RETAINED))
        if any(job.nature == nature for job in forecasts)
    }


def _jobs_in_words(ftes: list[Decimal]) -> str:
    total = sum(ftes, Decimal(0))
    return f"{_number(total)} emploi{'s' if total >= 2 else ''}"


def _follow_up(project: Project) -> dict[str, str]:
    lead, partner = project.follow_up_lead, project.follow_up_partner
    return {
        "lead": lead.full_name if lead else "",
        "partner": partner.name if partner else "",
    }


def _conditions(decision: Decision) -> list[dict[str, str]]:
    """What the approval asked for: what was met before the signature, what is followed after."""
    return [
        {
            "text": condition.text,
            "state": "levée"
            if condition.lifted_at
            else f"à satisfaire avant le {long_date(condition.due_on)}",
            "kind": "suspensive" if condition.kind == ConditionKind.SUSPENSIVE else "de suivi",
        }
        for condition in decision.conditions.order_by("pk")
    ]


def _signature(signer: Signer) -> dict[str, str]:
    return {
        "name": signer.name,
        "capacity": signer.function or signer.get_capacity_display(),
        "organisation": signer.organisation,
    }


def _annex(
    convention: CooperationConvention, advance: Advance, signers: Iterable[Signer]
) -> dict[str, Any]:
    """The advance: amount in figures and in words, conditions, schedule (R63)."""
    paid_on: date = convention.payment_expected_on or convention.starts_on
    schedule = build_schedule(
        amount=advance.granted_amount,
        lines=advance.lines,
        disbursed_on=paid_on,
        step_months=advance.step_months,
        grace_months=advance.grace_months,
    )
    lines = [
        {
            "rank": line.rank,
            "due_on": short_date(line.due_on),
            "amount": format_euros(line.amount),
        }
        for line in schedule
    ]
    half = (len(lines) + 1) // 2
    return {
        "reference": advance.reference,
        "amount": format_euros(advance.granted_amount),
        "in_words": amount_in_words(advance.granted_amount),
        "lines": number_in_words(advance.lines),
        "step": STEPS[advance.step_months],
        "grace": f"{number_in_words(advance.grace_months)} mois" if advance.grace_months else "",
        "paid_on": long_date(paid_on),
        "first_due_on": short_date(schedule[0].due_on),
        "last_due_on": short_date(schedule[-1].due_on),
        "schedule": list(zip_longest(lines[:half], lines[half:])),
        "signers": [_signature(signer) for signer in signers if signer.signs_annex],
        "operators": [
            signer.organisation for signer in signers if signer.capacity == SignerCapacity.OPERATOR
        ],
    }
