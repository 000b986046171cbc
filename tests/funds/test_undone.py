"""What a payment does to a plan, and what is left of it once undone (funds.md 2.5)."""

from datetime import date
from uuid import uuid4

from funds import operations, queries
from funds.documents import settlement_context
from tests.builders import at, make_accepted
from tests.funds.test_figures import write_off


def paid_in_three(till):
    """Three tranches of 120 €, on twelve dates; one instalment came back before the second."""
    advance = till.contracted(amount=36_000, lines=12)
    payments = []
    for month in (5, 7, 8):
        day = date(2026, month, 15 if month == 5 else 1)
        order = till.prepare(advance, amount=12_000, pay_on=day)
        payments.append(till.release(order, at=at(day.year, day.month, day.day)))
        if month == 5:
            till.repay(advance, 1_000, date(2026, 6, 15))
    return advance, payments


def position(advance, on: date):
    return queries.book_of(advance).position(on)


def unpaid(advance, on: date) -> dict[date, int]:
    return {line.due_on: line.amount for line in position(advance, on).unpaid_lines}


def test_a_tranche_undone_before_the_last_leaves_every_instalment_without_its_part(till):
    """1 000 of the first on each date, 1 090 of the second, 1 200 of the third."""
    advance, (_, second, _) = paid_in_three(till)
    seen = unpaid(advance, date(2026, 8, 2))
    till.reverse(second, date(2026, 8, 3))
    left = unpaid(advance, date(2026, 8, 3))
    assert [(day, seen[day] - cents) for day, cents in left.items()] == [
        (day, 1_100 if rank == 10 else 1_090) for rank, day in enumerate(seen)
    ]
    assert sum(left.values()) == position(advance, date(2026, 8, 3)).outstanding == 23_000


def test_a_first_payment_undone_leaves_the_plan_and_the_day_of_the_next(till):
    advance, (first, second, _) = paid_in_three(till)
    bounced = advance.entries.get(kind="REPAYMENT")
    till.reverse(bounced, date(2026, 8, 2))
    till.reverse(first, date(2026, 8, 3))
    left = unpaid(advance, date(2026, 8, 3))
    assert sum(left.values()) == position(advance, date(2026, 8, 3)).outstanding == 24_000
    assert list(left.values())[1:3] == [2_290, 2_290]
    book = queries.book_of(advance)
    assert book.lent_on(date(2026, 8, 2)) == first.value_on
    assert book.lent_on(date(2026, 8, 3)) == second.value_on
    assert settlement_context(advance, on=date(2026, 8, 3))["lent_on"] == second.value_on


def test_what_the_committee_wrote_since_stands_less_its_last_instalments(till):
    advance, (_, second, _) = paid_in_three(till)
    rows = [(date(2026, 9, 1), 20_000), (date(2026, 10, 1), 15_000)]
    operations.reschedule(
        advance_id=advance.pk,
        decision_id=make_accepted(advance.decision, "RESCHEDULE").pk,
        reason="RESCHEDULE",
        rows=rows,
        effective_on=date(2026, 8, 2),
        note="Vu",
        by=till.operator,
        at=at(2026, 8, 2),
        command_key=uuid4(),
    )
    till.reverse(second, date(2026, 8, 3))
    assert list(unpaid(advance, date(2026, 8, 3)).values()) == [20_000, 3_000]
    assert position(advance, date(2026, 8, 3)).restructured


def test_a_loss_undone_after_another_plan_is_asked_for_with_its_last_instalment(till):
    assert till.dotation
    advance = till.lent(amount=12_000, lines=12)
    loss = write_off(till, advance, 5_000, date(2026, 6, 1))
    operations.reschedule(
        advance_id=advance.pk,
        decision_id=make_accepted(advance.decision, "RESCHEDULE").pk,
        reason="RESCHEDULE",
        rows=[(date(2026, 9, 1), 4_000), (date(2026, 10, 1), 3_000)],
        effective_on=date(2026, 8, 2),
        note="Vu",
        by=till.operator,
        at=at(2026, 8, 2),
        command_key=uuid4(),
    )
    till.reverse(loss, date(2026, 8, 3))
    assert unpaid(advance, date(2026, 8, 3)) == {date(2026, 9, 1): 4_000, date(2026, 10, 1): 8_000}
    assert position(advance, date(2026, 8, 3)).outstanding == 12_000


def test_a_tranche_keeps_the_moratorium_that_is_to_come(till):
    """Decided in August for September, it is not lost to a payment made in between."""
    advance = till.contracted(amount=24_000, lines=12)
    till.release(till.prepare(advance, amount=12_000))
    operations.reschedule(
        advance_id=advance.pk,
        decision_id=make_accepted(advance.decision, "MORATORIUM").pk,
        reason="MORATORIUM",
        rows=[(date(2027, 3, 1), 7_000), (date(2027, 6, 1), 5_000)],
        effective_on=date(2026, 9, 1),
        note="Vu",
        by=till.operator,
        at=at(2026, 8, 1),
        command_key=uuid4(),
    )
    order = till.prepare(advance, amount=12_000, pay_on=date(2026, 8, 15))
    tranche = till.release(order, at=at(2026, 8, 15))
    both = {date(2027, 3, 1): 13_000, date(2027, 6, 1): 11_000}
    for day in (date(2026, 8, 15), date(2026, 9, 2)):
        assert unpaid(advance, day) == both
    till.reverse(tranche, date(2026, 8, 20))
    assert unpaid(advance, date(2026, 9, 2)) == {date(2027, 3, 1): 7_000, date(2027, 6, 1): 5_000}
