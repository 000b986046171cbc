"""« Réglages »: the people of a basin and their roles; accepting an invitation."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alize.accounts.models import User
from alize.common.access import access, public
from alize.common.addresses import basin_reverse
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied
from alize.common.http import form_status
from alize.common.screen import Link
from basins import operations
from basins.access import allows
from basins.enums import Role
from basins.people import pages
from basins.people.forms import AcceptForm

PAGES = {
    "list": "people_list",
    "invite": "person_invite",
    "withdraw": "invitation_withdraw",
    "end": "role_end",
    "last_day": "role_last_day",
    "reset": "second_factor_reset_ask",
    "approve_reset": "second_factor_reset_approve",
    "stop_reset": "second_factor_reset_stop",
}


def place_of(request: HttpRequest) -> pages.Place:
    """Where the roles of the basin of a request are given."""
    return pages.Place(
        basin=request.basin,
        title="Réglages",
        lead=f"Qui peut faire quoi dans le bassin {request.basin.name}.",
        home=Link("Accueil", basin_reverse("basin_home", basin=request.basin)),
        pages=PAGES,
        around={"may_read_journal": allows(request.roles, "audit.read")},
    )


@access("people.read", in_public=True)
def people_list(request: HttpRequest) -> HttpResponse:
    """Who holds which role here, and who was invited."""
    return pages.roles_page(
        request,
        place_of(request),
        may_invite=allows(request.roles, "people.invite"),
        may_reset=allows(request.roles, "reset.ask"),
        may_approve=allows(request.roles, "reset.approve"),
        may_require=allows(request.roles, "factor.require"),
        names_only=request.roles <= {Role.NATIONAL_VIEWER},
    )


@access("people.invite", in_public=True, fresh=True)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to a role of this basin."""
    return pages.invite_page(request, place_of(request))


@require_POST
@access("people.invite", in_public=True)
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation that waits."""
    return pages.withdraw_act(request, place_of(request), invitation_id)


@access("people.invite", in_public=True, fresh=True)
def end_role(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a role of this basin."""
    return pages.end_page(request, place_of(request), membership_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("people.invite", in_public=True, fresh=True)
def role_last_day(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Change until when a role of this basin is held."""
    return pages.last_day_page(request, place_of(request), membership_id)


@public
@never_cache
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: a page first, because mail scanners open links too (T18)."""
    now = timezone.now()
    invitation = operations.find_invitation(token, at=now)
    if invitation is None:
        return _spent(request, token)
    known = User.objects.filter(email__iexact=invitation.email).exists()
    form = None if known else AcceptForm(request.POST or None, invitation=invitation)
    context = {"invitation": invitation, "form": form}
    if request.method != "POST" or (form is not None and not form.is_valid()):
        status = form_status(request)
        return render(request, "basins/accept_invitation.html", context, status=status)
    try:
        user = operations.accept_invitation(
            invitation_id=invitation.pk,
            password=form.cleaned_data["password"] if form else None,
            at=now,
        )
    except ActionDenied:
        return _spent(request, token)
    except IntegrityError as error:
        messages.error(request, sentence_of(error))
        return render(request, "basins/accept_invitation.html", context, status=422)
    if invitation.starts_on is not None and invitation.starts_on > timezone.localdate(now):
        messages.success(request, f"Votre rôle se tient {invitation.period}.")
    record_authentication(request, user, method="invitation")
    return perform_login(request, Login(user=user))


def _spent(request: HttpRequest, token: str) -> HttpResponse:
    """Cette invitation ne sert plus : whom to ask for another."""
    context = {"inviter": operations.inviter_of(token)}
    return render(request, "basins/invitation_spent.html", context, status=410)
