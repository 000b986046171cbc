"""The signature of a convention: its circuit launched, then its effect."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, form_status, refusals_to
from alize.common.money import format_euros
from alize.common.screen import Confirmation, Definition
from basins.homes import visitor_of
from conventions import operations, permissions, queries
from conventions.forms import TURNS, LaunchForm, VoidDecisionForm, until
from conventions.models import CooperationConvention
from conventions.queries.voiding import deciders_named, decides_void
from conventions.views.acts import ACCEPTED, LAUNCH_UNDONE, again, confirmed, launched
from conventions.views.lists import breadcrumb, visible_convention
from funds.models import Advance
from projects.operations import watchers


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
def convention_launch(request: HttpRequest, reference: str) -> HttpResponse:
    """Lancer la signature, after its effects are restated."""
    convention = visible_convention(request, reference)
    try:
        permissions.launch(convention)
    except ActionDenied as denied:
        messages.error(request, denied.reason)
        return basin_redirect("convention_detail", reference=reference)
    today = timezone.localdate()
    signers = queries.signers_on(convention, on=today)
    form = LaunchForm(request.POST or None, signers=signers, on=today)
    status = launched(request, form, partial(operations.launch, convention_id=convention.pk))
    if status == ACCEPTED:
        convention.refresh_from_db(fields=["circuit"])
        return basin_redirect("circuit_detail", circuit_id=convention.circuit_id)
    return confirmed(
        request,
        _confirmation(convention),
        breadcrumb(convention, "Lancer la signature"),
        form=form,
        status=status,
        remaining=queries.unready_signers(signers, until=until(form)),
    )


def _confirmation(convention: CooperationConvention) -> Confirmation:
    company = convention.project.beneficiary.name
    effects = [
        "Chaque signataire reçoit un lien personnel ; la présidence signe en dernier, si vous n'en "
        "décidez pas autrement.",
        TURNS,
        f"Quand tous auront signé, le document est scellé et {company} est labellisée.",
        "Le calendrier des points de suivi s'ouvre et le mandataire reçoit sa mission.",
        *again(convention),
        *_advance_opened(convention),
    ]
    return Confirmation(
        title=f"Lancer la signature de {convention.reference}",
        effects=effects,
        told=_told(convention),
        label="Lancer la signature",
        undo=LAUNCH_UNDONE,
        back_url=basin_reverse("convention_detail", reference=convention.reference),
    )


def _told(convention: CooperationConvention) -> list[str]:
    """Who receives a mail, by name."""
    return [
        f"{signer.name}, {signer.organisation}"
        for signer in convention.signers.all()
        if signer.email
    ]


def _advance_opened(convention: CooperationConvention) -> list[str]:
    """What the effect of a convention opens of its advance."""
    return [
        f"L'avance {advance.reference} de {format_euros(advance.granted_amount)} est alors "
        "conventionnée : son versement peut être préparé."
        for advance in Advance.objects.filter(decision_id=convention.decision_id)[:1]
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
@refusals_to("convention_detail")
def convention_conclude(request: HttpRequest, reference: str) -> HttpResponse:
    """Give its effect, once restated, to a convention that a condition held back."""
    convention = visible_convention(request, reference)
    if request.method == "POST":
        operations.conclude(convention_id=convention.pk, by=request.user, at=timezone.now())
        messages.success(request, "La convention est signée : l'entreprise est labellisée.")
        return basin_redirect("convention_detail", reference=reference)
    today, project = timezone.localdate(), convention.project
    permissions.conclude(convention, today)
    confirmation = Confirmation(
        title=f"Donner son effet à {reference}",
        effects=[
            f"{project.beneficiary.name} est labellisée.",
            "Le calendrier des points de suivi s'ouvre et le mandataire reçoit sa mission.",
            *_advance_opened(convention),
        ],
        told=[*map(str, watchers(project, on=today)), "ASTREES"],
        label="Donner son effet",
        back_url=basin_reverse("convention_detail", reference=reference),
    )
    return confirmed(request, confirmation, breadcrumb(convention, "Donner son effet"))


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.void", fresh=True)
@refusals_to("convention_detail")
def convention_void(request: HttpRequest, reference: str) -> HttpResponse:
    """Décider d'annuler ce que tous ont signé, before its day."""
    convention = visible_convention(request, reference)
    form = VoidDecisionForm(request.POST or None)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        accepted = form.cleaned_data["accepted"]
        operations.decide_void(
            convention_id=convention.pk, accepted=accepted, by=request.user, at=timezone.now()
        )
        messages.success(
            request, "La convention est annulée." if accepted else "La convention est maintenue."
        )
        seen = queries.conventions_visible_to(visitor_of(request))
        if seen.filter(pk=convention.pk).exists():
            return basin_redirect("convention_detail", reference=reference)
        return basin_redirect("basin_home")
    today = timezone.localdate()
    decides = decides_void(convention, request.user, on=today)
    who = deciders_named(convention, on=today)
    permissions.decide_void(convention, request.user, today, decides=decides, who=who)
    confirmation = Confirmation(
        title=f"Annuler la convention {reference} ?",
        facts=[
            Definition("Entreprise", convention.project.beneficiary.name),
            Definition("Prise d'effet", long_date(convention.starts_on)),
            Definition("Motif", convention.void_reason),
            Definition("Demandé par", str(convention.void_asked_by)),
        ],
        effects=[
            "Annulée, elle n'engage personne, et le registre public le dit.",
            "La décision du comité demeure : une nouvelle convention pourra être préparée.",
            "Maintenue, elle prend effet à son jour.",
        ],
        told=[str(convention.void_asked_by), "Ceux qui l'ont signée, si elle est annulée"],
        label="Enregistrer la décision",
        back_url=basin_reverse("convention_detail", reference=reference),
    )
    trail = breadcrumb(convention, "Annuler")
    return confirmed(request, confirmation, trail, form=form, status=status)
