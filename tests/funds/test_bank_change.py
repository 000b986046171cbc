"""An account changes bank: decided by two, both banks side by side, the money counted once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from alize.outbox.models import Entry as Work
from basins.enums import Role
from funds import operations
from funds.bank_screen import account_card, choices_of, clearing_rows
from funds.documents import reminder_context
from funds.models import BankImport, BankNumber, BankStatement, Clearing, Entry, Reminder, SepaFile
from funds.queries import bank as queries
from funds.queries import verification
from funds.queries.closing import left_before_closing
from funds.queries.numbers import fund_number, number_on
from funds.queries.reconciliation import reconciliation
from tests.builders import at, make_partner, make_user
from tests.funds.attacks import denied, refused
from tests.funds.bank import samples
from tests.funds.banking import DAY, MOVED_ON, NOW, entry, statement
from tests.funds.test_bank_views import send, work
from tests.words import plain, spaced

OLD, NEW = samples.OWN_IBAN, samples.NEW_IBAN
FOUND = "/bassins/savoie/fonds/"
WEEK = {"since": date(2027, 3, 1), "until": date(2027, 3, 6)}
NEXT = {"since": date(2027, 3, 7), "until": date(2027, 3, 9)}
LAST = {"since": date(2027, 3, 10), "until": date(2027, 3, 12)}


def moved(amount: str, *, out: bool, day: date = MOVED_ON, ref: str = "V"):
    """One side of the transfer from the old bank to the new one."""
    other = NEW if out else OLD
    return entry(amount, "VIREMENT CHANGEMENT DE BANQUE", credit=not out, ref=ref, day=day,
                 name="FONDS ALIZE", iban=other)  # fmt: skip


def payable(till):
    """A payment released after the change, on the day before `NOW`."""
    order = till.prepare(till.contracted(), pay_on=date(2027, 3, 9), at=at(2027, 3, 8))
    till.release(order, at=at(2027, 3, 9))
    return order


def build(till, order, **changes):
    asked = {"by": till.operator, "at": NOW, "command_key": uuid4(), **changes}
    return operations.build_file(order_ids=[order.pk], **asked)


def test_a_change_of_bank_in_the_year_from_the_proposal_to_the_last_statement(till, bank):
    till.endow(3_000_000)
    early, late = till.lent(), till.lent()
    start, entries = bank.held, Entry.objects.count()
    bank.load(statement(entry("277.77", f"REMB {early.reference}"), opening=start, **WEEK))
    bank.move()
    order = payable(till)

    # A company pays to the old number, and the balance leaves it.
    repaid = entry("277.77", f"REMB {late.reference}", ref="L", day=MOVED_ON)
    bank.load(statement(
        repaid, moved("9000.00", out=True), opening=start + 27_777, **NEXT,
    ))  # fmt: skip
    assert [line.amount for line in bank.lines()] == [-900_000]
    waiting = reconciliation(bank.account)
    assert (waiting.lines_left, waiting.unexplained) == (-900_000, 0)

    # It comes to the new one, that pays from then on.
    file = build(till, order)
    assert NEW in bytes(file.content).decode()
    assert OLD not in bytes(file.content).decode()
    assert file.number == number_on(bank.account, MOVED_ON)
    operations.mark_sent(file_id=file.pk, by=till.finance, at=NOW)
    bank.load(statement(
        moved("9000.00", out=False),
        entry("5000.00", f"REMB {early.reference}", ref="R", day=date(2027, 3, 9)),
        iban=NEW, **NEXT,
    ))  # fmt: skip
    (line,) = bank.lines()
    bank.do(operations.clear_with_repayments, line, parts=[(early.pk, 500_000)])
    paid = entry("10000.00", "VIREMENT SEPA", credit=False, ref="P", day=date(2027, 3, 10),
                 end_to_end_id=file.transfers.get().end_to_end_id)  # fmt: skip
    rest = start + 2 * 27_777 - 900_000
    bank.load(statement(moved(f"{rest // 100}.{rest % 100:02d}", out=True, ref="W",
              day=date(2027, 3, 11)), opening=rest, **LAST))  # fmt: skip
    bank.load(statement(
        moved(f"{rest // 100}.{rest % 100:02d}", out=False, ref="W", day=date(2027, 3, 11)), paid,
        opening=1_400_000, iban=NEW, **LAST,
    ))  # fmt: skip

    assert not bank.lines()
    found = reconciliation(bank.account)
    assert (found.difference, found.unexplained, found.before, found.unseen) == (0, 0, 0, 0)
    assert [last.closing for last in found.statements] == [0, bank.held]
    # On every day the two balances part by what is told of that day.
    days = [date(2027, 3, day) for day in range(2, 13)]
    assert {reconciliation(bank.account, on=day).unexplained for day in days} == {0}
    # Two repayments, the one by hand and the payment: what passed between banks wrote nothing.
    assert Entry.objects.count() == entries + 4
    assert Clearing.objects.filter(act="INTERNAL", is_automatic=True).count() == 4
    assert not verification.verify().findings
    assert not [line for line in left_before_closing(date(2027, 3, 12)) if "relevé" in line]
    old, new = (spaced(one.value) for one in account_card(bank.account, on=date(2027, 3, 12)).banks)
    assert old == "0 € au 12/03/2027"
    assert new == spaced(f"{format_euros(bank.held)} au 12/03/2027")


def test_what_is_printed_takes_the_number_of_its_day(till, bank):
    advance = till.lent()
    bank.load(statement(entry("1.00", "VIR"), opening=bank.held))
    bank.move()
    before, after = (
        Reminder.objects.create(
            advance=advance, due_on=date(2026, 6, 15), asked_from=date(2026, 6, 15), step=step,
            amount=27_777, sent_at=sent, sent_by=till.operator,
        )
        for step, sent in (("FIRST", at(2027, 3, 7)), ("SECOND", at(2027, 3, 8)))
    )  # fmt: skip
    printed = [spaced(reminder_context(one)["iban"]).replace(" ", "") for one in (before, after)]
    assert printed == [OLD, NEW]
    assert [fund_number(day).iban for day in (date(2020, 1, 1), MOVED_ON)] == [OLD, NEW]


def test_two_persons_decide_and_the_partners_are_told(till, bank):
    funder = make_partner()
    person = make_user()
    funder.contacts.create(person=person, signs=True)
    till.endow(1_000, partner_id=funder.pk)
    bank.load(statement(entry("1.00", "VIR")))
    proposed = bank.propose()
    with pytest.raises(ActionDenied, match="attend déjà"):
        bank.propose(iban=samples.COMPANY_IBAN)
    with pytest.raises(ActionDenied, match="approuvé par une autre"):
        operations.approve_number(number_id=proposed.pk, by=till.operator, at=NOW)
    late = operations.approve_number(number_id=proposed.pk, by=till.finance, at=NOW)
    # Approved after the day that was wanted: 48 hours whole all the same.
    assert late.since == timezone.localdate(NOW) + timedelta(days=3)
    assert operations.approve_number(number_id=proposed.pk, by=till.finance, at=NOW) == late
    with pytest.raises(ActionDenied, match="déjà décidé"):
        operations.refuse_number(number_id=proposed.pk, by=till.checker, at=NOW)
    mails = Work.objects.filter(kind="notifications.send")
    told = {(work.payload["code"], work.payload["email"]) for work in mails}
    keepers = {till.operator.email, till.finance.email, till.checker.email, person.email}
    for code in ("M84", "M85"):
        assert keepers <= {email for said, email in told if said == code}
    assert OLD not in str([work.payload for work in mails])
    assert NEW not in str([work.payload for work in mails])


def test_a_proposal_has_its_limits(till, bank):
    with pytest.raises(ActionDenied, match="corrigez ses coordonnées"):
        bank.propose()
    bank.load(statement(entry("1.00", "VIR")))
    for changes, reason in (
        ({"iban": OLD}, "déjà celui d'un compte du fonds"),
        ({"iban": "FR7630006000010009876543257"}, "IBAN"),
        ({"wanted_on": date(2027, 2, 19)}, "est passée"),
        ({"wanted_on": date(2028, 3, 1)}, "plus d'un an"),
        ({"holder": "É" * 80}, "Titulaire|titulaire"),
    ):
        with pytest.raises(InvalidInput, match=reason):
            bank.propose(**changes)
    company = till.known(till.signed()).beneficiary
    with pytest.raises(InvalidInput, match=f"celui d'{company} ") as of_a_company:
        bank.propose(iban=samples.COMPANY_IBAN)
    assert of_a_company.value.field == "iban"
    refused_one = bank.propose()
    operations.refuse_number(number_id=refused_one.pk, by=till.finance, at=NOW)
    assert number_on(bank.account, date(2030, 1, 1)).iban == OLD
    assert bank.move().iban == NEW


def test_a_file_says_of_which_bank_it_is(till, bank):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    bank.propose()
    early = bank.load(statement(entry("2.00", "VIR"), iban=NEW, **NEXT))
    assert "second signataire financier n'a pas encore approuvée" in early.refusal
    operations.approve_number(
        number_id=BankNumber.objects.get(iban=NEW).pk, by=till.finance, at=at(2027, 2, 21)
    )
    known = bank.load(statement(entry("2.00", "VIR"), opening=1_000, iban=NEW, **NEXT))
    assert "s'ouvre à" in known.refusal
    # The same operation at both banks is two operations.
    assert bank.load(statement(entry("1.00", "VIR"), iban=NEW, **WEEK)).statement.number.iban == NEW
    assert bank.load(statement(entry("1.00", "VIR"), iban=NEW, **WEEK)).known == 1
    assert bank.load(statement(entry("3.00", "ENCORE", ref="Z", day=date(2027, 3, 8)), opening=100,
                     **NEXT)).statement.number.iban == OLD  # fmt: skip
    assert [last.closing for last in queries.last_statements(bank.account)] == [400, 100]
    elsewhere = bank.load(statement(entry("1.00", "VIR"), iban=samples.COMPANY_IBAN))
    assert "un autre compte" in elsewhere.refusal


def test_a_table_without_iban_is_of_the_bank_that_was_chosen(till, bank):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    new = bank.move()
    old = new.replaces
    table = "Date;Libellé;Montant;Solde\n08/03/2027;VIR;5,00;5,00\n".encode("cp1252")
    ask = {"file_name": "t.csv", "content": table, "closing": None, "by": till.operator, "at": NOW}
    made = operations.ask_import(account_id=bank.account.pk, **ask)
    assert (made.number, made.is_waiting) == (new, True)
    assert operations.ask_import(account_id=bank.account.pk, number_id=old.pk, **ask).number == old


def test_what_waited_and_its_other_side_are_tied_by_hand_and_untied_together(till, bank):
    till.endow(3_000_000)
    bank.load(statement(moved("500.00", out=True), opening=bank.held, **NEXT))
    bank.do(operations.suspend_line, bank.lines()[0])
    bank.move()
    vague = entry("500.00", "VIR RECU", ref="N", day=date(2027, 3, 9))
    twin = entry("500.00", "VIR RECU", ref="M", day=date(2027, 3, 9))
    bank.load(statement(vague, twin, iban=NEW, **NEXT))
    first, second = bank.lines()
    choice = choices_of(first, left=50_000, on=date(2027, 3, 10))[0]
    out = queries.bank_lines().get(amount=-50_000)
    assert choice.value == f"INTERNAL:{out.pk}:50000"
    tied = bank.do(operations.clear_between_banks, first, other_id=out.pk)
    assert queries.line_suspended(out) == 0
    with pytest.raises(ActionDenied, match="même montant"):
        bank.do(operations.clear_between_banks, second, other_id=out.pk)
    for stranger in (first.pk, 0, 999_999):
        with pytest.raises(ActionDenied, match="autre banque"):
            bank.do(operations.clear_between_banks, second, other_id=stranger)
    row = clearing_rows(first)[0]
    assert "Banque du Lac" not in row.label
    assert row.undo_url
    assert not verification.verify().findings
    operations.undo_clearing(clearing_id=tied.pk, by=till.operator, at=NOW)
    assert {line.pk for line in bank.lines()} == {out.pk, first.pk, second.pk}


def test_a_file_made_for_the_old_bank_no_longer_leaves(till, bank):
    till.endow(3_000_000)
    bank.load(statement(entry("1.00", "VIR"), opening=bank.held, **WEEK))
    bank.move(wanted_on=date(2027, 3, 10))
    order = till.prepare(till.contracted(), pay_on=date(2027, 3, 8), at=at(2027, 3, 7))
    till.release(order, at=at(2027, 3, 8))
    made = build(till, order, at=at(2027, 3, 9))
    assert made.number.iban == OLD
    assert operations.download_file(file_id=made.pk, by=till.finance, at=at(2027, 3, 9))
    with pytest.raises(ActionDenied, match=r"part de l'ancienne banque .* annulez-le"):
        operations.download_file(file_id=made.pk, by=till.finance, at=NOW)
    # What the bank received before the change is still told.
    with transaction.atomic():
        assert operations.mark_sent(file_id=made.pk, by=till.finance, at=NOW).sent_at == NOW
        transaction.set_rollback(True)
    operations.cancel_file(file_id=made.pk, by=till.operator, at=NOW)
    again = build(till, order)
    assert again.number.iban == NEW
    denied("sepa_file_of_number_in_force", lambda: SepaFile.objects.create(
        number=made.number, message_id="X", schema="S", content=b"x", sha256="0" * 64, total=1,
        count=1, built_at=NOW, built_by=till.operator,
    ))  # fmt: skip


def test_the_database_keeps_the_banks_of_an_account(till, bank):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    proposed = bank.propose()
    old = proposed.replaces

    def approve(name: str, **changes):
        values = {"status": "APPROVED", "decided_at": NOW, "decided_by": till.finance,
                  "since": date(2027, 3, 13), **changes}  # fmt: skip
        denied(name, lambda: BankNumber.objects.filter(pk=proposed.pk).update(**values))

    approve("bank_number_decided_by_another", decided_by=till.operator)
    approve("bank_number_has_waited", since=date(2027, 3, 12))
    approve("bank_number_replaces_the_last", since=old.since)
    for change in ("iban = 'FR00'", "holder = 'MOI'", "wanted_on = '2030-01-01'",
                   "account_id = account_id + 1", "keeps_balance = true"):  # fmt: skip
        reason = refused(f"UPDATE funds_banknumber SET {change} WHERE id = %s", proposed.pk)
        assert reason.__cause__.diag.constraint_name == "bank_number_stays"
    denied("bank_statement_of_a_number_that_serves", lambda: opened(till, proposed, 0))
    operations.approve_number(number_id=proposed.pk, by=till.finance, at=at(2027, 2, 21))
    for change in ("since = since - 1", "decided_by_id = NULL, decided_at = NULL",
                   "status = 'REFUSED', since = NULL", "iban = 'FR00'"):  # fmt: skip
        for pk in (proposed.pk, old.pk) if "iban" in change else (proposed.pk,):
            reason = refused(f"UPDATE funds_banknumber SET {change} WHERE id = %s", pk)
            assert reason.__cause__.diag.constraint_name == "bank_number_stays"
    refused("DELETE FROM funds_banknumber WHERE id = %s", proposed.pk)
    with pytest.raises(IntegrityError, match="bank_number_replaced_once"), transaction.atomic():
        other(bank, replaces=old)
    with pytest.raises(IntegrityError, match="approved_has_its_day"), transaction.atomic():
        other(bank, replaces=None)
    denied("bank_statement_opens_at_zero", lambda: opened(till, proposed, 1))
    last = BankStatement.objects.get()
    denied("bank_statement_follows", lambda: opened(till, proposed, 100, previous=last))


def test_an_account_is_of_the_fund_or_of_a_company(till, bank):
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    advance = till.signed()
    till.known(advance)
    name = "iban_is_of_the_fund_or_of_a_company"
    denied(name, lambda: till.known(advance, iban=OLD))
    denied(name, lambda: other(bank, replaces=bank.account.numbers.get()))


def opened(till, number, opening: int, **fields) -> BankStatement:
    return BankStatement.objects.create(
        number=number, since=DAY, until=DAY, opening=opening, closing=opening, recorded_at=NOW,
        recorded_by=till.operator, **fields,
    )  # fmt: skip


def other(bank, **fields) -> BankNumber:
    """One more number, approved by two, whatever it replaces."""
    values = {
        "bank": "B", "holder": "H", "iban": samples.COMPANY_IBAN, "bic": "PSSTFRPP",
        "wanted_on": date(2027, 5, 1), "since": date(2027, 5, 1), "status": "APPROVED",
        "proposed_at": NOW, "proposed_by": bank.till.operator, "decided_at": NOW,
        "decided_by": bank.till.finance, **fields,
    }  # fmt: skip
    return bank.account.numbers.create(**values)


def test_the_database_keeps_both_sides_of_a_transfer_between_banks(till, bank):
    bank.load(
        statement(moved("5.00", out=True), entry("5.00", "VIR", ref="S"), opening=900, **NEXT)
    )
    bank.move()
    bank.load(statement(moved("5.00", out=False), entry("6.00", "VIR", ref="S"), iban=NEW, **NEXT))
    line = bank.lines()[0]
    stranger = bank.lines()[-1]
    fields = {"act": "INTERNAL", "made_at": NOW, "made_by": till.operator}
    one_side = {"line": stranger, "other_line": line, "amount": stranger.amount, **fields}
    denied("clearing_has_its_other_side", lambda: Clearing.objects.create(**one_side))
    tied = Clearing.objects.filter(act="INTERNAL").first()
    alone = Clearing.objects.filter(pk=tied.pk)
    done = {"undone_at": NOW, "undone_by": till.operator}
    denied("clearing_has_its_other_side", lambda: alone.update(**done))
    for name, changes in (
        ("clearing_has_its_entry", {"other_line": None}),
        ("clearing_of_another_line_is_once", {"other_line": tied.other_line}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Clearing.objects.create(**one_side | changes)


def test_the_change_by_forms_from_the_page_of_the_account(till, bank, client_as, time_machine):
    time_machine.move_to(at(2027, 2, 20))
    operator = client_as(Role.OPERATOR, user=till.operator)
    treasurer = client_as(Role.FINANCE, user=till.finance)
    account = f"{FOUND}banque/{bank.account.pk}/"
    assert "Changer de banque" not in plain(operator.get(account))
    bank.load(statement(entry("1.00", "VIR"), **WEEK))
    assert "Changer de banque" in plain(operator.get(account))
    said = {"bank_name": "Banque du Lac", "holder": "FONDS ALIZE", "iban": "FR00", "bic": "",
            "wanted_on": "08/03/2027", "transfer_schema": "pain.001.001.09",
            "command_key": str(uuid4())}  # fmt: skip
    wrong = operator.post(f"{account}changer/", said)
    assert wrong.status_code == 422
    assert "Banque du Lac" in plain(wrong)
    for _ in range(2):
        assert operator.post(f"{account}changer/", said | {"iban": NEW}).url == account
    other = operator.post(f"{account}changer/", said | {"iban": NEW, "bic": "AGRIFRPP"})
    assert other.status_code == 409
    assert "attend déjà" in plain(operator.get(f"{account}changer/", follow=True))
    page = plain(operator.get(account))
    assert "Changement de banque proposé par" in page
    assert "changer/" not in page
    number = BankNumber.objects.get(iban=NEW)
    decide = f"{FOUND}banque/numeros/{number.pk}/"
    assert decide in plain(treasurer.get("/bassins/savoie/"))
    shown = plain(treasurer.get(decide))
    assert "FR76 3000 6000 0100 0987 6543 256" in shown
    assert "8 mars 2027" in shown
    assert treasurer.post(decide).status_code == 302
    assert "déjà décidé" in plain(treasurer.get(decide, follow=True))
    assert "déjà décidé" in plain(treasurer.post(f"{decide}refuser/", follow=True))
    time_machine.move_to(at(2027, 3, 9))
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = plain(operator.get(account))
    assert "Banque du Lac, avances" in page
    assert "Ce que chaque banque détient" in page
    form = plain(operator.get(f"{account}importer/"))
    assert "Crédit des Alpes, finissant par 0189" in form
    content = statement(entry("2.00", "VIR"), iban=NEW, **NEXT)
    send(operator, bank.account, content, number=number.replaces_id)
    work()
    assert BankImport.objects.latest("pk").number == number
    lines = plain(operator.get(f"{account}operations/"))
    assert "Banque du Lac, finissant par 3256" in lines
    page = f"{FOUND}banque/lignes/{bank.lines()[-1].pk}/"
    for forged in ("INTERNAL", "INTERNAL:999999:200"):
        answer = {"form": "choice", "choice": forged, "command_key": uuid4()}
        said = operator.post(page, answer)
        assert (said.status_code, "autre banque du même compte" in plain(said)) == (403, True)
