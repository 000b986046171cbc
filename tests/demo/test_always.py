"""What the demo always has to show, whatever the day on which it is loaded."""

from datetime import timedelta

from django.utils import timezone

from alize.common.dates import is_working_day
from committees.documents.seating import ABSENT, seat_lines
from committees.models import Ballot, Meeting
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.rules.partnership import alert_due
from funds.enums import ReminderStep
from funds.models import Reminder
from funds.queries import fund_position
from projects.enums import ProjectStatus
from projects.follow_up import queries as follow_up
from projects.models import Project


def test_there_is_always_something_to_do(savoie_of_the_demo):
    today = timezone.localdate()
    week = (today + timedelta(days=3), today + timedelta(days=14))

    assert set(Project.objects.values_list("status", flat=True)) == set(ProjectStatus)
    [meeting] = Meeting.objects.filter(status="CONVENED", held_at__date__range=week)
    assert is_working_day(timezone.localdate(meeting.held_at))
    assert Ballot.objects.filter(status="OPEN", item__meeting__status="OPEN").exists()
    assert fund_position(on=today).late_advances
    assert follow_up.late(on=today).exists()
    assert follow_up.difficult().exists()
    assert Reminder.objects.filter(sent_at__date__lt=today).count() == len(ReminderStep)
    running = PartnershipConvention.objects.get(
        status="SIGNED", starts_on__lte=today, ends_on__gte=today
    )
    assert alert_due(running.ends_on, on=today)


def test_meetings_sit_on_working_days_with_their_secretary(savoie_of_the_demo):
    for meeting in Meeting.objects.held().filter(year__gte=timezone.localdate().year - 1):
        assert is_working_day(timezone.localdate(meeting.held_at))
        [secretary] = [line for line in seat_lines(meeting) if line.partner == "CCI Savoie"]
        assert secretary.person == str(meeting.convened_by)
        assert secretary.presence != ABSENT


def test_nothing_is_signed_tomorrow(savoie_of_the_demo):
    today = timezone.localdate()
    for model in (PartnershipConvention, CooperationConvention, Amendment):
        assert not model.objects.filter(signed_on__gt=today).exists()
