"""Second factors: one lost, in a basin or the network (SD13); whether members need one."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from alize.common.constraints import sentence_of
from alize.common.dates import long_datetime
from alize.common.errors import Refusal
from alize.common.screen import Confirmation, Definition
from basins import permissions
from basins.models import Basin, Membership, SecondFactorReset
from basins.operations import second_factor as operations
from basins.people.forms import RequireForm, ResetForm
from basins.people.pages import Place


def ask_page(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    """Demander la remise à zéro of the second factor of somebody who holds a role here."""
    now = timezone.now()
    held = Membership.objects.held_on(timezone.localdate(now)).filter(basin=place.basin)
    membership = get_object_or_404(held.select_related("person"), pk=membership_id)
    form = ResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.ask_reset(
                person_id=membership.person_id,
                basin=place.basin,
                page=place.pages["approve_reset"],
                by=request.user,
                at=now,
                **form.cleaned_data,
            )
        except Refusal as refusal:
            messages.error(request, refusal.reason)
        except IntegrityError as error:
            messages.error(request, sentence_of(error))
        else:
            messages.success(
                request, "La demande est partie : une autre personne, à ASTREES, doit l'approuver."
            )
        return redirect(place.url("list"))
    confirmation = Confirmation(
        title=f"Second facteur perdu : {membership.person}",
        facts=(Definition("Adresse électronique", membership.person.email),),
        effects=(
            "Rien ne change avant l'accord d'une seconde personne, à ASTREES, ni avant 24 heures.",
            "Ensuite, ses seconds facteurs sont retirés et ses connexions prennent fin ; "
            "elle en enregistre un nouveau à sa prochaine connexion.",
        ),
        told=(f"{membership.person}, qui peut tout arrêter", "L'administration nationale"),
        label="Demander la remise à zéro",
        undo="La demande s'arrête tant que rien n'est retiré : par cette personne, ou d'ici.",
        back_url=place.url("list"),
    )
    context = place.context("Second facteur perdu") | {"confirmation": confirmation, "form": form}
    return render(request, "basins/end_role.html", context)


def _reset(place: Place, reset_id: int) -> SecondFactorReset:
    resets = SecondFactorReset.objects.select_related("person", "asked_by")
    return get_object_or_404(resets, pk=reset_id, basin=place.basin)


def approve_page(request: HttpRequest, place: Place, reset_id: int) -> HttpResponse:
    """Approuver la remise à zéro, after who asks and why is restated."""
    reset = _reset(place, reset_id)
    try:
        if request.method == "POST":
            operations.approve_reset(reset_id=reset.pk, by=request.user, at=timezone.now())
            messages.success(request, "La remise à zéro est approuvée.")
            return redirect(place.url("list"))
        permissions.approve_reset(reset, request.user)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return redirect(place.url("list"))
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
        back_url=place.url("list"),
        danger=True,
    )
    context = place.context("Approuver une remise à zéro") | {"confirmation": confirmation}
    return render(request, "basins/end_role.html", context)


def stop_act(request: HttpRequest, place: Place, reset_id: int) -> HttpResponse:
    """Arrêter a request made here."""
    stop(request, _reset(place, reset_id))
    return redirect(place.url("list"))


def stop(request: HttpRequest, reset: SecondFactorReset) -> None:
    """Keep the second factor, and say so."""
    try:
        operations.stop_reset(reset_id=reset.pk, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "La remise à zéro est arrêtée : le second facteur reste.")


def require_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Change whether the members of the committee of this basin need a second factor."""
    basin = get_object_or_404(Basin, pk=request.basin.pk)
    required = not basin.members_show_factor
    form = RequireForm(request.POST or None, initial={"required": required})
    if request.method == "POST" and form.is_valid():
        required = form.cleaned_data["required"]
        operations.require_of_members(
            basin=basin, required=required, by=request.user, at=timezone.now()
        )
        said = "est exigé" if required else "est au choix"
        messages.success(request, f"Le second facteur {said} des membres.")
        return redirect(place.url("list"))
    label = (
        "Exiger un second facteur des membres" if required else "Le laisser au choix des membres"
    )
    effects = (
        (
            "Dès leur prochaine page, les membres du comité qui n'en ont pas enregistrent une clé "
            "d'accès ou une application : deux minutes, une fois.",
            "Évitez le jour d'une séance ou la fin d'une consultation.",
        )
        if required
        else ("Les membres qui en ont un le gardent, et se connectent avec ; les autres sans.",)
    )
    confirmation = Confirmation(
        title=f"{label} ?",
        effects=effects,
        label=label,
        back_url=place.url("list"),
        undo="La présidence change cette règle quand elle veut, d'ici.",
    )
    context = place.context("Second facteur des membres") | {
        "confirmation": confirmation,
        "form": form,
    }
    return render(request, "basins/end_role.html", context)
