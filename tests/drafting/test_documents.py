"""The agreements as PDF: accents, figures, any number of signatures, tags and bookmarks."""

import re
from datetime import date
from io import BytesIO

import docx
import pypdfium2
import pytest
from django.template.loader import render_to_string

from alize.documents import pdf
from alize.documents.imprint import Imprint
from alize.drafting import blocks, documents
from alize.drafting.docx import copy as docx_copy
from alize.drafting.models import TemplateVersion
from alize.drafting.texts import FIRST

COLLEGES = (("L'État", 1), ("Les entreprises partenaires", 14), ("Les collectivités", 13))
VALUES = {
    "bassin": "Savoie",
    "numero": "5",
    "montant_total": "900 000 €",
    "montant_total_lettres": "neuf cent mille euros",
    "insertion": "Un cœur d'hôtel-restaurant à l'Épine.",
}


def version(kind: str, number: int = 1) -> TemplateVersion:
    (first,) = [one for one in FIRST if (one.kind, one.number) == (kind, number)]
    return TemplateVersion(kind=kind, number=number, source=first.source, sha256="0" * 64)


def signers(count: int, college: str) -> list[dict[str, str]]:
    return [
        {"name": f"Zoé Ménard-{rank}", "capacity": "Préfète", "organisation": college}
        for rank in range(count)
    ]


def laid_out(words: dict, *, draft: bool = False) -> pypdfium2.PdfDocument:
    imprint = Imprint(
        issuer="ALIZE Savoie",
        title="Convention de partenariat n° 5",
        reference="CP-SAV-5",
        version=1,
        as_of=date(2018, 5, 15),
        is_draft=draft,
    )
    html = render_to_string(documents.TEMPLATE, {"words": words, "imprint": imprint})
    return pypdfium2.PdfDocument(pdf.render(html))


def pages_of(document: pypdfium2.PdfDocument) -> list[str]:
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in document]


@pytest.fixture(scope="module")
def document() -> pypdfium2.PdfDocument:
    """The partnership convention of Savoie, its twenty-eight signers on two pages."""
    words = documents.draft(
        version("PARTNERSHIP", 2),
        values=VALUES,
        blocks={
            "engagements": blocks.table(
                caption="Engagements",
                head=["Partenaire", "Montant"],
                rows=[["Commune d'Aÿ", "12 000,50 €"]],
                numbers=[1],
            ),
            "signatures": blocks.signatures(
                [(college, signers(count, college)) for college, count in COLLEGES]
            ),
        },
        clauses={"priorites": "La montagne."},
        cover=documents.Cover("Convention de partenariat n° 5", "Savoie", "2018-2020"),
    )
    return laid_out(words)


def test_accents_figures_and_words_are_read_back(document):
    text = " ".join(pages_of(document))
    for words in (
        "900 000 € (neuf cent mille euros)",
        "Un cœur d’hôtel-restaurant à l’Épine.",
        "Commune d’Aÿ 12 000,50 €",
        "10 000 € (dix mille euros) par an",
        "La montagne.",
        "[nom de l’opérateur local]",
    ):
        assert words in text


def test_twenty_eight_sign_on_two_pages_of_their_own(document):
    pages = [page for page in pages_of(document) if "Ménard-" in page]
    assert len(pages) == 2
    assert sum(len(re.findall(r"Ménard-\d+", page)) for page in pages) == 28
    assert "Article" not in " ".join(pages)


def test_no_page_ends_the_signatures_with_one_or_two():
    block = blocks.signatures([("Les entreprises", signers(15, "A")), ("L'État", signers(1, "B"))])
    assert [group["kept"] for group in block["groups"]] == [1, "whole"]
    table = render_to_string("pdf/blocks/signatures.html", {"block": block})
    html = f"<html lang=fr><title>Signatures</title><body>{table}</body></html>"
    pages = pages_of(pypdfium2.PdfDocument(pdf.render(html)))
    assert [len(re.findall(r"Ménard-\d+", page)) for page in pages] == [12, 4]


def test_each_page_bears_its_number_and_the_reference(document):
    pages = pages_of(document)
    for number, page in enumerate(pages, 1):
        assert f"page {number}/{len(pages)}" in page
        assert "CP-SAV-5" in page
    assert "PROJET" not in " ".join(pages)


def test_annexes_begin_a_page_and_articles_are_bookmarks(document):
    found = [
        (mark.get_title().replace("\xa0", " "), mark.get_dest().get_index())
        for mark in document.get_toc()
    ]
    assert "Article 1 Objet" in dict(found)
    annexes = {title: page for title, page in found if title.startswith("Annexe")}
    assert list(annexes) == [
        "Annexe 1 Budget prévisionnel des trois années",
        "Annexe 2 Cahier des charges national",
        "Annexe 3 Convention d’opérateur local",
    ]
    others = {page for title, page in found if title.startswith(("Article", "Signatures"))}
    assert len(set(annexes.values()) - others) == 3


def test_an_article_without_its_condition_is_not_there():
    words = documents.draft(version("COOPERATION"), values={}, blocks={}, clauses={})
    text = " ".join(pages_of(laid_out(words, draft=True)))
    assert "Annexe" not in text
    assert "aucune avance n’est accordée" in text
    assert "PROJET" in text


def test_no_word_runs_off_the_page_and_no_address_takes_a_hyphen():
    address = "https://www.alize.example/programmes/alize/documents/conventions-de-partenariat/" * 2
    word = "xkjhgfdsqw" * 40
    words = documents.draft(
        version("COOPERATION"),
        values={"besoin": f"{word} {address}", "entreprise": word},
        blocks={
            "conditions": blocks.items([word, address]),
            "apports": blocks.table(caption="A", head=["Q", "O"], rows=[[word, address]]),
        },
        clauses={"engagements_locaux": f"Voir {address} ou {word}."},
    )
    pages = laid_out(words)
    for page in pages:
        text = page.get_textpage()
        edges = [text.get_charbox(rank)[2] for rank in range(text.count_chars())]
        assert max(edges) < page.get_width() - 50
    joined = re.sub(r"\s", "", " ".join(pages_of(pages))).replace("\ufffe", "-")
    assert joined.count(address) == 4
    assert joined.count(word) == 6


def cut(filling: int, content: str) -> list[str]:
    """The pages of a content that so many millimetres precede."""
    html = (
        f'<html lang=fr><title>Coupe</title><body><div style="height:{filling}mm">Haut</div>'
        f"{content}</body></html>"
    )
    return pages_of(pypdfium2.PdfDocument(pdf.render(html)))


def test_a_clause_is_never_announced_at_the_foot_of_a_page():
    clause = {
        "kind": "clause",
        "parts": [{"kind": "paragraph", "runs": [{"text": "Le bois. " * 60}]}],
    }
    content = render_to_string("pdf/components/agreement_parts.html", {"parts": [clause]})
    first, second = cut(244, content)
    assert "Clause propre au bassin" not in first
    assert "Clause propre au bassin" in second


def test_a_long_table_keeps_three_rows_at_each_end():
    rows = [[f"Partenaire {rank:02d}", "1 €"] for rank in range(40)]
    block = blocks.table(
        caption="Engagements", head=["Qui", "Quoi"], rows=rows, foot=["Total", "40 €"]
    )
    content = render_to_string("pdf/blocks/table.html", {"block": block})
    first, *_ = cut(230, content)
    assert "Engagements" not in first
    *_, last = cut(39, content)
    assert "Total" in last
    assert last.count("Partenaire ") >= 3


@pytest.mark.parametrize(("count", "length"), [(14, 20), (24, 20), (24, 95), (60, 20)])
def test_the_cover_is_one_page_whatever_the_parties(count, length):
    colleges = ("Les entreprises partenaires", "Les collectivités")
    cover = documents.Cover(
        "Convention de partenariat n° 5",
        "Savoie",
        "2018-2020",
        parties=[
            (college, [f"{college[:9]} {rank:02d} ".ljust(length, "e") for rank in range(count)])
            for college in colleges
        ],
    )
    words = documents.draft(
        version("PARTNERSHIP", 2), values={}, blocks={}, clauses={}, cover=cover
    )
    first, second, *_ = pages_of(laid_out(words))
    assert "Sommaire" in second
    assert words["cover"]["names"] != "counted" or f"collectivités : {count}" in first


def test_an_item_that_ends_with_a_mark_takes_no_other():
    typed = ["Former", "autre :", "pour qui ?", "et cætera…", "Dernier ;"]
    assert blocks.items(typed)["texts"] == [
        "Former\u202f;",
        "autre :",
        "pour qui ?",
        "et cætera…",
        "Dernier.",
    ]
    assert blocks.items(["seul :"])["texts"] == ["seul :"]
    assert blocks.items([])["texts"] == []


def test_the_copy_for_lawyers_holds_whatever_was_pasted():
    said = "de l\x0bacier"
    parts = [
        {"kind": "paragraph", "runs": [{"text": said}]},
        {"kind": "block", "block": {"template": "facts.html", "rows": [["Besoin", said]]}},
    ]
    section = {"kind": "article", "label": "", "title": said, "parts": parts}
    copy = docx.Document(
        BytesIO(docx_copy({"sections": [section]}, title=said, subtitle="\ufffe\ud800 é\U0001f600"))
    )
    texts = [paragraph.text for paragraph in copy.paragraphs if paragraph.text]
    assert texts == ["de l acier", "   é\U0001f600", "de l acier", "de l acier"]
    assert copy.tables[0].cell(0, 1).text == "de l acier"
