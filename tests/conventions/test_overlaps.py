"""Two conventions never run at once, whatever is amended, renewed or signed in which order (R7)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied
from conventions import operations
from conventions.documents import agreements as documents
from conventions.models import Amendment, PartnershipConvention
from conventions.queries import partnership as queries
from tests.conventions.conftest import with_document
from tests.conventions.founding import signed

LAST = date(2099, 12, 31)


@pytest.fixture
def convention(draft):
    """Signed, and running until 2099."""
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
    amendment = freeze(longer(convention, basin, date(2100, 12, 31)), basin)
    said = (
        "Commencer après le 31/12/2100, ou annuler l'avenant n° 1, qui porterait à ce jour le "
        "terme de la convention n° 1"
    )
    assert first_gap(after) == said
    [left, *_] = documents.remaining_of(after, on=timezone.localdate())
    assert left.url == f"/bassins/savoie/conventions/avenants/{amendment.pk}/"
    with pytest.raises(ActionDenied, match="Commencer après"):
        operations.freeze_partnership(convention_id=after.pk, by=basin.operator, at=timezone.now())
    operations.save_section(
        convention_id=after.pk,
        values={"starts_on": date(2101, 1, 1)},
        by=basin.operator,
        at=timezone.now(),
    )
    assert first_gap(PartnershipConvention.objects.get(pk=after.pk)) != said


def test_a_term_is_put_off_by_one_amendment_at_a_time(convention, basin):
    first = longer(convention, basin, date(2100, 12, 31))
    second = longer(convention, basin, date(2101, 12, 31))
    freeze(second, basin)
    with pytest.raises(ActionDenied, match="ou annuler l'avenant n° 2, qui change aussi le terme"):
        freeze(first, basin)
    # What was signed meanwhile makes the older one come too late.
    Amendment.objects.filter(pk=second.pk).update(status="SIGNED", signed_on=timezone.localdate())
    PartnershipConvention.objects.filter(pk=convention.pk).update(ends_on=date(2101, 12, 31))
    with pytest.raises(ActionDenied, match="après le 31/12/2101"):
        freeze(first, basin)


def test_an_amendment_stops_before_the_convention_that_follows(convention, basin):
    amendment = freeze(longer(convention, basin, date(2100, 12, 31)), basin)
    after = renewal(convention, basin)
    signed(after, starts_on=date(2100, 6, 1), ends_on=date(2103, 5, 31))
    with pytest.raises(ActionDenied, match="avant le 01/06/2100, début de la convention n° 2"):
        operations.launch_amendment(
            amendment_id=amendment.pk, expires_on=LAST, by=basin.operator, at=timezone.now()
        )


def test_the_database_keeps_one_convention_at_a_time(convention, basin):
    after = renewal(convention, basin)
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        signed(after, starts_on=LAST)
