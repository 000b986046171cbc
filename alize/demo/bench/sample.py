"""A small basin with files at every stage, as many as wanted: for measures and for tests."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from alize.accounts.models import Person
from alize.demo.story.files import write_file
from alize.demo.story.founding import write_conventions, write_partners
from alize.demo.story.ledger import write_ledger
from alize.demo.story.meetings import write_meeting
from alize.demo.story.people import Cast
from alize.demo.story.plan import PlannedProject, plan
from alize.demo.story.scene import THOUSAND, Scene
from alize.demo.story.territories import PartnerSeed, Territory, YearSeed
from committees.enums import InterestAnswer, MeetingMode, MeetingStatus
from committees.models import (
    AgendaItem,
    Attendance,
    Ballot,
    InterestDeclaration,
    Meeting,
    Proposal,
)
from committees.operations import open_ballot
from partners.enums import PartnerKind
from projects.enums import UNREADY, ProjectStatus
from projects.models import PreliminaryDiagnosis, Project

COMPANIES = ("Scierie", "Verrerie", "Fonderie", "Filature", "Brasserie", "Papeterie")
"""Each sits in the committee; the first presides."""


@dataclass(frozen=True)
class Crew:
    """Who plays in the sample: the operator, and who sits for each company."""

    operator: Person
    seated: tuple[Person, ...]

    @property
    def president(self) -> Person:
        """Who sits for the first company."""
        return self.seated[0]

    @property
    def member(self) -> Person:
        """Who sits for the second one, referrer and follow-up lead of what is under way."""
        return self.seated[1]


@dataclass(frozen=True)
class Sample:
    """What was written, the past and the files under way in the order of their making."""

    scene: Scene
    crew: Crew
    past: list[Project]
    drafts: list[Project]
    diagnoses: list[PreliminaryDiagnosis]
    items: list[AgendaItem]
    ballot: Ballot
    """Open, on the first of the items."""


def write_sample(crew: Crew, *, files: int, now: datetime, mark: str = "") -> Sample:
    """Write, in the current basin, `files` files approved last year and as many at each stage.

    `mark` stands in the name of every company, so that a test knows where the words of a page
    come from. The same call writes the same rows in any basin.
    """
    today = localdate(now)
    territory = _territory(mark, files=files, year=today.year - 1)
    companies = [seed.name for seed in territory.partners[: len(COMPANIES)]]
    cast = Cast(
        operator=crew.operator,
        by_partner=dict(zip(companies, crew.seated, strict=True))
        | {territory.operator: crew.operator},
        president=crew.president,
        president_partner=companies[0],
    )
    partners = write_partners(territory, cast, until=today)
    write_conventions(territory, partners, until=today)
    scene = Scene(territory, cast, partners, today)
    past, coming = plan(territory, until=date(today.year + 1, 1, 1))
    write_meeting(scene, past)
    write_ledger(scene)
    written = list(Project.objects.order_by("pk"))
    under_way = [replace(project, approved=False, decided_on=today) for project in coming.projects]
    items = _open_meeting(scene, crew, under_way[2 * files :], now=now)
    return Sample(
        scene,
        crew,
        past=written,
        drafts=[_draft(scene, planned) for planned in under_way[:files]],
        diagnoses=[_diagnosis(scene, crew, planned) for planned in under_way[files : 2 * files]],
        items=items,
        ballot=open_ballot(item_id=items[0].pk, by=crew.president, at=now),
    )


def _territory(mark: str, *, files: int, year: int) -> Territory:
    named = f" {mark}" if mark else ""
    operator = f"Chambre de commerce{named}"
    return Territory(
        slug="sample",
        name="Exemple",
        code="EXE",
        departments=("00",),
        operator=operator,
        operator_short=operator,
        operator_siren="",
        operator_phone="",
        first_year=year,
        first_steering_year=year,
        places=tuple(f"de l'Exemple {rank}{named}" for rank in range(1, files + 1)),
        towns=(("00100", "Exemple"),),
        partners=(
            *(
                PartnerSeed(f"{name}{named}", PartnerKind.COMPANY, seated=True)
                for name in COMPANIES
            ),
            PartnerSeed(operator, PartnerKind.ASSOCIATE, seated=True),
        ),
        years={},
        usual=YearSeed(meetings=1, approved=files, rejected=files * 2),
        contributions=(("Département", year, 100_000 * files),),
    )


def _draft(scene: Scene, planned: PlannedProject) -> Project:
    """A file that the operator is still writing."""
    project = write_file(scene, planned)
    project.diagnoses.all().delete()
    return _put(project, ProjectStatus.DRAFTING)


def _diagnosis(scene: Scene, crew: Crew, planned: PlannedProject) -> PreliminaryDiagnosis:
    """A diagnosis that the member is still writing."""
    project = _put(write_file(scene, planned), ProjectStatus.DIAGNOSIS)
    diagnosis = project.diagnoses.get()
    diagnosis.referrer = crew.member
    diagnosis.submitted_at = diagnosis.validated_at = diagnosis.validated_by = None
    diagnosis.due_on = scene.today + timedelta(days=10)
    diagnosis.save()
    return diagnosis


def _put(project: Project, status: ProjectStatus) -> Project:
    """Put it back to a state before its decision."""
    project.status, project.labelled_on = status, None
    if status in UNREADY:
        project.ready_on = None
    project.save()
    return project


def _open_meeting(
    scene: Scene, crew: Crew, projects: list[PlannedProject], *, now: datetime
) -> list[AgendaItem]:
    """A meeting under way, everybody there without a link, a proposal for each of its files."""
    meeting = Meeting.objects.create(
        year=scene.today.year,
        rank=1,
        held_at=now,
        mode=MeetingMode.MIXED,
        place="Exemple",
        status=MeetingStatus.OPEN,
        chair=scene.chair,
        convened_at=now - timedelta(days=15),
        convened_by=crew.operator,
        opened_at=now,
        opened_by=crew.president,
    )
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, seat=seat, person=seat.holder, arrived_at=now)
        for seat in scene.seats
    )
    items = [_item(scene, crew, meeting, rank, planned) for rank, planned in enumerate(projects, 1)]
    InterestDeclaration.objects.bulk_create(
        InterestDeclaration(
            item=item,
            seat=seat,
            person=seat.holder,
            answer=InterestAnswer.NONE,
            declared_at=now,
        )
        for item in items
        for seat in scene.seats
    )
    return items


def _item(
    scene: Scene, crew: Crew, meeting: Meeting, rank: int, planned: PlannedProject
) -> AgendaItem:
    project = _put(write_file(scene, planned), ProjectStatus.SCHEDULED)
    item = AgendaItem.objects.create(meeting=meeting, project=project, rank=rank)
    Proposal.objects.create(
        item=item,
        amount=planned.amount * THOUSAND,
        lines=planned.lines,
        follow_up_partner=scene.seats[1].partner,
        follow_up_lead=crew.member,
    )
    return item
