"""Takes out of a file what could run, hide or tell too much; pure functions of its bytes."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import islice

import pikepdf
from celery.exceptions import SoftTimeLimitExceeded
from lxml import etree
from PIL import Image, ImageFile, ImageOps

MAX_PIXELS = 40_000_000
MAX_PARTS = 2_000
MAX_FIELDS = 20_000
MAX_UNPACKED = 200_000_000
MAX_RATIO = 100
MAX_RELATIONS = 2_000_000  # bytes of one list of links inside an office file


class Unclean(Exception):
    """The file cannot be made harmless; the message is the sentence for its sender."""


@contextmanager
def _readable(otherwise: str) -> Iterator[None]:
    """Whatever the bytes did to the library that reads them, their sender gets this sentence."""
    try:
        yield
    except (Unclean, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        raise Unclean(otherwise) from error


# -- Images ------------------------------------------------------------------------------------


def clean_image(data: bytes, form: str) -> bytes:
    """Draw the image again: no EXIF, no position, no comment, nothing after its end."""
    drawn = BytesIO()
    with _readable(
        "Cette image est illisible ou démesurée : ouvrez-la sur votre poste, enregistrez-la de "
        "nouveau, puis renvoyez-la."
    ):
        # WeasyPrint, where a process has it, lets half a picture pass for one.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        image = Image.open(BytesIO(data), formats=(form,))
        if image.width * image.height > MAX_PIXELS:
            raise Unclean(
                "Cette image compte plus de 40 millions de points : réduisez-la, puis renvoyez-la."
            )
        # Upright as it was seen, since the note that says how to turn it goes away.
        ImageOps.exif_transpose(image, in_place=True)
        if "transparency" in image.info:
            image = image.convert("RGBA")
        elif form == "JPEG" and image.mode not in {"RGB", "L"}:
            image = image.convert("RGB")
        image.info = {}
        image.save(drawn, form, quality=90)
    return drawn.getvalue()


# -- PDF ---------------------------------------------------------------------------------------

# Keys whose mere presence makes something run, open or travel with the file.
PDF_HOOKS = frozenset(
    {
        "/AA",
        "/AF",
        "/Collection",
        "/EF",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/JavaScript",
        "/JS",
        "/Launch",
        "/RichMediaContent",
        "/RichMediaSettings",
        "/XFA",
    }
)
# What each key may do: by itself a file only moves within itself, a click may follow a link too.
PDF_HARMLESS_ACTIONS = {
    "/A": frozenset({"/GoTo", "/URI", "/Named"}),
    "/Next": frozenset({"/GoTo"}),
    "/OpenAction": frozenset({"/GoTo"}),
}
PDF_ACTIVE_ANNOTATIONS = frozenset(
    {"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"}
)

# Where the proofs of a signature stand, and how an update begins.
PDF_PROOFS = ("/DSS", "/Extensions")
PDF_TABLES = (pikepdf.Name.XRef, pikepdf.Name.ObjStm)
PDF_UPDATE = re.compile(rb"\d+ \d+ obj\b|xref\b")
PDF_REFERENCE = re.compile(rb"\b\d+ \d+ R\b")


def clean_pdf(data: bytes) -> bytes:
    """Write the PDF again without scripts, launches, attachments and opening actions.

    One that is signed and has none of them is kept as it is: a rewrite would break the signature.
    """
    with (
        _readable(
            "Ce PDF est abîmé ou protégé par un mot de passe : ouvrez-le sur votre poste, "
            "imprimez-le en PDF, puis renvoyez-le."
        ),
        pikepdf.open(BytesIO(data)) as pdf,
    ):
        removed = sum(_disarm(item) for item in pdf.objects)
        signatures = list(_signatures(pdf))
        if signatures:
            if removed:
                raise Unclean(
                    "Ce PDF signé contient un programme ou une pièce jointe, que nous ne "
                    "pouvons pas retirer sans casser sa signature : demandez-en une version "
                    "qui n'en contient pas."
                )
            if not _is_as_signed(pdf, data, until=max(_end_of(one, data) for one in signatures)):
                raise Unclean(
                    "Une signature de ce PDF ne couvre pas tout le fichier, qui a changé depuis : "
                    "envoyez-le tel qu'il a été signé, ou imprimez-le en PDF, puis renvoyez-le."
                )
            return data
        written = BytesIO()
        pdf.save(written)
    return written.getvalue()


def _disarm(item: pikepdf.Object) -> int:
    """Remove what is active from one object and those written inside it; count what went."""
    if isinstance(item, pikepdf.Array):
        return sum(_disarm(part) for part in _own_parts(item)) + _drop_annotations(item)
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return 0
    removed = 0
    for key in list(item.keys()):
        harmless = PDF_HARMLESS_ACTIONS.get(key)
        if key in PDF_HOOKS or (harmless is not None and _is_active(item[key], harmless)):
            del item[key]
            removed += 1
    return removed + sum(_disarm(part) for part in _own_parts(part for _, part in item.items()))


def _own_parts(parts: Iterable[pikepdf.Object]) -> list[pikepdf.Object]:
    """The containers written in place: those referred to have their own turn."""
    return [
        part
        for part in parts
        if isinstance(part, pikepdf.Array | pikepdf.Dictionary) and not part.is_indirect
    ]


def _is_active(action: pikepdf.Object, harmless: frozenset[str]) -> bool:
    actions = list(action) if isinstance(action, pikepdf.Array) else [action]
    return any(
        isinstance(one, pikepdf.Dictionary) and "/S" in one and str(one["/S"]) not in harmless
        for one in actions
    )


def _drop_annotations(items: pikepdf.Array) -> int:
    active = [
        index
        for index, item in enumerate(items)
        if isinstance(item, pikepdf.Dictionary)
        and str(item.get("/Subtype", "")) in PDF_ACTIVE_ANNOTATIONS
    ]
    for index in reversed(active):
        del items[index]
    return len(active)


def _signatures(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """What stands in the signature fields of the form: elsewhere nobody reads it as a signature."""
    form = pdf.Root.get("/AcroForm")
    named = form.get("/Fields", ()) if isinstance(form, pikepdf.Dictionary) else ()
    # A field has the type of its parent when it says none.
    fields = [(field, None) for field in named]
    # The fields of fields are added on the way; a form that holds itself would never end.
    for field, inherited in islice(iter(fields), MAX_FIELDS):
        if not isinstance(field, pikepdf.Dictionary):
            continue
        kind = field.get("/FT", inherited)
        fields.extend((kid, kind) for kid in field.get("/Kids", ()))
        value = field.get("/V") if kind == pikepdf.Name.Sig else None
        if isinstance(value, pikepdf.Dictionary) and "/ByteRange" in value:
            yield value


def _end_of(signature: pikepdf.Object, data: bytes) -> int:
    """Where ends what a signature covers, all from the start but its own place; 0 if not so."""
    start, size, rest, length = (int(one) for one in signature.ByteRange)
    place = data[size:rest]
    is_its_own = place[:1] + place[-1:] == b"<>" and bytes.fromhex(
        place[1:-1].decode("ascii")
    ) == bytes(signature.Contents)
    end = rest + length
    return end if start == 0 and is_its_own and end <= len(data) else 0


def _is_as_signed(pdf: pikepdf.Pdf, data: bytes, *, until: int) -> bool:
    """Whether nothing follows what was signed, but the proofs of a certificate made to last.

    Those stand in the catalogue and show nothing (ETSI EN 319 142-1, 5.4): every object that was
    signed says what it said, and each new one serves the proofs alone.
    """
    tail = data[until:].strip()
    if until == 0 or not tail:
        return until > 0
    if not (PDF_UPDATE.match(tail) and tail.endswith(b"%%EOF")):
        return False
    with pikepdf.open(BytesIO(data[:until])) as signed:
        if _frame_of(signed) != _frame_of(pdf):
            return False
        before, after = _said_in(signed), _said_in(pdf)
        root, facts = signed.Root.unparse(), _named_by(signed.trailer, "/Info")
    # What was signed may name an object that was not there, and would show it.
    shown = {one for said, _ in before.values() for one in PDF_REFERENCE.findall(said)}
    kept = before.keys() - {root} - (facts - shown)
    if any(after.get(one) != before[one] for one in kept):
        return False
    added, serving = after.keys() - before.keys(), set()
    found = _named_by(pdf.Root, *PDF_PROOFS) | _named_by(pdf.trailer, "/Info")
    while found := found & added - serving - shown:
        serving |= found
        found = {one for key in found for one in PDF_REFERENCE.findall(after[key][0])}
    return added == serving


def _frame_of(pdf: pikepdf.Pdf) -> tuple[bytes, bytes]:
    """What everything else hangs from, the proofs apart."""
    root = {key: value for key, value in pdf.Root.items() if key not in PDF_PROOFS}
    frame = {key: pdf.trailer[key] for key in ("/Root", "/Encrypt") if key in pdf.trailer}
    return pikepdf.Dictionary(root).unparse(), pikepdf.Dictionary(frame).unparse()


def _said_in(pdf: pikepdf.Pdf) -> dict[bytes, tuple[bytes, bytes]]:
    """By its reference, what each object says and the bytes of its stream; tables say nothing.

    A page that is drawn may call itself a table: only what no other object names is one.
    """
    said, tables = {}, set()
    for item in pdf.objects:
        if item is None:  # named, and not there
            continue
        if isinstance(item, pikepdf.Stream):
            said[item.unparse()] = item.stream_dict.unparse(resolved=True), item.read_raw_bytes()
            tables |= {item.unparse()} if item.get("/Type") in PDF_TABLES else set()
        else:
            said[item.unparse()] = item.unparse(resolved=True), b""
    kept, named = said.keys() - tables, said.keys() - tables
    while named:
        found = {one for key in named for one in PDF_REFERENCE.findall(said[key][0])}
        named = found & said.keys() - kept
        kept |= named
    return {key: said[key] for key in kept}


def _named_by(item: pikepdf.Object, *keys: str) -> set[bytes]:
    """The references that an object writes under some of its keys."""
    named = pikepdf.Dictionary({key: item[key] for key in keys if key in item})
    return set(PDF_REFERENCE.findall(named.unparse()))


# -- Word and Excel ----------------------------------------------------------------------------

OFFICE_ACTIVE_PARTS = ("vbaproject", "vbadata", "/activex/", "/macrosheets/")
OFFICE_LINKS_OUT = "/externallinks/"
ELSEWHERE = (
    "Ce document va chercher une image, un modèle ou un classeur ailleurs qu'en lui-même : "
    "rompez ces liaisons, ou enregistrez-le au format PDF, puis renvoyez-le."
)
OFFICE_ACTIVE_WORDS = ("macroenabled", "vbaproject", "attachedtemplate", "oleobject")


def searched_office_file(data: bytes, main_part: str) -> bytes:
    """Return a Word or Excel file as it is, once nothing in it runs, unfolds or calls elsewhere."""
    with (
        _readable(
            "Ce document est abîmé ou protégé : ouvrez-le sur votre poste, enregistrez-le de "
            "nouveau sans mot de passe, puis renvoyez-le."
        ),
        zipfile.ZipFile(BytesIO(data)) as archive,
    ):
        parts = archive.infolist()
        _check_size(parts, len(data))
        if not {main_part, "[Content_Types].xml"} <= {part.filename for part in parts}:
            raise Unclean(
                "Ce fichier n'est pas un document Word ou Excel : enregistrez-le au format "
                ".docx ou .xlsx, puis renvoyez-le."
            )
        if any(_is_active_part(archive, part) for part in parts):
            raise Unclean(
                "Ce document contient une macro ou un objet incorporé : enregistrez-le sans, "
                "ou au format PDF, puis renvoyez-le."
            )
    return data


def _check_size(parts: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > packed * MAX_RATIO:
        raise Unclean(
            "Ce document est anormalement volumineux une fois ouvert : enregistrez-le au format "
            "PDF, puis renvoyez-le."
        )


def _is_active_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    name = part.filename.lower()
    if any(mark in f"/{name}" for mark in OFFICE_ACTIVE_PARTS):
        return True
    if OFFICE_LINKS_OUT in f"/{name}":
        raise Unclean(ELSEWHERE)
    if not name.endswith((".rels", "[content_types].xml")):
        return False
    with archive.open(part) as stream:
        listed = list(_listed(stream.read(MAX_RELATIONS)))
    for one in listed:
        is_inside = one.get("TargetMode", "Internal").strip() == "Internal"
        if not is_inside and not one.get("Type", "").endswith("/hyperlink"):
            raise Unclean(ELSEWHERE)
    told = " ".join(one.get("Type", "") + one.get("ContentType", "") for one in listed).lower()
    return any(word in told for word in OFFICE_ACTIVE_WORDS)


def _listed(content: bytes) -> Iterator[etree._Element]:
    """The elements of a list of parts or of links, read as Word reads them, whatever the encoding.

    :raises ValueError: it declares a type of document, which no office file does.
    """
    reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, reader)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a declared type of document")
    return root.iter("{*}*")
