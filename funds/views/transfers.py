"""Fonds › Virements: files of transfers made once, sent by the second person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.accounts.models import Person
from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, long_datetime
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.money import format_euros
from alize.common.screen import Badge, Definition, Link
from alize.common.tables import sorted_and_paged
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from funds import operations
from funds.bank.identifiers import masked_iban
from funds.bank_forms import SepaForm, TransferFormatForm
from funds.bank_tables import SepaTable, ToSendTable, TransferTable
from funds.models import SepaFile
from funds.permissions import transfers as permissions
from funds.queries import transfers as queries
from funds.queries.numbers import fund_number, number_on
from funds.queries.visible import companies_left
from funds.views.scope import breadcrumb


@dataclass(frozen=True)
class OrderRow:
    """One payment to send, and why it may not leave."""

    ready: queries.ReadyOrder
    stopped: str
    handles_payee: bool
    """Whether the bank details are for this person to propose or decide (SD5)."""

    @property
    def account(self) -> str:
        """Where it would go, masked."""
        payee = self.ready.to.payee
        return masked_iban(payee.iban) if payee else ""


@dataclass(frozen=True)
class FileRow:
    """One file of the list."""

    name: str
    url: str
    built_on: date
    count: int
    total: int
    status: Badge


def _status(file: Any) -> Badge:
    if file.cancelled_at:
        return Badge("Annulé", "quiet")
    executed = file.executed
    if executed == file.count:
        return Badge("Exécuté", "done")
    if executed:
        return Badge(f"{executed} sur {file.count} exécutés", "info")
    return Badge("Envoyé", "info") if file.sent_at else Badge("À envoyer", "attention")


def _trail(page: str) -> list[Link]:
    trail = breadcrumb(page=page)
    trail.insert(-1, Link("Virements", basin_reverse("sepa_list")))
    return trail


@require_http_methods(["GET", "HEAD", "POST"])
@access("sepa.read")
def sepa_list(request: HttpRequest) -> HttpResponse:
    """The released payments that may leave, and the files made so far."""
    now = timezone.now()
    rows = _order_rows(request.user, at=now)
    to_send, files = ToSendTable(rows), SepaTable(_file_rows())
    exported = nominal_export_of(request, to_send, files, name="virements")
    if exported is not None:
        return exported
    to_send.exports = nominal_export_links(request, book=True)
    files.exports = () if rows else to_send.exports
    may_build = allows(request.roles, "sepa.build")
    form = SepaForm(request.POST or None)
    form.fields["orders"].choices = [(row.ready.order.pk, str(row.ready.order)) for row in rows]
    status = form_status(request)
    if request.method == "POST" and may_build and form.is_valid():
        with refusals_in(form) as outcome:
            file = operations.build_file(
                order_ids=form.cleaned_data["orders"],
                command_key=form.cleaned_data["command_key"],
                by=request.user,
                at=now,
            )
        if outcome.accepted:
            messages.success(
                request, "Le fichier est préparé : le second signataire financier l'envoie."
            )
            return basin_redirect("sepa_detail", file_id=file.pk)
        status = outcome.status
    ready = [str(row.ready.order.pk) for row in rows if not row.stopped]
    context = {
        "orders": rows,
        "exports": to_send.exports if rows else None,
        "ticked": ready if request.method != "POST" else request.POST.getlist("orders"),
        "may_build": may_build and bool(ready),
        "form": form,
        "may_propose": may_build,
        "number": fund_number(timezone.localdate(now)),
        "may_decide": allows(request.roles, "payee.decide"),
        "table": sorted_and_paged(request, files),
        "breadcrumb": breadcrumb(page="Virements"),
    }
    return render(request, "funds/bank/transfers.html", context, status=status)


def _order_rows(person: Person, *, at: datetime) -> list[OrderRow]:
    """The payments to send, as this person may see to them."""
    left = set(companies_left(person, on=timezone.localdate(at)).values_list("pk", flat=True))
    return [
        OrderRow(
            one,
            permissions.leave.why_not(one),
            handles_payee=one.order.advance.project.beneficiary_id not in left,
        )
        for one in queries.ready_orders(at=at)
    ]


def _file_rows() -> list[FileRow]:
    return [
        FileRow(
            file.message_id,
            basin_reverse("sepa_detail", file_id=file.pk),
            timezone.localdate(file.built_at),
            file.count,
            file.total,
            _status(file),
        )
        for file in queries.sepa_files().defer("content")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@access("sepa.build")
def sepa_format(request: HttpRequest) -> HttpResponse:
    """Changer le format des virements."""
    number = fund_number(timezone.localdate())
    initial = {"schema": number.transfer_schema} if number else None
    form = TransferFormatForm(request.POST or None, initial=initial)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.choose_format(by=request.user, at=timezone.now(), **form.cleaned_data)
        if outcome.accepted:
            messages.success(request, "Les prochains fichiers seront dans ce format.")
            return basin_redirect("sepa_list")
        status = outcome.status
    context = {
        "title": "Format des virements",
        "lead": "Votre banque dit lequel elle accepte. Les fichiers déjà préparés ne changent pas.",
        "form": form,
        "label": "Enregistrer le format",
        "back": basin_reverse("sepa_list"),
        "breadcrumb": _trail("Format des virements"),
    }
    return render(request, "funds/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("sepa.read")
def sepa_detail(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file: what to compare at the bank, and its transfers."""
    files = queries.sepa_files().select_related("built_by", "sent_by", "number__account")
    file = get_object_or_404(files, pk=file_id)
    transfers = list(file.transfers.select_related("payee"))
    for transfer in transfers:
        transfer.iban = masked_iban(transfer.payee.iban)
    table = TransferTable(transfers)
    exported = nominal_export_of(request, table, name=file.message_id)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    waiting = queries.waiting_in(file, at=timezone.now())
    may_send = allows(request.roles, "sepa.send") and file.cancelled_at is None
    current = number_on(file.number.account, timezone.localdate())
    stopped = permissions.leave_bank.why_not(file, current) or permissions.download_file.why_not(
        file, waiting
    )
    context = {
        "file": file,
        "status": _status(file),
        "facts": [
            Definition("Virements", str(file.count), number=True),
            Definition("Total", format_euros(file.total), number=True),
            Definition(
                "Exécution demandée",
                ", ".join(long_date(day) for day in sorted({one.pay_on for one in transfers})),
            ),
            Definition("Banque", str(file.number)),
            Definition("Format", file.schema),
            Definition("Préparé", f"{long_datetime(file.built_at)}, {file.built_by.full_name}"),
            Definition(
                "Envoyé",
                f"{long_datetime(file.sent_at)}, {file.sent_by.full_name}"
                if file.sent_at
                else "Pas encore",
            ),
        ],
        "stopped": "" if file.cancelled_at else stopped,
        "table": table,
        "may_download": may_send and not stopped,
        "may_send": may_send and permissions.mark_sent.allows(file, waiting, request.user),
        "may_cancel": allows(request.roles, "sepa.build") and permissions.cancel_file.allows(file),
        "breadcrumb": _trail(file.message_id),
    }
    return render(request, "funds/bank/transfer_file.html", context)


@require_POST
@access("sepa.send", fresh=True)
@refusals_to("sepa_detail")
def sepa_download(request: HttpRequest, file_id: int) -> HttpResponse:
    """Télécharger le fichier, the very bytes that were made."""
    file = get_object_or_404(SepaFile, pk=file_id)
    content = operations.download_file(file_id=file.pk, by=request.user, at=timezone.now())
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{file.message_id}.xml"'
    return response


@require_POST
@access("sepa.send", fresh=True)
@refusals_to("sepa_detail")
def sepa_sent(request: HttpRequest, file_id: int) -> HttpResponse:
    """Noter que la banque a reçu le fichier."""
    file = get_object_or_404(SepaFile, pk=file_id)
    operations.mark_sent(file_id=file.pk, by=request.user, at=timezone.now())
    messages.success(request, "Le fichier est noté comme envoyé : le relevé dira son exécution.")
    return basin_redirect("sepa_detail", file_id=file.pk)


@require_POST
@access("sepa.build")
@refusals_to("sepa_detail")
def sepa_cancel(request: HttpRequest, file_id: int) -> HttpResponse:
    """Annuler un fichier qui n'est pas parti."""
    file = get_object_or_404(SepaFile, pk=file_id)
    operations.cancel_file(file_id=file.pk, by=request.user, at=timezone.now())
    messages.success(
        request, "Le fichier est annulé : ses versements peuvent partir dans un autre."
    )
    return basin_redirect("sepa_list")
