"""The company does not need the rest: asked by one, approved by another, committed no more."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from basins.enums import Role
from funds import operations, queries
from funds.enums import AdvanceStatus, AuthorizationKind
from funds.models import Authorization, Entry, PaymentOrder
from funds.queries.portfolio import portfolio
from funds.queries.verification import verify
from tests.builders import at
from tests.funds.attacks import denied

DAY, NOW = date(2026, 5, 20), at(2026, 5, 20, 10)
REST = {"value_on": DAY, "reason": "Son besoin est couvert : lettre du 18 mai"}


def ask(till, advance, amount: int, **changes) -> Authorization:
    asked = {"kind": AuthorizationKind.RENOUNCE, "advance_id": advance.pk, **REST, **changes}
    return operations.propose(
        operations.Asked(amount=amount, **asked), by=till.operator, at=NOW, command_key=uuid4()
    )


def approve(till, asked: Authorization, by=None):
    return operations.approve_authorization(
        authorization_id=asked.pk, by=by or till.finance, at=NOW
    )


def in_part(till):
    advance = till.contracted(amount=300_000, lines=3)
    till.release(till.prepare(advance, amount=100_000))
    return advance


def test_what_the_company_does_not_need_is_committed_no_more(till):
    assert till.dotation
    advance = in_part(till)
    plan = advance.schedule_versions.count()
    free, entries = queries.free_cash(on=DAY), Entry.objects.count()
    asked = ask(till, advance, 200_000)
    assert queries.fund_position(on=DAY).committed == 200_000
    with pytest.raises(ActionDenied, match="décidée par une autre"):
        approve(till, asked, by=till.operator)
    assert approve(till, asked) is None
    assert approve(till, asked) is None
    advance.refresh_from_db()
    assert (advance.status, advance.renounced_amount) == (AdvanceStatus.CONTRACTED, 200_000)
    assert (advance.promised, queries.left_to_pay(advance)) == (100_000, 0)
    position, _ = portfolio(on=DAY)
    assert position.committed == queries.fund_position(on=DAY).committed == 0
    assert queries.outlook(on=DAY).promised == 0
    assert queries.free_cash(on=DAY) == free + 200_000
    assert queries.portfolio(on=DAY - timedelta(days=1))[0].committed == 200_000
    assert advance.schedule_versions.count() == plan
    assert Entry.objects.count() == entries
    with pytest.raises(InvalidInput, match=r"Il reste 0"):
        till.prepare(advance, amount=1)
    with pytest.raises(ActionDenied, match="rien à quoi renoncer"):
        ask(till, advance, 200_000)
    assert not verify().findings


def test_an_advance_of_which_nothing_was_lent_is_cancelled(till):
    advance = till.contracted(amount=300_000, lines=3)
    approve(till, ask(till, advance, 300_000))
    advance.refresh_from_db()
    assert advance.status == AdvanceStatus.CANCELLED
    before = DAY - timedelta(days=1)
    assert queries.fund_position(on=DAY).committed == 0
    assert queries.fund_position(on=before).committed == 300_000
    with pytest.raises(ActionDenied, match="annulée"):
        till.prepare(advance, amount=1)


def test_only_the_whole_of_what_is_left_is_given_up(till):
    advance = in_part(till)
    with pytest.raises(InvalidInput, match=r"Il reste 2.000") as refused:
        ask(till, advance, 150_000)
    assert refused.value.field == "amount"
    with pytest.raises(ActionDenied, match="convention"):
        ask(till, till.granted(), 1_000_000)
    asked = ask(till, advance, 200_000)
    order = till.prepare(advance, amount=50_000)
    with pytest.raises(ActionDenied, match="attend d'être libéré"):
        approve(till, asked)
    till.release(order)
    with pytest.raises(InvalidInput, match=r"Il reste 1.500"):
        approve(till, asked)


def test_a_payment_that_came_back_may_be_made_again(till):
    """What is given up is an amount: the rest stays promised, whatever the bank does of it."""
    assert till.dotation
    advance = in_part(till)
    approve(till, ask(till, advance, 200_000))
    advance.refresh_from_db()
    till.reverse(Entry.objects.get(kind="DISBURSEMENT"), DAY)
    assert queries.left_to_pay(advance) == 100_000
    approve(till, ask(till, advance, 100_000))
    advance.refresh_from_db()
    assert advance.status == AdvanceStatus.CANCELLED
    assert not verify().findings


def test_the_database_holds_what_two_persons_gave_up(till):
    advance = in_part(till)
    change = type(advance).objects.filter(pk=advance.pk).update
    denied("advance_renounced_by_two_persons", lambda: change(renounced_amount=200_000))
    denied("advance_cancelled_lent_nothing", lambda: change(status="CANCELLED"))
    waiting = PaymentOrder.objects.values_list("pk", flat=True)
    order = till.prepare(advance, amount=200_000)
    asked = ask_directly(till, advance, 200_000)
    asked.status, asked.decided_at, asked.decided_by = "APPROVED", NOW, till.finance
    asked.save()
    change(renounced_amount=200_000)
    assert order.pk in waiting
    denied("lg_disbursed_le_granted", lambda: till.release(order))
    too_much = ask_directly(till, advance, 50_000)
    too_much.status, too_much.decided_at, too_much.decided_by = "APPROVED", NOW, till.finance
    too_much.save()
    denied("advance_renounced_is_left", lambda: change(renounced_amount=250_000))
    connection.check_constraints()


def ask_directly(till, advance, amount: int) -> Authorization:
    return Authorization.objects.create(
        kind="RENOUNCE",
        advance=advance,
        amount=amount,
        proposed_at=NOW,
        proposed_by=till.operator,
        command_key=uuid4(),
        **REST,
    )


def test_the_page_offers_it_and_says_it(client_as, till, time_machine):
    assert till.dotation
    advance = in_part(till)
    time_machine.move_to(NOW)
    operator = client_as(Role.OPERATOR, user=till.operator)
    page, path = f"/bassins/savoie/fonds/avances/{advance.reference}/", "renoncer/"
    assert "Renoncer au solde à verser" in operator.get(page).content.decode()
    form = operator.get(page + path).content.decode()
    assert f"des {format_euros(200_000)} qui restent à verser" in form
    told = {"value_on": "20/05/2026", "reason": REST["reason"], "command_key": uuid4()}
    assert operator.post(page + path, told).status_code == 302
    asked = Authorization.objects.get()
    assert asked.amount == 200_000
    finance = client_as(Role.FINANCE, user=till.finance)
    decide = f"/bassins/savoie/fonds/autorisations/{asked.pk}/"
    assert "plus engagé et ne se verse plus" in finance.get(decide).content.decode()
    assert finance.post(decide).status_code == 302
    read = operator.get(page).content.decode()
    assert "Solde auquel l" in read
    assert "Renoncer au solde à verser" not in read
    assert operator.get(page + path).status_code == 302
    assert "Renoncé" in operator.get("/bassins/savoie/fonds/").content.decode()
