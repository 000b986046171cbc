"""Partenaires : the list by group, and one partner."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.screen import Action, Badge, Definition, Link
from alize.common.words import grouped
from basins.access import allows
from basins.homes import Visitor
from partners import operations, queries, rules
from partners.forms import PartnerForm
from partners.models import Partner, SkillOffer
from partners.panels import SECTIONS
from partners.promised import Promised, promises

TO_SIGN = (
    "ce n'est pas ce que toutes les parties ont signé, et qui vaut jusqu'à un avenant à la "
    "convention de partenariat."
)


def trail(*links: Link) -> list[Link]:
    """Accueil, Partenaires, then these links."""
    return [
        Link("Accueil", basin_reverse("basin_home")),
        Link("Partenaires", basin_reverse("partner_list")),
        *links,
    ]


def _address(partner: Partner, name: str = "partner_detail", **kwargs: Any) -> str:
    """A page of a partner."""
    return basin_reverse(name, partner_id=partner.pk, **kwargs)


@require_safe
@access("partner.read")
def partner_list(request: HttpRequest) -> HttpResponse:
    """Who pools what: by kind and by group, with the profile of what is pledged."""
    today = timezone.localdate()
    companies = queries.company_count(on=today)
    create = Action("Ajouter un partenaire", basin_reverse("partner_create"), "plus-lg")
    context = {
        "breadcrumb": [Link("Accueil", basin_reverse("basin_home")), Link("Partenaires", "")],
        "kinds": queries.by_kind(on=today, year=today.year),
        "gone": queries.left_before(today),
        "year": today.year,
        "note": rules.companies_note(companies),
        "profile": queries.pledged_profile(year=today.year, on=today),
        "create": create if allows(request.roles, "partner.write") else None,
    }
    return render(request, "partners/list.html", context)


@require_safe
@access("partner.read")
def partner_detail(request: HttpRequest, partner_id: int) -> HttpResponse:
    """One partner: who speaks for it, what it has promised year by year."""
    partner = get_object_or_404(Partner.objects.select_related("group"), pk=partner_id)
    today = timezone.localdate()
    writes = allows(request.roles, "partner.write")
    siblings = (
        Partner.objects.filter(group=partner.group).exclude(pk=partner.pk) if partner.group else ()
    )
    pledges = list(partner.pledges.order_by("-year", "nature"))
    known = promises(years={one.year for one in pledges}, partners=(partner.pk,))
    told = [(one, known.get((partner.pk, one.year, one.nature), Promised())) for one in pledges]
    read = [(one, None if said.is_as_signed else said.bound) for one, said in told]
    context = {
        "breadcrumb": trail(Link(str(partner), "")),
        "partner": partner,
        "badge": Badge("Partenaire", "done")
        if partner.left_on is None or partner.left_on > today
        else Badge("Ancien partenaire", "quiet"),
        "facts": [
            Definition("Nature", partner.get_kind_display()),
            Definition("Groupe", partner.group.name if partner.group else "Aucun"),
            Definition("SIREN", grouped(partner.siren), number=True),
            Definition("Commune", partner.town),
            Definition("Partenaire depuis le", short_date(partner.joined_on)),
            *([Definition("Jusqu'au", short_date(partner.left_on))] if partner.left_on else []),
        ],
        "siblings": siblings,
        "contacts": partner.contacts.select_related("person")
        .prefetch_related("mandates__document")
        .order_by("-is_active", "person__last_name"),
        "offers": SkillOffer.objects.filter(partner=partner, withdrawn_on=None),
        "pledges": read,
        "to_sign": TO_SIGN if any(signed for _, signed in read) else "",
        "sections": SECTIONS.of(Visitor(request.user, request.roles, today), partner),
        "edit": Action("Modifier", _address(partner, "partner_edit"), "pencil") if writes else None,
        "writes": writes,
        "reads_acts": allows(request.roles, "convention.read"),
    }
    return render(request, "partners/detail.html", context)


@require_http_methods(["GET", "POST"])
@access("partner.write")
def partner_create(request: HttpRequest) -> HttpResponse:
    """Add a partner."""
    form = PartnerForm(request.POST or None)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            values = dict(form.cleaned_data)
            partner = operations.create_partner(
                command_key=values.pop("command_key"),
                group_name=values.pop("group_name"),
                values=values,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"{partner} est partenaire.")
            return basin_redirect("partner_detail", partner_id=partner.pk)
        status = outcome.status
    context = {
        "title": "Ajouter un partenaire",
        "form": form,
        "label": "Ajouter",
        "back_url": basin_reverse("partner_list"),
        "breadcrumb": trail(Link("Ajouter un partenaire", "")),
    }
    return render(request, "partners/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@access("partner.write")
def partner_edit(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Correct a partner."""
    partner = get_object_or_404(Partner.objects.select_related("group"), pk=partner_id)
    form = PartnerForm(request.POST or None, instance=partner)
    del form.fields["command_key"]
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            values = dict(form.cleaned_data)
            operations.save_partner(
                partner_id=partner.pk,
                group_name=values.pop("group_name"),
                values=values,
                mark=values["mark"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"{partner} est à jour.")
            return basin_redirect("partner_detail", partner_id=partner.pk)
        status = outcome.status
    return form_of(request, partner, form, title="Modifier le partenaire", status=status)


def form_of(
    request: HttpRequest, partner: Partner, form: Any, *, title: str, status: int
) -> HttpResponse:
    """Show a form about a partner."""
    context = {
        "title": title,
        "partner": partner,
        "form": form,
        "label": "Enregistrer",
        "back_url": _address(partner),
        "breadcrumb": trail(Link(str(partner), _address(partner)), Link(title, "")),
    }
    return render(request, "partners/form.html", context, status=status)
