"""The days that the database itself holds: what follows something is not dated before it."""

from datetime import date, timedelta

from funds.models import ScheduleVersion
from funds.rules.ledger import Leg
from tests.builders import at, make_accepted
from tests.funds.attacks import authorized, denied, write
from tests.funds.conftest import PAID_ON
from tests.funds.test_figures import write_off

BEFORE = PAID_ON - timedelta(days=1)


def test_nothing_of_an_advance_precedes_its_first_payment(till):
    advance = till.lent(amount=100_000, lines=2)
    loss = authorized(till, advance, "WRITE_OFF", value_on=PAID_ON)
    for kind, legs, about in (
        ("REPAYMENT", (Leg("FUND_BANK", 10_000), Leg("RECEIVABLE", -10_000)), {}),
        ("WRITE_OFF", (Leg("LOSS", 10_000), Leg("RECEIVABLE", -10_000)), {"authorization": loss}),
    ):
        asked = {"kind": kind, "advance": advance, **about}
        denied(
            "lg_after_the_loan",
            lambda legs=legs, asked=asked: write(till, *legs, value_on=BEFORE, **asked),
        )
        write(till, *legs, value_on=PAID_ON, **asked)


def test_a_recovery_follows_the_loss(till):
    assert till.dotation
    advance = till.lent(amount=100_000, lines=2)
    write_off(till, advance, 100_000, date(2026, 12, 1))
    legs = Leg("FUND_BANK", 10_000), Leg("RECOVERED", -10_000)
    asked = {"kind": "RECOVERY", "advance": advance}
    denied(
        "lg_recovered_after_lost",
        lambda: write(till, *legs, value_on=date(2026, 11, 30), **asked),
    )
    write(till, *legs, value_on=date(2026, 12, 1), **asked)


def test_a_plan_of_the_committee_follows_the_one_before_and_its_decision(till):
    advance = till.lent(amount=100_000, lines=2)
    decision = make_accepted(advance.decision, "RESCHEDULE")

    def plan(no: int, on: date) -> None:
        ScheduleVersion.objects.create(
            advance=advance,
            no=no,
            effective_on=on,
            reason="RESCHEDULE",
            decision=decision,
            covers=0,
            recorded_at=at(),
            recorded_by=till.operator,
        )

    after = max(decision.decided_on, PAID_ON)
    denied("schedule_version_numbers_follow", lambda: plan(3, after))
    denied("schedule_version_follows", lambda: plan(2, BEFORE))
    if decision.decided_on > PAID_ON:
        denied("schedule_version_after_its_decision", lambda: plan(2, PAID_ON))
    plan(2, after)
