"""What a basin decides of the figures of its fund."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.database import hold, write_once
from alize.common.writings import check_mark
from funds.models import FundSettings
from funds.queries.ahead import as_typed, fund_settings


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
    mark: str = "",
    by: Person,
    at: datetime,
) -> FundSettings:
    """Keep the settings: rates in basis points, the reserve in cents; the journal has them all.

    `mark` is that of what the page showed.

    :raises WrittenMeanwhile: somebody else saved them since the page was opened.
    """
    hold("fund settings")
    values = {
        "haircut": haircut,
        "reserve": reserve,
        "provision_rates": list(provision_rates),
        "aid_basis": aid_basis,
        "reference_rate": reference_rate,
        "margin": margin,
        "tolerance_days": tolerance_days,
        "rounding_unit": rounding_unit,
        "reminder_days": list(reminder_days),
    }
    check_mark(mark, stored=as_typed(fund_settings()), sent=as_typed(FundSettings(**values)))
    row, is_said = write_once(FundSettings.objects.all(), pk=1, says=values)
    if is_said:
        audit.record("fund.settings_saved", target=row, by=by, at=at, **values)
    return row
