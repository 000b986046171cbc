"""The process that lays out PDFs: one warm server, one disposable child per document.

Started as a plain script by `pdf.py` with an empty environment, so that no layout of a text typed
by somebody ever runs beside a secret, a database connection or a network (security.md T19, D17).
"""

import contextlib
import ctypes
import errno
import gc
import hashlib
import io
import json
import os
import platform
import resource
import select
import signal
import struct
import sys
import tempfile
import time
import traceback
from pathlib import Path

import weasyprint
from fontTools.ttLib import woff2
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "node_modules" / "@fontsource-variable" / "source-sans-3" / "files"
STYLESHEET = "alize:css/document.css"
STYLESHEETS = {
    STYLESHEET: ROOT / "static" / "pdf" / "document.css",
    "alize:css/tokens.css": ROOT / "static" / "css" / "tokens.css",
}

# PDF/A-3a says the file is archivable and tagged; this adds that it is meant to be accessible.
PDF_UA = (ROOT / "static" / "pdf" / "pdf-ua.xmp").read_bytes()

# First byte of an answer, read by `pdf.py`: the PDF follows, or nothing does.
DONE, TOO_HEAVY, FORBIDDEN_ASSET, BROKEN = b"P", b"H", b"A", b"B"

# What a document has, so that reading it once is done for all: weights, slants, a cut word, a box.
SPECIMEN = """<!doctype html><html lang="fr"><title>A</title><h1>A</h1><header class="masthead">
<p class="imprint" data-reference="A" data-footer="A">A <strong>B</strong> <em>c</em></p></header>
<div class="clauses"><p style="width: 12mm">Anticonstitutionnellement, partenaires</p></div>
<ul><li>Łódź, Đặng</ul><table><caption>A<tr><th>d<td>12</table>
<svg viewBox="0 0 9 9" width="9" height="9"><path d="M0 0h9" stroke="#000"/></svg>"""

SVG = "{http://www.w3.org/2000/svg}"
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000

# How each machine names itself to the kernel, and numbers the call that makes a socket there; what
# io_uring does passes by no call of its own, and the last bit is that of a second numbering.
MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
IO_URING_SETUP, OTHER_NUMBERING = 425, 0x40000000
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2


class HouseAssets(weasyprint.URLFetcher):
    """Deny by default: our stylesheets and typeface by name; anything else stops the document."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._assets = {url: ("text/css", path.read_bytes()) for url, path in STYLESHEETS.items()}
        for subset in ("latin", "latin-ext", "vietnamese"):
            for style in ("normal", "italic"):
                name = f"source-sans-3-{subset}-wght-{style}.woff2"
                self._assets[f"alize:font/{name}"] = ("font/ttf", _unpacked(FONTS / name))

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        """Give one of our assets.

        :raises FatalURLFetchingError: the address is not in the list.
        """
        try:
            content_type, content = self._assets[url]
        except KeyError:
            raise FatalURLFetchingError("asset outside the list") from None
        return URLFetcherResponse(url, content, {"Content-Type": content_type})


def _unpacked(font: Path) -> bytes:
    """Unpack a WOFF2 once for all, as every child would otherwise do it again."""
    unpacked = io.BytesIO()
    woff2.decompress(io.BytesIO(font.read_bytes()), unpacked)
    return unpacked.getvalue()


def lay_out(html: str, assets: HouseAssets) -> weasyprint.Document:
    """The pages of one document, before they are written."""
    source = weasyprint.HTML(string=html, url_fetcher=assets)
    for drawing in source.etree_element.iter(f"{SVG}svg"):
        drawing.set("font-family", "Source Sans 3")  # a stylesheet does not reach into inline SVG
        title, described = drawing.find(f"{SVG}title"), drawing.findtext(f"{SVG}desc")
        if title is not None and described:
            # WeasyPrint reads the title alone aloud: what the drawing shows would stay unsaid.
            title.text = f"{title.text} : {described}"
    # Never shared with a child: a thread of Pango serves each set of fonts, which no fork copies.
    fonts = FontConfiguration()
    style = weasyprint.CSS(url=STYLESHEET, url_fetcher=assets, font_config=fonts)
    return source.render(stylesheets=[style], font_config=fonts, presentational_hints=False)


def to_pdf(html: str, assets: HouseAssets) -> bytes:
    """Lay out and write one document; the same HTML always gives the same bytes."""
    document = lay_out(html, assets)
    _declare_accessible(document.metadata)
    return document.write_pdf(
        pdf_variant="pdf/a-3a", pdf_identifier=hashlib.sha256(html.encode()).digest()[:16]
    )


def _declare_accessible(metadata: DocumentMetadata) -> None:
    """Add PDF/UA to the one block of metadata; WeasyPrint's option writes a second, against XMP."""
    archive = metadata.generate_rdf_metadata
    metadata.generate_rdf_metadata = lambda *part: archive(*part).replace(
        b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>"
    )


def _limit(cpu: int, memory: int) -> None:
    """Bound this process: CPU seconds, bytes beyond those it was born with, no core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # outside Linux the limits on time hold alone
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


class _Instruction(ctypes.Structure):
    """One step of a filter of system calls, as the kernel reads it."""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("met", ctypes.c_ubyte),
        ("unmet", ctypes.c_ubyte),
        ("operand", ctypes.c_uint),
    )


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Instruction)))


def close_network() -> None:
    """Have the kernel refuse a socket to this process and its children, for good (T19).

    A filter of calls rather than a network of our own, which no container may make by default.

    :raises OSError: the kernel or the machine is not one where we know how.
    """
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        raise OSError(f"no filter of calls for {sys.platform} on {platform.machine()}")
    machine, make_socket = MACHINES[platform.machine()]
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    steps = (
        _Instruction(load, 0, 0, 4),  # the machine of the call
        _Instruction(equal, 0, 5, machine),
        _Instruction(load, 0, 0, 0),  # its number
        _Instruction(at_least, 3, 0, OTHER_NUMBERING),
        _Instruction(equal, 2, 0, make_socket),
        _Instruction(equal, 1, 0, IO_URING_SETUP),
        _Instruction(answer, 0, 0, 0x7FFF0000),  # let through
        _Instruction(answer, 0, 0, 0x00050000 | errno.EPERM),
    )
    held = _Filter(len(steps), (_Instruction * len(steps))(*steps))
    control = ctypes.CDLL(None, use_errno=True).prctl
    control.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, *[ctypes.c_ulong] * 2)
    is_refused = control(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or control(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(held), 0, 0
    )
    if is_refused:
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of calls")


def begin(*, must_be_closed: bool) -> None:
    """Close the network, or say that it stays open; where it must not, nothing is laid out.

    :raises SystemExit: it must be closed, and cannot.
    """
    try:
        close_network()
    except OSError as error:
        sys.stderr.write(f"The renderer keeps its network: {error}\n")
        if must_be_closed:
            sys.exit(1)


def _move_apart() -> None:
    """Move out of reach of our other processes too, where the kernel allows more than a filter."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWNET)


def _answer(request: dict, assets: HouseAssets) -> bytes:
    try:
        _limit(request["cpu"], request["memory"])
        _move_apart()
        gc.disable()  # the process ends with its document, and its memory is bounded
        return DONE + to_pdf(request["html"], assets)
    except FatalURLFetchingError:
        return FORBIDDEN_ASSET
    except (MemoryError, RecursionError, SystemError):
        # Out of memory inside a library in C, the interpreter only knows that something failed.
        return TOO_HEAVY
    except Exception:
        traceback.print_exc()
        return BROKEN


def _supervise(request: dict, assets: HouseAssets, folder: str) -> bytes:
    """Fork a child for one document, collect its answer, kill it when its time is over."""
    deadline = time.monotonic() + request["wall"]
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        # Leaves by _exit: its folder, as what the server holds, is the server's to clean up.
        tempfile.tempdir = folder
        try:
            write_all(sending, _answer(request, assets))
        finally:
            os._exit(0)
    try:
        os.close(sending)
        answer = _read_until(receiving, deadline)
        os.close(receiving)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    # A child killed by a limit, or crashed by what it was given, has nothing to say.
    return answer or TOO_HEAVY


def _read_until(source: int, deadline: float) -> bytes:
    """Read a pipe to its end; nothing when the deadline comes first."""
    parts = []
    while select.select([source], [], [], max(0, deadline - time.monotonic()))[0]:
        part = os.read(source, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return b""


def write_all(target: int, data: bytes) -> None:
    """Write everything to a pipe, which takes a part at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(target, rest) :]


def read_exactly(source: int, size: int) -> bytes:
    """Read that many bytes from a pipe.

    :raises EOFError: the other side closed it before.
    """
    parts = []
    while size:
        part = os.read(source, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def serve(source: int, target: int) -> None:
    """Answer one request after the other until the process that started us is gone."""
    employer = os.getppid()
    assets = HouseAssets()
    # Libraries, hyphenation and the fonts of the system read once here are warm in every child.
    to_pdf(SPECIMEN, assets)
    gc.collect()
    while os.getppid() == employer:
        # The end of the pipe says it too, unless a sibling of our employer holds a copy of it.
        if not select.select([source], [], [], 5)[0]:
            continue
        (size,) = struct.unpack("!I", read_exactly(source, 4))
        request = json.loads(read_exactly(source, size))
        with tempfile.TemporaryDirectory() as folder:
            answer = _supervise(request, assets, folder)
        write_all(target, struct.pack("!I", len(answer)) + answer)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    begin(must_be_closed="--closed" in sys.argv)
    with (
        contextlib.suppress(EOFError, BrokenPipeError),
        tempfile.TemporaryDirectory(prefix="alize-pdf-") as tempfile.tempdir,
    ):
        serve(sys.stdin.fileno(), sys.stdout.fileno())
