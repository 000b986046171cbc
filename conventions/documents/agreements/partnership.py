"""A partnership convention and its annex 3: laid out from facts read on a day, kept once frozen."""

from dataclasses import asdict
from datetime import date
from typing import Any

from alize.drafting import documents as drafting
from alize.drafting.enums import TextKind
from alize.drafting.queries import current_version
from basins.tenancy import current
from conventions.documents import partnership as words
from conventions.documents.agreements.layout import as_of, copy, preview
from conventions.documents.parties import signer_lines
from conventions.models import PartnershipConvention
from conventions.queries import partnership as queries
from conventions.queries.clauses import clauses
from conventions.queries.parties import local_operators
from conventions.rules.partnership import years_of


def facts_of(convention: PartnershipConvention, *, on: date) -> words.Facts:
    """What a convention is written from, as it is known on a day."""
    years = years_of(convention.starts_on)
    return words.Facts(
        basin=current().name,
        number=convention.number,
        reference=queries.reference_of(convention),
        operator_reference=queries.operator_reference_of(convention),
        succession=queries.succession(convention),
        territory=convention.territory,
        starts_on=convention.starts_on,
        ends_on=convention.ends_on,
        jobs=convention.jobs_target,
        projects=convention.projects_target,
        meetings=convention.meetings_target,
        specific_objectives=convention.specific_objectives,
        insertion=convention.insertion,
        distant_jobseekers=convention.distant_jobseekers,
        alternation=convention.alternation,
        employment_service=convention.employment_service,
        schemes=convention.schemes,
        chaired_by=convention.chaired_by,
        shared_functions=convention.shared_functions,
        allowance=convention.allowance,
        budget_comment=convention.budget_comment,
        operators=tuple(one.name for one in local_operators()),
        signing=queries.signing(convention, on=on),
        promises=queries.promises(convention.partners.all(), years),
        budget=queries.budget_of(convention),
    )


def partnership_snapshot(convention: PartnershipConvention, *, on: date) -> dict[str, Any]:
    """Both texts, word for word, and who signs them: kept when the convention is frozen."""
    facts = facts_of(convention, on=on)
    return {
        "partnership": partnership_words(facts, on=on),
        "operator": operator_words(facts, on=on),
        "signers": signer_lines(facts.signing),
        "budget": facts.budget.as_dict(),
        "promises": [asdict(one) for one in facts.promises],
    }


def partnership_words(facts: words.Facts, *, on: date) -> dict[str, Any]:
    """The convention, word for word, in the text in force on a day."""
    return drafting.draft(
        current_version(TextKind.PARTNERSHIP, on),
        values=words.partnership_values(facts),
        blocks=words.partnership_blocks(facts),
        clauses=clauses(TextKind.PARTNERSHIP),
        cover=words.cover(facts),
    )


def operator_words(facts: words.Facts, *, on: date) -> dict[str, Any]:
    """The same of its annex 3, the operator convention."""
    return drafting.draft(
        current_version(TextKind.OPERATOR, on),
        values=words.operator_values(facts),
        blocks=words.operator_blocks(facts),
        clauses=clauses(TextKind.OPERATOR),
    )


def preview_partnership(convention: PartnershipConvention, *, on: date, operator: bool) -> bytes:
    """The PDF, or that of annex 3, marked « PROJET », not kept: of a draft or of what is frozen.

    :raises RenderFailed: the layout took too much.
    """
    frozen = convention.snapshot or partnership_snapshot(convention, on=on)
    return preview(
        frozen["operator" if operator else "partnership"],
        reference=queries.text_reference_of(convention, operator=operator),
        title=words.OPERATOR_TITLE if operator else words.TITLE,
        on=as_of(convention, on=on),
    )


def partnership_copy(convention: PartnershipConvention, *, on: date, operator: bool) -> bytes:
    """The words frozen, or those of the draft, as a .docx; annex 3 alone when asked."""
    frozen = convention.snapshot or partnership_snapshot(convention, on=on)
    title = words.OPERATOR_TITLE if operator else words.TITLE
    said = frozen["operator" if operator else "partnership"]
    return copy(said, title=f"{title} {queries.text_reference_of(convention, operator=operator)}")
