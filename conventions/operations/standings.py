"""What the public register says of signed agreements follows their life (ADR 0020, 0021)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import add_months
from alize.documents.models import GeneratedDocument
from alize.seals import operations as seals
from alize.seals.enums import Standing as Register
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, ToldStanding
from conventions.queries import amended
from conventions.queries import partnership as queries
from conventions.rules.partnership import Standing
from projects.enums import SUPPORT_MONTHS
from signatures.models import Circuit


@dataclass(frozen=True)
class Said:
    """What is true of a sealed document, and what amends or replaces it."""

    document: GeneratedDocument
    standing: Register
    by: str = ""


@transaction.atomic
def tell_standings(*, at: datetime) -> int:
    """Tell the register of every agreement that the day has amended, replaced or ended.

    Returns of how many; what it knows already is not told again.
    """
    on = timezone.localdate(at)
    return sum(_tell(said, by=None, at=at) for said in [*_founding(on), *_supporting(on)])


@transaction.atomic
def tell_founding(*, by: Person | None, at: datetime) -> None:
    """The same of the conventions that found the basin, as soon as an act changes them."""
    for said in _founding(timezone.localdate(at)):
        _tell(said, by=by, at=at)


@transaction.atomic
def tell_supporting(*, convention_id: int, by: Person, at: datetime) -> None:
    """The same of a convention that supports a company, when an amendment of it takes effect."""
    convention = CooperationConvention.objects.get(pk=convention_id)
    for said in _of_support(convention, timezone.localdate(at)):
        _tell(said, by=by, at=at)


def _tell(said: Said, *, by: Person | None, at: datetime) -> bool:
    told = ToldStanding.objects.select_for_update(of=("self",)).filter(document=said.document)
    last = told.first() or ToldStanding(document=said.document, standing=Register.IN_FORCE)
    if (last.standing, last.replaced_by) == (said.standing, said.by):
        return False
    last.standing, last.replaced_by, last.told_at = said.standing, said.by, at
    last.save()
    seals.set_standing(
        document=said.document, standing=said.standing, replaced_by=said.by, by=by, at=at
    )
    return True


def _founding(on: date) -> Iterator[Said]:
    """The partnership conventions, their annexes 3 and their amendments on a day."""
    signed = queries.conventions_with_life().filter(status=AgreementStatus.SIGNED)
    signed = signed.select_related("circuit__sealed_document", "operator_circuit__sealed_document")
    for convention in signed.order_by("pk"):
        effective = [
            one
            for one in convention.amendments.all()
            if one.status == AgreementStatus.SIGNED
            and one.takes_effect_on
            and one.takes_effect_on <= on
        ]
        # Only a new term changes the operator convention, which lasts as long (R59).
        longer = [one for one in effective if one.new_ends_on]
        standing = queries.standing_of(convention, on=on)
        later = queries.renewal_of(convention) if standing == Standing.RENEWED else None
        reference = queries.reference_of(later) if later else ""
        operator = queries.operator_reference_of(later) if later else ""
        yield from _said(convention.circuit, standing, effective, reference)
        yield from _said(convention.operator_circuit, standing, longer, operator)
        for amendment in effective:
            yield from _said(amendment.circuit, standing, [], reference)


def _said(
    circuit: Circuit | None, standing: Standing, amended: list[Amendment], renewed_by: str
) -> Iterator[Said]:
    """What is true of what a circuit has sealed, if it has."""
    document = circuit.sealed_document if circuit else None
    if circuit is None or document is None:
        return
    if circuit.signers.lacking().exists():
        yield Said(document, Register.LACKING)
    elif renewed_by:
        yield Said(document, Register.REPLACED, renewed_by)
    elif standing == Standing.EXPIRED:
        yield Said(document, Register.EXPIRED)
    elif amended:
        last = max(amended, key=lambda one: one.number)
        yield Said(document, Register.AMENDED, queries.amendment_reference_of(last))
    else:
        yield Said(document, Register.IN_FORCE)


def _supporting(on: date) -> Iterator[Said]:
    """The cooperation conventions that may have come to their term, or that are amended."""
    may_have_ended = Q(starts_on__lte=add_months(on, -SUPPORT_MONTHS))
    is_amended = Q(amendments__status=AgreementStatus.SIGNED)
    over = ToldStanding.objects.filter(standing=Register.EXPIRED).values("document")
    changed = (
        CooperationConvention.objects.filter(may_have_ended | is_amended)
        .filter(status=AgreementStatus.SIGNED, circuit__sealed_document__isnull=False)
        .exclude(circuit__sealed_document__in=over)
    )
    for convention in (
        changed.select_related("circuit__sealed_document", *_CONTENT).order_by("pk").distinct()
    ):
        yield from _of_support(convention, on)


_CONTENT = ("project__follow_up_lead", "project__follow_up_partner", "decision__ballot__proposal")


def _of_support(convention: CooperationConvention, on: date) -> Iterator[Said]:
    """A convention and its amendments; that of a schedule lasts as long as the advance.

    A schedule signed later replaces those before it (signature.md 6.3.9).
    """
    effective = amended.signed_amendments(convention)
    is_over = amended.content_of(convention).ends_on < on
    standing = Standing.EXPIRED if is_over else Standing.IN_FORCE
    yield from _said(convention.circuit, standing, effective, "")
    of_schedule = [one for one in effective if one.schedule_id is not None]
    for amendment in effective:
        if amendment not in of_schedule:
            yield from _said(amendment.circuit, standing, [], "")
            continue
        later = of_schedule[-1] if amendment != of_schedule[-1] else None
        says_more = not is_over and (amended.changes_support(amendment) or amendment.changes)
        if later is None or says_more:
            by = [later] if later else []
            yield from _said(amendment.circuit, Standing.IN_FORCE, by, "")
        else:
            reference = queries.amendment_reference_of(later)
            yield from _said(amendment.circuit, standing, [], reference)
