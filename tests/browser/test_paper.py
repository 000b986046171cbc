"""What a page keeps when it is printed."""

import pypdfium2
from django.conf import settings

COLUMNS = 15
MARGIN = 14 * 72 / 25.4


def test_no_column_of_a_wide_list_is_lost_on_paper(chromium, tmp_path):
    cells = "".join(f"<td>Valeur numéro {rank}</td>" for rank in range(1, COLUMNS + 1))
    heads = "".join(f"<th>Titre {rank}</th>" for rank in range(1, COLUMNS + 1))
    sheet = (settings.BASE_DIR / "static" / "css" / "alize.css").as_uri()
    written = tmp_path / "list.html"
    written.write_text(
        f'<html lang="fr"><head><meta charset="utf-8"><link rel="stylesheet" href="{sheet}"></head>'
        '<body><main><div class="table-block"><div class="table-frame">'
        f'<table class="list table-scroll"><thead><tr>{heads}</tr></thead>'
        f"<tbody><tr>{cells}</tr></tbody></table></div></div></main></body></html>",
        encoding="utf-8",
    )
    page = chromium.new_page()
    page.goto(written.as_uri())
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    page.close()
    paper = printed[0]
    width, height = paper.get_size()
    assert width > height, "by its long side"
    words = paper.get_textpage()
    found = words.search(f"Titre {COLUMNS}").get_next()
    assert found is not None
    _, _, right, _ = words.get_charbox(found[0] + found[1] - 1)
    assert right <= width - MARGIN
