"""Positions: cases T04 to T12 of funds.md, a whole year by hand, and what always holds."""

from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funds.rules import (
    Event,
    EventKind,
    Installment,
    PositionStatus,
    ScheduleVersion,
    build_schedule,
    check_irregular_schedule,
    next_target_day,
    position,
)

DISBURSED_ON = date(2027, 1, 15)


def day(text):
    """Read « 15/02 » in 2027, or « 15/02/28 »."""
    number, month, *year = map(int, text.split("/"))
    return date(2000 + (year[0] if year else 27), month, number)


def journal(*rows):
    return tuple(
        Event(no=no, value_on=day(on), kind=EventKind[kind], amount=amount)
        for no, (on, kind, amount) in enumerate(rows, start=1)
    )


def initial(lines, effective_on=DISBURSED_ON):
    return ScheduleVersion(
        no=1, effective_on=effective_on, opening_no=0, reason="INITIAL", lines=lines
    )


T01 = initial(build_schedule(amount=1_000_000, lines=36, disbursed_on=DISBURSED_ON))
PAID_OUT = ("15/01", "DISBURSEMENT", 1_000_000)


def t01(*rows, as_of, **options):
    return position(events=journal(PAID_OUT, *rows), versions=[T01], as_of=day(as_of), **options)


def test_t04_a_partial_payment_is_late_from_the_day_after_the_due_date():
    payments = [("15/02", "REPAYMENT", 27_777), ("15/03", "REPAYMENT", 10_000)]
    late = t01(*payments, as_of="25/03")
    assert (late.arrears, late.days_late, late.outstanding) == (17_777, 10, 962_223)
    assert late.status == PositionStatus.LATE
    assert late.next_due == (date(2027, 4, 15), 27_777)
    assert late.unpaid_lines[0] == Installment(2, date(2027, 3, 15), 17_777)
    on_the_day = t01(*payments, as_of="15/03")
    assert (on_the_day.arrears, on_the_day.days_late) == (0, 0)
    assert on_the_day.next_due == (date(2027, 3, 15), 17_777)
    assert t01(*payments, as_of="16/03").arrears == 17_777


def test_t06_an_overpayment_settles_and_is_refunded():
    payments = [("15/02", "REPAYMENT", 27_777), ("01/06", "REPAYMENT", 1_000_000)]
    settled = t01(*payments, as_of="01/06")
    assert (settled.outstanding, settled.overpaid, settled.repaid) == (0, 27_777, 1_000_000)
    assert (settled.status, settled.unpaid_lines, settled.next_due) == ("SETTLED", (), None)
    refunded = t01(*payments, ("10/06", "REFUND", 27_777), as_of="10/06")
    assert (refunded.overpaid, refunded.outstanding) == (0, 0)


def test_t07_a_bounce_after_later_payments_needs_no_reprocessing():
    rows = [
        ("15/02", "REPAYMENT", 27_777),
        ("15/03", "REPAYMENT", 27_777),
        ("15/04", "REPAYMENT", 27_777),
        ("20/04", "BOUNCE", 27_777),
    ]
    assert t01(*rows, as_of="19/04").arrears == 0
    after = t01(*rows, as_of="20/04")
    assert (after.arrears, after.days_late) == (27_777, 5)
    assert after.unpaid_lines[0].rank == 3


def test_t09_a_loss_then_a_recovery():
    rows = [
        ("15/02", "REPAYMENT", 27_777),
        ("10/01/28", "WRITE_OFF", 972_223),
        ("01/09/28", "RECOVERY", 250_000),
    ]
    before = t01(*rows, as_of="09/01/28")
    assert (before.status, before.outstanding) == ("LATE", 972_223)
    lost = t01(*rows, as_of="10/01/28")
    assert (lost.status, lost.outstanding, lost.arrears, lost.days_late) == ("LOSS", 0, 0, 0)
    assert lost.unpaid_lines == ()
    after = t01(*rows, as_of="01/09/28")
    assert after.status == "LOSS"
    assert after.written_off - after.recovered == 722_223
    rest = t01(*rows, ("02/09/28", "RECOVERY", 722_223), as_of="02/09/28")
    assert rest.status == "LOSS_RECOVERED"


@pytest.mark.parametrize(
    ("due", "as_of", "days_late"),
    [
        ("28/02", "28/02", 0),  # Sunday
        ("28/02", "01/03", 0),
        ("28/02", "02/03", 2),
        ("26/03", "29/03", 0),  # Good Friday, then Easter Monday
        ("26/03", "30/03", 0),
        ("26/03", "31/03", 5),
    ],
)
def test_t12_a_closed_day_leaves_until_the_next_open_one(due, as_of, days_late):
    plan = initial(check_irregular_schedule(amount=1_000_000, rows=[(day(due), 1_000_000)]))
    found = position(events=journal(PAID_OUT), versions=[plan], as_of=day(as_of))
    assert found.days_late == days_late
    assert found.arrears == (1_000_000 if days_late else 0)


@pytest.mark.parametrize(
    ("rows", "cash"),
    [
        ([("15/02", "REPAYMENT", 700), ("20/02", "BOUNCE", 200)], -500),
        ([("15/02", "REPAYMENT", 1_100), ("20/02", "REFUND", 60)], 40),
        ([("15/02", "REPAYMENT", 300), ("15/03", "WRITE_OFF", 700)], -700),
        ([("15/03", "WRITE_OFF", 1_000), ("15/04", "RECOVERY", 50)], -950),
    ],
)
def test_cash_is_what_came_to_the_account_less_what_left_it(rows, cash):
    events = journal(("15/01", "DISBURSEMENT", 1_000), *rows)
    assert position(events=events, versions=[], as_of=day("01/05")).cash == cash


def test_before_the_disbursement_the_advance_is_granted():
    found = t01(as_of="14/01")
    assert (found.status, found.version, found.outstanding) == ("GRANTED", None, 0)
    plan = initial(T01.lines, effective_on=day("01/01"))
    found = position(events=(), versions=[plan], as_of=day("01/06"))
    assert (found.status, found.version) == ("GRANTED", 1)
    assert (found.arrears, found.next_due, found.unpaid_lines) == (0, None, ())


def test_tolerance_delays_the_status_not_the_figures():
    assert t01(as_of="25/02", tolerance_days=9).status == "LATE"
    tolerated = t01(as_of="25/02", tolerance_days=10)
    assert (tolerated.status, tolerated.arrears, tolerated.days_late) == ("CURRENT", 27_777, 10)


def test_a_partial_loss_takes_the_last_lines_away():
    found = t01(("16/02", "WRITE_OFF", 950_000), as_of="20/02")
    assert (found.outstanding, found.status) == (50_000, "LATE")
    assert [line.amount for line in found.unpaid_lines] == [27_777, 22_223]


def test_a_payment_after_a_partial_loss_repays_what_was_not_lost():
    rows = [("16/02", "WRITE_OFF", 900_000), ("20/02", "REPAYMENT", 150_000)]
    found = t01(*rows, as_of="20/02")
    assert (found.repaid, found.overpaid, found.outstanding) == (100_000, 50_000, 0)
    assert (found.status, found.unpaid_lines) == ("LOSS", ())


def test_a_tranche_follows_its_own_plan_and_is_no_restructuring():
    second = ScheduleVersion(
        no=2,
        effective_on=day("01/03"),
        opening_no=2,
        reason="TRANCHE",
        lines=check_irregular_schedule(
            amount=1_500_000, rows=[(day("15/03"), 500_000), (day("15/04"), 1_000_000)]
        ),
    )
    rows = [("01/03", "DISBURSEMENT", 500_000), ("15/03", "REPAYMENT", 500_000)]
    found = position(events=journal(PAID_OUT, *rows), versions=[second, T01], as_of=day("20/03"))
    assert (found.version, found.restructured, found.outstanding) == (2, False, 1_000_000)
    assert found.next_due == (date(2027, 4, 15), 1_000_000)


@pytest.mark.parametrize(
    ("reason", "restructured"),
    [("INITIAL", False), ("TRANCHE", False), ("RESCHEDULE", True), ("MORATORIUM", True)],
)
def test_restructured_is_for_good_and_not_before(reason, restructured):
    versions = [
        T01,
        ScheduleVersion(2, day("01/03"), 1, reason, T01.lines),
        ScheduleVersion(3, day("01/04"), 1, "TRANCHE", T01.lines),
    ]
    events = journal(PAID_OUT)
    assert not position(events=events, versions=versions, as_of=day("28/02")).restructured
    after = position(events=events, versions=versions, as_of=day("01/04"))
    assert (after.restructured, after.version) == (restructured, 3)


def test_a_back_dated_payment_recorded_after_a_reschedule_pays_the_new_plan():
    plan = ScheduleVersion(
        2, day("01/03"), 1, "RESCHEDULE", ((Installment(1, day("15/04"), 1_000_000)),)
    )
    events = journal(PAID_OUT, ("15/02", "REPAYMENT", 27_777))
    found = position(events=events, versions=[T01, plan], as_of=day("02/03"))
    assert found.unpaid_lines == (Installment(1, day("15/04"), 972_223),)


# A year of an advance of 12 000 €, in twelve lines of 1 000 €, each figure worked out by hand.

YEAR = journal(
    ("15/01", "DISBURSEMENT", 1_200_000),
    ("15/02", "REPAYMENT", 100_000),
    ("15/03", "REPAYMENT", 100_000),
    ("19/03", "BOUNCE", 100_000),
    ("10/04", "REPAYMENT", 50_000),
    ("20/05", "REPAYMENT", 250_000),
    ("15/06", "REPAYMENT", 100_000),
    ("05/07", "BOUNCE", 100_000),  # the debit of June, after the reschedule of 1 July
    ("20/08", "REPAYMENT", 100_000),
    ("15/09", "REPAYMENT", 100_000),
    ("15/10", "REPAYMENT", 150_000),
    ("20/12", "WRITE_OFF", 450_000),
    ("10/01/28", "RECOVERY", 100_000),
    ("10/02/28", "RECOVERY", 350_000),
)
PLANS = (
    initial(build_schedule(amount=1_200_000, lines=12, disbursed_on=DISBURSED_ON)),
    ScheduleVersion(
        no=2,
        effective_on=day("01/07"),
        opening_no=7,
        reason="RESCHEDULE",
        lines=build_schedule(
            amount=700_000, lines=7, disbursed_on=day("15/08"), first_due_on=day("15/09")
        ),
    ),
)


@pytest.mark.parametrize(
    ("as_of", "status", "outstanding", "arrears", "days_late", "next_due"),
    [
        ("14/01", "GRANTED", 0, 0, 0, None),
        ("15/01", "IN_GRACE", 1_200_000, 0, 0, ("15/02", 100_000)),
        ("31/01", "IN_GRACE", 1_200_000, 0, 0, ("15/02", 100_000)),
        ("28/02", "CURRENT", 1_100_000, 0, 0, ("15/03", 100_000)),
        ("17/03", "CURRENT", 1_000_000, 0, 0, ("15/04", 100_000)),
        ("31/03", "LATE", 1_100_000, 100_000, 16, ("15/04", 100_000)),
        ("30/04", "LATE", 1_050_000, 150_000, 46, ("15/05", 100_000)),
        ("17/05", "LATE", 1_050_000, 150_000, 63, ("15/05", 100_000)),  # due on a Saturday
        ("18/05", "LATE", 1_050_000, 250_000, 64, ("15/06", 100_000)),
        ("31/05", "CURRENT", 800_000, 0, 0, ("15/06", 100_000)),
        ("30/06", "CURRENT", 700_000, 0, 0, ("15/07", 100_000)),
        ("02/07", "IN_GRACE", 700_000, 0, 0, ("15/09", 100_000)),
        ("05/07", "CURRENT", 800_000, 0, 0, ("05/07", 100_000)),
        ("31/07", "LATE", 800_000, 100_000, 26, ("15/09", 100_000)),
        ("31/08", "IN_GRACE", 700_000, 0, 0, ("15/09", 100_000)),
        ("30/09", "CURRENT", 600_000, 0, 0, ("15/10", 100_000)),
        ("31/10", "CURRENT", 450_000, 0, 0, ("15/11", 50_000)),
        ("30/11", "LATE", 450_000, 50_000, 15, ("15/12", 100_000)),
        ("19/12", "LATE", 450_000, 150_000, 34, ("15/01/28", 100_000)),
        ("31/12", "LOSS", 0, 0, 0, None),
        ("31/01/28", "LOSS", 0, 0, 0, None),
        ("29/02/28", "LOSS_RECOVERED", 0, 0, 0, None),
    ],
)
def test_a_year_by_hand(as_of, status, outstanding, arrears, days_late, next_due):
    found = position(events=YEAR, versions=PLANS, as_of=day(as_of))
    assert (found.status, found.outstanding, found.arrears, found.days_late) == (
        status,
        outstanding,
        arrears,
        days_late,
    )
    assert found.next_due == (next_due and (day(next_due[0]), next_due[1]))
    assert sum(line.amount for line in found.unpaid_lines) == outstanding
    assert found.restructured == (day(as_of) >= day("01/07"))


def test_line_zero_carries_the_debit_that_came_back():
    found = position(events=YEAR, versions=PLANS, as_of=day("31/07"))
    assert found.unpaid_lines[0] == Installment(0, day("05/07"), 100_000)


def test_line_zero_is_due_when_the_last_debit_came_back_even_after_a_line_of_the_plan():
    plan = ScheduleVersion(
        2,
        day("01/03"),
        3,
        "RESCHEDULE",
        (Installment(1, day("15/04"), 400_000), Installment(2, day("15/05"), 544_446)),
    )
    rows = [("15/02", "REPAYMENT", 27_777), ("20/02", "REPAYMENT", 27_777)]
    bounces = [("08/03", "BOUNCE", 27_777), ("20/04", "BOUNCE", 27_777)]
    found = position(
        events=journal(PAID_OUT, *rows, *bounces), versions=[T01, plan], as_of=day("20/04")
    )
    assert (found.arrears, found.days_late) == (400_000, 5)
    assert found.next_due == (day("20/04"), 55_554)
    assert [line.rank for line in found.unpaid_lines] == [1, 0, 2]


# What always holds


@st.composite
def movements(draw, first_no=2, paid_before=0):
    """Draw payments and bounces: never more bounced than paid so far."""
    events, paid = [], paid_before
    for no in range(first_no, first_no + draw(st.integers(0, 8))):
        on = DISBURSED_ON + timedelta(days=draw(st.integers(0, 900)))
        if paid and draw(st.booleans()):
            amount = draw(st.integers(1, paid))
            events.append(Event(no, on, EventKind.BOUNCE, amount))
            paid -= amount
        else:
            amount = draw(st.integers(1, 400_000))
            events.append(Event(no, on, EventKind.REPAYMENT, amount))
            paid += amount
    return events


def net(events):
    signs = {EventKind.REPAYMENT: 1, EventKind.BOUNCE: -1}
    return sum(signs[event.kind] * event.amount for event in events)


advances = st.builds(
    build_schedule,
    amount=st.integers(100_000, 3_000_000),
    lines=st.integers(1, 36),
    disbursed_on=st.just(DISBURSED_ON),
    step_months=st.sampled_from([1, 3]),
    grace_months=st.integers(0, 6),
)
END = DISBURSED_ON + timedelta(days=900)


def paid_out(lines):
    return Event(1, DISBURSED_ON, EventKind.DISBURSEMENT, sum(line.amount for line in lines))


@settings(max_examples=300, deadline=None)
@given(lines=advances, events=movements(), days=st.integers(0, 1500), seed=st.randoms())
def test_arrears_follow_from_what_was_due_and_what_was_paid(lines, events, days, seed):
    as_of = DISBURSED_ON + timedelta(days=days)
    everything = [paid_out(lines), *events]
    found = position(events=everything, versions=[initial(lines)], as_of=as_of)

    paid = net(event for event in events if event.value_on <= as_of)
    if paid < 0:  # some bounces come before the payments they cancel: no such journal exists
        return
    due = [line for line in lines if next_target_day(line.due_on) < as_of]
    assert found.arrears == max(sum(line.amount for line in due) - paid, 0)
    cumulated = accumulate(line.amount for line in due)
    oldest = next((line for line, total in zip(due, cumulated, strict=True) if total > paid), None)
    assert found.days_late == ((as_of - oldest.due_on).days if oldest else 0)
    assert sum(line.amount for line in found.unpaid_lines) == found.outstanding
    assert found.outstanding == found.disbursed - found.repaid >= 0
    assert found.overpaid == max(paid - found.disbursed, 0)

    numbers = [event.no for event in everything]
    seed.shuffle(numbers)
    shuffled = [
        Event(no, event.value_on, event.kind, event.amount)
        for no, event in zip(numbers, everything, strict=True)
    ]
    seed.shuffle(shuffled)
    assert position(events=shuffled, versions=[initial(lines)], as_of=as_of) == found


@settings(max_examples=300, deadline=None)
@given(data=st.data(), lines=advances, before=movements())
def test_unpaid_lines_sum_to_the_outstanding_after_a_reschedule(data, lines, before):
    amount = sum(line.amount for line in lines)
    covers = amount - net(before)
    if covers < 12:  # nothing left to reschedule
        return
    plan = ScheduleVersion(
        no=2,
        effective_on=DISBURSED_ON + timedelta(days=450),
        opening_no=len(before) + 1,
        reason="RESCHEDULE",
        lines=build_schedule(amount=covers, lines=12, disbursed_on=END),
    )
    after = data.draw(movements(first_no=len(before) + 2, paid_before=net(before)))
    found = position(
        events=[paid_out(lines), *before, *after], versions=[initial(lines), plan], as_of=END
    )
    assert found.version == 2
    assert sum(line.amount for line in found.unpaid_lines) == found.outstanding
    assert found.outstanding == max(covers - net(after), 0)
    if net(after) < 0:
        assert found.unpaid_lines[0].rank == 0
        assert found.unpaid_lines[0].amount == -net(after)
