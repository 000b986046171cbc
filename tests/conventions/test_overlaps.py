"""Two conventions never run at once, whatever is amended, renewed or signed in which order (R7)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from conventions import operations
from conventions.documents import agreements as documents
from conventions.models import Amendment, PartnershipConvention
from conventions.queries import partnership as queries
from conventions.rules.partnership import term
from tests.conventions.documents import with_document
from tests.conventions.founding import signed

YEAR = timezone.localdate().year + 2
LAST = date(YEAR, 12, 31)


@pytest.fixture
def convention(draft):
    """Signed, and running for two years at least."""
    return signed(draft, starts_on=timezone.localdate() - timedelta(days=365), ends_on=LAST)


def renewal(convention, basin, starts_on=LAST + timedelta(days=1)):
    return operations.renew_partnership(
        convention_id=convention.pk,
        starts_on=starts_on,
        kept=(),
        pledged=(),
        by=basin.operator,
        at=timezone.now(),
    )


def longer(convention, basin, until: date) -> Amendment:
    return operations.save_amendment(
        convention_id=convention.pk,
        amendment_id=None,
        reason="Un an de plus",
        takes_effect_on=timezone.localdate(),
        new_ends_on=until,
        changes="",
        incoming=(),
        by=basin.operator,
        at=timezone.now(),
    )


def freeze(amendment, basin) -> Amendment:
    now = timezone.now()
    operations.freeze_amendment(amendment_id=amendment.pk, by=basin.operator, at=now)
    amendment.refresh_from_db()
    return with_document(amendment, now, kind="avenant", reference=f"A{amendment.number}")


def first_gap(convention) -> str:
    return queries.gaps(convention, on=timezone.localdate())[0].label


def test_a_renewal_begins_after_the_term_as_it_is_amended(convention, basin):
    after = renewal(convention, basin)
    amendment = freeze(longer(convention, basin, date(YEAR + 1, 12, 31)), basin)
    said = (
        f"Commencer après le 31/12/{YEAR + 1}, ou annuler l'avenant n° 1, qui porterait à ce jour "
        "le terme de la convention n° 1"
    )
    assert first_gap(after) == said
    [left, *_] = documents.remaining_of(after, on=timezone.localdate())
    assert left.url == f"/bassins/savoie/conventions/avenants/{amendment.pk}/"
    with pytest.raises(ActionDenied, match="Commencer après"):
        operations.freeze_partnership(convention_id=after.pk, by=basin.operator, at=timezone.now())
    operations.save_section(
        convention_id=after.pk,
        values={"starts_on": date(YEAR + 2, 1, 1)},
        by=basin.operator,
        at=timezone.now(),
    )
    assert first_gap(PartnershipConvention.objects.get(pk=after.pk)) != said


def test_a_convention_is_amended_one_text_at_a_time(convention, basin):
    first = longer(convention, basin, date(YEAR + 1, 12, 31))
    with pytest.raises(ActionDenied, match="n° 1 n'est pas encore signé"):
        longer(convention, basin, date(YEAR + 2, 12, 31))
    other = {"convention": convention, "reason": "x", "takes_effect_on": LAST}
    with pytest.raises(IntegrityError, match="waits_for_the_one_before"), transaction.atomic():
        Amendment.objects.create(number=2, **other)
    Amendment.objects.filter(pk=first.pk).update(new_ends_on=LAST)
    with pytest.raises(ActionDenied, match=f"après le {LAST:%d/%m/%Y}"):
        freeze(first, basin)


def test_a_renewal_comes_after_what_it_renews(convention, basin):
    after = renewal(convention, basin)
    day = convention.starts_on - timedelta(days=1500)
    PartnershipConvention.objects.filter(pk=after.pk).update(starts_on=day, ends_on=term(day))
    said = f"Commencer après le {LAST:%d/%m/%Y}, terme de la convention n° 1 qu'elle renouvelle"
    assert first_gap(PartnershipConvention.objects.get(pk=after.pk)) == said


def test_an_amendment_takes_effect_before_the_term_and_is_signed_by_then(convention, basin):
    amendment = longer(convention, basin, date(YEAR + 1, 12, 31))
    asked = {"amendment_id": amendment.pk, "by": basin.operator, "at": timezone.now()}
    Amendment.objects.filter(pk=amendment.pk).update(takes_effect_on=date(YEAR + 2, 1, 1))
    with pytest.raises(ActionDenied, match=f"au plus tard le 31/12/{YEAR + 1}"):
        operations.freeze_amendment(**asked)
    Amendment.objects.filter(pk=amendment.pk).update(takes_effect_on=LAST)
    freeze(amendment, basin)
    with pytest.raises(InvalidInput, match="se signe ce jour-là au plus tard"):
        operations.launch_amendment(expires_on=LAST + timedelta(days=1), **asked)


def test_an_amendment_stops_before_the_convention_that_follows(convention, basin):
    amendment = freeze(longer(convention, basin, date(YEAR + 1, 12, 31)), basin)
    after = renewal(convention, basin)
    begins = date(YEAR + 1, 6, 1)
    signed(after, signed_on=LAST, starts_on=begins, ends_on=date(YEAR + 4, 5, 31))
    said = f"avant le 01/06/{YEAR + 1}, début de la convention n° 2"
    with pytest.raises(ActionDenied, match=said):
        operations.launch_amendment(
            amendment_id=amendment.pk, expires_on=LAST, by=basin.operator, at=timezone.now()
        )


def test_the_database_keeps_one_convention_at_a_time(convention, basin):
    after = renewal(convention, basin)
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        signed(after, starts_on=LAST)
