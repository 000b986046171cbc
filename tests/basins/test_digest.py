"""The mail of the morning: for whom something waits, at its hour, unless they do without (M25)."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from alize.accounts.models import Person
from alize.common.screen import Badge, Todo, Waiting
from alize.notifications.models import MutedMail
from alize.outbox.models import Entry
from basins import digest, homes, tasks, tenancy
from basins.enums import Role
from basins.homes import HomeParts
from basins.models import Membership
from tests.builders import at, make_user

pytestmark = pytest.mark.django_db
MONDAY = at(2027, 3, 15, 7, 30)
"""A working day."""


@pytest.fixture
def waits(monkeypatch):
    """What the home page has for each role, said by the test."""
    parts: dict[Role, HomeParts] = {}

    def room(visitor):
        return next((parts[role] for role in visitor.roles if role in parts), HomeParts())

    monkeypatch.setattr(homes, "ROOMS", [room])
    return parts


def todos(*badges):
    return [(MONDAY.date(), Todo("Fromagerie des Bauges", "/", badge=badge)) for badge in badges]


def send(when=MONDAY):
    with transaction.atomic():
        tasks.send_digest(at=when, day=when.date().isoformat())
    return {
        mail.payload["email"]: mail.payload["words"]
        for mail in Entry.objects.filter(kind="notifications.send", payload__code="M25")
    }


def asked_for():
    return list(Entry.objects.filter(kind="basins.send_digest").values_list("key", "due_at"))


@pytest.mark.parametrize(
    ("asked_at", "leaves"),
    [
        (at(2027, 3, 15, 1, 30), True),
        (at(2027, 3, 15, 11, 59), True),
        (at(2027, 3, 15, 12, 0), False),
        (at(2027, 3, 14, 1, 30), False),  # Sunday
        (at(2027, 3, 29, 1, 30), False),  # Easter Monday
    ],
)
def test_it_leaves_at_half_past_seven_on_working_days(in_savoie, asked_at, leaves):
    with transaction.atomic():
        digest.plan_digest(at=asked_at)
        digest.plan_digest(at=asked_at)
    expected = [("2027-03-15", MONDAY)] if leaves else []
    assert asked_for() == expected


def test_it_counts_what_waits_and_names_no_company(in_savoie, waits):
    operator = make_user(Role.OPERATOR, basin=in_savoie)
    make_user(Role.MEMBER, basin=in_savoie)
    parts = HomeParts(todos(Badge("En retard", "late"), None, Badge("À signer", "attention")))
    parts.waiting.append(Waiting("Fromagerie des Bauges", "/", "la présidence"))
    waits[Role.OPERATOR] = parts
    told = send()
    assert told == {
        operator.email: {
            "day": "lundi 15 mars 2027",
            "count": "3",
            "urgent": "1",
            "waiting": "1",
        }
    }


def test_nothing_to_do_is_not_told_even_when_others_are_awaited(in_savoie, waits):
    make_user(Role.OPERATOR, basin=in_savoie)
    waits[Role.OPERATOR] = HomeParts(waiting=[Waiting("Dossier", "/", "la présidence")])
    assert send() == {}


def test_what_is_only_there_to_be_read_is_not_told(in_savoie, waits):
    prefecture = make_user(Role.PREFECTURE, basin=in_savoie)
    to_read = [(MONDAY.date(), Todo("Rapport", "/", "Télécharger", is_asked=False))]
    waits[Role.PREFECTURE] = HomeParts(to_read)
    assert send() == {}
    waits[Role.PREFECTURE] = HomeParts(to_read + todos(None))
    assert send()[prefecture.email]["count"] == "1"


def test_once_a_person_with_all_their_roles_of_the_day(in_savoie, waits, monkeypatch):
    person = make_user(Role.OPERATOR, basin=in_savoie)
    former = make_user(Role.MEMBER, basin=in_savoie)
    closed = make_user(Role.MEMBER, basin=in_savoie)
    with tenancy.national():
        Membership.objects.create(
            person_id=person.pk, basin=in_savoie, role=Role.MEMBER, starts_on=date(2020, 1, 1)
        )
        ended_on = MONDAY.date() - timedelta(days=1)
        Membership.objects.filter(person=former.pk).update(ends_on=ended_on)
        Person.objects.filter(pk=closed.pk).update(is_active=False)
    seen = []
    monkeypatch.setattr(homes, "ROOMS", [lambda visitor: seen.append(visitor) or HomeParts()])
    send()
    assert [(one.person.pk, one.roles) for one in seen] == [
        (person.pk, frozenset({Role.OPERATOR, Role.MEMBER}))
    ]


def test_a_day_that_is_over_is_not_told(in_savoie, waits):
    make_user(Role.OPERATOR, basin=in_savoie)
    waits[Role.OPERATOR] = HomeParts(todos(None))
    with transaction.atomic():
        tasks.send_digest(at=MONDAY + timedelta(days=1), day="2027-03-15")
    assert not Entry.objects.filter(kind="notifications.send").exists()


@pytest.mark.parametrize(
    ("count", "late", "waiting", "sentence"),
    [
        (1, 0, 0, "Une chose vous attend dans le bassin Savoie.\n\nVotre page"),
        (
            1,
            1,
            1,
            "Savoie, à traiter sans tarder.\n\nUne autre attend quelqu'un d'autre. Votre page",
        ),
        (3, 1, 2, "3 choses vous attendent dans le bassin Savoie, dont 1 à traiter sans tarder."),
    ],
)
def test_it_reads_well_and_leads_home(
    in_savoie, waits, run_outbox, mailoutbox, count, late, waiting, sentence
):
    make_user(Role.OPERATOR, basin=in_savoie)
    badges = [Badge("En retard", "late")] * late + [None] * (count - late)
    parts = HomeParts(todos(*badges))
    parts.waiting.extend([Waiting("Dossier", "/", "la présidence")] * waiting)
    waits[Role.OPERATOR] = parts
    send()
    run_outbox()
    (mail,) = mailoutbox
    assert mail.subject == "Votre récapitulatif du lundi 15 mars 2027"
    assert sentence in mail.body
    assert "Voir ce que j'ai à faire :\nhttp://testserver/bassins/savoie/" in mail.body
    assert "Ne plus recevoir ce courrier" in mail.body
    assert "Bauges" not in mail.body


def test_who_does_without_is_not_written_to(in_savoie, waits, run_outbox, mailoutbox):
    person = make_user(Role.OPERATOR, basin=in_savoie)
    with tenancy.national():
        MutedMail.objects.create(person_id=person.pk, code="M25")
    waits[Role.OPERATOR] = HomeParts(todos(None))
    send()
    run_outbox()
    assert mailoutbox == []
