"""« Second facteur perdu »: asked for, approved by somebody else, stopped by its owner (SD13)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access, signed_in
from basins.people.views import place_of
from basins.queries.people import resets_waiting
from basins.second_factor import pages


@require_http_methods(["GET", "HEAD", "POST"])
@access("reset.ask", in_public=True, fresh=True)
def second_factor_reset_ask(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Ask for the second factor of somebody of this basin."""
    return pages.ask_page(request, place_of(request), membership_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reset.approve", in_public=True, fresh=True)
def second_factor_reset_approve(request: HttpRequest, reset_id: int) -> HttpResponse:
    """Approve a request of this basin."""
    return pages.approve_page(request, place_of(request), reset_id)


@require_POST
@access("reset.ask", in_public=True)
def second_factor_reset_stop(request: HttpRequest, reset_id: int) -> HttpResponse:
    """Stop a request of this basin."""
    return pages.stop_act(request, place_of(request), reset_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("factor.require", in_public=True, fresh=True)
def second_factor_require(request: HttpRequest) -> HttpResponse:
    """Exiger un second facteur des membres, or no longer."""
    return pages.require_page(request, place_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def second_factor_reset_mine(request: HttpRequest) -> HttpResponse:
    """What was asked about my own second factor; a POST stops it."""
    waiting = resets_waiting().filter(person_id=request.user.pk)
    if request.method == "POST":
        for reset in waiting:
            pages.stop(request, reset)
        return redirect("account_home")
    return render(request, "basins/my_reset.html", {"resets": waiting})
