"""Fonds › Banque on screen: a file sent, its progress, one line after the other, by forms alone."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alize.outbox.models import Entry as Work
from alize.outbox.operations import run
from basins.enums import Role
from funds.models import BankImport, Clearing, Contribution, Entry
from funds.queries import bank as queries
from tests.builders import at, make_partner
from tests.funds.bank import samples
from tests.funds.banking import DAY, entry, statement
from tests.words import plain

HOME = "/bassins/savoie/fonds/banque/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2027, 3, 10))


def work() -> None:
    """Do aside what was asked for, as the worker does."""
    while waiting := Work.objects.filter(done_at=None, kind__startswith="funds.").first():
        assert run(waiting.pk, at=at(2030, 1, 1))


def send(client, account, content: bytes, name="releve.xml", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(f"{HOME}{account.pk}/importer/", {"file": file, **fields})


def test_a_statement_is_sent_followed_and_reconciled_by_forms(operator, till, bank):
    advance, other = till.lent(), till.lent()
    content = statement(
        entry("277.77", f"REMB {advance.reference}", ref="A"),
        entry("300.00", "VIR RECU", ref="B"),
        entry("9.99", "INCONNU", ref="C"),
        entry("12.50", "COTISATION CARTE", credit=False, ref="D"),
    )
    page = send(operator, bank.account, content)
    made = BankImport.objects.get()
    assert page.url == f"{HOME}imports/{made.pk}/"
    state = operator.get(f"{page.url}avancement/").json()
    assert state == {"done": 0, "steps": 0, "is_under_way": True}
    assert "Lecture et vérification" in plain(operator.get(page.url))
    downloads = plain(operator.get("/bassins/savoie/telechargements/"))
    assert "Relevé releve.xml" in downloads
    assert "En préparation" in downloads
    assert page.url in downloads
    work()
    assert "Prêt" in plain(operator.get("/bassins/savoie/telechargements/"))
    result = plain(operator.get(page.url))
    assert "4 opérations importées" in result
    assert "1 rapprochée automatiquement" in result
    assert "3 à rapprocher à la main" in result

    first = operator.get(f"{HOME}{bank.account.pk}/rapprocher/").url
    shown = plain(operator.get(first))
    assert "VIR RECU" in shown
    assert 'data-key="a"' in shown
    wrong = operator.post(
        first,
        fields(shown, "split") | {
            "form": "split",
            "split-advance_1": advance.reference.lower(), "split-amount_1": "100",
            "split-advance_2": other.reference, "split-amount_2": "199,99",
        },
    )  # fmt: skip
    assert wrong.status_code == 422
    assert "il faut 300 €, soit 0,01 € de plus" in plain(wrong)
    assert "199,99" in plain(wrong)
    typed = fields(shown, "split") | {
        "form": "split",
        "split-advance_1": advance.reference.lower(), "split-amount_1": "100",
        "split-advance_2": other.reference, "split-amount_2": "200",
    }  # fmt: skip
    second = operator.post(first, typed).url
    assert operator.post(first, typed).url == second
    assert Entry.objects.filter(kind="REPAYMENT").count() == 3

    third = choose(operator, second, "SUSPENSE").url
    home = choose(operator, third, "FEE")
    assert home.url == f"{HOME}{bank.account.pk}/"
    assert "Toutes les opérations" in plain(operator.get(home.url))
    again = plain(operator.get(second))
    assert "Identifier 9,99 €" in again
    done = operator.post(
        second,
        {"form": "identify", "split-advance_1": other.reference, "split-amount_1": "9,99"}
        | fields(again, "split"),
    )
    assert done.status_code == 302
    assert not queries.line_suspended(bank.account.lines.get(label="INCONNU"))


def test_a_line_is_split_between_what_was_lent_on_its_day(operator, till, bank):
    before, after = till.lent(), till.contracted()
    till.release(till.prepare(after, pay_on=DAY + timedelta(days=1)))
    send(operator, bank.account, statement(entry("300.00", "VIR RECU", ref="B")))
    work()
    shown = operator.get(f"{HOME}{bank.account.pk}/rapprocher/", follow=True)
    offered = [one.reference for one in shown.context["split"].advances]
    assert before.reference in offered
    assert after.reference not in offered


def fields(page: str, form: str) -> dict[str, str]:
    """The key of a form of a page."""
    name = f"{form}-command_key"
    return {name: page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]}


def choose(client, url: str, act: str):
    """Press the button of an act."""
    page = plain(client.get(url))
    block = next(part for part in page.split("<form") if f'name="choice" value="{act}' in part)
    sent = {
        name: block.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("choice", "command_key")
    }
    return client.post(url, {"form": "choice", **sent})


def test_a_line_is_split_by_the_name_of_a_company_between_more_advances(operator, till, bank):
    known, running = till.lent(), till.lent()
    company = known.project.beneficiary.name.lower()
    paid = till.lent(amount=30_000, lines=1)
    till.repay(paid, 30_000, date(2027, 3, 1))
    bank.load(statement(entry("300.00", "VIR RECU")))
    url = f"{HOME}lignes/{bank.lines()[0].pk}/"
    page = operator.get(url)
    offered = re.findall(r'<option value="(AV-[^"]+)">([^<]*)', plain(page))
    assert [reference for reference, _ in offered][-1] == paid.reference
    assert ", soldée" in offered[-1][1]
    typed = fields(plain(page), "split") | {
        "form": "split", "split-rows": "4",
        "split-advance_1": company, "split-amount_1": "100",
    }  # fmt: skip
    more = operator.post(url, typed | {"more": "1"})
    assert (more.status_code, queries.line_left(bank.lines()[0])) == (200, 30_000)
    assert 'name="split-advance_8"' in plain(more)
    assert f'value="{company}"' in plain(more)
    typed |= {"split-rows": "8", "split-advance_8": "personne", "split-amount_8": "200"}
    unknown = operator.post(url, typed)
    assert "Aucune avance versée" in plain(unknown)
    done = operator.post(url, typed | {"split-advance_8": running.reference})
    assert done.status_code == 302
    assert sorted(Entry.objects.filter(kind="REPAYMENT").values_list("advance", flat=True)) == (
        sorted([known.pk, running.pk, paid.pk])
    )


def test_a_table_is_read_once_its_columns_are_said(operator, bank):
    page = send(operator, bank.account, samples.CSV_ONE_AMOUNT, "releve.csv").url
    shown = plain(operator.get(page))
    assert "VIR MENUISERIE AV-2026-SAV-014" in shown
    assert "Comme il sera lu" in shown
    said = {
        "separator": ";", "encoding": "cp1252", "date_format": "%d/%m/%Y", "headers": "1",
        "booked": "0", "label": "2", "amount": "3", "balance": "4",
    }  # fmt: skip
    wrong = operator.post(page, said | {"date_format": "%Y%m%d"})
    assert wrong.status_code == 422
    assert "Ligne 2" in plain(wrong)
    assert operator.post(page, said | {"debit": "3"}).status_code == 422
    assert "Comme il sera lu" in plain(operator.post(page, said | {"preview": "1"}))
    assert operator.post(page, said).status_code == 302
    work()
    assert bank.account.lines.count() == 2


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("Date;Libellé;Montant\nSolde au 01/03/2027;;5,00\n02/03/2027;VIR;6,00\n", "Solde au"),
        ("Date;Libellé;Débit;Crédit\n02/03/2027;VIR;;6,00\n;Total;0,00;6,00\n", "Ligne 3"),
        ("Date;Libellé;Montant\n02/03/2027;VIR;6,444\n", "deux décimales"),
        ("Date;Libellé;Débit;Crédit\n02/03/2027;VIR\n", "manque"),
        (f"Date;Libellé;Montant\n02/03/2027;{'A' * 200_000};6,00\n", "lisible"),
        ("Date;Libellé;Montant\n02/03/2027;V\0IR;6,00\n", "caractères nuls"),
    ],
)
def test_a_table_that_cannot_be_read_as_guessed_asks_for_its_columns(operator, bank, rows, why):
    page = send(operator, bank.account, rows.encode(), "releve.csv").url
    shown = operator.get(page)
    assert shown.status_code == 200
    assert why in plain(shown)
    assert "Lignes avant la première opération" in plain(shown)
    assert operator.post(page, {"separator": "\n", "encoding": "zip"}).status_code == 422


def test_a_refused_file_says_why_and_changes_nothing(operator, bank):
    send(operator, bank.account, samples.camt(closing="95543.07"))
    work()
    made = BankImport.objects.get()
    assert "ne tombe pas juste" in plain(operator.get(f"{HOME}imports/{made.pk}/"))
    assert "Aucun relevé importé" in plain(operator.get(f"{HOME}{bank.account.pk}/"))
    empty = send(operator, bank.account, b"  \n")
    assert "vide" in plain(empty)
    for other in (b"bonjour", b"a;b\n1;2\n", b"%PDF-1.7 a;b;c", b"PK\x03\x04 a;b;c"):
        assert "pas un relevé" in plain(send(operator, bank.account, other, "releve.csv"))
    assert BankImport.objects.count() == 1


def test_a_file_of_both_accounts_names_the_one_that_is_left_out(operator, bank):
    advances = bank.account
    bank.on_operating_account()
    content = samples.camt()
    one = re.search(rb"<Stmt>.*</Stmt>", content)[0]
    two = one.replace(samples.OWN_IBAN.encode(), samples.OPERATING_IBAN.encode())
    three = one.replace(samples.OWN_IBAN.encode(), b"FR7610011000201234567890188")
    send(operator, advances, content.replace(one, two + one + three))
    work()
    made = BankImport.objects.get()
    assert made.others == "Crédit des Alpes, Fonctionnement ; 0188"
    page = plain(operator.get(f"{HOME}imports/{made.pk}/"))
    assert "Crédit des Alpes, Fonctionnement ; 0188), qui n'a pas été importé" in page
    assert "6 opérations importées" in page


def test_the_two_balances_and_what_explains_them(operator, till, bank, client_as):
    advance = till.lent()
    bank.load(statement(entry("277.77", f"REMB {advance.reference}", ref="A"),
                        entry("9.99", "INCONNU", ref="B"), opening=bank.held))  # fmt: skip
    till.repay(advance, 5_000, date(2027, 3, 5))
    page = plain(client_as(Role.FINANCE, user=till.finance).get(HOME))
    assert "Différence expliquée" in page
    assert "9,99 €" in page
    assert "FR76 •••• •••• 0189" in page
    assert "Rapprocher" not in page.split("<main")[1].split("</main")[0].replace("rapprocher", "")
    lines = plain(operator.get(f"{HOME}{bank.account.pk}/operations/", {"status": "OPEN"}))
    assert "INCONNU" in lines
    assert "REMB" not in lines


def test_an_entry_is_untied_by_a_button(operator, till, bank):
    advance = till.lent()
    till.repay(advance, 27_777, date(2027, 3, 1))
    bank.load(statement(entry("277.77", f"REMB {advance.reference}")))
    clearing = Clearing.objects.get()
    page = operator.post(f"{HOME}rapprochements/{clearing.pk}/delier/").url
    assert "déjà saisi" in plain(operator.get(page))
    assert choose(operator, page, "ENTRY").status_code == 302
    refused = operator.post(f"{HOME}lignes/{clearing.line_id}/", {"form": "choice",
                            "choice": "ENTRY:999999:1", "command_key": clearing_key()})  # fmt: skip
    assert refused.status_code == 403
    for forged in ("ENTRY:12-3", "ENTRY:1-2:3", "ENTRY-1"):
        sent = {"form": "choice", "choice": forged, "command_key": clearing_key()}
        answer = operator.post(f"{HOME}lignes/{clearing.line_id}/", sent)
        assert answer.status_code == 422, forged
    again = entry("277.77", f"REMB {advance.reference}", ref="B", day=date(2027, 3, 5))
    bank.load(
        statement(again, opening=27_777, since=date(2027, 3, 3), until=date(2027, 3, 6)),
    )
    booked = Clearing.objects.get(act="REPAYMENT")
    kept = operator.post(f"{HOME}rapprochements/{booked.pk}/delier/", follow=True)
    assert "demandez son annulation" in plain(kept)


def test_money_of_a_partner_is_counted_with_its_pledge(operator, bank):
    partner = make_partner(name="Scierie du Lac")
    bank.load(statement(entry("500.00", "VIR RECU", name="SCIERIE DU LAC")))
    page = f"{HOME}lignes/{bank.lines()[0].pk}/"
    assert f'<option value="{partner.pk}" selected>' in plain(operator.get(page))
    sent = {"form": "funder", "funder-funder": "", "funder-command_key": clearing_key()}
    assert "Choisissez un partenaire" in plain(operator.post(page, sent))
    assert operator.post(page, {**sent, "funder-partner": partner.pk}).status_code == 302
    assert Contribution.objects.get(funder="Scierie du Lac").partner == partner


def test_a_deposit_and_a_wire_for_both_accounts_are_told_in_parts(operator, till, bank):
    typed = [till.repay(till.lent(), 50_000, date(2027, 3, 1)) for _ in range(2)]
    bank.load(statement(entry("1000.00", "REMISE", ref="A"), entry("900.00", "VIR", ref="B")))
    deposit, wire = [f"{HOME}lignes/{line.pk}/" for line in bank.lines()]
    shown = plain(operator.get(deposit))
    assert '<details class="card-block" data-key="e">' in shown
    tie = {"form": "entries"} | fields(shown, "entries")
    assert "Choisissez au moins une écriture" in plain(operator.post(deposit, tie))
    tie |= {"entries-entries": [one.pk for one in typed]}
    assert operator.post(deposit, tie).url == wire
    assert operator.post(deposit, tie).status_code == 302
    assert "n'est plus" not in plain(operator.get(deposit))

    sent = {"form": "funder", "funder-funder": "Préfecture"}
    beyond = sent | fields(plain(operator.get(wire)), "funder") | {"funder-amount": "900,01"}
    assert "ne laisse que 900 €" in plain(operator.post(wire, beyond))
    for amount, left in (("600", "300"), ("200", "100")):
        part = sent | fields(plain(operator.get(wire)), "funder") | {"funder-amount": amount}
        assert operator.post(wire, part).url == wire
        assert f'Il reste <strong class="num">{left} €</strong>' in plain(operator.get(wire))
    assert operator.post(
        wire, {"form": "move"} | fields(plain(operator.get(wire)), "move")
    ).url == (wire)
    rest = sent | fields(plain(operator.get(wire)), "funder") | {"funder-amount": "60"}
    assert operator.post(wire, rest).url == wire
    last = sent | fields(plain(operator.get(wire)), "funder") | {"funder-amount": "40"}
    assert operator.post(wire, last).url == f"{HOME}{bank.account.pk}/"


def test_what_pays_running_costs_is_never_given_back(operator, bank):
    bank.on_operating_account()
    paid = entry("1200.00", "CABINET ETUDE", credit=False), entry("12.50", "INCONNU", credit=False)
    received = entry("5000.00", "DEPARTEMENT")
    bank.load(statement(*paid, received, iban=samples.OPERATING_IBAN))
    study, fee, grant = [f"{HOME}lignes/{line.pk}/" for line in bank.lines()]
    page = plain(operator.get(study))
    assert "Mettre en attente (compte 472)" in page
    assert "à rendre par le fonctionnement" not in page
    assert '<option value="BANK_FEE"' not in page
    sent = {"form": "cost", "cost-kind": "ENGINEERING", "cost-command_key": clearing_key()}
    assert operator.post(study, sent).status_code == 302
    assert choose(operator, fee, "SUSPENSE").status_code == 302
    waiting = plain(operator.get(fee))
    assert "Identifier −12,50 € en attente" in waiting
    assert '<option value="BANK_FEE"' in waiting
    given = plain(operator.get(grant))
    assert "C'est la contribution d'un financeur" in given
    assert "Avec droit de reprise" not in given
    assert choose(operator, grant, "SUSPENSE").status_code == 302
    key = {"funder-command_key": "00000000-0000-4000-8000-000000000002"}
    assert (
        operator.post(grant, {"form": "funder", "funder-funder": "Département", **key}).status_code
        == 302
    )
    assert Contribution.objects.get().perimeter == "OPS"


def test_a_table_whose_columns_moved_is_said_anew(operator, bank):
    first = send(operator, bank.account, samples.CSV_ONE_AMOUNT, "mars.csv").url
    said = operator.get(first).context["form"].initial
    named = {name: "" if value is None else value for name, value in said.items()}
    assert operator.post(first, named).status_code == 302
    work()
    wider = b"\n".join(b"Agence;" + row for row in samples.CSV_ONE_AMOUNT.splitlines() if row)
    refused = send(operator, bank.account, wider, "avril.csv").url
    work()
    page = plain(operator.get(refused))
    assert "Changer les colonnes et le relire" in page
    address = refused + "colonnes/"
    said = operator.get(address).context["form"].initial
    named = {name: "" if value is None else value for name, value in said.items()}
    assert operator.post(address, named).status_code == 302
    work()
    assert "déjà connues" in plain(operator.get(refused))


def clearing_key() -> str:
    return "00000000-0000-4000-8000-000000000001"
