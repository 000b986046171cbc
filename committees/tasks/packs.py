"""A pack of files, made one file after the other: each step commits, so its progress is true."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string

from alize.common.dates import long_date
from alize.documents import pdf, storage
from alize.documents.operations import issue_file
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from alize.outbox.operations import enqueue
from basins.homes import Visitor
from committees import pack_document
from committees.models import AgendaItem, Pack
from committees.packing import (
    Piece,
    Slot,
    Unfit,
    named_pages,
    piece_as_pdf,
    wide_pages,
    with_pieces,
)
from committees.queries import seats
from committees.queries.meetings import page_of
from projects.models import Attachment

LIMITS = pdf.Limits(cpu=90, wall=110)


@handler("committees.make_pack")
def make_pack(*, at: datetime, pack_id: int, step: int, pieces: list[dict[str, Any]]) -> None:
    """Prepare the pieces of one file; after the last, lay out the whole."""
    pack = Pack.objects.select_related("meeting", "reader").get(pk=pack_id)
    if pack.failed_at or pack.document_id:
        return
    kept = [Piece(**{**piece, "wide": tuple(piece["wide"])}) for piece in pieces]
    # Asked again at each step: somebody may have withdrawn since.
    visitor = pack_document.as_reader(pack.reader, at=at)
    files = {item.project_id: item for item in pack_document.readable_items(pack.meeting, visitor)}
    inside = [files[project] for project, _ in pack.contents if project in files]
    if step < len(pack.contents):
        item = files.get(pack.contents[step][0])
        kept += _pieces_of(item) if item else []
        Pack.objects.filter(pk=pack.pk).update(done=step + 1)
        enqueue(
            "committees.make_pack",
            key=f"{pack.pk}:{step + 1}",
            pack_id=pack.pk,
            step=step + 1,
            pieces=[asdict(piece) for piece in kept],
        )
        return
    readable = {item.pk for item in inside}
    _finish(pack, inside, [piece for piece in kept if piece.item in readable], visitor, at=at)
    transaction.on_commit(lambda: _discard(kept))


def _discard(pieces: Sequence[Piece]) -> None:
    """What the steps handed on is in the document now."""
    for piece in pieces:
        if piece.key:
            storage.discard(piece.key)


def _pieces_of(item: AgendaItem) -> list[Piece]:
    """The pieces of a file, ready to be drawn; those that cannot be say why."""
    kept = []
    attached = Attachment.objects.filter(project=item.project_id, removed_at=None)
    for attachment in attached.select_related("file").order_by("pk"):
        try:
            with storage.opened(attachment.file.key) as stored:
                content = piece_as_pdf(stored.read(), attachment.file.content_type)
        except Unfit as reason:
            kept.append(Piece(item.pk, attachment.label, missing=str(reason)))
        else:
            wide = wide_pages(content)
            kept.append(Piece(item.pk, attachment.label, storage.keep(content), wide))
    return kept


def _finish(
    pack: Pack,
    files: Sequence[AgendaItem],
    pieces: Sequence[Piece],
    visitor: Visitor,
    *,
    at: datetime,
) -> None:
    mentions = pack_document.imprint_of(pack)
    try:
        context = pack_document.pack_context(pack, files, pieces, visitor)
        content = pdf.render(render_to_string(pack_document.TEMPLATE, context), LIMITS)
    except pdf.RenderFailed:
        Pack.objects.filter(pk=pack.pk).update(failed_at=at)
        return
    document = issue_file(
        kind=pack_document.KIND,
        reference=mentions.reference,
        title=mentions.title,
        content=with_pieces(content, _slots(content, pieces)),
        content_type="application/pdf",
        extension="pdf",
        as_of=mentions.as_of,
        target=pack,
        by=pack.reader,
        at=at,
    )
    printed = {item.project_id for item in files}
    Pack.objects.filter(pk=pack.pk).update(
        document=document,
        done=pack.steps,
        contents=[[project, mark] for project, mark in pack.contents if project in printed],
    )
    send_mail(
        "M06",
        to=Recipient.of(pack.reader),
        path=page_of(pack.meeting) + "#dossier-de-seance",
        key=str(pack.pk),
        kind=pack_document.kind_of(pack.meeting),
        date=long_date(seats.day_of(pack.meeting)),
        count=len(files),
        label="1 dossier" if len(files) == 1 else f"{len(files)} dossiers",
    )


def _slots(content: bytes, pieces: Sequence[Piece]) -> list[Slot]:
    """Where each piece begins in the pages laid out."""
    drawn = [(rank, piece) for rank, piece in enumerate(pieces) if piece.key]
    if not drawn:
        return []
    pages = named_pages(content, "piece-")
    slots = []
    for rank, piece in drawn:
        with storage.opened(piece.key) as stored:
            slots.append(Slot(pages[pack_document.piece_anchor(rank)], stored.read()))
    return slots
