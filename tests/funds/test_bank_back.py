"""A change of bank that is stopped before its day, and an account that goes back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry as Work
from basins.enums import Role
from funds import operations
from funds.bank_screen import account_card
from funds.models import BankNumber
from funds.queries import verification
from funds.queries.numbers import followed_numbers, number_on
from tests.builders import at
from tests.funds.attacks import denied
from tests.funds.bank import samples
from tests.funds.banking import MOVED_ON, entry, statement
from tests.funds.test_bank_change import FOUND, NEW, NEXT, OLD, WEEK, opened, other
from tests.words import plain, spaced

BEFORE = at(2027, 2, 22)


def withdraw(till, number, **changes) -> BankNumber:
    asked = {"by": till.operator, "at": BEFORE, **changes}
    return operations.withdraw_number(number_id=number.pk, **asked)


def test_a_change_that_somebody_objects_to_is_withdrawn_before_its_day(till, bank):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    number = bank.move()
    assert number_on(bank.account, MOVED_ON) == number
    assert withdraw(till, number) == withdraw(till, number)
    assert number_on(bank.account, date(2030, 1, 1)).iban == OLD
    with pytest.raises(ActionDenied, match="déjà retiré"):
        withdraw(till, number, by=till.finance)
    mails = Work.objects.filter(kind="notifications.send", payload__code="M86")
    told = {work.payload["email"] for work in mails}
    assert {till.operator.email, till.finance.email, till.checker.email} <= told
    # The file of a bank that does not serve is of nobody; the same change may be asked again.
    refused = bank.load(statement(entry("1.00", "VIR"), iban=NEW, **NEXT)).refusal
    assert "Le passage à Banque du Lac a été retiré le 22/02/2027" in refused
    assert bank.move().iban == NEW


def test_a_table_that_waits_for_its_columns_says_that_its_bank_was_withdrawn(
    till, bank, client_as, time_machine
):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    number = bank.move()
    table = "Date;Libellé;Montant;Solde\n09/03/2027;VIR;5,00;5,00\n".encode("cp1252")
    asked = {"file_name": "mars.csv", "content": table, "closing": None, "by": till.operator}
    account = bank.account.pk
    made = operations.ask_import(account_id=account, number_id=number.pk, at=BEFORE, **asked)
    time_machine.move_to(BEFORE)
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = f"/bassins/savoie/fonds/banque/imports/{made.pk}/"
    columns = f"{page}colonnes/"
    said = operator.get(columns).context["form"].initial
    named = {name: "" if value is None else value for name, value in said.items()}
    withdraw(till, number)
    assert operator.get(columns).url == page
    told = plain(operator.get(page))
    assert "Changement de banque retiré" in told
    assert "importez-le à nouveau pour elle" in told
    assert "Préciser les colonnes" not in told
    assert "Importer un autre fichier" in told
    # Told meanwhile, they are refused beside what was typed.
    late = operator.post(columns, named)
    assert late.status_code == 403
    assert "Le passage à Banque du Lac a été retiré le 22/02/2027" in plain(late)
    made.refresh_from_db()
    assert (made.is_waiting, made.refusal) == (True, "")
    # Asked and approved again, the file that waits is read.
    again = bank.move()
    assert operator.post(columns, named).url == page
    done = operations.read_import(import_id=made.pk, at=at(2027, 3, 10))
    assert (done.number, done.statement.closing) == (again, 500)


def test_a_change_is_no_longer_withdrawn_once_it_serves_or_is_followed(till, bank):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    with pytest.raises(ActionDenied, match="n'est pas approuvé"):
        withdraw(till, bank.account.numbers.get())
    proposed = bank.propose()
    with pytest.raises(ActionDenied, match="n'est pas approuvé"):
        withdraw(till, proposed)
    number = operations.approve_number(number_id=proposed.pk, by=till.finance, at=at(2027, 2, 21))
    with pytest.raises(ActionDenied, match="en service depuis le 08/03/2027"):
        withdraw(till, number, at=at(2027, 3, 8))
    after = bank.propose(iban=samples.OPERATING_IBAN, wanted_on=MOVED_ON + timedelta(days=30))
    with pytest.raises(ActionDenied, match="Un autre changement"):
        withdraw(till, number)
    operations.refuse_number(number_id=after.pk, by=till.finance, at=BEFORE)
    bank.load(statement(entry("5.00", "DEPOT"), iban=NEW, **NEXT))
    with pytest.raises(ActionDenied, match="Un relevé"):
        withdraw(till, number)


def test_the_database_keeps_what_was_withdrawn(till, bank):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    number = bank.move()
    rows = BankNumber.objects.filter(pk=number.pk)
    late = {"status": "WITHDRAWN", "withdrawn_at": at(2027, 3, 8), "withdrawn_by": till.operator}
    denied("bank_number_withdrawn_before_it_serves", lambda: rows.update(**late))
    denied("bank_number_withdrawn_has_its_hour", lambda: rows.update(status="WITHDRAWN"))
    withdraw(till, number)
    for changes in (
        {"status": "APPROVED", "withdrawn_at": None, "withdrawn_by": None},
        {"withdrawn_at": timezone.now()},
        {"since": date(2027, 4, 1)},
    ):
        denied("bank_number_stays", lambda changes=changes: rows.update(**changes))
    proposed = BankNumber.objects.filter(pk=bank.propose().pk)
    whole = late | {"since": MOVED_ON, "decided_at": BEFORE, "decided_by": till.finance}
    denied("bank_number_stays", lambda: proposed.update(**whole))


def test_the_withdrawal_from_the_page_of_the_account(till, bank, client_as, time_machine):
    time_machine.move_to(BEFORE)
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    number = bank.move()
    treasurer = client_as(Role.FINANCE, user=till.finance)
    account = f"{FOUND}banque/{bank.account.pk}/"
    page = f"{FOUND}banque/numeros/{number.pk}/retirer/"
    shown = plain(treasurer.get(account))
    assert "Changement de banque approuvé : Banque du Lac" in shown
    assert page in shown
    asked = plain(treasurer.get(page))
    assert "le compte reste Crédit des Alpes" in asked
    assert "6543 256" not in asked
    assert "rien ne change" in plain(treasurer.post(page, follow=True))
    assert "déjà retiré" in plain(treasurer.get(page, follow=True))
    assert page not in plain(treasurer.get(account))


LATER, BACK_ON = at(2027, 4, 20), date(2027, 5, 3)


def back(till, bank, **changes) -> BankNumber:
    """The account is at its first bank again from `BACK_ON`."""
    proposed = bank.propose(iban=OLD, wanted_on=BACK_ON, at=LATER, **changes)
    return operations.approve_number(number_id=proposed.pk, by=till.finance, at=LATER)


def test_an_account_goes_back_to_the_bank_that_it_left(till, bank, time_machine):
    till.endow(3_000_000)
    bank.load(statement(entry("1.00", "VIR"), opening=bank.held, **WEEK))
    held = bank.held + 100
    new = bank.move()
    bank.load(statement(entry("7.00", "VIR"), iban=NEW, **NEXT))
    with pytest.raises(InvalidInput, match="déjà celui d'un compte"):
        bank.propose(at=LATER, wanted_on=BACK_ON)
    with pytest.raises(InvalidInput, match="Décochez") as kept:
        bank.propose(iban=OLD, wanted_on=BACK_ON, at=LATER, keeps_balance=True)
    assert kept.value.field == "keeps_balance"
    again = back(till, bank, bank_name="Crédit des Alpes")
    old = new.replaces
    assert (again.replaces, again.resumes) == (new, old)
    days = (date(2027, 3, 1), MOVED_ON, BACK_ON)
    assert [number_on(bank.account, day) for day in days] == [old, new, again]
    # Its statements go on from the last one, read once whatever number is in force.
    went_on = bank.load(statement(entry("2.00", "VIR", day=MOVED_ON), opening=held, **NEXT))
    assert (went_on.statement.number, went_on.statement.opening) == (old, held)
    assert bank.load(statement(entry("1.00", "VIR"), opening=held - 100, **WEEK)).known == 1
    table = operations.ask_import(
        account_id=bank.account.pk, file_name="t.csv", content="Date;Libellé;Montant".encode(),
        closing=None, by=till.operator, at=at(2027, 5, 4),
    )  # fmt: skip
    assert table.number == old
    time_machine.move_to(at(2027, 5, 4))
    card = account_card(bank.account, on=date(2027, 5, 4))
    assert [(one.term[-10:], spaced(one.value)[-13:]) for one in card.banks] == [
        ("03/05/2027", "au 09/03/2027"), ("08/03/2027", "au 09/03/2027"),
    ]  # fmt: skip
    assert card.number == again
    assert followed_numbers(bank.account, BACK_ON) == [old, new]
    # Once more, elsewhere and back: the same first number.
    third = bank.propose(at=LATER + timedelta(days=30), wanted_on=date(2027, 6, 1))
    assert third.resumes == new
    assert not verification.verify().findings


def test_a_number_that_the_bank_replaced_itself_is_left_for_good(till, bank):
    bank.load(statement(entry("1.00", "VIR"), opening=900, **WEEK))
    bank.move(keeps_balance=True)
    bank.load(statement(entry("2.00", "VIR", day=MOVED_ON), opening=1_000, iban=NEW, **NEXT))
    with pytest.raises(InvalidInput, match="La banque a remplacé ce numéro"):
        back(till, bank)


def test_the_database_keeps_what_an_account_goes_back_to(till, bank):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    new = bank.move()
    old = new.replaces
    resumed = {"replaces": new, "resumes": old, "iban": OLD}
    for name, changes in (
        ("bank_number_resumes_its_own", {"iban": samples.COMPANY_IBAN}),
        ("bank_number_resumes_its_own", {"replaces": old}),
        ("bank_number_iban_is_once", {"resumes": None}),
        ("bank_number_resumed_has_its_own_balance", {"keeps_balance": True}),
    ):
        denied(name, lambda changes=changes: other(bank, **resumed | changes))
    again = other(bank, **resumed)
    rows = BankNumber.objects.filter(pk=again.pk)
    denied("bank_number_stays", lambda: rows.update(resumes=None))
    denied("bank_statement_of_the_first_number", lambda: opened(till, again, 0))
