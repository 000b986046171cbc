"""The partnership convention: its page, the pages of its draft, its text."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Link
from alize.drafting.answers import as_docx
from basins.homes import visitor_of
from conventions import operations
from conventions.documents import agreements as documents
from conventions.models import PartnershipConvention
from conventions.panels import PARTNERSHIP_SECTIONS
from conventions.partnership_forms import (
    SECTIONS,
    BeginningForm,
    RenewalForm,
)
from conventions.partnership_screen import partnership_screen
from conventions.permissions import partnership as permissions
from conventions.queries import partnership as queries

ANSWERS = ["GET", "HEAD", "POST"]


def found(convention_id: int) -> PartnershipConvention:
    """The convention of this number in the basin."""
    return get_object_or_404(queries.conventions_with_life(), pk=convention_id)


def trail(convention: PartnershipConvention | None, *links: Link) -> list[Link]:
    """Accueil, Conventions, the convention, then these links."""
    before = [
        Link("Accueil", basin_reverse("basin_home")),
        Link("Conventions", basin_reverse("convention_list")),
    ]
    if convention is not None:
        before.append(Link(str(convention), address(convention) if links else ""))
    return [*before, *links]


def address(convention: PartnershipConvention) -> str:
    """The page of a convention."""
    return basin_reverse("partnership_detail", convention_id=convention.pk)


@require_safe
@access("convention.read")
def partnership_detail(request: HttpRequest, convention_id: int) -> HttpResponse:
    """One convention: where it stands, what it says, who signs, what came of it."""
    convention, today = found(convention_id), timezone.localdate()
    context = {
        "convention": convention,
        "screen": partnership_screen(convention, request.roles, on=today),
        "sections": PARTNERSHIP_SECTIONS.of(visitor_of(request), convention),
        "breadcrumb": trail(convention),
    }
    return render(request, "conventions/partnership/detail.html", context)


@require_http_methods(ANSWERS)
@access("convention.write")
def partnership_begin(request: HttpRequest) -> HttpResponse:
    """Préparer la première convention of the basin."""
    form = BeginningForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            convention = operations.prepare_partnership(
                **form.cleaned_data, by=request.user, at=timezone.now()
            )
            return basin_redirect("partnership_detail", convention_id=convention.pk)
        status = outcome.status
    return _form(
        request,
        form,
        title="Préparer la convention de partenariat",
        label="Préparer",
        status=status,
    )


def _form(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    label: str = "Enregistrer",
    convention: PartnershipConvention | None = None,
    lead: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "label": label,
        "lead": lead,
        "reference": str(convention) if convention else "",
        "back_url": address(convention) if convention else basin_reverse("convention_list"),
        "breadcrumb": trail(convention, Link(title, "")),
    }
    return render(request, "conventions/partnership/form.html", context, status=status)


@require_http_methods(ANSWERS)
@access("convention.write")
def partnership_edit(request: HttpRequest, convention_id: int, section: str) -> HttpResponse:
    """One page of a draft; what is missing is said on the page of the convention."""
    convention = found(convention_id)
    if section not in SECTIONS:
        raise Http404
    form = SECTIONS[section](request.POST or None, convention=convention)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.save_section(
                convention_id=convention.pk,
                values=form.values(),
                partner_ids=form.partner_ids(),
                mark=form.cleaned_data["mark"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"« {form.title} » : c'est enregistré.")
            return basin_redirect("partnership_detail", convention_id=convention.pk)
        status = outcome.status
    return _form(request, form, title=form.title, convention=convention, status=status)


@require_http_methods(ANSWERS)
@access("convention.write")
def partnership_renew(request: HttpRequest, convention_id: int) -> HttpResponse:
    """Renouveler : carry over what holds, for three years more (R7)."""
    convention, today = found(convention_id), timezone.localdate()
    form = RenewalForm(
        request.POST or None,
        convention=convention,
        starts_on=convention.ends_on + timedelta(days=1),
        on=today,
    )
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        kept = [partner.pk for partner in form.cleaned_data["kept"]]
        with refusals_in(form) as outcome:
            after = operations.renew_partnership(
                convention_id=convention.pk,
                starts_on=form.cleaned_data["starts_on"],
                kept=kept,
                pledged=kept if form.cleaned_data["propose"] else (),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"La convention n° {after.number} est en préparation.")
            return basin_redirect("partnership_detail", convention_id=after.pk)
        status = outcome.status
    return _form(
        request,
        form,
        title=f"Renouveler la convention n° {convention.number}",
        label="Préparer le renouvellement",
        lead="Les objectifs, le territoire et les partenaires sont repris ; vous les corrigerez "
        "ensuite page par page.",
        convention=convention,
        status=status,
    )


@require_safe
@access("convention.write")
@refusals_to("partnership_detail")
def partnership_preview(request: HttpRequest, convention_id: int) -> HttpResponse:
    """The draft as a PDF marked « PROJET », annex 3 on its own when asked; nothing is kept."""
    convention = found(convention_id)
    operator = request.GET.get("texte") == "operateur"
    return as_pdf(
        documents.preview_partnership(convention, on=timezone.localdate(), operator=operator),
        queries.text_reference_of(convention, operator=operator),
    )


@require_safe
@access("convention.write")
@refusals_to("partnership_detail")
def partnership_docx(request: HttpRequest, convention_id: int) -> HttpResponse:
    """A copy of the text for lawyers, annex 3 on its own when asked."""
    convention = found(convention_id)
    permissions.copy(convention)
    operator = request.GET.get("texte") == "operateur"
    return as_docx(
        documents.partnership_copy(convention, on=timezone.localdate(), operator=operator),
        queries.text_reference_of(convention, operator=operator),
    )


def as_pdf(content: bytes, reference: str) -> HttpResponse:
    """A draft to read in the browser."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{reference}_projet.pdf"'},
    )
