"""Personnes: who holds a national role, given, limited and ended by ASTREES (security.md 2.2)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.screen import Link
from basins.people import pages
from basins.second_factor import pages as second_factor
from network.views import navigation

PAGES = {
    "list": "national_people",
    "invite": "national_person_invite",
    "withdraw": "national_invitation_withdraw",
    "end": "national_role_end",
    "last_day": "national_role_last_day",
    "reset": "national_reset_ask",
    "approve_reset": "national_reset_approve",
    "stop_reset": "national_reset_stop",
}


def _place(request: HttpRequest) -> pages.Place:
    return pages.Place(
        basin=None,
        title="Personnes",
        lead="Qui peut faire quoi pour tout le réseau : ASTREES et le comité national.",
        home=Link("Tour de contrôle", reverse("national_home")),
        pages=PAGES,
        around={"nav_items": navigation(request, "national_people")},
    )


@require_safe
@access("team.write")
def national_people(request: HttpRequest) -> HttpResponse:
    """Who holds a national role, and who was invited to one."""
    return pages.roles_page(
        request, _place(request), may_invite=True, may_reset=True, may_approve=True
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("team.write", fresh=True)
def national_person_invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to a national role."""
    return pages.invite_page(request, _place(request))


@require_POST
@access("team.write")
def national_invitation_withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation to a national role."""
    return pages.withdraw_act(request, _place(request), invitation_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("team.write", fresh=True)
def national_role_end(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a national role."""
    return pages.end_page(request, _place(request), membership_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("team.write", fresh=True)
def national_role_last_day(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Change until when a national role is held."""
    return pages.last_day_page(request, _place(request), membership_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reset.ask", fresh=True)
def national_reset_ask(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Ask for the second factor of somebody who holds a national role."""
    return second_factor.ask_page(request, _place(request), membership_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reset.approve", fresh=True)
def national_reset_approve(request: HttpRequest, reset_id: int) -> HttpResponse:
    """Approve a request about a national role."""
    return second_factor.approve_page(request, _place(request), reset_id)


@require_POST
@access("reset.ask")
def national_reset_stop(request: HttpRequest, reset_id: int) -> HttpResponse:
    """Stop a request about a national role."""
    return second_factor.stop_act(request, _place(request), reset_id)
