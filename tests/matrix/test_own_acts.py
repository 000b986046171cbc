"""What one person alone may do with one thing, whatever chance makes of both (security.md S12)."""

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from alize.accounts.models import Person
from committees import permissions as committee_permissions
from committees.models import Attendance, Ballot, Seat
from partners.models import Partner
from projects import permissions as project_permissions
from projects.enums import ProjectStatus
from projects.follow_up import permissions as follow_up_permissions
from projects.models import FollowUpReview, PreliminaryDiagnosis, Project

WHO = st.sampled_from([1, 2, 3])
"""Three people: chance says who asks and who is named."""


@given(by=WHO, referrer=WHO, handed=st.booleans(), taken=st.booleans())
def test_a_diagnosis_is_written_by_its_referrer_alone(by, referrer, handed, taken):
    at = timezone.now()
    diagnosis = PreliminaryDiagnosis(
        project=Project(status=ProjectStatus.DIAGNOSIS),
        referrer_id=referrer,
        submitted_at=at if handed else None,
        cancelled_at=at if taken else None,
    )
    wanted = by == referrer and not handed and not taken
    assert project_permissions.write_diagnosis.allows(Person(pk=by), diagnosis) is wanted


@given(
    by=WHO,
    lead=st.none() | WHO,
    answered=st.booleans(),
    status=st.sampled_from(ProjectStatus.values),
)
def test_a_review_is_answered_by_its_lead_alone(by, lead, answered, status):
    project = Project(status=status, follow_up_lead_id=lead)
    review = FollowUpReview(project=project, submitted_at=timezone.now() if answered else None)
    followed = status in {"LABELLED", "REVIEW_DUE", "CLOSED"}
    wanted = by == lead and followed and not answered
    assert follow_up_permissions.answer_signed_in.allows(Person(pk=by), review) is wanted


@given(
    by=WHO,
    there=st.none() | WHO,
    kind=st.sampled_from(["DELIBERATIVE", "CONSULTATIVE"]),
    status=st.sampled_from(["OPEN", "CLOSED", "CANCELLED", "PROCLAIMED"]),
    answer=st.sampled_from([None, "NONE", "LINK", "RECUSED"]),
    has_voted=st.booleans(),
)
def test_a_vote_is_cast_by_who_sits_and_has_not_withdrawn(
    by, there, kind, status, answer, has_voted
):
    seat = Seat(pk=1, kind=kind, partner=Partner(name="Scierie"))
    ballot = Ballot(status=status, closed_at=timezone.now())
    sits = None
    if there is not None:
        sits = Attendance(seat=seat, person=Person(pk=there, last_name="Roux"))
    found = committee_permissions.cast_vote.allows(
        Person(pk=by), ballot, seat, sits, has_voted=has_voted
    ) and committee_permissions.vote_free_of_links.allows(answer)
    wanted = (
        status == "OPEN" and kind == "DELIBERATIVE" and by == there and answer in {"NONE", "LINK"}
    )
    assert found is wanted
