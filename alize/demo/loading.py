"""Loads the demo: two basins with their past, then what waits to be done today."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from alize.demo.people import PEOPLE, create_accounts
from alize.demo.story.founding import write_conventions, write_partners
from alize.demo.story.meetings import write_meeting
from alize.demo.story.people import cast
from alize.demo.story.plan import PlannedMeeting, plan
from alize.demo.story.present import Present
from alize.demo.story.scene import Scene
from alize.demo.story.territories import MEUSE, SAVOIE, Territory
from basins import provisioning
from basins.enums import BasinStatus, Role
from basins.models import Basin, LocalOperator
from basins.tenancy import inside
from partners.models import Partner

PAST_ENDS_BEFORE = timedelta(days=45)
"""The last weeks are lived through the product's operations, not written as past."""


def load(*, report: Callable[[str], object]) -> None:
    """Load what is missing of the demo; a second call finds it all and changes nothing."""
    today = timezone.localdate()
    for territory in (SAVOIE, MEUSE):
        if not Basin.objects.filter(slug=territory.slug).exists():
            report(f"Bassin {territory.name} : création de son espace")
            _install(territory)
    create_accounts(report)
    for territory in (SAVOIE, MEUSE):
        with inside(Basin.objects.get(slug=territory.slug)):
            if not Partner.objects.exists():
                _write_past(territory, today=today, report=report)


def _install(territory: Territory) -> None:
    """The row of a basin and its schema, together or not at all."""
    with transaction.atomic():
        basin = Basin.objects.create(
            schema_name=territory.schema,
            slug=territory.slug,
            name=territory.name,
            departments=list(territory.departments),
            status=BasinStatus.INSTALLED,
            first_convention_on=date(territory.first_year, 1, 1),
            installed_on=date(territory.first_year, 1, 1),
        )
        LocalOperator.objects.create(
            basin=basin,
            name=territory.operator,
            short_name=territory.operator_short,
            representative=next(
                person.name
                for person in PEOPLE
                if person.basin == territory.slug and person.role == Role.OPERATOR
            ),
        )
        provisioning.create_schema(basin)


@transaction.atomic
def _write_past(territory: Territory, *, today: date, report: Callable[[str], object]) -> None:
    people = cast(territory)
    partners = write_partners(territory, people, until=today)
    write_conventions(territory, partners, until=today)
    past = plan(territory, until=today - PAST_ENDS_BEFORE)
    scene = Scene(territory, people, partners, today, troubled=_troubled(past, today))
    year = 0
    for meeting in past:
        if meeting.year != year:
            year = meeting.year
            report(f"Bassin {territory.name} : année {year}")
        write_meeting(scene, meeting)
    if territory is SAVOIE:
        report(f"Bassin {territory.name} : les dernières semaines")
        Present(scene, referrer=people.by_key["membre"], now=timezone.now()).live()


def _troubled(past: list[PlannedMeeting], today: date) -> tuple[str, ...]:
    """Three companies of about a year ago: late to pay, late to be followed, stopped."""
    recent = [
        project.company.siret
        for meeting in past
        if today - timedelta(days=420) < meeting.held_on < today - timedelta(days=270)
        for project in meeting.projects
        if project.approved and not project.defaults
    ]
    return tuple(recent[:3])
