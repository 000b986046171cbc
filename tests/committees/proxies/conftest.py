"""Proxies between the seats of a meeting of two files."""

import pytest

from committees import operations
from committees.models import CommitteeRules
from tests.committees.conftest import BEFORE

HOME = "/bassins/savoie/comite/"


@pytest.fixture
def meeting(committee):
    return committee.convened(files=2)


@pytest.fixture
def items(meeting):
    return list(meeting.items.select_related("meeting", "project__beneficiary").order_by("rank"))


def rule(**values):
    CommitteeRules.objects.update_or_create(pk=1, defaults=values)


def give(committee, meeting, giver, holder, *, by=None, **more):
    """From the seat of one rank to the seat of another."""
    values = {"at": BEFORE, **more}
    return operations.give_proxy(
        meeting_id=meeting.pk,
        giver_id=committee.seats[giver].pk,
        holder_id=committee.seats[holder].pk,
        by=by or committee.people[giver],
        **values,
    )


def accept(committee, made, holder, *, yes=True, at=BEFORE):
    return operations.answer_proxy(
        proxy_id=made[0].pk, accept=yes, by=committee.people[holder], at=at
    )


def given_and_accepted(committee, meeting, giver, holder, **more):
    made = give(committee, meeting, giver, holder, **more)
    accept(committee, made, holder)
    return made


def pair(committee, giver, holder):
    return (committee.seats[giver].pk, committee.seats[holder].pk)
