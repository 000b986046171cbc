"""The journal of the ways in: who signed in, who was refused, whose access changed (S51).

allauth and Django say what happened; it is kept with the journal of the network, as ids.
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from alize.accounts.models import User
from alize.audit.operations import record
from basins import tenancy
from basins.reads import writing_of_a_sign_in

PASSWORDS = {
    "account.password_changed": password_changed,
    "account.password_set": password_set,
    "account.password_reset": password_reset,
}
FACTORS = {
    "account.factor_added": authenticator_added,
    "account.factor_removed": authenticator_removed,
    "account.factor_renewed": authenticator_reset,
}


def _record(kind: str, account: User | None, *, by: User | None = None, **facts: Any) -> None:
    with writing_of_a_sign_in(), tenancy.national(), transaction.atomic():
        record(kind, target=account, by=by, at=timezone.now(), **facts)


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Keep by which ways: password, link, second factor, passkey, ProConnect."""
    ways = [shown["method"] for shown in get_authentication_records(request, user)]
    _record("account.signed_in", user, by=user, ways=ways)


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """Keep that somebody was not let in: as whom, when the address is that of an account.

    Both take the same time (S19).
    """
    email = str(credentials.get("email") or "").lower()
    _record("account.sign_in_refused", User.objects.filter(email=email).first())


@receiver(authentication_failed)
def factor_refused(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Keep that a second factor was not the right one."""
    _record("account.factor_refused", user, factor=authenticator.type)


def _keep_password(kind: str) -> Any:
    def keep(sender: Any, user: User, **kwargs: Any) -> None:
        _record(kind, user, by=user)

    return keep


def _keep_factor(kind: str) -> Any:
    def keep(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
        _record(kind, user, by=user, factor=authenticator.type)

    return keep


for _kind, _signal in PASSWORDS.items():
    _signal.connect(_keep_password(_kind), weak=False, dispatch_uid=_kind)
for _kind, _signal in FACTORS.items():
    _signal.connect(_keep_factor(_kind), weak=False, dispatch_uid=_kind)
