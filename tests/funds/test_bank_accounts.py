"""Fonds › Banque: an account of the association, declared and put right."""

import pytest

from basins.enums import Role
from funds.models import BankNumber
from tests.builders import at
from tests.funds.bank import samples
from tests.funds.banking import entry, statement
from tests.words import plain
from tests.writings import second_of_two

HOME = "/bassins/savoie/fonds/banque/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2027, 3, 10))


def test_an_account_is_declared_once_with_a_real_iban(operator, till):
    said = {
        "perimeter": "FUND",
        "bank_name": "Crédit",
        "holder": "Fonds",
        "iban": "FR76",
        "bic": "",
        "transfer_schema": "pain.001.001.03",
    }
    assert "IBAN" in plain(operator.post(f"{HOME}nouveau/", said))
    said["iban"] = samples.OPERATING_IBAN
    assert operator.post(f"{HOME}nouveau/", said).status_code == 302
    assert BankNumber.objects.get().transfer_schema == "pain.001.001.03"
    assert operator.post(f"{HOME}nouveau/", said).status_code == 422


def test_an_account_is_put_right_until_something_goes_through_it(operator, till, bank):
    page = f"{HOME}{bank.account.pk}/"
    assert "Corriger les coordonnées" in plain(operator.get(page))
    assert samples.OWN_IBAN in plain(operator.get(f"{page}corriger/"))
    said = {"bank_name": "Banque", "holder": "ALIZE", "iban": "FR00", "bic": ""}
    assert operator.post(f"{page}corriger/", said).status_code == 422
    # A name that no file of transfers would carry: told now, while it can be put right.
    accented = operator.post(
        f"{page}corriger/", said | {"iban": samples.OPERATING_IBAN, "holder": "ALIZÉ"}
    )
    assert (accented.status_code, "sans accent ni signe" in plain(accented)) == (422, True)
    said["iban"] = samples.OPERATING_IBAN
    assert operator.post(f"{page}corriger/", said).status_code == 302
    bank.account.refresh_from_db()
    number = bank.account.numbers.get()
    assert (number.iban, number.holder) == (samples.OPERATING_IBAN, "ALIZE")
    bank.load(statement(entry("5.00", "VIR"), iban=samples.OPERATING_IBAN))
    assert "Corriger les coordonnées" not in plain(operator.get(page))
    refused = operator.post(f"{page}corriger/", said, follow=True)
    assert "Ce compte a déjà servi" in plain(refused)


def test_an_account_that_somebody_else_put_right_meanwhile_is_compared(operator, bank, client_as):
    said = second_of_two(
        operator,
        client_as(Role.OPERATOR),
        f"{HOME}{bank.account.pk}/corriger/",
        theirs={"iban": samples.OPERATING_IBAN},
        mine={"holder": "ALIZE SAVOIE"},
    )
    assert f"« {samples.OPERATING_IBAN} »" in said
