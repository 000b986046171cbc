"""« Mes courriers », a page of « Mon accès »."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from alize.common.access import signed_in
from alize.notifications import operations, queries
from alize.notifications.forms import MailsForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mail_choices(request: HttpRequest) -> HttpResponse:
    """Which mails one receives, among those that may be muted (journeys.md 4.5)."""
    form = MailsForm(
        request.POST if request.method == "POST" else None,
        initial={"received": queries.received_by(request.user.pk)},
    )
    if request.method == "POST" and form.is_valid():
        operations.choose_mails(person_id=request.user.pk, muted=form.muted())
        messages.success(request, "Votre choix est enregistré.")
        return redirect("mail_choices")
    status = 422 if form.errors else 200
    return render(request, "notifications/mail_choices.html", {"form": form}, status=status)
