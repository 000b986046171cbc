"""A proxy answered by the link of its mail: no account, two buttons (C3, M05)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alize.accounts.models import Person
from alize.common.access import token
from alize.common.errors import ActionDenied
from basins.contacts import PublicContact, contact_of
from basins.enums import LinkPurpose
from committees import operations
from committees.models import Proxy
from committees.queries import proxies


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@token(LinkPurpose.PROXY_ANSWER, even_spent=True)
def proxy_link(request: HttpRequest) -> HttpResponse:
    """Accepter ou refuser un pouvoir; the link is spent in the same transaction."""
    now = timezone.now()
    proxy, holder = _asked(request)
    refused = ""
    if request.method == "POST":
        try:
            operations.answer_proxy(
                proxy_id=proxy.pk,
                accept=request.POST.get("reponse") == "accepter",
                link=request.link,
                by=holder,
                at=now,
            )
        except ActionDenied as denied:
            refused = denied.reason
        proxy.refresh_from_db()
    context = {
        "given": proxies.by_link(proxy, at=now),
        "holder": holder,
        "contact": _contact(proxy),
        "refused": refused,
        "answered": request.method == "POST" and not refused,
    }
    status = 409 if refused else 200
    return render(request, "committees/proxy_link.html", context, status=status)


def _contact(proxy: Proxy) -> PublicContact:
    """Who convened the meeting; before that, whoever gave the proxy, who has no telephone here."""
    if proxy.meeting.convened_by is not None:
        return contact_of(proxy.meeting.convened_by)
    giver = proxy.giver.holder
    return PublicContact(giver.full_name, giver.email, phone="")


def _asked(request: HttpRequest) -> tuple[Proxy, Person]:
    """The proxy of the link, and whom the link was sent to.

    :raises Http404: either is gone.
    """
    known = Proxy.objects.select_related(
        "meeting__convened_by", "giver__partner", "giver__holder", "holder__partner"
    )
    proxy = known.filter(pk=request.link.target_id).first()
    holder = Person.objects.filter(email__iexact=request.link.email, is_active=True).first()
    if proxy is None or holder is None:
        raise Http404
    return proxy, holder
