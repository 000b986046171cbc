"""The summons of a meeting, and the diaries of all who are called, replaced or sent away."""

from datetime import timedelta

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from committees import operations
from committees.queries import answers
from projects.models import Project
from tests.builders import make_contact, make_partner
from tests.committees.conftest import BEFORE, DAY, reply
from tests.common.test_calendar import parse

pytestmark = pytest.mark.django_db


def entries(mailoutbox, start):
    """What each mail of a subject puts in a diary, by address."""
    found = {}
    for mail in mailoutbox:
        if not mail.subject.startswith(start):
            continue
        for part in mail.message().walk():
            if part.get_content_type() == "text/calendar":
                found[mail.to[0]] = parse(part.get_payload(decode=True).decode())
    return found


class TestSummons:
    def test_each_member_gets_an_entry_of_their_own_and_quick_answers(
        self, committee, run_outbox, mailoutbox
    ):
        meeting = committee.convened(files=2)
        run_outbox()
        sent = entries(mailoutbox, "Convocation")
        assert set(sent) == {person.email for person in committee.people}
        for address, entry in sent.items():
            assert entry["METHOD"][0] == "REQUEST"
            assert entry["ATTENDEE"][0] == f"mailto:{address}"
            assert entry["DTSTART"][0] == "20260312T090000Z"
            assert entry["DTEND"][0] == "20260312T110000Z"
        assert len({entry["UID"] for entry in sent.values()}) == 1
        body = mailoutbox[0].body
        page = f"/bassins/savoie/comite/seances/{meeting.number}"
        for word in ("COMING", "REMOTE", "ABSENT"):
            assert f"{page}/reponse/?reponse={word}" in body
        assert f"{page}/pouvoir/" in body

    def test_no_company_is_named_outside_the_site(self, committee, run_outbox, mailoutbox):
        meeting = committee.convened()
        run_outbox()
        company = meeting.items.get().project.beneficiary.name
        assert all(company not in str(mail.message()) for mail in mailoutbox)

    def test_a_new_hour_updates_the_same_entry(self, committee, run_outbox, mailoutbox):
        meeting = committee.convened()
        run_outbox()
        before = entries(mailoutbox, "Convocation")
        values = {
            "meeting_id": meeting.pk,
            "mode": meeting.mode,
            "place": meeting.place,
            "video_url": meeting.video_url,
            "chair_id": meeting.chair_id,
            "by": committee.operator,
            "at": BEFORE,
        }
        operations.update_meeting(held_at=DAY + timedelta(hours=2), **values)
        run_outbox()
        after = entries(mailoutbox, "Changement")
        assert set(after) == set(before)
        for address, entry in after.items():
            assert entry["UID"] == before[address]["UID"]
            assert int(entry["SEQUENCE"][0]) > int(before[address]["SEQUENCE"][0])
            assert entry["DTSTART"][0] == "20260312T110000Z"
        mailoutbox.clear()
        operations.update_meeting(held_at=DAY + timedelta(hours=2), **values)
        run_outbox()
        assert mailoutbox == []

    def test_a_meeting_that_moves_asks_everybody_again(self, committee, run_outbox, mailoutbox):
        meeting, member = committee.convened(), committee.people[1]
        seat = committee.seat_of(member)
        reply(committee, meeting, member)
        values = {
            "meeting_id": meeting.pk,
            "video_url": meeting.video_url,
            "chair_id": meeting.chair_id,
            "by": committee.operator,
            "at": BEFORE,
        }
        run_outbox()
        for held_at, mode, counts, said in (
            (meeting.held_at, meeting.mode, True, "Votre réponse reste enregistrée"),
            (meeting.held_at, "IN_PERSON", True, "elle vaut encore si elle reste possible"),
            (DAY + timedelta(days=1), "IN_PERSON", False, "Dites à nouveau si vous venez"),
        ):
            mailoutbox.clear()
            values |= {"held_at": held_at, "mode": mode}
            meeting = operations.update_meeting(place="Mairie", **values)
            run_outbox()
            told = [mail.body for mail in mailoutbox if "Changement" in mail.subject]
            assert {said in " ".join(body.split()) for body in told} == {True}
            assert (seat.pk in answers.coming_seats(meeting)) is counts
            silent = {person.pk for person in answers.silent_members(meeting)}
            assert (member.pk in silent) is not counts
        reply(committee, meeting, member)
        assert seat.pk in answers.coming_seats(meeting)

    @pytest.fixture
    def diaries(self, committee, run_outbox, mailoutbox):
        """What an act puts in the diary of each, by address: its method, in its number."""
        committee.meeting = committee.convened()
        run_outbox()
        (uid,) = {entry["UID"][0] for entry in entries(mailoutbox, "Convocation").values()}
        last = [1]

        def after(act, **values):
            mailoutbox.clear()
            act(by=committee.operator, at=BEFORE, **values)
            run_outbox()
            told = entries(mailoutbox, "")
            assert {entry["UID"][0] for entry in told.values()} <= {uid}
            numbers = {int(entry["SEQUENCE"][0]) for entry in told.values()}
            assert len(numbers) <= 1
            assert all(number > last[0] for number in numbers)
            last.extend(numbers)
            last[:] = [max(last)]
            return {address: entry["METHOD"][0] for address, entry in told.items()}

        return after

    def test_the_diary_of_an_alternate_follows(self, committee, diaries):
        seat = committee.seats[1]
        about = {"seat_id": seat.pk}
        one, other = (make_contact(seat.partner).person for _ in range(2))
        act = operations.set_alternates
        assert diaries(act, **about, people=[one.pk]) == {one.email: "REQUEST"}
        assert diaries(act, **about, people=[one.pk, other.pk]) == {other.email: "REQUEST"}
        assert diaries(act, **about, people=[other.pk]) == {one.email: "CANCEL"}
        assert diaries(act, **about, people=[one.pk]) == {
            one.email: "REQUEST",
            other.email: "CANCEL",
        }

    def test_the_diary_of_a_holder_follows(self, committee, diaries, mailoutbox):
        seat, holder = committee.seats[1], committee.people[1]
        about, act = {"seat_id": seat.pk}, operations.end_seat
        assert diaries(act, **about, ends_on=DAY.date()) == {}
        eve = DAY.date() - timedelta(days=1)
        assert diaries(act, **about, ends_on=eve) == {holder.email: "CANCEL"}
        (told,) = (mail for mail in mailoutbox if mail.to == [holder.email])
        assert "vous n'êtes plus attendu" in told.body
        assert "reponse=" not in told.body
        assert diaries(act, **about, ends_on=None) == {holder.email: "REQUEST"}

    @pytest.mark.parametrize("act", [operations.replace_holder, operations.correct_seat])
    def test_an_alternate_who_becomes_the_holder_is_called_in_their_name(
        self, committee, diaries, mailoutbox, act
    ):
        seat, holder = committee.seats[1], committee.people[1]
        following, stays = (make_contact(seat.partner).person for _ in range(2))
        seat.alternates.set([following, stays])
        more = {"kind": seat.kind} if act is operations.correct_seat else {}
        assert diaries(
            act, seat_id=seat.pk, holder_id=following.pk, starts_on=DAY.date(), **more
        ) == {holder.email: "CANCEL", following.email: "REQUEST"}
        mine = [mail.body for mail in mailoutbox if mail.to == [following.email]]
        assert not any("suppléance" in body for body in mine[1:])
        assert "titulaire" in mine[0]

    def test_whoever_still_sits_for_another_seat_keeps_the_meeting(self, committee, diaries):
        seat, person = committee.seats[1], committee.people[2]
        make_contact(seat.partner, person=person)
        seat.alternates.add(person)
        assert diaries(operations.set_alternates, seat_id=seat.pk, people=[]) == {}

    def test_a_seat_opened_later_is_called(self, committee, diaries):
        partner = make_partner()
        person = make_contact(partner).person
        about = {"partner_id": partner.pk, "holder_id": person.pk, "kind": "CONSULTATIVE"}
        later = DAY.date() + timedelta(days=1)
        assert diaries(operations.create_seat, **about, starts_on=later) == {}
        partner = make_partner()
        person = make_contact(partner).person
        about = {"partner_id": partner.pk, "holder_id": person.pk, "kind": "CONSULTATIVE"}
        told = diaries(operations.create_seat, **about, starts_on=DAY.date())
        assert told == {person.email: "REQUEST"}

    def test_reading_is_reminded_after_a_seat_has_changed(self, committee, diaries):
        diaries(operations.end_seat, seat_id=committee.seats[1].pk, ends_on=BEFORE.date())
        meeting = committee.meeting
        meeting.refresh_from_db()
        planned = Entry.objects.filter(kind="committees.remind_readers")
        numbers = {entry.key.split(":")[1] for entry in planned}
        assert str(meeting.invitation_sequence) in numbers

    def test_a_meeting_moved_leaves_the_diary_of_whoever_sits_no_more(
        self, committee, run_outbox, mailoutbox
    ):
        meeting = committee.convened()
        operations.end_seat(
            seat_id=committee.seats[2].pk, ends_on=DAY.date(), by=committee.operator, at=BEFORE
        )
        operations.update_meeting(
            meeting_id=meeting.pk,
            held_at=DAY + timedelta(days=1),
            mode="IN_PERSON",
            place="CCI",
            chair_id=meeting.chair_id,
            by=committee.operator,
            at=BEFORE,
        )
        run_outbox()
        found = entries(mailoutbox, "Changement")
        gone = {address for address, entry in found.items() if entry["METHOD"][0] == "CANCEL"}
        assert gone == {committee.people[2].email}

    def test_a_cancelled_meeting_leaves_the_diaries_and_frees_its_files(
        self, committee, run_outbox, mailoutbox
    ):
        meeting = committee.convened(files=2)
        run_outbox()
        before = entries(mailoutbox, "Convocation")
        operations.cancel_meeting(
            meeting_id=meeting.pk, reason="Grève des trains", by=committee.operator, at=BEFORE
        )
        run_outbox()
        after = entries(mailoutbox, "Annulation")
        assert {entry["METHOD"][0] for entry in after.values()} == {"CANCEL"}
        assert {entry["UID"] for entry in after.values()} == {
            entry["UID"] for entry in before.values()
        }
        assert "Grève des trains" in mailoutbox[-1].body
        assert set(Project.objects.values_list("status", flat=True)) == {"READY"}
        with pytest.raises(ActionDenied, match="déjà annulée"):
            operations.cancel_meeting(
                meeting_id=meeting.pk, reason="Encore", by=committee.operator, at=BEFORE
            )

    def test_a_meeting_never_convened_is_cancelled_without_a_mail(
        self, committee, run_outbox, mailoutbox
    ):
        meeting = committee.planned()
        with pytest.raises(InvalidInput, match="pourquoi"):
            operations.cancel_meeting(
                meeting_id=meeting.pk, reason=" ", by=committee.operator, at=BEFORE
            )
        operations.cancel_meeting(
            meeting_id=meeting.pk, reason="Aucun dossier", by=committee.operator, at=BEFORE
        )
        run_outbox()
        assert mailoutbox == []

    def test_a_meeting_under_way_is_not_cancelled(self, committee):
        meeting = committee.opened()
        with pytest.raises(ActionDenied, match="a commencé"):
            operations.cancel_meeting(
                meeting_id=meeting.pk, reason="Trop tard", by=committee.operator, at=DAY
            )
