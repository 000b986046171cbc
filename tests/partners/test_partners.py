"""Partners: the list by group, mandates, pledges, the number of companies."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.errors import InvalidInput
from basins.enums import Role
from partners import operations, queries, rules
from partners.enums import PartnerKind, PledgeNature
from partners.models import Contact, Group, Mandate, Partner, Pledge
from tests.builders import at, make_contact, make_partner, make_user
from tests.projects.conftest import png


def values(**fields):
    return {
        "name": "Banque des Alpes",
        "short_name": "",
        "kind": PartnerKind.COMPANY,
        "siren": "",
        "town": "Annecy",
        "joined_on": date(2018, 5, 15),
        "left_on": None,
        **fields,
    }


# -- Rules ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("count", "tone"),
    [(0, "attention"), (3, "attention"), (4, "info"), (9, "info"), (10, None), (14, None)],
)
def test_fewer_than_four_companies_is_an_alert_fewer_than_ten_a_note(count, tone):
    note = rules.companies_note(count)
    assert (note and note.tone) == tone


# -- Operations -----------------------------------------------------------------------------------
def test_create_partner_with_its_group_twice_makes_one(in_savoie):
    by, key = make_user(), uuid4()
    for _ in range(2):
        partner = operations.create_partner(
            values=values(), group_name="EDF", by=by, at=at(), command_key=key
        )
    assert Partner.objects.get() == partner
    assert partner.group == Group.objects.get(name="EDF")
    assert AuditEvent.objects.get(type="partner.created").target_id == str(partner.pk)


def test_a_known_group_is_found_whatever_its_case(in_savoie):
    for name, group in (("Un", "EDF"), ("Deux", " edf ")):
        operations.create_partner(
            values=values(name=name), group_name=group, by=make_user(), at=at()
        )
    assert Group.objects.count() == 1


def test_the_alphabet_is_french(in_savoie):
    for name in ("Forges", "Électrométal", "eaux d'Aix", "Zinc"):
        make_partner(name=name)
    listed = ["eaux d'Aix", "Électrométal", "Forges", "Zinc"]
    assert [partner.name for partner in Partner.objects.all()] == listed
    for partner in Partner.objects.order_by("-pk"):
        make_contact(partner=partner)
    named = Contact.objects.order_by("partner").values_list("partner__name", flat=True)
    assert list(named) == listed


def test_save_partner_says_when_it_left(in_savoie):
    partner = make_partner(group=Group.objects.create(name="EDF"))
    for _ in range(2):
        operations.save_partner(
            partner_id=partner.pk,
            values=values(left_on=date(2026, 1, 31)),
            group_name="",
            by=make_user(),
            at=at(),
        )
    partner.refresh_from_db()
    assert (partner.left_on, partner.group) == (date(2026, 1, 31), None)
    assert AuditEvent.objects.filter(type="partner.saved").count() == 1


def test_a_pledge_said_again_replaces_the_first(in_savoie):
    partner = make_partner()
    for rate in (80_000, 80_001):
        operations.save_pledge(
            partner_id=partner.pk,
            year=2026,
            nature=PledgeNature.SKILLS,
            days=Decimal("2.5"),
            daily_rate=rate,
            by=make_user(),
            at=at(),
        )
    pledge = Pledge.objects.get()
    assert (pledge.amount, pledge.daily_rate, pledge.what) == (200_003, 80_001, "")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"nature": "SKILLS", "daily_rate": 80_000}, "days"),
        ({"nature": "SKILLS", "days": Decimal(2)}, "daily_rate"),
        ({"nature": "MONEY"}, "amount"),
        ({"nature": "IN_KIND", "amount": 500_00, "what": " "}, "what"),
    ],
)
def test_a_pledge_says_what_its_nature_needs(in_savoie, said, field):
    with pytest.raises(InvalidInput) as refusal:
        operations.save_pledge(
            partner_id=make_partner().pk, year=2026, by=make_user(), at=at(), **said
        )
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"nature": "SKILLS", "amount": 1, "days": 2, "daily_rate": 80_000}, "days_at_a_rate"),
        ({"nature": "MONEY", "amount": 1, "days": 2}, "days_at_a_rate"),
        ({"nature": "IN_KIND", "amount": 1}, "in_kind_says_what"),
        ({"nature": "MONEY", "amount": 1, "what": "Un local"}, "in_kind_says_what"),
    ],
)
def test_the_database_refuses_a_pledge_that_does_not_add_up(in_savoie, values, constraint):
    partner = make_partner()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Pledge.objects.create(partner=partner, year=2026, **values)


def mandated(contact, kind, starts_on, ends_on=None, document=None):
    return operations.add_mandate(
        contact_id=contact.pk,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        document=document,
        by=make_user(),
        at=at(),
    )


def test_a_new_mandate_keeps_the_former_ones_and_the_day_says_which_holds(in_savoie):
    partner = make_partner()
    contact = make_contact(partner, signs=False)
    for starts_on, ends_on in (
        (date(2024, 1, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), None),
    ):
        mandated(contact, "STATUTORY", starts_on, ends_on)
    held = {
        day: queries.mandates_on([partner.pk], on=day).get(partner.pk)
        for day in (date(2023, 12, 31), date(2025, 12, 31), date(2026, 1, 1))
    }
    assert [mandate and mandate.starts_on.year for mandate in held.values()] == [None, 2024, 2026]


def test_the_legal_representative_signs_before_a_delegate(in_savoie):
    partner = make_partner()
    delegate = make_contact(partner, signs=False)
    head = make_contact(partner)
    with pytest.raises(InvalidInput, match="Joignez l'acte"):
        mandated(delegate, "DELEGATION", date(2000, 1, 1))
    with pytest.raises(IntegrityError, match="given_by_an_act"), transaction.atomic():
        Mandate.objects.create(contact=delegate, kind="DELEGATION", starts_on=date(2000, 1, 1))
    mandated(delegate, "DELEGATION", date(2000, 1, 1), document=png())
    found = queries.mandates_on([partner.pk], on=date(2026, 1, 1))
    assert found[partner.pk].contact_id == head.pk


def test_a_mandate_cannot_end_before_it_begins_whoever_writes(in_savoie):
    contact = make_contact(make_partner())
    with pytest.raises(IntegrityError, match="mandate_ends_after_start"), transaction.atomic():
        Mandate.objects.create(
            contact=contact, kind="STATUTORY", starts_on=date(2026, 1, 2), ends_on=date(2026, 1, 1)
        )


def test_days_are_given_up_with_zero(in_savoie):
    partner = make_partner()
    for days in (Decimal(3), Decimal(0)):
        operations.save_pledge(
            partner_id=partner.pk,
            year=2026,
            nature=PledgeNature.SKILLS,
            days=days,
            daily_rate=80_000,
            by=make_user(),
            at=at(),
        )
    assert (Pledge.objects.get().days, Pledge.objects.get().amount) == (0, 0)


# -- Queries --------------------------------------------------------------------------------------
def test_establishments_of_a_group_stand_together(in_savoie):
    edf = Group.objects.create(name="EDF")
    make_partner(name="Une Rivière", group=edf)
    make_partner(name="Banque")
    make_partner(name="Commerce", group=edf)
    make_partner(name="Verrerie")
    make_partner(name="Électrométal")
    make_partner(name="Grand Chambéry", kind=PartnerKind.AUTHORITY)
    make_partner(name="Parti", joined_on=date(2020, 1, 1), left_on=date(2021, 1, 1))
    kinds = queries.by_kind(on=date(2026, 3, 12), year=2026)
    assert [
        (kind.label, [(group, [one.name for one in members]) for group, members in kind.groups])
        for kind in kinds
    ] == [
        (
            "Entreprises partenaires",
            [
                ("", ["Banque"]),
                ("EDF", ["Commerce", "Une Rivière"]),
                ("", ["Électrométal", "Verrerie"]),
            ],
        ),
        ("Collectivités", [("", ["Grand Chambéry"])]),
    ]
    assert queries.company_count(on=date(2026, 3, 12)) == 4


def test_the_profile_adds_the_pledges_of_the_year_by_kind(in_savoie):
    company = make_partner(joined_on=date(2025, 1, 1))
    town = make_partner(kind=PartnerKind.AUTHORITY)
    for partner, year, nature, amount in (
        (company, 2026, "MONEY", 30_000_00),
        (company, 2026, "SKILLS", 10_000_00),
        (company, 2025, "MONEY", 99_000_00),
        (town, 2026, "MONEY", 60_000_00),
    ):
        days = {"days": 1, "daily_rate": amount} if nature == "SKILLS" else {}
        Pledge.objects.create(partner=partner, year=year, nature=nature, amount=amount, **days)
    gone = make_partner(kind=PartnerKind.AUTHORITY, joined_on=date(2020, 1, 1))
    Pledge.objects.create(partner=gone, year=2026, nature="MONEY", amount=70_000_00)
    Partner.objects.filter(pk=gone.pk).update(left_on=date(2026, 1, 1))
    chart = queries.pledged_profile(year=2026, on=date(2026, 11, 22))
    assert [row[2] for row in chart.rows] == [f"{share}\u00a0%" for share in (40, 0, 60, 0)]


def test_people_to_add_are_those_of_the_basin_not_contacts_yet(in_savoie, savoie, meuse):
    partner = make_partner()
    known = make_user(Role.MEMBER, basin=savoie)
    make_contact(partner, person=known)
    free = make_user(Role.MEMBER, basin=savoie)
    make_user(Role.MEMBER, basin=meuse)
    make_user()
    assert [person.pk for person in queries.people_to_add(partner)] == [free.pk]
