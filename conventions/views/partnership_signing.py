"""The signature of a partnership convention: its text frozen, its circuits, what ends them."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.dates import long_date
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Confirmation, Link
from conventions import operations
from conventions.documents import agreements as documents
from conventions.forms import TURNS, until
from conventions.partnership_forms import AgreementLaunchForm
from conventions.permissions import partnership as permissions
from conventions.queries import partnership as queries
from conventions.queries.mandates import lines_on, unready_lines
from conventions.views.acts import (
    ACCEPTED,
    LAUNCH_UNDONE,
    REOPENED,
    again,
    confirmed,
    launched,
    soon,
    told,
)
from conventions.views.partnership import ANSWERS, address, found, trail
from signatures.queries import told_of_the_end


@require_http_methods(ANSWERS)
@access("convention.write")
@refusals_to("partnership_detail")
def partnership_freeze(request: HttpRequest, convention_id: int) -> HttpResponse:
    """Geler le texte, after its effects are restated and what is missing is listed."""
    convention = found(convention_id)
    if request.method == "POST":
        operations.freeze_partnership(
            convention_id=convention.pk, by=request.user, at=timezone.now()
        )
        messages.success(request, "Le texte est gelé : la convention est prête à signer.")
        return basin_redirect("partnership_detail", convention_id=convention.pk)
    confirmation = Confirmation(
        title=f"Geler la convention de partenariat n° {convention.number}",
        effects=[
            "Le texte, les engagements, le budget et les signataires ne changent plus.",
            "Les PDF de la convention et de la convention d'opérateur sont produits et inscrits "
            "au registre.",
        ],
        label="Geler le texte",
        undo="Vous pourrez rouvrir le texte pour le corriger, tant que personne ne le signe.",
        back_url=address(convention),
    )
    today = timezone.localdate()
    remaining = documents.remaining_of(convention, on=today)
    return confirmed(
        request,
        confirmation,
        trail(convention, Link("Geler le texte", "")),
        remaining=remaining
        + soon(queries.signing(convention, on=today), on=today, own=lambda _: address(convention)),
    )


@require_POST
@access("convention.write")
@refusals_to("partnership_detail")
def partnership_reopen(request: HttpRequest, convention_id: int) -> HttpResponse:
    """Rouvrir le texte, to correct what was frozen."""
    convention = found(convention_id)
    operations.reopen_partnership(convention_id=convention.pk, by=request.user, at=timezone.now())
    messages.success(request, REOPENED)
    return basin_redirect("partnership_detail", convention_id=convention.pk)


@require_http_methods(ANSWERS)
@access("convention.write")
def partnership_launch(request: HttpRequest, convention_id: int) -> HttpResponse:
    """Lancer la signature of the convention and of its annex 3, after its effects are restated."""
    convention, today = found(convention_id), timezone.localdate()
    try:
        permissions.launch(convention, today)
    except ActionDenied as denied:
        messages.error(request, denied.reason)
        return basin_redirect("partnership_detail", convention_id=convention.pk)
    signers = lines_on(convention, on=today)
    form = AgreementLaunchForm(request.POST or None, signers=signers, on=today)
    status = launched(
        request, form, partial(operations.launch_partnership, convention_id=convention.pk)
    )
    if status == ACCEPTED:
        return basin_redirect("partnership_detail", convention_id=convention.pk)
    confirmation = Confirmation(
        title=f"Lancer la signature de la convention n° {convention.number}",
        effects=[
            f"Chacun des {len(signers)} signataires reçoit un lien personnel, ou signe sur papier.",
            "La présidence du comité local signe en dernier, si vous n'en décidez pas autrement.",
            TURNS,
            "La convention d'opérateur local se signe en même temps ; les deux sont scellées "
            "ensemble.",
            *again(convention),
        ],
        told=told(signers),
        label="Lancer la signature",
        undo=LAUNCH_UNDONE,
        back_url=address(convention),
    )
    return confirmed(
        request,
        confirmation,
        trail(convention, Link("Lancer la signature", "")),
        form=form,
        status=status,
        remaining=unready_lines(signers, until=until(form), own=lambda _: address(convention)),
    )


@require_http_methods(ANSWERS)
@access("convention.write")
@refusals_to("partnership_detail")
def partnership_conclude(request: HttpRequest, convention_id: int) -> HttpResponse:
    """Give its effect, once restated, to a convention that could not take it when signed."""
    convention = found(convention_id)
    if request.method == "POST":
        operations.conclude_partnership(
            convention_id=convention.pk, by=request.user, at=timezone.now()
        )
        messages.success(request, "La convention est signée de tous.")
        return basin_redirect("partnership_detail", convention_id=convention.pk)
    permissions.conclude(convention)
    confirmation = Confirmation(
        title=f"Donner son effet à la convention n° {convention.number}",
        effects=[
            "La convention et sa convention d'opérateur local engagent tous leurs signataires, "
            f"du {long_date(convention.starts_on)} au {long_date(convention.ends_on)}.",
            "Elles ne s'annulent plus : un avenant les change.",
        ],
        label="Donner son effet",
        back_url=address(convention),
    )
    return confirmed(request, confirmation, trail(convention, Link("Donner son effet", "")))


@require_http_methods(ANSWERS)
@access("convention.write")
@refusals_to("partnership_detail")
def partnership_cancel(request: HttpRequest, convention_id: int) -> HttpResponse:
    """Annuler a convention that is not signed."""
    convention = found(convention_id)
    if request.method == "POST":
        operations.cancel_partnership(
            convention_id=convention.pk, by=request.user, at=timezone.now()
        )
        messages.success(request, "La convention est annulée.")
        return basin_redirect("convention_list")
    confirmation = Confirmation(
        title=f"Annuler la convention de partenariat n° {convention.number}",
        effects=[
            "Cette convention ne pourra plus être signée.",
            "Une autre pourra être préparée sous le même numéro ; les engagements demeurent.",
        ],
        told=told_of_the_end(convention.circuit),
        label="Annuler la convention",
        back_url=address(convention),
        danger=True,
    )
    return confirmed(request, confirmation, trail(convention, Link("Annuler", "")))
