"""Bank details decided by two, and no payment without them: SD2, S38 and S39 of security.md."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from funds import operations
from funds.models import PayeeAccount, PaymentOrder
from funds.queries import transfers as queries
from projects.models import Project
from tests.builders import at, journal, make_project, withdraw
from tests.funds.bank import samples
from tests.funds.banking import Bank
from tests.words import plain

PAID_AT = at(2026, 5, 15, 9)
OTHER_IBAN = "FR7630006000011234567890189"
FONDS = "/bassins/savoie/fonds/"


@pytest.fixture
def order(till) -> PaymentOrder:
    """A payment prepared; nobody knows yet where the company is paid."""
    advance = till.signed()
    for condition in advance.preconditions.all():
        till.meet(condition)
    return till.prepare(advance)


def test_nothing_is_paid_without_details_approved_two_days_ago(till, order):
    with pytest.raises(ActionDenied, match="ne sont pas approuvées"):
        till.release(order)
    payee = till.propose_payee(order.advance)
    with pytest.raises(ActionDenied, match="attendent une décision"):
        till.release(order)
    till.approve_payee(payee, at=PAID_AT - timedelta(hours=48))
    with pytest.raises(ActionDenied, match="moins de 48 heures"):
        till.release(order, at=PAID_AT - timedelta(minutes=1))
    till.release(order, at=PAID_AT)
    order.refresh_from_db()
    assert order.payee == payee


def test_a_change_proposed_before_the_release_stops_it(till, order):
    till.known(order.advance)
    forged = till.propose_payee(order.advance, iban=OTHER_IBAN)
    with pytest.raises(ActionDenied, match="attendent une décision"):
        till.release(order)
    operations.refuse_payee(payee_id=forged.pk, by=till.finance, at=PAID_AT)
    till.release(order)


def test_the_database_refuses_such_a_payment(till, order):
    stranger = till.known(till.signed())
    known = till.known(order.advance, decided_at=PAID_AT - timedelta(hours=47))

    def release(payee, name):
        with pytest.raises(IntegrityError) as broken, transaction.atomic():
            PaymentOrder.objects.filter(pk=order.pk).update(
                status="RELEASED", released_at=PAID_AT, released_by=till.finance, payee=payee
            )
        assert broken.value.__cause__.diag.constraint_name == name

    release(None, "payment_order_released_has_its_payee")
    release(stranger, "payment_order_payee_is_approved")
    release(known, "payment_order_payee_has_waited")
    till.propose_payee(order.advance)
    release(known, "payment_order_payee_is_the_last")
    labelled = {"labelled_on": PAID_AT.date(), "follow_up_lead": till.operator}
    project = Project.objects.filter(pk=order.advance.project_id)
    project.update(status="INTERRUPTED", end_reason="Vendue", **labelled)
    release(known, "payment_order_company_is_supported")


def test_who_approved_the_details_does_not_release_the_first_payment_to_them(till):
    advance = till.signed()
    till.known(advance, decided_by=till.finance)
    for condition in advance.preconditions.all():
        till.meet(condition)
    first = till.prepare(advance, amount=400_000)
    with pytest.raises(ActionDenied, match="par une autre personne"):
        till.release(first)
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        PaymentOrder.objects.filter(pk=first.pk).update(
            status="RELEASED",
            released_at=PAID_AT,
            released_by=till.finance,
            payee=advance.project.beneficiary.payee_accounts.get(),
        )
    name = broken.value.__cause__.diag.constraint_name
    assert name == "payment_order_first_released_by_another"
    till.release(first, by=till.checker)
    till.release(till.prepare(advance, amount=600_000))


@pytest.mark.parametrize(
    "change", ["amount = 1", "pay_on = '2026-01-01'", "advance_id = advance_id + 1"]
)
def test_an_order_does_not_change_between_its_two_persons(order, change):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE funds_paymentorder SET {change}")


def test_details_are_decided_once_by_another(till):
    advance = till.signed()
    payee = till.propose_payee(advance)
    with pytest.raises(ActionDenied, match="attendent déjà"):
        till.propose_payee(advance)
    with pytest.raises(ActionDenied, match="par une autre"):
        till.approve_payee(payee, by=till.operator)
    assert till.approve_payee(payee) == till.approve_payee(payee)
    assert journal("payee.proposed") == [till.operator.pk]
    assert journal("payee.approved") == [till.checker.pk]
    with pytest.raises(ActionDenied, match="déjà décidées"):
        operations.refuse_payee(payee_id=payee.pk, by=till.finance, at=at())


def test_another_name_at_the_bank_asks_for_a_reason(till):
    payee = till.propose_payee(till.signed())
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        till.approve_payee(payee, verification="NO_MATCH", note=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        till.approve_payee(payee, verification="")
    till.approve_payee(payee, verification="NO_MATCH", note="Nom commercial, vu au Kbis")
    payee.refresh_from_db()
    assert payee.verification_note == "Nom commercial, vu au Kbis"


def test_old_and_new_addresses_are_told_without_the_account(till, run_outbox, mailoutbox):
    advance = till.signed()
    till.known(advance, email="avant@example.org")
    payee = till.propose_payee(advance, iban=OTHER_IBAN, email="pirate@example.org")
    till.approve_payee(payee)
    run_outbox()
    told = {"avant@example.org", "pirate@example.org", advance.project.owner_email}
    for words in ("RIB proposé pour", "RIB approuvé pour"):
        sent = [mail for mail in mailoutbox if mail.subject.startswith(words)]
        assert {mail.to[0] for mail in sent} == told
        assert len(sent) == len(told)
        assert all("FR76 •••• •••• 0189" in mail.body for mail in sent)
        assert not any("30006" in mail.body.replace(" ", "") for mail in sent)


def test_both_persons_of_a_payment_that_new_details_stop_are_told_once(
    till, run_outbox, mailoutbox
):
    """S38."""
    advance = till.contracted()
    till.release(till.prepare(advance, amount=400_000))
    till.prepare(advance, amount=123_400)
    payee = till.propose_payee(advance, iban=OTHER_IBAN, at=at(2026, 6, 1))
    till.approve_payee(payee, at=at(2026, 6, 1, 11))
    run_outbox()
    mails = [mail for mail in mailoutbox if mail.subject.startswith("Versement arrêté")]
    released, prepared = (
        [mail.to[0] for mail in mails if f"Le versement {words} sur l'avance" in mail.body]
        for words in ("libéré", "préparé")
    )
    assert sorted(released) == sorted([till.operator.email, till.finance.email])
    assert sorted(prepared) == sorted([*released, till.checker.email])
    assert len(mails) == 5


def test_who_withdrew_from_the_file_of_such_a_payment_is_not_written_to(
    till, run_outbox, mailoutbox
):
    """SD5."""
    advance = till.contracted()
    till.prepare(advance)
    withdraw(advance.project, till.finance)
    till.propose_payee(advance, iban=OTHER_IBAN)
    run_outbox()
    mails = [mail for mail in mailoutbox if mail.subject.startswith("Versement arrêté")]
    assert {mail.to[0] for mail in mails} == {till.operator.email, till.checker.email}


def test_the_first_details_of_a_company_stop_nothing(till, order, run_outbox, mailoutbox):
    till.propose_payee(order.advance)
    run_outbox()
    assert not [mail for mail in mailoutbox if mail.subject.startswith("Versement arrêté")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"iban": "FR1420041010050500013M02607"},
        # The key of the IBAN is right, the one of the RIB is not.
        {"iban": "FR4120041010050500013M02605"},
        {"holder": "Société Étoilée"},
        {"bic": "XX"},
        {"bic": "DEUTDEFF"},
        {"iban": "TN5910006035183598478831"},
        {"called_on": date(2030, 1, 1)},
        {"called_on": date(1990, 1, 1)},
        {"called_on": date(1990, 1, 1), "received_on": date(1990, 1, 1)},
        {"called_on": date(2026, 4, 20)},  # the day before the details came
        {"number_source": " "},
    ],
)
def test_details_that_a_bank_would_refuse_are_refused(till, wrong):
    with pytest.raises(InvalidInput):
        till.propose_payee(till.signed(), **wrong)


def test_the_database_wants_a_call_to_a_number_after_the_details_came(till):
    advance = till.signed()
    for wrong in ({"called_number": ""}, {"received_on": date(2026, 4, 22)}):
        with pytest.raises(IntegrityError) as broken, transaction.atomic():
            till.known(advance, **wrong)
        name = broken.value.__cause__.diag.constraint_name
        assert name == "payee_account_called_back_once_received"


def test_the_fund_does_not_lend_to_itself(till):
    own = Bank(till).account
    with pytest.raises(InvalidInput, match="compte du fonds") as refused:
        till.propose_payee(till.signed(), iban=own.numbers.get().iban)
    assert refused.value.field == "iban"


def test_the_checklist_leads_to_the_bank_details(client_as, till, time_machine):
    time_machine.move_to(PAID_AT)
    advance = till.signed()
    page = f"{FONDS}avances/{advance.reference}/"
    operator = client_as(Role.OPERATOR, user=till.operator)
    assert "Proposer un RIB" in operator.get(page).content.decode()
    said = {
        "holder": "ATELIER", "iban": samples.COMPANY_IBAN, "bic": "", "called": "M. Roux",
        "received_on": "14/05/2026", "called_number": "04 79 44 55 66", "called_on": "15/05/2026",
        "email": "compta@example.org", "number_source": "", "command_key": str(uuid4()),
    }  # fmt: skip
    refused = operator.post(f"{page}rib/", said | {"iban": "FR76", "called": ""})
    assert refused.status_code == 422
    assert "2 points à corriger" in refused.content.decode()
    refused = operator.post(f"{page}rib/", said).content.decode()
    assert "dites où vous l'avez trouvé" in refused.replace("&#x27;", "'")
    Project.objects.filter(pk=advance.project_id).update(owner_phone="+33 4.79.44.55.66")
    assert "+33 4.79.44.55.66" in operator.get(f"{page}rib/").content.decode()
    for _ in range(2):
        assert operator.post(f"{page}rib/", said).url == page
    other = operator.post(f"{page}rib/", said | {"called": "Mme Petit"})
    assert other.status_code == 409
    assert "déjà été envoyé avec un autre contenu" in other.content.decode()
    payee = queries.waiting_payee(advance.project.beneficiary_id)
    decide = f"{FONDS}rib/{payee.pk}/"
    finance = client_as(Role.FINANCE, user=till.finance)
    assert decide in finance.get("/bassins/savoie/").content.decode()
    assert decide in finance.get(page).content.decode()
    assert "04 79 44 55 66, au dossier de l'entreprise" in plain(finance.get(decide))
    assert "FR14\xa02004" in finance.get(decide).content.decode().replace("&nbsp;", "\xa0")
    answer = {"verification": "NO_MATCH", "note": ""}
    silent = finance.post(decide, {"verification": ""})
    assert silent.status_code == 422
    assert "Notez ce que la banque a répondu" in silent.content.decode()
    assert "Dites pourquoi" in finance.post(decide, answer).content.decode()
    assert finance.post(decide, answer | {"note": "Nom commercial"}).status_code == 302
    assert "Délai de 48 h" in operator.get(page).content.decode()
    late = finance.post(f"{decide}refuser/", follow=True)
    assert "sont déjà décidées" in late.content.decode()


def test_who_withdrew_from_a_file_handles_no_bank_details_of_its_company(
    client_as, till, time_machine
):
    """SD5: the company has one account, be the file another one."""
    time_machine.move_to(at(2026, 6, 2))
    advance = till.contracted()
    till.release(till.prepare(advance, amount=400_000))
    page, transfers = f"{FONDS}avances/{advance.reference}/", f"{FONDS}virements/"
    finance = client_as(Role.FINANCE, user=till.finance)
    operator = client_as(Role.OPERATOR, user=till.operator)
    for seen in (page, transfers):
        assert "Changer le RIB" in operator.get(seen).content.decode()
    payee = till.propose_payee(advance, iban=OTHER_IBAN, at=at(2026, 6, 1))
    decide = f"{FONDS}rib/{payee.pk}/"
    for seen in ("/bassins/savoie/", page, transfers):
        assert decide in finance.get(seen).content.decode()
    company = advance.project.beneficiary
    for person in (till.finance, till.operator):
        withdraw(make_project(beneficiary=company), person)
    acts = (
        lambda: till.approve_payee(payee, by=till.finance),
        lambda: operations.refuse_payee(payee_id=payee.pk, by=till.finance, at=at()),
        lambda: till.propose_payee(advance),
    )
    for act in acts:
        with pytest.raises(ActionDenied, match="déporté d'un dossier de cette entreprise"):
            act()
    decided = {"status": "REFUSED", "decided_at": at()}
    row = PayeeAccount.objects.filter(pk=payee.pk)
    assert refused_by_database(lambda: row.update(decided_by=till.finance, **decided))
    assert refused_by_database(lambda: till.known(advance))
    why = "Vous vous êtes déporté d'un dossier de cette entreprise"
    for refused in (
        finance.post(decide, follow=True),
        finance.post(f"{decide}refuser/", follow=True),
        finance.get(decide, follow=True),
        finance.get(page),
        operator.get(f"{page}rib/", follow=True),
    ):
        assert why in plain(refused)
    for seen in ("/bassins/savoie/", page, transfers):
        assert decide not in finance.get(seen).content.decode()
    till.approve_payee(payee, at=at(2026, 6, 2))
    assert why in plain(operator.get(page))
    for seen in (page, transfers):
        assert "Changer le RIB" not in operator.get(seen).content.decode()


def refused_by_database(write: Callable[[], object]) -> bool:
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        write()
    return broken.value.__cause__.diag.constraint_name == "payee_account_of_no_recused"
