"""The frozen words of a convention of cooperation and development (R60-R63)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import last_day, long_date, short_date
from alize.common.money import format_euros, format_number
from alize.common.words import amount_in_words, feminine, grouped, listed, number_in_words
from alize.documents import pdf
from alize.documents.operations import draft_words
from alize.drafting import blocks, docx
from alize.drafting import documents as drafting
from alize.drafting.blocks import Block
from alize.drafting.enums import TextKind
from alize.drafting.queries import current_version
from basins.tenancy import current
from committees.enums import ConditionKind
from committees.models import Condition, Decision
from conventions.documents.parties import KNOWN_AS
from conventions.enums import AgreementStatus, SignerCapacity
from conventions.models import CooperationConvention, Signer
from conventions.queries.clauses import clauses
from conventions.rules import Capacity
from funds.models import Advance
from funds.rules import Installment, build_schedule
from partners.models import Partner
from projects.enums import FOLLOW_UP_MONTHS, SUPPORT_MONTHS, JobNature
from projects.models import Project

KIND = "convention"
TITLE = "Convention de coopération et développement"
STEPS = {1: "mensuelle", 3: "trimestrielle", 6: "semestrielle"}
PLACE_AND_DATE = "Fait à ______________________, le ______________________."


def cooperation_words(convention: CooperationConvention, *, on: date) -> dict[str, Any]:
    """All that the document says, as it will be read, in the text in force on a day.

    Kept with the convention when it is frozen, so that what is laid out is what was frozen.
    """
    version = current_version(TextKind.COOPERATION, on)
    values, blocks = said(convention)
    words = drafting.draft(version, values=values, blocks=blocks, clauses=clauses(version.kind))
    return words | {"company": convention.project.beneficiary.name}


def said(convention: CooperationConvention) -> tuple[dict[str, str], dict[str, Block | None]]:
    """The values and blocks of a convention, with those of its annex when there is an advance."""
    signers = list(convention.signers.all())
    advance = Advance.objects.filter(decision=convention.decision).first()
    values, blocks = _convention(convention, signers)
    if advance:
        more_values, more_blocks = _annex(convention, advance, signers)
        values, blocks = values | more_values, blocks | more_blocks
    return values, blocks


def layout(words: dict[str, Any]) -> dict[str, Any]:
    """What `drafting.TEMPLATE` reads, of words frozen or not."""
    return {"words": words, "subtitle": words["company"]}


def what_is_signed(convention: CooperationConvention) -> list[tuple[str, str]]:
    """« Ce que vous signez » : parties, amounts, term."""
    decision, project = convention.decision, convention.project
    parties = (s.organisation for s in convention.signers.all() if s.signs_convention)
    lines = [
        ("Entreprise", project.beneficiary.name),
        ("Projet", project.need),
        ("Parties", ", ".join(dict.fromkeys(parties))),
    ]
    if decision.days:
        lines.append(("Compétences apportées", days_in_words(decision.days)))
    advance = Advance.objects.filter(decision=decision).first()
    if advance is not None:
        granted = advance.granted_amount
        amount = f"{format_euros(granted)} ({amount_in_words(granted)})"
        lines.append(("Avance remboursable", amount))
    ends_on = long_date(term(convention.starts_on))
    begins = long_date(convention.starts_on)
    return [*lines, ("Durée", f"du {begins} au {ends_on} au plus tôt")]


def effect_of(convention: CooperationConvention) -> date:
    """The day it took effect, or the one that it says until then (R60)."""
    labelled_on = convention.project.labelled_on
    if convention.status == AgreementStatus.SIGNED and labelled_on is not None:
        return labelled_on
    return convention.starts_on


def term(starts_on: date) -> date:
    """The last day of the support (R60)."""
    return last_day(starts_on, SUPPORT_MONTHS)


def lawyers_copy(convention: CooperationConvention, *, on: date) -> bytes:
    """The words frozen, or those of the draft, as a .docx."""
    words = convention.snapshot or cooperation_words(convention, on=on)
    return docx.copy(words, title=f"{TITLE} {convention.reference}", subtitle=words["company"])


def preview(convention: CooperationConvention, *, on: date) -> bytes:
    """The PDF of a draft, or of what is frozen, marked « PROJET » and not kept.

    :raises RenderFailed: the layout took too much.
    """
    frozen_at = convention.frozen_at
    words = draft_words(
        reference=convention.reference,
        title=TITLE,
        template=drafting.TEMPLATE,
        context=layout(convention.snapshot or cooperation_words(convention, on=on)),
        as_of=timezone.localdate(frozen_at) if frozen_at else on,
    )
    return pdf.render(words)


def _convention(
    convention: CooperationConvention, signers: list[Signer]
) -> tuple[dict[str, str], dict[str, Block | None]]:
    """The values and blocks of the articles."""
    decision, project = convention.decision, convention.project
    skills, conditions = _skills(decision), _conditions(decision)
    signing = [signer for signer in signers if signer.signs_convention]
    values = {
        "bassin": current().name,
        "entreprise": project.beneficiary.name,
        "decision": decision.reference,
        "decision_date": long_date(decision.decided_on),
        "besoin": project.need,
        "jours": days_in_words(decision.days),
        "mandataire": lead_named(project.follow_up_lead, project.follow_up_partner),
        "points": _months(month for month in FOLLOW_UP_MONTHS if month <= SUPPORT_MONTHS),
        "points_apres": _months(month for month in FOLLOW_UP_MONTHS if month > SUPPORT_MONTHS),
        "duree": number_in_words(SUPPORT_MONTHS),
        "prise_effet": long_date(convention.starts_on),
        "terme": long_date(term(convention.starts_on)),
        **_jobs(project),
    }
    found: dict[str, Block | None] = {
        "parties": blocks.parties([("", [_party(signer, project) for signer in signing])]),
        "conditions": blocks.items(conditions) if conditions else None,
        "apports": blocks.table(
            caption="Apports en compétences",
            head=["Entreprise partenaire", "Objet de l'intervention", "Engagement"],
            rows=skills,
            foot=["Total", "", values["jours"]],
            numbers=[2],
        )
        if skills
        else None,
        "signatures": _signatures(signing),
    }
    return values, found


def _months(months: Iterable[int]) -> str:
    """« 1, 3 et 6 »."""
    return listed([str(month) for month in months])


def _party(signer: Signer, project: Project) -> dict[str, str]:
    """One of the parties, with the name it goes by in the articles."""
    seat = _seat(project) if signer.capacity == SignerCapacity.OWNER else ""
    return {
        "organisation": signer.organisation,
        "seat": seat,
        "name": signer.name,
        "function": signer.function,
        "known_as": KNOWN_AS[Capacity(signer.capacity)],
    }


def _seat(project: Project) -> str:
    """« SARL, 12 rue du Lac, 73100 Aix-les-Bains, SIRET 123 456 789 00012 »."""
    company = project.beneficiary
    parts = [
        company.legal_form,
        company.address,
        f"{company.postal_code} {company.town}".strip(),
        f"SIRET {grouped(company.siret)}" if company.siret else "",
    ]
    return ", ".join(part for part in parts if part)


def _skills(decision: Decision) -> list[list[str]]:
    skills = decision.proposal.skills.select_related("partner").order_by("pk")
    return [[skill.partner.name, skill.topic, days_in_words(skill.days)] for skill in skills]


def days_in_words(days: Decimal) -> str:
    """« 3,5 jours »."""
    return f"{format_number(days)} jour{'s' if days >= 2 else ''}"


def jobs_planned(project: Project, nature: str) -> Decimal:
    """The jobs of a nature that the company commits to, in full-time equivalents."""
    return sum((job.fte for job in project.job_forecasts.all() if job.nature == nature), Decimal(0))


def _jobs(project: Project) -> dict[str, str]:
    """Those of each nature, in words; a nature without any is not said."""
    return {
        name: jobs_in_words(jobs_planned(project, nature))
        for name, nature in (
            ("emplois_crees", JobNature.CREATED),
            ("emplois_maintenus", JobNature.RETAINED),
        )
        if jobs_planned(project, nature)
    }


def jobs_in_words(total: Decimal) -> str:
    """« 3 emplois »."""
    return f"{format_number(total)} emploi{'s' if total >= 2 else ''}"


def lead_named(lead: Person | None, partner: Partner | None) -> str:
    """« Hélène Garin (Caisse de Tarentaise) »."""
    if lead is None:
        return "un de ses membres"
    return f"{lead.full_name} ({partner.name})" if partner else lead.full_name


def _conditions(decision: Decision) -> list[str]:
    """What the approval asked for: what was met before the signature, what is followed after."""
    return [
        f"condition {_condition_kind(condition)}, {_condition_state(condition)} : {condition.text}"
        for condition in decision.conditions.order_by("pk")
    ]


def _condition_kind(condition: Condition) -> str:
    return "suspensive" if condition.kind == ConditionKind.SUSPENSIVE else "de suivi"


def _condition_state(condition: Condition) -> str:
    if condition.lifted_at:
        return "levée"
    return f"à satisfaire avant le {long_date(condition.due_on)}"


def _signatures(signers: Iterable[Signer]) -> Block:
    return blocks.signatures(
        [("", [_signature(signer) for signer in signers])], place_and_date=PLACE_AND_DATE
    )


def _signature(signer: Signer) -> dict[str, str]:
    return {
        "name": signer.name,
        "capacity": signer.function or signer.get_capacity_display(),
        "organisation": signer.organisation,
    }


def repayment(days: list[date], *, step_months: int) -> str:
    """« vingt et une échéances mensuelles, du 01/03/2027 au 01/11/2028 »."""
    count, step = feminine(number_in_words(len(days))), STEPS[step_months]
    if len(days) == 1:
        return f"une seule échéance, le {short_date(days[0])}"
    return f"{count} échéances {step}s, du {short_date(days[0])} au {short_date(days[-1])}"


def schedule_block(schedule: Sequence[Installment]) -> Block:
    """The instalments two a row, so that a page may end anywhere, and what they add up to."""
    lines = [
        {
            "rank": line.rank,
            "due_on": short_date(line.due_on),
            "amount": format_euros(line.amount),
        }
        for line in schedule
    ]
    return blocks.own(
        "pdf/blocks/schedule.html",
        pairs=[list(pair) for pair in zip_longest(lines[::2], lines[1::2])],
        total=format_euros(sum(line.amount for line in schedule)),
    )


def _first_due(advance: Advance, due_on: date) -> str:
    """Once the deferral is over, and a first period with it (funds.md 2.2)."""
    months = number_in_words(advance.grace_months + advance.step_months)
    return f"{months} mois après le versement, soit le {long_date(due_on)}"


def _annex(
    convention: CooperationConvention, advance: Advance, signers: Iterable[Signer]
) -> tuple[dict[str, str], dict[str, Block]]:
    """The advance: amount in figures and in words, conditions, schedule (R63)."""
    paid_on: date = convention.payment_expected_on or convention.starts_on
    schedule = build_schedule(
        amount=advance.granted_amount,
        lines=advance.lines,
        disbursed_on=paid_on,
        step_months=advance.step_months,
        grace_months=advance.grace_months,
        rounding_unit=advance.rounding_unit,
    )
    amount, in_words = format_euros(advance.granted_amount), amount_in_words(advance.granted_amount)
    facts = [
        ("Bénéficiaire", convention.project.beneficiary.name),
        ("Montant", f"{amount} ({in_words})"),
        ("Taux, garantie, frais", "Aucun intérêt, aucune garantie, aucun frais"),
        (
            "Différé",
            f"{number_in_words(advance.grace_months)} mois" if advance.grace_months else "",
        ),
        ("Première échéance", _first_due(advance, schedule[0].due_on)),
        (
            "Remboursement",
            repayment([line.due_on for line in schedule], step_months=advance.step_months),
        ),
    ]
    operators = [
        signer.organisation for signer in signers if signer.capacity == SignerCapacity.OPERATOR
    ]
    values = {
        "avance": amount,
        "avance_lettres": in_words,
        "avance_reference": advance.reference,
        "operateur": listed(operators),
        "versement_prevu": long_date(paid_on),
    }
    found = {
        "avance_faits": blocks.facts((label, value) for label, value in facts if value),
        "echeancier": schedule_block(schedule),
        "signatures_annexe": _signatures([signer for signer in signers if signer.signs_annex]),
    }
    return values, found
