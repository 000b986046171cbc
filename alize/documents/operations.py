"""Use cases: a document is issued, a file is kept."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.files import File
from django.db import models, transaction
from django.db.models import Sum
from django.template import Engine
from django.template.loader import render_to_string

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.database import hold
from alize.documents import pdf, storage
from alize.documents.imprint import Imprint, file_name, issuer
from alize.documents.models import GeneratedDocument, StoredFile
from alize.documents.vetting import UploadRefused, vet
from alize.outbox import operations as outbox

Asked = ParamSpec("Asked")
Given = TypeVar("Given")
FILES_A_DAY = 200
BYTES_A_BASIN = 5_000_000_000


def lay_out(
    *,
    kind: str,
    reference: str,
    title: str,
    template: str,
    context: dict[str, Any],
    as_of: date,
    target: models.Model,
    by: Person | None,
    at: datetime,
    draft: bool = False,
    named_by_kind: bool = False,
    anew: bool = False,
) -> Callable[[], GeneratedDocument]:
    """Lay out a PDF, kept by calling what is given: a new version when it says something new.

    Whoever lays out several keeps none before the last: from the first, the journal is held.
    What is said of another object is new, whatever its words: each has a document of its own. So
    is what is said `anew`.

    `named_by_kind` leaves the reference out of the name of the file: the kind says enough.

    :raises RenderFailed: the layout took too much or asked for a foreign resource.
    """
    latest = _latest(kind, reference)
    mentions = _mentions(latest, title=title, reference=reference, as_of=as_of, draft=draft)
    html = render_to_string(template, {**context, "imprint": mentions})
    if latest is not None:
        is_same = (latest.target_type, latest.target_id) == _about(target)
        if is_same and not anew and latest.source_sha256 == _digest(html.encode()):
            return lambda: latest
        mentions = replace(mentions, version=latest.version + 1)
        html = render_to_string(template, {**context, "imprint": mentions})
    return partial(
        _keep,
        pdf.render(html),
        mentions,
        kind=kind,
        extension="pdf",
        content_type="application/pdf",
        source_sha256=_digest(html.encode()),
        template_version=_template_version(template),
        named_by_kind=named_by_kind,
        about=_about(target),
        by=by,
        at=at,
    )


def _asked_like(
    known: Callable[Asked, Any],
) -> Callable[[Callable[..., Given]], Callable[Asked, Given]]:
    """Give a function the parameters of another, for its type alone."""
    return lambda function: function


@transaction.atomic
@_asked_like(lay_out)
def issue_document(**asked: Any) -> GeneratedDocument:
    """Lay out a PDF and keep it."""
    return lay_out(**asked)()


def draft_words(
    *, reference: str, title: str, template: str, context: dict[str, Any], as_of: date
) -> str:
    """All that a document marked « PROJET » says, for `pdf.render`; it is not kept."""
    mentions = _mentions(None, title=title, reference=reference, as_of=as_of, draft=True)
    return render_to_string(template, {**context, "imprint": mentions})


@transaction.atomic
def issue_file(
    *,
    kind: str,
    reference: str,
    title: str,
    content: bytes,
    content_type: str,
    extension: str,
    as_of: date,
    target: models.Model,
    by: Person | None,
    at: datetime,
    draft: bool = False,
    named_by_kind: bool = False,
) -> GeneratedDocument:
    """Keep a file made elsewhere, such as a spreadsheet, with the same care as a PDF."""
    latest = _latest(kind, reference)
    mentions = _mentions(latest, title=title, reference=reference, as_of=as_of, draft=draft)
    if latest is not None:
        if latest.sha256 == _digest(content):
            return latest
        mentions = replace(mentions, version=latest.version + 1)
    return _keep(
        content,
        mentions,
        kind=kind,
        extension=extension,
        content_type=content_type,
        source_sha256=_digest(content),
        template_version="",
        named_by_kind=named_by_kind,
        about=_about(target),
        by=by,
        at=at,
    )


@transaction.atomic
def keep_other_form(
    *,
    document: GeneratedDocument,
    kind: str,
    content: bytes,
    by: Person | None,
    at: datetime,
) -> GeneratedDocument:
    """Keep another form of a PDF, such as the sealed one, under its reference and its version.

    The caller took its turn and found that this form is not kept yet.
    """
    mentions = Imprint(
        issuer=issuer(),
        title=document.title,
        reference=document.reference,
        version=document.version,
        as_of=document.as_of,
        is_draft=False,
    )
    return _keep(
        content,
        mentions,
        kind=kind,
        extension="pdf",
        content_type="application/pdf",
        source_sha256=document.sha256,
        template_version=document.template_version,
        named_by_kind=False,
        about=(document.target_type, document.target_id),
        by=by,
        at=at,
    )


def _latest(kind: str, reference: str) -> GeneratedDocument | None:
    """The last version so far; a second issue at once waits here for the first to commit."""
    hold(f"{kind}:{reference}")
    return GeneratedDocument.objects.of(kind, reference).first()


def _mentions(latest: GeneratedDocument | None, *, draft: bool, **known: Any) -> Imprint:
    version = 1 if latest is None else latest.version
    return Imprint(issuer=issuer(), version=version, is_draft=draft, **known)


def _about(target: models.Model) -> tuple[str, str]:
    return target._meta.label_lower, str(target.pk)


def _keep(
    content: bytes,
    mentions: Imprint,
    *,
    kind: str,
    extension: str,
    named_by_kind: bool,
    about: tuple[str, str],
    by: Person | None,
    at: datetime,
    **made: str,
) -> GeneratedDocument:
    """Store the bytes and their row; tell the journal, and the register behind `/verifier/`."""
    document = GeneratedDocument.objects.create(
        kind=kind,
        reference=mentions.reference,
        version=mentions.version,
        title=mentions.title,
        is_draft=mentions.is_draft,
        as_of=mentions.as_of,
        target_type=about[0],
        target_id=about[1],
        file_name=file_name(
            mentions, kind=kind, extension=extension, with_reference=not named_by_kind
        ),
        key=storage.keep(content),
        size=len(content),
        sha256=_digest(content),
        created_at=at,
        created_by_id=None if by is None else by.pk,
        **made,
    )
    facts = {
        "kind": kind,
        "reference": mentions.reference,
        "version": mentions.version,
        "sha256": document.sha256,
    }
    outbox.enqueue(
        "documents.register",
        key=document.sha256,
        document={
            **facts,
            "issuer": mentions.issuer,
            "is_draft": mentions.is_draft,
            "as_of": mentions.as_of.isoformat(),
        },
    )
    audit.record("document.issued", target=document, by=by, at=at, **facts)
    return document


@transaction.atomic
def store_upload(
    *, file: File, name: str, by: Person | None, at: datetime, link: str = ""
) -> StoredFile:
    """Keep a file somebody sent, once vetted and made harmless.

    `link` says what the single-use link opens that brought it, when nobody is known.

    :raises UploadRefused: it is not of an accepted kind, carries what it should not, or is one
        too many.
    """
    _check_quota(by=by, link=link, at=at)
    vetted = vet(name, file.size, file.read)
    # Two files of one sender at once are counted one after the other, once both are judged.
    hold(f"upload:{link if by is None else by.pk}")
    _check_quota(by=by, link=link, at=at)
    stored = StoredFile.objects.create(
        name=vetted.name,
        content_type=vetted.content_type,
        size=len(vetted.content),
        sha256=_digest(vetted.content),
        key=storage.keep(vetted.content),
        uploaded_at=at,
        uploaded_by_id=None if by is None else by.pk,
        link=link,
    )
    audit.record("file.stored", target=stored, by=by, at=at, sha256=stored.sha256)
    return stored


def _check_quota(*, by: Person | None, link: str, at: datetime) -> None:
    """Neither a person, a link nor a loop fills the disk of everybody (security.md S26)."""
    sent = StoredFile.objects.filter(uploaded_by=by, link=link)
    today = sent.filter(uploaded_at__gt=at - timedelta(days=1)).count()
    if today >= FILES_A_DAY:
        raise UploadRefused(
            f"{FILES_A_DAY} fichiers ont été déposés en un jour, c'est le maximum : "
            "reprenez demain."
        )
    kept = StoredFile.objects.aggregate(total=Sum("size"))["total"] or 0
    if kept >= BYTES_A_BASIN:
        raise UploadRefused(
            "L'espace réservé aux fichiers de ce bassin est plein : demandez à l'assistance "
            "de l'agrandir."
        )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def _template_version(template: str) -> str:
    """Digest of the template and of everything that gives all documents their look."""
    shared = [
        path
        for folder in ("templates/pdf", "static/pdf")
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*.*"))
    ]
    source = Engine.get_default().get_template(template).source.encode()
    return _digest(b"\0".join([source, *(path.read_bytes() for path in shared)]))[:12]
