"""Repères nationaux : their values, given from a day on and withdrawn before it (A7, R65-R77)."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.dates import short_date
from alize.common.errors import Refusal
from alize.common.http import answered
from alize.common.screen import Action, Confirmation, Definition, Link
from basins import permissions
from basins.access import allows
from basins.models import ReferenceValue
from basins.operations import references as operations
from basins.queries import references as queries
from basins.references import BY_SLUG, Reference, in_words
from network.references import screen
from network.references.forms import ValueForm
from network.views import navigation


def _life(slug: str) -> queries.Life:
    if slug not in BY_SLUG:
        raise Http404
    lives = queries.lives(on=timezone.localdate())
    return next(life for life in lives if life.reference == BY_SLUG[slug])


@require_safe
@access("national.read")
def reference_list(request: HttpRequest) -> HttpResponse:
    """Each reference with its value in force, those to come, and the limits that are none."""
    context = {
        "nav_items": navigation(request),
        "breadcrumb": [Link("Tour de contrôle", reverse("national_home")), Link("Repères", "")],
        "cards": [screen.card(life) for life in queries.lives(on=timezone.localdate())],
        "fixed": screen.FIXED,
    }
    return render(request, "network/reference_list.html", context)


@require_safe
@access("national.read")
def reference_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The life of one reference."""
    life = _life(reference)
    may_write = allows(request.roles, "reference.write")
    label = "Donner une autre valeur" if life.current else "Donner une valeur"
    give = Action(label, screen.url("reference_give", life.reference))
    context = {
        "nav_items": navigation(request, "reference_list"),
        "breadcrumb": screen.trail(life.reference),
        "reference": life.reference.terms,
        "lines": screen.history(life, may_write=may_write),
        "action": give if may_write else None,
    }
    return render(request, "network/reference_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reference.write")
def reference_give(request: HttpRequest, reference: str) -> HttpResponse:
    """Donner une autre valeur, from a day on."""
    life = _life(reference)
    now, terms = timezone.now(), life.reference.terms
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    form = ValueForm(request.POST or None, life=life, tomorrow=tomorrow)

    def give() -> None:
        operations.give_value(reference=life.reference, **form.values(), by=request.user, at=now)

    return answered(
        request,
        form,
        give,
        said=f"{terms.label} : la nouvelle valeur est enregistrée.",
        back=screen.url("reference_detail", life.reference),
        template="network/reference_give.html",
        context={
            "nav_items": navigation(request, "reference_list"),
            "breadcrumb": screen.trail(life.reference, Link("Donner une autre valeur", "")),
            "title": f"{terms.label} : une autre valeur",
            "lead": f"En vigueur aujourd'hui : {in_words(life.reference, life.current.numbers)}."
            if life.current
            else "Ce repère n'a pas de valeur : il est illisible dans le cahier des charges.",
            "back": screen.url("reference_detail", life.reference),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("reference.write")
def reference_withdraw(request: HttpRequest, value_id: int) -> HttpResponse:
    """Retirer a value before its day."""
    value = get_object_or_404(ReferenceValue, pk=value_id)
    reference, now = Reference(value.reference), timezone.now()
    back = screen.url("reference_detail", reference)
    try:
        if request.method == "POST":
            operations.withdraw_value(value_id=value.pk, by=request.user, at=now)
            messages.success(request, "La valeur est retirée : elle ne prendra pas effet.")
            return redirect(back)
        permissions.withdraw_value(value, on=timezone.localdate(now))
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return redirect(back)
    confirmation = Confirmation(
        title="Retirer une valeur à venir",
        facts=(
            Definition(reference.terms.label, in_words(reference, value.numbers)),
            Definition("À partir du", short_date(value.effective_from)),
        ),
        effects=(
            "Elle ne prendra pas effet : la valeur d'avant continue.",
            "Elle reste lisible dans l'historique, avec son retrait.",
        ),
        label="Retirer cette valeur",
        back_url=back,
        danger=True,
    )
    context = {
        "nav_items": navigation(request, "reference_list"),
        "breadcrumb": screen.trail(reference, Link("Retirer", "")),
        "confirmation": confirmation,
    }
    return render(request, "network/confirm.html", context)
