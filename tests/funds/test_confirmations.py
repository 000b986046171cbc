"""A partner is asked, answers once through its link, is asked again when it says what is wrong."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, transaction

from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins import links
from basins.enums import LinkPurpose, Role
from basins.models import Membership, SingleUseLink
from basins.tenancy import national
from funds import operations, tasks
from funds.models import ConfirmationAnswer
from funds.queries.confirmations import (
    disputed_answers,
    partner_year,
    partner_years,
    waiting_by_year,
)
from funds.rules.confirmations import fingerprint
from partners.enums import PledgeNature
from partners.models import Contact, Pledge
from tests.builders import at, make_partner, make_person, make_user
from tests.conftest import VisitorClient
from tests.words import plain

YEAR, NOW = 2026, at(2027, 1, 10)


@pytest.fixture
def partner(till):
    """Nine days promised, seven given, some money that nobody had promised."""
    found = make_partner(name="Scierie")
    Contact.objects.create(partner=found, person=make_person(), function="Directrice", signs=True)
    Pledge.objects.create(
        partner=found, year=YEAR, nature="SKILLS", amount=720_000, days=9, daily_rate=80_000
    )
    given(till, found, 7)
    till.endow(50_000, partner_id=found.pk)
    return found


def given(till, partner, days) -> None:
    operations.record_valued(
        funder="",
        partner_id=partner.pk,
        nature=PledgeNature.SKILLS,
        received_on=at(YEAR, 11, 2).date(),
        days=Decimal(days),
        daily_rate=80_000,
        by=till.operator,
        at=NOW,
        command_key=uuid4(),
    )


def ask(till, partner, when=NOW):
    return operations.ask_confirmation(
        partner_id=partner.pk,
        year=YEAR,
        contact_id=partner.contacts.get().pk,
        by=till.operator,
        at=when,
    )


def link_of(request, savoie, when=NOW) -> SingleUseLink:
    return links.find(token_of(request, savoie, when), LinkPurpose.CONTRIBUTIONS)


def token_of(request, savoie, when=NOW) -> str:
    return links.issue(
        basin=savoie,
        purpose=LinkPurpose.CONTRIBUTIONS,
        target_id=request.pk,
        email=request.contact.person.email,
        at=when,
        valid=timedelta(days=30),
    )


def say(link, outcome="CONFIRMED", *, partner, reason="", when=NOW, seen=""):
    return operations.answer_confirmation(
        link=link,
        outcome=outcome,
        reason=reason,
        seen=seen or fingerprint(partner_year(partner, YEAR).lines),
        at=when,
    )


def mails():
    return Entry.objects.filter(kind="notifications.send", payload__code="M20").count()


def test_the_year_is_read_from_the_fund_and_the_promises(partner):
    about = partner_year(partner, YEAR)
    assert [
        (one.nature, one.pledged, one.received, one.received_tenths) for one in about.lines
    ] == [
        ("MONEY", 0, 50_000, 0),
        ("SKILLS", 720_000, 560_000, 70),
    ]
    assert (about.pledged, about.received, about.state) == (720_000, 610_000, "NOT_ASKED")


def test_the_partners_stand_in_the_order_of_a_french_list(till, partner):
    for name in ("Verrerie", "Électrométal"):
        given(till, make_partner(name=name), 1)
    names = [one.partner.name for one in partner_years(years=(YEAR,))]
    assert names == ["Électrométal", "Scierie", "Verrerie"]


def test_a_partner_says_what_is_wrong_then_confirms(till, partner, savoie):
    link = link_of(ask(till, partner), savoie)
    assert waiting_by_year() == [(YEAR, 1, NOW)]
    with pytest.raises(ActionDenied, match="déjà posée"):
        ask(till, partner)
    say(link, "DISPUTED", partner=partner, reason="Huit jours, pas sept.")
    assert [one.reason for one in disputed_answers()] == ["Huit jours, pas sept."]
    assert waiting_by_year() == []
    (told,) = Entry.objects.filter(kind="notifications.send", payload__code="M48")
    assert told.payload["email"] == till.operator.email
    assert "Huit jours" not in json.dumps(told.payload, ensure_ascii=False)
    given(till, partner, 1)
    later = NOW + timedelta(days=2)
    link = link_of(ask(till, partner, later), savoie, later)
    assert not disputed_answers().exists()
    say(link, partner=partner, when=later)
    assert partner_year(partner, YEAR).state == "CONFIRMED"
    with pytest.raises(ActionDenied, match="déjà confirmé"):
        ask(till, partner, later)
    given(till, partner, 1)
    assert partner_year(partner, YEAR).state == "CHANGED"
    assert [one.outcome for one in ConfirmationAnswer.objects.all()] == ["CONFIRMED", "DISPUTED"]


def test_an_answer_is_about_what_was_read_and_is_never_changed(till, partner, savoie):
    link = link_of(ask(till, partner), savoie)
    seen = fingerprint(partner_year(partner, YEAR).lines)
    given(till, partner, 1)
    with pytest.raises(InvalidInput, match="viennent de changer"):
        say(link, partner=partner, seen=seen)
    with pytest.raises(InvalidInput, match="pas juste"):
        say(link, "DISPUTED", partner=partner, reason=" ")
    answer = say(link, partner=partner)
    with pytest.raises(ActionDenied):
        say(link_of(answer.request, savoie), partner=partner)
    for act in (
        lambda: ConfirmationAnswer.objects.update(outcome="DISPUTED", reason="Non"),
        ConfirmationAnswer.objects.all().delete,
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            act()


def test_a_link_of_an_earlier_question_opens_nothing(till, partner, savoie):
    old = link_of(ask(till, partner), savoie)
    newer = link_of(partner_year(partner, YEAR).request, savoie)
    say(newer, "DISPUTED", partner=partner, reason="Non")
    ask(till, partner, NOW + timedelta(days=1))
    with pytest.raises(ActionDenied, match="autre lien"):
        say(old, partner=partner)
    with pytest.raises(ActionDenied, match="autre lien"):
        operations.renew_confirmation_link(link=old, at=NOW + timedelta(days=1))


def test_it_is_asked_again_by_itself_until_the_answer(till, partner, savoie):
    request = ask(till, partner)
    planned = Entry.objects.filter(kind="funds.remind_confirmation")
    assert [one.due_at.date().isoformat() for one in planned.order_by("due_at")] == [
        "2027-01-20",
        "2027-01-30",
    ]
    work = {"request_id": request.pk, "asked_at": NOW.isoformat()}
    tasks.remind_confirmation(at=NOW + timedelta(days=10), **work)
    assert mails() == 2
    say(link_of(request, savoie), partner=partner)
    tasks.remind_confirmation(at=NOW + timedelta(days=20), **work)
    assert mails() == 2


def test_everybody_is_asked_once(till, partner):
    alone = make_partner(name="Sans contact")
    Pledge.objects.create(partner=alone, year=YEAR, nature="MONEY", amount=100)
    asked = {"year": YEAR, "by": till.operator, "at": NOW}
    assert [operations.ask_everybody(**asked) for _ in range(2)] == [1, 0]
    with pytest.raises(ActionDenied, match="n'a pas commencé"):
        operations.ask_confirmation(
            partner_id=partner.pk, contact_id=0, by=till.operator, at=NOW, year=2028
        )


def test_two_minutes_by_the_link(till, partner, savoie):
    token = token_of(ask(till, partner), savoie)
    client, url = VisitorClient(), f"/apports/{token}/"
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = client.get(url)
        body = page.content.decode()
        assert page.status_code == 200
        assert "5\u202f600\xa0€ (7 j)" in body
        assert "Il manque 1\u202f600\xa0€" in body
        form = {"outcome": "DISPUTED", "seen": page.context["form"].initial["seen"]}
        again = client.post(url, form)
        assert again.status_code == 422
        assert "Dites ce qui n&#x27;est pas juste" in again.content.decode()
        given(till, partner, 1)
        moved = client.post(url, {**form, "outcome": "CONFIRMED"})
        assert moved.status_code == 422
        assert "viennent de changer" in moved.content.decode()
        seen = moved.context["form"].data["seen"]
        thanks = client.post(url, {"outcome": "CONFIRMED", "seen": seen})
        assert "Merci, votre réponse est enregistrée" in thanks.content.decode()
        assert client.post(url, form).status_code == 410


def test_whom_to_ask_is_whoever_asked_while_they_are_the_operator(till, partner, savoie):
    token, other = token_of(ask(till, partner), savoie), make_user(Role.OPERATOR, basin=savoie)

    def named():
        with time_machine.travel(NOW + timedelta(hours=1), tick=False):
            page = plain(VisitorClient().post(f"/nouveau-lien/{token}/"))
        return [person.email in page for person in (till.operator, other)]

    assert named() == [True, False]
    with national():
        gone = Membership.objects.filter(person=till.operator.pk)
        gone.update(ends_on=(NOW - timedelta(days=1)).date())
    assert named() == [False, True]


def test_the_operator_asks_and_reminds(till, partner, client_as):
    base = f"/bassins/savoie/fonds/dotations/confirmations/{YEAR}/"
    with time_machine.travel(NOW, tick=False) as clock:
        client = client_as(Role.OPERATOR, user=till.operator)
        assert "Scierie" in client.get(f"{base}demander/").content.decode()
        ask_url = f"{base}{partner.pk}/demander/"
        assert client.post(ask_url, {}).status_code == 422
        sent = client.post(ask_url, {"contact": partner.contacts.get().pk}, follow=True)
        assert "Réponse attendue" in sent.content.decode()
        clock.shift(60)
        refused = client.post(f"{base}{partner.pk}/relancer/", follow=True)
        assert "laissez-lui cinq minutes" in refused.content.decode()
        clock.shift(links.PAUSE)
        for _ in range(2):
            client.post(f"{base}{partner.pk}/relancer/")
        sheet = client.get(f"/bassins/savoie/partenaires/{partner.pk}/").content.decode()
    assert mails() == 2
    assert f"{base}{partner.pk}/" in sheet
    assert "6\u202f100\xa0€" in sheet
