"""The pages that prepare a meeting: answers from a mail, the forecast, the order, the pack."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from basins.enums import Role
from committees import operations
from committees.models import Guest, Meeting, Pack
from committees.queries import answers, verification
from tests.builders import at
from tests.committees.conftest import BEFORE, DAY
from tests.common.test_calendar import parse
from tests.writings import second_of_two

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"


@pytest.fixture(autouse=True)
def before_the_day():
    with time_machine.travel(BEFORE, tick=True):
        yield


@pytest.fixture
def meeting(committee):
    return committee.convened(files=3)


@pytest.fixture
def page(meeting):
    return f"{HOME}seances/{meeting.number}/"


@pytest.fixture
def member(committee, client_as):
    return client_as(Role.MEMBER, user=committee.people[1])


@pytest.fixture
def operator(committee, client_as):
    return client_as(Role.OPERATOR, user=committee.operator)


def text(answer):
    return answer.content.decode()


def test_a_mail_leads_to_ones_answer_and_reading_it_writes_nothing(member, meeting, page):
    shown = text(member.get(f"{page}reponse/?reponse=REMOTE"))
    assert 'value="REMOTE" class' in shown or "checked" in shown
    assert not meeting.answers.exists()
    member.post(f"{page}reponse/", {"reply": "REMOTE"})
    assert meeting.answers.get().reply == "REMOTE"
    assert 'aria-pressed="true"' in text(member.get(page))


def test_an_answer_that_does_not_exist_is_refused_in_the_form(member, meeting, page):
    answer = member.post(f"{page}reponse/", {"reply": "PEUT-ÊTRE"})
    assert answer.status_code == 422
    assert not meeting.answers.exists()


def test_somebody_without_a_seat_is_told_so(client_as, page):
    answer = client_as(Role.MEMBER).get(f"{page}reponse/", follow=True)
    assert "Aucun siège du comité" in text(answer)


def test_who_is_reminded_is_read_before_the_mails_leave(operator, member, meeting, page):
    member.post(f"{page}reponse/", {"reply": "REMOTE"})
    asked = operator.get(f"{page}relancer/").context["confirmation"]
    assert list(asked.told) == [str(one) for one in answers.silent_members(meeting)]
    meeting.refresh_from_db()
    assert meeting.reminded_at is None
    assert operator.post(f"{page}relancer/").url == page
    assert "déjà partie" in text(operator.get(f"{page}relancer/", follow=True))


def test_files_are_ordered_by_one_post(operator, meeting, page):
    ids = list(meeting.items.order_by("-rank").values_list("pk", flat=True))
    operator.post(f"{page}ordre/", {"item": ids})
    assert list(meeting.items.order_by("rank").values_list("pk", flat=True)) == ids


def test_the_president_approves_the_agenda(committee, client_as, page):
    president = client_as(Role.PRESIDENT, user=committee.president)
    assert "Valider l&#x27;ordre du jour" in text(president.get(page)) or (
        "Valider l'ordre du jour" in text(president.get(page))
    )
    president.post(f"{page}valider/")
    assert Meeting.objects.get().agenda_approved_by_id == committee.president.pk


def test_the_secretary_simulates_departures_and_nothing_is_kept(committee, operator, meeting, page):
    for person in committee.people[:3]:
        meeting.answers.create(
            seat=committee.seat_of(person),
            person=person,
            reply="COMING",
            held_at=meeting.held_at,
            answered_at=BEFORE,
        )
    shown = text(operator.get(f"{page}prevision/"))
    assert "Quorum prévisible" in shown
    assert "Si 1" not in shown
    shown = text(operator.get(f"{page}prevision/?part={committee.seats[0].pk}&part=x&part=999"))
    assert "1\u00a0siège part" in shown
    assert "Quorum non assuré" in shown
    assert meeting.answers.count() == 3


def test_the_meeting_goes_into_ones_diary(member, page):
    answer = member.get(f"{page}agenda/")
    assert answer["Content-Type"].startswith("text/calendar")
    assert parse(answer.content.decode())["METHOD"][0] == "PUBLISH"


def test_the_pack_is_asked_for_followed_and_opened(member, meeting, page, run_outbox):
    member.post(f"{page}dossier/")
    assert member.get(f"{page}dossier/etat/").json() == {
        "done": 0,
        "steps": 4,
        "is_under_way": True,
    }
    assert "0/4" in text(member.get(page))
    # The clock of the outbox is that of the database.
    with time_machine.travel(at(2099), tick=True):
        run_outbox()
    assert Pack.objects.get().document is not None
    assert "Dossier de séance (PDF)" in text(member.get(page))


def test_a_meeting_is_cancelled_with_its_reason(operator, page):
    assert operator.post(f"{page}annuler/", {"reason": ""}).status_code == 422
    operator.post(f"{page}annuler/", {"reason": "Grève des trains"})
    assert Meeting.objects.get().status == "CANCELLED"
    assert "Grève des trains" in text(operator.get(page))


def test_guests_are_added_and_taken_off(operator, meeting, page):
    item = meeting.items.first()
    for about in (item.pk, item.pk, "", ""):
        heard = {"name": "Lou Martin", "capacity": "Dirigeant", "item": about}
        operator.post(f"{page}entendre/", heard)
    alone, guest = Guest.objects.order_by("item")[::-1]
    assert (alone.item, guest.item) == (None, item)
    assert AuditEvent.objects.filter(type="guest.invited").count() == 2
    again = {"meeting": meeting, "name": "Lou Martin", "capacity": "Dirigeant", "item": None}
    with pytest.raises(IntegrityError, match="guest_is_heard_once"), transaction.atomic():
        Guest.objects.create(**again)
    operator.post(f"{HOME}invites/{alone.pk}/retirer/")
    assert "Lou Martin" in text(operator.get(page))
    operator.post(f"{HOME}invites/{guest.pk}/retirer/")
    assert not Guest.objects.exists()


def test_a_file_read_says_so(member, meeting, page):
    item = meeting.items.first()
    assert text(member.get(page)).count("À lire") == 3
    member.post(f"{HOME}passages/{item.pk}/lu/")
    assert text(member.get(page)).count("À lire") == 2


def test_the_sheet_opens_for_who_holds_the_meeting(operator, member, page):
    url = operator.post(f"{page}emargement/")["Location"]
    assert operator.get(url).status_code == 200
    assert member.get(url).status_code == 404


def test_time_over_the_hours_is_said_and_blocks_nothing(operator, meeting, page):
    meeting.items.update(minutes_planned=60)
    assert "plus de temps que la séance" in text(operator.get(page))


def test_a_meeting_that_was_not_opened_is_moved_with_nobody_there(
    committee, meeting, page, client_as
):
    committee.arrive(meeting, committee.people[1])
    after = DAY + timedelta(days=1)
    with time_machine.travel(after, tick=True):
        member = client_as(Role.MEMBER, user=committee.people[1])
        operator = client_as(Role.OPERATOR, user=committee.operator)
        assert "pas été ouverte" in text(member.get(page))
        shown = text(operator.get(page))
        assert "Changez sa date, ou annulez-la" in shown
        assert f"{page}modifier/" in shown
        operations.update_meeting(
            meeting_id=meeting.pk,
            held_at=DAY + timedelta(days=8),
            mode=meeting.mode,
            place=meeting.place,
            video_url=meeting.video_url,
            chair_id=meeting.chair_id,
            by=committee.operator,
            at=after,
        )
    assert not meeting.attendances.exists()
    assert verification.verify().findings == ()


def test_a_meeting_that_somebody_else_changed_meanwhile_is_compared(operator, client_as, page):
    said = second_of_two(
        operator,
        client_as(Role.OPERATOR),
        f"{page}modifier/",
        theirs={"place": "Mairie d'Aime", "until": "18 h 30"},
        mine={"place": "Sous-préfecture"},
    )
    assert "« Mairie d'Aime »" in said
    assert "« 18 h 30 »" in said
