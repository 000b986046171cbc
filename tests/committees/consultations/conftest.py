"""A written consultation: prepared, then launched (C5)."""

from uuid import uuid4

import pytest

from committees import operations
from committees.models import Ballot, CommitteeRules, Meeting
from committees.rules import Choice
from tests.builders import at, set_rules
from tests.stage import played_once

SENT = at(2026, 3, 12, 10, 0)
END = at(2026, 3, 20, 18, 0)


@pytest.fixture
def rules(committee) -> CommitteeRules:
    """The committee's regulations allow to consult in writing."""
    set_rules(consultations=True)
    return CommitteeRules.objects.get()


@pytest.fixture
@played_once
def prepared(committee, rules) -> Meeting:
    """A consultation with its proposal, not launched yet."""
    item = prepare(committee)
    committee.propose(item)
    return item.meeting


@pytest.fixture
@played_once
def ballot(committee, prepared) -> Ballot:
    """An open consultation."""
    return operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)


def prepare(committee, **changes):
    values = {
        "project_id": committee.ready().pk,
        "matter": "URGENCY",
        "urgency": "Le bail se signe avant la prochaine séance.",
        "closes_at": END,
        "by": committee.operator,
        "at": SENT,
        **changes,
    }
    return operations.prepare_consultation(**values)


def vote(committee, ballot, person, choice=Choice.FOR, *, moment=SENT, seat=None):
    seat = seat or committee.seat_of(person)
    operations.declare_interest(
        item_id=ballot.item_id, seat_id=seat.pk, answer="NONE", by=person, at=moment
    )
    return operations.cast_vote(
        ballot_id=ballot.pk,
        seat_id=seat.pk,
        choice=choice,
        reason="" if choice == Choice.FOR else "Trop tôt",
        command_key=uuid4(),
        by=person,
        at=moment,
    )
