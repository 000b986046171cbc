"""What the fund gives the rooms below: a project's advance, what may be granted, what was given.

The rooms above register in `ADVANCE_SECTIONS`, from their own `panels.py`.
"""

from collections.abc import Iterable
from datetime import date

from alize.common.addresses import basin_reverse
from alize.common.screen import Action
from alize.common.words import closed
from basins.access import allows
from basins.homes import Visitor
from basins.sections import Content, Sections
from committees.means import Means, means_from
from funds import queries
from funds.aid.screen import aid_screen
from funds.confirmations import screen
from funds.models import Advance
from funds.queries.confirmations import partner_years
from funds.screen import advance_screen
from partners.models import Partner
from partners.panels import SECTIONS
from projects.enums import ProjectStatus
from projects.models import Project
from projects.panels import Instalment, NextStep, instalments, next_step, panel
from projects.queries.visibility import holder_of

ADVANCE_SECTIONS: Sections[Advance] = Sections()
YEARS_SHOWN = 6
"""Of what a partner gave, on its page: two conventions."""


@panel("avance", "Avance", act="advance.read")
def advance_panel(visitor: Visitor, project: Project) -> Content:
    """The position of the project's advances today."""
    advances = queries.advances_visible_to(visitor).filter(project=project)
    books = queries.books_of(advances)
    standings = queries.standings_in(books, on=visitor.on)
    of_visitor = {"on": visitor.on, "roles": visitor.roles}
    screens = [
        (one, advance_screen(one, books[one.pk], standings[one.pk], **of_visitor))
        for one in advances
    ]
    aid = aid_screen(project, queries.fund_settings(), on=visitor.on)
    return Content("funds/panel.html", {"screens": screens, "aid": aid})


@next_step(ProjectStatus.INTERRUPTED)
def after_an_interruption(visitor: Visitor, project: Project) -> NextStep | None:
    """What becomes of the advance: repaid, rescheduled, renounced or given up (journeys.md)."""
    if not allows(visitor.roles, "authorization.ask"):
        return None
    if not any(queries.is_unsettled(advance) for advance in project.advances.all()):
        return None
    return NextStep(
        f"{closed(f'Accompagnement interrompu : {project.end_reason}')} Saisissez la situation de "
        "l'avance.",
        holder_of(project, on=visitor.on),
        action=Action(
            "Voir l'avance",
            basin_reverse("project_panel", reference=project.reference, panel="avance"),
            "cash-coin",
        ),
    )


@instalments
def next_instalments(project_ids: Iterable[int], on: date) -> dict[int, Instalment]:
    """The next instalment of each company that owes one, its advances together (O7)."""
    advances = Advance.objects.filter(project__in=project_ids).order_by("pk")
    standings = queries.standings_of(advances, on=on)
    found: dict[int, Instalment] = {}
    for advance in advances:
        due = standings[advance.pk].next_due
        if due is None:
            continue
        coming, known = Instalment(*due), found.get(advance.project_id)
        if known is not None and known.on == coming.on:
            coming = Instalment(coming.on, known.amount + coming.amount)
        if known is None or coming.on <= known.on:
            found[advance.project_id] = coming
    return found


@SECTIONS.add(act="fund.read")
def given_by_partner(visitor: Visitor, partner: Partner) -> Content:
    """What the partner promised and gave in the last years, and whether it has confirmed it."""
    last = visitor.on.year
    years = partner_years(years=range(last - YEARS_SHOWN + 1, last + 1), partners=(partner.pk,))
    return Content("funds/given.html", {"rows": screen.rows_by_year(years)})


@means_from
def commitment_capacity(visitor: Visitor) -> Means | None:
    """What the committee may grant today, on its agenda and while it sits."""
    if not allows(visitor.roles, "fund.read"):
        return None
    book = queries.outlook(on=visitor.on)
    capacity = queries.capacity_of(book, queries.fund_settings())
    return Means(capacity.amount, basin_reverse("fund_capacity"), of_others=book.fund.of_others)
