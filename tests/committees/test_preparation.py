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
from tests.builders import at, set_rules
from tests.committees.conftest import BEFORE, DAY, reply

pytestmark = pytest.mark.django_db


def order(meeting):
    return list(meeting.items.order_by("rank").values_list("pk", flat=True))


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
        guest, _ = operations.add_guest(
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
