"""Relances : what is due today, and the page that sends it (funds.md, feature 13)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, refusals_in
from alize.common.screen import Link
from basins.exports import nominal_export_links, nominal_export_of
from basins.homes import visitor_of
from funds import operations, queries
from funds.models import Advance
from funds.operations.reminders import Sent
from funds.queries.reminders import DueReminder, reminders_due
from funds.queries.transfers import stopped_payments
from funds.reminders import screen
from funds.reminders.forms import SendForm
from funds.reminders.tables import DueTable
from funds.views.scope import breadcrumb


def _visible(request: HttpRequest) -> list[Advance]:
    visible = queries.advances_visible_to(visitor_of(request))
    return list(visible.filter(granted_on__lte=timezone.localdate()))


def _due(request: HttpRequest) -> list[DueReminder]:
    on = timezone.localdate()
    advances = _visible(request)
    books = queries.books_of(advances)
    return reminders_due(advances, books, queries.standings_in(books, on=on), on=on)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reminder.send")
def reminder_list(request: HttpRequest) -> HttpResponse:
    """Les relances du jour: every instalment that has reached a step, ticked."""
    due = _due(request)
    table = DueTable(screen.due_rows(due))
    exported = nominal_export_of(
        request, table, name=f"relances_{timezone.localdate().isoformat()}"
    )
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    context = {
        "table": table,
        "count": len(due),
        "stopped": screen.stopped_rows(_visible(request), stopped_payments(at=timezone.now())),
        "as_of": timezone.localdate(),
        "breadcrumb": breadcrumb(page="Relances"),
    }
    return render(request, "funds/reminders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reminder.send")
def reminder_send(request: HttpRequest) -> HttpResponse:
    """Who receives what, then one press; the choice comes by the list or by the link of a line."""
    sends = "command_key" in request.POST
    form = SendForm(request.POST if sends else None)
    status = 200
    if sends and form.is_valid():
        with refusals_in(form) as outcome:
            sent = operations.send_reminders(
                keys=form.cleaned_data["choix"],
                by=request.user,
                at=timezone.now(),
                command_key=form.cleaned_data["command_key"],
            )
        if outcome.accepted:
            messages.success(request, _said(sent))
            return basin_redirect("reminder_list")
        status = outcome.status
    return render(request, "funds/reminders_send.html", _confirm(request, form), status=status)


def _confirm(request: HttpRequest, form: SendForm) -> dict[str, Any]:
    """What is still due of the choice, with a form that carries it."""
    names = set(request.POST.getlist("choix") or request.GET.getlist("choix"))
    chosen = [one for one in _due(request) if one.name in names]
    if not form.is_bound:
        form = SendForm(initial={"choix": [one.name for one in chosen]})
    trail = breadcrumb(page="Envoyer")
    trail.insert(2, Link("Relances", basin_reverse("reminder_list")))
    return {
        "form": form,
        "chosen": chosen,
        "confirmation": screen.confirmation(chosen),
        "breadcrumb": trail,
    }


def _said(sent: Sent) -> str:
    words = "La relance est partie." if sent.count == 1 else f"{sent.count} relances sont parties."
    if sent.skipped:
        words += (
            f" {sent.skipped} n'étai{'ent' if sent.skipped > 1 else 't'} plus à envoyer : déjà "
            "partie ou payée."
        )
    return words
