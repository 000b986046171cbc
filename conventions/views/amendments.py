"""Avenants of a partnership convention, and what those of a cooperation convention share."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import ActionDenied
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Confirmation, Link
from alize.common.words import of
from alize.drafting.answers import as_docx
from basins.homes import visitor_of
from conventions import operations
from conventions.amendment_screen import amendment_screen
from conventions.documents import agreements as documents
from conventions.forms import TURNS, PartyMandateForm, until
from conventions.models import Amendment, PartnershipConvention
from conventions.partnership_forms import (
    AgreementLaunchForm,
    AmendmentForm,
    NewAmendmentForm,
)
from conventions.permissions import partnership as permissions
from conventions.queries import amended, amendments_visible_to
from conventions.queries import partnership as queries
from conventions.queries.mandates import lines_on, unready_lines
from conventions.views import cooperation_amendments
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
from conventions.views.partnership import ANSWERS, as_pdf, found, trail
from signatures.queries import told_of_the_end


def _found(request: HttpRequest, amendment_id: int) -> Amendment:
    """The amendment, of a convention that the person may see.

    :raises Http404: it does not exist for them.
    """
    known = amendments_visible_to(visitor_of(request))
    return get_object_or_404(known, pk=amendment_id)


def _trail(amendment: Amendment, *links: Link) -> list[Link]:
    """Up to the convention that it changes, then these pages."""
    if amendment.cooperation:
        convention = amendment.supporting
        url = basin_reverse("convention_detail", reference=convention.reference)
        return trail(None, Link(convention.reference, url), *links)
    return trail(amendment.founding, *links)


def _parent_page(amendment: Amendment) -> HttpResponse:
    if amendment.cooperation:
        return basin_redirect("convention_detail", reference=amendment.supporting.reference)
    return basin_redirect("partnership_detail", convention_id=amendment.founding.pk)


def _address(amendment: Amendment) -> str:
    return basin_reverse("amendment_detail", amendment_id=amendment.pk)


def _mandate_page(amendment: Amendment, rank: int) -> str:
    return basin_reverse("amendment_mandate", amendment_id=amendment.pk, rank=rank)


@require_safe
@access("convention.read")
def amendment_detail(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """One amendment: what it changes, who joins, who signs."""
    amendment = _found(request, amendment_id)
    context = {
        "amendment": amendment,
        "screen": amendment_screen(amendment, request.roles, on=timezone.localdate()),
        "breadcrumb": _trail(amendment, Link(str(amendment), "")),
    }
    return render(request, "conventions/partnership/amendment.html", context)


@require_http_methods(ANSWERS)
@access("convention.write")
def amendment_create(request: HttpRequest, convention_id: int) -> HttpResponse:
    """Préparer un avenant."""
    convention = found(convention_id)
    if request.method != "POST":
        try:
            permissions.begin_founding_amendment(convention, timezone.localdate())
        except ActionDenied as denied:
            messages.error(request, denied.reason)
            return basin_redirect("partnership_detail", convention_id=convention.pk)
    return _edit(request, convention, None)


@require_http_methods(ANSWERS)
@access("convention.write")
def amendment_edit(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Correct the draft of an amendment."""
    amendment = _found(request, amendment_id)
    if amendment.cooperation:
        return cooperation_amendments.edit(request, amendment.supporting, amendment)
    return _edit(request, amendment.founding, amendment)


def _edit(
    request: HttpRequest, convention: PartnershipConvention, amendment: Amendment | None
) -> HttpResponse:
    kind = AmendmentForm if amendment else NewAmendmentForm
    form = kind(request.POST or None, convention=convention, amendment=amendment)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        incoming = [partner.pk for partner in said.pop("incoming")]
        with refusals_in(form) as outcome:
            saved = operations.save_amendment(
                convention_id=convention.pk,
                amendment_id=amendment.pk if amendment else None,
                incoming=incoming,
                **said,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"L'avenant n° {saved.number} est enregistré.")
            return basin_redirect("amendment_detail", amendment_id=saved.pk)
        status = outcome.status
    title = f"Modifier l'avenant n° {amendment.number}" if amendment else "Préparer un avenant"
    back = _address(amendment) if amendment else ""
    context = {
        "form": form,
        "title": title,
        "label": "Enregistrer",
        "reference": str(convention),
        "back_url": back or basin_reverse("partnership_detail", convention_id=convention.pk),
        "breadcrumb": trail(convention, Link(title, "")),
    }
    return render(request, "conventions/partnership/form.html", context, status=status)


def _of_party(amendment_id: int, **_: int) -> str:
    return basin_reverse("amendment_detail", amendment_id=amendment_id)


@require_http_methods(ANSWERS)
@access("convention.write")
@refusals_to(_of_party)
def amendment_mandate(request: HttpRequest, amendment_id: int, rank: int) -> HttpResponse:
    """Under what somebody of no partner signs an amendment, with the act that says so."""
    amendment = _found(request, amendment_id)
    permissions.edit(amendment)
    signer = amended.alone(amendment, on=timezone.localdate()).get(rank)
    if signer is None:
        raise ActionDenied("Ce mandat ne s'enregistre pas ici : suivez le lien de ce qui manque.")
    name = signer.body.person
    form = PartyMandateForm(request.POST or None, request.FILES or None, initial={"name": name})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.mandate_party(
                amendment_id=amendment.pk,
                rank=rank,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            messages.success(request, f"Le mandat {of(name)} est enregistré.")
            return basin_redirect("amendment_detail", amendment_id=amendment.pk)
        status = outcome.status
    context = {
        "name": name,
        "lead": f"{name}, {signer.body.name}",
        "reference": queries.amendment_reference_of(amendment),
        "draft": f"avenant-{amendment.pk}-{rank}",
        "back_url": _address(amendment),
        "form": form,
        "breadcrumb": _trail(
            amendment, Link(str(amendment), _address(amendment)), Link("Mandat", "")
        ),
    }
    return render(request, "conventions/mandate.html", context, status=status)


@require_safe
@access("convention.write")
@refusals_to("amendment_detail")
def amendment_preview(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """The draft of an amendment, marked « PROJET »."""
    amendment = _found(request, amendment_id)
    content = documents.preview_amendment(amendment, on=timezone.localdate())
    return as_pdf(content, queries.amendment_reference_of(amendment))


@require_safe
@access("convention.write")
@refusals_to("amendment_detail")
def amendment_docx(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """A copy of an amendment for lawyers."""
    amendment = _found(request, amendment_id)
    permissions.copy(amendment)
    content = documents.amendment_copy(amendment, on=timezone.localdate())
    return as_docx(content, queries.amendment_reference_of(amendment))


@require_http_methods(ANSWERS)
@access("convention.write")
@refusals_to("amendment_detail")
def amendment_freeze(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Geler l'avenant."""
    amendment = _found(request, amendment_id)
    if request.method == "POST":
        operations.freeze_amendment(amendment_id=amendment.pk, by=request.user, at=timezone.now())
        messages.success(request, "L'avenant est gelé : il est prêt à signer.")
        return basin_redirect("amendment_detail", amendment_id=amendment.pk)
    confirmation = Confirmation(
        title=f"Geler l'avenant n° {amendment.number}",
        effects=[
            "Son texte et ses signataires ne changent plus ; son PDF est produit.",
            "Les parties d'origine et les entrants le signent tous.",
        ],
        label="Geler le texte",
        undo="Vous pourrez rouvrir le texte pour le corriger, tant que personne ne le signe.",
        back_url=_address(amendment),
    )
    today = timezone.localdate()
    remaining = documents.remaining_of_amendment(amendment, on=today)
    return confirmed(
        request,
        confirmation,
        _trail(amendment, Link("Geler l'avenant", "")),
        remaining=remaining
        + soon(
            queries.signing_amendment(amendment, on=today),
            on=today,
            own=partial(_mandate_page, amendment),
        ),
    )


@require_POST
@access("convention.write")
@refusals_to("amendment_detail")
def amendment_reopen(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Rouvrir l'avenant, to correct what was frozen."""
    amendment = _found(request, amendment_id)
    operations.reopen_amendment(amendment_id=amendment.pk, by=request.user, at=timezone.now())
    messages.success(request, REOPENED)
    return basin_redirect("amendment_detail", amendment_id=amendment.pk)


@require_http_methods(ANSWERS)
@access("convention.write")
def amendment_launch(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Lancer la signature of an amendment."""
    amendment, today = _found(request, amendment_id), timezone.localdate()
    try:
        permissions.launch(amendment, today)
    except ActionDenied as denied:
        messages.error(request, denied.reason)
        return basin_redirect("amendment_detail", amendment_id=amendment.pk)
    signers = lines_on(amendment, on=today)
    form = AgreementLaunchForm(request.POST or None, signers=signers, on=today)
    launch = partial(operations.launch_amendment, amendment_id=amendment.pk)
    status = launched(request, form, launch)
    if status == ACCEPTED:
        return basin_redirect("amendment_detail", amendment_id=amendment.pk)
    effects = ["Les parties d'origine et les entrants signent tous."]
    if amendment.cooperation:
        effects.append(
            "La présidence du comité signe en dernier, si vous n'en décidez pas autrement ; "
            "l'avenant prend effet le jour de la dernière signature."
        )
    effects += [TURNS, *again(amendment)]
    effects += [
        f"{partner} rejoindra la convention à la prise d'effet."
        for partner in amendment.incoming.all()
    ]
    confirmation = Confirmation(
        title=f"Lancer la signature de l'avenant n° {amendment.number}",
        effects=effects,
        told=told(signers),
        label="Lancer la signature",
        undo=LAUNCH_UNDONE,
        back_url=_address(amendment),
    )
    return confirmed(
        request,
        confirmation,
        _trail(amendment, Link("Lancer la signature", "")),
        form=form,
        status=status,
        remaining=unready_lines(signers, until=until(form), own=lambda _: _address(amendment)),
    )


@require_http_methods(ANSWERS)
@access("convention.write")
@refusals_to("amendment_detail")
def amendment_conclude(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Give its effect, once restated, to an amendment that could not take it when signed."""
    amendment = _found(request, amendment_id)
    if request.method == "POST":
        operations.conclude_amendment(amendment_id=amendment.pk, by=request.user, at=timezone.now())
        messages.success(request, "L'avenant est signé de tous.")
        return basin_redirect("amendment_detail", amendment_id=amendment.pk)
    permissions.conclude(amendment)
    handed_over = amendment.follow_up_lead
    former = amendment.supporting.project.follow_up_lead if amendment.cooperation else None
    confirmation = Confirmation(
        title=f"Donner son effet à l'avenant n° {amendment.number}",
        effects=_effects(amendment),
        told=[str(one) for one in dict.fromkeys([handed_over, former]) if one]
        if handed_over
        else (),
        label="Donner son effet",
        back_url=_address(amendment),
    )
    return confirmed(request, confirmation, _trail(amendment, Link("Donner son effet", "")))


def _effects(amendment: Amendment) -> list[str]:
    """What an amendment changes once it has its effect."""
    effects = ["Il engage tous ses signataires et ne s'annule plus."]
    if amendment.takes_effect_on:
        effects.append(
            f"Il vaut à partir du {long_date(amendment.takes_effect_on)}, ou de la dernière "
            "signature si elle est venue après."
        )
    effects += [f"{partner} rejoint la convention." for partner in amendment.incoming.all()]
    if amendment.follow_up_lead:
        effects.append(f"{amendment.follow_up_lead} devient mandataire.")
    if amendment.new_ends_on:
        what = "L'accompagnement" if amendment.cooperation else "La convention"
        effects.append(f"{what} court jusqu'au {long_date(amendment.new_ends_on)}.")
    return effects


@require_http_methods(ANSWERS)
@access("convention.write")
@refusals_to("amendment_detail")
def amendment_cancel(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Annuler an amendment that is not signed."""
    amendment = _found(request, amendment_id)
    if request.method == "POST":
        operations.cancel_amendment(amendment_id=amendment.pk, by=request.user, at=timezone.now())
        messages.success(request, "L'avenant est annulé.")
        return _parent_page(amendment)
    confirmation = Confirmation(
        title=f"Annuler l'avenant n° {amendment.number}",
        effects=[
            "Cet avenant ne pourra plus être signé.",
            "Son numéro ne resservira pas.",
        ],
        told=told_of_the_end(amendment.circuit),
        label="Annuler l'avenant",
        back_url=_address(amendment),
        danger=True,
    )
    return confirmed(request, confirmation, _trail(amendment, Link("Annuler", "")))
