"""Loads the demo: two basins with their past, then what waits to be done today."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from alize.accounts.models import User
from alize.demo.people import PEOPLE, create_accounts
from alize.demo.story.bank import write_bank
from alize.demo.story.candidacies import write_candidacies
from alize.demo.story.committee import write_rules
from alize.demo.story.endings import end_supports
from alize.demo.story.files import support_ends_on
from alize.demo.story.founding import write_conventions, write_partners
from alize.demo.story.ledger import write_ledger
from alize.demo.story.meetings import write_meeting
from alize.demo.story.people import cast
from alize.demo.story.plan import PlannedMeeting, plan
from alize.demo.story.present import Present
from alize.demo.story.scene import Scene, at
from alize.demo.story.territories import MEUSE, SAVOIE, Territory
from alize.demo.story.texts import write_clauses, write_next_reference, write_next_version
from basins.enums import Role
from basins.models import Basin
from basins.opening import OperatorFacts, open_basin
from basins.operations import registers as register_operations
from basins.tenancy import as_owner, inside
from funds import operations as funds
from network import operations as network
from partners.models import Partner
from steering import operations as steering

PAST_ENDS_BEFORE = timedelta(days=45)
"""The last weeks are lived through the product's operations, not written as past."""


def holds_only_the_demo() -> bool:
    """Whether the demo may be loaded here: an empty database, or one where it was before.

    Whoever tries the demo invites people and opens basins, so it knows its own by its people.
    """
    with as_owner():
        if User._meta.db_table not in connection.introspection.table_names():
            return True
        if User.objects.filter(email__in=[person.email for person in PEOPLE]).exists():
            return True
        others = Basin.objects.exclude(slug__in=[SAVOIE.slug, MEUSE.slug])
        return not (User.objects.exists() or others.exists())


def load(*, report: Callable[[str], object]) -> None:
    """Load what is missing of the demo; a second call finds it all and changes nothing.

    `report` is called in other processes: a function that can be pickled.
    """
    for territory in (SAVOIE, MEUSE):
        if not Basin.objects.filter(slug=territory.slug).exists():
            report(f"Bassin {territory.name} : création de son espace")
            _install(territory)
    create_accounts(report)
    write_next_version(moment=timezone.now())
    write_next_reference(moment=timezone.now())
    write_candidacies(moment=timezone.now())
    # Basins know nothing of each other: each is told by a process, with a connection of its own.
    connection.close()
    tell = partial(_tell, today=timezone.localdate(), report=report)
    with ProcessPoolExecutor(mp_context=get_context("fork")) as processes:
        list(processes.map(tell, (SAVOIE, MEUSE)))


def _tell(territory: Territory, *, today: date, report: Callable[[str], object]) -> None:
    """The past and the present of a basin, unless it has them."""
    basin = Basin.objects.get(slug=territory.slug)
    with inside(basin):
        loaded = Partner.objects.exists()
        if not loaded:
            _write_past(territory, today=today, report=report)
    if not loaded:
        network.refresh(basin=basin, at=timezone.now())


def _install(territory: Territory) -> None:
    first_day = date(territory.first_year, 1, 1)
    head = next(
        person
        for person in PEOPLE
        if person.basin == territory.slug and person.role == Role.OPERATOR
    )
    open_basin(
        slug=territory.slug,
        name=territory.name,
        departments=territory.departments,
        operator=OperatorFacts(
            name=territory.operator,
            short_name=territory.operator_short,
            siren=territory.operator_siren,
            phone=territory.operator_phone,
            representative=head.name,
            representative_email=head.email,
        ),
        installed_on=first_day,
        first_convention_on=first_day,
        at=timezone.now(),
    )


@transaction.atomic
def _write_past(territory: Territory, *, today: date, report: Callable[[str], object]) -> None:
    people = cast(territory)
    partners = write_partners(territory, people, until=today)
    write_conventions(territory, partners, until=today, keeps_words=territory != SAVOIE)
    past = plan(territory, until=today - PAST_ENDS_BEFORE)
    scene = Scene(
        territory,
        people,
        partners,
        today,
        troubled=troubled(past, today),
        at_their_term=at_their_term(past, today),
    )
    year = 0
    for meeting in past:
        if meeting.year != year:
            year = meeting.year
            report(f"Bassin {territory.name} : année {year}")
        write_meeting(scene, meeting)
    write_ledger(scene)
    end_supports(scene)
    write_rules(scene, on=today - PAST_ENDS_BEFORE)
    _publish_last_report(scene)
    if territory == SAVOIE:
        write_bank(scene)
        write_clauses(scene)
        _freeze_last_year(scene)
        register_operations.ask_for_seals(at=timezone.now())
        report(f"Bassin {territory.name} : les dernières semaines")
        Present(scene, referrer=people.by_key["membre"], now=timezone.now()).live()


def _publish_last_report(scene: Scene) -> None:
    """The evaluation report of last year, published in the spring."""
    year = scene.today.year - 1
    published_at = at(date(year + 1, 4, 20))
    if published_at.date() >= scene.today:
        year, published_at = year - 1, at(date(year, 4, 20))
    by = scene.people.operator
    report = steering.prepare_report(year=year, as_of=published_at.date(), by=by, at=published_at)
    steering.publish_report(report_id=report.pk, by=by, at=published_at)


def _freeze_last_year(scene: Scene) -> None:
    """The report of last year to the funders, frozen with all that is recorded of it."""
    funds.freeze_report(
        as_of=date(scene.today.year - 1, 12, 31),
        funder="",
        by=scene.people.operator,
        at=timezone.now(),
        command_key=uuid4(),
    )


def troubled(past: list[PlannedMeeting], today: date) -> tuple[str, ...]:
    """Three companies of about a year ago: late to pay, late to be followed, to be stopped."""
    settled = [
        project.company.siret
        for meeting in past
        if meeting.held_on < today - timedelta(days=270)
        for project in meeting.projects
        if project.approved and not project.defaults
    ]
    return tuple(settled[-3:])


def at_their_term(past: list[PlannedMeeting], today: date) -> tuple[str, ...]:
    """The last two companies whose months of support are over."""
    over = [
        project.company.siret
        for meeting in past
        for project in meeting.projects
        if project.approved and support_ends_on(project) < today
    ]
    return tuple(over[-2:])
