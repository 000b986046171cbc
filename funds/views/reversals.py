"""An entry undone: the operator asks, the second signatory decides (SD11)."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.constraints import reason_of
from alize.common.dates import long_date
from alize.common.errors import Refusal
from alize.common.http import form_status, refusals_in
from alize.common.money import format_euros
from alize.common.screen import Confirmation, Definition, Link
from funds import operations, permissions, queries
from funds.enums import EntryKind, ReversalCause
from funds.forms import ReversalForm
from funds.models import Entry, Reversal
from funds.permissions import transfers as transfer_permissions
from funds.queries.transfers import transfer_on_its_way
from funds.screen import entry_url
from funds.views.scope import breadcrumb, visible_entry


@require_http_methods(["GET", "HEAD", "POST"])
@access("reversal.ask")
def entry_reverse(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Demander l'annulation d'une écriture, with a reason, after its effects are restated."""
    entry = queries.sides_of(visible_entry(request, pk=entry_id))[0]
    form = ReversalForm(request.POST or None, initial={"value_on": entry.value_on})
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.propose_reversal(
                entry_id=entry.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(
                request, "L'annulation est demandée : le second signataire financier la décide."
            )
            return redirect(entry_url(entry))
        status = outcome.status
    elif request.method != "POST":
        try:
            permissions.propose_reversal(entry)
            transfer_permissions.undo_payment(transfer_on_its_way(entry), ReversalCause.BANK)
        except Refusal as refusal:
            messages.error(request, refusal.reason)
            return redirect(entry_url(entry))
    confirmation = Confirmation(
        title="Demander l'annulation d'une écriture",
        facts=_facts(entry),
        effects=[
            "Rien ne change avant la décision du second signataire financier.",
            "S'il accepte, une écriture inverse du même montant est inscrite ; "
            "la première reste visible.",
            *_particulars(entry),
        ],
        label="Demander l'annulation",
        back_url=entry_url(entry),
    )
    context = {
        "confirmation": confirmation,
        "form": form,
        "breadcrumb": breadcrumb(entry.advance, "Demander une annulation"),
    }
    return render(request, "funds/confirm.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reversal.decide", fresh=True)
def reversal_approve(request: HttpRequest, reversal_id: int) -> HttpResponse:
    """Annuler l'écriture, after the request and its effects are restated."""
    reversal = _reversal(request, reversal_id)
    entry = reversal.entry
    try:
        if request.method == "POST":
            operations.approve_reversal(reversal_id=reversal.pk, by=request.user, at=timezone.now())
            messages.success(request, "L'écriture est annulée par une écriture inverse.")
            return redirect(entry_url(entry))
        permissions.decide_reversal(reversal, request.user)
    except (Refusal, IntegrityError) as refusal:
        messages.error(request, reason_of(refusal))
        return redirect(entry_url(entry))
    confirmation = Confirmation(
        title="Annuler une écriture",
        facts=[
            *_facts(entry),
            Definition("Date de l'annulation", long_date(reversal.value_on)),
            Definition("Demandée par", reversal.proposed_by.full_name),
            Definition("Cause", reversal.get_cause_display()),
            Definition("Motif", reversal.reason),
        ],
        effects=[
            "Une écriture inverse du même montant est inscrite ; la première reste visible.",
            *_particulars(entry),
            "Si c'est un remboursement, le montant redevient dû, et l'échéance avec lui.",
        ],
        label="Annuler l'écriture",
        back_url=entry_url(entry),
        danger=True,
    )
    context = {
        "confirmation": confirmation,
        "refusal": Link(
            "Refuser l'annulation",
            basin_reverse("reversal_refuse", reversal_id=reversal.pk),
            detail="L'écriture est juste, ou le motif ne suffit pas ?",
        ),
        "breadcrumb": breadcrumb(entry.advance, "Annuler une écriture"),
    }
    return render(request, "funds/decide.html", context)


@require_POST
@access("reversal.decide")
def reversal_refuse(request: HttpRequest, reversal_id: int) -> HttpResponse:
    """Refuser l'annulation : the entry stays."""
    reversal = _reversal(request, reversal_id)
    try:
        operations.refuse_reversal(reversal_id=reversal.pk, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "L'annulation est refusée : l'écriture reste inscrite.")
    return redirect(entry_url(reversal.entry))


def _reversal(request: HttpRequest, reversal_id: int) -> Reversal:
    """The request, when its entry is in scope."""
    reversal = get_object_or_404(
        Reversal.objects.select_related("entry__advance__project__beneficiary", "proposed_by"),
        pk=reversal_id,
    )
    visible_entry(request, pk=reversal.entry_id)
    return reversal


def _particulars(entry: Entry) -> list[str]:
    """What is said of a transfer, and of a payment that a plan followed."""
    if entry.transfer_id is not None:
        return ["Les deux écritures, une sur chaque compte, sont annulées ensemble."]
    if entry.kind == EntryKind.DISBURSEMENT:
        return [
            "L'échéancier redevient celui que l'entreprise aurait sans ce versement. Si le comité "
            "l'a réécrit depuis, le sien reste, moins ses dernières échéances."
        ]
    if known := queries.identified_by(entry):
        names = ", ".join(f"{one} ({one.label})" for one in known)
        return [f"Ce qui a identifié cette opération est annulé avec elle : {names}."]
    return []


def _facts(entry: Entry) -> list[Definition]:
    return [
        Definition("Écriture", f"{entry} : {entry.label}"),
        Definition("Montant", format_euros(queries.amount_of(entry)), number=True),
        Definition("Date de valeur", long_date(entry.value_on)),
    ]
