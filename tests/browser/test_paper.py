"""What a page keeps when it is printed."""

from pathlib import Path

import pypdfium2
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Browser

from alize.common.charts import gauge

COLUMNS = 15
MARGIN = 14 * 72 / 25.4


def printed(chromium: Browser, folder: Path, body: str) -> pypdfium2.PdfDocument:
    """What a page that holds this becomes on paper."""
    sheet = (settings.BASE_DIR / "static" / "css" / "alize.css").as_uri()
    written = folder / "page.html"
    written.write_text(
        f'<html lang="fr"><head><meta charset="utf-8"><link rel="stylesheet" href="{sheet}"></head>'
        f"<body><main>{body}</main></body></html>",
        encoding="utf-8",
    )
    page = chromium.new_page()
    page.goto(written.as_uri())
    paper = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    page.close()
    return paper


def test_no_column_of_a_wide_list_is_lost_on_paper(chromium, tmp_path):
    cells = "".join(f"<td>Valeur numéro {rank}</td>" for rank in range(1, COLUMNS + 1))
    heads = "".join(f"<th>Titre {rank}</th>" for rank in range(1, COLUMNS + 1))
    paper = printed(
        chromium,
        tmp_path,
        '<div class="table-block"><div class="table-frame">'
        f'<table class="list table-scroll"><thead><tr>{heads}</tr></thead>'
        f"<tbody><tr>{cells}</tr></tbody></table></div></div>",
    )[0]
    width, height = paper.get_size()
    assert width > height, "by its long side"
    words = paper.get_textpage()
    found = words.search(f"Titre {COLUMNS}").get_next()
    assert found is not None
    _, _, right, _ = words.get_charbox(found[0] + found[1] - 1)
    assert right <= width - MARGIN


def test_the_table_of_a_chart_is_printed_though_it_is_closed_on_the_screen(chromium, tmp_path):
    chart = gauge(3, low=6, high=10, title="Séances de l'année", unit="tenues")
    figure = render_to_string("charts/figure.html", {"chart": chart, "kind": "gauge"})
    assert "<details>" in figure
    words = printed(chromium, tmp_path, figure)[0].get_textpage().get_text_range()
    assert chart.headers[1] in words
    assert chart.headers[1] not in chart.title + chart.description
    assert "Voir" not in words
