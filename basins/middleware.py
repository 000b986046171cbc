"""Enters the basin of the address after checking, at each request, who may do what there."""

from collections.abc import Callable
from typing import Any, NoReturn

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from alize.accounts import second_factor, step_up
from alize.audit import operations as audit
from alize.common import late_forms, logs, permissions
from alize.common.access import Audience, Rule, rule_of
from basins import links, refusals, sessions, tenancy
from basins.access import allows
from basins.enums import READING_ROLES
from basins.models import Basin
from basins.operations import introduce
from basins.queries import RolesHeld, asks_second_factor, roles_held
from basins.reads import refuse_writes

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class AccessMiddleware:
    """Applies the declared rule of each view, then works in the basin until the answer is ready.

    It is the innermost middleware: sessions and accounts are read and written in `public`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenancy.leave()
        permissions.begin()
        request.is_refused = False
        request.basin = None
        request.roles = frozenset()
        request.time_left = None
        if "\0" in request.path:
            raise Http404  # nothing of ours is named so, and the database would refuse the question
        try:
            if settings.GUARD_READS and request.method in SAFE_METHODS:
                with connection.execute_wrapper(refuse_writes):
                    return self.get_response(request)
            return self.get_response(request)
        finally:
            tenancy.leave()
            # A page that is read only asks what may be done: an act is refused when it is sent.
            act = "" if request.method in SAFE_METHODS else permissions.refused_act()
            if act or request.is_refused:
                refusals.note(request, request.basin, act)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        rule = rule_of(view, request.resolver_match.url_name)
        if rule is None:
            raise PermissionDenied  # the boot check makes this unreachable; still closed by default
        if rule.audience is Audience.PUBLIC:
            return None
        # The session is read here, while `public` is open: a basin's role may not.
        signed_in = request.user.is_authenticated
        if rule.audience is Audience.TOKEN:
            return self._open_link(request, rule, kwargs.pop("token"))
        if not signed_in:
            return _to_sign_in(request)
        logs.add(user=request.user.pk)
        try:
            return self._enter(request, rule, kwargs)
        except Suspended as shut:
            return _said_shut(request, shut.basin)

    def _enter(
        self, request: HttpRequest, rule: Rule, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Work in the basin of the address, or of the network, once all is checked.

        :raises Suspended: it is shut for a while.
        """
        basin = self._basin_of(request, kwargs)
        held = roles_held(request.user, basin=basin, on=timezone.localdate())
        request.roles = held.here
        # The session is one for all basins: a page of another place must not keep it alive.
        request.time_left = sessions.visit(request, held.anywhere, at=timezone.now())
        if not request.time_left.seconds:
            typed_by = request.user.pk
            logout(request)
            return _to_sign_in(request, typed_by=typed_by)
        if basin is not None:
            basin = _open_to(request, basin, held)
        if rule.audience is Audience.MATRIX:
            if not allows(request.roles, rule.act):
                refusals.note(request, basin)
                raise PermissionDenied
            # A member who took the chair signs too, and has perhaps no second factor yet.
            stale = rule.fresh and not step_up.is_fresh(request)
            asked = stale or asks_second_factor(request.roles, basin=basin)
            if asked and not is_mfa_enabled(request.user):
                second_factor.make_wait(request)
                return redirect("mfa_index")
            second_factor.forget(request)
            if stale or (asked and not step_up.was_shown(request)):
                return step_up.ask(request)
            tenancy.only_read(request.roles <= READING_ROLES)
        late_forms.let_go(request, at=timezone.now())
        if basin is not None:
            request.basin = basin
            if not rule.in_public:
                tenancy.enter(basin)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Hear the views that refuse whoever asks them, as the matrix does."""
        request.is_refused = isinstance(exception, PermissionDenied)

    @staticmethod
    def _basin_of(request: HttpRequest, kwargs: dict[str, Any]) -> Basin | None:
        """Take the basin out of the address; one that is not installed is not found."""
        slug = kwargs.pop("basin", None)
        if slug is None:
            return None
        basin = _found(request, slug)
        logs.add(basin=basin.slug)
        return basin

    @staticmethod
    def _open_link(request: HttpRequest, rule: Rule, token: str) -> HttpResponse | None:
        link = links.find(token, rule.act)
        if link is None:
            raise Http404
        request.basin = link.basin
        logs.add(basin=link.basin.slug)
        if link.basin.suspended_at is not None:
            return _said_shut(request, link.basin)
        if not rule.even_spent and links.is_spent(link, at=timezone.now()):
            return render(request, "links/spent.html", {"link": link, "token": token}, status=410)
        request.link = link
        tenancy.enter(link.basin)
        return None


class Suspended(Exception):
    """The basin of an address is shut for a while."""

    def __init__(self, basin: Basin) -> None:
        super().__init__(basin.slug)
        self.basin = basin


def _found(request: HttpRequest, slug: str) -> Basin:
    """The open basin with this address.

    :raises Suspended: it is shut, and the person has a role there.
    :raises Http404: no other has it.
    """
    basin = tenancy.find(slug)
    if basin is not None:
        return basin
    shut = Basin.objects.suspended().filter(slug=slug).first()
    if shut and roles_held(request.user, basin=shut, on=timezone.localdate()).here:
        raise Suspended(shut)
    raise Http404


def _said_shut(request: HttpRequest, basin: Basin) -> HttpResponse:
    return render(request, "basins/suspended.html", {"shut": basin}, status=403)


def _open_to(request: HttpRequest, basin: Basin, held: RolesHeld) -> Basin:
    """The basin as it is now, for whoever has a role there.

    :raises Suspended: it was shut since this process read it.
    :raises Http404: they have none, or it was closed since.
    """
    if not request.roles:
        _turn_away(request, basin)
    if held.place == (True, basin.members_show_factor):
        return basin
    tenancy.forget(basin.slug)
    return _found(request, basin.slug)


def _turn_away(request: HttpRequest, basin: Basin) -> NoReturn:
    """Hide a basin from who has no role there; its journal keeps that they sent something (S34).

    :raises Http404: always.
    """
    refusals.note(request, basin)
    if request.method not in SAFE_METHODS and refusals.is_first(request, basin):
        page = request.resolver_match.url_name
        with transaction.atomic():
            # Who reads that journal reads whose act it was.
            introduce(people=[request.user], basin=basin)
            with tenancy.inside(basin):
                audit.record("access.refused", by=request.user, at=timezone.now(), page=page)
    raise Http404


def _to_sign_in(request: HttpRequest, *, typed_by: int | None = None) -> HttpResponse:
    """Sign in, then come back to the page; after a lost form, to what was typed in it."""
    page = late_forms.page_once_in(request, by=typed_by, at=timezone.now())
    return redirect_to_login(page, reverse("account_login"))
