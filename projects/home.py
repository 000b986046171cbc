"""What the projects have on the home page: to do, waited for; the follow-up adds its own."""

from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Badge, Figure, Todo, Waiting
from alize.common.words import counted, listed, of
from basins.access import allows
from basins.enums import Role
from basins.homes import HomeParts, Visitor, room
from projects import queries
from projects.enums import ProjectStatus
from projects.follow_up import home as follow_up
from projects.follow_up import panel
from projects.models import PreliminaryDiagnosis, Project

__all__ = ["follow_up", "panel"]

QUIET_DAYS = 10
"""A contact or a file untouched for so long is worth a line."""
NAMED = 3
"""A line of « À faire » names so many companies; it counts the others."""
OPEN = (
    ProjectStatus.CONTACT,
    ProjectStatus.DRAFTING,
    ProjectStatus.DIAGNOSIS,
    ProjectStatus.READY,
)


@room
def projects_room(visitor: Visitor) -> HomeParts:
    """The operator's files, the referrer's diagnoses."""
    parts = HomeParts()
    if allows(visitor.roles, "project.write"):
        _files_left_behind(visitor, parts)
        _files_to_complete(visitor, parts)
        _files_to_move_on(visitor, parts)
        _diagnoses_to_follow(visitor, parts)
        _balances_to_write(visitor, parts)
        _figures(visitor, parts)
    if allows(visitor.roles, "diagnosis.write"):
        _diagnoses_to_write(visitor, parts)
    return parts


@room
def another_operator(visitor: Visitor) -> HomeParts:
    """Asked of ASTREES, which invites one, by the presidency of the files (SD5)."""
    if Role.NATIONAL_STAFF in visitor.roles:
        todo = ("Inviter un autre opérateur", basin_reverse("person_invite"), "Inviter")
    elif Role.PRESIDENT in visitor.roles:
        todo = ("Demander à ASTREES un autre opérateur", basin_reverse("people_list"), "Voir")
    else:
        return HomeParts()
    left = queries.without_operator(visitor).select_related("beneficiary")
    files = list(left.order_by("status_since", "pk"))
    named = [str(project.beneficiary) for project in files[:NAMED]]
    if len(files) > NAMED:
        named.append(counted(len(files) - NAMED, "autre", "autres"))
    badge = Badge("Sans opérateur", "attention")
    line = Todo(*todo, listed(named), badge=badge)
    return HomeParts([(one.status_since, line) for one in files[:1]])


def _kept_by(visitor: Visitor) -> QuerySet[Project]:
    """The files that the person answers for, less those from which they withdrew (SD5)."""
    return queries.visible_to(visitor).filter(operator_id=visitor.person.pk)


def _files_left_behind(visitor: Visitor, parts: HomeParts) -> None:
    """Nobody reads what they ask until one of the operators takes them over."""
    present = queries.operators(visitor.on)
    for project in queries.left_behind(visitor).select_related("beneficiary", "operator"):
        stays = project.operator in present
        why = "s'est déporté" if stays else "n'est plus opérateur ici"
        todo = Todo(
            f"Suivre le dossier à la place {of(project.operator)} : {project.beneficiary}",
            basin_reverse("project_detail", reference=project.reference),
            "Voir",
            f"{project.operator} {why}",
            queries.since_words(project.status_since, on=visitor.on),
            Badge("Sans opérateur", "attention"),
        )
        parts.todos.append((project.status_since, todo))


def _files_to_complete(visitor: Visitor, parts: HomeParts) -> None:
    files = (
        _kept_by(visitor)
        .filter(status__in=[ProjectStatus.CONTACT, ProjectStatus.DRAFTING])
        .select_related("beneficiary")
        .prefetch_related("job_forecasts", "funding_lines", "attachments")
    )
    for project in files:
        unfinished = [one for one in queries.sections_of(project) if one.missing]
        label, action = f"Compléter le dossier : {project.beneficiary}", "Compléter"
        context = f"{6 - len(unfinished)} rubriques sur 6"
        if project.status == ProjectStatus.CONTACT:
            label, action = f"Qualifier le contact : {project.beneficiary}", "Ouvrir"
            context = project.need
        elif not unfinished:
            label, action = f"Demander le diagnostic : {project.beneficiary}", "Demander"
            context = "Dossier complet"
        name = "diagnosis_request" if action == "Demander" else "project_detail"
        due = project.status_since + timedelta(days=QUIET_DAYS)
        parts.todos.append(
            (
                due,
                Todo(
                    label,
                    basin_reverse(name, reference=project.reference),
                    action,
                    context,
                    queries.since_words(project.status_since, on=visitor.on),
                    Badge("À reprendre", "attention", "clock") if due < visitor.on else None,
                ),
            )
        )


def _files_to_move_on(visitor: Visitor, parts: HomeParts) -> None:
    """Ready for the committee and on no agenda; put off by it until something comes."""
    acts = {
        ProjectStatus.READY: ("Inscrire à une séance", "Inscrire", basin_reverse("meeting_list")),
        ProjectStatus.DEFERRED: ("Réunir les pièces", "Voir", ""),
    }
    files = _kept_by(visitor).filter(status__in=list(acts))
    for project in files.select_related("beneficiary"):
        label, action, url = acts[ProjectStatus(project.status)]
        due = project.status_since + timedelta(days=QUIET_DAYS)
        todo = Todo(
            f"{label} : {project.beneficiary}",
            url or basin_reverse("project_detail", reference=project.reference),
            action,
            str(queries.status_badge(project, visitor).label),
            queries.since_words(project.status_since, on=visitor.on),
            Badge("À reprendre", "attention", "clock") if due < visitor.on else None,
        )
        parts.todos.append((due, todo))


def _diagnoses_to_follow(visitor: Visitor, parts: HomeParts) -> None:
    under_way = PreliminaryDiagnosis.objects.under_way().select_related(
        "project__beneficiary", "referrer", "partner"
    )
    for diagnosis in under_way.filter(project__in=_kept_by(visitor)):
        company = diagnosis.project.beneficiary
        url = basin_reverse("project_diagnosis", reference=diagnosis.project.reference)
        if diagnosis.submitted_at:
            handed_over = timezone.localdate(diagnosis.submitted_at)
            todo = Todo(
                f"Valider le diagnostic : {company}",
                url,
                "Lire",
                f"Rendu par {diagnosis.referrer}",
                queries.since_words(handed_over, on=visitor.on),
            )
            parts.todos.append((handed_over, todo))
            continue
        asked_on = timezone.localdate(diagnosis.expected_since)
        since = queries.since_words(asked_on, on=visitor.on)
        who = f"{diagnosis.referrer} ({diagnosis.partner})"
        parts.waiting.append(Waiting(f"Diagnostic : {company}", url, who, since))
        if queries.tracking_of(diagnosis, on=visitor.on).to_call:
            todo = Todo(
                f"Appeler {diagnosis.referrer}, diagnostic : {company}",
                url,
                "Voir",
                "Deux relances sont parties",
                f"à rendre le {long_date(diagnosis.due_on)}",
                Badge("En retard", "late") if diagnosis.due_on < visitor.on else None,
            )
            parts.todos.append((diagnosis.due_on, todo))


def _diagnoses_to_write(visitor: Visitor, parts: HomeParts) -> None:
    mine = (
        PreliminaryDiagnosis.objects.under_way()
        .filter(referrer_id=visitor.person.pk, submitted_at=None)
        .filter(project__in=queries.visible_to(visitor))
        .select_related("project__beneficiary")
    )
    for diagnosis in mine:
        todo = Todo(
            f"Rendre mon diagnostic : {diagnosis.project.beneficiary}",
            basin_reverse("diagnosis_write", reference=diagnosis.project.reference),
            "Continuer" if diagnosis.started_at else "Commencer",
            "Complément demandé" if diagnosis.complement else diagnosis.project.need,
            f"à rendre le {long_date(diagnosis.due_on)}",
            Badge("En retard", "late") if diagnosis.due_on < visitor.on else None,
        )
        parts.todos.append((diagnosis.due_on, todo))


def _balances_to_write(visitor: Visitor, parts: HomeParts) -> None:
    """The supports at their term."""
    waiting = _kept_by(visitor).filter(status=ProjectStatus.REVIEW_DUE)
    for project in waiting.select_related("beneficiary", "follow_up_lead"):
        todo = Todo(
            f"Faire le bilan de l'accompagnement : {project.beneficiary}",
            basin_reverse("project_close", reference=project.reference),
            "Faire le bilan",
            f"Mandataire : {project.follow_up_lead}",
            f"à son terme {queries.since_words(project.status_since, on=visitor.on)}",
        )
        parts.todos.append((project.status_since, todo))


def _figures(visitor: Visitor, parts: HomeParts) -> None:
    """How many files are on the way, how many came this year: of those in the list behind."""
    url = basin_reverse("project_list")
    count = queries.visible_to(visitor).aggregate(
        under_way=Count("pk", filter=Q(status__in=OPEN)),
        contacts=Count("pk", filter=Q(contacted_on__year=visitor.on.year)),
    )
    parts.figures += [
        Figure("Dossiers en cours d'instruction", str(count["under_way"]), url=url),
        Figure(f"Contacts en {visitor.on.year}", str(count["contacts"]), url=url),
    ]
