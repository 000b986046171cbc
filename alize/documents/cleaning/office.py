"""Searches a Word or Excel file for what runs, unfolds or calls elsewhere."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from alize.documents.cleaning.base import Unclean, readable

MAX_PARTS = 2_000
MAX_UNPACKED = 200_000_000
MAX_RATIO = 100
MAX_RELATIONS = 2_000_000  # bytes of one list of links inside an office file
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
        readable(
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
