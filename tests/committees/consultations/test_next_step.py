"""What the head of a file says of the written consultation it is in."""

from datetime import timedelta

import pytest

from alize.common.dates import long_datetime
from alize.common.errors import ActionDenied
from basins.enums import Role
from basins.homes import Visitor
from committees import operations
from committees.operations.consultation_ends import close_at_its_hour
from committees.queries.meetings import page_of
from projects.queries import header_of
from tests.committees.consultations.conftest import END, SENT
from tests.words import plain

pytestmark = pytest.mark.django_db
CLOSE = long_datetime(END)
HOME = "/bassins/savoie/"
CLOSED = "Vote clos, résultat en calcul"
OVER = "Le vote par écrit est clos : son résultat est attendu."


@pytest.fixture
def said(committee, prepared):
    """What its operator reads at a moment."""
    project = prepared.items.get().project
    project.refresh_from_db()
    roles = frozenset({Role.OPERATOR})
    return lambda at: header_of(Visitor(committee.operator, roles, at.date(), at), project).now


def test_it_is_prepared_before_it_asks_anybody(said):
    assert said(SENT) == f"Une consultation écrite se prépare, close le {CLOSE}."
    late = "La consultation écrite n'a pas été lancée : une autre date est à fixer."
    assert said(END + timedelta(minutes=1)) == late


def test_its_hour_gone_by_it_waits_for_its_result(ballot, said):
    assert said(END) == f"Le comité d'agrément vote par écrit jusqu'au {CLOSE}."
    assert said(END + timedelta(minutes=1)) == OVER
    close_at_its_hour(ballot_id=ballot.pk, at=END)
    assert said(END) == OVER


def test_its_hour_gone_by_nobody_is_asked_to_vote(committee, ballot, client_as, time_machine):
    item, asked = ballot.item, "Voter par écrit"
    pages = ("", "comite/", f"comite/passages/{item.pk}/", page_of(item.meeting).removeprefix(HOME))

    def read(moment):
        time_machine.move_to(moment)
        member = client_as(Role.MEMBER, user=committee.people[1])
        home, *others = (plain(member.get(f"{HOME}{page}")) for page in pages)
        return asked in home, [CLOSED in page for page in others]

    assert read(END - timedelta(minutes=1)) == (True, [False, False, False])
    assert read(END + timedelta(minutes=1)) == (False, [True, True, True])


def test_its_hour_gone_by_its_pages_say_that_the_vote_is_over(
    committee, ballot, client_as, time_machine
):
    vote = f"comite/scrutins/{ballot.pk}/"
    page = page_of(ballot.item.meeting).removeprefix(HOME)
    still = (
        (page, "N'ont pas encore voté"),
        (vote, "Clôture le"),
        (vote, "jusqu'à la clôture"),
        (vote, "Annuler le scrutin"),
        (vote, "Avant de voter"),
    )

    def read(moment):
        time_machine.move_to(moment)
        president = client_as(Role.PRESIDENT, user=committee.president)
        return [said in plain(president.get(f"{HOME}{where}")) for where, said in still]

    assert read(END - timedelta(minutes=1)) == [True] * 5
    assert read(END + timedelta(minutes=1)) == [False] * 5
    with pytest.raises(ActionDenied, match="La consultation a été close"):
        late = END + timedelta(minutes=1)
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=late)


def test_its_hour_gone_by_no_proxy_is_offered(committee, prepared, rules, client_as, time_machine):
    rules.proxies_in_consultation = True
    rules.save()
    operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)
    giver, holder = (committee.seat_of(committee.people[rank]) for rank in (3, 1))
    give = {"meeting_id": prepared.pk, "giver_id": giver.pk, "holder_id": holder.pk}
    operations.give_proxy(**give, by=committee.people[3], at=SENT)
    given = f"comite/seances/{prepared.number}/pouvoirs/"
    offered = (("", "Accepter ou refuser le pouvoir"), (given, "Accepter"), (given, "Donner"))

    def read(moment):
        time_machine.move_to(moment)
        member = client_as(Role.MEMBER, user=committee.people[1])
        return [said in plain(member.get(f"{HOME}{where}")) for where, said in offered]

    assert read(END - timedelta(minutes=1)) == [True] * 3
    assert read(END + timedelta(minutes=1)) == [False] * 3
    late = {"by": committee.people[1], "at": END + timedelta(minutes=1)}
    with pytest.raises(ActionDenied, match="terminée"):
        operations.answer_proxy(proxy_id=prepared.proxies.get().pk, accept=True, **late)
