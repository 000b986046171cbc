"""A partner promises for the years in which it is one, whoever writes it (R53)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from alize.common.constraints import FALLBACK, sentence_of
from alize.common.errors import ActionDenied
from basins.enums import Role
from partners import operations
from partners.models import Partner, Pledge
from tests.builders import at, make_partner, make_user
from tests.funds.conftest import at_once, committed
from tests.words import plain

__all__ = ["committed"]

JOINED, LEFT = date(2019, 12, 31), date(2026, 1, 1)
OUTSIDE = {
    2018: "est partenaire à partir du 31/12/2019 : choisissez 2019 ou une année suivante",
    2026: "n'est plus partenaire en 2026",
}


@pytest.fixture
def partner(in_savoie) -> Partner:
    return make_partner(name="Aciérie", joined_on=JOINED, left_on=LEFT)


def promise(partner, year: int, *, amount: int = 100) -> Pledge:
    said = {"nature": "MONEY", "amount": amount, "by": make_user(), "at": at()}
    return operations.save_pledge(partner_id=partner.pk, year=year, **said)


def denied(name: str, act) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    assert error.value.__cause__.diag.constraint_name == name
    assert sentence_of(error.value) != FALLBACK


@pytest.mark.parametrize(("year", "reason"), OUTSIDE.items())
def test_nothing_is_promised_for_a_year_outside_of_the_partnership(partner, year, reason):
    with pytest.raises(ActionDenied, match=reason):
        promise(partner, year)
    said = {"partner": partner, "year": year, "nature": "MONEY", "amount": 100}
    denied("pledge_is_of_a_year_of_its_partner", lambda: Pledge.objects.create(**said))
    pledge = promise(partner, 2020)
    moved = Pledge.objects.filter(pk=pledge.pk).update
    denied("pledge_is_of_a_year_of_its_partner", lambda: moved(year=year))


def test_who_has_left_gives_up_what_they_promised_for_the_years_after(partner):
    Partner.objects.filter(pk=partner.pk).update(left_on=None)
    pledge = promise(partner, 2026)
    Partner.objects.filter(pk=partner.pk).update(left_on=LEFT)
    with pytest.raises(ActionDenied, match="n'est plus partenaire en 2026"):
        promise(partner, 2026, amount=50)
    changed = Pledge.objects.filter(pk=pledge.pk).update
    denied("pledge_is_of_a_year_of_its_partner", lambda: changed(amount=50))
    assert promise(partner, 2026, amount=0).amount == 0


def test_a_pledge_given_up_keeps_no_date(partner):
    told = {"partner_id": partner.pk, "by": make_user(), "at": at()}
    promise(partner, 2020)
    assert promise(partner, 2020, amount=0).amount == 0
    assert operations.join(on=date(2021, 2, 1), **told).joined_on == date(2021, 2, 1)
    values = {name: getattr(partner, name) for name in operations.FIELDS}
    for day in (JOINED, date(2022, 3, 1)):
        values["joined_on"] = day
        saved = operations.save_partner(values=values, group_name="", **told)
        assert saved.joined_on == day
    assert promise(partner, 2020, amount=0).amount == 0
    changed = Pledge.objects.filter(year=2020).update
    denied("pledge_is_of_a_year_of_its_partner", lambda: changed(amount=50))


def test_what_is_given_up_need_not_be_said_again(client_as, partner):
    operator = client_as(Role.OPERATOR)
    url = f"/bassins/savoie/partenaires/{partner.pk}/engagements/"
    for typed in (
        {"nature": "IN_KIND", "amount": "100", "what": "Un local"},
        {"nature": "IN_KIND", "amount": "0", "what": ""},
        {"nature": "SKILLS", "days": "2", "daily_rate": "800"},
        {"nature": "SKILLS", "days": "0", "daily_rate": ""},
        {"nature": "SKILLS", "days": "0", "daily_rate": "0"},
    ):
        assert operator.post(url, {"year": "2020", **typed}).status_code == 302
    columns = ("nature", "amount", "what", "days", "daily_rate")
    assert list(Pledge.objects.order_by("nature").values_list(*columns)) == [
        ("IN_KIND", 0, "Un local", 0, None),
        ("SKILLS", 0, "", 0, 80_000),
    ]
    refused = operator.post(url, {"year": "2020", "nature": "SKILLS", "days": "1"})
    assert refused.status_code == 422
    assert "Indiquez la valeur d&#x27;une journée." in refused.content.decode()


@pytest.mark.parametrize("year", [2019, 2025])
def test_the_first_and_the_last_year_count_from_one_day_on(partner, year):
    assert promise(partner, year).year == year


def test_nobody_comes_after_what_they_promised(partner):
    promise(partner, 2019)
    moved = Partner.objects.filter(pk=partner.pk).update
    denied("partner_joined_before_it_pledged", lambda: moved(joined_on=date(2020, 1, 1)))
    moved(joined_on=date(2018, 1, 1))
    moved(joined_on=date(2019, 6, 1))


def test_who_is_awaited_keeps_the_day_that_was_said_for_what_they_promised(partner):
    told = {"partner_id": partner.pk, "by": make_user(), "at": at()}
    assert operations.join(on=date(2020, 2, 1), **told).joined_on == date(2020, 2, 1)
    promise(partner, 2020)
    assert operations.join(on=date(2021, 2, 1), **told).joined_on == date(2020, 2, 1)


def test_the_form_of_a_pledge_says_from_which_year_and_keeps_what_is_typed(client_as, partner):
    typed = {"year": "2018", "nature": "MONEY", "amount": "1 250"}
    url = f"/bassins/savoie/partenaires/{partner.pk}/engagements/"
    page = client_as(Role.OPERATOR).post(url, typed).content.decode()
    assert "choisissez 2019 ou une année suivante" in page
    assert 'value="1 250"' in page
    assert not Pledge.objects.exists()


def test_the_form_of_a_partner_says_which_pledge_keeps_its_date(client_as, partner):
    promise(partner, 2020)
    typed = {"name": "Aciérie", "kind": "COMPANY", "joined_on": "01/03/2021"}
    url = f"/bassins/savoie/partenaires/{partner.pk}/modifier/"
    page = client_as(Role.OPERATOR).post(url, typed).content.decode()
    assert "a un engagement pour 2020\u00a0: choisissez une date en 2020 ou avant." in page
    assert 'value="01/03/2021"' in page
    partner.refresh_from_db()
    assert partner.joined_on == JOINED


def test_promised_and_put_off_at_once_is_one_of_the_two(committed):
    for number in range(5):
        partner = make_partner(name=f"Aciérie {number}", joined_on=JOINED)
        said = {"partner": partner, "year": 2019, "nature": "MONEY", "amount": 100}
        results = at_once(
            committed,
            lambda said=said: Pledge.objects.create(**said),
            lambda one=partner: Partner.objects.filter(pk=one.pk).update(
                joined_on=date(2020, 1, 1)
            ),
        )
        assert sum(isinstance(one, IntegrityError) for one in results) == 1


def test_a_pledge_of_the_same_year_and_nature_is_shown_before_it_is_replaced(client_as, partner):
    client, url = client_as(Role.OPERATOR), f"/bassins/savoie/partenaires/{partner.pk}/engagements/"

    def send(**typed):
        mark = client.get(url).context["form"]["mark"].value()
        return client.post(url, {"year": "2024", "nature": "MONEY", "mark": mark} | typed)

    for _ in range(2):  # the same, twice, is no other
        assert send(amount="1 250").status_code == 302
    refused = send(amount="900")
    assert refused.status_code == 409
    page = plain(refused)
    assert "Déjà enregistré : « 1 250 »" in page
    assert 'value="900"' in page
    assert Pledge.objects.get().amount == 125_000
    assert send(amount="900", mark=refused.context["form"]["mark"].value()).status_code == 302
    assert Pledge.objects.get().amount == 90_000
