"""What the fund gives the rooms below: the tab of a project's advance, what may be granted."""

from alize.common.http import basin_reverse
from basins.access import allows
from basins.homes import Visitor
from committees.means import Means, means_from
from funds import queries
from funds.aid.screen import aid_screen
from funds.screen import advance_screen
from projects.models import Project
from projects.panels import Content, panel


@panel("avance", "Avance", act="advance.read")
def advance_panel(visitor: Visitor, project: Project) -> Content:
    """The position of the project's advances today."""
    advances = queries.advances_visible_to(visitor.person, visitor.roles).filter(project=project)
    books = queries.books_of(advances)
    screens = [
        (
            advance,
            advance_screen(advance, books[advance.pk], on=visitor.on, roles=visitor.roles),
        )
        for advance in advances
    ]
    aid = aid_screen(project, queries.fund_settings(), on=visitor.on)
    return Content("funds/panel.html", {"screens": screens, "aid": aid})


@means_from
def commitment_capacity(visitor: Visitor) -> Means | None:
    """What the committee may grant today, on its agenda and while it sits."""
    if not allows(visitor.roles, "fund.read"):
        return None
    book = queries.outlook(on=visitor.on)
    capacity = queries.capacity_of(book, queries.fund_settings())
    return Means(capacity.amount, basin_reverse("fund_capacity"))
