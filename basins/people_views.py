"""« Réglages »: the people of a basin and their roles; accepting an invitation."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alize.accounts.models import User
from alize.common.access import access, public
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.http import basin_reverse
from alize.common.screen import Confirmation, Definition, Link
from alize.common.words import of
from basins import operations
from basins.access import allows
from basins.enums import NATIONAL_ROLES
from basins.models import Membership
from basins.people_forms import AcceptForm, InviteForm
from basins.people_queries import invitations_waiting, people_of, resets_waiting


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(basin_reverse("people_list", basin=request.basin))


def _trail(request: HttpRequest, *links: Link) -> list[Link]:
    home = Link("Accueil", basin_reverse("basin_home", basin=request.basin))
    return [home, Link("Réglages", basin_reverse("people_list", basin=request.basin)), *links]


@access("people.read", in_public=True)
def people_list(request: HttpRequest) -> HttpResponse:
    """Who holds which role here, and who was invited."""
    now = timezone.now()
    may_invite = allows(request.roles, "people.invite")
    grantable = operations.grantable(request.roles)
    context: dict[str, Any] = {
        "people": people_of(request.basin, on=now.date(), grantable=grantable, but=request.user),
        "invitations": invitations_waiting(request.basin, at=now, grantable=grantable),
        "resets": resets_waiting().filter(basin=request.basin),
        "may_invite": may_invite,
        "may_reset": allows(request.roles, "reset.ask"),
        "may_approve": allows(request.roles, "reset.approve"),
        "breadcrumb": [*_trail(request)[:1], Link("Réglages", "")],
    }
    return render(request, "basins/people.html", context)


@access("people.invite", in_public=True, fresh=True)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    roles = operations.grantable(request.roles) - NATIONAL_ROLES
    form = InviteForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = operations.invite(
                **form.cleaned_data, basin=request.basin, by=request.user, at=timezone.now()
            )
        except InvalidInput as refusal:
            form.add_error(refusal.field, refusal.reason)
        except ActionDenied as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(
                request,
                f"L'invitation est partie à {invitation.email}. Elle vaut sept jours.",
            )
            return _back(request)
    context = {"form": form, "breadcrumb": _trail(request, Link("Inviter", ""))}
    return render(request, "basins/invite.html", context)


@require_POST
@access("people.invite", in_public=True)
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation that waits."""
    now = timezone.now()
    get_object_or_404(invitations_waiting(request.basin, at=now), pk=invitation_id)
    try:
        operations.withdraw_invitation(
            invitation_id=invitation_id, basin=request.basin, by=request.user, at=now
        )
    except ActionDenied as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "L'invitation ne sert plus.")
    return _back(request)


@access("people.invite", in_public=True, fresh=True)
def end_role(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a role, after a page that says what it changes."""
    now = timezone.now()
    membership = get_object_or_404(
        Membership.objects.held_on(now.date()).select_related("person"),
        pk=membership_id,
        basin=request.basin,
    )
    if request.method == "POST":
        try:
            operations.end_role(
                membership_id=membership_id, basin=request.basin, by=request.user, at=now
            )
        except ActionDenied as refusal:
            messages.error(request, refusal.reason)
        else:
            messages.success(request, f"{membership.person} n'a plus ce rôle.")
        return _back(request)
    confirmation = Confirmation(
        title=f"Mettre fin au rôle {of(membership.person)}",
        facts=(Definition("Rôle", membership.get_role_display()),),
        effects=(
            "Les pages de ce rôle se ferment dès maintenant, même sur une connexion ouverte.",
            "Ce que cette personne a fait reste à son nom.",
        ),
        label="Mettre fin au rôle",
        back_url=basin_reverse("people_list", basin=request.basin),
        danger=True,
    )
    context = {
        "confirmation": confirmation,
        "breadcrumb": _trail(request, Link("Mettre fin à un rôle", "")),
    }
    return render(request, "basins/end_role.html", context)


@public
@never_cache
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: a page first, because mail scanners open links too (T18)."""
    now = timezone.now()
    invitation = operations.find_invitation(token, at=now)
    if invitation is None:
        return render(request, "basins/invitation_spent.html", status=410)
    known = User.objects.filter(email__iexact=invitation.email).exists()
    form = None if known else AcceptForm(request.POST or None, invitation=invitation)
    context = {"invitation": invitation, "form": form}
    if request.method != "POST" or (form is not None and not form.is_valid()):
        return render(request, "basins/accept_invitation.html", context)
    try:
        user = operations.accept_invitation(
            invitation_id=invitation.pk,
            password=form.cleaned_data["password"] if form else None,
            at=now,
        )
    except ActionDenied:
        return render(request, "basins/invitation_spent.html", status=410)
    except IntegrityError as error:
        messages.error(request, sentence_of(error))
        return render(request, "basins/accept_invitation.html", context)
    record_authentication(request, user, method="invitation")
    return perform_login(request, Login(user=user))
