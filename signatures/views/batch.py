"""The presidency signs what waits for it: each document opened once, one second factor (C8)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.screen import Link
from alize.documents.views import serve
from signatures import operations, queries
from signatures.forms import BatchForm
from signatures.views.public import opened, trace_of


@require_http_methods(["GET", "HEAD", "POST"])
@access("signature.sign", fresh=True)
def batch_sign(request: HttpRequest) -> HttpResponse:
    """Signer plusieurs documents : the list, one consent, one's name, one gesture."""
    waiting = queries.waiting_for(request.user)
    form = BatchForm(request.POST or None, waiting=waiting)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            signed = operations.sign_batch(
                signer_ids=[int(pk) for pk in form.cleaned_data["signers"]],
                typed_name=form.cleaned_data["typed_name"],
                consents=form.cleaned_data["consents"],
                by=request.user,
                at=timezone.now(),
                trace=trace_of(request),
            )
        if outcome.accepted:
            count = len(signed)
            said = f"{count} documents sont signés." if count > 1 else "Le document est signé."
            messages.success(request, said)
            return basin_redirect("batch_sign")
        status = outcome.status
    context = {
        "lines": waiting,
        "form": form,
        "breadcrumb": [
            Link("Accueil", basin_reverse("basin_home")),
            Link("Documents à signer", ""),
        ],
    }
    return render(request, "signatures/batch.html", context, status=status)


@require_POST
@access("signature.sign")
def batch_open(request: HttpRequest, signer_id: int) -> HttpResponse:
    """A document of one line; opening them is noted, and lets it be signed."""
    signer = get_object_or_404(queries.expected_of(request.user), pk=signer_id)
    return serve(opened(request, signer).document, request)
