"""Reminders: what is due, sent once by a person, the letter and the page of the company."""

import re
from datetime import date
from uuid import uuid4

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.documents.models import GeneratedDocument
from basins.enums import Role
from basins.tenancy import inside
from funds.models import Reminder
from funds.panels import next_instalments
from funds.queries.reminders import reminders_of
from funds.queries.statements import statement_lines
from funds.reminders.screen import confirmation
from projects.panels import Instalment
from tests.builders import at, give_phone, make_user, withdraw
from tests.funds.attacks import refused
from tests.funds.conftest import at_once, refusals
from tests.funds.pages.conftest import page_of
from tests.funds.reminding import AUGUST, JULY, JUNE, TODAY, due, dues, mails, send, words_of
from tests.words import plain

RELANCES = "/bassins/savoie/fonds/relances/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2026, 7, 25))


@pytest.fixture
def errands(run_outbox, time_machine):
    """The worker, at work after the hour that the database writes beside what waits."""

    def run() -> None:
        time_machine.move_to(at(2027, 1, 4))
        run_outbox()

    return run


class TestSend:
    def test_once_whoever_sends_it_again(self, till):
        advance, key = till.lent(), uuid4()
        wanted = [(advance.pk, JUNE, "FORMAL"), (advance.pk, JULY, "FIRST")]
        assert send(till, *wanted, command_key=key).count == 2
        assert send(till, *wanted, command_key=key).count == 2
        assert Reminder.objects.count() == 2
        assert due(advance) == []
        with pytest.raises(ActionDenied, match="ne sont plus à envoyer"):
            send(till, *wanted)
        assert AuditEvent.objects.filter(type="reminder.sent").count() == 2
        assert due(advance, on=date(2026, 7, 31)) == [(JULY, 27_777, "SECOND")]

    def test_what_was_paid_meanwhile_is_left_out(self, till):
        first, second = till.lent(), till.lent()
        till.repay(first, 60_000, date(2026, 7, 24))
        sent = send(till, (first.pk, JULY, "FIRST"), (second.pk, JULY, "FIRST"))
        assert (sent.count, sent.skipped) == (1, 1)

    def test_a_step_that_is_not_reached_is_refused(self, till):
        advance = till.lent()
        with pytest.raises(ActionDenied):
            send(till, (advance.pk, JULY, "FORMAL"), (advance.pk, AUGUST, "NOTICE"))

    def test_the_letter_and_the_mail_leave_after_the_commit(self, till, errands):
        advance = till.lent()
        send(till, (advance.pk, JUNE, "FORMAL"))
        errands()
        letter = GeneratedDocument.objects.get(kind="mise-en-demeure")
        words = words_of(letter)
        assert "277,77 €" in words
        assert "deux cent soixante-dix-sept euros et soixante-dix-sept centimes" in words
        assert "10 000 € (dix mille euros), deviendra exigible" in words
        assert "article 1344" in words
        assert "555,54 €" in words  # two instalments are late
        (mail,) = mails("M28")
        assert mail.to_email == advance.project.owner_email
        assert "15/06/2026" in mail.subject

    def test_the_company_reads_it_by_its_link(self, till, errands, client, settings):
        settings.DEMO = True  # the mail is kept with its link
        give_phone(till.basin, "04 65 71 10 73")
        advance = till.lent()
        send(till, (advance.pk, JULY, "FIRST"))
        errands()
        assert f"({till.operator.email}, 04 65 71 10 73)" in mails("M26")[0].text
        path = re.search(r"/echeance/[\w-]+/", mails("M26")[0].text)[0]
        page = plain(client.get(path))
        assert "Il reste 277,77 € à payer" in page
        assert page.count('href="tel:0465711073"') == 2
        assert advance.reference in page
        assert client.get(f"{path}lettre/")["Content-Type"] == "application/pdf"
        with inside(till.basin):
            till.repay(advance, 60_000, date(2026, 7, 24))
        assert "Cette échéance est réglée" in plain(client.get(path))

    def test_the_letter_the_mail_and_the_page_name_who_keeps_the_file_today(
        self, till, errands, client, settings
    ):
        settings.DEMO = True  # the mail is kept with its link
        advance, other = till.lent(), make_user(Role.OPERATOR, basin=till.basin)
        withdraw(advance.project, till.operator)
        send(till, (advance.pk, JULY, "FIRST"), by=other)
        errands()
        (mail,), letter = mails("M26"), words_of(GeneratedDocument.objects.get(kind="relance"))
        page = client.get(re.search(r"/echeance/[\w-]+/", mail.text)[0])
        for said in (mail.text, plain(page), letter):
            assert (other.email in said, till.operator.email in said) == (True, False)

    def test_its_link_is_sent_again_to_the_address_of_the_company_alone(
        self, till, errands, client, settings, time_machine
    ):
        settings.DEMO = True  # the mail is kept with its link
        advance = till.lent()
        send(till, (advance.pk, JULY, "FIRST"))
        errands()
        token = re.search(r"/echeance/([\w-]+)/", mails("M26")[0].text)[1]
        time_machine.move_to(at(2027, 5, 4))
        assert client.get(f"/echeance/{token}/lettre/").status_code == 410
        for _ in range(2):
            page = plain(client.post(f"/nouveau-lien/{token}/"))
            assert "Un nouveau lien est parti" in page
            assert till.operator.email in page
        with inside(till.basin):
            assert AuditEvent.objects.filter(type="reminder.link_renewed").count() == 1
            type(advance.project).objects.update(owner_email="autre@example.org")
        assert "a depuis donné une autre adresse" in plain(client.post(f"/nouveau-lien/{token}/"))

    def test_instalments_at_one_step_are_one_letter(self, till, errands, client, settings):
        settings.DEMO = True  # the mail is kept with its link
        advance = till.lent()
        later = at(2026, 8, 20)
        keys = [(advance.pk, day, "FORMAL") for day in (JUNE, JULY)]
        assert send(till, *keys, (advance.pk, AUGUST, "FIRST"), at=later).count == 3
        errands()
        letter = GeneratedDocument.objects.get(kind="mise-en-demeure")
        words = words_of(letter)
        assert "Les échéances du lundi 15 juin 2026 et du mercredi 15 juillet 2026" in words
        assert "payer la somme de 555,54 €" in words
        (mail,) = mails("M28")
        assert "15/06/2026 et du 15/07/2026, 555,54" in mail.subject
        assert "ne sont toujours pas réglées" in mail.text
        path = re.search(r"/echeance/[\w-]+/", mail.text)[0]
        assert "Il reste 555,54 € à payer" in plain(client.get(path))
        with inside(till.basin):
            sent = reminders_of(advance)
            assert GeneratedDocument.objects.count() == 2
        assert [one.letter == letter for one in sent] == [False, True, True]

    def test_a_company_with_two_advances_has_one_letter(self, till, errands, client, settings):
        settings.DEMO = True  # the mail is kept with its link
        first, second = till.lent(), till.lent()
        one = first.project
        type(one).objects.filter(pk=second.project_id).update(
            beneficiary=one.beneficiary, owner_email=one.owner_email
        )
        keys = [(advance.pk, JULY, "FIRST") for advance in (first, second)]
        send(till, *keys, *((advance.pk, JUNE, "FORMAL") for advance in (first, second)))
        errands()
        letter = GeneratedDocument.objects.get(kind="relance")
        words = words_of(letter)
        assert "échéances du mercredi 15 juillet 2026 de vos avances remboursables" in words
        assert "Il reste 555,54 €" in words
        assert f"{first.reference} lundi 15 juin 2026 277,77 €" in words
        assert GeneratedDocument.objects.filter(kind="mise-en-demeure").count() == 2
        (mail,) = mails("M26")
        assert mail.subject == "Échéances du 15/07/2026 en retard : 555,54\u00a0€"
        assert f"les références {first.reference} et {second.reference}" in mail.text
        path = re.search(r"/echeance/[\w-]+/", mail.text)[0]
        with inside(till.basin):
            till.repay(second, 60_000, date(2026, 7, 24))
            assert {one.letter for one in reminders_of(second)} > {letter}
        page = plain(client.get(path))
        assert "Il reste 277,77 € à payer" in page
        assert f"{second.reference}, échéance du 15/07/2026</dt><dd>réglée</dd>" in page

    def test_without_an_address_the_letter_is_to_be_posted(self, till, errands):
        advance = till.lent()
        type(advance.project).objects.update(owner_email="")
        send(till, (advance.pk, JULY, "FIRST"))
        errands()
        assert Reminder.objects.get().email == ""
        assert GeneratedDocument.objects.filter(kind="relance").exists()
        assert mails("M26") == []


def test_the_follow_up_grid_is_told_what_a_company_owes_next(till):
    project = till.lent().project_id
    assert next_instalments([project], date(2026, 7, 25)) == {project: Instalment(AUGUST, 27_777)}
    assert next_instalments([], date(2026, 7, 25)) == {}


class TestPapers:
    """The account and the certificate that a company asks for."""

    def test_the_account_of_a_company_on_any_day(self, operator, till):
        advance = till.lent()
        first = till.repay(advance, 27_777, JUNE)
        till.repay(advance, 10_000, date(2026, 7, 20))
        till.reverse(first, date(2026, 7, 22))
        balances = [
            (line.value_on, line.debit, line.credit, line.balance)
            for line in statement_lines(advance, on=TODAY)
        ]
        assert balances == [
            (date(2026, 5, 15), 1_000_000, 0, 1_000_000),
            (JUNE, 0, 27_777, 972_223),
            (date(2026, 7, 20), 0, 10_000, 962_223),
            (date(2026, 7, 22), 27_777, 0, 990_000),
        ]
        assert "Relevé de compte au 25/07/2026" in plain(operator.get(page_of(advance)))
        answer = operator.post(f"{page_of(advance)}releve/", {"au": "2026-07-21"})
        document = GeneratedDocument.objects.get(kind="releve-de-compte")
        assert (str(document.pk) in answer.url, document.as_of) == (True, date(2026, 7, 21))
        words = words_of(document)
        assert "il reste dû 9 622,23 €" in words
        assert "neuf mille six cent vingt-deux euros et vingt-trois centimes" in words
        assert "dont 177,77 € en retard" in words
        early = operator.post(f"{page_of(advance)}releve/", {"au": "2026-08-01"}, follow=True)
        assert "au plus tard aujourd'hui" in plain(early)
        assert operator.get(answer.url).status_code == 200

    def test_it_reaches_the_company_by_a_link_once_a_day(
        self, operator, till, errands, client, settings
    ):
        settings.DEMO = True  # the mail is kept with its link
        advance = till.lent()
        operator.post(f"{page_of(advance)}releve/", {"au": "2026-07-21"})
        document = GeneratedDocument.objects.get(kind="releve-de-compte")
        address = f"{page_of(advance)}documents/{document.pk}/envoyer/"
        assert address in plain(operator.get(page_of(advance)))
        for _ in range(2):
            said = plain(operator.post(address, follow=True))
        assert advance.project.owner_email in said
        assert AuditEvent.objects.filter(type="paper.sent").count() == 1
        errands()
        (mail,) = mails("M29")
        path = re.search(r"/avance/[\w-]+/", mail.text)[0]
        assert "Relevé de compte (PDF)" in plain(client.get(path))
        assert client.get(f"{path}document/")["Content-Type"] == "application/pdf"
        again = client.post(f"/nouveau-lien/{path.split('/')[2]}/")
        assert "Un nouveau lien est parti" in plain(again)

    def test_what_is_overpaid_lost_and_recovered_is_on_the_account(self, till):
        advance = till.lent()
        till.repay(advance, 1_010_000, JUNE)
        assert [line.balance for line in statement_lines(advance, on=TODAY)] == [1_000_000, -10_000]

    def test_the_certificate_once_everything_came_back(self, operator, till):
        advance = till.lent()
        page = page_of(advance)
        till.repay(advance, 900_000, JUNE)
        refusal = operator.post(f"{page}solde/", follow=True)
        assert "Il reste 1 000 € à rembourser" in plain(refusal)
        assert "Attestation de solde" not in plain(operator.get(page))
        till.repay(advance, 100_000, JULY)
        till.repay(advance, 5_000, date(2026, 7, 20))
        assert "Attestation de solde" in plain(operator.get(page))
        operator.post(f"{page}solde/")
        words = words_of(GeneratedDocument.objects.get(kind="attestation-de-solde"))
        assert "dix mille euros" in words
        assert "mercredi 15 juillet 2026" in words
        assert "Trop-perçu à rendre à l’entreprise 50 €" in words


class TestScreens:
    def test_listed_confirmed_sent_together_and_kept_on_the_advance(self, operator, till):
        advance = till.lent()
        assert "2 relances, dont 1 mise en demeure" in plain(operator.get("/bassins/savoie/"))
        page = plain(operator.get(RELANCES))
        chosen = re.findall(r'name="choix" value="([^"]+)"', page)
        assert len(chosen) == 2
        confirm = plain(operator.post(f"{RELANCES}envoyer/", {"choix": chosen}))
        assert f"{advance.project.owner_email} : mise en demeure, 277,77 €" in confirm
        assert Reminder.objects.count() == 0
        later = at(2026, 8, 20)
        asked = dues(advance, on=later.date())
        told = [line.split(" : ")[1] for line in confirmation(asked).told]
        assert told == [
            "mise en demeure, 555,54\u00a0€, échéances du 15/06/2026 et du 15/07/2026",
            "première relance, 277,77\u00a0€, échéance du 15/08/2026",
        ]
        form = {"choix": chosen, "command_key": str(uuid4())}
        sent = operator.post(f"{RELANCES}envoyer/", form, follow=True)
        assert "2 relances sont parties." in plain(sent)
        assert "Aucune relance n'est à envoyer" in plain(sent)
        again = operator.post(f"{RELANCES}envoyer/", form, follow=True)
        assert Reminder.objects.count() == 2
        assert again.status_code == 200
        late = operator.post(f"{RELANCES}envoyer/", form | {"command_key": str(uuid4())})
        assert late.status_code == 403
        assert "ne sont plus à envoyer" in plain(late)
        history = plain(operator.get(page_of(advance)))
        assert "Mise en demeure" in history
        assert advance.project.owner_email in history

    def test_one_by_one_from_its_line(self, operator, till):
        advance = till.lent()
        link = f"{RELANCES}envoyer/?choix={advance.pk}:2026-07-15:FIRST"
        assert "Envoyer cette relance" in plain(operator.get(link))

    @pytest.mark.parametrize("choice", ["", "1:2026-07-15", "x:2026-07-15:FIRST", "1:1:FIRST"])
    def test_a_choice_that_is_none_is_refused(self, operator, till, choice):
        form = {"choix": choice, "command_key": str(uuid4())}
        assert "Aucune relance à envoyer" in plain(operator.post(f"{RELANCES}envoyer/", form))


def test_the_database_keeps_one_row_for_an_instalment_and_a_step(till):
    advance = till.lent()
    send(till, (advance.pk, JULY, "FIRST"))
    copy = (
        "INSERT INTO funds_reminder "
        "(advance_id, due_on, asked_from, step, amount, email, sent_at, sent_by_id) "
        "SELECT advance_id, due_on, asked_from, step, amount, email, sent_at, sent_by_id "
        "FROM funds_reminder"
    )
    assert refused(copy).__cause__.diag.constraint_name == "reminder_is_sent_once"
    for statement in ("UPDATE funds_reminder SET step = 'SECOND'", "DELETE FROM funds_reminder"):
        assert "permission denied" in str(refused(statement))


def test_two_people_at_once_send_it_once(committed, desk):
    advance = desk.lent()
    wanted = (advance.pk, JULY, "FIRST")
    results = at_once(committed, *[lambda: send(desk, wanted)] * 2)
    assert [type(refusal) for refusal in refusals(results)] == [ActionDenied]
    assert advance.reminders.count() == 1
