"""Meetings planned, filled, convened and put off."""

from datetime import timedelta
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from committees import operations
from committees.forms.meetings import MeetingForm, NewMeetingForm
from partners.enums import PartnerKind
from partners.models import Contact
from projects.enums import ProjectStatus
from tests.builders import at, make_contact, make_project, make_seat
from tests.committees.conftest import BEFORE, CHAIR, DAY

pytestmark = pytest.mark.django_db


def test_the_chair_is_chosen_among_those_able_on_the_day_typed(committee):
    later = make_seat(starts_on=DAY.date())
    make_contact(later.partner, person=later.holder)
    for held_on, found in (("11/03/2026", False), ("12/03/2026", True)):
        form = MeetingForm({"held_on": held_on}, on=BEFORE.date(), initial={})
        form.is_valid()
        assert form.fields["chair"].queryset.filter(pk=later.pk).exists() is found


def test_plan_meeting_numbers_in_its_year(committee):
    assert [committee.planned().number for _ in range(2)] == ["2026-01", "2026-02"]
    assert committee.planned(held_at=at(2027, 1, 14)).number == "2027-01"


def test_plan_meeting_puts_the_president_in_the_chair(committee):
    meeting = operations.plan_meeting(
        held_at=DAY, mode="IN_PERSON", place="CCI", by=committee.operator, at=BEFORE
    )
    assert meeting.chair == committee.seats[0]


def test_the_link_of_a_video_call_may_be_long(committee):
    link = f"https://visio.example.org/l/meetup-join/{'19%3ameeting_' * 18}"
    form = NewMeetingForm(
        {
            "held_on": "12/03/2026",
            "hour": "10:00",
            "until": "12:00",
            "mode": "REMOTE",
            "video_url": link,
            "command_key": uuid4(),
        },
        on=DAY.date(),
        initial={},
    )
    assert form.is_valid(), form.errors
    meeting = operations.plan_meeting(**form.asked(), by=committee.operator, at=BEFORE)
    meeting.refresh_from_db()
    assert meeting.video_url == link


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_at": BEFORE - timedelta(days=1)}, "held_on"),
        ({"place": ""}, "place"),
        ({"mode": "REMOTE", "video_url": ""}, "video_url"),
    ],
)
def test_plan_meeting_refuses(committee, changes, field):
    values = {"held_at": DAY, "mode": "IN_PERSON", "place": "CCI", **changes}
    with pytest.raises(InvalidInput) as refusal:
        operations.plan_meeting(**values, by=committee.operator, at=BEFORE)
    assert refusal.value.field == field


def test_only_a_ready_project_goes_on_the_agenda(committee):
    meeting = committee.planned()
    project = make_project(status=ProjectStatus.DIAGNOSIS)
    with pytest.raises(ActionDenied):
        operations.put_on_agenda(
            meeting_id=meeting.pk, project_id=project.pk, by=committee.operator, at=BEFORE
        )
    assert not meeting.items.exists()


def test_the_agenda_moves_and_closes_its_ranks(committee):
    meeting = committee.planned()
    items = [
        operations.put_on_agenda(
            meeting_id=meeting.pk, project_id=committee.ready().pk, by=committee.operator, at=BEFORE
        )
        for _ in range(3)
    ]
    act = {"by": committee.operator, "at": BEFORE}
    operations.move_item(item_id=items[2].pk, steps=-1, **act)
    operations.move_item(item_id=items[0].pk, steps=-1, **act)
    operations.set_minutes(item_id=items[1].pk, minutes_planned=35, **act)
    assert [item.pk for item in meeting.items.order_by("rank")] == [
        items[0].pk, items[2].pk, items[1].pk,
    ]  # fmt: skip
    operations.remove_from_agenda(item_id=items[2].pk, **act)
    assert list(meeting.items.order_by("rank").values_list("rank", flat=True)) == [1, 2]
    items[2].project.refresh_from_db()
    assert items[2].project.status == ProjectStatus.READY


def test_a_file_already_answered_stays_on_the_agenda(committee):
    meeting = committee.convened()
    item = meeting.items.get()
    committee.answer(item, committee.people[1])
    with pytest.raises(ActionDenied, match="il reste à l'ordre du jour"):
        operations.remove_from_agenda(item_id=item.pk, by=committee.operator, at=DAY)


def test_convene_needs_a_file(committee):
    with pytest.raises(ActionDenied, match="au moins un dossier"):
        operations.convene(meeting_id=committee.planned().pk, by=committee.operator, at=BEFORE)


@pytest.mark.parametrize("why", ["inactive", "associate", "ended", "consultative", "nobody"])
def test_convene_stops_without_an_able_president(committee, why):
    """R30: the chair is an active representative of a partner company, obligatorily."""
    meeting = committee.planned()
    operations.put_on_agenda(
        meeting_id=meeting.pk, project_id=committee.ready().pk, by=committee.operator, at=BEFORE
    )
    seat = committee.seats[0]
    match why:
        case "inactive":
            Contact.objects.filter(person=committee.president).update(is_active=False)
        case "associate":
            seat.partner.kind = PartnerKind.ASSOCIATE
            seat.partner.save()
        case "ended":
            seat.ends_on = DAY.date() - timedelta(days=1)
            seat.save()
        case "consultative":
            seat.kind = "CONSULTATIVE"
            seat.save()
        case "nobody":
            meeting.chair = None
            meeting.save()
    with pytest.raises(ActionDenied) as refusal:
        operations.convene(meeting_id=meeting.pk, by=committee.operator, at=BEFORE)
    assert refusal.value.reason == CHAIR


def test_convene_twice_is_refused(committee):
    meeting = committee.convened()
    with pytest.raises(ActionDenied, match="déjà parties"):
        operations.convene(meeting_id=meeting.pk, by=committee.operator, at=BEFORE)


def test_changing_the_date_tells_those_convened(committee, run_outbox):
    meeting = committee.convened()
    values = {"mode": "MIXED", "place": "CCI", "video_url": "https://visio.example.org"}
    act = {"by": committee.operator, "at": BEFORE, "chair_id": committee.seats[0].pk}
    operations.update_meeting(
        meeting_id=meeting.pk, held_at=DAY + timedelta(days=1), **values, **act
    )
    with pytest.raises(InvalidInput, match="reste dans l'année 2026"):
        operations.update_meeting(meeting_id=meeting.pk, held_at=at(2027, 1, 5), **values, **act)
