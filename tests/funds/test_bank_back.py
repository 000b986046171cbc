"""A change of bank that is stopped before its day, and an account that goes back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from alize.common.errors import ActionDenied
from alize.outbox.models import Entry as Work
from basins.enums import Role
from funds import operations
from funds.models import BankNumber
from funds.queries.numbers import number_on
from tests.builders import at
from tests.funds.attacks import denied
from tests.funds.bank import samples
from tests.funds.banking import MOVED_ON, entry, statement
from tests.funds.test_bank_change import FOUND, NEW, NEXT, OLD, WEEK
from tests.funds.test_bank_views import text

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
    assert "un autre compte" in bank.load(statement(entry("1.00", "VIR"), iban=NEW, **NEXT)).refusal
    assert bank.move().iban == NEW


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
    shown = text(treasurer.get(account))
    assert "Changement de banque approuvé : Banque du Lac" in shown
    assert page in shown
    asked = text(treasurer.get(page))
    assert "le compte reste Crédit des Alpes" in asked
    assert "6543 256" not in asked
    assert "rien ne change" in text(treasurer.post(page, follow=True))
    assert "déjà retiré" in text(treasurer.get(page, follow=True))
    assert page not in text(treasurer.get(account))
