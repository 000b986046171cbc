"""A list runs as many queries with three rows as with one (architecture.md 5)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.demo.bench.sample import COMPANIES, Crew, write_sample
from alize.notifications.models import Mail
from basins import sessions, tenancy
from basins.enums import BasinStatus, Role
from basins.models import Basin, Invitation, ReferenceValue
from committees.models import Pack
from network.candidacies.models import Candidacy
from network.models import BasinState, BasinYear
from tests.builders import make_user
from tests.matrix.files import issued
from tests.matrix.pages import PAGES
from tests.matrix.signing import objects_of_a_circuit
from tests.matrix.world import Visitor

READERS = {
    "basin_home": Role.OPERATOR,
    "download_list": Role.OPERATOR,
    "project_list": Role.OPERATOR,
    "follow_up_list": Role.OPERATOR,
    "meeting_list": Role.OPERATOR,
    "receipt_list": Role.PRESIDENT,
    "seat_list": Role.OPERATOR,
    "partner_list": Role.OPERATOR,
    "skill_list": Role.OPERATOR,
    "fund_home": Role.OPERATOR,
    "contribution_list": Role.OPERATOR,
    "fund_capacity": Role.OPERATOR,
    "fund_simulator": Role.OPERATOR,
    "journal": Role.OPERATOR,
    "sepa_list": Role.OPERATOR,
    "line_list": Role.OPERATOR,
    "pledge_list": Role.OPERATOR,
    "confirmation_list": Role.OPERATOR,
    "operating_account": Role.OPERATOR,
    "account_balance": Role.OPERATOR,
    "account_chart": Role.OPERATOR,
    "general_ledger": Role.OPERATOR,
    "fund_figures": Role.OPERATOR,
    "reminder_list": Role.OPERATOR,
    "funder_report_list": Role.OPERATOR,
    "convention_list": Role.OPERATOR,
    "clause_list": Role.OPERATOR,
    "condition_list": Role.OPERATOR,
    "report_list": Role.OPERATOR,
    "batch_sign": Role.PRESIDENT,
    "people_list": Role.OPERATOR,
    "event_list": Role.OPERATOR,
}
"""Each list of a basin and somebody who reads it."""
NATIONAL_LISTS = (
    "national_home",
    "national_basins",
    "national_people",
    "national_event_list",
    "operator_list",
    "text_list",
    "reference_list",
    "candidacy_list",
    "demo_mails",
)
OTHERS = {
    "closing_list": "one line a year",
    "bank_line_list": "of one account, read at once with its sums",
    "attendance_list": "as long as there are seats, whatever the meeting",
    "declaration_list": "as long as there are people who sit",
    "interest_list": "as long as there are seats, whatever the file",
    "proxy_list": "as long as there are seats, whatever the files",
    "register_list": "one line a day, read at once",
    "national_register_list": "the same of the network",
    "usersessions_list": "allauth's",
    "mfa_list_webauthn": "allauth's",
}


@pytest.fixture(autouse=True)
def at_no_hour(monkeypatch, settings):
    """However slow the machine, no visit is noted in a session and second factors stay fresh."""
    monkeypatch.setattr(sessions, "NOTED_EVERY", timedelta(days=1))
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600


@pytest.fixture(scope="module")
def readers(django_db_setup, django_db_blocker) -> Iterator[dict[int, dict[Role, Visitor]]]:
    """Those who read a basin with one row of each kind, and one with three."""
    with django_db_blocker.unblock(), transaction.atomic():
        slugs = {1: "savoie", 3: "meuse"}
        yield {rows: _furnish(Basin.objects.get(slug=slugs[rows]), rows) for rows in slugs}
        transaction.set_rollback(True)


def _furnish(basin: Basin, rows: int) -> dict[Role, Visitor]:
    operator = make_user(Role.OPERATOR, basin=basin)
    seated = [make_user(Role.PRESIDENT, basin=basin) for _ in COMPANIES]
    now = timezone.now()
    with tenancy.inside(basin):
        sample = write_sample(Crew(operator, tuple(seated)), files=rows, now=now)
        for project in sample.past:
            document = issued(project, basin.slug, now)
            objects_of_a_circuit(document, sample.crew, basin.slug, now)
            Pack.objects.create(
                meeting=sample.items[0].meeting,
                reader=operator,
                requested_at=now,
                contents=[[project.pk, ""]],
                document=document,
            )
    for number in range(rows):
        make_user(Role.MEMBER, basin=basin)
        Invitation.objects.create(
            email=f"invite{number}@{basin.slug}.example",
            last_name="Invité",
            basin=basin,
            role=Role.MEMBER,
            token_digest=f"{basin.slug}{number}",
            created_at=now,
            created_by=operator,
            expires_at=now + timedelta(days=7),
        )
    found = {Role.OPERATOR: Visitor(operator), Role.PRESIDENT: Visitor(seated[0])}
    for visitor in found.values():
        visitor.basin = basin
    return found


def queries_of(visitor: Visitor, url: str) -> int:
    """How many queries a page sends, once what is kept in memory has been read."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert visitor.ask("GET", url).status_code == 200
    return len(captured)


def test_every_list_stands_here():
    lists = {name for name in PAGES if name.endswith(("_list", "_lists"))}
    assert lists - READERS.keys() - OTHERS.keys() - set(NATIONAL_LISTS) == set()


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_list_of_a_basin_runs_the_same_queries_with_one_and_three_rows(readers, name):
    counts = {
        rows: queries_of(
            people[READERS[name]], basin_reverse(name, basin=people[READERS[name]].basin)
        )
        for rows, people in readers.items()
    }
    assert counts[1] == counts[3]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NATIONAL_LISTS)
def test_a_national_list_runs_the_same_queries_with_one_and_three_rows(name):
    visitor = Visitor(make_user(Role.NATIONAL_STAFF))
    _add_rows(1, first=1)
    one = queries_of(visitor, reverse(name))
    _add_rows(2, first=2)
    assert queries_of(visitor, reverse(name)) == one


def _add_rows(count: int, *, first: int) -> None:
    now = timezone.now()
    for number in range(first, first + count):
        basin = Basin.objects.create(
            schema_name=f"b_8{number:03d}",
            slug=f"autre-{number}",
            name=f"Autre {number}",
            departments=["01"],
            status=BasinStatus.INSTALLED,
            installed_on=now.date(),
        )
        BasinState.objects.create(basin=basin, as_of=now.date(), computed_at=now, arrears=100)
        BasinYear.objects.create(basin=basin, year=now.year)
        ReferenceValue.objects.create(
            reference="MEETINGS",
            numbers=[6, 12],
            effective_from=now.date() + timedelta(days=1 + number),
            reason="Décision du comité national",
            created_at=now,
            created_by=make_user(Role.NATIONAL_STAFF),
        )
        candidacy = Candidacy.objects.create(
            basin=basin, created_at=now, created_by=make_user(), starts_on=now.date()
        )
        partner = candidacy.partners.create(name="Fonderie", kind="COMPANY")
        partner.pledges.create(rank=1, nature="MONEY", amount=100)
        Invitation.objects.create(
            email=f"invite{number}@alize.example",
            last_name="Invité",
            role=Role.NATIONAL_VIEWER,
            token_digest=f"national{number}",
            created_at=now,
            created_by=make_user(Role.NATIONAL_VIEWER),
            expires_at=now + timedelta(days=7),
        )
        Mail.objects.create(
            code="M04",
            schema=basin.schema_name,
            sender="ALIZE",
            to_email="personne@example.org",
            subject="Convocation",
            text="",
            html="",
            created_at=now,
        )
