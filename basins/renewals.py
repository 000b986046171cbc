"""Recevoir un nouveau lien : one address for every page that a single-use link opens (C1).

A room says how its own links are sent again; the page that has expired needs to know none of them.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alize.common.access import ANY_PURPOSE, token
from alize.common.errors import ActionDenied
from basins import links
from basins.contacts import PublicContact
from basins.enums import LinkPurpose

Renewal = Callable[[HttpRequest], HttpResponse]
RENEWALS: dict[str, Renewal] = {}
"""What answers « Recevoir un nouveau lien », by the purpose of the link."""


def renews(purpose: LinkPurpose) -> Callable[[Renewal], Renewal]:
    """Declare what sends the links of this purpose again, to the address of the first."""

    def register(renewal: Renewal) -> Renewal:
        RENEWALS[purpose] = renewal
        return renewal

    return register


@never_cache
@require_POST
@token(ANY_PURPOSE, even_spent=True)
def link_renew(request: HttpRequest) -> HttpResponse:
    """Recevoir un nouveau lien, at the same address: the page says no more than that."""
    renewal = RENEWALS.get(request.link.purpose)
    if renewal is None:
        raise Http404
    try:
        links.check_kept(request.link)
        return renewal(request)
    except ActionDenied as denied:
        return render(
            request, "links/spent.html", {"link": request.link, "reason": denied.reason}, status=410
        )


def sent(request: HttpRequest, *, contact: PublicContact | None) -> HttpResponse:
    """The page that says a new link has left, and whom to ask when nothing comes."""
    return render(request, "links/sent.html", {"contact": contact})
