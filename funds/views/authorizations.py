"""Money that leaves or is given up: the operator asks, the second signatory decides (SD10)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.constraints import reason_of
from alize.common.dates import long_date, short_date
from alize.common.errors import Refusal
from alize.common.http import answered, basin_redirect
from alize.common.money import format_euros, format_number
from alize.common.screen import Confirmation, Definition, Link
from funds import operations, permissions, queries
from funds.enums import AuthorizationKind
from funds.forms import RefundForm, RenounceForm, SettleForm, WriteOffForm
from funds.models import Authorization
from funds.screen import authorization_page
from funds.views.scope import breadcrumb, visible_advance

_EFFECTS = {
    AuthorizationKind.REFUND: "Le trop-perçu sort du compte des avances.",
    AuthorizationKind.KEPT: "Le trop-perçu n'est plus dû à l'entreprise : il reste au fonds, et "
    "rien ne sort du compte des avances.",
    AuthorizationKind.FORGONE: "L'entreprise ne doit plus ce trop-perçu, que la banque avait "
    "repris après qu'il lui a été rendu : c'est une charge du fonds.",
    AuthorizationKind.WRITE_OFF: "La dette est passée en perte ; ce qui viendrait encore est "
    "enregistré comme récupération.",
    AuthorizationKind.RESTITUTION: "Le montant sort du compte des avances vers le financeur.",
    AuthorizationKind.ALLOWANCE: "Le défraiement compte dans le plafond de l'année.",
    AuthorizationKind.RENOUNCE: "Ce solde n'est plus engagé et ne se verse plus ; l'échéancier de "
    "ce qui est versé ne change pas, et une avance dont rien n'est versé est annulée.",
}
_FOR_EVER = {
    AuthorizationKind.RENOUNCE: "C'est définitif : pour prêter davantage, le comité accorde une "
    "autre avance.",
}


def ask(
    request: HttpRequest,
    form: Form,
    *,
    kind: AuthorizationKind,
    about: dict[str, Any],
    title: str,
    lead: str,
    back: str,
    trail: Sequence[Link],
) -> HttpResponse:
    """Show the form of a request, and ask it of the second signatory."""

    def propose() -> None:
        typed = dict(form.cleaned_data)
        key = typed.pop("command_key")
        operations.propose(
            operations.Asked(kind=kind, **about, **typed),
            by=request.user,
            at=timezone.now(),
            command_key=key,
        )

    return answered(
        request,
        form,
        propose,
        said="C'est demandé : le second signataire financier décide.",
        back=back,
        template="funds/form.html",
        context={
            "title": title,
            "lead": f"{lead} Rien ne change avant la décision du second signataire financier.",
            "label": "Demander",
            "back": back,
            "breadcrumb": trail,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("authorization.ask")
def refund_propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Demander de rendre un trop-perçu."""
    advance = visible_advance(request, reference=reference)
    left = queries.overpaid(advance, since=timezone.localdate())
    initial = {"amount": left or None, "value_on": timezone.localdate()}
    return ask(
        request,
        RefundForm(request.POST or None, initial=initial),
        kind=AuthorizationKind.REFUND,
        about={"advance_id": advance.pk},
        title="Rendre un trop-perçu",
        lead=f"{advance.project.beneficiary.name} a payé {format_euros(left)} de trop sur "
        f"l'avance {reference}.",
        back=basin_reverse("advance_detail", reference=reference),
        trail=breadcrumb(advance, "Rendre un trop-perçu"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("authorization.ask")
def write_off_propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Demander de passer en perte what a company will not pay back."""
    advance = visible_advance(request, reference=reference)
    owed = queries.owed(advance, since=timezone.localdate())
    if request.method != "POST" and not owed:
        messages.error(request, "Rien n'est dû sur cette avance : il n'y a rien à passer en perte.")
        return basin_redirect("advance_detail", reference=reference)
    initial = {"amount": owed, "value_on": timezone.localdate()}
    form = WriteOffForm(request.POST or None, initial=initial, advance=advance)
    return ask(
        request,
        form,
        kind=AuthorizationKind.WRITE_OFF,
        about={"advance_id": advance.pk},
        title="Passer en perte",
        lead=f"{advance.project.beneficiary.name} doit encore {format_euros(owed)} sur l'avance "
        f"{reference}. Le comité en décide d'abord.",
        back=basin_reverse("advance_detail", reference=reference),
        trail=breadcrumb(advance, "Passer en perte"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("authorization.ask")
def overpayment_settle(request: HttpRequest, reference: str) -> HttpResponse:
    """Demander de garder un trop-perçu that cannot be paid back, or of giving up one refunded."""
    advance = visible_advance(request, reference=reference)
    company, owed = advance.project.beneficiary.name, queries.owed_back(advance)
    kind = AuthorizationKind.FORGONE if owed else AuthorizationKind.KEPT
    amount = owed or queries.overpaid(advance)
    lead = (
        f"{company} doit {format_euros(amount)} d'un trop-perçu qui lui a été rendu et que la "
        "banque a repris : ils sont inscrits en charge du fonds (658)."
        if owed
        else f"{company} a payé {format_euros(amount)} de trop sur l'avance {reference}, que "
        "personne ne peut recevoir : ils sont inscrits en produit du fonds (758)."
    )
    return ask(
        request,
        SettleForm(
            request.POST or None,
            initial={"amount": amount or None, "value_on": timezone.localdate()},
        ),
        kind=kind,
        about={"advance_id": advance.pk},
        title=kind.label,
        lead=lead,
        back=basin_reverse("advance_detail", reference=reference),
        trail=breadcrumb(advance, kind.label),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("authorization.ask")
def renounce_propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Demander de renoncer au solde à verser : the company does not need the rest."""
    advance = visible_advance(request, reference=reference)
    left = queries.left_to_pay(advance)
    back = basin_reverse("advance_detail", reference=reference)
    try:
        permissions.renounce(advance, left=left)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return redirect(back)
    return ask(
        request,
        RenounceForm(request.POST or None, initial={"value_on": timezone.localdate()}),
        kind=AuthorizationKind.RENOUNCE,
        about={"advance_id": advance.pk, "amount": left},
        title="Renoncer au solde à verser",
        lead=f"{advance.project.beneficiary.name} n'a pas besoin des {format_euros(left)} qui "
        f"restent à verser sur l'avance {reference} : ils ne seront plus engagés.",
        back=back,
        trail=breadcrumb(advance, "Renoncer au solde à verser"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("authorization.decide", fresh=True)
def authorization_approve(request: HttpRequest, authorization_id: int) -> HttpResponse:
    """Accepter, after the request and its effects are restated."""
    authorization = _authorization(request, authorization_id)
    try:
        if request.method == "POST":
            operations.approve_authorization(
                authorization_id=authorization.pk, by=request.user, at=timezone.now()
            )
            messages.success(request, "L'opération est acceptée et inscrite.")
            return redirect(authorization_page(authorization))
        permissions.decide_authorization(authorization, request.user)
    except (Refusal, IntegrityError) as refusal:
        messages.error(request, reason_of(refusal))
        return redirect(authorization_page(authorization))
    kind = AuthorizationKind(authorization.kind)
    confirmation = Confirmation(
        title=kind.label,
        facts=_facts(authorization),
        effects=[
            _EFFECTS[kind],
            _FOR_EVER.get(
                kind, "L'écriture est inscrite pour toujours : une erreur se corrige par une autre."
            ),
        ],
        label=f"{kind.label} : {format_euros(authorization.amount)}",
        back_url=authorization_page(authorization),
        danger=kind == AuthorizationKind.WRITE_OFF,
    )
    context = {
        "confirmation": confirmation,
        "refusal": Link(
            "Refuser la demande",
            basin_reverse("authorization_refuse", authorization_id=authorization.pk),
            detail="Le motif ne suffit pas, ou le montant n'est pas le bon ?",
        ),
        "breadcrumb": breadcrumb(authorization.advance, kind.label),
    }
    return render(request, "funds/decide.html", context)


@require_POST
@access("authorization.decide")
def authorization_refuse(request: HttpRequest, authorization_id: int) -> HttpResponse:
    """Refuser : nothing moves."""
    authorization = _authorization(request, authorization_id)
    try:
        operations.refuse_authorization(
            authorization_id=authorization.pk, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "L'opération est refusée : rien n'est inscrit.")
    return redirect(authorization_page(authorization))


def _authorization(request: HttpRequest, authorization_id: int) -> Authorization:
    """The request, when its advance is in scope."""
    authorization = get_object_or_404(
        Authorization.objects.select_related(
            "advance__project__beneficiary", "contribution", "proposed_by", "decision"
        ),
        pk=authorization_id,
    )
    if authorization.advance_id is not None:
        visible_advance(request, pk=authorization.advance_id)
    return authorization


def _facts(authorization: Authorization) -> list[Definition]:
    asked_on = short_date(timezone.localdate(authorization.proposed_at))
    facts = [
        Definition("Montant", format_euros(authorization.amount), number=True),
        Definition("Date de l'opération", long_date(authorization.value_on)),
        Definition("Demandée par", f"{authorization.proposed_by.full_name}, le {asked_on}"),
        Definition("Motif", authorization.reason),
    ]
    if authorization.advance is not None:
        company = authorization.advance.project.beneficiary.name
        facts.insert(0, Definition("Entreprise", f"{company}, {authorization.advance.reference}"))
    if authorization.contribution is not None:
        facts.insert(0, Definition("Financeur", authorization.contribution.funder))
    if authorization.days is not None:
        facts.append(Definition("Jours valorisés", format_number(authorization.days), number=True))
    if authorization.cause:
        facts.append(Definition("Cause", authorization.get_cause_display()))
    if authorization.claim_on is not None:
        facts.append(Definition("Créance déclarée le", long_date(authorization.claim_on)))
    if authorization.decision is not None:
        facts.append(Definition("Décision du comité", authorization.decision.reference))
    return facts
