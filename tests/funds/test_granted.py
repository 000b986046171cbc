"""An advance granted, contracted or freed, and each refusal."""

from datetime import date
from itertools import product

import pytest

from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from basins.enums import Role
from committees.models import Decision
from funds import operations, queries
from funds.enums import ADVANCE_TRANSITIONS, AdvanceStatus
from funds.models import Advance
from projects import operations as projects
from tests.builders import at, make_decision
from tests.funds.conftest import LOOK


def test_grant_takes_the_terms_put_to_the_vote_once(till):
    advance = till.granted(amount=2_000_000, lines=30, grace_months=6)
    again = operations.grant_advance(
        decision_id=advance.decision_id, by=till.operator, at=at(2026, 4, 2)
    )
    assert again == advance
    assert (advance.granted_amount, advance.lines, advance.grace_months) == (2_000_000, 30, 6)
    assert advance.reference == f"AV-{advance.project.reference}"


def test_a_decision_without_money_grants_nothing(till):
    decision = make_decision(amount=0)
    with pytest.raises(ActionDenied, match="n'accorde pas d'avance"):
        operations.grant_advance(decision_id=decision.pk, by=till.operator, at=at())


def test_a_suspensive_condition_blocks_the_contract(till):
    advance = till.granted(conditions=({},))
    with pytest.raises(ActionDenied, match="condition suspensive"):
        operations.contract_advance(
            advance_id=advance.pk, on=date(2026, 4, 20), by=till.operator, at=at(2026, 4, 21)
        )


def test_a_condition_to_follow_blocks_nothing(till):
    assert till.contracted(conditions=({"kind": "FOLLOWED"},)).status == AdvanceStatus.CONTRACTED


def test_a_company_that_gives_up_frees_what_it_was_granted(till, run_outbox):
    advance, other = till.granted(), till.granted()
    assert queries.fund_position(on=LOOK).committed == 2_000_000
    projects.withdraw(
        project_id=advance.project_id, reason="Vendue", by=till.operator, at=at(2026, 4, 10)
    )
    run_outbox()
    advance.refresh_from_db()
    other.refresh_from_db()
    assert (advance.status, other.status) == (AdvanceStatus.CANCELLED, AdvanceStatus.GRANTED)
    assert queries.fund_position(on=LOOK).committed == 1_000_000
    # What was said of the day before stays true.
    for on, committed in ((date(2026, 4, 9), 2_000_000), (date(2026, 4, 10), 1_000_000)):
        assert queries.fund_position(on=on).committed == committed
        assert queries.portfolio(on=on)[0].committed == committed
        assert queries.outlook(on=on).promised == committed


def test_the_list_of_a_past_day_says_what_was_true_that_day(client_as, till, run_outbox):
    """Its total counts what stood: nothing of what is cancelled, all of it the day before."""
    advance, other = till.granted(), till.contracted()
    projects.withdraw(
        project_id=advance.project_id, reason="Vendue", by=till.operator, at=at(2026, 4, 10)
    )
    run_outbox()
    both = list(Advance.objects.filter(pk__in=[advance.pk, other.pk]).order_by("pk"))
    waits = "Attend sa convention"
    for on, said in (
        (date(2026, 4, 9), [(waits, 1_000_000), (waits, 1_000_000)]),
        (date(2026, 4, 10), [("Annulée", 0), (waits, 1_000_000)]),
        (date(2026, 4, 19), [("Annulée", 0), (waits, 1_000_000)]),
        (date(2026, 4, 20), [("Annulée", 0), ("À verser", 1_000_000)]),
    ):
        rows = queries.advance_rows(both, queries.standings_of(both, on=on), on=on)
        assert [(row.status.label, row.granted) for row in rows] == said, on
    operator = client_as(Role.OPERATOR, user=till.operator)
    table = operator.get("/bassins/savoie/fonds/?au=09/04/2026").context["table"]
    assert table.columns["granted"].footer == format_euros(2_000_000)


@pytest.mark.parametrize("fallen", ["reopened", "lapsed", None])
def test_only_an_approval_that_fell_frees_its_advance(till, run_outbox, fallen):
    advance, when = till.granted(), at(2026, 4, 10)
    changes = {
        "reopened": {
            "reopened_at": when, "reopened_by": till.operator, "reopening_reason": "Chiffres faux"
        },
        "lapsed": {"lapsed_at": when},
        None: {},
    }  # fmt: skip
    Decision.objects.filter(pk=advance.decision_id).update(**changes[fallen])
    projects.back_to_committee(
        project_id=advance.project_id, because="LAPSED", by=till.operator, at=when
    )
    run_outbox()
    advance.refresh_from_db()
    assert (advance.status == AdvanceStatus.CANCELLED) is (fallen is not None)
    assert queries.fund_position(on=LOOK).committed == (0 if fallen else 1_000_000)


ALLOWED = {("GRANTED", "CONTRACTED"), ("GRANTED", "CANCELLED"), ("CONTRACTED", "CANCELLED")}


@pytest.mark.parametrize(("old", "new"), list(product(AdvanceStatus.values, repeat=2)))
def test_the_states_of_an_advance(old, new):
    assert ADVANCE_TRANSITIONS.allows(old, new) is ((old, new) in ALLOWED)
