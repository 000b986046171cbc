"""« Second facteur perdu »: asked for, approved by somebody else, stopped by its owner (SD13)."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access, signed_in
from alize.common.constraints import sentence_of
from alize.common.dates import long_datetime
from alize.common.errors import Refusal
from alize.common.http import basin_reverse
from alize.common.screen import Confirmation, Definition, Link
from basins import permissions
from basins import second_factor_operations as operations
from basins.models import Membership, SecondFactorReset
from basins.people_forms import ResetForm
from basins.people_queries import resets_waiting


def _trail(request: HttpRequest, page: str) -> list[Link]:
    home = Link("Accueil", basin_reverse("basin_home", basin=request.basin))
    people = Link("Réglages", basin_reverse("people_list", basin=request.basin))
    return [home, people, Link(page, "")]


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(basin_reverse("people_list", basin=request.basin))


@require_http_methods(["GET", "HEAD", "POST"])
@access("reset.ask", in_public=True, fresh=True)
def second_factor_reset_ask(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Demander la remise à zéro of the second factor of somebody who holds a role here."""
    now = timezone.now()
    membership = get_object_or_404(
        Membership.objects.held_on(timezone.localdate(now)).select_related("person"),
        pk=membership_id,
        basin=request.basin,
    )
    form = ResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.ask_reset(
                person_id=membership.person_id,
                basin=request.basin,
                by=request.user,
                at=now,
                **form.cleaned_data,
            )
        except Refusal as refusal:
            messages.error(request, refusal.reason)
        except IntegrityError as error:
            messages.error(request, sentence_of(error))
        else:
            messages.success(request, "La demande est partie : ASTREES doit l'approuver.")
        return _back(request)
    confirmation = Confirmation(
        title=f"Second facteur perdu : {membership.person}",
        facts=(Definition("Adresse électronique", membership.person.email),),
        effects=(
            "Rien ne change avant l'accord d'une seconde personne, à ASTREES, ni avant 24 heures.",
            "Ensuite, ses seconds facteurs sont retirés et ses connexions prennent fin ; "
            "elle en enregistre un nouveau à sa prochaine connexion.",
        ),
        told=(f"{membership.person}, qui peut tout arrêter", "l'administration nationale"),
        label="Demander la remise à zéro",
        back_url=basin_reverse("people_list", basin=request.basin),
    )
    context = {
        "confirmation": confirmation,
        "form": form,
        "breadcrumb": _trail(request, "Second facteur perdu"),
    }
    return render(request, "basins/end_role.html", context)


def _reset(request: HttpRequest, reset_id: int) -> SecondFactorReset:
    resets = SecondFactorReset.objects.select_related("person", "asked_by")
    return get_object_or_404(resets, pk=reset_id, basin=request.basin)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reset.approve", in_public=True, fresh=True)
def second_factor_reset_approve(request: HttpRequest, reset_id: int) -> HttpResponse:
    """Approuver la remise à zéro, after who asks and why is restated."""
    reset = _reset(request, reset_id)
    try:
        if request.method == "POST":
            operations.approve_reset(reset_id=reset.pk, by=request.user, at=timezone.now())
            messages.success(request, "La remise à zéro est approuvée.")
            return _back(request)
        permissions.approve_reset(reset, request.user)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return _back(request)
    confirmation = Confirmation(
        title=f"Approuver la remise à zéro : {reset.person}",
        facts=(
            Definition("Demandée par", reset.asked_by.full_name),
            Definition("Motif", reset.reason),
        ),
        effects=(
            f"Le {long_datetime(reset.due_at)} au plus tôt, ses seconds facteurs sont retirés et "
            "ses connexions prennent fin.",
            "D'ici là, cette personne peut tout arrêter.",
        ),
        told=(f"{reset.person}, une fois la remise à zéro faite",),
        label="Approuver la remise à zéro",
        back_url=basin_reverse("people_list", basin=request.basin),
        danger=True,
    )
    context = {
        "confirmation": confirmation,
        "breadcrumb": _trail(request, "Approuver une remise à zéro"),
    }
    return render(request, "basins/end_role.html", context)


@require_POST
@access("reset.ask", in_public=True)
def second_factor_reset_stop(request: HttpRequest, reset_id: int) -> HttpResponse:
    """Arrêter a request of the basin."""
    reset = _reset(request, reset_id)
    _stop(request, reset)
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def second_factor_reset_mine(request: HttpRequest) -> HttpResponse:
    """What was asked about my own second factor; a POST stops it."""
    waiting = resets_waiting().filter(person_id=request.user.pk)
    if request.method == "POST":
        for reset in waiting:
            _stop(request, reset)
        return redirect("account_home")
    return render(request, "basins/my_reset.html", {"resets": waiting})


def _stop(request: HttpRequest, reset: SecondFactorReset) -> None:
    try:
        operations.stop_reset(reset_id=reset.pk, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "La remise à zéro est arrêtée : le second facteur reste.")
