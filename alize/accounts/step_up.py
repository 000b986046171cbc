"""Asking who one is again before what moves money, signs or gives a role (ASVS 7.5.3, S18)."""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from alize.common import late_forms


def is_fresh(request: HttpRequest) -> bool:
    """Whether a second factor was shown here in the last five minutes, at sign-in or since."""
    return time.time() - _last_shown(request) < app_settings.REAUTHENTICATION_TIMEOUT


def was_shown(request: HttpRequest) -> bool:
    """Whether a second factor was ever shown in this session.

    One opened before its person enrolled a factor, here or in another browser, has shown none,
    whatever password was typed in it since.
    """
    return _last_shown(request) > 0


def _last_shown(request: HttpRequest) -> float:
    """When a second factor was last shown, in seconds of the epoch; 0 for never.

    Read in the session only: a basin's role may not read accounts.
    """
    return max(
        (
            record["at"]
            for record in get_authentication_records(request, request.user)
            if record.get("method") == "mfa"
        ),
        default=0.0,
    )


def ask(request: HttpRequest) -> HttpResponse:
    """Go to « Confirmer que c'est vous », then come back.

    A form sent too late leads to what was typed in it, or to its page, where the browser puts it
    back: it is never carried out from another page.
    """
    page = late_forms.page_once_in(request, by=request.user.pk, at=timezone.now())
    return redirect_to_login(page, reverse("account_reauthenticate"))
