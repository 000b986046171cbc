"""Use cases: ASTREES prepares a version of a text, then publishes it."""

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import ActionDenied, InvalidInput
from alize.drafting import permissions, rules
from alize.drafting.models import TemplateVersion
from alize.drafting.texts import FIRST


@transaction.atomic
def add_first(*, at: datetime) -> int:
    """Publish the versions that come with the application and are not there yet; says how many."""
    known = set(TemplateVersion.objects.values_list("kind", "number"))
    coming = [first for first in FIRST if (first.kind, first.number) not in known]
    for first in coming:
        TemplateVersion.objects.create(
            kind=first.kind,
            number=first.number,
            source=first.source,
            sha256=_digest(first.source),
            comment=first.comment,
            effective_from=first.effective_from,
            created_at=at,
            published_at=at,
        )
    return len(coming)


@transaction.atomic
def start_draft(*, kind: str, by: Person, at: datetime) -> TemplateVersion:
    """Open the next version of a text, from the words of the last one; once."""
    versions = TemplateVersion.objects.filter(kind=kind)
    list(versions.select_for_update().values_list("pk"))  # a second person waits here, then reads
    last = versions.order_by("-number")[:1].get()
    if last.is_draft:
        return last
    draft = TemplateVersion.objects.create(
        kind=kind,
        number=last.number + 1,
        source=last.source,
        sha256=last.sha256,
        created_at=at,
        created_by=by,
    )
    audit.record("template.started", target=draft, by=by, at=at, number=draft.number)
    return draft


@transaction.atomic
def save_draft(
    *, version_id: int, source: str, comment: str, seen: str, by: Person, at: datetime
) -> TemplateVersion:
    """Keep the words of a draft; `seen` is the digest of those that were changed.

    :raises ActionDenied: it is published or abandoned, or somebody else changed it meanwhile.
    :raises InvalidInput: the source cannot be read.
    """
    draft = _locked(version_id)
    permissions.edit(draft)
    if seen != draft.sha256:
        raise ActionDenied(
            "Une autre personne a modifié ce texte entre-temps : ouvrez-le dans un autre onglet, "
            "reportez-y vos changements, puis enregistrez."
        )
    source = "\n".join(source.splitlines()).strip() + "\n"
    try:
        rules.parse(source)
    except rules.SourceError as error:
        raise InvalidInput(str(error), field="source") from error
    draft.source, draft.sha256, draft.comment = source, _digest(source), comment
    draft.save(update_fields=["source", "sha256", "comment"])
    audit.record("template.saved", target=draft, by=by, at=at, sha256=draft.sha256)
    return draft


@transaction.atomic
def discard_draft(*, version_id: int, by: Person, at: datetime) -> None:
    """Abandon a draft; the version in force stays.

    :raises ActionDenied: it is published, or abandoned already.
    """
    draft = _locked(version_id)
    permissions.edit(draft)
    audit.record("template.discarded", target=draft, by=by, at=at, number=draft.number)
    draft.delete()


@transaction.atomic
def publish(*, version_id: int, effective_from: date, by: Person, at: datetime) -> TemplateVersion:
    """Publier : the version serves from a day on, and never changes again.

    The same person asking twice does it once.

    :raises ActionDenied: it says the same as the version before it, or was abandoned meanwhile.
    :raises InvalidInput: the day has passed, or precedes that of the version before it.
    """
    version = _locked(version_id)
    if version.published_by_id == by.pk and version.effective_from == effective_from:
        return version
    permissions.publish(version)
    permissions.check_day(version, effective_from, today=timezone.localdate(at))
    version.effective_from, version.published_at, version.published_by = effective_from, at, by
    version.save(update_fields=["effective_from", "published_at", "published_by"])
    audit.record(
        "template.published",
        target=version,
        by=by,
        at=at,
        number=version.number,
        sha256=version.sha256,
        effective_from=effective_from.isoformat(),
    )
    return version


def _locked(version_id: int) -> TemplateVersion:
    version = TemplateVersion.objects.select_for_update().filter(pk=version_id).first()
    if version is None:
        raise ActionDenied("Cette version en préparation a été abandonnée entre-temps.")
    return version


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
