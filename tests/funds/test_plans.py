"""What must be there before a payment, the plan it opens, the plan that the committee rewrites."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from funds import operations, queries
from funds.enums import ScheduleReason
from funds.models import FundSettings, Precondition, ScheduleVersion
from funds.rules import build_schedule
from funds.rules.planning import read_rows
from tests.builders import at, make_accepted, make_decision
from tests.funds.attacks import denied
from tests.funds.conftest import PAID_ON

NOW = at(2026, 7, 25)
ROWS = [(date(2026, 9, 30), 300_000), (date(2027, 3, 31), 700_000)]


def waive(till, condition, reason: str = "Accord verbal du maire, confirmé par courriel"):
    return operations.waive_precondition(
        precondition_id=condition.pk, reason=reason, by=till.operator, at=NOW
    )


# -- Before the payment ------------------------------------------------------------------------


def test_an_open_precondition_blocks_the_payment_at_both_steps(till):
    advance = till.signed()
    till.known(advance)
    [usual] = advance.preconditions.all()
    with pytest.raises(ActionDenied, match="il reste à vérifier : Plan de financement"):
        till.prepare(advance)
    till.meet(usual)
    order = till.prepare(advance)
    asked = {"advance_id": advance.pk, "label": "Devis signé", "due_on": None}
    extra = operations.add_precondition(**asked, by=till.operator, at=NOW)
    assert operations.add_precondition(**asked, by=till.operator, at=NOW) == extra
    with pytest.raises(ActionDenied, match="Devis signé"):
        till.release(order)
    waive(till, extra)
    assert till.release(order).kind == "DISBURSEMENT"


def test_a_precondition_is_settled_once_and_says_by_whom_and_why(till):
    condition = till.signed().preconditions.get()
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        waive(till, condition, " ")
    with pytest.raises(InvalidInput, match="pas encore passée"):
        till.meet(condition, met_on=date(2026, 5, 1))
    met = till.meet(condition)
    assert till.meet(condition) == met
    assert (met.met_on, met.met_by) == (date(2026, 4, 28), till.operator)
    with pytest.raises(ActionDenied, match="déjà remplie"):
        waive(till, condition)
    assert Precondition.objects.get().waiver == ""


# -- The plan of a payment ---------------------------------------------------------------------


def test_an_irregular_plan_is_seen_then_written_as_it_was_typed(till):
    advance = till.contracted()
    seen = queries.plan_with_payment(
        advance, amount=1_000_000, paid_on=date(2026, 5, 15), rows=ROWS
    )
    assert not advance.schedule_versions.exists()
    till.release(till.prepare(advance, rows=ROWS))
    [version] = advance.schedule_versions.all()
    written = version.schedule_lines.values_list("due_on", "amount")
    assert list(written) == ROWS == [(line.due_on, line.amount) for line in seen.lines]
    assert version.reason == "INITIAL"


def test_a_plan_is_quarterly_rounded_and_starts_as_asked(till):
    FundSettings.objects.create(rounding_unit=1000)
    advance = till.contracted(lines=8, step_months=3, amount=1_000_100)
    assert (advance.step_months, advance.rounding_unit) == (3, 1000)
    first = {"amount": 1_000_100, "paid_on": date(2026, 5, 15), "first_due_on": date(2026, 8, 5)}
    with pytest.raises(InvalidInput, match="premier versement"):
        queries.plan_with_payment(advance, rows=ROWS, **first)
    seen = queries.plan_with_payment(advance, **first).lines
    assert [(line.due_on, line.amount) for line in (seen[0], seen[1], seen[-1])] == [
        (date(2026, 8, 5), 125_000), (date(2026, 11, 5), 125_000), (date(2028, 5, 5), 125_100),
    ]  # fmt: skip
    till.release(till.prepare(advance, amount=1_000_100, first_due_on=date(2026, 8, 5)))
    [version] = advance.schedule_versions.all()
    assert list(version.schedule_lines.values_list("due_on", flat=True)) == [
        line.due_on for line in seen
    ]
    small = till.granted(lines=36, amount=30_000)
    assert small.rounding_unit == 1


def test_the_first_date_is_in_the_month_that_was_granted_and_signed(till):
    """As many months after the payment as its annex says, on the day chosen (funds.md 2.2)."""
    advance = till.contracted(grace_months=6)
    for other in (date(2026, 5, 15), date(2026, 11, 15), date(2027, 1, 15)):
        with pytest.raises(InvalidInput, match="tombe en décembre 2026") as refused:
            till.prepare(advance, first_due_on=other)
        assert refused.value.field == "first_due_on"
    order = till.prepare(advance, pay_on=date(2026, 5, 31), first_due_on=date(2026, 12, 20))
    till.release(order, at=at(2026, 6, 2, 9))
    first = advance.schedule_versions.get().schedule_lines.earliest("due_on")
    assert first.due_on == date(2027, 1, 20)


def test_a_payment_made_again_after_it_was_undone_opens_the_plan_that_was_granted(till):
    advance = till.contracted()
    undone = till.release(till.prepare(advance))
    till.reverse(undone, PAID_ON)
    day, first_due_on = date(2026, 7, 20), date(2026, 8, 5)
    terms = {"amount": 1_000_000, "paid_on": day}
    moved = queries.plan_with_payment(advance, **terms, first_due_on=first_due_on)
    assert (moved.reason, moved.lines[0].due_on) == ("INITIAL", first_due_on)
    till.release(till.prepare(advance, pay_on=day), at=at(2026, 7, 20, 9))
    version = advance.schedule_versions.last()
    granted = build_schedule(amount=1_000_000, lines=36, disbursed_on=day)
    assert (version.no, version.reason) == (2, "INITIAL")
    assert list(version.schedule_lines.values_list("due_on", "amount")) == [
        (line.due_on, line.amount) for line in granted
    ]
    assert queries.book_of(advance).position(day).next_due == (date(2026, 8, 20), 27_777)


def test_an_advance_is_late_beyond_what_the_basin_tolerates(till):
    advance = till.lent()
    day = date(2026, 6, 25)
    assert queries.book_of(advance).position(day).status == "LATE"
    FundSettings.objects.create(tolerance_days=10)
    tolerated = queries.book_of(advance).position(day)
    assert (tolerated.status, tolerated.days_late) == ("CURRENT", 10)
    assert queries.book_of(advance).position(date(2026, 6, 26)).status == "LATE"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (ROWS[:1], "totalisent"),
        ([(date(2026, 5, 15), 1_000_000)], "postérieure au versement"),
        ([ROWS[1], ROWS[0]], "postérieure à celle"),
    ],
)
def test_a_plan_that_does_not_hold_is_refused_before_anybody_commits(till, rows, sentence):
    with pytest.raises(InvalidInput, match=sentence) as refusal:
        till.prepare(till.contracted(), rows=rows)
    assert refusal.value.field == "rows"


def test_a_plan_is_typed_line_by_line():
    assert read_rows("30/09/2026 ; 3 000\n\n31 mars 2027;7000,00") == ROWS


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("30/09/2026 3000", "Ligne 1.*point-virgule"),
        ("30/09/2026 ; 3000\n31/02/2027 ; 1", "Ligne 2.*31 février"),
        ("30/09/2026 ; 3,001", "Ligne 1.*deux décimales"),
        ("1/1/2027 ; 1\n" * 241, "240 échéances"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_rows(typed)


# -- Rewritten by the committee ----------------------------------------------------------------


def decided(advance):
    """What the committee accepts on an advance."""
    return make_accepted(advance.decision, ScheduleReason.MORATORIUM)


def rewrite(till, advance, decision, rows, **changes):
    asked = {
        "decision_id": decision.pk,
        "reason": ScheduleReason.MORATORIUM,
        "rows": rows,
        "effective_on": date(2026, 7, 20),
        "note": "Sinistre à l'atelier",
        "by": till.operator,
        "at": NOW,
        "command_key": uuid4(),
        **changes,
    }
    return operations.reschedule(advance_id=advance.pk, **asked)


def test_a_moratorium_keeps_the_plan_before_readable_and_marks_the_advance(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    decision = decided(advance)
    rows = [(date(2027, 1, 15), 500_000), (date(2027, 7, 15), 472_223)]
    before = queries.book_of(advance).position(date(2026, 7, 18))
    version = rewrite(till, advance, decision, rows)
    with pytest.raises(ActionDenied, match="n'a pas encore servi"):
        rewrite(till, advance, decision, rows)
    again = ScheduleVersion.objects.get(decision=decision)
    again.pk, again.no = None, 3
    denied("schedule_version_decision_serves_once", again.save)
    book = queries.book_of(advance)
    assert (version.no, version.covers, version.decision) == (2, 972_223, decision)
    assert book.position(date(2026, 7, 18)) == before
    assert book.plan_on(date(2026, 7, 19)).no == 1
    after = book.position(date(2026, 7, 25))
    assert (after.arrears, after.restructured, after.version) == (0, True, 2)
    assert after.next_due == (date(2027, 1, 15), 500_000)
    till.reverse(advance.entries.get(kind="REPAYMENT"), date(2026, 7, 22))
    bounced = queries.book_of(advance).position(date(2026, 8, 10))
    assert (bounced.outstanding, bounced.arrears) == (1_000_000, 27_777)


def test_a_new_plan_follows_what_the_committee_accepted_on_this_advance(till):
    advance, other = till.lent(), till.lent()
    rows = [(date(2027, 1, 15), 1_000_000)]
    declined = make_accepted(advance.decision, "MORATORIUM", outcome="DECLINED", reason="Non")
    for decision in (
        advance.decision,
        make_decision(project=advance.project, amount=0, reference="D-AUTRE"),
        make_accepted(other.decision, "MORATORIUM"),
        make_accepted(advance.decision, "RESCHEDULE"),
        declined,
    ):
        with pytest.raises(ActionDenied, match="que le comité a acceptée"):
            rewrite(till, advance, decision, rows)


def test_a_new_plan_takes_effect_on_the_day_of_its_decision_at_the_earliest(till):
    advance = till.lent()
    decision = make_accepted(advance.decision, "MORATORIUM", decided_on=date(2026, 7, 1))
    rows = [(date(2027, 1, 15), 1_000_000)]
    with pytest.raises(InvalidInput, match="précède la décision du comité") as refusal:
        rewrite(till, advance, decision, rows, effective_on=date(2026, 6, 30))
    assert refusal.value.field == "effective_on"
    rewrite(till, advance, decision, rows, effective_on=date(2026, 7, 1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rows": [(date(2027, 1, 15), 999_999)]}, "rows"),
        ({"rows": [(date(2026, 7, 19), 1_000_000)]}, "rows"),
        ({"effective_on": date(2026, 5, 14)}, "effective_on"),
    ],
)
def test_a_new_plan_covers_what_is_owed_from_its_day(till, changes, field):
    advance = till.lent()
    decision = decided(advance)
    rows = [(date(2027, 1, 15), 1_000_000)]
    with pytest.raises(InvalidInput) as refusal:
        rewrite(till, advance, decision, **{"rows": rows, **changes})
    assert refusal.value.field == field


def test_what_is_settled_is_not_rescheduled(till):
    advance = till.lent()
    till.repay(advance, 1_000_000, date(2026, 6, 15))
    decision = decided(advance)
    with pytest.raises(ActionDenied, match="rien à rééchelonner"):
        rewrite(till, advance, decision, [(date(2027, 1, 15), 1)])
