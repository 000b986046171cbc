"""Who sits in the committee, until when, and who presides instead (R27-R30, SD6)."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.audit.models import AuditEvent
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.trigger_sentences import TRIGGER_SENTENCES
from basins.enums import Role
from basins.models import Membership
from basins.operations import accept_invitation, invite
from basins.tenancy import national
from committees import operations
from committees.models import ChairSubstitute, Seat
from committees.queries import composition, leading, seats
from committees.queries.rules import committee_rules
from partners.enums import PartnerKind
from tests.builders import START, make_contact, make_partner, make_person, make_seat, make_user
from tests.committees.conftest import BEFORE, DAY

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)


@pytest.fixture
def partner(in_savoie):
    return make_partner(name="Verrerie")


@pytest.fixture
def holder(partner):
    return make_contact(partner).person


def create(committee, partner, holder, **changes):
    values = {"kind": "DELIBERATIVE", "starts_on": ON, "by": committee.operator, "at": BEFORE}
    return operations.create_seat(partner_id=partner.pk, holder_id=holder.pk, **values | changes)


def refused(act):
    """The name of the constraint or trigger that refuses; it has its French sentence."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    name = error.value.__cause__.diag.constraint_name
    assert sentence_of(error.value) == TRIGGER_SENTENCES.get(name, sentence_of(error.value))
    return name


class TestCreate:
    def test_a_contact_of_the_partner(self, committee, partner, holder):
        seat = create(committee, partner, holder)
        assert seat in Seat.objects.deliberative(ON)
        assert AuditEvent.objects.filter(type="seat.created", target_id=seat.pk).exists()

    def test_somebody_else_is_told_what_is_missing(self, committee, partner):
        with pytest.raises(InvalidInput, match="contact en activité de Verrerie"):
            create(committee, partner, make_person())
        retired = make_contact(partner, is_active=False).person
        with pytest.raises(InvalidInput, match="contact en activité"):
            create(committee, partner, retired)

    def test_one_seat_a_partner_at_a_time(self, committee, partner, holder):
        seat = create(committee, partner, holder)
        with pytest.raises(InvalidInput, match="déjà un siège"):
            create(committee, partner, holder, starts_on=date(2027, 1, 1))
        for _ in range(2):
            operations.end_seat(
                seat_id=seat.pk, ends_on=date(2026, 12, 31), by=committee.operator, at=BEFORE
            )
        assert AuditEvent.objects.filter(type="seat.ended").count() == 1
        with pytest.raises(InvalidInput, match="à ces dates"):
            create(committee, partner, holder, starts_on=date(2026, 12, 31))
        second = create(committee, partner, holder, starts_on=date(2027, 1, 1))
        ends = {"seat_id": second.pk, "by": committee.operator, "at": BEFORE}
        with pytest.raises(InvalidInput, match="précède la date de début"):
            operations.end_seat(ends_on=date(2026, 6, 1), **ends)
        again = Seat(partner=partner, holder=holder, kind="GUEST", starts_on=date(2026, 6, 1))
        again.ends_on = date(2026, 7, 1)
        assert refused(again.save) == "seat_one_at_a_time"


class TestOperatorIsNeutral:
    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE])
    def test_a_consultative_voice(self, committee, partner, role):
        person = make_user(role, basin=committee.basin)
        make_contact(partner, person=person)
        assert composition.usual_kind(partner, on=BEFORE.date()) == "CONSULTATIVE"
        with pytest.raises(ActionDenied, match="voix consultative"):
            create(committee, partner, person)
        assert create(committee, partner, person, kind="CONSULTATIVE").pk

    def test_whoever_asks_the_database(self, committee, partner):
        seat = make_seat(kind="CONSULTATIVE", holder=committee.operator)
        assert refused(lambda: make_seat(holder=committee.operator)) == OPERATOR
        assert refused(lambda: Seat.objects.filter(pk=seat.pk).update(kind="DELIBERATIVE")) == (
            OPERATOR
        )
        mine = committee.seats[1]
        assert refused(lambda: mine.alternates.add(committee.operator)) == OPERATOR
        make_contact(mine.partner, person=committee.operator)
        with pytest.raises(ActionDenied, match="voix consultative"):
            alternates(committee, mine, committee.operator)

    def grant(self, committee, person, role=Role.OPERATOR, **period):
        with national():
            return Membership.objects.create(
                person=person, basin=committee.basin, role=role, **{"starts_on": ON, **period}
            )

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE])
    def test_its_role_is_not_given_to_who_has_a_voice(self, committee, role):
        seat = committee.seats[1]
        alternate = make_contact(seat.partner).person
        seat.alternates.add(alternate)
        gone = committee.seats[2]
        Seat.objects.filter(pk=gone.pk).update(ends_on=ON - timedelta(days=1))
        for person in (seat.holder, alternate):
            assert refused(partial(self.grant, committee, person, role)) == VOICE
        assert self.grant(committee, gone.holder, role).pk
        past = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
        assert self.grant(committee, seat.holder, role, **past).pk
        assert self.grant(committee, seat.holder, Role.MEMBER).pk
        Seat.objects.filter(pk=seat.pk).update(kind="CONSULTATIVE")
        for person in (seat.holder, alternate):
            assert self.grant(committee, person, role).pk

    def test_the_invitation_of_who_has_a_voice_says_what_to_do(self, committee):
        person, staff = committee.people[1], make_user(Role.NATIONAL_STAFF)
        with national():
            invitation = invite(
                email=person.email, first_name="A", last_name="B", role=Role.OPERATOR,
                basin=committee.basin, by=staff, at=timezone.now(),
            )  # fmt: skip
            with pytest.raises(IntegrityError) as error, transaction.atomic():
                accept_invitation(invitation_id=invitation.pk, password=None, at=timezone.now())
        assert "demandez à l'opérateur de vous y remplacer" in sentence_of(error.value)

    def test_unless_the_rules_say_so(self, committee):
        row = committee_rules()
        row.operator_votes = True
        row.save()
        assert make_seat(holder=committee.operator).pk
        assert self.grant(committee, committee.people[1]).pk


OPERATOR = "seat_operator_is_consultative"
VOICE = "membership_operator_has_no_voice"


def alternates(committee, seat, *people):
    return operations.set_alternates(
        seat_id=seat.pk,
        people=[person.pk for person in people],
        by=committee.operator,
        at=BEFORE,
    )


class TestAlternates:
    def test_two_contacts_at_most(self, committee):
        seat = committee.seats[1]
        three = [make_contact(seat.partner).person for _ in range(3)]
        alternates(committee, seat, *three[:2])
        assert seats.alternates_of(seat) == {one.pk for one in three[:2]}
        with pytest.raises(InvalidInput, match="deux suppléants"):
            alternates(committee, seat, *three)
        assert refused(lambda: seat.alternates.add(three[2])) == "seat_has_two_alternates"
        alternates(committee, seat)
        assert not seats.alternates_of(seat)

    def test_neither_the_holder_nor_a_stranger(self, committee):
        seat = committee.seats[1]
        with pytest.raises(InvalidInput, match="son propre suppléant"):
            alternates(committee, seat, seat.holder)
        with pytest.raises(InvalidInput, match="contact en activité"):
            alternates(committee, seat, make_person())
        assert refused(lambda: seat.alternates.add(seat.holder)) == "seat_alternate_is_another"


class TestMandates:
    def test_the_next_holder_takes_the_seat_its_place_and_its_meetings(self, committee):
        old = committee.seats[0]
        following = make_contact(old.partner).person
        ChairSubstitute.objects.create(seat=old, rank=1)
        meeting = committee.convened()
        new = operations.replace_holder(
            seat_id=old.pk,
            holder_id=following.pk,
            starts_on=DAY.date(),
            by=committee.operator,
            at=BEFORE,
        )
        old.refresh_from_db()
        meeting.refresh_from_db()
        assert (old.ends_on, new.starts_on) == (date(2026, 3, 11), date(2026, 3, 12))
        assert (new.kind, new.partner, meeting.chair) == (old.kind, old.partner, new)
        assert ChairSubstitute.objects.get().seat == new
        assert [line.seat for line in composition.history_of(new, on=DAY.date())] == [new, old]
        with pytest.raises(ActionDenied, match="déjà sa fin"):
            operations.replace_holder(
                seat_id=old.pk,
                holder_id=following.pk,
                starts_on=DAY.date(),
                by=committee.operator,
                at=BEFORE,
            )

    def test_a_seat_that_voted_stays_what_it_was(self, committee):
        ballot = committee.ballot(committee.opened())
        committee.vote(ballot, committee.people[1])
        seat = committee.seats[1]
        mine = Seat.objects.filter(pk=seat.pk)
        other = make_person()
        for values in (
            {"kind": "GUEST"},
            {"holder": other},
            {"partner": make_partner()},
            {"starts_on": date(2026, 1, 1)},
            {"ends_on": date(2026, 3, 11)},
        ):
            assert refused(lambda values=values: mine.update(**values)) == "seat_has_voted"
        with transaction.atomic():
            mine.update(ends_on=DAY.date())
        with pytest.raises(ActionDenied, match="déjà siégé"):
            operations.correct_seat(
                seat_id=seat.pk,
                holder_id=other.pk,
                kind="GUEST",
                starts_on=START,
                by=committee.operator,
                at=BEFORE,
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            mine._raw_delete(mine.db)

    def test_no_seat_is_removed(self, committee, partner, holder):
        seat = create(committee, partner, holder)
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            Seat.objects.filter(pk=seat.pk)._raw_delete("default")

    def test_corrected_before_it_sits(self, committee, partner, holder):
        seat = create(committee, partner, holder)
        other = make_contact(partner).person
        for _ in range(2):
            operations.correct_seat(
                seat_id=seat.pk,
                holder_id=other.pk,
                kind="GUEST",
                starts_on=START,
                by=committee.operator,
                at=BEFORE,
            )
        assert AuditEvent.objects.filter(type="seat.corrected").count() == 1
        seat.refresh_from_db()
        assert (seat.holder_id, seat.kind, seat.starts_on) == (other.pk, "GUEST", START)


class TestChair:
    def order(self, committee, *them):
        operations.set_chair_order(
            seat_ids=[seat.pk for seat in them], by=committee.operator, at=BEFORE
        )

    def test_replaced_in_the_order_the_committee_set(self, committee):
        first, second, third, *_ = committee.seats
        for _ in range(2):
            self.order(committee, third, second)
        assert AuditEvent.objects.filter(type="chair_order.set").count() == 1
        meeting = committee.opened()
        item = meeting.items.get()
        assert leading.presiding_seat(item, on=DAY.date()) == first
        committee.answer(item, committee.people[0], "RECUSED")
        assert leading.presiding_seat(item, on=DAY.date()) == third
        committee.answer(item, committee.people[2], "RECUSED")
        assert leading.presiding_seat(item, on=DAY.date()) == second

    def test_replaced_when_it_has_left(self, committee):
        self.order(committee, committee.seats[3])
        meeting = committee.opened()
        meeting.attendances.filter(seat=committee.seats[0]).update(left_at=DAY)
        assert leading.presiding_seat(meeting.items.get(), on=DAY.date()) == committee.seats[3]
        meeting.attendances.filter(seat=committee.seats[3]).update(left_at=DAY)
        assert leading.presiding_seat(meeting.items.get(), on=DAY.date()) == committee.seats[1]

    def test_whoever_is_there_may_open(self, committee):
        self.order(committee, committee.seats[2], committee.seats[1])
        meeting = committee.convened()
        committee.arrive(meeting, committee.people[1])
        committee.arrive(meeting, committee.people[2])
        with pytest.raises(ActionDenied, match="préside"):
            operations.open_meeting(meeting_id=meeting.pk, by=committee.people[1], at=DAY)
        meeting = operations.open_meeting(meeting_id=meeting.pk, by=committee.people[2], at=DAY)
        assert meeting.chair == committee.seats[2]

    def test_the_chair_comes_before_its_replacements(self, committee):
        meeting = committee.convened()
        committee.arrive(meeting, committee.people[1])
        assert seats.chair_for(meeting, committee.people[1]) == committee.seats[1]
        assert seats.chair_for(meeting, committee.president) == committee.seats[0]
        committee.arrive(meeting, committee.president)
        assert seats.chair_for(meeting, committee.people[1]) == committee.seats[0]

    def test_only_active_people_of_partner_companies(self, committee):
        town = make_partner(kind=PartnerKind.AUTHORITY)
        seat = make_seat(partner=town, holder=make_contact(town).person)
        retired = committee.seats[1]
        retired.partner.contacts.update(is_active=False)
        for one in (seat, retired):
            with pytest.raises(InvalidInput, match="entreprise partenaire"):
                self.order(committee, one)
        with pytest.raises(InvalidInput):
            self.order(committee, committee.seats[2], committee.seats[2])

    def test_on_the_day_an_alternate_is_an_active_representative_too(self, committee):
        meeting = committee.convened()
        chair = committee.seats[0]
        stranger = make_user(Role.MEMBER, basin=committee.basin)
        chair.alternates.add(stranger)
        assert seats.chair_is_able(meeting)
        meeting.attendances.create(seat=chair, person=stranger, arrived_at=DAY)
        assert not seats.chair_is_able(meeting)
        make_contact(chair.partner, person=stranger)
        assert seats.chair_is_able(meeting)

    def test_on_the_day_an_alternate_replaces_the_chair_as_an_active_representative(
        self, committee
    ):
        meeting = committee.convened()
        second, third = committee.seats[1:3]
        stranger = make_user(Role.MEMBER, basin=committee.basin)
        second.alternates.add(stranger)
        meeting.attendances.create(seat=second, person=stranger, arrived_at=DAY)
        committee.arrive(meeting, committee.people[2])
        assert list(seats.replacements(meeting)) == [third]

    def test_a_company_that_left_does_not_preside(self, committee):
        meeting = committee.convened()
        partner = committee.seats[0].partner
        partner.left_on = DAY.date()
        partner.save()
        assert not seats.chair_is_able(meeting)
