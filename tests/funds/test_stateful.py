"""Any acts in any order, in two basins at once: the fund holds after each (S43)."""

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.funds.acts import Fund
from tests.funds.conftest import Till

IN_THE_SUITE = {
    "max_examples": 8,
    "stateful_step_count": 25,
    "derandomize": True,
    "phases": (Phase.generate,),
    "report_multiple_bugs": False,
}
"""`--hypothesis-profile=long` draws as many as security.md S43 says, and shortens what it finds."""


def test_the_fund_holds_whatever_is_done(in_savoie, meuse):
    class Here(Fund):
        tills = Till(in_savoie), Till(meuse)

    depth = IN_THE_SUITE if settings.get_current_profile_name() == "alize" else {}
    run_state_machine_as_test(Here, settings=settings(**depth))
