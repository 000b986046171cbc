"""Money that comes: contributions and repayments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.money import format_euros
from alize.common.tables import sorted_and_paged
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from funds import operations, permissions, queries
from funds.forms import ContributionForm, RepaymentForm, ValuedForm
from funds.tables import ContributionTable
from funds.views.resources import resource_tabs
from funds.views.scope import breadcrumb, visible_advance


@require_http_methods(["GET", "HEAD", "POST"])
@access("repayment.record")
def repayment_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Enregistrer un remboursement; what exceeds the debt is shown as an over-payment."""
    advance = visible_advance(request, reference=reference)
    standing = queries.book_of(advance).position(timezone.localdate())
    form = RepaymentForm(request.POST or None, initial={"value_on": timezone.localdate()})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.record_repayment(
                advance_id=advance.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            received = format_euros(form.cleaned_data["amount"])
            after = queries.book_of(advance).position(timezone.localdate())
            said = f"Le remboursement de {received} est enregistré"
            if after.overpaid > standing.overpaid:
                said += f", dont {format_euros(after.overpaid - standing.overpaid)} de trop-perçu"
            messages.success(request, f"{said}.")
            return basin_redirect("advance_detail", reference=reference)
        status = outcome.status
    elif request.method != "POST" and not permissions.record_repayment.allows(
        queries.loan_of(advance, on=timezone.localdate()).lent_on
    ):
        messages.error(request, "Rien n'a encore été versé sur cette avance.")
        return basin_redirect("advance_detail", reference=reference)
    company = advance.project.beneficiary.name
    owes = f"{company} doit encore {format_euros(standing.outstanding)} sur l'avance {reference}."
    beyond = "Au-delà, le surplus est gardé comme trop-perçu."
    if not standing.outstanding:
        owes = f"{company} ne doit plus rien sur l'avance {reference}."
        beyond = "Ce qu'elle verse est gardé comme trop-perçu, à lui rendre."
    if standing.written_off > standing.recovered:
        beyond = "Ce qui vient au-delà est une récupération : elle s'enregistre à part."
    context = {
        "title": "Enregistrer un remboursement",
        "lead": f"{owes} {beyond}",
        "form": form,
        "label": "Enregistrer le remboursement",
        "back": basin_reverse("advance_detail", reference=reference),
        "breadcrumb": breadcrumb(advance, "Enregistrer un remboursement"),
    }
    return render(request, "funds/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("fund.read")
def contribution_list(request: HttpRequest) -> HttpResponse:
    """The money the funders brought to the account of advances."""
    table = ContributionTable(queries.contributions_received())
    exported = nominal_export_of(request, table, name="dotations")
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    context = {
        "table": sorted_and_paged(request, table),
        "may_record": allows(request.roles, "contribution.record"),
        "tabs": resource_tabs(request, "contribution_list"),
        "breadcrumb": breadcrumb(page="Dotations"),
    }
    return render(request, "funds/contributions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("contribution.record")
def contribution_create(request: HttpRequest) -> HttpResponse:
    """Enregistrer une dotation reçue."""
    form = ContributionForm(request.POST or None, initial={"received_on": timezone.localdate()})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.record_contribution(by=request.user, at=timezone.now(), **form.cleaned_data)
        if outcome.accepted:
            messages.success(request, "La dotation est enregistrée.")
            return basin_redirect("contribution_list")
        status = outcome.status
    context = {
        "title": "Enregistrer une dotation",
        "lead": "L'argent reçu sur le compte des avances ou sur celui du fonctionnement ; l'un ne "
        "sert jamais pour l'autre.",
        "form": form,
        "label": "Enregistrer la dotation",
        "back": basin_reverse("contribution_list"),
        "breadcrumb": breadcrumb(page="Enregistrer une dotation"),
    }
    return render(request, "funds/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("contribution.record")
def valued_create(request: HttpRequest) -> HttpResponse:
    """Enregistrer un apport valorisé : days of skills, or things in kind."""
    initial = {"received_on": timezone.localdate(), "daily_rate": queries.usual_day_rate()}
    form = ValuedForm(request.POST or None, initial=initial)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.record_valued(by=request.user, at=timezone.now(), **form.cleaned_data)
        if outcome.accepted:
            messages.success(request, "L'apport valorisé est enregistré.")
            return basin_redirect("contribution_list")
        status = outcome.status
    context = {
        "title": "Enregistrer un apport valorisé",
        "lead": "Journées de compétences et apports en nature : comptés à part, jamais ajoutés à "
        "l'argent.",
        "form": form,
        "label": "Enregistrer l'apport",
        "back": basin_reverse("contribution_list"),
        "breadcrumb": breadcrumb(page="Enregistrer un apport valorisé"),
    }
    return render(request, "funds/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("repayment.record")
def recovery_record(request: HttpRequest, reference: str) -> HttpResponse:
    """Enregistrer une récupération after a write-off, within what was lost."""
    advance = visible_advance(request, reference=reference)
    lost = queries.net_loss(advance)
    form = RepaymentForm(request.POST or None, initial={"value_on": timezone.localdate()})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.record_recovery(
                advance_id=advance.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(request, "La récupération est enregistrée.")
            return basin_redirect("advance_detail", reference=reference)
        status = outcome.status
    elif request.method != "POST" and not lost:
        messages.error(
            request,
            "Rien de cette avance n'est passé en perte, ou tout est récupéré : ce qui arrive "
            "s'enregistre comme remboursement.",
        )
        return basin_redirect("advance_detail", reference=reference)
    context = {
        "title": "Enregistrer une récupération",
        "lead": f"{format_euros(lost)} de l'avance {reference} sont passés en perte et pas "
        "encore récupérés.",
        "form": form,
        "label": "Enregistrer la récupération",
        "back": basin_reverse("advance_detail", reference=reference),
        "breadcrumb": breadcrumb(advance, "Enregistrer une récupération"),
    }
    return render(request, "funds/form.html", context, status=status)
