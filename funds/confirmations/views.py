"""Confirmations : the partners of a year, one of them, and the questions put to them (O8)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import form_status, refusals_in, refusals_to
from alize.common.screen import Action, Link
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from funds import operations
from funds.confirmations import screen
from funds.confirmations.forms import AskForm
from funds.confirmations.tables import YearTable
from funds.forms import YearForm
from funds.operations.confirmations import to_ask
from funds.queries.confirmations import PartnerYear, partner_year, partner_years
from funds.views.resources import resource_tabs
from funds.views.scope import breadcrumb
from partners.models import Partner

YEARS = range(2000, 2101)


def _list(year: int) -> str:
    return f"{basin_reverse('confirmation_list')}?year={year}"


def _trail(year: int, *links: Link) -> list[Link]:
    """Accueil, Fonds, Confirmations of the year, then these links."""
    return [*breadcrumb(page="-")[:-1], Link(f"Confirmations {year}", _list(year)), *links]


def _about(partner_id: int, year: int) -> PartnerYear:
    """The year of a partner.

    :raises Http404: no such partner, or no such year.
    """
    partner = get_object_or_404(Partner, pk=partner_id)
    if year not in YEARS:
        raise Http404
    return partner_year(partner, year)


@require_http_methods(["GET", "HEAD", "POST"])
@access("fund.read")
def confirmation_list(request: HttpRequest) -> HttpResponse:
    """What each partner gave in a year, and whether it has confirmed it."""
    year = timezone.localdate().year
    form = YearForm(request.GET if "year" in request.GET else None, initial={"year": year})
    if form.is_valid():
        year = form.cleaned_data["year"]
    table = YearTable(screen.rows(partner_years(years=(year,))))
    exported = nominal_export_of(request, table, name=f"confirmations_{year}", filters=form)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    asks = allows(request.roles, "contribution.record") and to_ask(year=year, at=timezone.now())
    context = {
        "title": f"Apports {year} à confirmer",
        "lead": "Ce que chacun a promis et apporté ; chaque partenaire le confirme par un lien, ou "
        "dit ce qui n'est pas juste.",
        "action": Action(
            "Demander aux partenaires",
            basin_reverse("confirmation_campaign", year=year),
            "envelope",
        )
        if asks
        else None,
        "tabs": resource_tabs(request, "confirmation_list"),
        "filter_form": form,
        "table": table,
        "breadcrumb": breadcrumb(page="Confirmations"),
    }
    return render(request, "funds/resources.html", context)


@require_safe
@access("fund.read")
def confirmation_detail(request: HttpRequest, year: int, partner_id: int) -> HttpResponse:
    """The year of one partner: its figures, what it answered."""
    about = _about(partner_id, year)
    context = {
        "screen": screen.year_screen(
            about,
            list(about.request.answers.all()) if about.request else [],
            request.roles,
            on=timezone.localdate(),
        ),
        "breadcrumb": _trail(year, Link(str(about.partner), "")),
    }
    return render(request, "funds/confirmation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("contribution.record")
def confirmation_ask(request: HttpRequest, year: int, partner_id: int) -> HttpResponse:
    """Demander la confirmation to one contact of the partner."""
    about = _about(partner_id, year)
    active = about.partner.contacts.filter(is_active=True).select_related("person")
    contacts = list(active.order_by("-signs", "pk"))
    form = AskForm(request.POST or None, contacts=contacts)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.ask_confirmation(
                partner_id=about.partner.pk,
                year=year,
                contact_id=form.cleaned_data["contact"],
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            messages.success(request, f"La question est posée à {about.partner}.")
            return redirect(screen.page(about))
        status = outcome.status
    context = {
        "title": f"Demander à {about.partner} de confirmer ses apports {year}",
        "lead": "La personne reçoit un lien personnel, sans mot de passe ; sans réponse, deux "
        "relances partent d'elles-mêmes."
        if contacts
        else "Ce partenaire n'a pas de contact en activité : ajoutez-en un sur sa page.",
        "form": form,
        "label": "Envoyer",
        "back": screen.page(about),
        "breadcrumb": _trail(
            year, Link(str(about.partner), screen.page(about)), Link("Demander", "")
        ),
    }
    return render(request, "funds/form.html", context, status=status)


@require_POST
@access("contribution.record")
@refusals_to("confirmation_detail")
def confirmation_remind(request: HttpRequest, year: int, partner_id: int) -> HttpResponse:
    """Relancer : the same question, with a link of its own."""
    about = _about(partner_id, year)
    if about.request is None:
        raise Http404
    operations.remind_confirmation(request_id=about.request.pk, by=request.user, at=timezone.now())
    messages.success(request, f"La relance est partie, à {about.request.contact.person}.")
    return redirect(screen.page(about))


@require_http_methods(["GET", "HEAD", "POST"])
@access("contribution.record")
@refusals_to(_list)
def confirmation_campaign(request: HttpRequest, year: int) -> HttpResponse:
    """Demander à tous : every partner of the year that has not confirmed, after their list."""
    if year not in YEARS or not partner_years(years=(year,)):
        raise Http404
    chosen = to_ask(year=year, at=timezone.now())
    if request.method == "POST":
        count = operations.ask_everybody(year=year, by=request.user, at=timezone.now())
        messages.success(
            request,
            f"{count} partenaires sont interrogés."
            if count > 1
            else "La question est posée."
            if count
            else "Il n'y a plus personne à interroger.",
        )
        return redirect(_list(year))
    context = {
        "confirmation": screen.campaign(chosen, year),
        "breadcrumb": _trail(year, Link("Demander", "")),
    }
    return render(request, "funds/confirm.html", context)
