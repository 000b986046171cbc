"""A bank only gives an account another number: its statements are one run under both."""

from datetime import date

from funds.bank_screen import account_card
from funds.queries import verification
from funds.queries.closing import left_before_closing
from funds.queries.reconciliation import reconciliation
from tests.funds.banking import MOVED_ON, entry, statement
from tests.funds.test_bank_change import NEW, NEXT, OLD, WEEK
from tests.words import spaced

EARLIER = {"since": date(2027, 2, 1), "until": date(2027, 2, 5)}
WHOLE = {"since": date(2027, 3, 1), "until": date(2027, 3, 9)}


def test_a_number_that_goes_on_from_the_last_balance(till, bank):
    bank.load(statement(entry("1.00", "VIR"), opening=900, **WEEK))
    bank.move(keeps_balance=True)
    wrong = bank.load(statement(entry("2.00", "VIR"), opening=5, iban=NEW, **NEXT))
    assert "importez d'abord le relevé qui manque" in wrong.refusal
    went_on = bank.load(statement(entry("2.00", "VIR", day=MOVED_ON), opening=1_000, iban=NEW,
                                  **NEXT))  # fmt: skip
    assert went_on.statement.previous.number.iban == OLD
    back = bank.load(statement(entry("3.00", "VIR", day=MOVED_ON), opening=1_000, **NEXT))
    assert "continuent sur le numéro" in back.refusal
    assert bank.load(statement(entry("1.00", "VIR"), opening=900, **WEEK)).known == 1
    # What the bank repeats under either number is known: it was counted under the other.
    both = entry("1.00", "VIR"), entry("2.00", "VIR", day=MOVED_ON)
    for number in (OLD, NEW):
        again = bank.load(statement(*both, opening=900, iban=number, **WHOLE))
        assert (again.refusal, again.known, again.statement) == ("", 2, None)
    early = bank.load(
        statement(entry("4.00", "VIR", day=EARLIER["since"]), opening=100, iban=NEW, **EARLIER)
    )
    assert "précède le premier importé, qui commence le 01/03/2027" in early.refusal
    assert reconciliation(bank.account).closing == 1_200
    old, new = (spaced(one.value) for one in account_card(bank.account, on=date(2027, 3, 12)).banks)
    assert (old, new) == ("Solde passé au numéro qui l'a remplacé", "12 € au 09/03/2027")
    assert not verification.verify().findings


def test_a_first_file_of_the_new_number_may_repeat_the_old_one(till, bank):
    bank.load(statement(entry("1.00", "VIR"), opening=900, **WEEK))
    bank.move(keeps_balance=True)
    (said,) = [line for line in left_before_closing(date(2027, 3, 9)) if "elevé" in line]
    assert "Banque du Lac" in said
    assert "s'arrêtent au 06/03/2027" in said
    both = entry("1.00", "VIR"), entry("2.00", "VIR", day=MOVED_ON)
    made = bank.load(statement(*both, opening=900, iban=NEW, **WHOLE))
    assert (made.known, made.statement.number.iban, made.statement.opening) == (1, NEW, 1_000)
    assert account_card(bank.account, on=date(2027, 3, 12)).banks[0].value.startswith("Solde passé")
