"""The letter of a company without an address: handed over, and asked for until it is (O5)."""

import pytest
import time_machine
from django.db import transaction

from alize.audit.models import AuditEvent
from basins.enums import Role
from committees.models import Decision
from committees.tasks.letters import issue_letter
from committees.wording import BY_HAND
from projects.models import Project
from tests.committees.conftest import DAY
from tests.words import plain

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(DAY, tick=True):
        yield


@pytest.fixture
def operator(committee, client_as):
    return client_as(Role.OPERATOR, user=committee.operator)


def proclaimed(committee, president, *, email: str):
    """A decision proclaimed by its page, which says what will be to do."""
    ballot = committee.ballot(committee.opened())
    Project.objects.filter(pk=ballot.item.project_id).update(owner_email=email)
    for person in committee.people:
        committee.vote(ballot, person)
    committee.close(ballot)
    page = f"{HOME}comite/scrutins/{ballot.pk}/proclamer/"
    assert (BY_HAND in plain(president.get(page))) == (not email)
    told = plain(president.post(page, follow=True))
    assert ("La lettre part à l'entreprise." in told) == bool(email)
    assert ("La lettre de décision est produite." in told) == (not email)
    return Decision.objects.get()


def issue(decision) -> None:
    with transaction.atomic():
        issue_letter(at=DAY, decision_id=decision.pk)


def test_it_is_asked_of_the_operator_until_it_is_handed_over(committee, operator, client_as):
    president = client_as(Role.PRESIDENT, user=committee.president)
    decision = proclaimed(committee, president, email="")
    said = "Remettre la lettre de décision"
    assert said not in plain(operator.get(HOME))
    issue(decision)
    assert said in plain(operator.get(HOME))
    page = f"{HOME}comite/decisions/{decision.reference}/"
    read = plain(president.get(page))
    assert "adresse électronique : la lettre est à lui remettre en main propre." in read
    assert "Lettre remise" not in plain(president.get(page))
    assert "Lettre remise" in plain(operator.get(page))
    noted = plain(operator.post(f"{page}remise/", follow=True))
    assert "La remise de la lettre est notée." in noted
    assert BY_HAND not in noted
    assert said not in plain(operator.get(HOME))
    event = AuditEvent.objects.get(type="decision.letter_handed_over")
    assert event.by_id == committee.operator.pk
    again = plain(operator.post(f"{page}remise/", follow=True))
    assert "Cette lettre n'attend pas d'être remise." in again


def test_one_that_leaves_by_mail_is_not(committee, operator, client_as):
    president = client_as(Role.PRESIDENT, user=committee.president)
    decision = proclaimed(committee, president, email="dirigeante@example.org")
    issue(decision)
    assert not Decision.objects.get().letter_to_hand_over
    page = plain(operator.get(f"{HOME}comite/decisions/{decision.reference}/"))
    assert BY_HAND not in page
