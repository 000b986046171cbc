"""The pages where money leaves, comes back, is undone, and where a plan or a loss is decided."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from basins.enums import Role
from funds.models import Authorization, Entry, PaymentOrder, Reversal
from projects.models import Project
from tests.builders import (
    START,
    at,
    make_accepted,
    make_meeting,
)
from tests.funds.pages.conftest import HOME, page_of
from tests.words import plain


def test_nothing_is_prepared_before_the_signature(operator, till):
    advance = till.granted()
    page = plain(operator.get(page_of(advance)))
    assert "Faire signer la convention par toutes les parties" in page
    assert "Rien n'est encore versé" in page
    assert operator.get(f"{page_of(advance)}verser/").url == page_of(advance)


def test_a_payment_is_prepared_by_one_and_released_by_the_other(operator, finance, till):
    assert till.dotation
    advance = till.contracted()
    form = operator.get(f"{page_of(advance)}verser/").context["form"]
    sent = {
        "amount": "10 000",
        "pay_on": "25/07/2026",
        "command_key": str(form["command_key"].value()),
    }
    assert operator.post(f"{page_of(advance)}verser/", sent).url == page_of(advance)
    assert operator.post(f"{page_of(advance)}verser/", sent).url == page_of(advance)
    order = PaymentOrder.objects.get()
    release = f"{HOME}versements/{order.pk}/liberer/"
    assert operator.get(release).status_code == 403
    assert operator.post(release).status_code == 403
    confirm = plain(finance.get(release))
    assert "Libérer 10 000 €" in confirm
    assert "Préparé par" in confirm
    assert finance.post(release).url == release
    seen = {"seen": finance.get(release).context["form"]["seen"].value()}
    assert finance.post(release, seen).url == page_of(advance)
    assert finance.post(release, seen).url == page_of(advance)
    assert advance.entries.count() == 1
    assert "25/08/2026" in plain(finance.get(page_of(advance)))


def test_what_is_released_is_what_was_read(client_as, till, time_machine):
    assert till.dotation
    order = till.prepare(till.contracted(lines=2), pay_on=date(2026, 5, 5))
    time_machine.move_to(at(2026, 5, 20, 23, 58))
    finance = client_as(Role.FINANCE, user=till.finance)
    release = f"{HOME}versements/{order.pk}/liberer/"
    page = finance.get(release)
    assert "mercredi 20 mai 2026" in plain(page)
    assert "préparé pour le mardi 5 mai 2026" in plain(page)
    assert "20/07/2026" in plain(page)
    seen = {"seen": page.context["form"]["seen"].value()}
    time_machine.move_to(at(2026, 5, 21, 0, 1))
    assert finance.post(release, seen).url == release
    again = finance.get(release)
    assert "ont changé depuis que cette page" in plain(again)
    assert not order.advance.entries.exists()
    seen = {"seen": again.context["form"]["seen"].value()}
    assert finance.post(release, seen).url == page_of(order.advance)
    assert order.advance.entries.get().value_on == date(2026, 5, 21)


def test_too_much_is_explained_beside_its_field(operator, till):
    advance = till.contracted()
    answer = operator.post(
        f"{page_of(advance)}verser/",
        {"amount": "10 000,01", "pay_on": "25/07/2026", "command_key": str(uuid4())},
    )
    assert answer.status_code == 422
    assert "Il reste 10 000 € à verser" in plain(answer)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("22 000,555", "deux décimales au plus"),
        ("abc", "pas un montant"),
        ("0", "supérieur à zéro"),
        ("", "Erreur :"),
    ],
)
def test_an_amount_that_cannot_be_read_is_refused_with_its_reason(operator, till, typed, sentence):
    advance = till.lent()
    answer = operator.post(
        f"{page_of(advance)}encaisser/",
        {"amount": typed, "value_on": "15/06/2026", "command_key": str(uuid4())},
    )
    assert sentence in plain(answer)
    assert advance.entries.count() == 1


def test_a_repayment_sent_twice_counts_once_and_another_content_is_told(operator, till):
    """T16."""
    advance = till.lent()
    form = operator.get(f"{page_of(advance)}encaisser/").context["form"]
    sent = {
        "amount": "277,77",
        "value_on": "15/06/2026",
        "command_key": str(form["command_key"].value()),
    }
    for _ in range(2):
        assert operator.post(f"{page_of(advance)}encaisser/", sent).url == page_of(advance)
    assert Entry.objects.filter(kind="REPAYMENT").count() == 1
    answer = operator.post(f"{page_of(advance)}encaisser/", {**sent, "amount": "300"})
    assert answer.status_code == 409
    assert "déjà été envoyé avec un autre contenu" in plain(answer)


def test_what_exceeds_the_debt_is_told_at_once(operator, till):
    advance = till.lent()
    sent = {"amount": "10 100", "value_on": "15/06/2026", "command_key": str(uuid4())}
    told = plain(operator.post(f"{page_of(advance)}encaisser/", sent, follow=True))
    assert "est enregistré, dont 100 € de trop-perçu." in told


def test_a_repayment_is_undone_by_two(operator, finance, till):
    advance = till.lent()
    wrong = till.repay(advance, 27_777, date(2026, 6, 15))
    page = f"{HOME}ecritures/{wrong.pk}/annuler/"
    assert page in plain(operator.get(page_of(advance)))
    assert "écriture inverse" in plain(operator.get(page))
    sent = {"value_on": "15/06/2026", "reason": "Rejet", "command_key": str(uuid4())}
    sent["cause"] = "AM04"
    assert operator.post(page, {**sent, "reason": ""}).context["form"].errors["reason"]
    assert operator.post(page, sent).url == page_of(advance)
    waiting = plain(operator.get(page_of(advance)))
    assert "Annulation demandée" in waiting
    assert "Remboursement impayé ou annulé" not in waiting
    decide = f"{HOME}annulations/{Reversal.objects.get().pk}/"
    assert decide in plain(finance.get("/bassins/savoie/"))
    assert "le second signataire financier" in plain(operator.get("/bassins/savoie/"))
    assert operator.get(decide).status_code == operator.post(decide).status_code == 403
    asked = plain(finance.get(decide))
    assert "Rejet" in asked
    assert "Provision insuffisante (AM04)" in asked
    assert finance.post(decide).url == page_of(advance)
    assert "Remboursement impayé ou annulé" in plain(finance.get(page_of(advance)))
    assert operator.get(page).url == page_of(advance)


def test_a_reversal_is_refused(finance, till):
    reversal = till.ask_reversal(
        till.repay(till.lent(), 27_777, date(2026, 6, 15)), date(2026, 6, 18)
    )
    page = f"{HOME}annulations/{reversal.pk}/"
    assert finance.get(f"{page}refuser/").status_code == 405
    assert finance.post(f"{page}refuser/").url == page_of(reversal.entry.advance)
    assert page not in plain(finance.get("/bassins/savoie/"))
    assert finance.get(page).url == page_of(reversal.entry.advance)


def test_an_order_is_cancelled_before_its_release(operator, till):
    order = till.prepare(till.contracted())
    page = f"{HOME}versements/{order.pk}/annuler/"
    assert "Annuler l'ordre" in plain(operator.get(page))
    assert operator.post(page).url == page_of(order.advance)
    order.refresh_from_db()
    assert order.status == "CANCELLED"


def test_the_committee_is_asked_from_the_page_of_an_advance(operator, finance, till):
    advance = till.lent()
    project = advance.project
    Project.objects.filter(pk=project.pk).update(
        status="LABELLED", labelled_on=START, follow_up_lead=till.finance
    )
    page = f"{page_of(advance)}comite/"
    assert page in plain(operator.get(page_of(advance)))
    assert page not in plain(finance.get(page_of(advance)))
    meeting = make_meeting(status="PLANNED", held_at=timezone.now() + timedelta(days=9))
    sent = {"matter": "RESCHEDULE", "terms": "Deux ans de plus.", "where": meeting.pk,
            "command_key": str(uuid4())}  # fmt: skip
    assert str(meeting) in plain(operator.get(page))
    assert operator.post(page, {**sent, "where": ""}).status_code == 422
    item_page = operator.post(page, sent).url
    shown = plain(operator.get(item_page))
    assert "Deux ans de plus." in shown
    assert operator.post(page, sent).url == item_page
    assert operator.post(page, {**sent, "command_key": str(uuid4())}).status_code in {403, 422}
    item = meeting.items.get()
    proposal = f"/bassins/savoie/comite/passages/{item.pk}/proposition/"
    worded = {"comment": "Trois ans de plus.", "conditions-TOTAL_FORMS": 0,
              "conditions-INITIAL_FORMS": 0}  # fmt: skip
    assert operator.post(proposal, worded).url == item_page
    assert item.proposals.get().comment == "Trois ans de plus."
    item.proposals.all().delete()
    item.delete()
    assert operator.post(page, sent).status_code == 409


def test_what_is_given_up_is_decided_by_the_second_signatory(operator, finance, till):
    advance = till.lent()
    page = f"{page_of(advance)}perte/"
    sent = {
        "amount": "1 000",
        "value_on": "25/07/2026",
        "cause": "LIQUIDATION",
        "decision": till.loss_accepted(advance),
        "reason": "Clôture pour insuffisance d'actif",
        "command_key": str(uuid4()),
    }
    assert page in plain(operator.get(page_of(advance)))
    assert operator.post(page, {**sent, "amount": "10 000,01"}).status_code == 422
    assert operator.post(page, {**sent, "command_key": str(uuid4())}).url == page_of(advance)
    asked = Authorization.objects.get()
    decide = f"{HOME}autorisations/{asked.pk}/"
    assert decide in plain(finance.get("/bassins/savoie/"))
    assert decide in plain(finance.get(page_of(advance)))
    assert operator.post(decide).status_code == 403
    assert "Liquidation judiciaire" in plain(finance.get(decide))
    assert finance.post(decide).url == page_of(advance)
    assert "Passage en perte" in plain(operator.get(page_of(advance)))
    recover = f"{page_of(advance)}recuperer/"
    back = {"amount": "100", "value_on": "25/07/2026", "command_key": str(uuid4())}
    assert operator.post(recover, back).url == page_of(advance)


def test_what_has_nothing_to_give_up_nor_to_recover_says_so(operator, till):
    """A form that could only be refused is not shown."""
    advance = till.lent()
    page = page_of(advance)
    recover = operator.get(f"{page}recuperer/", follow=True)
    assert "Rien de cette avance n'est passé en perte" in plain(recover)
    till.repay(advance, 1_000_000, date(2026, 7, 1))
    lost = plain(operator.get(f"{page}perte/", follow=True))
    assert "Rien n'est dû sur cette avance" in lost
    more = plain(operator.get(f"{page}encaisser/"))
    assert f"ne doit plus rien sur l'avance {advance.reference}" in more


def test_what_must_be_there_is_signed_off_on_the_page_of_the_advance(operator, till):
    advance = till.signed()
    page = page_of(advance)
    [usual] = advance.preconditions.all()
    assert "À vérifier" in plain(operator.get(page))
    assert operator.get(f"{page}verser/").url == page
    added = operator.post(f"{page}conditions/nouvelle/", {"label": "Devis signé", "due_on": ""})
    assert added.url == page
    extra = advance.preconditions.get(label="Devis signé")
    met, waived = (
        f"{HOME}conditions/{usual.pk}/remplie/",
        f"{HOME}conditions/{extra.pk}/dispense/",
    )
    assert operator.post(waived, {"reason": ""}).status_code == 422
    assert operator.post(waived, {"reason": "Payé comptant"}).url == page
    assert operator.post(met, {"met_on": "20/07/2026"}).url == page
    shown = plain(operator.get(page))
    assert "Remplie le 20/07/2026" in shown
    assert "Payé comptant" in shown
    preview = {"amount": "10 000", "pay_on": "25/07/2026", "command_key": str(uuid4())}
    rows = {"rows": "30/09/2026 ; 3 000\n31/03/2027 ; 7 000", "apercu": "1"}
    seen = plain(operator.post(f"{page}verser/", {**preview, **rows}))
    assert "31/03/2027" in seen
    assert not PaymentOrder.objects.exists()
    short = operator.post(f"{page}verser/", {**preview, "rows": "30/09/2026 ; 3 000"})
    assert "totalisent" in plain(short)


def test_a_new_schedule_follows_a_decision_and_the_old_one_stays(operator, till):
    advance = till.lent()
    decision = make_accepted(advance.decision, "MORATORIUM")
    page = f"{page_of(advance)}reechelonner/"
    # It opens on what remains: as many lines, from the next date on, and the plan they give.
    opened = operator.get(page)
    assert opened.context["form"].initial["lines"] == 36
    assert "15/08/2026" in plain(opened)
    assert "278,05 €" in plain(opened)
    sent = {
        "decision": decision.pk,
        "effective_on": "25/07/2026",
        "lines": "4",
        "first_due_on": "31/01/2027",
        "step_months": "3",
        "rows": "",
        "note": "Dégât des eaux",
        "command_key": str(uuid4()),
    }
    assert operator.post(page, {**sent, "rows": "15/01/2027 ; 9 000"}).status_code == 422
    early = operator.post(page, {**sent, "first_due_on": "24/07/2026"})
    assert early.status_code == 422
    assert "précède la date d'effet" in plain(early)
    shown = operator.post(page, {**sent, "apercu": "1"})
    for words in ("30/04/2027", "31/10/2027", "2 500 €", "10 000 €", "Dégât des eaux"):
        assert words in plain(shown), words
    # What was not shown is shown first, and nothing typed is lost.
    changed = operator.post(page, {**sent, "lines": "5", "seen": shown.context["seen"]})
    assert changed.status_code == 422
    assert "relisez-le" in plain(changed)
    assert "Dégât des eaux" in plain(changed)
    assert advance.schedule_versions.count() == 1
    assert operator.post(page, {**sent, "seen": shown.context["seen"]}).url == page_of(advance)
    plan = advance.schedule_versions.latest("no").schedule_lines
    assert list(plan.values_list("due_on", "amount")) == [
        (date(2027, 1, 31), 250_000),
        (date(2027, 4, 30), 250_000),
        (date(2027, 7, 31), 250_000),
        (date(2027, 10, 31), 250_000),
    ]
    history = plain(operator.get(f"{page_of(advance)}echeanciers/"))
    for words in ("Version 2", "Version 1", "Moratoire", decision.reference, "Dégât des eaux"):
        assert words in history
