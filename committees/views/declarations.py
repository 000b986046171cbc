"""One's place in the committee and yearly declaration; who has made it (C1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.faults import Sent
from alize.common.http import basin_redirect, refusals_to
from alize.common.screen import Confirmation, Link
from basins.access import allows
from committees import operations, permissions
from committees.forms.declarations import DeclarationForm, LinkFormSet, lines_of, starting_from
from committees.queries import declarations
from committees.queries.rules import committee_rules
from committees.views.base import carried_out, home_links


@require_http_methods(["GET", "HEAD", "POST"])
@access("declaration.make")
@refusals_to("meeting_list")
def declaration_mine(request: HttpRequest) -> HttpResponse:
    """Ma place au comité : my seat, then the declaration of the year."""
    now = timezone.now()
    today = timezone.localdate(now)
    seat = declarations.own_seat(request.user, on=today)
    permissions.make_declaration(seat)
    made = declarations.latest(request.user, year=today.year)
    initial, rows = starting_from(made or declarations.last_of(request.user))
    data = request.POST or None
    form = DeclarationForm(data, initial=initial)
    links = LinkFormSet(data, prefix="links", initial=rows)
    valid = form.is_valid() and links.is_valid() if data else False
    if valid and carried_out(
        form,
        lambda: operations.make_declaration(
            seat_id=seat.pk,
            **form.cleaned_data,
            links=lines_of(links),
            by=request.user,
            at=now,
        ),
    ):
        messages.success(request, f"Déclaration {today.year} enregistrée. Merci.")
        return basin_redirect("declaration_mine")
    context = {
        "title": "Ma place au comité",
        "breadcrumb": home_links(Link("Ma place au comité", "")),
        "year": today.year,
        "profile": declarations.profile_of(request.user, seat),
        "undertaking": declarations.UNDERTAKING,
        "made": made,
        "document": declarations.document_of(made),
        "required": committee_rules().declaration_required,
        "form": form,
        "links": links,
        "sent": Sent(form, {"Lien": links}),
    }
    status = 200 if data is None else 422
    return render(request, "committees/declaration_mine.html", context, status=status)


@require_safe
@access("declaration.read")
def declaration_list(request: HttpRequest) -> HttpResponse:
    """Les déclarations de l'année : who has made theirs, who is still awaited."""
    today = timezone.localdate()
    lines = declarations.lines(today)
    awaited = [line for line in lines if line.declaration is None]
    title = f"Déclarations annuelles {today.year}"
    context = {
        "title": title,
        "breadcrumb": home_links(Link(title, "")),
        "lines": lines,
        "awaited": awaited,
        "reminds": bool(awaited) and allows(request.roles, "seat.write"),
    }
    return render(request, "committees/declaration_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("seat.write")
@refusals_to("declaration_list")
def declaration_remind(request: HttpRequest) -> HttpResponse:
    """Relancer ceux dont la déclaration est attendue, after a page that names them."""
    if request.method != "POST":
        return _confirm_reminder(request)
    told = operations.remind_declarations(by=request.user, at=timezone.now())
    if told:
        messages.success(request, f"Rappel envoyé à {', '.join(map(str, told))}.")
    else:
        messages.info(
            request,
            "Rien n'est parti : chacun a fait sa déclaration ou a déjà reçu le rappel du jour.",
        )
    return basin_redirect("declaration_list")


def _confirm_reminder(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    confirmation = Confirmation(
        title=f"Relancer les déclarations {today.year}",
        effects=[
            "Chacun reçoit un courriel qui mène à sa déclaration, une fois par jour au plus.",
        ],
        told=[str(person) for person in declarations.silent(today)],
        label="Envoyer le rappel",
        back_url=basin_reverse("declaration_list"),
    )
    context = {
        "confirmation": confirmation,
        "breadcrumb": home_links(
            Link(f"Déclarations annuelles {today.year}", basin_reverse("declaration_list")),
            Link("Relancer", ""),
        ),
    }
    return render(request, "committees/confirm.html", context)
