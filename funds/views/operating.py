"""The operating account: local engineering, the operator's allowance, what it owes the advances."""

from datetime import date
from functools import partial
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.http import answered, refusals_to
from alize.common.money import format_euros
from alize.common.screen import Figure
from alize.common.tables import sorted_and_paged
from alize.common.words import closed
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.queries.references import references_on
from basins.references import ALLOWANCE_CAP
from funds import operations, permissions, queries
from funds.enums import AuthorizationKind, Perimeter
from funds.forms import (
    AgreementForm,
    AllowanceForm,
    BankFeeForm,
    CostForm,
    GiveBackForm,
    WithdrawalForm,
    YearForm,
)
from funds.models import AllowanceAgreement
from funds.queries.operating import OperatingYear
from funds.tables import CostTable
from funds.views.authorizations import ask
from funds.views.scope import breadcrumb


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.read")
def operating_account(request: HttpRequest) -> HttpResponse:
    """The operating account over a civil year, this one unless another is asked for."""
    today = timezone.localdate()
    initial = {"year": today.year}
    form = YearForm(request.GET if "year" in request.GET else None, initial=initial)
    asked = form.cleaned_data["year"] if form.is_valid() else today.year
    on = min(today, date(asked, 12, 31))
    year = queries.operating_year(asked, on=on)
    table = CostTable(queries.operating_entries(asked))
    exported = nominal_export_of(
        request, table, name=f"fonctionnement_{asked}", as_of=on, filters=form
    )
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    agreement = queries.allowance_agreement(asked)
    owed = queries.balances(on=today)["FUND_LIAISON"]
    context = {
        "figures": _figures(asked, year, on=on),
        "owed_back": _owed_back(-year.owed_to_advances),
        "agreement": f"Accord de tous les partenaires donné le {short_date(agreement.agreed_on)} : "
        f"{closed(agreement.source)}"
        if agreement
        else f"L'accord de tous les partenaires pour {asked} n'est pas enregistré.",
        "withdrawn": [_withdrawn(one) for one in queries.withdrawn_agreements(asked)],
        "withdrawal": agreement
        and permissions.withdraw_agreement.allows(agreement, used=queries.allowance_of(asked))
        and basin_reverse("agreement_withdraw", agreement_id=agreement.pk),
        "has_agreement": queries.allowance_agreement(today.year) is not None,
        "year": asked,
        "filter_form": form,
        "table": sorted_and_paged(request, table),
        "may_write": allows(request.roles, "cost.record"),
        "owes": owed > 0,
        "is_owed": owed < 0,
        "breadcrumb": breadcrumb(page="Fonctionnement"),
    }
    return render(request, "funds/operating.html", context)


def _figures(civil: int, year: OperatingYear, *, on: date) -> list[Figure]:
    """What came in and went out of a civil year, beside its references."""
    references, as_of = references_on(on), short_date(on)
    return [
        Figure("Compte de fonctionnement", format_euros(year.cash), as_of=as_of),
        Figure(f"Contributions {civil}", format_euros(year.income), as_of=as_of),
        Figure(
            "Ingénierie locale",
            format_euros(year.engineering),
            reference=f"repère {format_euros(references.engineering)} par an",
            as_of=as_of,
        ),
        Figure(
            "Défraiement de l'opérateur",
            format_euros(year.allowance),
            reference=f"plafond {format_euros(ALLOWANCE_CAP)} par an",
            as_of=as_of,
        ),
        Figure(
            f"Dû {'au' if year.owed_to_advances >= 0 else 'par le'} compte des avances",
            format_euros(abs(year.owed_to_advances)),
            as_of=as_of,
        ),
    ]


def _withdrawn(agreement: AllowanceAgreement) -> str:
    """What is left of an agreement recorded by mistake."""
    who, at = agreement.withdrawn_by, agreement.withdrawn_at
    on = short_date(timezone.localdate(at)) if at else ""
    return (
        f"Accord du {short_date(agreement.agreed_on)} retiré le {on} par "
        f"{who.full_name if who else ''} : {closed(agreement.withdrawal)}"
    )


def _owed_back(cents: int) -> str:
    """What to do of what the account of the advances holds of the operating account."""
    if cents <= 0:
        return ""
    return (
        f"Le compte des avances doit {format_euros(cents)} au compte de fonctionnement : de "
        "l'argent arrivé sur le mauvais compte, ou des frais annulés qui lui avaient été rendus. "
        "Les prochains frais viendront en déduction ; sinon, faites le virement et enregistrez-le."
    )


def _record(
    request: HttpRequest,
    form: Form,
    act: Any,
    *,
    title: str,
    lead: str,
    done: str,
    label: str = "Enregistrer",
) -> HttpResponse:
    """Show a form of the operating account, and do its act."""
    back = basin_reverse("operating_account")
    return answered(
        request,
        form,
        lambda: act(by=request.user, at=timezone.now(), **form.cleaned_data),
        said=done,
        back=back,
        template="funds/form.html",
        context={
            "title": title,
            "lead": lead,
            "label": label,
            "back": back,
            "breadcrumb": breadcrumb(page=title),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("cost.record")
def cost_create(request: HttpRequest) -> HttpResponse:
    """Enregistrer un coût paid from the operating account."""
    return _record(
        request,
        CostForm(request.POST or None, initial={"paid_on": timezone.localdate()}),
        operations.record_cost,
        title="Enregistrer un coût",
        lead="Ce qui est payé depuis le compte de fonctionnement, jamais depuis les avances.",
        done="Le coût est enregistré.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("cost.record")
def bank_fee_create(request: HttpRequest) -> HttpResponse:
    """Enregistrer des frais bancaires taken on the advances."""
    return _record(
        request,
        BankFeeForm(request.POST or None, initial={"taken_on": timezone.localdate()}),
        operations.record_bank_fee,
        title="Frais bancaires sur les avances",
        lead="Ils sont à la charge du fonctionnement, qui les rendra au compte des avances.",
        done="Les frais sont enregistrés ; le compte de fonctionnement les doit aux avances.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("cost.record")
@refusals_to("operating_account")
def give_back_create(request: HttpRequest) -> HttpResponse:
    """Rendre au compte des avances what the operating account owes it."""
    return _give_back(request, Perimeter.OPS, title="Rendre au compte des avances")


@require_http_methods(["GET", "HEAD", "POST"])
@access("cost.record")
@refusals_to("operating_account")
def give_over_create(request: HttpRequest) -> HttpResponse:
    """Rendre au compte de fonctionnement what the account of the advances holds of it."""
    return _give_back(
        request,
        Perimeter.FUND,
        title="Rendre au compte de fonctionnement",
        note=" Le virement est inscrit sur les deux, et se rapproche sur les deux relevés.",
    )


def _give_back(
    request: HttpRequest, debtor: Perimeter, *, title: str, note: str = ""
) -> HttpResponse:
    today = timezone.localdate()
    owed = queries.operating_year(today.year, on=today).owed_to_advances
    if debtor == Perimeter.FUND:
        owed = -owed
    if request.method != "POST":
        permissions.give_back(owed, debtor=debtor)
    return _record(
        request,
        GiveBackForm(request.POST or None, initial={"amount": owed, "moved_on": today}),
        partial(operations.give_back, debtor=debtor),
        title=title,
        lead=f"{permissions.owed_between(owed, debtor=debtor).capitalize()}.{note}",
        done="Le virement est enregistré sur les deux comptes.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("cost.record")
def agreement_create(request: HttpRequest) -> HttpResponse:
    """Enregistrer l'accord de tous les partenaires on the allowance of a year (R77)."""
    today = timezone.localdate()
    initial = {"year": today.year, "agreed_on": today}
    return _record(
        request,
        AgreementForm(
            request.POST or None,
            initial=initial,
            needed=lambda year, day: queries.partners_to_agree(year, agreed_on=day, today=today),
        ),
        operations.agree_allowance,
        title="Accord sur le défraiement",
        lead="L'opérateur n'est pas rémunéré ; avec l'accord de tous les partenaires il peut être "
        f"défrayé dans la limite de {format_euros(ALLOWANCE_CAP)} par an.",
        done="L'accord est enregistré.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("cost.record")
@refusals_to(lambda agreement_id: basin_reverse("operating_account"))
def agreement_withdraw(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Retirer un accord enregistré par erreur, before it serves."""
    agreement = get_object_or_404(AllowanceAgreement, pk=agreement_id)
    if request.method != "POST":
        used = queries.allowance_of(agreement.year)
        permissions.withdraw_agreement(agreement, used=used)
    return _record(
        request,
        WithdrawalForm(request.POST or None),
        partial(operations.withdraw_agreement, agreement_id=agreement.pk),
        title="Retirer cet accord",
        lead=f"L'accord pour {agreement.year}, donné le {short_date(agreement.agreed_on)} "
        f"({agreement.source}), ne comptera plus : il reste lisible avec ce motif, et l'année peut "
        "en recevoir un autre.",
        done="L'accord est retiré.",
        label="Retirer l'accord",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("authorization.ask")
def allowance_propose(request: HttpRequest) -> HttpResponse:
    """Demander un défraiement, in money or in valued days, within the cap (R77)."""
    today = timezone.localdate()
    left = queries.allowance_left(today.year)
    return ask(
        request,
        AllowanceForm(request.POST or None, initial={"value_on": today}),
        kind=AuthorizationKind.ALLOWANCE,
        about={},
        title="Demander un défraiement",
        lead=f"Il reste {format_euros(left)} possibles en {today.year}, argent et journées "
        "valorisées ensemble.",
        back=basin_reverse("operating_account"),
        trail=breadcrumb(page="Demander un défraiement"),
    )
