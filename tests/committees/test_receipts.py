"""A member finds the vote that they cast by its receipt (voting.md 5.5)."""

import pytest

from basins.enums import Role
from committees.queries import receipts

pytestmark = pytest.mark.django_db


def test_a_vote_is_found_again_by_its_receipt(committee, client_as):
    ballot = committee.ballot(committee.opened())
    first = committee.vote(ballot, committee.people[1], "FOR")
    last = committee.vote(ballot, committee.people[1], "ABSTAIN")
    assert receipts.check(last.reference, last.digest).tone == "info"
    for person in committee.people[2:]:
        committee.vote(ballot, person)
    committee.close(ballot)
    assert receipts.check(last.reference, last.digest).tone == "done"
    assert receipts.check(first.reference, first.digest).tone == "attention"
    assert receipts.check(last.reference, "0" * 64) is receipts.UNKNOWN
    member = client_as(Role.MEMBER, user=committee.people[1])
    asked = {"reference": last.reference.lower(), "digest": f" {last.digest} "}
    page = member.get("/bassins/savoie/comite/mes-votes/verifier/", asked).content.decode()
    assert "Vote compté" in page
    assert "Abstention" not in page
