"""The yearly declaration: skills, links, confidentiality; what it feeds, what it may block (C1)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import GeneratedDocument
from alize.outbox.models import Entry
from basins.enums import Role
from committees import operations, permissions
from committees.models import MemberDeclaration, Vote
from committees.operations import LinkLine
from committees.queries import declarations, interests
from tests.builders import make_contact, make_partner, set_rules
from tests.committees.conftest import BEFORE, DAY

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"


def declare(person, *links, **changes):
    values = {
        "seat_id": declarations.own_seat(person, on=BEFORE.date()).pk,
        "skills": "Gestion",
        "links": links,
        "has_none": not links,
        "signed_name": person.full_name,
        "at": BEFORE,
        **changes,
    }
    return operations.make_declaration(by=person, **values)


class TestMake:
    def test_keeps_what_was_signed(self, committee):
        person = committee.people[1]
        made = declare(person, LinkLine("CLIENT", " Atelier du Lac ", "812 345 678", "depuis 2020"))
        assert (made.year, made.seat_id) == (BEFORE.year, committee.seats[1].pk)
        assert made.undertaking == declarations.UNDERTAKING
        link = made.links.get()
        assert (link.name, link.siren) == ("Atelier du Lac", "812345678")

    def test_sent_twice_counts_once_and_a_change_replaces(self, committee):
        person = committee.people[1]
        first = declare(person)
        assert declare(person) == first
        second = declare(person, LinkLine("BANK", "Atelier du Lac"))
        assert declarations.latest(person, year=BEFORE.year) == second
        with pytest.raises(DatabaseError), transaction.atomic():
            MemberDeclaration.objects.filter(pk=first.pk).update(skills="Autre")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"has_none": False}, "has_none"),
            ({"signed_name": "Quelqu'un d'autre"}, "signed_name"),
            ({"links": [LinkLine("CLIENT", "Atelier du Lac")], "has_none": True}, "has_none"),
        ],
    )
    def test_says_everything(self, committee, changes, field):
        with pytest.raises(InvalidInput) as refused:
            declare(committee.people[1], **changes)
        assert refused.value.field == field

    def test_a_name_is_typed_as_people_type(self, committee):
        person = committee.people[1]
        assert declare(person, signed_name=f" {person.full_name.upper()} ")

    def test_is_for_those_who_sit(self, committee):
        with pytest.raises(ActionDenied, match="ni titulaire"):
            declare(committee.people[1], seat_id=committee.seats[2].pk)
        with pytest.raises(ActionDenied, match="Aucun siège"):
            permissions.make_declaration(
                declarations.own_seat(committee.operator, on=BEFORE.date())
            )


class TestFollow:
    def test_the_silent_are_known_and_reminded_once_a_day(self, committee):
        for person in committee.people[:3]:
            declare(person)
        awaited = {person.pk for person in declarations.silent(BEFORE.date())}
        assert awaited == {person.pk for person in committee.people[3:]}
        told = [operations.remind_declarations(by=committee.operator, at=BEFORE) for _ in range(2)]
        assert [len(people) for people in told] == [2, 0]
        assert Entry.objects.filter(payload__code="M65").count() == 2

    def test_who_is_reminded_is_read_before_the_mails_leave(self, committee, client_as):
        operator = client_as(Role.OPERATOR, user=committee.operator)
        url = "/bassins/savoie/comite/declarations/relancer/"
        asked = operator.get(url).context["confirmation"]
        assert len(asked.told) == len(committee.people)
        assert not Entry.objects.filter(payload__code="M65").exists()
        assert operator.post(url).status_code == 302
        assert Entry.objects.filter(payload__code="M65").count() == len(committee.people)

    def test_who_joins_is_welcomed(self, committee):
        partner = make_partner()
        contact = make_contact(partner)
        operations.create_seat(
            partner_id=partner.pk,
            holder_id=contact.person_id,
            kind="DELIBERATIVE",
            starts_on=DAY.date(),
            by=committee.operator,
            at=DAY,
        )
        mail = Entry.objects.get(payload__code="M64").payload
        assert (mail["email"], mail["words"]["issuer"]) == (contact.person.email, "ALIZE Savoie")

    def test_its_links_are_suggested_on_the_file_of_that_company(self, committee):
        item = committee.convened().items.get()
        company = item.project.beneficiary
        declare(committee.people[1], LinkLine("SUPPLIER", company.name.upper(), said="emballages"))
        declare(committee.people[2], LinkLine("SUPPLIER", "Une autre maison"))
        found = interests.suggestions_to(item, committee.seats[1:3])
        (suggested,) = found[committee.seats[1].pk]
        assert suggested.kind == "SUPPLIER"
        assert "emballages" in suggested.because
        assert found[committee.seats[2].pk] == ()

    def test_what_one_said_of_oneself_is_not_told_to_another_of_the_seat(self, committee):
        item, seat = committee.convened().items.get(), committee.seats[1]
        name = item.project.beneficiary.name
        alternate = make_contact(seat.partner).person
        seat.alternates.add(alternate)
        declare(
            alternate,
            LinkLine("RELATIVE", name, said="ma sœur"),
            LinkLine("SUPPLIER", name, said="emballages"),
            seat_id=seat.pk,
        )
        kinds = {
            reader: [one.kind for one in interests.suggestions(item, seat, reader=reader)]
            for reader in (alternate, seat.holder, None)
        }
        both = ["RELATIVE", "SUPPLIER"]
        assert kinds == {alternate: both, seat.holder: ["SUPPLIER"], None: both}
        (told,) = interests.suggestions(item, seat, reader=seat.holder)
        assert "emballages" not in told.because
        seat.alternates.clear()
        assert [one.kind for one in interests.suggestions(item, seat)] == ["SUPPLIER"]


class TestVote:
    def test_is_never_blocked_unless_the_rules_say_so(self, committee):
        ballot = committee.ballot(committee.opened())
        assert committee.vote(ballot, committee.people[1])

    def test_waits_for_the_declaration_where_the_rules_ask_it(self, committee):
        set_rules(declaration_required=True)
        ballot = committee.ballot(committee.opened())
        declare(committee.people[1])
        assert committee.vote(ballot, committee.people[1])
        with pytest.raises(ActionDenied, match="déclaration annuelle"):
            committee.vote(ballot, committee.people[2])
        with pytest.raises(IntegrityError, match="declared") as refused, transaction.atomic():
            Vote.objects.create(
                ballot=ballot,
                seat=committee.seats[2],
                version=1,
                person_id=committee.people[2].pk,
                choice="FOR",
                cast_at=DAY + timedelta(minutes=8),
                command_key="7d1f7d0e-6f43-4a3c-9a58-30c0a1a3a0aa",
            )
        assert sentence_of(refused.value)


def test_the_pages_of_the_member_and_of_the_operator(committee, client_as, run_outbox):
    member = client_as(Role.MEMBER, user=committee.people[1])
    operator = client_as(Role.OPERATOR, user=committee.operator)
    with time_machine.travel(DAY, tick=True):
        assert "Faire votre déclaration" in member.get("/bassins/savoie/").content.decode()
        sent = {
            "skills": "Recrutement",
            "signed_name": committee.people[1].full_name,
            "links-TOTAL_FORMS": "1",
            "links-INITIAL_FORMS": "0",
            "links-0-name": "Atelier du Lac",
            "links-0-kind": "CLIENT",
        }
        wrong = member.post(f"{HOME}ma-place/", sent | {"signed_name": "Moi"})
        assert (wrong.status_code, "Atelier du Lac" in wrong.content.decode()) == (422, True)
        assert member.post(f"{HOME}ma-place/", sent).status_code == 302
    run_outbox()
    with time_machine.travel(DAY, tick=True):
        page = operator.get(f"{HOME}declarations/").content.decode()
        assert "Atelier du Lac, client" in page
        assert f"{len(committee.people) - 1} attendues" in page
        made = MemberDeclaration.objects.get()
        url = f"/bassins/savoie/documents/{GeneratedDocument.objects.about(made).get().pk}/"
        other = client_as(Role.MEMBER, user=committee.people[2])
        assert [who.get(url).status_code for who in (member, operator, other)] == [200, 200, 404]
