"""Real bytes of real documents: structure, text, limits, no way out."""

import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from alize.documents import pdf, renderer
from tests.documents.conftest import CONTEXT

SampleHtml = Callable[..., str]
SOON = pdf.Limits(cpu=1, wall=3)


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.fixture
def sample(sample_html: SampleHtml) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(pdf.render(sample_html()))) as document:
        yield document


def test_document_declares_archive_and_accessibility(sample: pikepdf.Pdf):
    metadata = sample.open_metadata()
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
    assert metadata["pdfuaid:part"] == "1"
    assert str(metadata).count("<rdf:RDF") == 1
    assert sample.Root.OutputIntents[0].S == "/GTS_PDFA1"


def test_document_is_tagged_titled_and_in_french(sample: pikepdf.Pdf):
    root = sample.Root
    assert root.MarkInfo.Marked
    assert root.StructTreeRoot.K
    assert str(root.Lang) == "fr"
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(sample.docinfo.Title) == "Comité d’agrément du 12\u00a0novembre 2026"


def test_document_has_bookmarks_with_the_numbers_of_articles(sample: pikepdf.Pdf):
    with sample.open_outline() as outline:
        chapters = [item.title for item in outline.root[0].children]
    assert chapters == [
        "Présences et quorum",
        "Décisions",
        "Échéancier",
        "Article 1 Objet",
        "Article 2 Durée",
        "Signatures",
        "Annexe\u00a01. Règles de l’avance",
    ]


def test_document_embeds_our_typeface_and_no_other(sample: pikepdf.Pdf):
    fonts = [item for item in sample.objects if _is(item, "/FontDescriptor")]
    assert fonts
    assert all("Source-Sans-3" in str(font.FontName) for font in fonts)
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def _is(item: pikepdf.Object, kind: str) -> bool:
    return isinstance(item, pikepdf.Dictionary) and str(item.get("/Type", "")) == kind


def test_document_says_who_when_and_which_page_on_every_page(sample_html: SampleHtml):
    pages = pypdfium2.PdfDocument(pdf.render(sample_html()))
    for number, page in enumerate(pages, start=1):
        text = page.get_textpage().get_text_range()
        assert "PV-2026-05, version 1, arrêté au 22/11/2026" in text
        assert f"page {number}/{len(pages)}" in text
        assert "PROJET" not in text


def test_draft_says_so_on_every_page(sample_html: SampleHtml):
    content = pdf.render(sample_html(draft=True))
    for page in pypdfium2.PdfDocument(content):
        assert "PROJET" in page.get_textpage().get_text_range()
    with pikepdf.open(BytesIO(content)) as document:
        assert str(document.docinfo.Title).endswith("(projet)")


def test_text_keeps_accents_amounts_and_what_looks_like_html(sample_html: SampleHtml):
    text = text_of(pdf.render(sample_html()))
    assert "Mme Élodie Çanteloube" in text
    assert "Menuiserie L’Œuvre & Fils <SARL>" in text
    assert "Łódź, Škoda, Đặng Thị Hằng" in " ".join(text.split())
    assert "66\u202f000\u00a0€" in text or "66 000 €" in text
    assert "Arrêté au dimanche 22 novembre 2026" in " ".join(text.split())


def test_no_line_of_a_title_ends_inside_a_date(sample_html: SampleHtml):
    assert "<h1>Comité d&#x27;agrément du 12\u00a0novembre 2026</h1>" in sample_html()


@pytest.mark.parametrize("lines", range(17, 21))
def test_nobody_signs_a_page_that_says_nothing(sample_html: SampleHtml, lines: int):
    html = sample_html(
        template="pdf/steering_minutes.html",
        rows=[("Date", "12 novembre 2026")],
        orientations=[f"Orientation {number}" for number in range(1, lines + 1)],
        signers=CONTEXT["signers"][:1],
        attendees=[],
        agenda=[],
    )
    *_, last = pypdfium2.PdfDocument(pdf.render(html))
    assert f"Orientation {lines}" in last.get_textpage().get_text_range()


def test_heads_of_a_table_come_back_on_each_of_its_pages(sample_html: SampleHtml):
    assert text_of(pdf.render(sample_html())).count("Reste dû") == 2


def test_same_document_gives_the_same_bytes(sample_html: SampleHtml):
    first = pdf.render(sample_html())
    time.sleep(1.1)  # dates inside a PDF are to the second
    assert pdf.render(sample_html()) == first


def test_typefaces_are_unpacked_once_for_all_documents(sample_html: SampleHtml, monkeypatch):
    assets = renderer.HouseAssets()
    monkeypatch.setattr(renderer, "_unpacked", None)
    assert len(renderer.lay_out(sample_html(), assets).pages) > 1


def test_no_thread_runs_beside_what_is_forked():
    """Pango 1.56 gives each set of fonts a thread, for which a child would wait for ever."""
    pdf.render("<p>avant")
    assert len(os.listdir(f"/proc/{pdf._renderer._process.pid}/task")) == 1


# -- Limits ----


@pytest.mark.parametrize(
    "body",
    [
        "<table>" + "<tr><td>a<td>b<td>c" * 60_000 + "</table>",
        "<div>" * 3_000 + "x",
        "<table><tr><td>" * 300 + "x",
    ],
    ids=["60 000 rows", "3 000 nested", "300 nested tables"],
)
def test_hostile_layout_is_stopped_with_a_sentence(body: str):
    start = time.monotonic()
    with pytest.raises(pdf.RenderFailed, match="trop long ou trop complexe"):
        pdf.render(body, SOON)
    assert time.monotonic() - start < SOON.wall + 1
    assert pdf.render("<p>Le suivant passe").startswith(b"%PDF")


def test_memory_is_bounded():
    with pytest.raises(pdf.RenderFailed, match="trop long ou trop complexe"):
        pdf.render("<table>" + "<tr><td>a" * 20_000, pdf.Limits(memory=60_000_000))


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    renderer = pdf._Renderer()
    renderer.render("<p>court", pdf.Limits())
    with pytest.raises(pdf.RenderFailed):
        renderer.render("<table>" + "<tr><td>a" * 60_000, SOON)
    renderer.stop()
    assert list(tmp_path.iterdir()) == []


def test_renderer_that_died_is_replaced():
    pdf.render("<p>avant")
    process = pdf._renderer._process
    process.kill()
    process.wait()
    assert pdf.render("<p>après").startswith(b"%PDF")


def test_renderer_knows_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "très secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://alize:motdepasse@base/alize")
    renderer = pdf._Renderer()
    renderer.render("<p>x", pdf.Limits())
    with open(f"/proc/{renderer._process.pid}/environ", "rb") as environ:
        names = {line.split(b"=")[0].decode() for line in environ.read().split(b"\0") if line}
    renderer.stop()
    assert names <= {*pdf.KEPT_VARIABLES, "LANG", "SOURCE_DATE_EPOCH"}


def test_forked_worker_gets_a_renderer_of_its_own():
    pdf.render("<p>parent")
    parent = pdf._renderer._process.pid
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        pdf.render("<p>enfant")
        os.write(writing, str(pdf._renderer._process.pid).encode())
        pdf._renderer.stop()
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) != parent
    assert pdf.render("<p>parent").startswith(b"%PDF")


def test_daemonic_worker_can_render():
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    worker = context.Process(target=lambda: sending.send(pdf.render("<p>x")[:5]), daemon=True)
    worker.start()
    assert receiving.recv() == b"%PDF-"
    worker.join(10)


# -- No way out (security.md S27) ----


@pytest.fixture
def listener() -> Iterator[tuple[int, list]]:
    """A server that counts who knocks."""
    visitors: list = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    over = threading.Event()

    def accept() -> None:
        while not over.is_set():
            try:
                connection, address = server.accept()
            except TimeoutError:
                continue
            visitors.append(address)
            connection.close()

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], visitors
    over.set()
    thread.join()
    server.close()


def payloads(port: int) -> list[str]:
    there = f"http://127.0.0.1:{port}/x"
    return [
        f"<img src={there}>",
        f'<img src="{there}" alt="x">',
        f"<style>@import url({there});</style>",
        f"<style>body{{background:url({there})}}</style>",
        f'<p style="background:url({there})">x</p>',
        f"<link rel=stylesheet href={there}>",
        f"<link rel=attachment href={there}>",
        "<link rel=attachment href=file:///etc/passwd>",
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        "<img src=file:///etc/passwd>",
        '<object data="file:///etc/passwd"></object>',
        f'<embed src="{there}">',
        f'<svg><image href="{there}"/></svg>',
        f'<svg><use href="{there}#x"/></svg>',
        '<svg><image href="file:///etc/passwd"/></svg>',
        f'<img src="data:image/svg+xml,<svg><image href={there} /></svg>">',
        "<img src=http://169.254.169.254/latest/meta-data/>",
        f'<base href="{there}"><img src="x">',
        f'<meta http-equiv="refresh" content="0;url={there}">',
        f"<iframe src={there}></iframe>",
        f"<style>@font-face{{font-family:x;src:url({there})}}</style>",
        f"<style>li{{list-style:url({there})}}</style>",
        f'<input type="image" src="{there}">',
        f"</td></tr></table><img src={there}>",
        f'"><script src={there}></script>',
    ]


def test_payload_in_a_persons_text_is_printed_and_does_nothing(
    sample_html: SampleHtml, listener: tuple[int, list]
):
    port, visitors = listener
    hostile = payloads(port)
    assert len(hostile) == 25
    content = pdf.render(
        sample_html(
            narrative="\n".join(hostile),
            facts=[(payload, payload) for payload in hostile],
        )
    )
    text = "".join(text_of(content).split())
    for payload in hostile:
        assert text.count("".join(payload.split())) >= 1, payload
    assert b"/EmbeddedFile" not in content
    assert visitors == []


def test_foreign_resource_in_a_template_stops_the_document(listener: tuple[int, list]):
    port, visitors = listener
    for markup in (
        f"<img src=http://127.0.0.1:{port}/x>",
        f"<style>body{{background:url(http://127.0.0.1:{port}/x)}}</style>x",
        "<img src=file:///etc/passwd>",
        "<img src=data:image/png;base64,AAAA>",
        "<link rel=attachment href=file:///etc/passwd>",
    ):
        with pytest.raises(pdf.RenderFailed, match="ressource extérieure"):
            pdf.render(f"<html lang=fr><title>x</title>{markup}")
    assert visitors == []


def test_refusal_does_not_repeat_the_address():
    with pytest.raises(pdf.RenderFailed) as refusal:
        pdf.render("<img src=file:///etc/passwd>")
    assert "passwd" not in refusal.value.reason


def test_renderer_may_make_no_socket(listener: tuple[int, list]):
    port, visitors = listener
    if (child := os.fork()) == 0:
        refused = 0
        try:
            renderer.close_network()
            for asked in (
                lambda: socket.create_connection(("127.0.0.1", port)),
                lambda: socket.socket(socket.AF_UNIX),
            ):
                try:
                    asked()
                except PermissionError:
                    refused += 1
        finally:
            os._exit(refused)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 2
    assert visitors == []


def filters_of(process: int | str) -> list[str]:
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return [line for line in status if line.startswith("Seccomp")]


def test_renderer_that_serves_has_closed_its_network(settings):
    settings.DEMO = False
    own = pdf._Renderer()
    own.render("<p>x", pdf.Limits())
    assert own._process.args[-1] == "--closed"
    assert filters_of(own._process.pid)[0] == "Seccomp:\t2"
    assert filters_of(own._process.pid) != filters_of("self")
    own.stop()


def test_renderer_whose_network_stays_open_lays_nothing_out(monkeypatch, settings, capsys):
    monkeypatch.setattr(renderer.platform, "machine", lambda: "toaster")
    with pytest.raises(SystemExit):
        renderer.begin(must_be_closed=True)
    assert "keeps its network" in capsys.readouterr().err
    renderer.begin(must_be_closed=False)
    settings.DEMO = True
    demo = pdf._Renderer()
    assert demo._running().args[-1] != "--closed"
    demo.stop()
