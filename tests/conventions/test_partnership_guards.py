"""What the database refuses of partnership conventions, whoever writes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from conventions.models import Amendment, PartnershipConvention, TermAlert
from tests.builders import at
from tests.conventions.founding import STARTS, TODAY


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "FROZEN"}, "frozen_has_its_text"),
        ({"status": "SIGNED"}, "signed_is_dated"),
        ({"signed_on": TODAY}, "signed_is_dated"),
        ({"status": "CANCELLED"}, "cancelled_has_its_hour"),
        ({"cancelled_at": at()}, "cancelled_at_and_by"),
        ({"snapshot": {}}, "draft_is_not_frozen"),
        ({"status": "ANY"}, "status_is_known"),
        ({"allowance": 1_000_001}, "allowance_is_capped"),
        ({"ends_on": date(2020, 1, 1)}, "ends_after_start"),
    ],
)
def test_the_database_holds_the_rules_whoever_writes(draft, fields, constraint):
    rows = PartnershipConvention.objects.filter(pk=draft.pk)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**fields)


def test_the_database_refuses_the_same_number_the_same_alert_the_same_renewal(draft):
    later = {"starts_on": STARTS, "ends_on": date(2029, 12, 31)}
    with pytest.raises(IntegrityError, match="number_is_once"), transaction.atomic():
        PartnershipConvention.objects.create(number=1, **later)
    PartnershipConvention.objects.create(number=2, renews=draft, **later)
    with pytest.raises(IntegrityError, match="renewed_once"), transaction.atomic():
        PartnershipConvention.objects.create(number=3, renews=draft, **later)
    alert = {"convention": draft, "ends_on": STARTS, "sent_at": at()}
    TermAlert.objects.create(months=9, **alert)
    for months, constraint in ((9, "term_alert_is_once"), (5, "at_its_month")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            TermAlert.objects.create(months=months, **alert)
    amendment = {"convention": draft, "reason": "x", "takes_effect_on": TODAY}
    Amendment.objects.create(number=1, **amendment)
    with pytest.raises(IntegrityError, match="amendment_number_is_once"), transaction.atomic():
        Amendment.objects.create(number=1, **amendment)
