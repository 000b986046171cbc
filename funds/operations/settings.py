"""What a basin decides of the figures of its fund."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from funds.models import FundSettings

NAMES = (
    "haircut", "reserve", "provision_rates", "aid_basis", "reference_rate", "margin",
    "tolerance_days", "rounding_unit", "reminder_days",
)  # fmt: skip


@transaction.atomic
def save_settings(
    *,
    haircut: int,
    reserve: int,
    provision_rates: Sequence[int],
    aid_basis: str,
    reference_rate: int,
    margin: int,
    tolerance_days: int,
    rounding_unit: int,
    reminder_days: Sequence[int],
    by: Person,
    at: datetime,
) -> FundSettings:
    """Keep the settings: rates in basis points, the reserve in cents; the journal has them all."""
    row, _ = FundSettings.objects.select_for_update().get_or_create(pk=1)
    row.haircut, row.reserve = haircut, reserve
    row.provision_rates, row.reminder_days = list(provision_rates), list(reminder_days)
    row.aid_basis, row.reference_rate, row.margin = aid_basis, reference_rate, margin
    row.tolerance_days, row.rounding_unit = tolerance_days, rounding_unit
    row.save()
    values = {name: getattr(row, name) for name in NAMES}
    audit.record("fund.settings_saved", target=row, by=by, at=at, **values)
    return row
