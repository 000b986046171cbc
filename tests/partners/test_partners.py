"""Partners: the list by group, contacts, pledges, the number of companies."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alize.audit.models import AuditEvent
from alize.common.errors import InvalidInput
from basins.enums import Role
from partners import operations, queries, rules
from partners.enums import PartnerKind, PledgeNature
from partners.models import Contact, Group, Mandate, Partner, Pledge, SkillOffer
from tests.builders import at, make_contact, make_partner, make_user
from tests.projects.conftest import png

PARTENAIRES = "/bassins/savoie/partenaires/"


@pytest.fixture
def op(client_as, in_savoie):
    return client_as(Role.OPERATOR)


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


def text(response) -> str:
    return response.content.decode()


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


# -- Pages ----------------------------------------------------------------------------------------
@pytest.fixture
def partner(in_savoie):
    return make_partner(name="Banque des Alpes", siren="552081317")


ENDS = ["modifier/", "contacts/nouveau/", "engagements/", "competences/"]


@pytest.mark.parametrize("end", ["", *ENDS])
def test_every_page_opens_for_the_operator_and_not_for_a_stranger(
    op, client_as, partner, meuse, end
):
    url = f"{PARTENAIRES}{partner.pk}/{end}"
    assert op.get(url).status_code == 200
    assert Client().get(url).status_code == 302
    assert client_as(Role.OPERATOR, basin=meuse).get(url).status_code == 404


@pytest.mark.parametrize("end", ENDS)
def test_a_member_reads_and_does_not_write(client_as, partner, end):
    member = client_as(Role.MEMBER)
    assert member.get(f"{PARTENAIRES}{partner.pk}/").status_code == 200
    assert member.post(f"{PARTENAIRES}{partner.pk}/{end}").status_code == 403
    assert "Ajouter un contact" not in text(member.get(f"{PARTENAIRES}{partner.pk}/"))


def test_a_partner_is_added_once_by_a_double_click(op):
    data = {
        "command_key": str(uuid4()),
        "name": "SATM",
        "kind": "COMPANY",
        "group_name": "Vicat",
        "joined_on": "15/05/2018",
        "siren": "552 081 317",
    }
    assert op.post(f"{PARTENAIRES}nouveau/", data).status_code == 302
    op.post(f"{PARTENAIRES}nouveau/", data)
    partner = Partner.objects.get()
    assert (partner.siren, partner.group.name) == ("552081317", "Vicat")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"joined_on": "31/02/2026"}, "Le 31\u00a0février n&#x27;existe pas."),
        ({"siren": "552 081 318"}, "Ce numéro ne correspond pas (clé de contrôle)."),
        ({"left_on": "01/01/2010"}, "La date de départ précède la date d&#x27;arrivée."),
        ({"name": "banque des alpes"}, "est déjà un partenaire."),
    ],
)
def test_a_mistake_is_said_and_the_rest_kept(op, partner, fields, sentence):
    data = {
        "command_key": str(uuid4()),
        "name": "SATM",
        "kind": "COMPANY",
        "town": "Aiton",
        "joined_on": "15/05/2018",
        **fields,
    }
    response = op.post(f"{PARTENAIRES}nouveau/", data)
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="Aiton"' in text(response)


def test_a_contact_is_added_then_changed(op, partner, savoie):
    person = make_user(Role.MEMBER, basin=savoie)
    url = f"{PARTENAIRES}{partner.pk}/contacts/"
    data = {"person": person.pk, "function": "Directrice", "is_active": "on", "signs": "on"}
    assert op.post(f"{url}nouveau/", data).status_code == 302
    contact = Contact.objects.get()
    assert (contact.person_id, contact.signs) == (person.pk, True)
    op.post(f"{url}{contact.pk}/", {"function": "Retraitée"})
    contact.refresh_from_db()
    assert (contact.is_active, contact.function) == (False, "Retraitée")


def test_skills_are_promised_in_days(op, partner):
    url = f"{PARTENAIRES}{partner.pk}/engagements/"
    data = {"year": "2026", "nature": "SKILLS", "daily_rate": "800"}
    response = op.post(url, data)
    assert "Indiquez le nombre de jours." in text(response)
    assert op.post(url, data | {"days": "2,5"}).status_code == 302
    assert Pledge.objects.get().amount == 200_000


def test_a_skill_is_offered_then_withdrawn(op, partner):
    url = f"{PARTENAIRES}{partner.pk}/competences/"
    data = {"domain": "FINANCE", "title": "Tenir un tableau de bord", "days_a_year": "3"}
    data["command_key"] = str(uuid4())
    for _ in range(2):
        assert op.post(url, data).status_code == 302
    assert "Tenir un tableau de bord" in text(op.get(f"{PARTENAIRES}competences/"))
    offer = SkillOffer.objects.get()
    for _ in range(2):
        op.post(f"{url}{offer.pk}/retirer/")
    assert "Aucune compétence au catalogue" in text(op.get(f"{PARTENAIRES}competences/"))


def test_a_skill_withdrawn_is_put_back_by_annuler_but_once_offered_again(op, partner):
    offer = SkillOffer.objects.create(partner=partner, domain="FINANCE", title="Achats")
    url = f"{PARTENAIRES}{partner.pk}/competences/{offer.pk}/"
    undo = f'action="{url}remettre/"'
    assert undo in text(op.post(f"{url}retirer/", follow=True))
    for _ in range(2):
        assert op.post(f"{url}remettre/").url == f"{PARTENAIRES}{partner.pk}/"
    offer.refresh_from_db()
    assert offer.withdrawn_on is None
    assert AuditEvent.objects.filter(type="partner.skill_restored").count() == 1
    op.post(f"{url}retirer/")
    SkillOffer.objects.create(partner=partner, domain="FINANCE", title="Achats")
    said = text(op.post(f"{url}remettre/", follow=True))
    assert "Ce partenaire offre déjà cette compétence." in said


def test_a_delegation_comes_with_its_act(op, partner):
    contact = make_contact(partner)
    url = f"{PARTENAIRES}{partner.pk}/contacts/{contact.pk}/mandats/nouveau/"
    data = {"kind": "DELEGATION", "starts_on": "01/02/2026", "command_key": str(uuid4())}
    assert "Joignez l&#x27;acte qui donne ce mandat." in text(op.post(url, data))
    for _ in range(2):
        assert op.post(url, data | {"document": png("delegation.png")}).status_code == 302
    mandate = Mandate.objects.get(kind="DELEGATION")
    served = op.get(f"{PARTENAIRES}{partner.pk}/mandats/{mandate.pk}/acte/")
    assert (served.status_code, served["Content-Type"]) == (200, "image/png")


def test_the_list_adds_up_what_each_kind_promises(op, partner):
    year = timezone.localdate().year
    other = make_partner()
    for one, days, amount in ((partner, "2.5", 200_000), (other, "4", 320_000)):
        worth = {"days": Decimal(days), "daily_rate": 80_000, "amount": amount}
        Pledge.objects.create(partner=one, year=year, nature="SKILLS", **worth)
    (foot,) = re.findall(r"<tfoot>.*?</tfoot>", text(op.get(PARTENAIRES)), re.DOTALL)
    assert [cell.strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", foot)] == [
        "–",
        "6,5",
        "5\u202f200\u00a0€",
    ]


def test_the_list_warns_below_four_companies(op, partner):
    assert "il en faut au moins 4" in text(op.get(PARTENAIRES))


def test_the_list_costs_the_same_with_one_and_three_partners(op, in_savoie):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            op.get(PARTENAIRES)
        return len(captured)

    make_partner()
    count()  # the process learns its basin
    one = count()
    make_partner(group=Group.objects.create(name="EDF"))
    make_partner()
    assert count() == one
