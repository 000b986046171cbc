"""The six sections of a file, what is being typed in them, and the attachments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.dates import clock_time, long_datetime
from alize.common.errors import Refusal
from alize.documents.operations import store_upload
from alize.documents.vetting import UploadRefused
from projects import permissions, queries
from projects.enums import ProjectStatus, Section
from projects.models import Attachment, Beneficiary, Draft, FundingLine, JobForecast, Project
from projects.operations.base import locked, move
from projects.operations.contacts import acknowledge

FIELDS: dict[Section, tuple[str, ...]] = {
    Section.COMPANY: queries.COMPANY_FIELDS,
    Section.OWNER: (
        "owner_name",
        "owner_function",
        "owner_email",
        "owner_phone",
        "owner_background",
    ),
    Section.PROJECT: (
        "need",
        "category",
        "request",
        "amount_asked",
        "description",
        "skills_needed",
        "days_asked",
        "is_shared",
    ),
    Section.JOBS: ("headcount",),
    Section.FUNDING: ("other_schemes", "why_alize", "de_minimis_declared"),
}
"""What each section says, in the order of its page."""
LINES: dict[Section, Any] = {
    Section.JOBS: JobForecast,
    Section.FUNDING: FundingLine,
}


class SectionChanged(Refusal):
    """The section was saved since the page was made; nothing was written."""

    def __init__(self, reason: str, *, revision: int) -> None:
        super().__init__(reason)
        self.revision = revision


@transaction.atomic
def save_section(
    *,
    project_id: int,
    section: Section,
    values: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]] = (),
    revision: int,
    by: Person,
    at: datetime,
) -> Project:
    """Save one section, unless it was saved since `revision`; a first save starts the file.

    That of the company is the same for all its files: each sees what another wrote of it.

    :param lines: the forecasts of jobs, or the lines of the funding plan: all of them.
    :raises SectionChanged: it says otherwise since; saving again with the new revision keeps
        these values.
    """
    project = locked(project_id)
    permissions.edit_section(project, section)
    row: Project | Beneficiary = project
    if section == Section.COMPANY:
        row = project.beneficiary = Beneficiary.objects.select_for_update().get(
            pk=project.beneficiary_id
        )
    written = {name: values[name] for name in FIELDS[section]}
    change = queries.last_change(project, section, after=revision)
    if change is not None:
        if _is_stored(row, written, lines, section=section):
            return project
        raise SectionChanged(_said(change, by=by, at=at), revision=row.revision)
    _assign(row, {**written, "revision": row.revision + 1})
    if section in LINES:
        lines_of(project, section).delete()
        LINES[section].objects.bulk_create(
            LINES[section](project=project, **line) for line in lines
        )
    if section == Section.OWNER:
        acknowledge(project, at=at)
    if project.status == ProjectStatus.CONTACT:
        move(project, ProjectStatus.DRAFTING, at=at)
    discard_draft(project_id=project.pk, form=section, by=by)
    audit.record(
        "project.section_saved",
        target=project,
        by=by,
        at=at,
        section=str(section),
        revision=row.revision,
    )
    return project


def lines_of(project: Project, section: Section) -> QuerySet[Any]:
    """The lines of a section that has some, in their order."""
    return LINES[section].objects.filter(project=project).order_by("pk")


def _is_stored(
    row: Project | Beneficiary,
    written: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    *,
    section: Section,
) -> bool:
    """Whether the section says that already: sent twice, or by two who agree."""
    if any(getattr(row, name) != value for name, value in written.items()):
        return False
    if section not in LINES or not isinstance(row, Project):
        return True
    stored = list(lines_of(row, section))
    return len(stored) == len(lines) and all(
        getattr(one, name) == value
        for one, line in zip(stored, lines, strict=True)
        for name, value in line.items()
    )


def _said(change: queries.Change, *, by: Person, at: datetime) -> str:
    """« Karim Benali a modifié cette rubrique à 14 h 02. »"""
    own = change.who.pk == by.pk
    who = "Vous avez" if own else f"{change.who} a"
    today = timezone.localdate(change.at) == timezone.localdate(at)
    moment = f"à {clock_time(change.at)}" if today else f"le {long_datetime(change.at)}"
    place = " depuis un autre onglet ou un autre appareil" if own else ""
    if change.elsewhere:
        place = f" depuis le dossier {change.elsewhere} de la même entreprise"
    return f"{who} modifié cette rubrique {moment}{place}."


def _assign(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def save_draft(
    *, project_id: int, form: str, data: Mapping[str, list[str]], by: Person, at: datetime
) -> None:
    """Keep what somebody is typing, as typed, until the section is saved."""
    Draft.objects.update_or_create(
        project_id=project_id,
        person_id=by.pk,
        form=form,
        defaults={"data": dict(data), "saved_at": at},
    )


def discard_draft(*, project_id: int, form: str, by: Person) -> None:
    """Forget what was typed and not saved."""
    Draft.objects.filter(project_id=project_id, person_id=by.pk, form=form).delete()


@transaction.atomic
def add_attachment(
    *,
    project_id: int,
    file: File,
    name: str,
    label: str,
    by: Person,
    at: datetime,
    command_key: UUID | None = None,
) -> Attachment:
    """Joindre une pièce : the file is vetted before it is kept; once a key.

    :raises UploadRefused: it is not of an accepted kind, too large, or not what its name says.
    """
    project = locked(project_id)
    permissions.edit_section(project, Section.ATTACHMENTS)

    def act() -> Attachment:
        try:
            stored = store_upload(file=file, name=name, by=by, at=at)
        except UploadRefused as refusal:
            refusal.field = "file"
            raise
        attachment = Attachment.objects.create(
            project=project, file=stored, label=label or stored.name, added_at=at, added_by_id=by.pk
        )
        if project.status == ProjectStatus.CONTACT:
            move(project, ProjectStatus.DRAFTING, at=at)
        audit.record(
            "project.attachment_added",
            target=project,
            by=by,
            at=at,
            attachment=attachment.pk,
            sha256=stored.sha256,
        )
        return attachment

    if command_key is None:
        return act()
    payload = {"project": project.pk, "name": name, "size": file.size, "label": label}
    return made_once(Attachment, command_key, payload=payload, by=by, at=at, act=act)


@transaction.atomic
def remove_attachment(*, attachment_id: int, by: Person, at: datetime) -> Attachment:
    """Take an attachment off the file; its bytes stay, so that it can be put back."""
    return _mark(attachment_id, "project.attachment_removed", removed=(at, by), by=by, at=at)


@transaction.atomic
def restore_attachment(*, attachment_id: int, by: Person, at: datetime) -> Attachment:
    """Put back an attachment that was taken off."""
    return _mark(attachment_id, "project.attachment_restored", removed=(None, None), by=by, at=at)


def _mark(
    attachment_id: int,
    event: str,
    *,
    removed: tuple[datetime | None, Person | None],
    by: Person,
    at: datetime,
) -> Attachment:
    attachment = Attachment.objects.select_for_update().get(pk=attachment_id)
    project = locked(attachment.project_id)
    permissions.edit_section(project, Section.ATTACHMENTS)
    removed_at, remover = removed
    _assign(attachment, {"removed_at": removed_at, "removed_by_id": remover and remover.pk})
    audit.record(event, target=project, by=by, at=at, attachment=attachment.pk)
    return attachment
