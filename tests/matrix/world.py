"""Two basins with the same rows under the same keys, and somebody of each role to visit them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from alize.accounts.models import Person, User
from alize.common.dates import add_months
from alize.demo.bench.sample import COMPANIES, Crew, Sample, write_sample
from basins import tenancy
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Basin
from committees.models import (
    Ballot,
    CommitteeRules,
    Condition,
    Decision,
    Meeting,
    RulesChange,
    Seat,
)
from committees.operations.ballots import put_to_the_vote
from committees.queries import ballots
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from partners.models import Mandate, Partner
from projects.models import Attachment, FollowUpReview, Project
from steering.models import SteeringMeeting
from steering.operations import prepare_report, publish_report
from tests.builders import make_beneficiary, make_project, make_user
from tests.conftest import VisitorClient, confirm
from tests.matrix.files import issued, stored
from tests.matrix.fund import objects_of_the_fund
from tests.matrix.national import name_national_objects
from tests.matrix.signing import objects_of_a_circuit

OWN_CANARY, CANARY = "CANARI-SAVOIE", "CANARI-MEUSE"
FIRST_KEY = 5000
PASSWORD = "un mot de passe de test"
ANONYMOUS, NOBODY = "anonyme", "sans rôle"
Who = Role | str


@dataclass(repr=False)
class Side:
    """One basin: its objects, by the names that `pages.py` uses."""

    basin: Basin
    sample: Sample
    people: dict[Role, User]
    objects: dict[str, Any] = field(default_factory=dict)

    def find(self, path: str) -> Any:
        """`project.reference` is that attribute of that object."""
        name, *attributes = path.split(".")
        found = self.objects[name]
        for attribute in attributes:
            found = getattr(found, attribute)
        return found


@dataclass(repr=False)
class World:
    """Savoie, its twin Meuse, and the visitors from Savoie."""

    savoie: Side
    meuse: Side
    visitors: dict[Who, "Visitor"]


class Visitor:
    """A browser whose requests leave no trace, its second factor just given unless not `fresh`."""

    def __init__(self, user: User | None, *, fresh: bool = True) -> None:
        self.user = user
        self._client = VisitorClient()
        if user is not None:
            with tenancy.national():
                self._client.force_login(user)
                self._client.user = user
                if fresh:
                    confirm(self._client)
        self._session = self._client.cookies.output(header="", sep=";")

    def ask(self, method: str, url: str, **options: Any) -> Any:
        """The answer, its content read; the database is as before."""
        with undone():
            return self._answer(method, url, **options)

    def send(self, url: str, **options: Any) -> Any:
        """The answer to a POST, whatever it does to the database."""
        return self._answer("POST", url, **options)

    def read(self, url: str) -> Any:
        """The answer to a GET, whatever it does to the database."""
        return self._answer("GET", url)

    def twin(self) -> "Visitor":
        """The same person in a browser of another thread."""
        twin = Visitor(None)
        twin.user, twin._session = self.user, self._session
        return twin

    def enforce_csrf(self, enforced: bool) -> None:
        """Whether forms need their token, as in a browser."""
        self._client.handler.enforce_csrf_checks = enforced

    def raise_faults(self, raised: bool) -> None:
        """Whether what goes wrong in a view is raised here, or answered as the server would."""
        self._client.raise_request_exception = raised

    def _answer(self, method: str, url: str, **options: Any) -> Any:
        self._client.cookies.clear()
        self._client.cookies.load(self._session)
        answer = self._client.generic(method, url, **options)
        if answer.streaming:
            answer.content_read = b"".join(answer.streaming_content)
        else:
            answer.content_read = answer.content
        return answer


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build() -> World:
    """Both basins furnished in the current transaction."""
    _restart_numbers()
    national = {role: make_user(role, password=PASSWORD) for role in sorted(NATIONAL_ROLES)}
    savoie = _furnish(Basin.objects.get(slug="savoie"), mark=OWN_CANARY)
    meuse = _furnish(Basin.objects.get(slug="meuse"), mark=CANARY)
    visitors: dict[Who, Visitor] = {
        ANONYMOUS: Visitor(None),
        NOBODY: Visitor(make_user(password=PASSWORD)),
    }
    for role, user in (national | savoie.people).items():
        visitors[role] = Visitor(user)
    return World(savoie, meuse, visitors)


def _restart_numbers() -> None:
    """Let both schemas number their rows from the same key; a sequence has no transaction."""
    with tenancy.owner_cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename), %s, false)"
            " FROM pg_sequences WHERE schemaname IN ('b_0001', 'b_0002')",
            [FIRST_KEY],
        )


def _furnish(basin: Basin, *, mark: str) -> Side:
    people = {
        role: make_user(role, basin=basin, last_name=f"{role.label} {mark}", password=PASSWORD)
        for role in Role
        if role not in NATIONAL_ROLES
    }
    with tenancy.inside(basin):
        rest = range(len(COMPANIES) - 2)
        others = [make_user(last_name=f"Siège {rank} {mark}") for rank in rest]
    seated = [people[Role.PRESIDENT], people[Role.MEMBER], *others]
    crew = Crew(_person(people[Role.OPERATOR]), tuple(_person(user) for user in seated))
    now = timezone.now()
    with tenancy.inside(basin):
        sample = write_sample(crew, files=1, now=now, mark=mark)
        side = Side(basin, sample, people)
        _name_objects(side, crew, mark, now)
    name_national_objects(basin, side.objects, crew, mark, now)
    return side


def _person(user: User) -> Person:
    return Person.objects.get(pk=user.pk)


def _partnership(mark: str, now: datetime) -> dict[str, Any]:
    """The convention of today, and an amendment of it."""
    convention = PartnershipConvention.objects.first()
    amendment = Amendment.objects.create(
        convention=convention,
        number=1,
        reason=f"Un partenaire de plus {mark}",
        takes_effect_on=timezone.localdate(now),
    )
    return {"partnership": convention, "amendment": amendment}


def _mandate(partner: Partner, mark: str, now: datetime) -> Mandate:
    mandate = Mandate.objects.get(contact__partner=partner)
    mandate.document = stored(mark, now)
    mandate.save()
    return mandate


def _name_objects(side: Side, crew: Crew, mark: str, now: datetime) -> None:
    """What the addresses of a basin speak of."""
    sample = side.sample
    labelled = next(project for project in sample.past if project.labelled_on)
    decision = labelled.decisions.get()
    labelled.is_shared = True
    labelled.save()
    ballot = sample.ballot
    convention = CooperationConvention.objects.get()
    convention.document = issued(convention, mark, now)
    convention.save()
    issued(decision, mark, now)
    at_term = make_project(
        reference="2024-EXE-900",
        status="REVIEW_DUE",
        beneficiary=make_beneficiary(name=f"Atelier {mark}"),
        labelled_on=add_months(timezone.localdate(now), -18),
        follow_up_lead=crew.member,
        operator=crew.operator,
    )
    report = prepare_report(
        year=now.year - 1, as_of=date(now.year - 1, 12, 31), by=crew.operator, at=now
    )
    side.objects |= {
        "labelled": labelled,
        "at_term": at_term,
        "draft": sample.drafts[0],
        "diagnosed": sample.diagnoses[0].project,
        "ballot": ballot,
        "item": ballot.item,
        "meeting": ballot.item.meeting,
        "guest": ballot.item.meeting.guests.create(name=f"Invité {mark}", capacity="Expert"),
        "held": Meeting.objects.get(status="HELD"),
        "attendance": ballot.item.meeting.attendances.first(),
        "decision": decision,
        "condition": _condition(ballot.item.meeting, sample.diagnoses[0].project, mark, now),
        "convention": convention,
        "signer": convention.signers.filter(partner=None).first(),
        **objects_of_a_circuit(convention.document, crew, mark, now),
        **objects_of_the_fund(crew, mark, now),
        "review": FollowUpReview.objects.filter(submitted_at=None).first(),
        "opinion": labelled.opinions.create(month=36, due_on=now.date()),
        "seat": sample.scene.seats[-1],
        "proxy": ballot.item.meeting.proxies.create(
            giver=Seat.objects.get(holder=crew.president),
            holder=Seat.objects.get(holder=crew.member),
            given_at=now,
            given_by=crew.president,
        ),
        "written": _consultation(crew, mark, now),
        "reservation": decision.reservations.create(
            text=f"Pourquoi si vite ? {mark}",
            due_on=timezone.localdate(now),
            made_at=now,
            made_by=crew.operator,
        ),
        "question": ballot.item.questions.create(
            text=f"Quel marché ? {mark}", asked_at=now, asked_by=crew.member
        ),
        "partner": sample.scene.seats[0].partner,
        "contact": sample.scene.seats[0].partner.contacts.get(),
        **_partnership(mark, now),
        "mandate": _mandate(sample.scene.seats[0].partner, mark, now),
        "skill_offer": sample.scene.seats[0].partner.skill_offers.get(),
        "company_seat": sample.scene.seats[0],
        "change": _change(crew, mark, now),
        "steering": SteeringMeeting.objects.first(),
        "attachment": Attachment.objects.create(
            project=labelled,
            file=stored(mark, now),
            label=f"Plan {mark}",
            added_at=now,
            added_by=crew.operator,
        ),
        "document": issued(labelled, mark, now),
        "unpublished": prepare_report(
            year=now.year, as_of=localdate(now), by=crew.operator, at=now
        ),
        "report": publish_report(report_id=report.pk, by=crew.operator, at=now),
    }


def _consultation(crew: Crew, mark: str, now: datetime) -> Ballot:
    """A written consultation under way, closing in a week."""
    meeting = Meeting.objects.create(
        year=now.year,
        rank=99,
        held_at=now,
        mode="WRITTEN",
        matter="URGENCY",
        urgency=f"Bail à signer {mark}",
        closes_at=now + timedelta(days=7),
        status="OPEN",
        chair=Seat.objects.get(holder=crew.president),
        convened_at=now,
        convened_by=crew.operator,
        opened_at=now,
        opened_by=crew.president,
    )
    project = Project.objects.filter(status="READY").first() or make_project(status="READY")
    item = meeting.items.create(project=project, rank=1)
    return put_to_the_vote(
        item,
        item.proposals.create(amount=2_000_000, lines=30),
        ballots.snapshot(item, at=now),
        closes_at=meeting.closes_at,
        by=crew.president,
        at=now,
    )


def _condition(meeting: Meeting, project: Project, mark: str, now: datetime) -> Condition:
    """A condition of a decision whose minutes are not signed: it may still be lifted."""
    item = meeting.items.create(project=project, rank=90)
    decision = Decision.objects.create(
        reference=f"D-{project.reference}",
        project=project,
        item=item,
        outcome="DEFERRED",
        decided_on=now.date(),
        recorded_by=meeting.chair.holder,
    )
    return Condition.objects.create(
        decision=decision, kind="FOLLOWED", text=f"Embaucher {mark}", due_on=now.date()
    )


def _change(crew: Crew, mark: str, now: datetime) -> RulesChange:
    """Regulations in force, and a change that waits for the president."""
    regulations = stored(mark, now)
    CommitteeRules.objects.create(regulations=regulations, remote_meetings=True)
    return RulesChange.objects.create(
        values={"floor": 4},
        before={"floor": 3},
        regulations=regulations,
        reason=f"Règlement adopté {mark}",
        proposed_at=now,
        proposed_by=crew.operator,
    )
