"""Links with a file: suggested, declared, imposed, lifted (voting.md 5.3, SD5)."""

import pytest
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins.enums import Role
from committees import operations
from committees.models import CommitteeRules, InterestDeclaration
from committees.queries import interests, leading, recusals
from partners.models import Group
from projects.enums import FundingKind
from tests.builders import journal, make_beneficiary, make_person
from tests.committees.conftest import DAY

HOME = "/bassins/savoie/comite/"


@pytest.fixture
def meeting(committee):
    return committee.opened()


@pytest.fixture
def item(meeting):
    return meeting.items.select_related("project__beneficiary", "meeting").get()


def impose(committee, item, person, *, by=None, reason="Il vend le terrain."):
    return operations.impose_recusal(
        item_id=item.pk,
        seat_id=committee.seat_of(person).pk,
        reason=reason,
        by=by or committee.president,
        at=DAY,
    )


def lift(committee, item, person, *, by=None):
    return operations.lift_recusal(
        item_id=item.pk,
        seat_id=committee.seat_of(person).pk,
        by=by or committee.president,
        at=DAY,
    )


class TestSuggestions:
    def of(self, item, seat):
        return [one.kind for one in interests.suggestions(item, seat)]

    def test_nothing_by_default(self, committee, item):
        assert self.of(item, committee.seats[1]) == []

    def test_the_same_legal_person_and_its_group(self, committee, item):
        vercors = Group.objects.create(name="Vercors")
        for seat in committee.seats[1:3]:
            seat.partner.group = vercors
            seat.partner.save()
        twin = committee.seats[1].partner
        twin.siren = "812345678"
        twin.save()
        item.project.beneficiary.siret = "81234567800012"
        item.project.beneficiary.save()
        assert self.of(item, committee.seats[1]) == ["SAME_GROUP"]
        assert self.of(item, committee.seats[2]) == ["SAME_GROUP"]
        assert self.of(item, committee.seats[3]) == []

    def test_the_bank_and_the_lenders_of_the_plan(self, committee, item):
        bank, lender, own = (seat.partner.name for seat in committee.seats[1:4])
        lines = item.project.funding_lines
        lines.create(kind=FundingKind.BANK, source=f"Prêt {bank}", amount=1)
        lines.create(kind=FundingKind.HONOUR_LOAN, source=lender.upper(), amount=1)
        lines.create(kind=FundingKind.OWN, source=own, amount=1)
        assert [self.of(item, seat) for seat in committee.seats[1:4]] == [["BANK"], ["LENDER"], []]

    def test_the_house_of_the_referrer(self, committee, item):
        committee.referred(item)
        assert self.of(item, committee.seats[2]) == ["OTHER"]
        assert self.of(item, committee.seats[1]) == []

    def test_what_the_seat_said_on_an_earlier_file(self, committee, item):
        company = make_beneficiary()
        earlier = committee.opened().items.get()
        for one in (earlier, item):
            one.project.beneficiary = company
            one.project.save()
        person = committee.people[1]
        committee.answer(earlier, person, "LINK", link="CLIENT", reason="Depuis 2020")
        (found,) = interests.suggestions(item, committee.seats[1])
        assert found.kind == "CLIENT"
        assert "« Depuis 2020 »" in found.because
        committee.answer(earlier, person, "NONE")
        assert self.of(item, committee.seats[1]) == []

    def test_what_the_presidency_ruled_on_an_earlier_file(self, committee, item):
        company = make_beneficiary()
        earlier = committee.opened().items.get()
        for one in (earlier, item):
            one.project.beneficiary = company
            one.project.save()
        impose(committee, earlier, committee.people[1])
        (found,) = interests.suggestions(item, committee.seats[1], reader=committee.people[1])
        assert found.kind == ""
        assert found.because.startswith("La présidence a déjà déporté votre siège")
        assert "« Il vend le terrain. »" in found.because


class TestDeclaration:
    def test_a_link_has_a_known_kind(self, committee, item):
        for kind in ("", "COUSIN"):
            with pytest.raises(InvalidInput) as refusal:
                committee.answer(item, committee.people[1], "LINK", link=kind, reason="Depuis 2020")
            assert refusal.value.field == "link"

    def test_the_database_refuses_a_link_that_is_not_said(self, committee, item):
        for link, reason in (("", "Client"), ("CLIENT", "")):
            with pytest.raises(IntegrityError, match="link_is_said"), transaction.atomic():
                item.declarations.create(
                    seat=committee.seats[1],
                    person=committee.people[1],
                    answer="LINK",
                    link=link,
                    reason=reason,
                    declared_at=DAY,
                )

    def test_some_links_force_a_withdrawal(self, committee, item):
        CommitteeRules.objects.update_or_create(pk=1, defaults={"recusal_links": ["BANK"]})
        person = committee.people[1]
        with pytest.raises(InvalidInput, match="demandent un déport pour ce lien") as refusal:
            committee.answer(item, person, "LINK", link="BANK", reason="Notre caisse prête")
        assert refusal.value.field == "answer"
        committee.answer(item, person, "LINK", link="CLIENT", reason="Depuis 2020")
        committee.answer(item, person, "RECUSED", link="BANK", reason="Notre caisse prête")
        assert recusals.recused_seats(item) == {committee.seats[1].pk}

    def test_no_link_keeps_no_words(self, committee, item):
        committee.answer(item, committee.people[1], "NONE", link="BANK", reason="laissé là")
        declaration = InterestDeclaration.objects.get()
        assert (declaration.link, declaration.reason) == ("", "")


class TestImposed:
    def test_with_its_reason_in_the_journal_and_by_mail(self, committee, item):
        person, alternate = committee.people[1], make_person()
        committee.seat_of(person).alternates.add(alternate)
        declaration = impose(committee, item, person)
        assert declaration.is_imposed
        assert declaration.person_id == committee.president.pk
        assert recusals.recused_seats(item) == {committee.seat_of(person).pk}
        assert AuditEvent.objects.filter(type="recusal.imposed").exists()
        told = {mail.payload["email"] for mail in Entry.objects.filter(payload__code="M40")}
        assert told == {person.email, alternate.email}

    def test_needs_its_reason(self, committee, item):
        with pytest.raises(InvalidInput):
            impose(committee, item, committee.people[1], reason=" ")

    def test_is_not_the_business_of_a_member(self, committee, item):
        for act in (impose, lift):
            with pytest.raises(ActionDenied, match="présidence"):
                act(committee, item, committee.people[1], by=committee.people[2])

    def test_by_whoever_presides_when_the_chair_withdrew(self, committee, item):
        committee.answer(item, committee.president, "RECUSED")
        presiding = leading.presiding_person(item, on=DAY.date())
        others = [one for one in committee.people[1:] if one.pk != presiding.pk]
        impose(committee, item, others[0], by=presiding)
        assert committee.seat_of(others[0]).pk in recusals.recused_seats(item)

    def test_is_not_undone_by_the_member(self, committee, item):
        person = committee.people[1]
        impose(committee, item, person)
        with pytest.raises(ActionDenied, match="elle seule"):
            committee.answer(item, person, "NONE")

    def test_is_lifted_and_the_member_answers_again(self, committee, item):
        person = committee.people[1]
        impose(committee, item, person)
        lift(committee, item, person)
        assert journal("recusal.lifted") == [committee.president.pk]
        assert recusals.latest_answer(item, committee.seat_of(person)) is None
        assert not recusals.recused_seats(item)
        committee.answer(item, person, "NONE")
        assert journal("interest.declared") == [person.pk]

    def test_a_withdrawal_of_ones_own_is_not_for_the_chair_to_lift(self, committee, item):
        person = committee.people[1]
        committee.answer(item, person, "RECUSED")
        with pytest.raises(ActionDenied, match="Aucun déport n'est imposé"):
            lift(committee, item, person)
        with pytest.raises(ActionDenied, match="déjà déporté"):
            impose(committee, item, person)

    def test_removes_a_vote_before_the_close(self, committee, meeting, item):
        ballot = committee.ballot(meeting)
        for person in committee.people:
            committee.vote(ballot, person)
        impose(committee, item, committee.people[1])
        with pytest.raises(ActionDenied, match="Le vote est ouvert"):
            lift(committee, item, committee.people[1])
        closed = committee.close(ballot)
        assert closed.result["votes_for"] == 4
        assert closed.result["quorum_base"] == 4

    def test_comes_too_late_once_the_vote_is_closed(self, committee, meeting, item):
        ballot = committee.ballot(meeting)
        committee.vote(ballot, committee.president)
        committee.close(ballot)
        with pytest.raises(ActionDenied, match="clos"):
            impose(committee, item, committee.people[1])

    def test_the_database_refuses_one_without_a_reason(self, committee, item):
        with pytest.raises(IntegrityError, match="imposed_with_reason"), transaction.atomic():
            item.declarations.create(
                seat=committee.seats[1],
                person=committee.president,
                answer="RECUSED",
                is_imposed=True,
                declared_at=DAY,
            )


class TestPages:
    def test_suggestions_stand_before_the_answer(self, committee, item, client_as):
        CommitteeRules.objects.update_or_create(pk=1, defaults={"recusal_links": ["BANK"]})
        name = committee.seats[1].partner.name
        item.project.funding_lines.create(kind=FundingKind.BANK, source=name, amount=1)
        member = client_as(Role.MEMBER, user=committee.people[1])
        page = member.get(f"{HOME}passages/{item.pk}/liens/").content.decode()
        assert page.index("Ce que nous savons") < page.index("Votre réponse")
        assert "demandent un déport pour ce lien" in page
        refused = member.post(
            f"{HOME}passages/{item.pk}/liens/",
            {"answer": "LINK", "link": "BANK", "reason": "CANARI"},
        )
        assert refused.status_code == 422
        assert "CANARI" in refused.content.decode()

    def test_the_chair_imposes_and_lifts(self, committee, item, client_as):
        president = client_as(Role.PRESIDENT, user=committee.president)
        member = client_as(Role.MEMBER, user=committee.people[1])
        seat = committee.seats[1]
        path = f"{HOME}passages/{item.pk}/deports/"
        assert f"{path}{seat.pk}/imposer/" in president.get(path).content.decode()
        form = president.get(f"{path}{seat.pk}/imposer/")
        assert form.status_code == 200
        assert president.post(f"{path}{seat.pk}/imposer/", {"reason": ""}).status_code == 422
        president.post(f"{path}{seat.pk}/imposer/", {"reason": "Il vend le terrain."})
        assert member.get(f"{HOME}passages/{item.pk}/").status_code == 404
        told = member.get(f"{HOME}passages/{item.pk}/liens/").content.decode()
        assert "Il vend le terrain." in told
        assert "Enregistrer ma réponse" not in told
        president.post(f"{path}{seat.pk}/lever/")
        assert member.get(f"{HOME}passages/{item.pk}/").status_code == 200

    def test_the_list_is_for_the_chair_and_the_operator(self, committee, item, client_as):
        path = f"{HOME}passages/{item.pk}/deports/"
        operator = client_as(Role.OPERATOR, user=committee.operator)
        page = operator.get(path)
        assert page.status_code == 200
        assert "Imposer un déport" not in page.content.decode()
        member = client_as(Role.MEMBER, user=committee.people[1])
        assert member.get(path).status_code == 403
        assert member.get(f"{path}{committee.seats[2].pk}/imposer/").status_code == 403
        assert member.post(f"{path}{committee.seats[2].pk}/lever/").status_code == 403

    def test_an_unknown_seat(self, committee, item, client_as):
        president = client_as(Role.PRESIDENT, user=committee.president)
        assert president.get(f"{HOME}passages/{item.pk}/deports/987654/imposer/").status_code == 404
