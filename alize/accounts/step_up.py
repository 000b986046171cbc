"""Asking who one is again before what moves money, signs or gives a role (ASVS 7.5.3, S18)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from alize.accounts.links import local_path

View = Callable[..., HttpResponse]


def freshly_confirmed(view: View) -> View:
    """Send to « Confirmer que c'est vous » unless it was done less than five minutes ago.

    A form sent too late leads to its page again: it is never carried out from another page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        page = request.get_full_path()
        if request.method == "POST":
            here = f"{request.scheme}://{request.get_host()}"
            page = local_path(request.headers.get("Referer", "").removeprefix(here)) or "/"
        return redirect_to_login(page, reverse("account_reauthenticate"))

    return guarded
