"""Enrolling a second factor, and the page that waits while one does."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from alize.accounts.links import local_path
from alize.accounts.models import User

KEY = "page_waiting_for_second_factor"


def make_wait(request: HttpRequest) -> None:
    """Keep the page that was asked for, to come back to it once enrolled."""
    request.session[KEY] = request.get_full_path() if request.method == "GET" else "/"


def page_waiting(request: HttpRequest) -> str:
    """The page that waits, or nothing."""
    return local_path(request.session.get(KEY, ""))


def forget(request: HttpRequest) -> None:
    """Nothing waits any more."""
    if KEY in request.session:
        del request.session[KEY]


def codes_left(user: User) -> int:
    """How many recovery codes somebody has left; no key is needed to count them."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    made = app_settings.RECOVERY_CODE_COUNT
    return 0 if kept is None else made - int(kept.data["used_mask"]).bit_count()


@receiver(authenticator_added)
def count_as_shown(
    sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Adding a second factor shows that one holds it: it is not asked for again at once."""
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
    )
