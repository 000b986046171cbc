"""Fonds › Chiffres › Provision: what the delays call for, booked in one entry."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.exports import export_links, export_of
from alize.common.forms import CommandKeyField
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.money import format_euros
from alize.common.screen import Confirmation, Definition
from funds import operations, queries
from funds.foresight.figures import age_rows, provision_sum
from funds.foresight.tables import AgeTable, SumTable
from funds.forms import DayForm
from funds.queries.provision import Provision, provision_on
from funds.views.scope import breadcrumb, day_of


class ProvisionForm(forms.Form):
    """La provision telle qu'elle est montrée."""

    on = forms.DateField(widget=forms.HiddenInput)
    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    command_key = CommandKeyField()


@require_http_methods(["GET", "HEAD", "POST"])
@access("provision.book", fresh=True)
def provision_book(request: HttpRequest) -> HttpResponse:
    """Inscrire la provision d'une fin d'exercice, after it is shown age by age."""
    today = timezone.localdate()
    on = day_of(request) if "au" in request.GET else date(today.year - 1, 12, 31)
    form = ProvisionForm(request.POST) if request.method == "POST" else None
    status = form_status(request)
    if form is not None and form.is_valid():
        with refusals_in(form) as outcome:
            operations.book_provision(by=request.user, at=timezone.now(), **form.cleaned_data)
        if outcome.accepted:
            messages.success(request, "La provision est inscrite.")
            return basin_redirect("fund_figures")
        status, on = outcome.status, form.cleaned_data["on"]
    proposed = provision_on(on)
    if form is None:
        form = ProvisionForm(initial={"on": on, "expected": proposed.target})
    ages = AgeTable(age_rows(proposed.standings, queries.fund_settings(), on=on))
    summary = SumTable(provision_sum(proposed))
    exported = export_of(request, ages, summary, name=f"provision_{on.isoformat()}", as_of=on)
    if exported is not None:
        return exported
    ages.exports = export_links(request, book=True)
    context = {
        "as_of": on,
        "ages": ages,
        "confirmation": _confirmation(proposed) if proposed.change else None,
        "form": form,
        "day_form": DayForm(request.GET if "au" in request.GET else None, initial={"au": on}),
        "breadcrumb": breadcrumb(page="Provision"),
    }
    return render(request, "funds/provision.html", context, status=status)


def _confirmation(proposed: Provision) -> Confirmation:
    verb = "Reprendre" if proposed.change < 0 else "Doter"
    amount = format_euros(abs(proposed.change))
    return Confirmation(
        title=f"Inscrire la provision au {long_date(proposed.on)}",
        facts=[
            Definition("Provision proposée", format_euros(proposed.target), number=True),
            Definition("Déjà inscrite", format_euros(proposed.booked), number=True),
            Definition(verb, amount, number=True),
        ],
        effects=[
            f"Une écriture de {amount} est inscrite au {long_date(proposed.on)}, ou ce jour si "
            "cette période est clôturée.",
            "La part d'une avance passée en perte plus tard est reprise d'elle-même.",
        ],
        label=f"{verb} {amount}",
        back_url=basin_reverse("fund_figures"),
    )
