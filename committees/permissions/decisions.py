"""Follow up a decision."""

from alize.common.dates import long_datetime
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.models import Condition


@check
def lift_condition(condition: Condition) -> None:
    if condition.lifted_at is not None:
        raise ActionDenied(
            f"Cette condition est levée depuis {long_datetime(condition.lifted_at)}."
        )
