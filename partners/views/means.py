"""What a partner promises, and the skills it offers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Link
from alize.common.words import of
from partners import operations, queries
from partners.forms import PledgeForm, SkillForm
from partners.models import Partner, SkillOffer
from partners.promised import Promised, promises
from partners.views.partners import TO_SIGN, form_of, trail


def _usual(partner: Partner) -> dict[str, Any]:
    """This year, and the rate that the partner counted its days at the last time."""
    counted = partner.pledges.filter(daily_rate__isnull=False).order_by("-year").first()
    rate = counted.daily_rate if counted else None
    return {"year": timezone.localdate().year, "daily_rate": rate}


@require_http_methods(["GET", "POST"])
@access("partner.write")
def pledge_save(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Record what a partner promises for a year."""
    partner = get_object_or_404(Partner, pk=partner_id)
    form = PledgeForm(request.POST or None, initial=_usual(partner))
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            pledge = operations.save_pledge(
                partner_id=partner.pk, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(request, f"L'engagement {of(partner)} est enregistré.")
            known = promises(years=(pledge.year,), partners=(partner.pk,))
            key = (partner.pk, pledge.year, pledge.nature)
            if not known.get(key, Promised()).is_as_signed:
                messages.warning(request, f"Engagement {pledge.year} : {TO_SIGN}")
            return basin_redirect("partner_detail", partner_id=partner.pk)
        status = outcome.status
    return form_of(request, partner, form, title="Enregistrer un engagement", status=status)


@require_safe
@access("partner.read")
def skill_list(request: HttpRequest) -> HttpResponse:
    """Catalogue des compétences: who may lend its people for what."""
    context = {"breadcrumb": trail(Link("Compétences", "")), "shelves": queries.skills_by_domain()}
    return render(request, "partners/skills.html", context)


@require_http_methods(["GET", "POST"])
@access("partner.write")
def skill_offer(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Add a skill that a partner offers."""
    partner = get_object_or_404(Partner, pk=partner_id)
    form = SkillForm(request.POST or None)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.offer_skill(
                partner_id=partner.pk, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(request, "La compétence est au catalogue.")
            return basin_redirect("partner_detail", partner_id=partner.pk)
        status = outcome.status
    return form_of(request, partner, form, title="Ajouter une compétence", status=status)


@require_POST
@access("partner.write")
def skill_withdraw(request: HttpRequest, partner_id: int, offer_id: int) -> HttpResponse:
    """Take a skill out of the catalogue, at once, with « Annuler »."""
    offer = get_object_or_404(SkillOffer, pk=offer_id, partner_id=partner_id)
    operations.withdraw_skill(
        offer_id=offer.pk, by=request.user, at=timezone.now(), on=timezone.localdate()
    )
    undo = basin_reverse("skill_restore", partner_id=partner_id, offer_id=offer.pk)
    said = f"« {offer.title} » n'est plus au catalogue."
    messages.success(request, said, extra_tags=f"undo:{undo}")
    return basin_redirect("partner_detail", partner_id=partner_id)


def _partner_page(partner_id: int, offer_id: int) -> str:
    return basin_reverse("partner_detail", partner_id=partner_id)


@require_POST
@access("partner.write")
@refusals_to(_partner_page)
def skill_restore(request: HttpRequest, partner_id: int, offer_id: int) -> HttpResponse:
    """Put a skill back in the catalogue."""
    offer = get_object_or_404(SkillOffer, pk=offer_id, partner_id=partner_id)
    operations.restore_skill(offer_id=offer.pk, by=request.user, at=timezone.now())
    return basin_redirect("partner_detail", partner_id=partner_id)
