"""Fonds › Banque: the accounts, their statements, their operations."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Link
from alize.common.tables import sorted_and_paged
from alize.documents import storage
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from funds import operations
from funds.bank import CsvMapping, Line, StatementRefused, guess, preview
from funds.bank.delimited import ENCODINGS, SEPARATORS, rows_of
from funds.bank_forms import (
    BankAccountForm,
    BankCorrectionForm,
    ImportForm,
    LineFilterForm,
    MappingForm,
)
from funds.bank_screen import account_card, import_acts, import_progress, line_rows
from funds.bank_tables import BankLineTable, StatementTable, UnseenTable
from funds.models import BankAccount, BankImport, BankLine
from funds.permissions import bank as permissions
from funds.queries import bank as queries
from funds.queries.numbers import (
    as_typed,
    coming_number,
    number_on,
    numbers_of,
    statement_numbers,
    unread,
    waiting_numbers,
)
from funds.views.scope import breadcrumb

SHOWN_ROWS = 6
"""The header of a table and its first five lines."""


def trail(account: BankAccount | None = None, page: str = "") -> list[Link]:
    """Accueil, Fonds, Banque, then the account, then the page."""
    links = breadcrumb(page="Banque")
    if account is None and not page:
        return links
    links[-1] = Link("Banque", basin_reverse("bank_home"))
    if account is not None:
        url = basin_reverse("bank_account", account_id=account.pk) if page else ""
        links.append(
            Link(
                f"Compte des {account.get_perimeter_display().lower()}"
                if account.perimeter == "FUND"
                else "Compte de fonctionnement",
                url,
            )
        )
    return [*links, Link(page, "")] if page else links


@require_safe
@access("bank.read")
def bank_home(request: HttpRequest) -> HttpResponse:
    """The accounts, each with its last statement against the ledger."""
    accounts, today = list(BankAccount.objects.all()), timezone.localdate()
    context = {
        "cards": [account_card(account, on=today) for account in accounts],
        "may_write": allows(request.roles, "bank.write"),
        "may_send": allows(request.roles, "sepa.read"),
        "may_open": allows(request.roles, "bank.write") and len(accounts) < 2,
        "breadcrumb": trail(),
    }
    return render(request, "funds/bank/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank.write")
def bank_account_create(request: HttpRequest) -> HttpResponse:
    """Déclarer un compte bancaire."""
    form = BankAccountForm(request.POST or None)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.open_bank_account(by=request.user, at=timezone.now(), **form.cleaned_data)
        if outcome.accepted:
            messages.success(request, "Le compte est déclaré : importez son premier relevé.")
            return basin_redirect("bank_home")
        status = outcome.status
    context = {
        "title": "Déclarer un compte bancaire",
        "lead": "Le compte des avances ne reçoit et ne paie que les avances ; "
        "celui de fonctionnement, le reste.",
        "form": form,
        "label": "Déclarer le compte",
        "back": basin_reverse("bank_home"),
        "breadcrumb": trail(page="Déclarer un compte bancaire"),
    }
    return render(request, "funds/iban_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank.write")
@refusals_to("bank_account")
def bank_account_correct(request: HttpRequest, account_id: int) -> HttpResponse:
    """Corriger les coordonnées d'un compte, before anything goes through it."""
    account = get_object_or_404(BankAccount, pk=account_id)
    permissions.correct_account(account)
    form = BankCorrectionForm(request.POST or None, initial=as_typed(numbers_of(account)[0]))
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.correct_bank_account(
                account_id=account.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(request, "Les coordonnées du compte sont corrigées.")
            return basin_redirect("bank_account", account_id=account.pk)
        status = outcome.status
    context = {
        "title": "Corriger les coordonnées du compte",
        "lead": "Elles ne se corrigent que tant qu'aucun relevé ni virement n'est passé par lui.",
        "form": form,
        "label": "Corriger",
        "back": basin_reverse("bank_account", account_id=account.pk),
        "breadcrumb": trail(account, "Corriger les coordonnées"),
    }
    return render(request, "funds/iban_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank.read")
def bank_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: its reconciliation with the ledger, its statements, the last files sent."""
    account = get_object_or_404(BankAccount, pk=account_id)
    unseen = queries.unseen_entries(account).order_by("value_on", "pk")
    found = queries.statements_of(account).annotate(count=Count("lines"))
    found = found.order_by("-until", "-pk")
    statements, absent = StatementTable(found), UnseenTable(unseen)
    exported = nominal_export_of(
        request, statements, absent, name=f"releves_{account.perimeter.lower()}"
    )
    if exported is not None:
        return exported
    statements.exports = nominal_export_links(request, book=True)
    today = timezone.localdate()
    coming = coming_number(account, today)
    context = {
        "card": account_card(account, on=today),
        "statements": sorted_and_paged(request, statements),
        "unseen": absent if unseen else None,
        "imports": BankImport.objects.filter(number__account=account).select_related("asked_by")[
            :5
        ],
        "may_write": allows(request.roles, "bank.write"),
        "may_correct": allows(request.roles, "bank.write")
        and permissions.correct_account.allows(account),
        "may_change": allows(request.roles, "bank_number.propose")
        and permissions.propose_number.allows(account),
        "waiting": waiting_numbers().filter(account=account).first(),
        "may_decide": allows(request.roles, "bank_number.decide"),
        "coming": coming,
        "may_withdraw": coming is not None
        and allows(request.roles, "bank_number.withdraw")
        and permissions.withdraw_number.allows(coming, on=today),
        "breadcrumb": trail(account),
    }
    return render(request, "funds/bank/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank.read")
def bank_line_list(request: HttpRequest, account_id: int) -> HttpResponse:
    """The operations of an account, filtered; what is filtered is what is exported."""
    account = get_object_or_404(BankAccount, pk=account_id)
    form = LineFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    lines = _filtered(account, asked.get("q", ""), asked.get("status", ""))
    rows = line_rows(list(lines), may_write=allows(request.roles, "bank.write"))
    several = numbers_of(account).count() > 1
    table = BankLineTable(rows, exclude=() if several else ("bank",))
    exported = nominal_export_of(request, table, name="operations_bancaires", filters=form)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    table.is_filtered = any(asked.values())
    context = {
        "filter_form": form,
        "clear_url": basin_reverse("bank_line_list", account_id=account.pk)
        if table.is_filtered
        else "",
        "table": sorted_and_paged(request, table),
        "breadcrumb": trail(account, "Opérations"),
    }
    return render(request, "funds/bank/lines.html", context)


def _filtered(account: BankAccount, words: str, status: str) -> QuerySet[BankLine]:
    lines = queries.bank_lines().filter(account=account).order_by("-booked_on", "-pk")
    lines = lines.select_related("statement__number")
    if words:
        lines = lines.filter(Q(label__icontains=words) | Q(name__icontains=words))
    is_open = ~Q(amount=F("cleared") + F("waits"))
    match status:
        case "OPEN":
            return lines.filter(is_open)
        case "SUSPENDED":
            return lines.exclude(suspended=0)
        case "WAITING":
            return lines.exclude(waits=0)
        case "DONE":
            return lines.exclude(is_open).filter(suspended=0, waits=0)
    return lines


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank.write")
def bank_import_create(request: HttpRequest, account_id: int) -> HttpResponse:
    """Importer un relevé."""
    account = get_object_or_404(BankAccount, pk=account_id)
    numbers = statement_numbers(account)
    current = number_on(account, timezone.localdate()).origin
    form = ImportForm(request.POST or None, request.FILES or None, numbers=numbers, current=current)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        with refusals_in(form) as outcome:
            made = operations.ask_import(
                account_id=account.pk,
                file_name=sent.name,
                content=sent.read(),
                opening=form.cleaned_data["opening"],
                closing=form.cleaned_data["closing"],
                number_id=form.cleaned_data.get("number"),
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            page = "bank_mapping" if made.is_waiting else "bank_import"
            return basin_redirect(page, import_id=made.pk)
        status = outcome.status
    context = {
        "title": "Importer un relevé",
        "lead": "Le fichier est vérifié en entier : ouverture, opérations et clôture doivent "
        "tomber juste, sinon rien n'est importé. Ce qui est déjà connu n'est pas compté deux fois.",
        "form": form,
        "label": "Importer",
        "back": basin_reverse("bank_account", account_id=account.pk),
        "breadcrumb": trail(account, "Importer un relevé"),
    }
    return render(request, "funds/bank/import_form.html", context, status=status)


def _import(import_id: int) -> BankImport:
    imports = BankImport.objects.select_related("number__account", "statement", "asked_by")
    return get_object_or_404(imports, pk=import_id)


def _is_under_way(made: BankImport, at: datetime) -> bool:
    return made.finished_at is None and not made.is_waiting and made.asked_at > at - queries.STALLED


@require_safe
@access("bank.read")
def bank_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """How an import went, or how far it is."""
    made = _import(import_id)
    stopped = unread(made.number)
    context = {
        "stopped": stopped,
        "made": made,
        "left": made.steps - made.matched,
        "is_under_way": _is_under_way(made, timezone.now()),
        "progress": import_progress(made),
        "acts": import_acts(made, stopped=stopped) if allows(request.roles, "bank.write") else [],
        "breadcrumb": trail(made.number.account, "Import d'un relevé"),
    }
    return render(request, "funds/bank/import.html", context)


@require_safe
@access("bank.read")
def bank_import_state(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far an import has come, for the page that follows it."""
    made = _import(import_id)
    return JsonResponse(
        {
            "done": made.done,
            "steps": made.steps,
            "is_under_way": _is_under_way(made, timezone.now()),
        }
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank.write")
def bank_mapping(request: HttpRequest, import_id: int) -> HttpResponse:
    """Dire ce que contiennent les colonnes d'un fichier CSV, its first lines shown."""
    made = _import(import_id)
    if not permissions.map_import.allows(made) or (
        request.method != "POST" and unread(made.number)
    ):
        return basin_redirect("bank_import", import_id=made.pk)
    with storage.opened(made.key) as stored:
        content = stored.read()
    guessed = guess(content)
    separator = request.POST.get("separator") or (guessed.separator if guessed else ";")
    encoding = request.POST.get("encoding") or (guessed.encoding if guessed else "cp1252")
    rows, refusal = _shown_rows(content, separator, encoding)
    first = guessed.headers if guessed else 1
    columns = rows[first - 1] if 0 < first <= len(rows) else []
    width = max((len(row) for row in rows), default=0)
    names = [f"{n + 1}. {columns[n] if n < len(columns) else ''}".strip() for n in range(width)]
    initial = {**(vars(guessed) if guessed else {}), "closing": made.closing}
    form = MappingForm(request.POST or None, columns=names, initial=initial)
    status, lines = form_status(request), []
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            lines, refusal = _previewed(content, form.mapping())
            status = 422 if refusal else 200
        else:
            with refusals_in(form) as outcome:
                operations.save_mapping(
                    import_id=made.pk,
                    mapping=form.mapping(),
                    closing=form.cleaned_data["closing"],
                    by=request.user,
                    at=timezone.now(),
                )
            if outcome.accepted:
                return basin_redirect("bank_import", import_id=made.pk)
            status = outcome.status
    elif guessed and request.method != "POST":
        lines, refusal = _previewed(content, guessed)
    context = {
        "made": made,
        "form": form,
        "rows": rows[:SHOWN_ROWS],
        "lines": lines,
        "refusal": refusal,
        "back": basin_reverse("bank_account", account_id=made.number.account_id),
        "breadcrumb": trail(made.number.account, "Colonnes du fichier"),
    }
    return render(request, "funds/bank/mapping.html", context, status=status)


def _shown_rows(content: bytes, separator: str, encoding: str) -> tuple[list[list[str]], str]:
    if separator not in SEPARATORS or encoding not in ENCODINGS:
        return [], ""
    try:
        return rows_of(content, separator=separator, encoding=encoding), ""
    except StatementRefused as refusal:
        return [], str(refusal)


def _previewed(content: bytes, mapping: CsvMapping) -> tuple[list[Line], str]:
    try:
        return preview(content, mapping), ""
    except StatementRefused as refusal:
        return [], str(refusal)
