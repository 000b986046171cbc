"""Rapprocher: one line at a time, by buttons that have a number, from the oldest to the last."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.money import format_euros
from funds import bank_screen, operations
from funds.bank import Act
from funds.bank_forms import ChoiceForm, CostForm, FunderForm, MoveForm, SplitForm
from funds.bank_screen import (
    Choice,
    choices_of,
    clearing_rows,
    entries_within,
    line_facts,
    said_for_other,
)
from funds.entries_form import EntriesForm
from funds.enums import ClearingAct, EntryKind, Perimeter
from funds.models import BankAccount, BankLine, Clearing
from funds.permissions.bank import move_line
from funds.queries import bank as queries
from funds.queries import expectations
from funds.views.bank import trail
from partners.models import Partner

_DONE = {
    Act.ENTRY: "La ligne est rapprochée de l'écriture.",
    bank_screen.TOGETHER: "Les deux opérations sont rapprochées de l'écriture.",
    Act.REPAYMENT: "Le remboursement est inscrit.",
    ClearingAct.IDENTIFIED: "Le remboursement est inscrit.",
    Act.BOUNCE: "L'annulation est demandée : le second signataire financier la décide.",
    Act.INTERNAL: "Les deux opérations sont rapprochées l'une de l'autre.",
    Act.FEE: "Les frais sont inscrits.",
    Act.SUSPENSE: "La ligne attend d'être identifiée.",
}


@require_safe
@access("bank.write")
def bank_reconcile(request: HttpRequest, account_id: int) -> HttpResponse:
    """Go to the oldest line that is left to reconcile."""
    account = get_object_or_404(BankAccount, pk=account_id)
    return _next(request, account)


def _next(request: HttpRequest, account: BankAccount, *, after: BankLine | None = None):
    lines = queries.open_lines(account)
    following = lines.filter(booked_on__gte=after.booked_on, pk__gt=after.pk) if after else lines
    line = following.first() or lines.first()
    if line is None:
        messages.success(request, "Toutes les opérations de ce compte sont rapprochées.")
        return basin_redirect("bank_account", account_id=account.pk)
    return basin_redirect("bank_line", line_id=line.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank.write")
def bank_line(request: HttpRequest, line_id: int) -> HttpResponse:
    """One line: what it may be when it is open, what it was otherwise."""
    lines = BankLine.objects.select_related("account", "statement__number")
    line = get_object_or_404(lines, pk=line_id)
    left, suspended = queries.line_left(line), queries.line_suspended(line)
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    forms = _forms(request, line, left, suspended, sent=sent)
    form = forms.get(sent)
    status = form_status(request)
    if "more" in request.POST and form is forms["split"]:
        form, forms["split"], status = None, forms["split"].longer(), 200
    if form is not None and form.is_valid():
        with refusals_in(form) as outcome:
            _act(request, line, form, is_identified=sent == "identify")
        if outcome.accepted:
            goes_on = sent in {"move", "funder"} and queries.line_suspended(line)
            if queries.line_left(line) or goes_on:
                return basin_redirect("bank_line", line_id=line.pk)
            return _next(request, line.account, after=line)
        status = outcome.status
        left, suspended = queries.line_left(line), queries.line_suspended(line)
    holder = _holder(line, left)
    shown = _shown(forms, line, holder, left, suspended)
    context = {
        "line": line,
        "left": left,
        "suspended": suspended,
        "open_part": left or suspended,
        "is_partial": (left or suspended) not in {0, line.amount},
        "facts": line_facts(line),
        "choices": _choices(line, left, suspended),
        "clearings": clearing_rows(line),
        **shown,
        "cost_title": _cost_title(holder, left, suspended),
        "for_other": said_for_other(line.account, left or suspended),
        "sent": sent,
        # What was sent may have no form left on the page to show its refusal in.
        "refusals": form.non_field_errors()
        if form is not None and form not in shown.values()
        else [],
        "count": queries.open_lines(line.account).count(),
        "next_url": _neighbour(line, forward=True),
        "previous_url": _neighbour(line, forward=False),
        "breadcrumb": trail(line.account, "Rapprocher"),
    }
    return render(request, "funds/bank/line.html", context, status=status)


def _forms(
    request: HttpRequest, line: BankLine, left: int, suspended: int, *, sent: str
) -> dict[str, Any]:
    """The forms of all that a line may be, by the name they are sent under; the sent one is bound.

    What is identified once it waited is told by the same form as what is split.
    """

    def data(*names: str) -> QueryDict | None:
        return request.POST if sent in names else None

    holder, amount = _holder(line, left), left or suspended
    split = SplitForm(
        data("split", "identify"),
        advances=expectations.lent_on(line.happened_on) if holder == Perimeter.FUND else (),
        prefix="split",
        initial={"amount_1": amount},
    )
    funder = FunderForm(
        data("funder"),
        holder=holder,
        prefix="funder",
        initial={
            "partner": Partner.objects.filter(name__iexact=line.name).first(),
            "funder": line.name,
            "amount": amount,
        },
    )
    return {
        "choice": ChoiceForm(data("choice")),
        "split": split,
        "identify": split,
        "funder": funder,
        "cost": CostForm(data("cost"), amount=amount, is_waiting=not left, prefix="cost"),
        "move": MoveForm(data("move"), prefix="move"),
        "entries": EntriesForm(
            data("entries"), entries=_entries(line, left, suspended), prefix="entries"
        ),
    }


def _shown(
    forms: dict[str, Any], line: BankLine, holder: Perimeter, left: int, suspended: int
) -> dict[str, Any]:
    """The forms of what the line may still be, None where it may not."""
    may_be = {
        "split": _may_repay(holder, left, suspended),
        "funder": left > 0 or suspended > 0,
        "cost": bool(left or suspended),
        "move": _may_move(line, left or suspended),
        "entries": bool(forms["entries"].fields["entries"].choices),
    }
    return {name: forms[name] if shown else None for name, shown in may_be.items()}


def _holder(line: BankLine, left: int) -> Perimeter:
    """Where what is open of a line belongs: only what waits may be the other account's."""
    return Perimeter(line.account.perimeter) if left else queries.holder_of(line)


def _entries(line: BankLine, left: int, suspended: int) -> list[tuple[int, str]]:
    """The entries that what is open of the line may be made of."""
    if not left and not _waits_here(line, suspended):
        return []
    return entries_within(line, left=left or suspended)


def _waits_here(line: BankLine, suspended: int) -> bool:
    return suspended != 0 and queries.holder_of(line) == line.account.perimeter


def _choices(line: BankLine, left: int, suspended: int) -> list[Choice]:
    """What is left of the line may be, or what of it waits on its own suspense account."""
    waits = not left
    if waits and not _waits_here(line, suspended):
        return []
    return choices_of(line, left=left or suspended, on=timezone.localdate(), waits=waits)


def _may_repay(holder: Perimeter, left: int, suspended: int) -> bool:
    """Companies pay back on the account of the advances."""
    return holder == Perimeter.FUND and (left > 0 or suspended > 0)


def _may_move(line: BankLine, amount: int) -> bool:
    moved = queries.holder_of(line) != line.account.perimeter
    return amount != 0 and move_line.allows(amount, moved=moved)


def _cost_title(holder: Perimeter, left: int, suspended: int) -> str:
    """What the form of a cost is for, by the way and the account of the line."""
    if (left or suspended) > 0:
        return "C'est une dépense qui est rendue"
    if not left:
        return f"Identifier {format_euros(suspended)} en attente"
    if holder == Perimeter.FUND:
        return "C'est une dépense à rendre par le fonctionnement"
    return "C'est une autre dépense"


def _neighbour(line: BankLine, *, forward: bool) -> str:
    lines = queries.open_lines(line.account).exclude(pk=line.pk)
    near = lines.filter(pk__gt=line.pk) if forward else lines.filter(pk__lt=line.pk)
    found = near.order_by("pk" if forward else "-pk").first()
    return basin_reverse("bank_line", line_id=found.pk) if found else ""


def _act(request: HttpRequest, line: BankLine, form, *, is_identified: bool) -> None:
    asked = {
        "line_id": line.pk,
        "by": request.user,
        "at": timezone.now(),
        "command_key": form.cleaned_data["command_key"],
    }
    if isinstance(form, SplitForm):
        act = operations.identify_line if is_identified else operations.clear_with_repayments
        act(parts=form.parts(), **asked)
        done = _DONE[Act.REPAYMENT]
    elif isinstance(form, EntriesForm):
        operations.clear_with_entries(entry_ids=form.cleaned_data["entries"], **asked)
        done = "La ligne est rapprochée de ces écritures."
    elif isinstance(form, MoveForm):
        operations.move_line(**asked)
        done = "L'argent est dû à l'autre compte. Dites maintenant ce qu'est cette opération."
    elif isinstance(form, CostForm):
        operations.clear_as_cost(kind=form.cleaned_data["kind"], **asked)
        done = "La dépense est enregistrée."
    elif isinstance(form, FunderForm):
        operations.clear_with_contribution(**form.cleaned_data | asked)
        done = f"La {form.noun} est enregistrée."
    else:
        done = _choose(form.cleaned_data["choice"], asked)
    messages.success(request, f"{done} ({line.label[:60]}, {format_euros(line.amount)})")


def _choose(choice: str, asked: dict[str, object]) -> str:
    name, target, rest, *_ = f"{choice}:0:0".split(":")
    number, others = int(target), [int(one) for one in rest.split("-")]
    amount = others[0]
    match name:
        case Act.ENTRY:
            operations.clear_with_entry(entry_id=number, **asked)
        case bank_screen.TOGETHER:
            operations.clear_with_others(entry_id=number, other_ids=others, **asked)
        case Act.REPAYMENT:
            operations.clear_with_repayments(parts=[(number, amount)], **asked)
        case ClearingAct.IDENTIFIED:
            operations.identify_line(parts=[(number, amount)], **asked)
        case Act.BOUNCE:
            operations.clear_as_return(entry_id=number, **asked)
        case Act.INTERNAL:
            operations.clear_between_banks(other_id=number, **asked)
        case Act.FEE:
            operations.clear_as_cost(kind=EntryKind.BANK_FEE, **asked)
        case _:
            operations.suspend_line(**asked)
    return _DONE.get(name, _DONE[Act.SUSPENSE])


def _line_of(clearing_id: int) -> str:
    """The page of the line that was reconciled."""
    clearing = get_object_or_404(Clearing, pk=clearing_id)
    return basin_reverse("bank_line", line_id=clearing.line_id)


@require_POST
@access("bank.write")
@refusals_to(_line_of)
def clearing_undo(request: HttpRequest, clearing_id: int) -> HttpResponse:
    """Délier une ligne d'une écriture qui existait avant elle."""
    clearing = get_object_or_404(Clearing, pk=clearing_id)
    operations.undo_clearing(clearing_id=clearing.pk, by=request.user, at=timezone.now())
    messages.success(request, "La ligne est de nouveau à rapprocher.")
    return redirect(basin_reverse("bank_line", line_id=clearing.line_id))
