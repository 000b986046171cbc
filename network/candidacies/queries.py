"""What a candidacy is made of: its parties, its promises, its budget, what it lacks."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, QuerySet, When
from django.forms.models import model_to_dict

from alize.documents.models import GeneratedDocument
from alize.seals.queries import SUFFIX, sealed_copy
from basins.queries.references import references_on
from conventions.rules.budget import Budget, Promise, budget
from conventions.rules.partnership import YEARS, Body, Gap, years_of
from network.candidacies import rules
from network.candidacies.models import (
    Candidacy,
    CandidatePartner,
    CandidatePledge,
    NationalDecision,
)
from partners.enums import PartnerKind, PledgeNature
from partners.rules import PROFILE

_COLLEGE = Case(
    *(When(kind=kind, then=rank) for rank, kind in enumerate(PartnerKind.values)),
    output_field=IntegerField(),
)
"""Companies first, as in the profile of resources."""
_PLEDGED = [
    f"{what}_{rank}" for what in ("money", "days", "in_kind") for rank in range(1, YEARS + 1)
]


def candidacies() -> QuerySet[Candidacy]:
    """Candidacies with all that their pages show."""
    partners = CandidatePartner.objects.prefetch_related("pledges").order_by(_COLLEGE, "name")
    return Candidacy.objects.select_related("basin", "consensus_record").prefetch_related(
        Prefetch("partners", partners), "decisions__minutes"
    )


def as_typed(partner: CandidatePartner, pledges: Iterable[CandidatePledge]) -> dict[str, Any]:
    """A partner and what it would bring, as its page shows them."""
    typed = model_to_dict(partner, exclude=["id", "candidacy"])
    typed |= {"daily_rate": None, "what": "", **dict.fromkeys(_PLEDGED)}
    for pledge in pledges:
        if pledge.nature == PledgeNature.SKILLS:
            typed |= {f"days_{pledge.rank}": _days(pledge.days), "daily_rate": pledge.daily_rate}
        elif pledge.nature == PledgeNature.IN_KIND:
            typed |= {f"in_kind_{pledge.rank}": pledge.amount, "what": pledge.what}
        else:
            typed[f"money_{pledge.rank}"] = pledge.amount
    return typed


def _days(days: Decimal) -> Decimal:
    return days.normalize() if days % 1 else Decimal(int(days))


def bodies(candidacy: Candidacy) -> list[Body]:
    """Its partners, as those of a partnership convention."""
    return [
        Body(partner.name, partner.kind, partner.pk, partner.group)
        for partner in candidacy.partners.all()
    ]


def promises(candidacy: Candidacy, years: tuple[int, ...]) -> list[Promise]:
    """What its partners would bring in these years."""
    return [
        Promise(
            partner=partner.name,
            kind=partner.kind,
            year=years[pledge.rank - 1],
            nature=pledge.nature,
            amount=pledge.amount,
            tenths_of_days=int(pledge.days * 10),
            daily_rate=pledge.daily_rate,
            what=pledge.what,
        )
        for partner in candidacy.partners.all()
        for pledge in partner.pledges.all()
    ]


def budget_of(candidacy: Candidacy) -> Budget | None:
    """Its three-year budget, as annex 1 would say it (R57); none before its years are known."""
    day = candidacy.starts_on
    return _budget(candidacy, targets=references_on(day).profile) if day else None


def _budget(candidacy: Candidacy, *, targets: tuple[int, ...] = ()) -> Budget | None:
    """The same, beside a profile of reference; a list that only adds up reads none."""
    if candidacy.starts_on is None:
        return None
    years = years_of(candidacy.starts_on)
    return budget(
        promises(candidacy, years),
        kinds=tuple(PROFILE),
        years=years,
        engineering=candidacy.local_engineering,
        allowance=candidacy.allowance,
        targets=targets,
    )


def representative(candidacy: Candidacy) -> str:
    """Who speaks for the operator, as one signs."""
    names = (candidacy.representative_first_name, candidacy.representative_last_name)
    return " ".join(names).strip()


def gaps(candidacy: Candidacy) -> tuple[Gap, ...]:
    """What it lacks before it is submitted."""
    contents = rules.Contents(
        departments=candidacy.basin.departments,
        communes=candidacy.communes,
        large_companies=candidacy.large_companies,
        small_companies=candidacy.small_companies,
        authorities=candidacy.authorities,
        operator=candidacy.operator_name,
        siren=candidacy.operator_siren,
        representative=candidacy.representative_last_name,
        email=candidacy.representative_email,
        has_consensus=candidacy.consensus_on is not None,
        has_record=candidacy.consensus_record_id is not None,
        has_start=candidacy.starts_on is not None,
    )
    hands = [
        rules.Hand(
            partner.pk,
            Body(partner.name, partner.kind, partner.pk, partner.group),
            has_contact=bool(partner.contact_last_name and partner.contact_email),
            has_signatory=bool(partner.signatory_last_name and partner.signatory_email),
        )
        for partner in candidacy.partners.all()
    ]
    return rules.missing(contents, hands=hands, budget=_budget(candidacy))


def document_of(about: Candidacy | NationalDecision) -> GeneratedDocument | None:
    """The last version of the document issued on it, sealed as soon as it is; none before."""
    issued = GeneratedDocument.objects.about(about).exclude(kind__endswith=SUFFIX).first()
    return issued and (sealed_copy(issued) or issued)
