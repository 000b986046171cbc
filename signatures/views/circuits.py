"""The operator's screens of a circuit: follow, remind, extend, go on, cancel, prove."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.http import answered, basin_redirect, refusals_to
from alize.common.screen import Confirmation, Link
from alize.common.words import listed
from basins.homes import visitor_of
from signatures import operations, queries
from signatures.forms import CeremonyForm, ExtensionForm, ReasonForm
from signatures.models import Circuit, CircuitSigner
from signatures.owners import deadline, owner_of


def circuit_of(request: HttpRequest, circuit_id: int) -> Circuit:
    """The circuit of an address, its signers and its document loaded.

    :raises Http404: it does not exist for them.
    """
    known = queries.circuits_visible_to(visitor_of(request)).select_related(
        "document", "launched_by"
    )
    return get_object_or_404(known.prefetch_related(queries.signers_followed()), pk=circuit_id)


def breadcrumb(circuit: Circuit, page: str = "") -> list[Link]:
    """Accueil, what is signed, the circuit, then the page."""
    owner = owner_of(circuit)
    here = basin_reverse("circuit_detail", circuit_id=circuit.pk)
    trail = [Link("Accueil", basin_reverse("basin_home"))]
    if owner:
        trail.append(owner)
    trail.append(Link("Signature", here if page else ""))
    if page:
        trail.append(Link(page, ""))
    return trail


@require_safe
@access("signature.read")
def circuit_detail(request: HttpRequest, circuit_id: int) -> HttpResponse:
    """Where a circuit stands, signer by signer."""
    circuit = circuit_of(request, circuit_id)
    context = {
        "circuit": circuit,
        "screen": queries.circuit_screen(
            circuit, request.user, request.roles, on=timezone.localdate()
        ),
        "breadcrumb": breadcrumb(circuit),
    }
    return render(request, "signatures/circuit.html", context)


@require_safe
@access("signature.evidence")
def circuit_evidence(request: HttpRequest, circuit_id: int) -> HttpResponse:
    """The chained events, with addresses of machines, and whether the chain holds."""
    circuit = circuit_of(request, circuit_id)
    context = {
        "circuit": circuit,
        "events": queries.event_lines(circuit),
        "broken": queries.verify(circuit),
        "breadcrumb": breadcrumb(circuit, "Preuves"),
    }
    return render(request, "signatures/evidence.html", context)


@require_POST
@access("signature.write")
@refusals_to(lambda circuit_id, signer_id: basin_reverse("circuit_detail", circuit_id=circuit_id))
def circuit_remind(request: HttpRequest, circuit_id: int, signer_id: int) -> HttpResponse:
    """Relancer, with a new link."""
    signer = get_object_or_404(CircuitSigner, pk=signer_id, circuit=circuit_of(request, circuit_id))
    operations.remind(signer_id=signer.pk, by=request.user, at=timezone.now())
    messages.success(request, f"{signer.name} reçoit une relance, avec un nouveau lien.")
    return basin_redirect("circuit_detail", circuit_id=circuit_id)


@require_POST
@access("signature.write")
@refusals_to("circuit_detail")
def circuit_resume(request: HttpRequest, circuit_id: int) -> HttpResponse:
    """Reprendre, the document unchanged."""
    circuit = circuit_of(request, circuit_id)
    operations.resume(circuit_id=circuit.pk, by=request.user, at=timezone.now())
    messages.success(request, "La signature reprend : ceux qui sont attendus reçoivent un lien.")
    return basin_redirect("circuit_detail", circuit_id=circuit_id)


@require_POST
@access("signature.write")
@refusals_to("circuit_detail")
def circuit_seal(request: HttpRequest, circuit_id: int) -> HttpResponse:
    """Sceller maintenant, after a seal that failed."""
    circuit = circuit_of(request, circuit_id)
    operations.ask_seal(circuit_id=circuit.pk, by=request.user, at=timezone.now())
    messages.success(request, "Le cachet est demandé : rechargez la page dans quelques instants.")
    return basin_redirect("circuit_detail", circuit_id=circuit_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access("signature.write")
def circuit_ceremony(request: HttpRequest, circuit_id: int) -> HttpResponse:
    """Annoncer une cérémonie de signature, or move it."""
    circuit = circuit_of(request, circuit_id)
    form = CeremonyForm(request.POST or None, circuit=circuit)

    def announce() -> None:
        operations.announce_ceremony(
            circuit_id=circuit.pk,
            starts_at=form.starts_at(),
            place=form.cleaned_data["place"],
            mark=form.cleaned_data["mark"],
            by=request.user,
            at=timezone.now(),
        )

    said = "La cérémonie est annoncée à ceux qui n'ont pas signé."
    page = {"until": long_date(circuit.expires_on), "breadcrumb": breadcrumb(circuit, "Cérémonie")}
    return _answered(request, circuit, form, announce, said, "signatures/ceremony.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@access("signature.write")
def circuit_extend(request: HttpRequest, circuit_id: int) -> HttpResponse:
    """Prolonger le délai."""
    circuit = circuit_of(request, circuit_id)
    bound = Circuit.objects.bound_to(circuit).select_related("document")
    form = ExtensionForm(
        request.POST or None,
        on=timezone.localdate(),
        since=circuit.expires_on,
        until=deadline(bound),
    )

    def extend() -> None:
        operations.extend(
            circuit_id=circuit.pk,
            expires_on=form.cleaned_data["expires_on"],
            by=request.user,
            at=timezone.now(),
        )
        ending = queries.short_mandates(circuit_of(request, circuit_id))
        if ending:
            messages.warning(
                request,
                f"Un mandat s'arrête avant : {listed(ending)}. D'ici là, la personne signe ; "
                "ensuite, elle signe une fois enregistré le mandat qui le renouvelle, ou délègue.",
            )

    said = "Le délai de signature est prolongé."
    page = {"until": long_date(circuit.expires_on), "breadcrumb": breadcrumb(circuit, "Prolonger")}
    return _answered(request, circuit, form, extend, said, "signatures/extend.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@access("signature.write")
def circuit_cancel(request: HttpRequest, circuit_id: int) -> HttpResponse:
    """Annuler le circuit, with its reason, after its effects are restated."""
    circuit = circuit_of(request, circuit_id)
    form = ReasonForm(request.POST or None, label="Pourquoi annulez-vous ce circuit ?")

    def cancel() -> None:
        operations.cancel(
            circuit_id=circuit.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    both = list(Circuit.objects.bound_to(circuit).select_related("document"))
    others = listed([one.document.reference for one in both if one.pk != circuit.pk])
    confirmation = Confirmation(
        title=f"Annuler la signature de {circuit.document.reference}",
        effects=[
            "Personne ne pourra plus signer ce document ; les signatures reçues n'engagent plus.",
            *([f"Ce qui est scellé avec lui est annulé aussi : {others}."] if others else []),
            "Le motif est envoyé à ceux qui ont signé ou devaient signer.",
            "Le dossier de preuve est conservé.",
        ],
        told=[f"{one.name}, {one.organisation}" for one in queries.asked_once(both)],
        label="Annuler le circuit",
        back_url=basin_reverse("circuit_detail", circuit_id=circuit.pk),
        danger=True,
    )
    page = {"confirmation": confirmation, "breadcrumb": breadcrumb(circuit, "Annuler")}
    said = "Le circuit est annulé."
    return _answered(request, circuit, form, cancel, said, "signatures/confirm.html", page)


def _answered(
    request: HttpRequest,
    circuit: Circuit,
    form: Form,
    act: Callable[[], None],
    said: str,
    template: str,
    page: dict[str, Any],
) -> HttpResponse:
    """The form of an act on a circuit, which goes back to the circuit."""
    back = basin_reverse("circuit_detail", circuit_id=circuit.pk)
    context = {"circuit": circuit, **page}
    return answered(request, form, act, said=said, back=back, template=template, context=context)
