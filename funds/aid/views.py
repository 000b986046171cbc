"""The register of the de minimis aid of a company, from the file that asks for an advance."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, refusals_in, refusals_to
from alize.common.money import format_euros
from alize.common.screen import Confirmation, Link
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.homes import visitor_of
from funds import operations, permissions, queries
from funds.aid.forms import AidForm
from funds.aid.screen import AidRow, aid_rows, aid_screen
from funds.aid.tables import AidTable
from funds.forms import DayForm
from funds.models import DeclaredAid
from funds.views.scope import day_of, visible_advance
from projects.models import Project
from projects.queries import visible_to


def _idle_columns(rows: list[AidRow]) -> list[str]:
    """What would say nothing: the company when it is always the same, acts when there are none."""
    idle = [] if len({row.company for row in rows}) > 1 else ["company"]
    return idle if any(row.act for row in rows) else [*idle, "act"]


def _project(request: HttpRequest, reference: str) -> Project:
    """The file, when the person may know of it.

    :raises Http404: it does not exist for them.
    """
    projects = visible_to(visitor_of(request)).select_related("beneficiary")
    return get_object_or_404(projects, reference=reference)


def _trail(project: Project, page: str) -> list[Link]:
    file = basin_reverse("project_panel", reference=project.reference, panel="avance")
    register = basin_reverse("aid_register", reference=project.reference)
    trail = [
        Link("Accueil", basin_reverse("basin_home")),
        Link(project.reference, file),
        Link("Aides de minimis", register if page else ""),
    ]
    return [*trail, Link(page, "")] if page else trail


@require_http_methods(["GET", "HEAD", "POST"])
@access("advance.read")
def aid_register(request: HttpRequest, reference: str) -> HttpResponse:
    """Les aides de minimis d'une entreprise: what counts on a day, and the room left."""
    project, on = _project(request, reference), day_of(request)
    screen = aid_screen(project, queries.fund_settings(), on=on)
    rows = aid_rows(screen.register, project=project, roles=request.roles)
    exported = nominal_export_of(request, AidTable(rows), name=f"aides_{reference}", as_of=on)
    if exported is not None:
        return exported
    table = AidTable(rows, exclude=_idle_columns(rows))
    table.exports = nominal_export_links(request)
    context = {
        "project": project,
        "screen": screen,
        "as_of": on,
        "day_form": DayForm(request.GET if "au" in request.GET else None, initial={"au": on}),
        "table": table,
        "declares": allows(request.roles, "aid.declare"),
        "breadcrumb": _trail(project, ""),
    }
    return render(request, "funds/aid_register.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("aid.declare")
def aid_declare(request: HttpRequest, reference: str) -> HttpResponse:
    """Déclarer une aide que l'entreprise a reçue d'ailleurs."""
    project = _project(request, reference)
    form = AidForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            aid = operations.declare_aid(
                beneficiary_id=project.beneficiary_id,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        if outcome.accepted:
            messages.success(request, f"L'aide de {format_euros(aid.amount)} est notée.")
            return basin_redirect("aid_register", reference=reference)
        status = outcome.status
    context = {
        "title": "Déclarer une aide de minimis",
        "lead": f"Ce que {project.beneficiary.name} ou une entreprise de son groupe a reçu "
        "d'ailleurs sur trois ans, d'après sa déclaration.",
        "form": form,
        "label": "Noter cette aide",
        "back": basin_reverse("aid_register", reference=reference),
        "breadcrumb": _trail(project, "Déclarer une aide"),
    }
    return render(request, "funds/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("aid.declare")
@refusals_to(lambda reference, aid_id: basin_reverse("aid_register", reference=reference))
def aid_withdraw(request: HttpRequest, reference: str, aid_id: int) -> HttpResponse:
    """Retirer une aide notée par erreur."""
    project = _project(request, reference)
    aid = get_object_or_404(DeclaredAid.objects.filter(beneficiary=project.beneficiary), pk=aid_id)
    if request.method == "POST":
        operations.withdraw_aid(aid_id=aid.pk, by=request.user, at=timezone.now())
        messages.success(request, "L'aide est retirée : elle ne compte plus.")
        return basin_redirect("aid_register", reference=reference)
    permissions.withdraw_aid(aid)
    confirmation = Confirmation(
        title="Retirer cette aide",
        effects=[
            f"Les {format_euros(aid.amount)} accordés par {aid.grantor} ne compteront plus.",
            "L'aide et son retrait restent dans les données du bassin.",
        ],
        label="Retirer l'aide",
        back_url=basin_reverse("aid_register", reference=reference),
        danger=True,
    )
    context = {"confirmation": confirmation, "breadcrumb": _trail(project, "Retirer une aide")}
    return render(request, "funds/confirm.html", context)


@require_POST
@access("aid.declare")
@refusals_to("advance_detail")
def aid_certificate(request: HttpRequest, reference: str) -> HttpResponse:
    """L'attestation d'aide de minimis, pour l'entreprise."""
    advance = visible_advance(request, reference=reference)
    document = operations.issue_aid_certificate(
        advance_id=advance.pk, by=request.user, at=timezone.now()
    )
    return redirect(basin_reverse("document_download", document_id=document.pk))
