"""Personnes et rôles: the same pages for a basin and for the network (security.md 2.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.constraints import reason_of
from alize.common.dates import long_date
from alize.common.errors import ActionDenied
from alize.common.http import form_status, refusals_in
from alize.common.screen import Confirmation, Definition, Link
from alize.common.words import of
from basins import operations, permissions
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Basin, Invitation, Membership
from basins.people.forms import InviteForm, LastDayForm
from basins.queries.people import RoleHeld, invitations_waiting, people_of, resets_waiting


@dataclass(frozen=True)
class Place:
    """Where roles are given: a basin, or the network when there is none; its pages by name."""

    basin: Basin | None
    title: str
    lead: str
    home: Link
    pages: Mapping[str, str]
    around: Mapping[str, Any] = field(default_factory=dict)
    """What its layout shows beside."""

    def url(self, page: str, **key: int) -> str:
        """The address of one of its pages."""
        if self.basin is None:
            return reverse(self.pages[page], kwargs=key)
        return basin_reverse(self.pages[page], basin=self.basin, **key)

    def context(self, label: str = "") -> dict[str, Any]:
        """What each of its pages has around it; `label` names one below the list."""
        here = [Link(self.title, self.url("list") if label else "")]
        trail = [self.home, *here, *([Link(label, "")] if label else [])]
        return {**self.around, "place": self, "breadcrumb": trail}

    def grantable(self, roles: frozenset[Role]) -> frozenset[Role]:
        """The roles held here that somebody with these roles gives."""
        given = operations.grantable(roles)
        return given & NATIONAL_ROLES if self.basin is None else given - NATIONAL_ROLES


def roles_page(
    request: HttpRequest,
    place: Place,
    *,
    may_invite: bool,
    may_reset: bool,
    may_approve: bool,
    may_require: bool = False,
    names_only: bool = False,
) -> HttpResponse:
    """Who holds which role here, now or soon, who was invited, whose second factor is lost.

    `names_only` is for who only sees who is there: no address, and nothing of second factors.
    """
    now = timezone.now()
    today, grantable = timezone.localdate(now), place.grantable(request.roles)
    held = people_of(place.basin, on=today, grantable=grantable, but=request.user)
    if names_only:
        held = [replace(one, email="") for one in held]
    rows = [(one, _acts(place, one, may_reset=may_reset)) for one in held]
    waiting = invitations_waiting(place.basin, at=now, grantable=grantable)
    context = place.context() | {
        "people": [row for row in rows if row[0].since <= today],
        "coming": [row for row in rows if row[0].since > today],
        "invitations": [(one, place.url("withdraw", invitation_id=one.pk)) for one in waiting],
        "invite_url": place.url("invite") if may_invite else "",
        "may_require": may_require,
        "resets": [
            (
                reset,
                place.url("approve_reset", reset_id=reset.pk)
                if may_approve and permissions.approve_reset.allows(reset, request.user)
                else "",
                place.url("stop_reset", reset_id=reset.pk) if may_reset else "",
            )
            for reset in ([] if names_only else resets_waiting().filter(basin=place.basin))
        ],
    }
    return render(request, "basins/people.html", context)


def _acts(place: Place, held: RoleHeld, *, may_reset: bool) -> Sequence[Link]:
    """The buttons of one line; what follows each is for those who hear the page."""
    acts = []
    if may_reset and held.has_factor:
        url = place.url("reset", membership_id=held.id)
        acts.append(Link("Second facteur perdu", url, detail=f": {held.person}"))
    if held.may_change:
        url = place.url("last_day", membership_id=held.id)
        acts.append(Link("Changer la fin", url, detail=f"du rôle {of(held.person)}"))
        url = place.url("end", membership_id=held.id)
        acts.append(Link("Mettre fin", url, detail=f"au rôle {of(held.person)}"))
    return acts


def invite_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Invite somebody, from a day to a day."""
    form = InviteForm(request.POST or None, roles=place.grantable(request.roles))
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            invitation = operations.invite(
                **form.cleaned_data, basin=place.basin, by=request.user, at=timezone.now()
            )
        if outcome.accepted:
            messages.success(request, _sent(invitation))
            return redirect(place.url("list"))
        status = outcome.status
    context = place.context("Inviter") | {"form": form, "back_url": place.url("list")}
    return render(request, "basins/invite.html", context, status=status)


def _sent(invitation: Invitation) -> str:
    held = f" Le rôle se tient {invitation.period}." if invitation.period else ""
    if invitation.expires_at < invitation.created_at + operations.INVITATION_LASTS:
        return f"L'invitation est partie à {invitation.email}.{held}"
    return f"L'invitation est partie à {invitation.email}. Elle vaut sept jours.{held}"


def withdraw_act(request: HttpRequest, place: Place, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation that waits."""
    now = timezone.now()
    get_object_or_404(invitations_waiting(place.basin, at=now), pk=invitation_id)
    try:
        operations.withdraw_invitation(
            invitation_id=invitation_id, basin=place.basin, by=request.user, at=now
        )
    except ActionDenied as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "L'invitation ne sert plus.")
    return redirect(place.url("list"))


def _role(place: Place, membership_id: int) -> Membership:
    """A role of the place that is not over."""
    held = Membership.objects.not_over(timezone.localdate()).filter(basin=place.basin)
    return get_object_or_404(held.select_related("person"), pk=membership_id)


def end_page(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    """End a role, after a page that says what it changes."""
    membership = _role(place, membership_id)
    if request.method == "POST":
        try:
            operations.end_role(
                membership_id=membership_id, basin=place.basin, by=request.user, at=timezone.now()
            )
        except (ActionDenied, IntegrityError) as refusal:
            messages.error(request, reason_of(refusal))
        else:
            messages.success(request, f"{membership.person} n'a plus ce rôle.")
        return redirect(place.url("list"))
    confirmation = Confirmation(
        title=f"Mettre fin au rôle {of(membership.person)}",
        facts=(Definition("Rôle", membership.get_role_display()),),
        effects=(
            "Les pages de ce rôle se ferment dès maintenant, même sur une connexion ouverte.",
            "Ce que cette personne a fait reste à son nom.",
        ),
        label="Mettre fin au rôle",
        back_url=place.url("list"),
        danger=True,
    )
    context = place.context("Mettre fin à un rôle") | {"confirmation": confirmation}
    return render(request, "basins/end_role.html", context)


def last_day_page(request: HttpRequest, place: Place, membership_id: int) -> HttpResponse:
    """Change until when a role is held."""
    membership = _role(place, membership_id)
    posted = request.POST if request.method == "POST" else None
    form = LastDayForm(posted, initial={"ends_on": membership.ends_on})
    status = form_status(request)
    if form.is_valid():
        with refusals_in(form) as outcome:
            changed = operations.change_last_day(
                membership_id=membership_id,
                basin=place.basin,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        if outcome.accepted:
            until = changed.ends_on and f"jusqu'au {long_date(changed.ends_on)}"
            kept = until or "tant que personne n'y met fin"
            messages.success(request, f"{membership.person} tient ce rôle {kept}.")
            return redirect(place.url("list"))
        status = outcome.status
    context = place.context("Changer la fin d'un rôle") | {
        "membership": membership,
        "form": form,
        "back_url": place.url("list"),
    }
    return render(request, "basins/last_day.html", context, status=status)
