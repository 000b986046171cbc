"""What the database refuses of partnership conventions, whoever writes."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from conventions import operations
from conventions.models import Amendment, PartnershipConvention, TermAlert
from signatures.models import Circuit
from tests.builders import at
from tests.conventions.founding import STARTS, TODAY, frozen


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


def test_a_convention_is_signed_until_its_own_term(draft, basin, monkeypatch):
    convention = frozen(basin, draft)
    term = convention.ends_on
    late, soon = term + timedelta(days=1), term - timedelta(days=30)
    asked = {"convention_id": convention.pk, "by": basin.operator}
    moment = at(soon.year, soon.month, soon.day)
    with pytest.raises(InvalidInput, match="se signe ce jour-là au plus tard"):
        operations.launch_partnership(expires_on=late, at=moment, **asked)
    with pytest.raises(ActionDenied, match="dont le terme n'est pas passé"):
        operations.launch_partnership(
            expires_on=late, at=at(late.year, late.month, late.day), **asked
        )
    with monkeypatch.context() as unchecked:
        unchecked.setattr("conventions.operations.partnership.check_in_time", lambda *_: None)
        with pytest.raises(IntegrityError, match="until the term"), transaction.atomic():
            operations.launch_partnership(expires_on=late, at=moment, **asked)
    launched = operations.launch_partnership(expires_on=term, at=moment, **asked)
    for pk in (launched.circuit_id, launched.operator_circuit_id):
        with pytest.raises(IntegrityError, match="until the term") as error, transaction.atomic():
            Circuit.objects.filter(pk=pk).update(expires_on=late)
        assert "se signe jusqu'à son terme" in sentence_of(error.value)
