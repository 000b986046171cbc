"""A seat has one voice, whoever sits: its holder or an alternate asked to (C3, voting.md 5.2)."""

import pytest
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied
from basins.enums import Role
from committees import operations
from committees.models import SummonsAnswer
from committees.queries import answers, seats
from committees.queries.forecast import outlook_of
from committees.rules.sitting import Answered, expected, is_heard, to_tell
from tests.builders import make_user
from tests.committees.conftest import BEFORE, reply

HOLDER, ALTERNATE, FORMER = 1, 2, 3
PAGE = "/bassins/savoie/comite/seances/2026-01/"


@pytest.mark.parametrize(
    ("last", "who", "heard"),
    [
        (None, HOLDER, False),
        (Answered(by=HOLDER, comes=True), HOLDER, True),
        (Answered(by=HOLDER), HOLDER, True),
        (Answered(by=HOLDER, asked=ALTERNATE), ALTERNATE, False),
        (Answered(by=ALTERNATE, comes=True), ALTERNATE, True),
        (Answered(by=ALTERNATE), HOLDER, True),
        (Answered(by=HOLDER, asked=FORMER), HOLDER, False),
        (Answered(by=FORMER, comes=True), HOLDER, True),
    ],
)
def test_who_is_to_sit_after_an_answer(last, who, heard):
    assert expected(last, holder=HOLDER, people={HOLDER, ALTERNATE}) == who
    assert is_heard(last) == heard


def test_whom_an_answer_undoes():
    asked = Answered(by=HOLDER, asked=ALTERNATE)
    accepted = Answered(by=ALTERNATE, comes=True)
    assert to_tell(None, asked) == frozenset()
    assert to_tell(asked, accepted) == {HOLDER}
    assert to_tell(asked, Answered(by=ALTERNATE)) == {HOLDER}
    assert to_tell(accepted, Answered(by=HOLDER, comes=True)) == {ALTERNATE}
    assert to_tell(asked, Answered(by=HOLDER, asked=FORMER)) == {ALTERNATE}
    assert to_tell(Answered(by=HOLDER, comes=True), Answered(by=HOLDER)) == frozenset()


@pytest.mark.django_db
class TestASeatOfTwo:
    @pytest.fixture
    def seat(self, committee):
        return committee.seats[1]

    @pytest.fixture
    def alternate(self, committee, seat):
        person = make_user(Role.MEMBER, basin=committee.basin, first_name="Paul", last_name="Vial")
        seat.alternates.add(person)
        return person

    @pytest.fixture
    def meeting(self, committee, alternate):
        return committee.convened()

    def ask(self, committee, meeting, seat, alternate):
        return operations.ask_to_sit(
            meeting_id=meeting.pk,
            seat_id=seat.pk,
            asked_id=alternate.pk,
            by=committee.people[1],
            at=BEFORE,
        )

    def answer(self, meeting, seat, person, word):
        operations.answer_summons(
            meeting_id=meeting.pk, seat_id=seat.pk, reply=word, by=person, at=BEFORE
        )

    def test_the_summons_calls_both_and_says_instead_of_whom(
        self, committee, meeting, alternate, run_outbox, mailoutbox
    ):
        run_outbox()
        (mail,) = (one for one in mailoutbox if one.to == [alternate.email])
        assert f"suppléance de {committee.people[1].full_name}" in mail.body
        assert "reponse=COMING" in mail.body
        assert "reponse=ABSENT" not in mail.body
        assert mail.attachments[0][0] == "invitation.ics"
        assert [one.to[0] for one in mailoutbox if "suppléance" in one.body] == mail.to

    def test_asked_they_answer_and_the_quorum_expected_follows(
        self, committee, meeting, seat, alternate, run_outbox, mailoutbox
    ):
        holder = committee.people[1]
        self.ask(committee, meeting, seat, alternate)
        self.ask(committee, meeting, seat, alternate)
        assert outlook_of(meeting).present == 0
        assert outlook_of(meeting).silent == 5
        run_outbox()
        (asked,) = (one for one in mailoutbox if "vous demande de siéger" in one.subject)
        assert asked.to == [alternate.email]
        silent = {person.pk for person in answers.silent_members(meeting)}
        assert silent == {one.pk for one in [alternate, *committee.people] if one != holder}
        self.answer(meeting, seat, alternate, "REMOTE")
        assert (outlook_of(meeting).present, outlook_of(meeting).silent) == (1, 4)
        unread = answers.unread_by_member(meeting, on=seats.day_of(meeting))
        assert {person.pk for person, _ in unread} == silent
        reply(committee, meeting, holder)
        run_outbox()
        told = {one.to[0]: one.subject for one in mailoutbox if "Votre siège" in one.subject}
        assert told[holder.email].endswith("Paul Vial participe à distance")
        assert told[alternate.email].endswith(f"{holder} vient")

    def test_whoever_is_not_to_sit_does_not_make_the_seat_absent(
        self, committee, meeting, seat, alternate
    ):
        with pytest.raises(ActionDenied, match="ne permet pas cette réponse"):
            self.answer(meeting, seat, alternate, "ABSENT")
        self.ask(committee, meeting, seat, alternate)
        self.answer(meeting, seat, alternate, "ABSENT")
        assert answers.expected_in(seat, answers.answer_of(meeting, seat)).pk == seat.holder_id

    def test_only_people_of_the_seat_are_asked(self, committee, meeting, seat):
        for other in (committee.people[1], committee.people[2]):
            with pytest.raises(ActionDenied, match="à votre place"):
                self.ask(committee, meeting, seat, other)
        values = {
            "meeting": meeting,
            "seat": seat,
            "person": committee.people[1],
            "held_at": meeting.held_at,
        }
        with pytest.raises(IntegrityError, match="asks_an_alternate"), transaction.atomic():
            SummonsAnswer.objects.create(reply="ALTERNATE", answered_at=BEFORE, **values)

    def test_the_pages_of_both(self, committee, meeting, seat, alternate, client_as):
        holder = client_as(Role.MEMBER, user=committee.people[1])
        page = holder.get(f"{PAGE}pouvoir/").content.decode()
        assert "Demander à Paul Vial" in page
        assert holder.post(f"{PAGE}reponse/", {"asked": "0"}).status_code == 422
        assert holder.post(f"{PAGE}reponse/", {"reply": ""}).status_code == 422
        assert holder.post(f"{PAGE}reponse/", {"asked": str(alternate.pk)}).status_code == 302
        other = client_as(Role.MEMBER, user=alternate)
        page = other.get(PAGE).content.decode()
        assert f"{committee.people[1]} demande à Paul Vial de siéger" in page
        assert other.post(f"{PAGE}reponse/", {"reply": "COMING"}).status_code == 302
        page = holder.get(PAGE).content.decode()
        assert "Paul Vial vient" in page
        assert 'value="ABSENT"' not in page
