"""What the agreements to come of a basin have no value for, whatever text they will be in (A7)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from alize.drafting.enums import TextKind
from alize.drafting.queries import known_names
from conventions.documents import (
    agreements,
    amendment,
    cooperation,
    cooperation_amendment,
    partnership,
)
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.queries import amended as amended_queries

Given = tuple[Mapping[str, str], Mapping[str, Any]]
"""The values and the blocks of one agreement."""


def names_without_value(*, on: date) -> dict[str, list[list[str]]]:
    """By kind, for each agreement in preparation, the names that it has no value for.

    A partnership that nothing prepares is read as its last convention, which a renewal carries
    over.
    """
    coming = PartnershipConvention.objects.filter(status=AgreementStatus.DRAFT).first()
    last = PartnershipConvention.objects.filter(status=AgreementStatus.SIGNED).first()
    convention = coming or last
    facts = [agreements.facts_of(convention, on=on)] if convention else []
    amended = [
        agreements.amendment_facts(one, on=on)
        for one in Amendment.objects.filter(
            status=AgreementStatus.DRAFT, convention__isnull=False
        ).select_related("convention")
    ]
    changing = Amendment.objects.filter(
        status=AgreementStatus.DRAFT, cooperation__isnull=False
    ).select_related("cooperation__project__beneficiary", "cooperation__decision")
    supporting = CooperationConvention.objects.filter(status=AgreementStatus.DRAFT).select_related(
        "project__beneficiary", "decision"
    )
    given: dict[TextKind, Iterable[Given]] = {
        TextKind.PARTNERSHIP: [
            (partnership.partnership_values(one), partnership.partnership_blocks(one))
            for one in facts
        ],
        TextKind.OPERATOR: [
            (partnership.operator_values(one), partnership.operator_blocks(one)) for one in facts
        ],
        TextKind.AMENDMENT: [
            (amendment.amendment_values(one), amendment.amendment_blocks(one)) for one in amended
        ],
        TextKind.COOPERATION_AMENDMENT: [
            cooperation_amendment.said(one, amended_queries.signing(one, on=on)) for one in changing
        ],
        TextKind.COOPERATION: [cooperation.said(one) for one in supporting],
    }
    return {str(kind): [_lacking(kind, *one) for one in each] for kind, each in given.items()}


def _lacking(kind: TextKind, values: Mapping[str, str], blocks: Mapping[str, Any]) -> list[str]:
    there = {name for name, words in values.items() if words.strip()}
    there |= {name for name, block in blocks.items() if block}
    return sorted(known_names(kind) - there)
