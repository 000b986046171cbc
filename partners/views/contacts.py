"""Who speaks and who signs for a partner."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.words import of
from alize.documents.views import serve
from partners import operations, queries
from partners.forms import ContactForm, MandateForm
from partners.models import Contact, Mandate, Partner
from partners.views.partners import form_of


@require_http_methods(["GET", "POST"])
@access("partner.write")
def contact_create(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Add somebody who speaks for a partner."""
    partner = get_object_or_404(Partner, pk=partner_id)
    form = ContactForm(request.POST or None, people=queries.people_to_add(partner))
    return _contact(request, partner, form, title="Ajouter un contact")


@require_http_methods(["GET", "POST"])
@access("partner.write")
def contact_edit(request: HttpRequest, partner_id: int, contact_id: int) -> HttpResponse:
    """Change what a contact may do, or say that they are no longer active."""
    contact = get_object_or_404(
        Contact.objects.select_related("partner", "person"), pk=contact_id, partner_id=partner_id
    )
    form = ContactForm(request.POST or None, instance=contact)
    title = f"Modifier le contact : {contact.person}"
    return _contact(request, contact.partner, form, title=title)


def _contact(
    request: HttpRequest, partner: Partner, form: ContactForm, *, title: str
) -> HttpResponse:
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            values = dict(form.cleaned_data)
            chosen = values.pop("person", None) or form.instance.person
            operations.save_contact(
                partner_id=partner.pk,
                person_id=chosen.pk,
                values=values,
                mark=values["mark"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"{chosen} est un contact {of(partner)}.")
            return basin_redirect("partner_detail", partner_id=partner.pk)
        status = outcome.status
    return form_of(request, partner, form, title=title, status=status)


@require_http_methods(["GET", "POST"])
@access("partner.write")
def mandate_add(request: HttpRequest, partner_id: int, contact_id: int) -> HttpResponse:
    """Record under what a contact signs; the former mandates are kept."""
    contact = get_object_or_404(
        Contact.objects.select_related("partner", "person"), pk=contact_id, partner_id=partner_id
    )
    form = MandateForm(request.POST or None, request.FILES or None)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.add_mandate(
                contact_id=contact.pk, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(request, f"Le mandat {of(contact.person)} est enregistré.")
            return basin_redirect("partner_detail", partner_id=partner_id)
        status = outcome.status
    title = f"Enregistrer un mandat : {contact.person}"
    return form_of(request, contact.partner, form, title=title, status=status)


@require_safe
@access("convention.read")
def mandate_document(request: HttpRequest, partner_id: int, mandate_id: int) -> HttpResponse:
    """The act that gives a mandate."""
    mandate = get_object_or_404(
        Mandate.objects.select_related("document"),
        pk=mandate_id,
        contact__partner_id=partner_id,
    )
    if mandate.document is None:
        raise Http404
    return serve(mandate.document, request)
