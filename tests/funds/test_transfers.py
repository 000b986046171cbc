"""Bank details decided by two, files made once: S39, S40 and T13 of security.md."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from basins.enums import Role
from funds import operations
from funds.models import Clearing, SepaFile, SepaTransfer
from funds.queries import transfers as queries
from tests.builders import at
from tests.funds.bank import samples
from tests.funds.test_bank import Bank, entry, statement

NOW = at(2026, 6, 1)
HOME = "/bassins/savoie/fonds/virements/"


@pytest.fixture
def bank(till) -> Bank:
    return Bank(till)


def propose(till, advance, **changes):
    asked = {
        "holder": "ATELIER",
        "iban": samples.COMPANY_IBAN,
        "bic": "",
        "called": "Mme Petit",
        "called_on": date(2026, 5, 20),
        "by": till.operator,
        "at": at(2026, 5, 20),
        **changes,
    }
    return operations.propose_payee(beneficiary_id=advance.project.beneficiary_id, **asked)


def payable(till):
    """An order released to a company whose bank details are known for long."""
    advance = till.lent()
    payee = propose(till, advance)
    operations.decide_payee(payee_id=payee.pk, approved=True, by=till.finance, at=at(2026, 5, 21))
    return advance.payment_orders.get()


def build(till, *orders, **changes):
    asked = {"by": till.operator, "at": NOW, "command_key": uuid4(), **changes}
    return operations.build_file(order_ids=[one.pk for one in orders], **asked)


def test_details_are_decided_by_another_and_wait_two_days(till, bank):
    advance = till.lent()
    order = advance.payment_orders.get()
    with pytest.raises(ActionDenied, match="pas approuvées"):
        build(till, order)
    payee = propose(till, advance, at=at(2026, 5, 31, 9))
    with pytest.raises(ActionDenied, match="attendent"):
        propose(till, advance)
    with pytest.raises(ActionDenied, match="par une autre"):
        operations.decide_payee(payee_id=payee.pk, approved=True, by=till.operator, at=NOW)
    operations.decide_payee(payee_id=payee.pk, approved=True, by=till.finance, at=NOW)
    with pytest.raises(ActionDenied, match="48 heures"):
        build(till, order, at=NOW + timedelta(hours=47, minutes=59))
    assert build(till, order, at=NOW + timedelta(hours=48)).count == 1


def test_a_change_the_day_before_stops_the_payment(till, bank):
    order = payable(till)
    forged = propose(till, order.advance, iban="FR7630006000011234567890189", at=NOW)
    with pytest.raises(ActionDenied, match="attendent une décision"):
        build(till, order)
    operations.decide_payee(payee_id=forged.pk, approved=False, by=till.finance, at=NOW)
    assert build(till, order).transfers.get().payee.iban == samples.COMPANY_IBAN


@pytest.mark.parametrize(
    "wrong",
    [
        {"iban": "FR1420041010050500013M02607"},
        # The key of the IBAN is right, the one of the RIB is not.
        {"iban": "FR4120041010050500013M02605"},
        {"holder": "Société Étoilée"},
        {"bic": "XX"},
        {"called_on": date(2030, 1, 1)},
    ],
)
def test_details_that_a_bank_would_refuse_are_refused(till, wrong):
    with pytest.raises(InvalidInput):
        propose(till, till.lent(), **wrong)


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
    for text in (
        "UPDATE funds_sepafile SET content = 'x'",
        "UPDATE funds_sepafile SET total = 1",
        "UPDATE funds_sepatransfer SET amount = 1",
        "UPDATE funds_payeeaccount SET iban = 'FR76'",
        "DELETE FROM funds_sepafile",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text)
    line = file.transfers.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SepaTransfer.objects.create(
            file=file, order=line.order, payee=line.payee, end_to_end_id="X", amount=1
        )


def test_a_transfer_is_executed_when_the_statement_shows_it(till, bank):
    order = payable(till)
    file = build(till, order)
    reference = file.transfers.get().end_to_end_id
    bank.load(
        statement(
            entry("10000.00", "VIR SEPA", credit=False, day=date(2026, 5, 15),
                  end_to_end_id=reference),
            opening=2_000_000, since=date(2026, 5, 1), until=date(2026, 5, 31),
        )
    )  # fmt: skip
    assert Clearing.objects.get().entry == order.entry
    assert queries.sepa_files().get().executed == 1


def test_the_operator_builds_and_the_second_person_sends(client_as, till, bank, time_machine):
    time_machine.move_to(NOW)
    order = payable(till)
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = operator.get(HOME).content.decode()
    key = page.split('name="command_key" value="')[1].split('"', maxsplit=1)[0]
    assert operator.post(HOME, {"command_key": key}).status_code == 200
    sent = operator.post(HOME, {"command_key": key, "orders": order.pk})
    file = SepaFile.objects.get()
    assert sent.url == f"{HOME}{file.pk}/"
    assert file.sha256 in operator.get(sent.url).content.decode()
    assert operator.post(f"{sent.url}telecharger/").status_code == 403
    finance = client_as(Role.FINANCE, user=till.finance)
    download = finance.post(f"{sent.url}telecharger/")
    assert download.content == bytes(file.content)
    finance.post(f"{sent.url}envoye/")
    assert "Envoyé" in finance.get(HOME).content.decode()
    other = till.lent()
    said = {
        "holder": "ATELIER", "iban": samples.COMPANY_IBAN, "bic": "", "called": "M. Roux",
        "called_on": "01/06/2026",
    }  # fmt: skip
    form = f"/bassins/savoie/fonds/avances/{other.reference}/rib/"
    assert operator.post(form, said | {"iban": "FR76"}).status_code == 422
    operator.post(form, said)
    payee = queries.waiting_payee(other.project.beneficiary_id)
    decide = f"/bassins/savoie/fonds/rib/{payee.pk}/"
    assert "FR14\xa02004" in finance.get(decide).content.decode().replace("&nbsp;", "\xa0")
    assert finance.post(decide).status_code == 302
    payee.refresh_from_db()
    assert payee.status == "APPROVED"
