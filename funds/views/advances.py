"""One advance: its position, its schedule, its entries."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.money import format_euros
from alize.common.screen import Badge, Link, Tone
from alize.documents.models import GeneratedDocument
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.homes import visitor_of
from funds import permissions, queries
from funds.enums import AdvanceStatus, PaymentOrderStatus, ReversalStatus
from funds.forms import DayForm
from funds.models import Advance, Authorization, Precondition, Reversal
from funds.panels import ADVANCE_SECTIONS
from funds.payee_screen import payee_line
from funds.queries.reminders import reminders_of
from funds.queries.transfers import may_still_leave
from funds.reminders.screen import sent_rows
from funds.reminders.tables import SentTable
from funds.rules import Position
from funds.screen import advance_screen
from funds.tables import EntryTable, InstalmentTable, OrderTable
from funds.views.scope import breadcrumb, day_of, visible_advance

_TONES: dict[str, Tone] = {
    PaymentOrderStatus.PREPARED: "attention",
    PaymentOrderStatus.RELEASED: "done",
    PaymentOrderStatus.CANCELLED: "quiet",
}


@require_http_methods(["GET", "HEAD", "POST"])
@access("advance.read")
def advance_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Where an advance stands, today or on the day of `?au=`."""
    advance = visible_advance(request, reference=reference)
    on = day_of(request)
    book = queries.book_of(advance)
    received = queries.received_books({advance.pk: book}, on=on)[advance.pk]
    standing, plan_in_force = queries.standing_in(book, received, on=on), received.plan_on(on)
    instalments = queries.instalment_rows(plan_in_force, standing, on=on)
    entries = queries.entry_rows(advance, on=on, may_reverse=allows(request.roles, "reversal.ask"))
    orders, reminders = _orders(advance), sent_rows(reminders_of(advance))
    plan, written = InstalmentTable(instalments), EntryTable(entries)
    if not any(entry.state or entry.reverse_url for entry in entries):
        written.exclude = ("state",)
    ordered, sent = OrderTable(orders), SentTable(reminders)
    exported = nominal_export_of(
        request, plan, written, ordered, sent, name=f"{reference}_{on.isoformat()}", as_of=on
    )
    if exported is not None:
        return exported
    plan.exports = nominal_export_links(request, book=True)
    written.exports = () if instalments else plan.exports
    context = {
        "advance": advance,
        "screen": advance_screen(advance, book, standing, on=on, roles=request.roles),
        "as_of": on,
        "day_form": DayForm(request.GET if "au" in request.GET else None, initial={"au": on}),
        "is_past": on != timezone.localdate(),
        "instalments": plan if instalments else None,
        "entries": written if entries else None,
        "awaited": "" if entries or orders else _awaited(advance),
        "checklist": _checklist(advance, request),
        "orders": ordered if orders else None,
        "reminders": sent if reminders else None,
        "asked": [
            *(_asked(reversal, request) for reversal in _waiting(advance)),
            *(_authorization(one, request) for one in _authorizations(advance)),
        ],
        "sections": ADVANCE_SECTIONS.of(visitor_of(request), advance),
        "papers": _papers(advance, standing, received.position(on), on, request),
        "breadcrumb": breadcrumb(advance),
    }
    return render(request, "funds/advance.html", context)


def _awaited(advance: Advance) -> str:
    """What the first payment brings to the page; nothing when none will leave."""
    if advance.status == AdvanceStatus.CANCELLED:
        return ""
    plan = f"{advance.lines} échéance{'s' if advance.lines > 1 else ''}"
    if advance.grace_months:
        plan += f", après un différé de {advance.grace_months} mois"
    return f"Le premier versement ouvre les écritures de l'avance et son échéancier : {plan}."


def _papers(
    advance: Advance, standing: Position, received: Position, on: date, request: HttpRequest
) -> dict[str, Any]:
    """What may be printed for the company, of what reached it, and what was."""
    may_issue = allows(request.roles, "paper.issue")
    return {
        "statement": may_issue and permissions.issue_statement.allows(received),
        "settlement": may_issue
        and on == timezone.localdate()
        and permissions.certify_settlement.allows(
            standing, to_leave=queries.to_leave(advance, on=on)
        ),
        "on": on.isoformat(),
        "issued": [
            (
                document,
                basin_reverse("document_download", document_id=document.pk),
                basin_reverse("paper_send", reference=advance.reference, document_id=document.pk)
                if may_issue and advance.project.owner_email
                else "",
            )
            for document in GeneratedDocument.objects.about(advance)
        ],
    }


def _waiting(advance: Advance) -> QuerySet[Reversal]:
    """The entries of an advance that somebody asked to undo."""
    waiting = Reversal.objects.filter(entry__advance=advance, status=ReversalStatus.PROPOSED)
    return waiting.select_related("entry", "proposed_by")


def _asked(reversal: Reversal, request: HttpRequest) -> dict[str, Any]:
    entry = reversal.entry
    return {
        "title": f"Annulation demandée : {format_euros(queries.amount_of(entry))} "
        f"du {short_date(entry.value_on)}",
        "text": f"{_signed(reversal.proposed_by, reversal.proposed_at)} : {reversal.reason}",
        "link": Link("Décider", basin_reverse("reversal_approve", reversal_id=reversal.pk))
        if allows(request.roles, "reversal.decide")
        else None,
    }


def _authorizations(advance: Advance) -> QuerySet[Authorization]:
    """What somebody asked to give back or to give up on an advance."""
    waiting = advance.authorizations.filter(status=ReversalStatus.PROPOSED)
    return waiting.select_related("proposed_by")


def _authorization(asked: Authorization, request: HttpRequest) -> dict[str, Any]:
    return {
        "title": f"{asked.get_kind_display()} : {format_euros(asked.amount)}",
        "text": f"{_signed(asked.proposed_by, asked.proposed_at)} : {asked.reason}",
        "link": Link("Décider", basin_reverse("authorization_approve", authorization_id=asked.pk))
        if allows(request.roles, "authorization.decide")
        else None,
    }


def _checklist(advance: Advance, request: HttpRequest) -> dict[str, Any]:
    """What must be there before a payment, line by line, and where it would go."""
    lines = advance.preconditions.select_related("met_by", "waived_by")
    is_signed = advance.status == AdvanceStatus.CONTRACTED
    may_settle = allows(request.roles, "payment.prepare")
    return {
        "lines": [(line, *_state(line)) for line in lines],
        "may_settle": may_settle,
        "may_add": may_settle
        and permissions.add_precondition.allows(advance, to_leave=may_still_leave(advance)),
        "payee": payee_line(advance, visitor_of(request), at=timezone.now())
        if is_signed and allows(request.roles, "sepa.read")
        else None,
    }


def _state(line: Precondition) -> tuple[Badge, str]:
    if line.met_on is not None:
        said = f"Remplie le {short_date(line.met_on)}, selon {_signed(line.met_by, line.met_at)}"
        return Badge("Remplie", "done"), said
    if line.waived_at is not None:
        said = f"Dispensée par {_signed(line.waived_by, line.waived_at)} : {line.waiver}"
        return Badge("Dispensée", "quiet"), said
    if line.contested_id is not None:
        return Badge("Paiements suspendus", "late"), permissions.CONTESTED_WAITS
    due = f"Attendue le {short_date(line.due_on)}" if line.due_on else ""
    return Badge("À vérifier", "attention"), due


def _orders(advance: Advance) -> list[dict]:
    orders = advance.payment_orders.select_related("prepared_by", "released_by")
    return [
        {
            "pay_on": order.pay_on,
            "amount": order.amount,
            "status": Badge(order.get_status_display(), _TONES[order.status]),
            "prepared": _signed(order.prepared_by, order.prepared_at),
            "released": _signed(order.released_by, order.released_at),
        }
        for order in orders
    ]


def _signed(person, moment) -> str:
    if person is None:
        return ""
    return f"{person.full_name}, le {short_date(timezone.localdate(moment))}"
