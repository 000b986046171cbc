"""Transfers in files made once, to bank details that serve: S40 and T13 of security.md."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from alize.common.dates import long_date
from alize.common.errors import ActionDenied, AlreadyUsed
from basins.enums import Role
from funds import operations
from funds.enums import TransferSchema
from funds.models import Clearing, SepaFile, SepaTransfer
from funds.queries import bank as at_bank
from funds.queries import transfers as queries
from funds.queries.books import book_of
from funds.queries.ledger import legs_of
from funds.queries.reconciliation import reconciliation
from funds.rules import ledger
from projects.models import Project
from tests.builders import at, journal
from tests.funds.attacks import approved, denied, write
from tests.funds.bank import samples
from tests.funds.banking import entry, statement
from tests.funds.test_figures import write_off
from tests.words import plain

NOW = at(2026, 6, 1)
OTHER_IBAN = "FR7630006000010009876543256"
HOME = "/bassins/savoie/fonds/virements/"


def payable(till):
    """An order released to a company whose bank details are known for long."""
    return till.lent().payment_orders.get()


def build(till, *orders, **changes):
    asked = {"by": till.operator, "at": NOW, "command_key": uuid4(), **changes}
    return operations.build_file(order_ids=[one.pk for one in orders], **asked)


def shown(bank, file) -> None:
    """The statement of May, in which the bank paid what the file asks."""
    reference = file.transfers.get().end_to_end_id
    bank.load(
        statement(
            entry("10000.00", "VIR SEPA", credit=False, day=date(2026, 5, 15),
                  end_to_end_id=reference),
            opening=2_000_000, since=date(2026, 5, 1), until=date(2026, 5, 31),
        )
    )  # fmt: skip


def test_a_change_the_day_before_stops_the_payment(till, bank):
    order = payable(till)
    forged = till.propose_payee(order.advance, iban=OTHER_IBAN, at=NOW)
    with pytest.raises(ActionDenied, match="attendent une décision"):
        build(till, order)
    operations.refuse_payee(payee_id=forged.pk, by=till.finance, at=NOW)
    assert build(till, order).transfers.get().payee.iban == samples.COMPANY_IBAN


def test_two_payments_of_one_advance_leave_in_one_file(till, bank):
    advance = till.contracted()
    orders = []
    for _ in range(2):
        orders.append(till.prepare(advance, amount=500_000))
        till.release(orders[-1])
    first, second = (one.end_to_end_id for one in build(till, *orders).transfers.all())
    assert (first[-2:], second[-2:]) == ("E1", "E2")


def test_a_file_waits_for_two_days_after_a_change(till, bank):
    order = payable(till)
    till.approve_payee(till.propose_payee(order.advance, iban=OTHER_IBAN), at=NOW)
    with pytest.raises(ActionDenied, match="48 heures"):
        build(till, order, at=NOW + timedelta(hours=47, minutes=59))
    later = NOW + timedelta(hours=48)
    with pytest.raises(ActionDenied, match="ont changé depuis que ce versement a été libéré"):
        build(till, order, at=later)
    till.reverse(order.entry, later.date())
    again = till.release(till.prepare(order.advance, pay_on=later.date()), at=later)
    file = build(till, again.order, at=later)
    assert file.transfers.get().payee.iban == OTHER_IBAN


def contest(till, order) -> None:
    till.propose_payee(order.advance, iban=OTHER_IBAN, at=NOW)


def replace(till, order) -> None:
    till.approve_payee(till.propose_payee(order.advance, iban=OTHER_IBAN), at=at(2026, 5, 20))


def ask_more(till, order) -> None:
    operations.add_precondition(
        advance_id=order.advance_id, label="Accord de la Région", due_on=None, by=till.operator,
        at=NOW,
    )  # fmt: skip


def lose(till, order) -> None:
    write_off(till, order.advance, order.amount, date(2026, 5, 31))


def interrupt(till, order) -> None:
    labelled = {"labelled_on": date(2026, 4, 20), "follow_up_lead": till.operator}
    project = Project.objects.filter(pk=order.advance.project_id)
    project.update(status="INTERRUPTED", end_reason="Vendue", **labelled)


STOPS = {
    contest: "attendent une décision",
    replace: "ont changé depuis que ce versement a été libéré",
    ask_more: "il reste à vérifier : Accord de la Région",
    lose: "sont passés en perte : rien de plus ne se verse",
    interrupt: "est interrompu : rien de plus ne lui est versé",
}


@pytest.mark.parametrize("stop", STOPS)
def test_what_stops_a_payment_stops_it_until_the_bank_has_it(till, bank, stop):
    order, other = payable(till), payable(till)
    asked = {"by": till.finance, "at": NOW}
    file = build(till, order, other)
    stop(till, order)
    sent = {"sent_at": NOW, "sent_by": till.finance}
    denied("sepa_transfer_leaves", lambda: SepaFile.objects.filter(pk=file.pk).update(**sent))
    for act in (operations.download_file, operations.mark_sent):
        with pytest.raises(ActionDenied, match=rf"{order.advance.reference}.*{STOPS[stop]}") as no:
            act(file_id=file.pk, **asked)
        assert ("après celle de la perte" in no.value.reason) == (stop is lose)
        assert "Annulez ce fichier, puis préparez-en un autre sans lui." in no.value.reason
    operations.cancel_file(file_id=file.pk, **asked)
    with pytest.raises(ActionDenied, match=rf"{STOPS[stop]}.*Laissez-le hors du fichier"):
        build(till, order, other)
    second = build(till, other)
    denied(
        "sepa_transfer_leaves",
        lambda: SepaTransfer.objects.create(
            file=second, order=order, payee=order.payee, end_to_end_id="X", amount=order.amount,
            pay_on=order.pay_on,
        ),
    )  # fmt: skip
    operations.mark_sent(file_id=second.pk, **asked)


def test_a_payment_in_a_file_is_undone_once_it_cannot_leave(till, bank):
    order = payable(till)
    asked_before = till.ask_reversal(order.entry, NOW.date())
    file = build(till, order)
    with pytest.raises(ActionDenied, match="annulez d'abord ce fichier"):
        till.approve(asked_before)
    operations.refuse_reversal(reversal_id=asked_before.pk, by=till.finance, at=NOW)
    with pytest.raises(ActionDenied, match="annulez d'abord ce fichier"):
        till.ask_reversal(order.entry, NOW.date())
    operations.cancel_file(file_id=file.pk, by=till.operator, at=NOW)
    till.reverse(order.entry, NOW.date())
    again = till.release(till.prepare(order.advance, pay_on=NOW.date()), at=NOW)
    second = build(till, again.order)
    operations.mark_sent(file_id=second.pk, by=till.finance, at=NOW)


def test_what_the_bank_has_is_undone_when_it_sent_it_back(till, bank):
    order = payable(till)
    file = build(till, order)
    operations.mark_sent(file_id=file.pk, by=till.finance, at=NOW)
    with pytest.raises(ActionDenied, match="attendez le relevé"):
        till.ask_reversal(order.entry, NOW.date())
    till.approve(till.ask_reversal(order.entry, NOW.date(), cause="AC04"))
    with pytest.raises(ActionDenied, match="a été annulé"):
        operations.download_file(file_id=file.pk, by=till.finance, at=NOW)


def test_the_database_lets_no_payment_undone_leave(till, bank):
    order = payable(till)
    asked = approved(till, till.ask_reversal(order.entry, NOW.date()))
    file = build(till, order)

    def undo() -> None:
        legs = ledger.mirror(legs_of(order.entry))
        fields = {"kind": "REVERSAL", "advance": order.advance, "value_on": NOW.date()}
        write(till, *legs, reverses=order.entry, reversal=asked, **fields)

    def send() -> None:
        SepaFile.objects.filter(pk=file.pk).update(sent_at=NOW, sent_by=till.finance)

    denied("sepa_undone_stays", undo)
    shown(bank, file)
    undo()
    denied("sepa_undone_stays", send)


def test_the_database_keeps_a_transfer_in_its_file_and_a_file_as_it_ended(till, bank):
    order = payable(till)
    sent, withdrawn = build(till, order), build(till, payable(till))
    operations.mark_sent(file_id=sent.pk, by=till.finance, at=NOW)
    operations.cancel_file(file_id=withdrawn.pk, by=till.operator, at=NOW)
    other = {"cancelled_at": NOW, "cancelled_by": till.finance}
    for file, values in (
        (sent, {"sent_at": at(2026, 6, 2)}),
        (sent, {"sent_at": None, "sent_by": None}),
        (sent, other),
        (withdrawn, {"cancelled_at": None, "cancelled_by": None}),
        (withdrawn, {"sent_at": NOW, "sent_by": till.finance}),
    ):
        change = SepaFile.objects.filter(pk=file.pk).update
        denied("funds_sepafile_is_frozen", lambda change=change, v=values: change(**v))
    out = "sepa_transfer_stays_in_its_file"
    denied(out, lambda: sent.transfers.update(is_live=False))
    denied(out, lambda: withdrawn.transfers.update(is_live=True))


@pytest.mark.parametrize("schema", TransferSchema)
def test_the_file_has_the_format_that_was_chosen(client_as, till, bank, schema):
    earlier = build(till, payable(till))
    operator = client_as(Role.OPERATOR, user=till.operator)
    assert operator.post(f"{HOME}format/", {"schema": schema}).url == HOME
    assert schema in operator.get(HOME).content.decode()
    file = build(till, payable(till))
    assert file.schema == schema
    assert schema.encode() in bytes(file.content)
    earlier.refresh_from_db()
    assert earlier.schema == TransferSchema.V09


def test_a_file_is_made_once_and_handed_over_unchanged(till, bank):
    one, two = payable(till), payable(till)
    key = uuid4()
    file = build(till, one, two, command_key=key)
    assert build(till, one, two, command_key=key) == file
    with pytest.raises(AlreadyUsed):
        build(till, one, command_key=key)
    assert (file.count, file.total) == (2, 2_000_000)
    asked = {"file_id": file.pk, "by": till.finance, "at": NOW}
    assert operations.download_file(**asked) == operations.download_file(**asked)
    with pytest.raises(ActionDenied, match="déjà dans un fichier"):
        build(till, one)
    with pytest.raises(ActionDenied, match="par une autre"):
        operations.mark_sent(file_id=file.pk, by=till.operator, at=NOW)
    operations.cancel_file(file_id=file.pk, by=till.operator, at=NOW)
    with pytest.raises(ActionDenied, match="annulé"):
        operations.download_file(**asked)
    again = build(till, one, two)
    assert again.sha256 != file.sha256
    assert not {one.end_to_end_id for one in again.transfers.all()} & {
        one.end_to_end_id for one in file.transfers.all()
    }
    operations.mark_sent(file_id=again.pk, by=till.finance, at=NOW)
    with pytest.raises(ActionDenied, match="La banque a ce fichier"):
        operations.cancel_file(file_id=again.pk, by=till.operator, at=NOW)


def test_the_database_keeps_the_file_and_one_live_order(till, bank):
    file = build(till, payable(till))
    for change in (
        "UPDATE funds_sepafile SET content = 'x'",
        "UPDATE funds_sepafile SET total = 1",
        "UPDATE funds_sepatransfer SET amount = 1",
        "UPDATE funds_payeeaccount SET iban = 'FR76'",
        "DELETE FROM funds_sepafile",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    line = file.transfers.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SepaTransfer.objects.create(
            file=file,
            order=line.order,
            payee=line.payee,
            end_to_end_id="X",
            amount=1,
            pay_on=line.pay_on,
        )


def test_a_file_asks_for_a_day_on_which_banks_settle(client_as, till, bank, time_machine):
    """Saturday 16 May 2026: the bank executes on Monday, and the page says so before it leaves."""
    saturday = at(2026, 5, 16)
    time_machine.move_to(saturday)
    file = build(till, payable(till), at=saturday)
    assert file.transfers.get().pay_on == date(2026, 5, 18)
    assert b"<Dt>2026-05-18</Dt>" in bytes(file.content)
    page = client_as(Role.FINANCE, user=till.finance).get(f"{HOME}{file.pk}/").content.decode()
    assert "Exécution demandée" in page


def test_a_payment_keeps_its_day_when_banks_settle_on_another(client_as, till, bank, time_machine):
    """Agreed for Saturday 16 May 2026, executed on Monday: books and plan start on Saturday."""
    saturday = at(2026, 5, 16)
    order = till.prepare(till.contracted(), pay_on=date(2026, 5, 16), at=at(2026, 5, 15))
    time_machine.move_to(saturday)
    finance = client_as(Role.FINANCE, user=till.finance)
    page = plain(finance.get(f"/bassins/savoie/fonds/versements/{order.pk}/liberer/"))
    assert "Les banques ne règlent rien ce jour-là" in page
    assert long_date(date(2026, 5, 18)) in page
    paid = till.release(order, at=saturday)
    file = build(till, order, at=saturday)
    plan = order.advance.schedule_versions.get()
    assert (paid.value_on, plan.effective_on) == (date(2026, 5, 16), date(2026, 5, 16))
    weekend = {"since": date(2026, 5, 10), "until": date(2026, 5, 17)}
    before = entry("1.00", "VIR", day=date(2026, 5, 11))
    bank.load(statement(before, opening=100_000_000, **weekend))
    found = reconciliation(bank.account)
    assert (found.unseen, found.unexplained) == (-1_000_000, 0)
    name = file.transfers.get().end_to_end_id
    gone = entry("10000.00", "VIR EMIS", credit=False, day=date(2026, 5, 18), end_to_end_id=name)
    monday = {"since": date(2026, 5, 18), "until": date(2026, 5, 18)}
    bank.load(statement(gone, opening=100_000_100, **monday))
    assert paid.clearings.get().is_automatic
    assert not at_bank.unseen_entries(bank.account)
    assert "18 mai 2026" in page


def test_a_loss_that_took_none_of_a_payment_is_not_undone_with_it(till, bank):
    """The first half is lost, the second dated ahead: its entry alone is undone."""
    advance = till.contracted(amount=100_000, lines=4)
    till.release(till.prepare(advance, amount=50_000))
    july = {"amount": 50_000, "pay_on": date(2026, 7, 20), "at": NOW}
    ahead = till.release(till.prepare(advance, **july), at=NOW)
    write_off(till, advance, 50_000, date(2026, 6, 20))
    with pytest.raises(ActionDenied, match="demandez l'annulation de son écriture\\."):
        build(till, ahead.order)
    till.reverse(ahead, ahead.value_on)
    assert book_of(advance).position(ahead.value_on).outstanding == 0


def test_nothing_is_asked_before_a_payment_that_the_bank_has(client_as, till, bank):
    order = payable(till)
    page = f"/bassins/savoie/fonds/avances/{order.advance.reference}/"
    operator = client_as(Role.OPERATOR, user=till.operator)
    assert "Ajouter une condition" in operator.get(page).content.decode()
    file = build(till, order)
    operations.mark_sent(file_id=file.pk, by=till.finance, at=NOW)
    with pytest.raises(ActionDenied, match="n'arrêterait plus rien"):
        ask_more(till, order)
    assert "Ajouter une condition" not in operator.get(page).content.decode()


def test_a_transfer_is_executed_when_the_statement_shows_it(till, bank):
    order = payable(till)
    shown(bank, build(till, order))
    assert Clearing.objects.get().entry == order.entry
    assert queries.sepa_files().get().executed == 1


def test_the_operator_builds_and_the_second_person_sends(client_as, till, bank, time_machine):
    time_machine.move_to(NOW)
    order = payable(till)
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = operator.get(HOME).content.decode()
    key = page.split('name="command_key" value="')[1].split('"', maxsplit=1)[0]
    assert operator.post(HOME, {"command_key": key}).status_code == 422
    sent = operator.post(HOME, {"command_key": key, "orders": order.pk})
    file = SepaFile.objects.get()
    assert sent.url == f"{HOME}{file.pk}/"
    assert file.sha256 in operator.get(sent.url).content.decode()
    assert operator.post(f"{sent.url}telecharger/").status_code == 403
    finance = client_as(Role.FINANCE, user=till.finance)
    download = finance.post(f"{sent.url}telecharger/")
    assert download.content == bytes(file.content)
    finance.post(f"{sent.url}envoye/")
    assert journal("sepa.built") == [till.operator.pk]
    assert journal("sepa.downloaded") == journal("sepa.sent") == [till.finance.pk]
    assert "Envoyé" in finance.get(HOME).content.decode()
    late = operator.post(f"{sent.url}annuler/", follow=True)
    assert "La banque a ce fichier" in late.content.decode()
