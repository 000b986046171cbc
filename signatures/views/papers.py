"""Signed copies, and delegations: a file that somebody uploads, that another validates."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, long_datetime
from alize.common.http import answered, basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Confirmation, Definition
from alize.common.words import of
from alize.documents.storage import opened
from alize.documents.views import serve
from alize.seals.outside import signatures_of
from signatures import operations, permissions, queries
from signatures.enums import Settlement, SignerStatus
from signatures.forms import PaperForm, SettlementForm
from signatures.models import Circuit, CircuitSigner, Delegation
from signatures.rules import means
from signatures.views.circuits import breadcrumb, circuit_of


@require_http_methods(["GET", "HEAD", "POST"])
@access("signature.write")
def circuit_paper(request: HttpRequest, circuit_id: int) -> HttpResponse:
    """Enregistrer un exemplaire signé, on paper or elsewhere: one copy, all who signed it."""
    circuit = circuit_of(request, circuit_id)
    # The same copy sent twice names those who wait for its confirmation: it is kept once.
    again = [SignerStatus.PAPER] if request.method == "POST" else []
    expected = circuit.signers.filter(status__in=[SignerStatus.INVITED, *again])
    form = PaperForm(request.POST or None, request.FILES or None, expected=expected)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.record_paper(
                circuit_id=circuit.pk,
                signer_ids=[int(pk) for pk in form.cleaned_data["signers"]],
                signed_on=form.cleaned_data["signed_on"],
                scan=form.cleaned_data["scan"],
                tool=form.cleaned_data["tool"],
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            messages.success(
                request, "L'exemplaire est déposé : une seconde personne doit le confirmer."
            )
            return basin_redirect("circuit_detail", circuit_id=circuit_id)
        status = outcome.status
    elif request.method != "POST" and not permissions.record_paper.allows(circuit):
        messages.error(request, "Ce document ne se signe pas maintenant.")
        return basin_redirect("circuit_detail", circuit_id=circuit_id)
    context = {
        "circuit": circuit,
        "form": form,
        "breadcrumb": breadcrumb(circuit, "Exemplaire signé"),
    }
    return render(request, "signatures/record_paper.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("signature.confirm", fresh=True)
@refusals_to(lambda circuit_id, scan_id: basin_reverse("circuit_detail", circuit_id=circuit_id))
def circuit_confirm(request: HttpRequest, circuit_id: int, scan_id: int) -> HttpResponse:
    """Confirmer ou écarter a signed copy, by another person than who uploaded it."""
    circuit = circuit_of(request, circuit_id)
    signers = circuit.signers.filter(scan=scan_id).select_related("recorded_by")
    first = signers.first()
    if first is None:
        raise Http404
    if request.method == "POST":
        confirms = request.POST.get("reponse") == "confirmer"
        act = operations.confirm_paper if confirms else operations.reject_paper
        act(circuit_id=circuit.pk, scan_id=scan_id, by=request.user, at=timezone.now())
        said = (
            "Les signatures de l'exemplaire sont confirmées." if confirms else "Exemplaire écarté."
        )
        messages.success(request, said)
        return basin_redirect("circuit_detail", circuit_id=circuit_id)
    waiting = [signer for signer in signers if signer.status == SignerStatus.PAPER]
    for signer in waiting:
        signer.circuit = circuit
    context = {
        "circuit": circuit,
        "signers": signers,
        "may_confirm": bool(waiting)
        and all(permissions.confirm_paper.allows(request.user, signer) for signer in waiting),
        "facts": [
            Definition("Document", f"{circuit.title} {circuit.document.reference}"),
            Definition("Signé le", f"{long_date(first.paper_on)}, {means(first.tool)}"),
            Definition("Déposé par", first.recorded_by.full_name),
        ],
        "scan_url": basin_reverse("circuit_scan", circuit_id=circuit.pk, scan_id=scan_id),
        "outside": _signatures_of(first),
        "breadcrumb": breadcrumb(circuit, "Confirmer"),
    }
    return render(request, "signatures/confirm_paper.html", context)


def _signatures_of(signer: CircuitSigner) -> Sequence[Definition]:
    """What a copy signed with somebody else's tool says of its signatures."""
    with opened(signer.scan.key) as copy:
        return signatures_of(copy.read())


@require_http_methods(["GET", "HEAD", "POST"])
@access("signature.settle", fresh=True)
@refusals_to(lambda circuit_id, signer_id: basin_reverse("circuit_detail", circuit_id=circuit_id))
def circuit_settle(request: HttpRequest, circuit_id: int, signer_id: int) -> HttpResponse:
    """Donner suite to a signature contested after the seal, its copy read."""
    circuit = circuit_of(request, circuit_id)
    signer = get_object_or_404(circuit.signers.all(), pk=signer_id)
    signer.circuit = circuit
    if request.method != "POST" or signer.settled_by_id != request.user.pk:
        permissions.settle(request.user, signer)
    form = SettlementForm(request.POST or None)

    def settle() -> None:
        operations.settle_dispute(
            signer_id=signer.pk,
            settlement=Settlement(form.cleaned_data["settlement"]),
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    return answered(
        request,
        form,
        settle,
        said="La suite est notée ; les personnes concernées sont averties.",
        back=basin_reverse("circuit_detail", circuit_id=circuit.pk),
        template="signatures/confirm.html",
        context={
            "circuit": circuit,
            "confirmation": _contestation(circuit, signer),
            "breadcrumb": breadcrumb(circuit, "Contestation"),
        },
    )


def _contestation(circuit: Circuit, signer: CircuitSigner) -> Confirmation:
    """What is contested, and what either answer brings."""
    return Confirmation(
        title=f"Donner suite à la contestation {of(signer.name)}",
        effects=[
            "Confirmée, la signature engage de nouveau : ce qu'elle permet de payer se paie.",
            "Écartée, elle n'engage plus : un acte qui n'a pas pris effet est à faire signer de "
            "nouveau ; les autres attendent un avenant signé par toutes les parties, et rien n'est "
            "payé d'ici là.",
            "La décision et son motif restent dans les preuves de la signature.",
        ],
        told=[
            f"{signer.name}, {signer.organisation}",
            "L'opérateur local et ASTREES",
            "Ceux qui ont signé, si la signature est écartée",
        ],
        facts=[
            Definition("Document", f"{circuit.title} {circuit.document.reference}"),
            Definition("Signé le", f"{long_date(signer.paper_on)}, {means(signer.tool)}"),
            Definition("Contesté le", long_datetime(signer.disputed_at)),
            Definition("Déposé par", signer.recorded_by.full_name),
            Definition("Confirmé par", signer.confirmed_by.full_name),
            Definition(
                "Exemplaire signé",
                "Lire l'exemplaire",
                basin_reverse("circuit_scan", circuit_id=circuit.pk, scan_id=signer.scan_id),
            ),
        ],
        label="Donner suite",
        back_url=basin_reverse("circuit_detail", circuit_id=circuit.pk),
    )


@require_safe
@access("signature.read")
def circuit_scan(request: HttpRequest, circuit_id: int, scan_id: int) -> HttpResponse:
    """The signed copy that somebody uploaded."""
    signer = (
        CircuitSigner.objects.filter(circuit=circuit_of(request, circuit_id), scan_id=scan_id)
        .select_related("scan")
        .first()
    )
    if signer is None:
        raise Http404
    return serve(signer.scan, request)


@require_safe
@access("signature.read")
def circuit_act(request: HttpRequest, circuit_id: int, signer_id: int) -> HttpResponse:
    """The act under which somebody signs."""
    circuit = circuit_of(request, circuit_id)
    signers = [one for one in circuit.signers.all() if one.pk == signer_id]
    mandates = queries.mandates_of(circuit, signers, on=timezone.localdate())
    act = queries.acts_of(mandates).get(signer_id)
    if act is None:
        raise Http404
    return serve(act, request)


@require_http_methods(["GET", "HEAD", "POST"])
@access("signature.validate")
@refusals_to(
    lambda circuit_id, delegation_id: basin_reverse("circuit_detail", circuit_id=circuit_id)
)
def delegation_decide(request: HttpRequest, circuit_id: int, delegation_id: int) -> HttpResponse:
    """Valider ou écarter a delegation, its mandate read."""
    circuit = circuit_of(request, circuit_id)
    asked = get_object_or_404(
        Delegation.objects.select_related("signer__circuit"),
        pk=delegation_id,
        signer__circuit=circuit,
    )
    if request.method == "POST":
        accept = request.POST.get("reponse") == "valider"
        operations.decide_delegation(
            delegation_id=asked.pk, accept=accept, by=request.user, at=timezone.now()
        )
        said = f"{asked.name} signera." if accept else f"{asked.signer.name} signera."
        messages.success(request, f"C'est noté : {said}")
        return basin_redirect("circuit_detail", circuit_id=circuit_id)
    context = {
        "circuit": circuit,
        "asked": asked,
        "denied": permissions.decide_delegation.why_not(request.user, asked),
        "may_accept": permissions.accept_delegation.allows(
            request.user, asked, on=timezone.localdate()
        ),
        "facts": [
            Definition("Signataire", f"{asked.signer.name}, {asked.signer.organisation}"),
            Definition("Personne proposée", f"{asked.name}, {asked.function}"),
            Definition("Adresse électronique", asked.email),
            Definition("Mandat", _period(asked)),
            Definition("Demandée le", long_date(timezone.localdate(asked.asked_at))),
        ],
        "mandate_url": basin_reverse(
            "delegation_mandate", circuit_id=circuit.pk, delegation_id=asked.pk
        ),
        "breadcrumb": breadcrumb(circuit, "Délégation"),
    }
    return render(request, "signatures/decide_delegation.html", context)


def _period(asked: Delegation) -> str:
    if asked.ends_on is None:
        return f"Depuis le {long_date(asked.starts_on)}, sans terme"
    return f"Du {long_date(asked.starts_on)} au {long_date(asked.ends_on)}"


@require_safe
@access("signature.read")
def delegation_mandate(request: HttpRequest, circuit_id: int, delegation_id: int) -> HttpResponse:
    """The paper that allows a delegation."""
    asked = get_object_or_404(
        Delegation.objects.select_related("mandate"),
        pk=delegation_id,
        signer__circuit=circuit_of(request, circuit_id),
    )
    return serve(asked.mandate, request)
