"""The page of a file, read on a phone before the meeting (C2): its synthesis, its bar of acts."""

import pytest
import time_machine

from basins.enums import Role
from committees.queries import items
from projects.enums import Opinion
from tests.committees.conftest import BEFORE

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"
RATED = {
    "project_rating": 4,
    "project_comment": "Projet chiffré, déjà engagé.",
    "owner_rating": 2,
    "owner_comment": "Seule sur la gestion.",
    "impact_rating": 3,
    "impact_comment": "Des emplois qualifiés dans la vallée.",
}


@pytest.fixture
def item(committee):
    item = committee.convened().items.select_related("project__beneficiary").get()
    committee.referred(
        item,
        submitted_at=BEFORE,
        validated_at=BEFORE,
        validated_by=committee.operator,
        context="Maison fondée en 1998. " * 200,
        risks="Un client pèse un tiers des ventes.",
        opinion=Opinion.RESERVED,
        **RATED,
    )
    return item


@pytest.fixture
def read(committee, item, client_as):
    """The page as a member reads it now."""
    member = client_as(Role.MEMBER, user=committee.people[1])

    def page() -> str:
        with time_machine.travel(BEFORE, tick=True):
            return member.get(f"{HOME}passages/{item.pk}/").content.decode()

    return page


def test_the_three_criteria_and_the_risks_come_before_the_diagnosis(read):
    page = read()
    order = [
        "Synthèse</h2>",
        "Qualité du projet",
        "Projet chiffré, déjà engagé.",
        "Capacité du porteur",
        "Fragile",
        "Impact sur le territoire",
        "Un client pèse un tiers des ventes.",
        "Proposition de décision</h2>",
        "Diagnostic</h2>",
        "Maison fondée en 1998.",
    ]
    places = [page.index(piece) for piece in order]
    assert places == sorted(places)
    assert page.count("Un client pèse un tiers des ventes.") == 1


def test_what_the_referrer_wrote_counts_in_the_time_to_read(committee, item):
    reading = items.readings_of([item.project])[item.project_id]
    assert (reading.minutes, reading.referrer) == (4, committee.people[2].full_name)


def test_under_the_thumb_a_question_and_ones_link_or_what_was_answered(committee, item, read):
    bar = read().split('class="thumb-bar"')[1].split("</nav>")[0]
    assert "J'ai une question" in bar
    assert "Déclarer un lien" in bar
    committee.answer(
        item, committee.people[1], "LINK", link="BANK", reason="Depuis 2020", when=BEFORE
    )
    bar = read().split('class="thumb-bar"')[1].split("</nav>")[0]
    assert "Déclarer un lien" not in bar
    assert "Lien déclaré" in bar
    assert "changer ma réponse" in bar
