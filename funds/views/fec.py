"""Fonds › Comptabilité › FEC: the year in one file, checked before it leaves."""

from datetime import date

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.screen import Definition
from basins.access import allows
from basins.exports import ACT, nominal_download
from basins.models import LocalOperator
from funds.bank.fec import (
    CHARSET,
    FIELDS,
    OPENING_JOURNAL,
    OPENING_LABEL,
    check_fec,
    file_name,
    write_fec,
)
from funds.enums import Journal
from funds.queries import closed_on
from funds.queries.fec import fec_lines, fec_years
from funds.views.accounting import tabs
from funds.views.scope import breadcrumb

MOST_FINDINGS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.read")
def fec_export(request: HttpRequest) -> HttpResponse:
    """Exporter les écritures d'un exercice, for an accountant or the tax office."""
    years = fec_years()
    asked = request.GET.get("annee", "")
    year = int(asked) if asked in {str(one) for one in years} else next(iter(years), None)
    context = {
        "title": "Fichier des écritures comptables",
        "lead": "Toutes les écritures d'un exercice, dans le format que lisent les logiciels "
        "comptables et l'administration (article A47 A-1 du LPF).",
        "tabs": tabs("fec_export"),
        "years": [(one, one == year) for one in years],
        "breadcrumb": breadcrumb(page="FEC"),
    }
    if year is None:
        return render(request, "funds/fec.html", context)
    closing_on, lines = date(year, 12, 31), fec_lines(year)
    content = write_fec(lines)
    operators = _operators()
    asked = request.GET.get("operateur", "")
    siren = asked if asked in operators else next(iter(operators), "")
    name = file_name(siren=siren, closing_on=closing_on) if siren else ""
    if "export" in request.GET and name:
        return nominal_download(request, rows=len(lines), make=lambda: _file(content, name))
    findings = check_fec(content, closing_on=closing_on)
    context |= {
        "year": year,
        "name": name,
        "unfinished": _unfinished(closing_on),
        "operators": [(one, f"{who} ({one})", one == siren) for one, who in operators.items()],
        "rows": len(lines),
        "debits": sum(line.amount for line in lines if line.amount > 0),
        "findings": findings[:MOST_FINDINGS],
        "fields": [Definition(name, meaning) for name, meaning in FIELDS.items()],
        "journals": [
            Definition(OPENING_JOURNAL, OPENING_LABEL),
            *(Definition(code, label) for code, label in Journal.choices),
        ],
        "may_export": allows(request.roles, ACT),
        "export_url": f"{basin_reverse('fec_export')}?annee={year}&operateur={siren}&export=fec",
    }
    return render(request, "funds/fec.html", context)


def _unfinished(closing_on: date) -> str:
    """Why a file would not be the last word on its year; nothing once the year is closed."""
    closed = closed_on()
    if closed is not None and closed >= closing_on:
        return ""
    if closing_on >= timezone.localdate():
        return (
            f"L'exercice {closing_on.year} n'est pas terminé : ce fichier ne contient que ce qui "
            "est enregistré aujourd'hui."
        )
    return (
        f"L'exercice {closing_on.year} n'est pas clôturé : des écritures peuvent encore s'y "
        "ajouter. Clôturez-le avant de remettre ce fichier."
    )


def _operators() -> dict[str, str]:
    """The name of each local operator by its SIREN, which begins the name of the file."""
    operators = LocalOperator.objects.filter(basin=connection.tenant.pk).exclude(siren="")
    return dict(operators.order_by("pk").values_list("siren", "short_name"))


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=f"text/plain; charset={CHARSET}")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
