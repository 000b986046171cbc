"""Payments stopped before the bank: too late for their plan, or asked to wait (S38)."""

import dataclasses
import re
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from funds import operations
from funds.foresight.figures import identity
from funds.models import SepaFile, SepaTransfer
from funds.queries import portfolio, standings_of
from funds.queries import transfers as queries
from funds.queries.books import book_of
from funds.queries.provision import provision_on
from funds.queries.reports import frozen_figures
from funds.queries.statements import statement_lines
from funds.queries.verification import verify
from funds.rules import portfolio_at_risk
from steering.queries import read
from tests.builders import at, make_accepted
from tests.funds.attacks import denied
from tests.funds.banking import entry, statement
from tests.funds.reminding import dues, words_of
from tests.funds.test_figures import write_off
from tests.funds.test_transfers import NOW, ask_more, build, payable
from tests.words import plain


def test_what_would_leave_too_late_for_its_plan_is_prepared_again(till, bank):
    """Its plan runs from the day of its entry: not a month later, nor once a line is due."""
    order, in_time = payable(till), payable(till)
    deferred = till.lent(grace_months=6).payment_orders.get()
    file = build(till, in_time, at=at(2026, 6, 12))
    for late in (order, deferred):
        with pytest.raises(ActionDenied, match="devait partir le 14/06/2026 au plus tard"):
            build(till, late, at=at(2026, 6, 13))
        fields = {"file": file, "order": late, "payee": late.payee, "amount": late.amount}
        fields |= {"end_to_end_id": "X", "pay_on": date(2026, 6, 15)}
        denied("sepa_transfer_follows_its_plan", partial(SepaTransfer.objects.create, **fields))
    saturday = at(2026, 6, 13)
    till.reverse(order.entry, saturday.date())
    again = till.release(till.prepare(order.advance, pay_on=saturday.date()), at=saturday)
    assert build(till, again.order, at=saturday).transfers.get().pay_on == date(2026, 6, 15)
    left = book_of(order.advance).position(date(2026, 6, 15)).unpaid_lines
    assert left[0].due_on == date(2026, 7, 13)


def kept(till, file, *, on):
    """The second person tries to download the file on a day, then to note it as sent."""
    sent = {"sent_at": on, "sent_by": till.finance}
    denied(
        "sepa_transfer_follows_its_plan",
        lambda: SepaFile.objects.filter(pk=file.pk).update(**sent),
    )
    for act in (operations.download_file, operations.mark_sent):
        with pytest.raises(ActionDenied) as refused:
            act(file_id=file.pk, by=till.finance, at=on)
        yield refused.value.reason


def test_a_file_made_in_time_is_not_handed_over_too_late_for_its_plan(till, bank):
    """The first instalment is due on Monday 15 June: on that day it may no longer leave."""
    order = payable(till)
    file = build(till, order)
    asked = {"file_id": file.pk, "by": till.finance}
    assert operations.download_file(at=at(2026, 6, 12), **asked)
    for said in kept(till, file, on=at(2026, 6, 15)):
        assert "devait partir le 14/06/2026 au plus tard" in said
        assert "Si la banque l'a déjà, attendez le relevé qui le montre." in said
    name = file.transfers.get().end_to_end_id
    gone = entry("10000.00", "VIR", credit=False, day=date(2026, 6, 12), end_to_end_id=name)
    june = {"since": date(2026, 5, 1), "until": date(2026, 6, 14)}
    bank.load(statement(gone, opening=2_000_000, **june))
    assert operations.mark_sent(at=at(2026, 6, 15), **asked).sent_at


def rewrite(till, advance, reason: str, *days: date) -> None:
    """The committee asks for what is owed in equal lines, from 2 June on."""
    part = advance.granted_amount // len(days)
    operations.reschedule(
        advance_id=advance.pk,
        decision_id=make_accepted(advance.decision, reason).pk,
        reason=reason,
        rows=[(day, part) for day in days],
        effective_on=date(2026, 6, 2),
        note="Vu",
        by=till.operator,
        at=at(2026, 6, 2),
        command_key=uuid4(),
    )


def test_a_file_leaves_with_the_plan_that_the_committee_wrote_since(till, bank):
    sooner, later = till.contracted(grace_months=6), till.contracted()
    rows = [(date(2026, 6, 5), 500_000), (date(2026, 9, 5), 500_000)]
    orders = [till.prepare(sooner), till.prepare(later, rows=rows)]
    files = [build(till, till.release(order).order) for order in orders]
    rewrite(till, sooner, "RESCHEDULE", date(2026, 6, 5), date(2026, 9, 5))
    rewrite(till, later, "MORATORIUM", date(2026, 12, 5))
    thursday, friday = at(2026, 6, 4), at(2026, 6, 5)
    operations.download_file(file_id=files[0].pk, by=till.finance, at=thursday)
    for said in kept(till, files[0], on=friday):
        assert "devait partir le 04/06/2026 au plus tard" in said
    operations.mark_sent(file_id=files[1].pk, by=till.finance, at=friday)


def test_a_tranche_leaves_while_an_instalment_of_the_one_before_is_late(till, bank):
    advance = till.contracted()
    till.release(till.prepare(advance, amount=500_000))
    june = date(2026, 6, 20)
    tranche = till.release(
        till.prepare(advance, amount=500_000, pay_on=june, at=at(2026, 6, 19)), at=at(2026, 6, 20)
    )
    late = book_of(advance).position(june).unpaid_lines[0]
    assert late.due_on == date(2026, 6, 15)
    file = build(till, tranche.order, at=at(2026, 6, 22))
    operations.mark_sent(file_id=file.pk, by=till.finance, at=at(2026, 6, 22))


def show(bank, *, until: date) -> None:
    """The statements of the account of the advances, from 1 May on, show none of its payments."""
    known = bank.account.numbers.get().statements.order_by("pk").last()
    since = known.until + timedelta(days=1) if known else date(2026, 5, 1)
    opening = known.closing if known else 2_000_000
    some = entry("1.00", "VIR", day=since, ref=f"VIR {since}")
    bank.load(statement(some, opening=opening, since=since, until=until))


def test_nothing_is_asked_of_a_company_whose_payment_is_stopped(
    client_as, till, bank, time_machine
):
    order, gone = payable(till), payable(till)
    show(bank, until=date(2026, 5, 31))
    file = build(till, gone)
    operations.mark_sent(file_id=file.pk, by=till.finance, at=NOW)
    ask_more(till, order)
    time_machine.move_to(at(2026, 7, 25))
    on = date(2026, 7, 25)
    due = dues(order.advance, gone.advance, on=on)
    assert {one.advance for one in due} == {gone.advance}
    operator = client_as(Role.OPERATOR, user=till.operator)
    for page in ("relances/", f"avances/{order.advance.reference}/"):
        shown = plain(operator.get(f"/bassins/savoie/fonds/{page}"))
        assert re.search(r"est arrêté avant la banque\. .* vérifier.:.Accord de la Région", shown)
    till.meet(order.advance.preconditions.get(label="Accord de la Région"), at=at(2026, 7, 25))
    assert not queries.stopped_payments(at=at(2026, 7, 25))


def test_a_payment_is_stopped_once_statements_go_beyond_its_last_day(till, bank):
    """It could leave until Sunday 14 June: on Friday the bank may have had it, unseen yet."""
    order = payable(till)
    now = at(2026, 7, 25)
    show(bank, until=date(2026, 5, 10))
    ask_more(till, order)
    assert not queries.stopped_payments(at=now)
    till.meet(order.advance.preconditions.get(label="Accord de la Région"), at=now)
    show(bank, until=date(2026, 6, 11))
    assert not queries.stopped_payments(at=now)
    show(bank, until=date(2026, 6, 12))
    stopped = queries.stopped_payments(at=now)
    assert "au plus tard pour suivre son échéancier" in stopped[order.advance_id]


def second_stopped(till, bank):
    """5 000 € that the bank has since 15 May, 5 000 € released on 20 June that never left."""
    advance = till.contracted()
    first = till.release(till.prepare(advance, amount=500_000))
    file = build(till, first.order)
    operations.mark_sent(file_id=file.pk, by=till.finance, at=NOW)
    ahead = {"amount": 500_000, "pay_on": date(2026, 6, 20), "at": at(2026, 6, 20)}
    till.release(till.prepare(advance, **ahead), at=at(2026, 6, 20))
    show(bank, until=date(2026, 7, 31))
    return advance


def test_a_tranche_that_is_stopped_silences_nothing_of_the_one_before(till, bank):
    advance = second_stopped(till, bank)
    on = date(2026, 8, 10)
    standings = standings_of([advance], on=on)
    due = dues(advance, on=on)
    days = [date(2026, 6, 15), date(2026, 7, 15), date(2026, 8, 15)]
    assert [(one.due_on, one.amount) for one in due] == [(day, 13_888) for day in days]
    late = standings[advance.pk]
    assert (late.arrears, late.days_late) == (2 * 13_888, 56)
    assert (late.outstanding, late.held) == (1_000_000, 500_000)
    fund, known = portfolio(on=on)
    assert (fund.outstanding, fund.late) == (1_000_000, 2 * 13_888)
    assert provision_on(on).target == 125_000
    assert portfolio_at_risk(known.values(), days=30) == 100
    assert not verify().findings


def test_what_never_reached_its_company_is_neither_late_nor_at_risk(
    client_as, till, bank, time_machine
):
    order, gone = payable(till), payable(till)
    file = build(till, gone)
    operations.mark_sent(file_id=file.pk, by=till.finance, at=NOW)
    show(bank, until=date(2026, 6, 30))
    on = date(2026, 10, 20)
    fund, known = portfolio(on=on)
    assert known[order.advance_id].arrears == 0
    assert (fund.outstanding, fund.late_advances) == (2_000_000, 1)
    assert provision_on(on).target == 750_000
    assert [bucket.count for bucket in provision_on(on).buckets] == [0, 0, 0, 0, 1, 0]
    assert identity(fund, on=on).is_true
    time_machine.move_to(at(2026, 10, 20))
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = plain(operator.get(f"/bassins/savoie/fonds/avances/{order.advance.reference}/"))
    assert "Versement arrêté" in page
    for act in ("Saisir le comité", "Passer en perte", "Rééchelonner", "En retard"):
        assert act not in page
    home = plain(operator.get("/bassins/savoie/fonds/"))
    assert home.count("Versement arrêté") == 1


def test_the_account_of_a_company_is_of_what_reached_it(client_as, till, bank, time_machine):
    advance, on = second_stopped(till, bank), date(2026, 8, 10)
    time_machine.move_to(at(2026, 8, 10))
    asked = {"on": on, "by": till.operator, "at": at(2026, 8, 10)}
    words = words_of(operations.issue_statement(advance_id=advance.pk, **asked))
    assert "Versé 5 000 €" in words
    assert "il reste dû 5 000 € (cinq mille euros), dont 277,76 € en retard" in words
    assert "10 000 €" not in words.replace("Avance accordée 10 000 €", "")
    assert [line.balance for line in statement_lines(advance, on=on)] == [500_000]
    never = payable(till)
    show(bank, until=date(2026, 8, 9))
    with pytest.raises(ActionDenied, match="Rien n'était versé à cette date"):
        operations.issue_statement(advance_id=never.advance_id, **asked)
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = plain(operator.get(f"/bassins/savoie/fonds/avances/{never.advance.reference}/"))
    assert "Relevé de compte au" not in page


def test_a_report_says_of_what_is_stopped_what_the_pages_said(till, bank):
    """Late of 7 500 € at the bank, and of nothing that never left; printed again the same."""
    order, gone = payable(till), payable(till)
    operations.mark_sent(file_id=build(till, gone).pk, by=till.finance, at=NOW)
    show(bank, until=date(2026, 6, 30))
    on = date(2026, 10, 20)
    asked = {"as_of": on, "funder": "", "by": till.operator, "command_key": uuid4()}
    report = operations.freeze_report(at=at(2026, 10, 20), **asked)
    fund, known = portfolio(on=on)
    then = frozen_figures(report)
    assert report.stopped_entries == [order.entry.pk]
    assert (then.outstanding, then.arrears, then.late) == (fund.outstanding, fund.late, 1)
    assert then.provision == provision_on(on).target == 750_000
    assert then.par90 == portfolio_at_risk(known.values(), days=90)
    assert [loan.arrears for loan in read(on).loans if loan.days_late] == [fund.late]
    till.reverse(order.entry, on)
    assert frozen_figures(report) == then


def test_what_never_reached_its_company_is_neither_lost_nor_put_before_the_committee(till, bank):
    order = payable(till)
    show(bank, until=date(2026, 6, 30))
    asked = {"advance_id": order.advance_id, "by": till.operator, "at": at(2026, 7, 25)}
    asked["command_key"] = uuid4()
    with pytest.raises(ActionDenied, match="l'entreprise n'a rien reçu"):
        operations.ask_committee(matter="WRITE_OFF", terms="Liquidation", where=0, **asked)
    with pytest.raises(InvalidInput, match=r"10\s000\s€ sont arrêtés avant la banque"):
        write_off(till, order.advance, order.amount, date(2026, 7, 20))


def test_no_certificate_while_a_tranche_paid_in_advance_is_not_at_the_bank(till, bank):
    """10 000 € came back of the 5 000 € lent: the second half is covered, and not sent yet."""
    advance = till.contracted()
    first = till.release(till.prepare(advance, amount=500_000))
    file = build(till, first.order)
    operations.mark_sent(file_id=file.pk, by=till.finance, at=NOW)
    till.repay(advance, 1_000_000, date(2026, 6, 10))
    ahead = {"amount": 500_000, "pay_on": date(2026, 6, 12), "at": at(2026, 6, 12)}
    second = till.release(till.prepare(advance, **ahead), at=at(2026, 6, 12))
    told = {"advance_id": advance.pk, "by": till.operator, "at": at(2026, 6, 12)}
    filed = build(till, second.order, at=at(2026, 6, 12))
    assert standings_of([advance], on=date(2026, 6, 12))[advance.pk].outstanding == 0
    for _ in ("in a file that is not sent", "in no file, once statements are read"):
        with pytest.raises(
            ActionDenied, match="encore à verser, ou pas encore connus de la banque"
        ):
            operations.issue_settlement_certificate(**told)
        if filed.cancelled_at is None:
            filed = operations.cancel_file(file_id=filed.pk, by=till.operator, at=NOW)
            show(bank, until=date(2026, 5, 31))
    again = build(till, second.order, at=at(2026, 6, 12))
    operations.mark_sent(file_id=again.pk, by=till.finance, at=at(2026, 6, 12))
    assert operations.issue_settlement_certificate(**told)


def test_a_payment_is_told_to_be_stopped_whatever_the_next_one_is(till, bank, monkeypatch):
    order = payable(till)
    show(bank, until=date(2026, 5, 31))
    assert queries.stopped_payments(at=NOW) == {}
    [fine] = queries.facts_of([order], at=NOW)
    late = dataclasses.replace(fine, latest_on=date(2026, 1, 1))
    monkeypatch.setattr(queries, "facts_of", lambda *_, **__: [late, fine])
    assert "devait partir le 01/01/2026" in queries.stopped_payments(at=NOW)[order.advance_id]
