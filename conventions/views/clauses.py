"""Clauses locales : what the basin adds to the national texts (A7)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.screen import Link
from alize.drafting.enums import KINDS
from basins.access import allows
from conventions import operations, queries
from conventions.forms import ClauseForm


def _trail(*links: Link) -> list[Link]:
    return [
        Link("Accueil", basin_reverse("basin_home")),
        Link("Conventions", basin_reverse("convention_list")),
        *links,
    ]


@require_safe
@access("convention.read")
def clause_list(request: HttpRequest) -> HttpResponse:
    """Where the texts in force leave a place, and what the basin wrote there."""
    context = {
        "zones": queries.zones(on=timezone.localdate()),
        "may_write": allows(request.roles, "convention.write"),
        "breadcrumb": _trail(Link("Clauses locales", "")),
    }
    return render(request, "conventions/clause_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
def clause_edit(request: HttpRequest, kind: str, zone: str) -> HttpResponse:
    """The words of the basin for one zone."""
    line = _line(kind, zone)
    form = ClauseForm(request.POST or None, initial={"words": line.words})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.save_clause(
                kind=line.kind, zone=zone, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        if outcome.accepted:
            messages.success(request, "La clause est enregistrée pour les prochaines conventions.")
            return basin_redirect("clause_list")
        status = outcome.status
    title = line.label[:1].upper() + line.label[1:]
    context: dict[str, Any] = {
        "form": form,
        "line": line,
        "title": title,
        "breadcrumb": _trail(
            Link("Clauses locales", basin_reverse("clause_list")), Link(title, "")
        ),
    }
    return render(request, "conventions/clause_edit.html", context, status=status)


def _line(kind: str, zone: str) -> queries.ZoneLine:
    for line in queries.zones(on=timezone.localdate()):
        if line.kind == KINDS.get(kind) and line.zone == zone:
            return line
    raise Http404
