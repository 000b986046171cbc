"""A file that comes back to the committee: what its members said of their links (SD5)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from alize.common.errors import ActionDenied
from alize.outbox.models import Entry
from committees import operations
from committees.documents.seating import departures_during
from committees.enums import InterestAnswer
from committees.models import InterestDeclaration
from committees.queries import interests, leading, recusals, verification
from committees.queries.ballots import facts_now
from committees.queries.live import live_state
from committees.queries.recusals import recused_projects
from tests.builders import make_contact
from tests.committees.conftest import DAY

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=21)


@pytest.fixture
def back(committee):
    """A file on its second meeting, after one that only talked of it; answers come in between."""

    def come_back(**answers: str):
        first = committee.opened()
        item = first.items.get()
        for rank, answer in answers.items():
            person = committee.people[int(rank[1:])]
            if answer == "IMPOSED":
                operations.impose_recusal(
                    item_id=item.pk,
                    seat_id=committee.seat_of(person).pk,
                    reason="Administrateur de la banque",
                    by=committee.president,
                    at=DAY,
                )
            else:
                more = {"link": "SUPPLIER", "reason": "Fournisseur"} if answer == "LINK" else {}
                committee.answer(item, person, answer, **more)
        operations.close_meeting(
            meeting_id=first.pk, by=committee.president, at=DAY + timedelta(hours=2)
        )
        second = committee.planned(held_at=LATER)
        again = operations.put_on_agenda(
            meeting_id=second.pk, project_id=item.project_id, by=committee.operator, at=DAY
        )
        committee.propose(again)
        operations.convene(meeting_id=second.pk, by=committee.operator, at=DAY)
        return again

    return come_back


def test_a_withdrawal_stands_and_any_other_answer_is_asked_again(committee, back):
    item = back(p1="RECUSED", p2="LINK", p3="NONE")
    recused, linked, free = committee.seats[1:4]
    assert recusals.recused_seats(item) == {recused.pk}
    assert set(recusals.standing_answers(item)) == {recused.pk}
    assert recusals.latest_answer(item, recused).answer == InterestAnswer.RECUSED
    assert recusals.latest_answer(item, linked) is recusals.latest_answer(item, free) is None
    assert set(recusals.answers_of(recused, [item])) == {item.pk}
    assert [one.kind for one in interests.suggestions(item, linked)] == ["SUPPLIER"]
    assert str(recused.pk) in facts_now(item, None, on=LATER.date()).recused
    first = item.project.agenda_items.order_by("pk").first()
    committee.answer(item, committee.people[1], "NONE", when=LATER)
    assert recusals.recused_seats(item) == frozenset()
    assert recusals.recused_seats(first) == {recused.pk}


def test_it_leaves_quorum_vote_and_proxy(committee, back):
    item = back(p1="RECUSED")
    meeting = item.meeting
    operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=LATER)
    for person in committee.people[1:4]:
        committee.arrive(meeting, person, when=LATER)
    committee.proxy(meeting, committee.people[1], committee.people[2])
    for person in (committee.president, *committee.people[2:4]):
        committee.answer(item, person, when=LATER)
    ballot = operations.open_ballot(item_id=item.pk, by=committee.president, at=LATER)
    with pytest.raises(ActionDenied, match="déporté"):
        committee.vote(ballot, committee.people[1], at=LATER)
    with pytest.raises(IntegrityError, match="recused"), transaction.atomic():
        ballot.votes.create(
            seat=committee.seats[1],
            version=1,
            person=committee.people[1],
            choice="FOR",
            cast_at=LATER,
            command_key="00000000-0000-4000-8000-000000000001",
        )
    for person in (committee.president, *committee.people[2:4]):
        committee.vote(ballot, person, at=LATER)
    closed = committee.close(ballot, when=LATER)
    assert (closed.result["quorum_have"], closed.result["quorum_base"]) == (3, 4)
    assert closed.result["votes_for"] == 3


def test_one_imposed_stays_with_the_presidency(committee, back):
    item = back(p1="IMPOSED")
    with pytest.raises(ActionDenied, match="elle seule"):
        committee.answer(item, committee.people[1], when=LATER)
    row = next(
        one for one in interests.lines_of(item, None, chairs=True) if one.seat == committee.seats[1]
    )
    assert row.may_lift
    operations.lift_recusal(
        item_id=item.pk, seat_id=committee.seats[1].pk, by=committee.president, at=LATER
    )
    assert recusals.latest_answer(item, committee.seats[1]) is None
    committee.answer(item, committee.people[1], when=LATER)


@pytest.fixture
def replaced(committee):
    """Another holder for the second seat, between the two meetings; decided on some day."""

    def replace(when):
        seat = committee.seats[1]
        return operations.replace_holder(
            seat_id=seat.pk,
            holder_id=make_contact(seat.partner).person_id,
            starts_on=LATER.date() - timedelta(days=7),
            by=committee.operator,
            at=when,
        )

    return replace


def test_a_withdrawal_is_of_its_mandate(committee, back, replaced):
    item = back(p1="RECUSED")
    seat = replaced(DAY + timedelta(days=1))
    assert recusals.recused_seats(item) == frozenset()
    assert departures_during(item, []) == []
    first = item.project.agenda_items.order_by("pk").first()
    assert departures_during(first, []) == [str(seat.partner)]
    # The next holder is asked, and reminded of it without what the other said of themselves.
    (suggested,) = interests.suggestions(item, seat)
    assert (suggested.kind, "12 mars" in suggested.because) == ("", True)


@pytest.mark.parametrize(
    ("answer", "link", "told"),
    [
        ("LINK", "RELATIVE", None),
        ("LINK", "SHAREHOLDER", None),
        ("LINK", "OTHER", None),
        ("RECUSED", "RELATIVE", None),
        ("RECUSED", "LANDLORD", ("", "Votre siège s'est déjà déporté")),
        ("RECUSED", "BANK", ("BANK", "« Banque de l'entreprise »")),
        ("LINK", "CLIENT", ("CLIENT", "« Client »")),
    ],
)
def test_a_link_of_a_person_goes_with_them_and_that_of_the_partner_stays(
    committee, back, replaced, alternate, client_as, answer, link, told
):
    item, said = back(), "CANARI"
    first = item.project.agenda_items.order_by("pk").first()
    for passage in (first, item):
        InterestDeclaration.objects.create(
            item=passage, seat=committee.seats[1], person=committee.people[1], answer=answer,
            link=link, reason=said, declared_at=DAY,
        )  # fmt: skip
    (own,) = interests.suggestions(item, committee.seats[1], reader=committee.people[1])
    assert (own.kind, said in own.because) == (link, True)
    seat = replaced(DAY + timedelta(days=1))
    readers = [(committee.seats[1], alternate), (seat, seat.holder), (seat, alternate)]
    for where, reader in [*readers, (seat, None)]:
        found = interests.suggestions(item, where, reader=reader)
        assert [one.kind for one in found] == ([told[0]] if told else [])
        assert all(told[1] in one.because and said not in one.because for one in found)


def test_a_ruling_follows_the_partner_without_the_link_of_a_person(committee, back, replaced):
    item = back()
    for rank, link in ((1, "RELATIVE"), (2, "BANK")):
        person = committee.people[rank]
        committee.answer(item, person, "LINK", link=link, reason="CANARI", when=LATER)
        operations.impose_recusal(
            item_id=item.pk, seat_id=committee.seats[rank].pk, reason="Trop proche",
            by=committee.president, at=LATER,
        )  # fmt: skip
    replaced(DAY + timedelta(days=1))
    bank = committee.seats[2]
    operations.replace_holder(
        seat_id=bank.pk, holder_id=make_contact(bank.partner).person_id,
        starts_on=LATER.date(), by=committee.operator, at=LATER,
    )  # fmt: skip
    handed = InterestDeclaration.objects.order_by("-pk")[:2]
    assert {(row.link, row.reason) for row in handed} == {
        ("", "Trop proche"),
        ("BANK", "Trop proche"),
    }
    assert verification.verify().findings == ()


@pytest.mark.parametrize("known_before", [False, True])
def test_one_imposed_follows_the_partner(committee, back, replaced, known_before):
    if known_before:
        seat, item = replaced(DAY - timedelta(days=1)), back(p1="IMPOSED")
    else:
        item = back(p1="IMPOSED")
        seat = replaced(DAY + timedelta(days=1))
    assert recusals.recused_seats(item) == {seat.pk}
    hidden = recused_projects(seat.holder, on=localdate())
    assert hidden.filter(item__project=item.project_id).exists()
    with pytest.raises(ActionDenied, match="elle seule"):
        operations.declare_interest(
            item_id=item.pk, seat_id=seat.pk, answer="NONE", by=seat.holder, at=LATER
        )
    operations.lift_recusal(item_id=item.pk, seat_id=seat.pk, by=committee.president, at=LATER)
    assert recusals.recused_seats(item) == frozenset()
    assert verification.verify().findings == ()


def told_of_a_recusal():
    """Where the mail about an imposed recusal leads, by address."""
    found = Entry.objects.filter(payload__code="M40")
    return {mail.payload["email"]: mail.payload["path"] for mail in found}


@pytest.mark.parametrize("known_before", [False, True])
def test_whoever_takes_the_seat_is_told_of_one_imposed(
    committee, back, replaced, alternate, known_before
):
    home = "/bassins/savoie/comite/"
    both = {committee.people[1].email, alternate.email}
    if known_before:
        seat = replaced(DAY - timedelta(days=1))
        item = back(p1="IMPOSED")
        first = item.project.agenda_items.order_by("pk").first().meeting
        page = f"{home}seances/{first.number}/"
    else:
        item = back(p1="IMPOSED")
        assert set(told_of_a_recusal()) == both
        seat = replaced(DAY + timedelta(days=1))
        page = f"{home}passages/{item.pk}/liens/"
    told = told_of_a_recusal()
    assert set(told) == {*both, seat.holder.email}
    assert told[seat.holder.email] == page


def test_nobody_is_told_of_one_imposed_on_a_file_already_decided(committee, replaced):
    item = committee.opened().items.get()
    operations.impose_recusal(
        item_id=item.pk, seat_id=committee.seats[1].pk, reason="Administrateur de la banque",
        by=committee.president, at=DAY,
    )  # fmt: skip
    for person in committee.people:
        if person != committee.people[1]:
            committee.answer(item, person)
    ballot = committee.ballot(item.meeting)
    for person in (committee.president, *committee.people[2:]):
        committee.vote(ballot, person)
    committee.close(ballot)
    committee.proclaim(ballot)
    seat = replaced(DAY + timedelta(days=1))
    assert recusals.imposed_on(seat)
    assert set(told_of_a_recusal()) == {committee.people[1].email}


def is_hidden(item, person):
    """Whether a file is, for the pages as for the phones that ask about its ballot."""
    hidden = recused_projects(person, on=localdate()).filter(item__project=item.project_id).exists()
    with transaction.atomic():
        opening = {"opened_at": LATER, "opened_by": person}
        ballot = item.ballots.create(proposal=item.proposals.get(), number=1, **opening)
        assert (live_state(ballot.pk, person, on=localdate()) is None) is hidden
        transaction.set_rollback(True)
    return hidden


@pytest.fixture
def alternate(committee):
    """Of the second seat, and of the one that follows it."""
    person = make_contact(committee.seats[1].partner).person
    committee.seats[1].alternates.add(person)
    return person


def test_an_alternate_reads_again_with_the_mandate_that_follows(
    committee, back, replaced, alternate, time_machine
):
    item = back(p1="RECUSED")
    seat = replaced(DAY)
    time_machine.move_to(LATER - timedelta(days=8))
    assert is_hidden(item, alternate)
    assert not is_hidden(item, seat.holder)
    time_machine.move_to(LATER)
    assert not is_hidden(item, alternate)
    assert is_hidden(item, committee.people[1])


@pytest.mark.parametrize("known_before", [False, True])
def test_one_imposed_hides_the_file_until_it_is_lifted_on_the_seat_in_office(
    committee, back, replaced, alternate, known_before, time_machine
):
    if known_before:
        seat, item = replaced(DAY - timedelta(days=1)), back(p1="IMPOSED")
    else:
        item = back(p1="IMPOSED")
        seat = replaced(DAY + timedelta(days=1))
    time_machine.move_to(LATER)
    assert is_hidden(item, alternate)
    operations.lift_recusal(item_id=item.pk, seat_id=seat.pk, by=committee.president, at=LATER)
    assert not is_hidden(item, alternate)


def test_a_seat_that_inherits_a_ruling_is_corrected_until_it_answers(committee, back, replaced):
    item = back(p1="IMPOSED")
    seat = replaced(DAY + timedelta(days=1))
    other = make_contact(seat.partner).person

    def correct(kind):
        operations.correct_seat(
            seat_id=seat.pk, holder_id=other.pk, kind=kind, starts_on=seat.starts_on,
            by=committee.operator, at=DAY,
        )  # fmt: skip

    correct("CONSULTATIVE")
    assert recusals.recused_seats(item) == {seat.pk}
    operations.lift_recusal(item_id=item.pk, seat_id=seat.pk, by=committee.president, at=LATER)
    correct("DELIBERATIVE")
    operations.declare_interest(item_id=item.pk, seat_id=seat.pk, answer="NONE", by=other, at=LATER)
    with pytest.raises(ActionDenied, match="déjà siégé"):
        correct("CONSULTATIVE")


def test_whoever_holds_the_next_mandate_too_reads_again(committee, back, time_machine):
    item, seat = back(p1="RECUSED"), committee.seats[1]
    begins = LATER.date() - timedelta(days=7)
    operations.end_seat(
        seat_id=seat.pk, ends_on=begins - timedelta(days=1), by=committee.operator, at=DAY
    )
    operations.create_seat(
        partner_id=seat.partner_id, holder_id=seat.holder_id, kind=seat.kind, starts_on=begins,
        by=committee.operator, at=DAY,
    )  # fmt: skip
    time_machine.move_to(LATER - timedelta(days=8))
    assert is_hidden(item, seat.holder)
    time_machine.move_to(LATER)
    assert not is_hidden(item, seat.holder)


def test_a_chair_that_withdrew_is_replaced(committee, back):
    item = back(p0="RECUSED")
    operations.open_meeting(meeting_id=item.meeting_id, by=committee.president, at=LATER)
    committee.arrive(item.meeting, committee.people[1], when=LATER)
    assert leading.presiding_seat(item, on=LATER.date()) == committee.seats[1]
