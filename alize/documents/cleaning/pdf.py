"""Writes a PDF again without what runs, hides or travels with it; a signed one stays as it is."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice

import pikepdf

from alize.documents.cleaning.base import Unclean, readable

MAX_FIELDS = 20_000
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
        readable(
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
