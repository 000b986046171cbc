"""Nouveau contact."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.http import basin_redirect, key_in, refusals_in
from alize.common.screen import Link
from projects import operations, queries
from projects.forms.contacts import ContactForm
from projects.models import Beneficiary
from projects.views.base import trail

ANOTHER_COMPANY = "autre"


@require_http_methods(["GET", "POST"])
@access("project.write")
def project_create(request: HttpRequest) -> HttpResponse:
    """Enter a contact; a company known already is shown before anything is written."""
    form = ContactForm(request.POST or None)
    known: list[Beneficiary] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            choice = request.POST.get("entreprise", "")
            known = _known(form, choice)
            if not known:
                with refusals_in(form) as outcome:
                    return _create(request, form, choice)
                status = outcome.status
    context = {
        "form": form,
        "known": known,
        "same_siret": any(
            company.siret and company.siret == form.cleaned_data.get("siret") for company in known
        ),
        "breadcrumb": trail(Link("Nouveau contact", "")),
    }
    return render(request, "projects/create.html", context, status=status)


def _known(form: ContactForm, choice: str) -> list[Beneficiary]:
    """The companies to show first, unless the person has said which one it is."""
    if choice == ANOTHER_COMPANY or key_in(choice) is not None:
        return []
    return queries.companies_like(siret=form.cleaned_data["siret"], name=form.cleaned_data["name"])


def _create(request: HttpRequest, form: ContactForm, choice: str) -> HttpResponse:
    values = dict(form.cleaned_data)
    key: UUID = values.pop("command_key")
    partner = values.pop("origin_partner")
    project = operations.create_contact(
        **values,
        origin_partner_id=partner.pk if partner else None,
        beneficiary_id=key_in(choice),
        by=request.user,
        at=timezone.now(),
        command_key=key,
    )
    sent = " Un accusé de réception part au dirigeant." if project.owner_email else ""
    messages.success(request, f"Le dossier {project.reference} est ouvert.{sent}")
    return basin_redirect("project_detail", reference=project.reference)
