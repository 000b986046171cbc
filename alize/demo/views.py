"""Pages that exist only in the demo: « Entrer comme », the mails, the components."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from csp.decorators import csp
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from alize.accounts.links import local_path
from alize.common.access import public
from alize.demo.people import PEOPLE, code_of, directory, person_of, user_of
from alize.demo.showcase import showcase_context
from alize.notifications.models import Mail

PAGE = 25
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'"],
    "frame-ancestors": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
}
"""A mail carries its own styles, and nothing of it runs; the mail page alone may frame it."""


@public
@require_POST
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as somebody of the demo, their second factor included."""
    person = person_of(key)
    user = user_of(person) if person else None
    if person is None or user is None:
        raise Http404
    adapter = get_adapter(request)
    if request.user.is_authenticated:
        adapter.logout(request)
    adapter.login(request, user)
    if person.needs_second_factor:
        record_authentication(request, user, method="mfa", type="totp", reauthenticated=True)
    return adapter.post_login(
        request,
        user,
        email_verification="none",
        signal_kwargs=None,
        email=user.email,
        signup=False,
        redirect_url=local_path(request.POST.get("next", "")) or None,
    )


@public
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who can be entered as and where, as `manage.py demo` prints it."""
    return HttpResponse("\n".join(directory()), content_type="text/plain; charset=utf-8")


@public
@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """What the authenticator application of each person shows now."""
    rows = [(person, code_of(person)) for person in PEOPLE if person.needs_second_factor]
    return render(request, "demo/codes.html", {"rows": rows})


@public
@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """Every mail the demo has sent, the last one first."""
    sought = request.GET.get("q", "").replace("\0", "").strip()
    found = Mail.objects.defer("text", "html")
    if sought:
        found = found.filter(
            Q(to_email__icontains=sought)
            | Q(to_name__icontains=sought)
            | Q(subject__icontains=sought)
        )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page": page, "sought": sought})


@public
@require_GET
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail, as text and as its reader sees it."""
    return render(request, "demo/mail.html", {"mail": get_object_or_404(Mail, pk=pk)})


@public
@require_GET
@csp(MAIL_POLICY)
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail itself, for the frame of the page above."""
    # Its links leave the frame, where our pages refuse to stand.
    html = get_object_or_404(Mail, pk=pk).html.replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(html)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@public
@require_GET
def mail_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The calendar entry that came with a mail."""
    mail = get_object_or_404(Mail.objects.exclude(calendar=""), pk=pk)
    return HttpResponse(
        mail.calendar,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="invitation.ics"'},
    )


@public
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Each component of the interface, once."""
    return render(request, "demo/components.html", showcase_context())
