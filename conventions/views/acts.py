"""What the acts on a text have in common, whichever it is: restated, launched, undone."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from alize.common.http import form_status, refusals_in
from alize.common.screen import Confirmation, Link
from conventions.documents import agreements as documents
from conventions.forms import SignatureForm
from conventions.models import CooperationConvention
from conventions.models.partnership import Agreement
from conventions.rules.partnership import Signatory
from signatures.rules import CIRCUIT_DAYS

ACCEPTED = 302
"""The act is done: the page of what it is about comes next."""
LAUNCH_UNDONE = (
    "Tant que tous n'ont pas signé, la signature s'annule depuis sa page, avec un motif : ceux qui "
    "l'ont reçue en sont avertis."
)
"""How the launch of a signature is undone, whatever is signed."""
REOPENED = "Le texte est rouvert : corrigez-le, puis gelez-le de nouveau."


def confirmed(
    request: HttpRequest,
    confirmation: Confirmation,
    breadcrumb: list[Link],
    **context: Any,
) -> HttpResponse:
    """Restate the effects of an act before it."""
    status = context.pop("status", 200)
    context |= {"confirmation": confirmation, "breadcrumb": breadcrumb}
    return render(request, "conventions/confirm.html", context, status=status)


def launched(request: HttpRequest, form: SignatureForm, launch: Callable[..., Any]) -> int:
    """Launch the signature of a text, when asked; the status of the page that shows the form."""
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            launch(
                expires_on=form.cleaned_data["expires_on"],
                paper=form.ranks(),
                orders=form.orders(),
                message=form.cleaned_data["message"],
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            messages.success(request, "La signature est lancée : chacun reçoit son lien.")
            return ACCEPTED
        status = outcome.status
    return status


def again(agreement: Agreement | CooperationConvention) -> list[str]:
    """What launching a signature another time undoes."""
    if agreement.circuit is None:
        return []
    return ["Les signatures déjà données ne comptent plus : chacun signe de nouveau."]


def told(signers: list[dict[str, Any]]) -> list[str]:
    """Who receives a mail, by name."""
    return [f"{one['name']}, {one['organisation']}" for one in signers if one["email"]]


def soon(signing: Iterable[Signatory], *, on: date, own: Callable[[int], str]) -> list[Link]:
    """The mandates to make longer before the signature, when it is launched today.

    `own` is the page of what the text itself keeps of a signer, by their rank.
    """
    return documents.ending_soon(signing, until=on + timedelta(days=CIRCUIT_DAYS), own=own)
