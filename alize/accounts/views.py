"""Invitation and my access."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from alize.common.access import public, signed_in


@public
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "accounts/invitation.html")


@signed_in
def account_home(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/home.html")
