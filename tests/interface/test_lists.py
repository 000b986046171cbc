"""A list says how many lines it has, in which order, and what they add up to."""

import django_tables2 as tables

from alize.common.tables import EurosColumn, List, NumberColumn
from tests.interface.conftest import text


class SmallTable(List):
    caption = "Avances"
    noun = "avance"
    company = tables.Column(verbose_name="Entreprise", footer="Total")
    jobs = NumberColumn(verbose_name="Emplois", total=True)
    cents = EurosColumn(verbose_name="Montant", total=True)

    class Meta:
        empty_text = "Aucune avance"


def rendered(table, request):
    tables.RequestConfig(request, paginate={"per_page": 25}).configure(table)
    return table.as_html(request)


def test_a_list_counts_sorts_and_totals(request_):
    rows = [{"company": f"E{n}", "jobs": n, "cents": 100_000} for n in range(30)]
    html = rendered(SmallTable(rows), request_)
    words = text(html)
    assert words.startswith("30 avances")
    assert words.count("E") >= 25
    assert "435" in words
    assert "30\u202f000\u00a0€" in html
    assert html.count("aria-sort") == 1
    assert "per_page=50" in html
    assert "q=bois" in html


class UnnamedTotals(List):
    company = tables.Column(verbose_name="Entreprise")
    cents = EurosColumn(verbose_name="Montant", total=True)


def test_a_last_line_says_that_it_is_a_total_and_of_what(request_):
    rows = [{"company": f"E{n}", "cents": 5} for n in range(30)]
    assert "Total, toutes pages1,50 €" in text(rendered(UnnamedTotals(rows), request_))
    assert "Total0,05 €" in text(rendered(UnnamedTotals(rows[:1]), request_))


def test_a_list_with_a_value_missing_still_totals(request_):
    rows = [{"company": "A", "jobs": None, "cents": 5}, {"company": "B", "jobs": 2, "cents": 5}]
    assert "0,10" in rendered(SmallTable(rows), request_)


def test_an_empty_list_says_so(request_):
    html = rendered(SmallTable([]), request_)
    assert text(html) == "Aucune avance"
