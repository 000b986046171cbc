"""The preliminary diagnosis: asked, written, handed over, validated (R33, journeys.md O2, C6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from partners.models import Contact
from projects import permissions, queries, rules
from projects.enums import ProjectStatus
from projects.models import FinancialYear, PreliminaryDiagnosis, Project
from projects.operations.base import figures_changed, locked, move
from projects.operations.sections import discard_draft, save_draft
from projects.operations.telling import tell

DRAFT = "diagnostic"
TEXTS = ("context", "market", "management", "finances", "skills", "jobs", "risks")
RATINGS = ("project", "owner", "impact")
WRITTEN = (
    *TEXTS,
    *(f"{criterion}_{what}" for criterion in RATINGS for what in ("rating", "comment")),
    "opinion",
)


@transaction.atomic
def request_diagnosis(
    *,
    project_id: int,
    contact_id: int,
    due_on: date,
    by: Person,
    at: datetime,
    question: str = "",
    conflict_reason: str = "",
) -> PreliminaryDiagnosis:
    """Demander le diagnostic to a member, the referrer; the one asked before is relieved (M94).

    :raises ActionDenied: the file is not complete, or the diagnosis has been handed over.
    :raises InvalidInput: the referrer is of the company's own group and no reason is given.
    """
    project = locked(project_id)
    unfinished = [step.label for step in queries.sections_of(project) if step.missing]
    permissions.request_diagnosis(project, unfinished=unfinished)
    contact = Contact.objects.select_related("person", "partner__group").get(pk=contact_id)
    if contact.partner_id in queries.partners_of_same_group(project) and not conflict_reason:
        raise InvalidInput(
            f"{contact.partner} appartient au même groupe que l'entreprise : "
            "dites pourquoi vous choisissez quand même cette personne.",
            field="conflict_reason",
        )
    relieve_referrer(project, by=by, at=at, but=contact.person)
    diagnosis = PreliminaryDiagnosis.objects.create(
        project=project,
        referrer=contact.person,
        partner=contact.partner,
        question=question,
        conflict_reason=conflict_reason,
        asked_at=at,
        asked_by_id=by.pk,
        due_on=due_on,
    )
    if project.status == ProjectStatus.DRAFTING:
        move(project, ProjectStatus.DIAGNOSIS, at=at)
    _tell_referrer(diagnosis, key=str(diagnosis.pk), helper=by)
    _remind_later(diagnosis)
    audit.record(
        "project.diagnosis_requested", target=project, by=by, at=at, diagnosis=diagnosis.pk
    )
    return diagnosis


def relieve_referrer(
    project: Project, *, by: Person, at: datetime, but: Person | None = None
) -> None:
    """Stop the diagnosis under way; whoever had it to do is told, unless they are asked again."""
    for diagnosis in project.diagnoses.under_way().select_related("referrer"):
        diagnosis.cancelled_at, diagnosis.cancelled_by_id = at, by.pk
        diagnosis.save(update_fields=["cancelled_at", "cancelled_by"])
        if diagnosis.submitted_at is None and diagnosis.referrer != but:
            _tell_relieved(diagnosis, by=by, on=timezone.localdate(at))


def _tell_relieved(diagnosis: PreliminaryDiagnosis, *, by: Person, on: date) -> None:
    """Mail whoever has the diagnosis to do no longer (M94), unless they withdrew (SD5)."""
    project = diagnosis.project
    for person in queries.not_withdrawn([diagnosis.referrer], project.pk, on=on):
        send_mail(
            "M94",
            to=Recipient.of(person),
            path=basin_reverse("basin_home"),
            key=str(diagnosis.pk),
            company=project.beneficiary.name,
            gone="oui" if project.status == ProjectStatus.WITHDRAWN else "",
            operator=by.full_name,
        )


def _remind_later(diagnosis: PreliminaryDiagnosis) -> None:
    """Two reminders, counted from the day it was last asked for."""
    since = diagnosis.expected_since
    for days in rules.REMINDER_DAYS:
        enqueue(
            "projects.remind_referrer",
            key=f"{diagnosis.pk}:{since.isoformat()}:{days}",
            due_at=since + timedelta(days=days),
            diagnosis_id=diagnosis.pk,
            since=since.isoformat(),
            days=days,
        )


@transaction.atomic
def remind_referrer(*, diagnosis_id: int, since: datetime, days: int, at: datetime) -> None:
    """Remind the referrer, unless it is handed over, given to another, or asked for anew since.

    Nobody is written to about a file that they have withdrawn from (SD5).
    """
    diagnosis, today = _locked(diagnosis_id), timezone.localdate(at)
    if diagnosis.submitted_at or diagnosis.cancelled_at or diagnosis.expected_since != since:
        return
    if not queries.not_withdrawn([diagnosis.referrer], diagnosis.project_id, on=today):
        return
    helper = next(iter(queries.keepers(diagnosis.project, on=today)), None)
    _tell_referrer(diagnosis, key=f"{diagnosis_id}:{since.isoformat()}:{days}", helper=helper)
    diagnosis.reminded_at = at
    diagnosis.save(update_fields=["reminded_at"])
    _record("reminded", diagnosis, by=None, at=at)


def _tell_referrer(diagnosis: PreliminaryDiagnosis, *, key: str, helper: Person | None) -> None:
    """Mail the referrer what is to be done, by when, and who answers their questions (M02)."""
    project = diagnosis.project
    send_mail(
        "M02",
        to=Recipient.of(diagnosis.referrer),
        path=basin_reverse("diagnosis_write", reference=project.reference),
        key=key,
        company=project.beneficiary.name,
        asked="à compléter" if diagnosis.complement else "à réaliser",
        before="" if diagnosis.complement else f", avant le {long_date(diagnosis.due_on)}",
        date=long_date(diagnosis.due_on),
        complement="oui" if diagnosis.complement else "",
        operator=helper.full_name if helper else "L'opérateur",
    )


@transaction.atomic
def note_opened(*, diagnosis_id: int, by: Person, at: datetime) -> PreliminaryDiagnosis:
    """The referrer has opened the diagnosis: the operator's tracking says since when (O2).

    :raises ActionDenied: somebody else is the referrer, or it is handed over already.
    """
    diagnosis = _locked(diagnosis_id)
    permissions.write_diagnosis(by, diagnosis)
    diagnosis.opened_at = _first(diagnosis, diagnosis.opened_at, at=at)
    diagnosis.save(update_fields=["opened_at"])
    return diagnosis


@transaction.atomic
def save_diagnosis_draft(
    *,
    diagnosis_id: int,
    values: Mapping[str, Any],
    years: Sequence[Mapping[str, Any]] = (),
    by: Person,
    at: datetime,
) -> PreliminaryDiagnosis:
    """Keep what the referrer wrote; nobody else reads it before it is handed over.

    :raises ActionDenied: somebody else is the referrer, or it is handed over already.
    """
    diagnosis = _locked(diagnosis_id)
    permissions.write_diagnosis(by, diagnosis)
    for name in WRITTEN:
        setattr(diagnosis, name, values[name])
    diagnosis.opened_at = _first(diagnosis, diagnosis.opened_at, at=at)
    diagnosis.started_at = _first(diagnosis, diagnosis.started_at, at=at)
    diagnosis.save(update_fields=[*WRITTEN, "opened_at", "started_at"])
    diagnosis.years.all().delete()
    FinancialYear.objects.bulk_create(FinancialYear(diagnosis=diagnosis, **row) for row in years)
    discard_draft(project_id=diagnosis.project_id, form=DRAFT, by=by)
    return diagnosis


@transaction.atomic
def keep_diagnosis_typing(
    *, diagnosis_id: int, data: Mapping[str, list[str]], by: Person, at: datetime
) -> None:
    """Keep what the referrer is typing, as typed; the first time, the diagnosis is started.

    :raises ActionDenied: somebody else is the referrer, or it is handed over already.
    """
    diagnosis = _locked(diagnosis_id)
    permissions.write_diagnosis(by, diagnosis)
    diagnosis.opened_at = _first(diagnosis, diagnosis.opened_at, at=at)
    diagnosis.started_at = _first(diagnosis, diagnosis.started_at, at=at)
    diagnosis.save(update_fields=["opened_at", "started_at"])
    save_draft(project_id=diagnosis.project_id, form=DRAFT, data=data, by=by, at=at)


def _first(diagnosis: PreliminaryDiagnosis, noted: datetime | None, *, at: datetime) -> datetime:
    """The first time since it was last asked for."""
    return noted if noted and noted >= diagnosis.expected_since else at


@transaction.atomic
def submit_diagnosis(*, diagnosis_id: int, by: Person, at: datetime) -> PreliminaryDiagnosis:
    """Rendre mon diagnostic : the operator is told (M03) and may now read it.

    :raises InvalidInput: a criterion has no rating or no sentence, or there is no opinion.
    """
    diagnosis = _locked(diagnosis_id)
    permissions.write_diagnosis(by, diagnosis)
    missing = _missing(diagnosis)
    if missing:
        raise InvalidInput(f"Il manque encore : {', '.join(missing)}.")
    diagnosis.submitted_at = at
    diagnosis.save(update_fields=["submitted_at"])
    project = diagnosis.project
    tell(
        "M03",
        project,
        path=basin_reverse("project_diagnosis", reference=project.reference),
        key=f"{diagnosis.pk}:{at.isoformat()}",
        on=timezone.localdate(at),
        referrer=diagnosis.referrer.full_name,
    )
    audit.record(
        "project.diagnosis_submitted", target=project, by=by, at=at, diagnosis=diagnosis.pk
    )
    return diagnosis


def _missing(diagnosis: PreliminaryDiagnosis) -> list[str]:
    """What a diagnosis cannot be handed over without: R13's criteria and an opinion."""
    missing = []
    for criterion in RATINGS:
        parts = {
            "note": getattr(diagnosis, f"{criterion}_rating"),
            "phrase": getattr(diagnosis, f"{criterion}_comment"),
        }
        empty = [part for part, value in parts.items() if not value]
        if empty:
            missing.append(f"{_label(f'{criterion}_rating')} ({' et '.join(empty)})")
    return missing if diagnosis.opinion else [*missing, "votre avis"]


def _label(field: str) -> str:
    """The name of a field on the screen."""
    return str(PreliminaryDiagnosis._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


@transaction.atomic
def ask_complement(
    *, diagnosis_id: int, message: str, by: Person, at: datetime
) -> PreliminaryDiagnosis:
    """Demander un complément : it goes back to its referrer with a message, reminded anew."""
    diagnosis = _locked(diagnosis_id)
    permissions.judge_diagnosis(diagnosis)
    diagnosis.submitted_at = None
    diagnosis.complement, diagnosis.complement_at = message, at
    diagnosis.save(update_fields=["submitted_at", "complement", "complement_at"])
    _tell_referrer(diagnosis, key=f"{diagnosis.pk}:{at.isoformat()}", helper=by)
    _remind_later(diagnosis)
    _record("complement_asked", diagnosis, by=by, at=at)
    return diagnosis


@transaction.atomic
def validate_diagnosis(*, diagnosis_id: int, by: Person, at: datetime) -> Project:
    """Valider le diagnostic : the project is ready for the committee, the diagnosis is laid out."""
    diagnosis = _locked(diagnosis_id)
    permissions.judge_diagnosis(diagnosis)
    project = diagnosis.project
    diagnosis.validated_at, diagnosis.validated_by_id = at, by.pk
    diagnosis.save(update_fields=["validated_at", "validated_by"])
    move(project, ProjectStatus.READY, at=at, ready_on=timezone.localdate(at))
    enqueue("projects.lay_out_diagnosis", key=str(diagnosis.pk), diagnosis_id=diagnosis.pk)
    audit.record(
        "project.diagnosis_validated", target=project, by=by, at=at, diagnosis=diagnosis.pk
    )
    figures_changed("diagnosis", project, at=at)
    return project


def _locked(diagnosis_id: int) -> PreliminaryDiagnosis:
    """The diagnosis, held after its project: who asks another to write it waits for its end."""
    diagnoses = PreliminaryDiagnosis.objects
    project = locked(diagnoses.values_list("project_id", flat=True).get(pk=diagnosis_id))
    diagnosis = diagnoses.select_for_update(of=("self",)).get(pk=diagnosis_id)
    diagnosis.project = project
    return diagnosis


def _record(what: str, diagnosis: PreliminaryDiagnosis, *, by: Person | None, at: datetime) -> None:
    event = f"project.diagnosis_{what}"
    audit.record(event, target=diagnosis.project, by=by, at=at, diagnosis=diagnosis.pk)
