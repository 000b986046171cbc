"""Lists that name people or companies leave as files: for a reason, and in the journal (2.2)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_tables2 import Table

from alize.accounts import step_up
from alize.audit.operations import record
from alize.common.exports import asked_for, export_links, export_of
from alize.common.screen import Link
from basins.access import allows

ACT = "list.export"


class ExportReason(models.TextChoices):
    """Why a list leaves; a choice, because the journal holds no free text."""

    MEETING = "MEETING", "Préparer une séance ou une réunion"
    REPORT = "REPORT", "Rendre compte à un financeur ou à l'État"
    FOLLOW_UP = "FOLLOW_UP", "Suivre les entreprises ou les remboursements"
    CONTROL = "CONTROL", "Contrôler ou auditer"
    RIGHTS = "RIGHTS", "Répondre à une personne sur ses données"


class ExportForm(forms.Form):
    """What is asked before a nominal list leaves."""

    reason = forms.ChoiceField(
        label="Pourquoi exporter cette liste ?",
        widget=forms.RadioSelect,
        choices=ExportReason.choices,
        help_text="Le motif est inscrit au journal, avec votre nom et le nombre de lignes.",
    )


def nominal_export_links(request: HttpRequest, *, book: bool = False) -> list[Link]:
    """The exports of a nominal list, for those who may; `book` when it has several tables."""
    return export_links(request, book=book) if allows(request.roles, ACT) else []


def nominal_export_of(
    request: HttpRequest,
    table: Table,
    *others: Table,
    name: str,
    as_of: date | None = None,
    filters: forms.Form | None = None,
) -> HttpResponse | None:
    """What `?export=` leads to: a question, then the file once it is answered; None without it.

    :raises PermissionDenied: the matrix lets nobody with these roles export a nominal list.
    """
    if not asked_for(request):
        return None
    return nominal_download(
        request,
        rows=sum(len(one.rows) for one in _taken(request, table, others)),
        make=lambda: export_of(request, table, *others, name=name, as_of=as_of, filters=filters),
    )


def nominal_download(
    request: HttpRequest, *, rows: int, make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Ask why, then hand over what `make` gives and tell the journal; `?export=` says what it is.

    :raises PermissionDenied: the matrix lets nobody with these roles export a nominal list.
    """
    if not allows(request.roles, ACT):
        raise PermissionDenied("Votre rôle ne permet pas d'exporter cette liste.")
    if not step_up.is_fresh(request):
        return step_up.ask(request)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "rows": rows, "list_url": _list_url(request)}
        return render(request, "basins/export.html", context, status=422 if form.errors else 200)
    download = make()
    _record(request, rows, form.cleaned_data["reason"], at=timezone.now())
    return download


def _taken(request: HttpRequest, table: Table, others: Sequence[Table]) -> Sequence[Table]:
    """The tables that leave: all of a page in a workbook, the first in a CSV."""
    return (table, *others) if request.GET.get("export") == "xlsx" else (table,)


def _list_url(request: HttpRequest) -> str:
    """The list itself, its filters kept."""
    query = request.GET.copy()
    del query["export"]
    return f"{request.path}?{query.urlencode()}".removesuffix("?")


@transaction.atomic
def _record(request: HttpRequest, rows: int, reason: str, *, at: datetime) -> None:
    record(
        "export.made",
        by=request.user,
        at=at,
        list=request.resolver_match.url_name,
        kind=request.GET["export"],
        rows=rows,
        reason=reason,
    )
