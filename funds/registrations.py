"""What lower rooms ask of the fund: who reads its papers and letters, what was asked of it."""

from django.http import HttpRequest

from alize.documents import readable
from alize.documents.models import GeneratedDocument
from basins import downloads, erasure
from basins.access import allows
from basins.homes import visitor_of
from funds import queries
from funds.downloads import imports_asked, reports_asked
from funds.models import Reminder
from projects.models import Project
from projects.owing import owed_to


def reads_papers(request: HttpRequest, document: GeneratedDocument) -> bool:
    """The papers of an advance are for those who see it."""
    visible = queries.advances_visible_to(visitor_of(request))
    return visible.filter(pk=document.target_id).exists()


def reads_reminder(request: HttpRequest, document: GeneratedDocument) -> bool:
    """The letter of a reminder is for those who see its advance."""
    visible = queries.advances_visible_to(visitor_of(request))
    return Reminder.objects.filter(pk=document.target_id, advance__in=visible).exists()


def reads_report(request: HttpRequest, document: GeneratedDocument) -> bool:
    """A report to funders is for those who read the ledger."""
    return allows(request.roles, "ledger.read")


def owes(project: Project) -> int:
    """What of its advances is still to be repaid, in cents."""
    return sum(queries.owed(advance) for advance in project.advances.all())


owed_to(owes)
downloads.register(reports_asked)
downloads.register(imports_asked)
readable.register("funds.funderreport", reads_report)
readable.register("funds.advance", reads_papers)
readable.register("funds.reminder", reads_reminder)
erasure.keep("funds", "comptabilité : dix ans")
