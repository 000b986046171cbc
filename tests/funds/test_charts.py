"""The accounts leave under the numbers of the association, year by year (funds.md 2.3)."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import InvalidInput
from basins.enums import Role
from basins.models import LocalOperator
from basins.tenancy import national
from funds import operations, queries
from funds.bank.fec import check_fec, write_fec
from funds.models import Chart, ChartLine
from funds.queries.charts import Outside, chart_rows, last_chart, numbers_in, numbers_of
from funds.queries.closing import left_before_closing
from funds.queries.fec import fec_lines
from tests.builders import at
from tests.funds.attacks import denied
from tests.words import plain

CHART = "/bassins/savoie/fonds/comptabilite/plan/"
CHANGE = f"{CHART}modifier/"
BALANCE = "/bassins/savoie/fonds/comptabilite/balance/"
YEAR = {"since": "01/01/2026", "until": "31/12/2026"}
NOW = at(2027, 3, 10)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOW)


def change(till, *, seen: int | None = None, when=NOW, **codes: str) -> Chart:
    """Change the numbers of some accounts, `n5121="512100"`, from what is in force."""
    numbers = numbers_of(last_chart())
    for name, code in codes.items():
        inside = name.removeprefix("n")
        numbers[inside] = Outside(code, numbers[inside].label)
    known = last_chart()
    return operations.change_chart(
        numbers=numbers, seen=seen or (known and known.pk), by=till.finance, at=when
    )


def close(till, year: int, when=NOW) -> None:
    end = date(year, 12, 31)
    operations.close_period(
        closed_on=end, by=till.finance, at=when, despite=left_before_closing(end)
    )


def codes(year: int) -> set[str]:
    return {line.account for line in fec_lines(year)}


def test_what_leaves_bears_the_numbers_of_the_association(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    before = fec_lines(2026)
    change(till, n2748="274800", n5121="51210001", n119="119000")
    after = fec_lines(2026)
    renamed = {"2748": "274800", "5121": "51210001"}
    assert [line.account for line in after] == [
        renamed.get(line.account, line.account) for line in before
    ]
    assert check_fec(write_fec(after), closing_on=date(2026, 12, 31)) == []
    rows = queries.balance_rows(since=date(2026, 1, 1), until=date(2026, 12, 31))
    assert {(row.code, row.outside) for row in rows} >= set(renamed.items())
    event = AuditEvent.objects.get(type="ledger.chart_changed")
    assert event.facts["since_year"] == 0
    assert sorted(event.facts["accounts"]) == ["119", "2748", "5121"]


def test_a_closed_year_leaves_as_it_did(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    change(till, n2748="274800")
    close(till, 2026)
    left = write_fec(fec_lines(2026))
    till.repay(advance, 27_777, date(2027, 1, 15))
    assert change(till, n2748="274810", n120="120000").since_year == 2027
    assert write_fec(fec_lines(2026)) == left
    assert {"274810"} <= codes(2027)
    assert "274800" not in codes(2027)
    # What the year begins with stands under its numbers.
    opening = {line.account for line in fec_lines(2027) if line.journal == "AN"}
    assert "274810" in opening
    assert numbers_in(2026)["2748"].code == "274800"


def test_a_year_closed_in_part_keeps_one_number_for_all_of_it(till):
    till.lent()
    end = date(2026, 6, 30)
    operations.close_period(
        closed_on=end, by=till.finance, at=NOW, despite=left_before_closing(end)
    )
    assert change(till, n2748="274800").since_year == 2026


def test_change_chart_refuses_what_says_nothing_or_two_things(till):
    with pytest.raises(InvalidInput, match="il n'y a rien à enregistrer"):
        change(till)
    with pytest.raises(InvalidInput, match="Le numéro 512 est déjà celui du compte 5121") as found:
        change(till, n5121="512", n5122="512")
    assert found.value.field == "code_5122"
    with pytest.raises(InvalidInput, match="Le numéro 119 est déjà celui du compte"):
        change(till, n103="119")
    assert not Chart.objects.exists()


def test_change_chart_sent_twice_changes_once_and_overtaken_says_by_whom(till):
    numbers = numbers_of(None) | {"2748": Outside("274800", "Avances")}
    first = operations.change_chart(numbers=numbers, seen=None, by=till.finance, at=NOW)
    again = operations.change_chart(numbers=numbers, seen=None, by=till.finance, at=NOW)
    assert again == first
    other = numbers_of(None) | {"5121": Outside("512100", "Banque")}
    with pytest.raises(InvalidInput, match=rf"{till.finance.full_name} a changé .*\(2748\)"):
        operations.change_chart(numbers=other, seen=None, by=till.checker, at=NOW)
    assert operations.change_chart(numbers=other, seen=first.pk, by=till.checker, at=NOW)
    assert numbers_in(2027)["2748"].code == "2748"


def drawn(till, **values: str) -> None:
    """A chart of one line, straight into the tables."""
    chart = Chart.objects.create(recorded_at=NOW, recorded_by=till.finance)
    line(chart, **values)


def line(chart: Chart, **values: str) -> ChartLine:
    told = {"inside": "2748", "code": "274800", "label": "Avances", **values}
    return ChartLine.objects.create(chart=chart, **told)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("chart_number_is_of_an_account", {"code": "27"}),
        ("chart_number_is_of_an_account", {"inside": "862", "code": "962"}),
        ("chart_number_is_of_an_account", {"code": "274é"}),
        ("chart_number_is_of_an_account", {"label": ""}),
        ("chart_number_keeps_its_class", {"code": "654"}),
        ("chart_number_keeps_its_class", {"inside": "654", "code": "754"}),
        ("chart_is_whole", {}),
        ("chart_is_whole", {"inside": "2749"}),
    ],
)
def test_the_database_refuses_a_number_that_is_none(till, name, values):
    denied(name, lambda: drawn(till, **values))


def test_the_database_holds_one_number_an_account_and_a_chart_for_good(till):
    chart = change(till, n2748="274800")
    denied("chart_line_is_once", lambda: line(chart, code="274801"))
    denied("chart_is_whole", lambda: line(chart, inside="2749", code="274801"))
    denied("chart_number_is_of_one_account", lambda: line(chart, inside="2749"))


def test_the_database_dates_a_chart_whatever_is_asked(till):
    till.lent()
    close(till, 2026)
    chart = Chart(since_year=2020, recorded_at=NOW, recorded_by=till.finance)
    numbers = numbers_of(None)
    chart.save()
    ChartLine.objects.bulk_create(
        ChartLine(chart=chart, inside=inside, code=one.code, label=one.label)
        for inside, one in numbers.items()
    )
    chart.refresh_from_db()
    assert chart.since_year == 2027


def typed(**changes: str) -> dict[str, str]:
    rows = chart_rows(last_chart())
    sent = {f"code_{row.inside}": row.code for row in rows}
    sent |= {f"label_{row.inside}": row.label for row in rows}
    return sent | {"mark": "", **changes}


def test_the_page_changes_the_numbers_and_leaves_as_a_workbook(client_as, till, in_savoie):
    till.lent()
    auditor = client_as(Role.AUDITOR)
    shown = plain(auditor.get(CHART))
    assert "tant que votre comptable n'en donne pas d'autres" in shown
    assert CHANGE not in shown
    assert "Compte de l'association" not in plain(auditor.get(BALANCE, YEAR))
    finance = client_as(Role.FINANCE, user=till.finance)
    assert CHANGE in plain(finance.get(CHART))
    page = plain(finance.get(CHANGE))
    assert "Aucun exercice n'est clôturé" in page
    refused = finance.post(CHANGE, typed(code_2748="654000", code_654="65", label_2748="Prêts"))
    assert refused.status_code == 422
    assert "sort sous un numéro de la classe 1 à 5" in plain(refused)
    assert "commence par trois chiffres" in plain(refused)
    assert 'value="654000"' in plain(refused)
    assert 'value="Prêts"' in plain(refused)
    assert finance.post(CHANGE, typed(code_5121="", label_2748="")).status_code == 422
    done = finance.post(CHANGE, typed(code_2748=" 27 48 0a"))
    assert done["Location"] == CHART
    row = next(one for one in chart_rows(last_chart()) if one.inside == "2748")
    assert (row.code, row.label) == ("27480A", "Avances remboursables aux entreprises")
    shown = plain(auditor.get(CHART))
    assert f"donnés par {till.finance.full_name} le 10/03/2027" in shown
    assert "27480A" in plain(auditor.get(BALANCE, YEAR))
    book = openpyxl.load_workbook(BytesIO(auditor.get(f"{CHART}?export=xlsx").content))
    rows = [tuple(cell.value for cell in one) for one in book.active.iter_rows(min_row=2)]
    assert rows[0] == (
        "Compte",
        "Intitulé",
        "Compte de l'association",
        "Son intitulé",
        "Périmètre",
    )
    label = "Avances remboursables aux entreprises"
    assert ("2748", label, "27480A", label, "Avances") in rows
    carried = "Report à nouveau (solde débiteur)"
    assert rows[-3] == ("119", carried, "119", carried, "Ouverture de l'exercice")
    with national():
        LocalOperator.objects.update_or_create(
            basin=in_savoie,
            defaults={"name": "Opérateur", "short_name": "OP", "siren": "732829320"},
        )
    sent = finance.post(
        "/bassins/savoie/fonds/comptabilite/fec/?annee=2026&export=fec", {"reason": "CONTROL"}
    )
    assert f"|27480A|{label}|" in sent.content.decode(sent.charset)


def test_the_page_overtaken_keeps_what_is_typed_and_then_takes_it(client_as, till):
    change(till, n2748="274800")
    close_one = client_as(Role.FINANCE, user=till.checker)
    refused = close_one.post(CHANGE, typed(code_5121="512100", code_2748="2748"))
    assert refused.status_code == 422
    assert "a changé ce plan de comptes entre-temps (2748)" in plain(refused)
    seen = str(last_chart().pk)
    assert f'name="mark" value="{seen}"' in plain(refused)
    assert close_one.post(CHANGE, typed(code_5121="512100", mark=seen)).status_code == 302
