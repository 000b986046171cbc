"""Which projects a person sees at all, and how much of each (security.md 2.2, T7)."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from alize.accounts.models import Person
from basins.contacts import PublicContact, contact_of, contact_of_operator
from basins.enums import Role
from basins.homes import Visitor
from basins.queries import reachable
from partners.models import Contact
from projects.enums import DECIDED, ENDED, Audience, ProjectStatus
from projects.models import PreliminaryDiagnosis, Project

Hidden = Callable[[Visitor], Q]
_HIDDEN: list[Hidden] = []
Leading = Callable[[Project, date], list[Person]]
_LEADING: list[Leading] = []

EVERYTHING = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR, Role.NATIONAL_STAFF})
COMMITTEE = frozenset({Role.PRESIDENT, Role.MEMBER})
WHOLE = COMMITTEE | {Role.OPERATOR, Role.AUDITOR}
PROCLAIMED = DECIDED | {ProjectStatus.DEFERRED}


def hide_when(rule: Hidden) -> Hidden:
    """Let a room above hide projects from a visitor: `rule` gives the condition.

    The committees hide a project from those who stepped back from it.
    """
    _HIDDEN.append(rule)
    return rule


def leads(rule: Leading) -> Leading:
    """Let a room above say who leads on a file: told of it when no operator may keep it (SD5)."""
    _LEADING.append(rule)
    return rule


def visible_to(visitor: Visitor) -> QuerySet[Project]:
    """The projects a person may know of; the others do not exist for them."""
    projects = Project.objects.filter(_seen_by(visitor))
    for rule in _HIDDEN:
        projects = projects.exclude(rule(visitor))
    return projects


def _seen_by(visitor: Visitor) -> Q:
    if visitor.roles & EVERYTHING:
        return Q()
    seen = Q(pk=None)
    if visitor.roles & COMMITTEE:
        asked = PreliminaryDiagnosis.objects.standing().filter(
            project=OuterRef("pk"), referrer_id=visitor.person.pk
        )
        early = [ProjectStatus.CONTACT, ProjectStatus.DRAFTING]
        seen |= ~Q(status__in=early) | Q(Exists(asked))
    if Role.PREFECTURE in visitor.roles:
        seen |= Q(status__in=PROCLAIMED)
    if Role.ASSOCIATE in visitor.roles:
        own = Contact.objects.filter(
            partner=OuterRef("origin_partner"), person_id=visitor.person.pk, is_active=True
        )
        seen |= Q(is_shared=True) | Q(Exists(own))
    return seen


def not_withdrawn(people: Iterable[Person], project_id: int, *, on: date) -> list[Person]:
    """Each of these people once, without those who stepped back from a project (SD5).

    What a mail says of a file is for those who may read it, whatever else they are.
    """

    def stays(person: Person) -> bool:
        visitor = Visitor(person, EVERYTHING, on)
        return visible_to(visitor).filter(pk=project_id).exists()

    return [person for person in dict.fromkeys(people) if stays(person)]


def operators(on: date) -> list[Person]:
    """Who runs the files of this basin on a day."""
    return reachable(Role.OPERATOR, on=on)


def left_behind(visitor: Visitor) -> QuerySet[Project]:
    """The files under way that nobody keeps: their operator is one no longer, or withdrew (SD5)."""
    kept = Q(pk__in=[])
    for person in operators(visitor.on):
        theirs = visible_to(Visitor(person, EVERYTHING, visitor.on)).filter(operator_id=person.pk)
        kept |= Q(pk__in=theirs.values("pk"))
    return visible_to(visitor).exclude(kept).exclude(status__in=ENDED)


def without_operator(visitor: Visitor) -> QuerySet[Project]:
    """The files under way that no operator may keep: none works here, or all withdrew (SD5)."""
    seen = Q(pk__in=[])
    for person in operators(visitor.on):
        seen |= Q(pk__in=visible_to(Visitor(person, EVERYTHING, visitor.on)).values("pk"))
    return visible_to(visitor).exclude(seen).exclude(status__in=ENDED)


def keeper(project: Project, *, on: date) -> Person | None:
    """Whose file it is, unless they withdrew from it or work for the operator no longer."""
    own = [person for person in operators(on) if person.pk == project.operator_id]
    return next(iter(not_withdrawn(own, project.pk, on=on)), None)


def keepers(project: Project, *, on: date) -> list[Person]:
    """Who is written to for the operator: whoever keeps the file, the others when nobody does."""
    own = keeper(project, on=on)
    return [own] if own else not_withdrawn(operators(on), project.pk, on=on)


def told(project: Project, *, on: date) -> list[Person]:
    """Who hears what comes on a file: its keepers; who leads on it, when none of them may (SD5)."""
    return keepers(project, on=on) or [person for rule in _LEADING for person in rule(project, on)]


def alerted(project: Project, *, on: date) -> list[Person]:
    """Who hears at once that a company is in difficulty: those, and the presidency (M17)."""
    people = [*told(project, on=on), *reachable(Role.PRESIDENT, on=on)]
    return not_withdrawn(people, project.pk, on=on)


def contact_for(project: Project, *, on: date) -> PublicContact:
    """Whom a page, a mail or a letter says to ask about a file: the first of those (C7)."""
    person = next(iter(keepers(project, on=on)), None)
    return contact_of(person) if person else contact_of_operator()


def holder_of(project: Project, *, on: date) -> str:
    """Who has the ball at the operator's: whoever keeps the file, nobody by name when none does."""
    return str(keeper(project, on=on) or "l'opérateur local")


def keepers_named(project: Project, *, on: date) -> list[str]:
    """The same, as a page names them before they are written to."""
    return [f"{person}, opérateur" for person in keepers(project, on=on)]


def reads_whole(visitor: Visitor) -> bool:
    """Whether the person reads the sections, the attachments and the history, or the card only."""
    return bool(visitor.roles & WHOLE)


def visible_whole_to(visitor: Visitor) -> QuerySet[Project]:
    """The projects a person reads whole: a role that reads them so lets them see these.

    A member who also keeps the money sees the card of a file that the committee does not know yet.
    """
    return visible_to(replace(visitor, roles=visitor.roles & WHOLE))


def reads_whole_file(visitor: Visitor, project: Project) -> bool:
    """Whether a project that the person sees is one of those."""
    if visitor.roles <= WHOLE:
        return True
    return visible_whole_to(visitor).filter(pk=project.pk).exists()


def audience_of(visitor: Visitor) -> Audience:
    """In whose words statuses are written for this person."""
    if visitor.roles & EVERYTHING:
        return Audience.OPERATOR
    return Audience.MEMBER if visitor.roles & COMMITTEE else Audience.PREFECTURE
