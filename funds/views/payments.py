"""Money that leaves: prepared by the operator, released by the second signatory (SD1)."""

from datetime import date

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.constraints import reason_of
from alize.common.dates import long_date
from alize.common.errors import InvalidInput, Refusal
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.money import format_euros
from alize.common.screen import Confirmation, Definition
from funds import operations, permissions, queries
from funds.bank.identifiers import masked_iban
from funds.forms import PaymentForm, ReleaseForm
from funds.models import PaymentOrder
from funds.permissions import transfers as transfer_permissions
from funds.queries.transfers import facts_of
from funds.rules import is_target_closed, next_target_day
from funds.tables import PlanTable
from funds.views.scope import breadcrumb, visible_advance


@require_http_methods(["GET", "HEAD", "POST"])
@access("payment.prepare")
def payment_prepare(request: HttpRequest, reference: str) -> HttpResponse:
    """Préparer un versement, once the convention is signed by all."""
    advance = visible_advance(request, reference=reference)
    left = queries.left_to_pay(advance)
    form = PaymentForm(
        request.POST or None, initial={"amount": left, "pay_on": timezone.localdate()}
    )
    status, preview = form_status(request), None
    if "apercu" in request.POST and form.is_valid():
        with refusals_in(form) as outcome:
            typed = form.cleaned_data
            plan = queries.plan_asked(
                advance,
                amount=typed["amount"],
                paid_on=typed["pay_on"],
                rows=typed["rows"],
                first_due_on=typed["first_due_on"],
            )
            preview = PlanTable(plan.lines)
        status = outcome.status
    elif request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.prepare_payment(
                advance_id=advance.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(
                request,
                "Le versement est préparé : le second signataire financier peut le libérer.",
            )
            return basin_redirect("advance_detail", reference=reference)
        status = outcome.status
    elif request.method != "POST" and not permissions.prepare_payment.allows(advance):
        try:
            permissions.prepare_payment(advance)
        except Refusal as refusal:
            messages.error(request, refusal.reason)
        return basin_redirect("advance_detail", reference=reference)
    context = {
        "title": "Préparer un versement",
        "lead": f"Il reste {format_euros(left)} à verser sur l'avance {reference}. "
        "Rien ne part avant la libération par le second signataire financier.",
        "form": form,
        "label": "Préparer le versement",
        "back": basin_reverse("advance_detail", reference=reference),
        "preview": preview,
        "breadcrumb": breadcrumb(advance, "Préparer un versement"),
    }
    return render(request, "funds/payment.html", context, status=status)


def _order(request: HttpRequest, order_id: int) -> PaymentOrder:
    """The order, when its advance is in scope."""
    order = get_object_or_404(
        PaymentOrder.objects.select_related("advance__project__beneficiary", "prepared_by"),
        pk=order_id,
    )
    visible_advance(request, pk=order.advance_id)
    return order


@require_http_methods(["GET", "HEAD", "POST"])
@access("payment.release", fresh=True)
def payment_release(request: HttpRequest, order_id: int) -> HttpResponse:
    """Libérer le versement, after its effects are restated."""
    order = _order(request, order_id)
    advance = order.advance
    try:
        if request.method == "POST":
            operations.release_payment(
                order_id=order.pk,
                by=request.user,
                at=timezone.now(),
                seen=request.POST.get("seen", ""),
            )
            messages.success(request, "Le versement est libéré et l'échéancier est ouvert.")
            return basin_redirect("advance_detail", reference=advance.reference)
        permissions.release_payment(order, request.user)
        [ready] = facts_of([order], at=timezone.now())
        transfer_permissions.pay_order(ready)
        transfer_permissions.pay_first(ready.to, request.user)
        terms = queries.release_terms(order, ready.to.payee, on=timezone.localdate())
    except (Refusal, IntegrityError) as refusal:
        messages.error(request, reason_of(refusal))
        if request.method == "POST" and isinstance(refusal, InvalidInput):
            return basin_redirect("payment_release", order_id=order.pk)
        return basin_redirect("advance_detail", reference=advance.reference)
    context = {
        "confirmation": _restated(order, terms),
        "form": ReleaseForm(initial={"seen": terms.digest}),
        "plan": PlanTable(terms.plan.lines),
        "breadcrumb": breadcrumb(advance, "Libérer le versement"),
    }
    return render(request, "funds/release.html", context)


def _restated(order: PaymentOrder, terms: queries.Terms) -> Confirmation:
    """What is restated before an order is released."""
    advance, payee = order.advance, terms.payee
    return Confirmation(
        title="Libérer le versement",
        facts=[
            Definition("Entreprise", advance.project.beneficiary.name),
            Definition("Avance", advance.reference),
            Definition("Montant", format_euros(order.amount), number=True),
            Definition("Date du versement", long_date(terms.paid_on)),
            Definition("Vers le compte", masked_iban(payee.iban) if payee else ""),
            Definition("Préparé par", order.prepared_by.full_name),
        ],
        effects=[
            f"{format_euros(order.amount)} sortent du compte des avances.",
            *_delayed(order, terms),
            *_unsettled(terms.paid_on),
            "L'échéancier de remboursement est celui qui suit.",
            "L'écriture est inscrite pour toujours : une erreur se corrige par une autre.",
        ],
        label=f"Libérer {format_euros(order.amount)}",
        back_url=basin_reverse("advance_detail", reference=advance.reference),
    )


def _delayed(order: PaymentOrder, terms: queries.Terms) -> list[str]:
    """What is said when the day of an order is over."""
    if terms.paid_on == order.pay_on:
        return []
    return [
        f"Il était préparé pour le {long_date(order.pay_on)} : il part aujourd'hui, et "
        "l'échéancier avec lui."
    ]


def _unsettled(day: date) -> list[str]:
    """What is said of a day on which banks settle nothing: a file waits, the books do not."""
    if not is_target_closed(day):
        return []
    return [
        f"Les banques ne règlent rien ce jour-là : un fichier de virements demande l'exécution le "
        f"{long_date(next_target_day(day))}. L'écriture et l'échéancier gardent le jour convenu."
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@access("payment.prepare")
def payment_cancel(request: HttpRequest, order_id: int) -> HttpResponse:
    """Annuler an order that waits to be released."""
    order = _order(request, order_id)
    advance = order.advance
    try:
        if request.method == "POST":
            operations.cancel_payment(order_id=order.pk, by=request.user, at=timezone.now())
            messages.success(request, "L'ordre de versement est annulé.")
            return basin_redirect("advance_detail", reference=advance.reference)
        permissions.cancel_payment(order)
    except (Refusal, IntegrityError) as refusal:
        messages.error(request, reason_of(refusal))
        return basin_redirect("advance_detail", reference=advance.reference)
    confirmation = Confirmation(
        title="Annuler l'ordre de versement",
        effects=[
            f"{format_euros(order.amount)} ne seront pas versés.",
            "Un autre versement pourra être préparé.",
        ],
        label="Annuler l'ordre",
        back_url=basin_reverse("advance_detail", reference=advance.reference),
        danger=True,
    )
    context = {"confirmation": confirmation, "breadcrumb": breadcrumb(advance, "Annuler l'ordre")}
    return render(request, "funds/confirm.html", context)
