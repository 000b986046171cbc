"""Fonds › Virements: bank details decided by two persons, files made once, sent by the second."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.dates import long_date, long_datetime
from alize.common.errors import Refusal
from alize.common.http import basin_redirect, basin_reverse, refusals_in, refusals_to
from alize.common.money import format_euros
from alize.common.screen import Badge, Confirmation, Definition
from alize.common.tables import sorted_and_paged
from basins.access import allows
from funds import bank_permissions as permissions
from funds import operations
from funds.bank.identifiers import grouped_iban, masked_iban
from funds.bank.statements import tokens
from funds.bank_forms import PayeeForm, SepaForm
from funds.bank_tables import SepaTable, TransferTable
from funds.models import PayeeAccount, SepaFile
from funds.queries import transfers as queries
from funds.views.scope import breadcrumb, visible_advance


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


@require_http_methods(["GET", "HEAD", "POST"])
@access("sepa.read")
def sepa_list(request: HttpRequest) -> HttpResponse:
    """The released payments that may leave, and the files made so far."""
    now = timezone.now()
    orders = queries.ready_orders(at=now)
    may_build = allows(request.roles, "sepa.build")
    form = SepaForm(request.POST or None)
    form.fields["orders"].choices = [(one.order.pk, str(one.order)) for one in orders]
    status = 200
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
    rows = [
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
    context = {
        "orders": orders,
        "form": form,
        "may_build": may_build,
        "may_decide": allows(request.roles, "payee.decide"),
        "table": sorted_and_paged(request, SepaTable(rows)),
        "breadcrumb": breadcrumb(page="Virements"),
    }
    return render(request, "funds/bank/transfers.html", context, status=status)


@require_safe
@access("sepa.read")
def sepa_detail(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file: what to compare at the bank, and its transfers."""
    file = get_object_or_404(queries.sepa_files().select_related("built_by", "sent_by"), pk=file_id)
    transfers = list(file.transfers.select_related("payee"))
    for transfer in transfers:
        transfer.iban = masked_iban(transfer.payee.iban)
    may_send = allows(request.roles, "sepa.send") and file.cancelled_at is None
    context = {
        "file": file,
        "status": _status(file),
        "facts": [
            Definition("Virements", str(file.count), number=True),
            Definition("Total", format_euros(file.total), number=True),
            Definition("Format", file.schema),
            Definition("Préparé", f"{long_datetime(file.built_at)}, {file.built_by.full_name}"),
            Definition(
                "Envoyé",
                f"{long_datetime(file.sent_at)}, {file.sent_by.full_name}" if file.sent_at else "",
            ),
        ],
        "table": TransferTable(transfers),
        "may_download": may_send,
        "may_send": may_send and permissions.mark_sent.allows(file, request.user),
        "may_cancel": allows(request.roles, "sepa.build") and permissions.cancel_file.allows(file),
        "breadcrumb": breadcrumb(page=file.message_id),
    }
    return render(request, "funds/bank/transfer_file.html", context)


@require_POST
@access("sepa.send", fresh=True)
@refusals_to("sepa_list")
def sepa_download(request: HttpRequest, file_id: int) -> HttpResponse:
    """Télécharger le fichier, the very bytes that were made."""
    file = get_object_or_404(SepaFile, pk=file_id)
    content = operations.download_file(file_id=file.pk, by=request.user, at=timezone.now())
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{file.message_id}.xml"'
    return response


@require_POST
@access("sepa.send", fresh=True)
@refusals_to("sepa_list")
def sepa_sent(request: HttpRequest, file_id: int) -> HttpResponse:
    """Noter que la banque a reçu le fichier."""
    file = get_object_or_404(SepaFile, pk=file_id)
    operations.mark_sent(file_id=file.pk, by=request.user, at=timezone.now())
    messages.success(request, "Le fichier est noté comme envoyé : le relevé dira son exécution.")
    return basin_redirect("sepa_detail", file_id=file.pk)


@require_POST
@access("sepa.build")
@refusals_to("sepa_list")
def sepa_cancel(request: HttpRequest, file_id: int) -> HttpResponse:
    """Annuler un fichier qui n'est pas parti."""
    file = get_object_or_404(SepaFile, pk=file_id)
    operations.cancel_file(file_id=file.pk, by=request.user, at=timezone.now())
    messages.success(
        request, "Le fichier est annulé : ses versements peuvent partir dans un autre."
    )
    return basin_redirect("sepa_list")


@require_http_methods(["GET", "HEAD", "POST"])
@access("payee.propose")
def payee_propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Proposer les coordonnées bancaires de l'entreprise d'une avance."""
    advance = visible_advance(request, reference=reference)
    company = advance.project.beneficiary
    initial = {"holder": " ".join(tokens(company.name)), "called_on": timezone.localdate()}
    form = PayeeForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.propose_payee(
                beneficiary_id=company.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(
                request, "Les coordonnées sont proposées : le second signataire les décide."
            )
            return basin_redirect("sepa_list")
        status = outcome.status
    context = {
        "title": f"Coordonnées bancaires de {company.name}",
        "lead": "Rappelez l'entreprise avant de les proposer. Approuvées par une autre personne, "
        "elles servent 48 heures plus tard.",
        "form": form,
        "label": "Proposer ces coordonnées",
        "back": basin_reverse("sepa_list"),
        "breadcrumb": breadcrumb(advance, "Coordonnées bancaires"),
    }
    return render(request, "funds/form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("payee.decide", fresh=True)
def payee_decide(request: HttpRequest, payee_id: int) -> HttpResponse:
    """Approuver des coordonnées bancaires, after they are restated whole."""
    payee = _payee(payee_id)
    try:
        if request.method == "POST":
            operations.decide_payee(
                payee_id=payee.pk, approved=True, by=request.user, at=timezone.now()
            )
            messages.success(request, "Les coordonnées sont approuvées : elles servent dans 48 h.")
            return basin_redirect("sepa_list")
        permissions.decide_payee(payee, request.user)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return basin_redirect("sepa_list")
    confirmation = Confirmation(
        title="Approuver des coordonnées bancaires",
        facts=[
            Definition("Entreprise", payee.beneficiary.name),
            Definition("Titulaire", payee.holder),
            Definition("IBAN", grouped_iban(payee.iban)),
            Definition("BIC", payee.bic),
            Definition("Rappel", f"{payee.called}, {long_date(payee.called_on)}"),
            Definition("Proposées par", payee.proposed_by.full_name),
        ],
        effects=[
            "Les virements à cette entreprise iront à ce compte, dans 48 heures.",
            "Comparez chaque groupe de l'IBAN à celui du RIB.",
        ],
        label="Approuver ces coordonnées",
        back_url=basin_reverse("sepa_list"),
    )
    context = {
        "confirmation": confirmation,
        "refuse_url": basin_reverse("payee_refuse", payee_id=payee.pk),
        "breadcrumb": breadcrumb(page="Coordonnées bancaires"),
    }
    return render(request, "funds/bank/payee.html", context)


@require_POST
@access("payee.decide")
@refusals_to("sepa_list")
def payee_refuse(request: HttpRequest, payee_id: int) -> HttpResponse:
    """Refuser des coordonnées bancaires."""
    payee = _payee(payee_id)
    operations.decide_payee(payee_id=payee.pk, approved=False, by=request.user, at=timezone.now())
    messages.success(request, "Les coordonnées sont refusées.")
    return basin_redirect("sepa_list")


def _payee(payee_id: int) -> PayeeAccount:
    payees = PayeeAccount.objects.select_related("beneficiary", "proposed_by")
    return get_object_or_404(payees, pk=payee_id)
