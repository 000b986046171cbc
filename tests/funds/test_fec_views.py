"""Fonds › Comptabilité › FEC on screen: the year in one file, and what is to be said of it."""

from datetime import date

import pytest

from basins.enums import Role
from basins.models import LocalOperator
from basins.tenancy import national
from funds import operations
from funds.bank.fec import HEADER, check_fec
from funds.enums import Journal
from funds.queries.closing import left_before_closing
from funds.queries.fec import fec_lines, fec_years
from projects.models import Beneficiary
from tests.builders import at
from tests.words import plain

FEC = "/bassins/savoie/fonds/comptabilite/fec/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2027, 3, 10))


def test_the_year_leaves_in_the_format_of_the_tax_office(client_as, till, in_savoie):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    page = plain(client_as(Role.AUDITOR).get(FEC))
    assert "Débit et crédit égaux" in page
    with national():
        LocalOperator.objects.update_or_create(
            basin=in_savoie,
            defaults={"name": "Opérateur", "short_name": "OP", "siren": "732829320"},
        )
    finance = client_as(Role.FINANCE, user=till.finance)
    assert "732829320FEC20261231.txt" in plain(finance.get(FEC, {"annee": "2026"}))
    sent = finance.post(f"{FEC}?annee=2026&export=fec", {"reason": "CONTROL"})
    assert sent["Content-Disposition"] == 'attachment; filename="732829320FEC20261231.txt"'
    assert check_fec(sent.content, closing_on=date(2026, 12, 31)) == []
    assert f"2748|Avances remboursables aux entreprises|{advance.reference}|" in plain(sent)
    # The company takes another name: a file made again is the same, byte for byte.
    company = advance.project.beneficiary
    Beneficiary.objects.filter(pk=company.pk).update(name="Autre nom")
    again = finance.post(f"{FEC}?annee=2026&export=fec", {"reason": "CONTROL"})
    assert again.content == sent.content
    assert f"|{advance.reference}|{company.name}|" in plain(again)
    next_year = till.repay(advance, 27_777, date(2027, 1, 15))
    forward = finance.post(f"{FEC}?annee=2027&export=fec", {"reason": "CONTROL"})
    assert check_fec(forward.content, closing_on=date(2027, 12, 31)) == []
    rows = plain(forward).splitlines()
    assert rows[1].startswith("AN|À-nouveaux|1|20270101|103|")
    assert rows[-1].split("|")[2] == str(next_year.no)
    debts = [row.split("|")[4:8] for row in rows if row.startswith("AN|") and "|2748|" in row]
    label = "Avances remboursables aux entreprises"
    assert debts == [["2748", label, advance.reference, company.name]]


def test_the_file_comes_with_what_its_fields_and_codes_mean(client_as, till):
    """Without it a file is not received (LPF A47 A-1, XI)."""
    till.lent()
    page = plain(client_as(Role.AUDITOR).get(FEC))
    for one in (*HEADER, "ISO", "AAAAMMJJ", "À-nouveaux", *Journal.labels):
        assert one in page


def test_a_year_without_an_entry_leaves_with_its_opening(client_as, till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2028, 1, 15), at=at(2028, 1, 16))
    finance = client_as(Role.FINANCE, user=till.finance)
    page = plain(finance.get(FEC, {"annee": "2027"}))
    assert '<h2 id="controle">Exercice 2027</h2>' in page
    assert "Débit et crédit égaux" in page
    assert {line.journal for line in fec_lines(2027)} == {"AN"}
    assert fec_years() == [2028, 2027, 2026]
    end = date(2029, 12, 31)
    left = left_before_closing(end)
    operations.close_period(closed_on=end, by=till.finance, at=at(2030, 1, 4), despite=left)
    assert fec_years() == [2029, 2028, 2027, 2026]


def test_a_file_that_is_not_the_last_word_on_its_year_says_so(client_as, till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2027, 1, 15), at=at(2027, 1, 16))
    finance = client_as(Role.FINANCE, user=till.finance)
    assert "L'exercice 2027 n'est pas terminé" in plain(finance.get(FEC))
    assert "2026 n'est pas clôturé" in plain(finance.get(FEC, {"annee": "2026"}))
    end = date(2026, 12, 31)
    left = left_before_closing(end)
    operations.close_period(closed_on=end, by=till.finance, at=at(2027, 2, 1), despite=left)
    assert "n'est pas clôturé" not in plain(finance.get(FEC, {"annee": "2026"}))


def test_the_file_bears_the_number_of_the_operator_who_keeps_the_books(client_as, till, in_savoie):
    till.lent()
    with national():
        LocalOperator.objects.filter(basin=in_savoie).delete()
        for siren in ("732829320", "552100554"):
            LocalOperator.objects.create(
                basin=in_savoie, name=siren, short_name=f"OP {siren}", siren=siren
            )
    finance = client_as(Role.FINANCE, user=till.finance)
    assert "732829320FEC20261231.txt" in plain(finance.get(FEC))
    assert "552100554FEC20261231.txt" in plain(finance.get(FEC, {"operateur": "552100554"}))
    assert "OP 552100554" in plain(finance.get(FEC, {"operateur": "inconnu"}))
    sent = finance.post(f"{FEC}?operateur=552100554&export=fec", {"reason": "CONTROL"})
    assert "552100554FEC20261231.txt" in sent["Content-Disposition"]
