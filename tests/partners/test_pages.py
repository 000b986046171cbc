"""The pages of the partners: who opens them, what is typed there."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alize.audit.models import AuditEvent
from basins.enums import Role
from partners.models import Contact, Group, Mandate, Partner, Pledge, SkillOffer
from tests.builders import make_contact, make_partner, make_user
from tests.projects.conftest import png
from tests.writings import second_of_two

PARTENAIRES = "/bassins/savoie/partenaires/"


@pytest.fixture
def op(client_as, in_savoie):
    return client_as(Role.OPERATOR)


def text(response) -> str:
    return response.content.decode()


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


def test_a_partner_that_somebody_else_corrected_meanwhile_is_compared(op, client_as, partner):
    said = second_of_two(
        op,
        client_as(Role.OPERATOR),
        f"{PARTENAIRES}{partner.pk}/modifier/",
        theirs={"town": "Albertville", "group_name": "Vicat"},
        mine={"short_name": "Banque"},
    )
    assert "« Albertville »" in said
    assert "« Vicat »" in said


def test_a_contact_that_somebody_else_corrected_meanwhile_is_compared(op, client_as, partner):
    contact = make_contact(partner, signs=False)
    said = second_of_two(
        op,
        client_as(Role.OPERATOR),
        f"{PARTENAIRES}{partner.pk}/contacts/{contact.pk}/",
        theirs={"function": "Présidente", "signs": "True"},
        mine={"function": "Directrice"},
    )
    assert "« Présidente »" in said
    assert "Enregistré pendant que vous écriviez : « Oui »" in said, "a box is ticked or not"
