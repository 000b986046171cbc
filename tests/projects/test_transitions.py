"""Which state may follow which: every pair, the allowed ones written by hand."""

from itertools import product

import pytest

from alize.common.errors import ActionDenied
from projects.enums import PROJECT_TRANSITIONS, STAGES, Audience, ProjectStatus, label_for

ALLOWED = {
    ("CONTACT", "DRAFTING"),
    ("CONTACT", "DROPPED"),
    ("DRAFTING", "DIAGNOSIS"),
    ("DRAFTING", "DROPPED"),
    ("DRAFTING", "WITHDRAWN"),
    ("DIAGNOSIS", "READY"),
    ("DIAGNOSIS", "DRAFTING"),
    ("DIAGNOSIS", "WITHDRAWN"),
    ("READY", "SCHEDULED"),
    ("READY", "WITHDRAWN"),
    ("SCHEDULED", "READY"),
    ("SCHEDULED", "APPROVED"),
    ("SCHEDULED", "APPROVED_CONDITIONS"),
    ("SCHEDULED", "DEFERRED"),
    ("SCHEDULED", "EXTRA_DIAGNOSIS"),
    ("SCHEDULED", "REJECTED"),
    ("SCHEDULED", "WITHDRAWN"),
    ("EXTRA_DIAGNOSIS", "READY"),
    ("EXTRA_DIAGNOSIS", "WITHDRAWN"),
    ("DEFERRED", "READY"),
    ("DEFERRED", "WITHDRAWN"),
    ("APPROVED_CONDITIONS", "APPROVED"),
    ("APPROVED_CONDITIONS", "READY"),
    ("APPROVED_CONDITIONS", "WITHDRAWN"),
    ("APPROVED", "LABELLED"),
    ("APPROVED", "READY"),
    ("APPROVED", "WITHDRAWN"),
    ("LABELLED", "REVIEW_DUE"),
    ("LABELLED", "INTERRUPTED"),
    ("REVIEW_DUE", "CLOSED"),
    ("REVIEW_DUE", "INTERRUPTED"),
    ("REVIEW_DUE", "LABELLED"),
    ("REJECTED", "READY"),
    ("DROPPED", "DRAFTING"),
}


@pytest.mark.parametrize(
    ("current", "target"), list(product(ProjectStatus.values, ProjectStatus.values))
)
def test_every_pair_of_states(current: str, target: str):
    allowed = (current, target) in ALLOWED
    assert PROJECT_TRANSITIONS.allows(current, target) is allowed
    if not allowed:
        with pytest.raises(ActionDenied, match="Ce passage n'est pas possible"):
            PROJECT_TRANSITIONS.guard(current, target)


def test_every_state_stands_in_one_column_of_the_board():
    placed = [status for statuses in STAGES.values() for status in statuses]
    assert sorted(placed) == sorted(ProjectStatus)


@pytest.mark.parametrize(
    ("status", "audience", "label"),
    [
        ("DIAGNOSIS", Audience.OPERATOR, "Diagnostic demandé"),
        ("DIAGNOSIS", Audience.MEMBER, "À venir"),
        ("SCHEDULED", Audience.MEMBER, "À examiner"),
        ("APPROVED", Audience.OPERATOR, "Agréé, à contractualiser"),
        ("APPROVED", Audience.PREFECTURE, "Agréé"),
        ("APPROVED_CONDITIONS", Audience.MEMBER, "Agréé sous conditions"),
        ("APPROVED_CONDITIONS", Audience.PREFECTURE, "Agréé (cond.)"),
        ("LABELLED", Audience.PREFECTURE, "En cours"),
    ],
)
def test_a_status_is_said_in_the_words_of_its_reader(status, audience, label):
    assert label_for(status, audience) == label
