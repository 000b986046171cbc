"""What lower rooms ask of the committee: whom a withdrawal hides a file from, who reads what."""

from datetime import date

from django.db.models import Q
from django.http import HttpRequest

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.screen import Link
from alize.documents import readable
from alize.documents.models import GeneratedDocument
from basins import downloads
from basins.access import allows
from basins.enums import Role
from basins.homes import Visitor, visitor_of
from committees.documents import ANNEX
from committees.models import Decision, MemberDeclaration, Minutes, Pack
from committees.pack_document import files_open_to, is_still_readable
from committees.queries import leading, packs, seats
from committees.queries.recusals import recused_projects
from projects.models import Project
from projects.queries.visibility import hide_when, leads, visible_to
from signatures import owners


@hide_when
def withdrawn(visitor: Visitor) -> Q:
    """Whoever has withdrawn no longer sees the file, from the next request on (SD5).

    Their seat says it, whatever their role: somebody who has left the committee keeps the others.
    """
    return Q(pk__in=recused_projects(visitor.person, on=visitor.on))


@leads
def leading_on(project: Project, on: date) -> list[Person]:
    """The presidency, or who replaces it on a file from which it withdrew too (R30)."""
    return seats.leading(project.pk, on=on)


def reads_minutes(request: HttpRequest, document: GeneratedDocument) -> bool:
    """Signed minutes are for those who may see the meeting; drafts for who writes and signs.

    The nominal list of the votes has readers of its own (security.md 2.2).
    """
    if document.kind == ANNEX:
        return allows(request.roles, "vote.nominal")
    if document.is_draft:
        minutes = Minutes.objects.select_related("meeting__chair__holder").filter(
            pk=document.target_id
        )
        return bool(request.roles & {Role.OPERATOR, Role.PRESIDENT}) or any(
            leading.signs(request.user, row.meeting) for row in minutes
        )
    return (
        allows(request.roles, "minutes.read")
        and Minutes.objects.filter(pk=document.target_id).exists()
    )


def minutes_page(pk: str) -> Link | None:
    """Where the page of minutes is."""
    minutes = Minutes.objects.filter(pk=pk).select_related("meeting").first()
    if minutes is None:
        return None
    return Link("Procès-verbal", basin_reverse("minutes_detail", number=minutes.meeting.number))


def reads_letter(request: HttpRequest, document: GeneratedDocument) -> bool:
    """The letter of a decision, for those who read the whole file."""
    projects = visible_to(visitor_of(request)).values("pk")
    return (
        allows(request.roles, "diagnosis.read")
        and Decision.objects.filter(pk=document.target_id, project__in=projects).exists()
    )


def reads_declaration(request: HttpRequest, document: GeneratedDocument) -> bool:
    """A yearly declaration is for its author, and for those who keep and lead the committee."""
    made = MemberDeclaration.objects.filter(pk=document.target_id).first()
    return made is not None and (
        made.person_id == request.user.pk or allows(request.roles, "declaration.read")
    )


def reads_sheet(request: HttpRequest, document: GeneratedDocument) -> bool:
    """The attendance sheet is for those who hold the meeting."""
    return bool(request.roles & {Role.OPERATOR, Role.PRESIDENT})


def reads_pack(request: HttpRequest, document: GeneratedDocument) -> bool:
    """A pack is for its reader alone; withdrawing from one of its files closes it whole (SD5)."""
    pack = Pack.objects.filter(pk=document.target_id, reader=request.user.pk).first()
    return pack is not None and is_still_readable(pack, files_open_to(visitor_of(request)))


downloads.register(packs.asked_by)
readable.register("committees.meeting", reads_sheet)
readable.register("committees.memberdeclaration", reads_declaration)
readable.register("committees.pack", reads_pack)
readable.register("committees.minutes", reads_minutes)
readable.register("committees.decision", reads_letter)
owners.register("committees.minutes", minutes_page)
