"""The head of a project in the words of the role: status, what comes next, who has the ball."""

from datetime import date, timedelta

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import add_months, long_date
from alize.common.screen import Action, Badge, Link, ObjectHeader, Tone
from alize.common.words import closed, of
from basins.access import allows
from basins.homes import Visitor
from projects import panels, permissions
from projects.enums import ENDED, SUPPORTED, Audience, ProjectStatus, Section, label_for
from projects.models import Project
from projects.panels import NextStep
from projects.queries.company import company_of
from projects.queries.diagnoses import diagnosis_of, tracking_of
from projects.queries.sections import sections_of
from projects.queries.visibility import audience_of, holder_of, keeper, reads_whole_file

_S = ProjectStatus
_LOOKS: dict[ProjectStatus, tuple[Tone, str]] = {
    _S.CONTACT: ("neutral", "telephone"),
    _S.DRAFTING: ("neutral", "pencil"),
    _S.DIAGNOSIS: ("info", "clipboard2-pulse"),
    _S.READY: ("done", "check-circle-fill"),
    _S.SCHEDULED: ("info", "calendar-event"),
    _S.EXTRA_DIAGNOSIS: ("attention", "clipboard2-pulse"),
    _S.DEFERRED: ("attention", "pause-circle"),
    _S.APPROVED_CONDITIONS: ("attention", "check-circle"),
    _S.APPROVED: ("done", "check-circle-fill"),
    _S.REJECTED: ("quiet", "x-circle"),
    _S.WITHDRAWN: ("quiet", "arrow-return-left"),
    _S.DROPPED: ("quiet", "dash-circle"),
    _S.LABELLED: ("info", "compass"),
    _S.REVIEW_DUE: ("attention", "clipboard-check"),
    _S.CLOSED: ("quiet", "archive"),
    _S.INTERRUPTED: ("late", "exclamation-octagon-fill"),
}
_COMMITTEE = "le comité d'agrément"


def status_badge(project: Project, visitor: Visitor) -> Badge:
    """The status in the words of the role; who runs the file reads for how many months."""
    tone, icon = _LOOKS[ProjectStatus(project.status)]
    audience = audience_of(visitor)
    label = label_for(project.status, audience)
    if audience == Audience.OPERATOR and project.status in SUPPORTED and project.labelled_on:
        label = f"{label} (M+{_months_between(project.labelled_on, visitor.on)})"
    return Badge(label, tone, icon)


def _months_between(start: date, end: date) -> int:
    """Whole months from a day to another."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def since_words(day: date, *, on: date) -> str:
    """« depuis 6 jours »."""
    days = (on - day).days
    if days < 1:
        return "depuis aujourd'hui"
    return f"depuis {days} jour{'s' if days > 1 else ''}"


def header_of(visitor: Visitor, project: Project) -> ObjectHeader:
    """The head of the file: status, what comes next, who has the ball, one action."""
    step = panels.next_step_of(visitor, project) or _own_next_step(visitor, project)
    since = since_words(project.status_since, on=visitor.on) if step.holder else ""
    return ObjectHeader(
        name=company_of(project).name,
        reference=project.reference,
        status=step.badge or status_badge(project, visitor),
        now=step.now,
        holder=step.holder,
        since=step.since or since,
        due=step.due,
        due_badge=step.due_badge,
        action=step.action,
        others=_other_actions(visitor, project),
    )


def _own_next_step(visitor: Visitor, project: Project) -> NextStep:
    if project.status == _S.INTERRUPTED and reads_whole_file(visitor, project):
        return NextStep(closed(f"Accompagnement interrompu : {project.end_reason}"))
    if allows(visitor.roles, "project.write"):
        return _for_operator(visitor, project)
    if project.status == _S.DIAGNOSIS and allows(visitor.roles, "diagnosis.write"):
        return _for_referrer(visitor, project)
    return NextStep(holder=_holder(project, on=visitor.on))


def _for_operator(visitor: Visitor, project: Project) -> NextStep:
    holder = _holder(project, on=visitor.on)
    match project.status:
        case _S.CONTACT:
            return NextStep(
                "Qualifiez l'entreprise ou classez sans suite.",
                holder,
                action=Action("Commencer le dossier", _section(project, Section.COMPANY), "pencil"),
            )
        case _S.DRAFTING:
            return _drafting(project, holder)
        case _S.DIAGNOSIS:
            return _diagnosis(visitor, project)
        case _S.READY:
            return NextStep(
                "Inscrivez-le à une séance du comité.",
                holder,
                action=Action(
                    "Choisir une séance", basin_reverse("meeting_list"), "calendar-event"
                ),
            )
        case _S.SCHEDULED:
            return NextStep("Le comité l'examine à sa prochaine séance.", holder)
        case _S.REJECTED | _S.WITHDRAWN | _S.DROPPED:
            reason = f" : {project.end_reason}" if project.end_reason else ""
            return NextStep(closed(f"Ce dossier est terminé{reason}"))
        case _S.LABELLED:
            return NextStep("Tous les points de suivi attendus sont rendus.")
        case _S.CLOSED:
            return NextStep("L'accompagnement est clos, et l'observation terminée.")
        case _:
            return NextStep(holder=holder)


def _drafting(project: Project, holder: str) -> NextStep:
    unfinished = [step for step in sections_of(project) if step.missing]
    remaining = tuple(
        Link(f"Compléter « {step.label} »", _section(project, step.section)) for step in unfinished
    )
    now = "Le dossier est complet : demandez le diagnostic."
    if len(unfinished) == 1:
        now = "Une rubrique reste à compléter."
    elif unfinished:
        now = f"{len(unfinished)} rubriques restent à compléter."
    url = _url("diagnosis_request", project)
    return NextStep(
        now, holder, action=Action("Demander le diagnostic", url, "send", remaining=remaining)
    )


def _diagnosis(visitor: Visitor, project: Project) -> NextStep:
    diagnosis = diagnosis_of(project)
    if diagnosis is None:
        return NextStep()
    if diagnosis.submitted_at:
        return NextStep(
            "Le diagnostic est rendu : lisez-le, puis validez-le.",
            holder_of(project, on=visitor.on),
            since=since_words(timezone.localdate(diagnosis.submitted_at), on=visitor.on),
            action=Action("Lire le diagnostic", _url("project_diagnosis", project), "eyeglasses"),
        )
    tracking = tracking_of(diagnosis, on=visitor.on)
    days = (tracking.next_reminder - visitor.on).days if tracking.next_reminder else 0
    now = f"Relance automatique dans {days} jour{'s' if days > 1 else ''}."
    if tracking.to_call:
        now = f"Deux relances sont parties : appelez {diagnosis.referrer}."
    return NextStep(
        now,
        f"{diagnosis.referrer} ({diagnosis.partner})",
        since_words(tracking.since, on=visitor.on),
        f"à rendre le {long_date(diagnosis.due_on)}",
        due_badge(diagnosis.due_on, on=visitor.on),
    )


def _for_referrer(visitor: Visitor, project: Project) -> NextStep:
    diagnosis = diagnosis_of(project)
    if diagnosis is None or diagnosis.referrer_id != visitor.person.pk:
        return NextStep(holder=_holder(project, on=visitor.on))
    if not permissions.write_diagnosis.allows(visitor.person, diagnosis):
        return NextStep("Votre diagnostic est rendu, merci.", holder_of(project, on=visitor.on))
    return NextStep(
        "Vous êtes prescripteur de ce dossier : rencontrez l'entreprise, puis rendez votre avis.",
        str(visitor.person),
        due=f"à rendre le {long_date(diagnosis.due_on)}",
        due_badge=due_badge(diagnosis.due_on, on=visitor.on),
        badge=Badge("Diagnostic à réaliser", "attention", "clipboard2-pulse"),
        action=Action("Faire le diagnostic", _url("diagnosis_write", project), "pencil"),
    )


def due_badge(due_on: date, *, on: date) -> Badge | None:
    """« En retard », « Bientôt » in the last three days; nothing before."""
    if due_on < on:
        return Badge("En retard", "late")
    if due_on <= on + timedelta(days=3):
        return Badge("Bientôt", "attention", "clock")
    return None


def _holder(project: Project, *, on: date) -> str:
    """Who has the ball when no room above knows better."""
    if project.status in {_S.SCHEDULED}:
        return _COMMITTEE
    if project.status in ENDED:
        return ""
    if project.status == _S.LABELLED and project.follow_up_lead:
        return str(project.follow_up_lead)
    return holder_of(project, on=on)


def _other_actions(visitor: Visitor, project: Project) -> tuple[Action, ...]:
    if not allows(visitor.roles, "project.write"):
        return ()
    actions = [Action("Fiche projet (PDF)", _url("project_sheet", project), "file-earmark-pdf")]
    if permissions.drop.allows(project):
        actions.append(Action("Classer sans suite", _url("project_drop", project)))
    elif permissions.withdraw.allows(project):
        actions.append(Action("Enregistrer un retrait", _url("project_withdraw", project)))
    elif permissions.interrupt_support.allows(project):
        actions.append(Action("Interrompre l'accompagnement", _url("project_interrupt", project)))
    elif project.status in {_S.DROPPED, _S.REJECTED}:
        actions.append(Action("Reprendre", _url("project_resume", project), post=True))
    is_theirs = project.operator_id == visitor.person.pk
    if not is_theirs and permissions.take_over.allows(
        project, keeper=keeper(project, on=visitor.on)
    ):
        label = f"Suivre le dossier à la place {of(project.operator)}"
        url = _url("project_take_over", project)
        actions.append(Action(label, url, "person-check", post=True))
    return tuple(actions)


def _url(name: str, project: Project) -> str:
    return basin_reverse(name, reference=project.reference)


def _section(project: Project, section: Section) -> str:
    return basin_reverse("project_section", reference=project.reference, section=section.value)
