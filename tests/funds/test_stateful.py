"""Any acts in any order, in three basins and at their banks: the fund holds after each (S43)."""

from datetime import date

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from basins import provisioning, tenancy
from basins.models import Basin
from tests.funds.bank_acts import FundAtItsBank
from tests.funds.conftest import Till

IN_THE_SUITE = {
    "max_examples": 8,
    "stateful_step_count": 25,
    "derandomize": True,
    "phases": (Phase.generate,),
    "report_multiple_bugs": False,
}
"""`--hypothesis-profile=long` draws as many as security.md S43 says, and shortens what it finds."""


@pytest.fixture(scope="module")
def basins(committed: Basin) -> list[Basin]:
    """The two of each database, and one that its owner adds to this one."""
    with tenancy.national():
        third = Basin.objects.create(
            schema_name="b_0003",
            slug="ardennes",
            name="Ardennes",
            departments=["08"],
            status="INSTALLED",
            installed_on=date(2006, 1, 1),
        )
        provisioning.create_schema(third)
        return [committed, Basin.objects.get(slug="meuse"), third]


def test_the_fund_holds_whatever_is_done(basins):
    class Here(FundAtItsBank):
        tills = tuple(Till(basin) for basin in basins)

    depth = IN_THE_SUITE if settings.get_current_profile_name() == "alize" else {}
    run_state_machine_as_test(Here, settings=settings(**depth))
