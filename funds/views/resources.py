"""What funders bring and take back: lines of the fund, promises and what came of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.money import format_euros
from alize.common.screen import Tab
from alize.common.words import of
from basins.access import allows, may_open
from basins.exports import nominal_export_links, nominal_export_of
from funds import queries
from funds.enums import AuthorizationKind
from funds.forms import RestitutionForm, YearForm
from funds.models import Contribution
from funds.tables import LineTable, PledgeTable, ProfileTable
from funds.views.authorizations import ask
from funds.views.scope import breadcrumb, day_of

_PAGES = (
    ("Dotations", "contribution_list"),
    ("Lignes du fonds", "line_list"),
    ("Promesses et apports", "pledge_list"),
    ("Confirmations", "confirmation_list"),
)


def resource_tabs(request: HttpRequest, active: str) -> list[Tab]:
    """The pages about what funders bring, as far as one may read them."""
    return [
        Tab(label, basin_reverse(name), active=name == active)
        for label, name in _PAGES
        if may_open(request.roles, name)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.read")
def line_list(request: HttpRequest) -> HttpResponse:
    """Each contribution to the advances: lent, lost and at what rate, taken back, still due."""
    on = day_of(request)
    table = LineTable(queries.line_rows(on=on))
    if not allows(request.roles, "contribution.record"):
        table.exclude = ("act",)
    exported = nominal_export_of(request, table, name=f"lignes_{on.isoformat()}", as_of=on)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    context = {
        "title": "Lignes du fonds",
        "lead": "Chaque avance est prêtée par toutes les dotations en place, à proportion de ce "
        "qu'elles ont apporté ; remboursements et pertes suivent ce partage. Sinistralité : ce qui "
        "est passé en perte, sur ce qui est prêté ; nette, récupérations déduites.",
        "tabs": resource_tabs(request, "line_list"),
        "table": table,
        "breadcrumb": breadcrumb(page="Lignes du fonds"),
    }
    return render(request, "funds/resources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("fund.read")
def pledge_list(request: HttpRequest) -> HttpResponse:
    """What partners promised for a year beside what came, and the profile of R72."""
    today = timezone.localdate()
    form = YearForm(request.GET if "year" in request.GET else None, initial={"year": today.year})
    year = form.cleaned_data["year"] if form.is_valid() else today.year
    table = PledgeTable(queries.pledge_rows(year=year))
    profile = queries.profile_rows(year=year, on=today)
    sheets = [ProfileTable(profile)] if profile else []
    exported = nominal_export_of(request, table, *sheets, name=f"apports_{year}", filters=form)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    context = {
        "title": f"Promesses et apports {year}",
        "lead": "Ce que les partenaires ont promis pour l'année, et ce qui est arrivé : argent, "
        "compétences valorisées, apports en nature.",
        "tabs": resource_tabs(request, "pledge_list"),
        "filter_form": form,
        "profile": queries.received_profile(profile, year=year),
        "table": table,
        "breadcrumb": breadcrumb(page="Promesses et apports"),
    }
    return render(request, "funds/resources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("contribution.record")
def restitution_propose(request: HttpRequest, contribution_id: int) -> HttpResponse:
    """Demander la restitution d'une dotation to its funder, within what it may take back."""
    contribution = get_object_or_404(Contribution, pk=contribution_id, with_return=True)
    today = timezone.localdate()
    left = queries.entitlement_of(contribution, on=today, today=today)
    return ask(
        request,
        RestitutionForm(request.POST or None, initial={"value_on": today}),
        kind=AuthorizationKind.RESTITUTION,
        about={"contribution_id": contribution.pk},
        title=f"Restituer une dotation {of(contribution.funder)}",
        lead=f"{contribution.funder} peut reprendre {format_euros(left)} aujourd'hui : son "
        "apport, moins sa part des pertes, dans la limite de la trésorerie libre.",
        back=basin_reverse("line_list"),
        trail=breadcrumb(page="Restituer une dotation"),
    )
