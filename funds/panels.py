"""What the fund adds to the page of a project: the tab of its advance."""

from basins.homes import Visitor
from funds import queries
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
    return Content("funds/panel.html", {"screens": screens})
