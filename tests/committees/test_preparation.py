"""A meeting before it opens: its agenda, its summons, who will come, what is given up."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.handlers import call
from alize.outbox.models import Entry
from committees import operations
from committees.models import AgendaItem, SummonsAnswer
from committees.queries import answers
from committees.queries.forecast import forecast_of, outlook_of
from committees.queries.presences import quorum_now
from projects.models import Project
from tests.builders import at, make_contact, make_partner, set_rules
from tests.committees.conftest import BEFORE, DAY, reply
from tests.common.test_calendar import parse

pytestmark = pytest.mark.django_db


def order(meeting):
    return list(meeting.items.order_by("rank").values_list("pk", flat=True))


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


class TestAgenda:
    def test_files_take_the_order_they_are_given(self, committee):
        meeting = committee.convened(files=3)
        first, second_, third = order(meeting)
        asked = [third, first, second_]
        operations.order_agenda(
            meeting_id=meeting.pk, item_ids=asked, by=committee.operator, at=BEFORE
        )
        assert order(meeting) == asked
        assert sorted(meeting.items.values_list("rank", flat=True)) == [1, 2, 3]

    @pytest.mark.parametrize("change", [lambda ids: ids[:-1], lambda ids: [*ids, ids[0]]])
    def test_an_order_of_other_files_is_refused(self, committee, change):
        meeting = committee.convened(files=2)
        with pytest.raises(ActionDenied, match="a changé"):
            operations.order_agenda(
                meeting_id=meeting.pk,
                item_ids=change(order(meeting)),
                by=committee.operator,
                at=BEFORE,
            )

    def test_the_president_approves_it_and_any_change_asks_again(self, committee):
        meeting = committee.convened(files=2)
        approve = {"meeting_id": meeting.pk, "by": committee.president, "at": BEFORE}
        operations.approve_agenda(**approve)
        with pytest.raises(ActionDenied, match="déjà validé"):
            operations.approve_agenda(**approve)
        operations.move_item(item_id=order(meeting)[1], steps=-1, by=committee.operator, at=BEFORE)
        meeting.refresh_from_db()
        assert meeting.agenda_approved_at is None
        operations.approve_agenda(**approve)

    def test_a_file_with_a_guest_stays(self, committee):
        meeting = committee.convened()
        item = meeting.items.get()
        guest = operations.add_guest(
            meeting_id=meeting.pk,
            name="Lou Martin",
            capacity="Dirigeant",
            item_id=item.pk,
            by=committee.operator,
            at=BEFORE,
        )
        with pytest.raises(ActionDenied, match="reste à l'ordre du jour"):
            operations.remove_from_agenda(item_id=item.pk, by=committee.operator, at=BEFORE)
        operations.remove_guest(guest_id=guest.pk, by=committee.operator, at=BEFORE)
        operations.remove_from_agenda(item_id=item.pk, by=committee.operator, at=BEFORE)


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


class TestAnswers:
    def test_the_last_answer_counts_and_none_is_erased(self, committee):
        meeting, member = committee.convened(), committee.people[1]
        reply(committee, meeting, member)
        reply(committee, meeting, member)
        reply(committee, meeting, member, "ABSENT")
        seat = committee.seat_of(member)
        assert answers.answer_of(meeting, seat).reply == "ABSENT"
        assert [row.reply for row in meeting.answers.order_by("pk")] == ["COMING", "ABSENT"]

    @pytest.mark.parametrize("attack", ["update", "delete"])
    def test_the_database_keeps_every_answer(self, committee, attack):
        meeting = committee.convened()
        reply(committee, meeting, committee.people[1])
        with pytest.raises(DatabaseError), transaction.atomic():
            rows = SummonsAnswer.objects.all()
            rows.update(reply="ABSENT") if attack == "update" else rows.delete()

    def test_nobody_comes_from_afar_to_a_meeting_in_a_room(self, committee):
        meeting = committee.convened()
        type(meeting).objects.filter(pk=meeting.pk).update(mode="IN_PERSON", video_url="")
        with pytest.raises(ActionDenied, match="forme"):
            reply(committee, meeting, committee.people[1], "REMOTE")

    def test_one_answers_for_ones_own_seat_only(self, committee):
        meeting = committee.convened()
        with pytest.raises(ActionDenied, match="ni titulaire ni suppléante"):
            operations.answer_summons(
                meeting_id=meeting.pk,
                seat_id=committee.seats[2].pk,
                reply="COMING",
                by=committee.people[1],
                at=BEFORE,
            )

    @pytest.mark.parametrize("make_meeting", ["planned", "opened"])
    def test_one_answers_between_the_summons_and_the_opening(self, committee, make_meeting):
        meeting = getattr(committee, make_meeting)()
        with pytest.raises(ActionDenied, match="une fois qu'elle est partie"):
            reply(committee, meeting, committee.people[1])


class TestReminders:
    def test_only_the_silent_are_reminded_and_not_twice_a_day(
        self, committee, run_outbox, mailoutbox
    ):
        meeting = committee.convened()
        reply(committee, meeting, committee.people[1])
        run_outbox()
        mailoutbox.clear()
        remind = {"meeting_id": meeting.pk, "by": committee.operator}
        operations.remind(at=BEFORE, **remind)
        with pytest.raises(ActionDenied, match="déjà partie"):
            operations.remind(at=BEFORE + timedelta(hours=23), **remind)
        run_outbox()
        silent = {person.email for person in committee.people} - {committee.people[1].email}
        assert {mail.to[0] for mail in mailoutbox} == silent
        assert len(mailoutbox) == len(silent)
        assert AuditEvent.objects.get(type="meeting.reminded").facts == {"people": len(silent)}
        operations.remind(at=BEFORE + timedelta(hours=25), **remind)

    def test_nobody_is_reminded_when_all_have_answered(self, committee):
        meeting = committee.convened()
        for person in committee.people:
            reply(committee, meeting, person)
        with pytest.raises(ActionDenied, match="personne n'est à relancer"):
            operations.remind(meeting_id=meeting.pk, by=committee.operator, at=BEFORE)

    def test_a_week_before_those_who_have_not_read_are_told(
        self, committee, run_outbox, mailoutbox
    ):
        meeting = committee.convened(files=2)
        reader = committee.people[1]
        for item in meeting.items.all():
            operations.mark_read(item_id=item.pk, by=reader, at=BEFORE)
        operations.mark_read(item_id=item.pk, by=committee.people[2], at=BEFORE)
        due = Entry.objects.filter(kind="committees.remind_readers").order_by("due_at")
        assert [entry.due_at for entry in due] == [DAY - timedelta(days=7), DAY - timedelta(days=2)]
        with transaction.atomic():
            call("committees.remind_readers", schema="", at=DAY, payload=due[0].payload)
        run_outbox()
        told = {m.to[0]: m.body for m in mailoutbox if m.subject.startswith("À lire")}
        assert reader.email not in told
        assert "Un dossier vous reste à lire" in told[committee.people[2].email]
        assert "2 dossiers vous restent à lire" in told[committee.people[3].email]


class TestForecast:
    def test_it_says_who_comes_and_who_is_silent(self, committee):
        meeting = committee.convened()
        for person in committee.people[:3]:
            reply(committee, meeting, person)
        reply(committee, meeting, committee.people[3], "ABSENT")
        (row,) = forecast_of(meeting)
        assert (row.present, row.silent, row.base, row.is_reached) == (3, 1, 5, True)
        assert outlook_of(meeting).sentence == row.sentence
        assert row.sentence == "3\u00a0présents, 1\u00a0sans réponse\u00a0: quorum prévisible"

    def test_a_meeting_counts_its_companies_as_its_files_do(self, committee):
        set_rules(remote_meetings=True, min_companies=2)
        meeting = committee.opened(present=3)
        (row,) = forecast_of(meeting)
        assert row.is_reached
        assert outlook_of(meeting).is_reached
        assert quorum_now(meeting).quorum_reached

    def test_two_who_leave_may_undo_it(self, committee):
        meeting = committee.convened()
        for person in committee.people[:4]:
            reply(committee, meeting, person)
        leaving = frozenset(seat.pk for seat in committee.seats[:2])
        (row,) = forecast_of(meeting, leaving=leaving)
        assert (row.present, row.is_reached) == (2, False)
        assert forecast_of(meeting)[0].is_reached

    def test_a_proxy_counts_for_whoever_is_absent(self, make):
        committee = make(7)
        meeting = committee.convened()
        for person in committee.people[:3]:
            reply(committee, meeting, person)
        assert not forecast_of(meeting)[0].is_reached
        meeting.proxies.create(
            giver=committee.seats[5],
            holder=committee.seats[0],
            given_at=BEFORE,
            given_by=committee.people[5],
            accepted_at=BEFORE,
            accepted_by=committee.people[0],
        )
        (row,) = forecast_of(meeting)
        assert (row.present, row.represented, row.silent, row.is_reached) == (3, 1, 3, True)

    def test_a_proxy_given_after_an_answer_comes_in_its_place(self, committee):
        meeting = committee.convened()
        for person in committee.people[:4]:
            reply(committee, meeting, person)
        giver = committee.people[3]
        proxy = committee.proxy(meeting, giver, committee.president)
        (row,) = forecast_of(meeting)
        assert (row.present, row.represented) == (3, 1)
        badge = {one.seat.pk: one.badge for one in answers.answer_rows(meeting)}[proxy.giver_id]
        assert badge == answers.PROXY
        reply(committee, meeting, giver, "ABSENT", when=DAY + timedelta(minutes=1))
        reply(committee, meeting, giver, "COMING", when=DAY + timedelta(minutes=2))
        assert proxy.giver_id in answers.coming_seats(meeting)

    def test_a_recusal_leaves_both_sides(self, committee):
        meeting = committee.convened()
        for person in committee.people[:4]:
            reply(committee, meeting, person)
        committee.answer(meeting.items.get(), committee.people[3], "RECUSED", when=BEFORE)
        (row,) = forecast_of(meeting)
        assert (row.present, row.recused, row.base) == (3, 1, 4)


def test_the_sheet_is_a_document_for_who_holds_the_meeting(committee):
    meeting = committee.convened()
    document = operations.issue_attendance_sheet(
        meeting_id=meeting.pk, by=committee.operator, at=BEFORE
    )
    assert re.fullmatch(r"FE-SAV-2026-\d\d", document.reference)


def test_a_meeting_ends_after_it_starts(committee):
    with pytest.raises(InvalidInput, match="finit après"):
        operations.plan_meeting(
            held_at=at(2026, 5, 5),
            mode="IN_PERSON",
            place="CCI",
            minutes_planned=0,
            by=committee.operator,
            at=BEFORE,
        )


def test_a_file_is_read_once_by_each(committee):
    item = committee.convened().items.get()
    for _ in range(2):
        operations.mark_read(item_id=item.pk, by=committee.people[1], at=BEFORE)
    assert AgendaItem.objects.get(pk=item.pk).readings.count() == 1
    operations.mark_read(item_id=item.pk, read=False, by=committee.people[1], at=BEFORE)
    assert not item.readings.exists()
