"""What a candidacy lacks, step by step (A3)."""

from dataclasses import replace

import pytest

from conventions.rules.budget import Promise, budget
from conventions.rules.partnership import Body
from network.candidacies import rules
from network.candidacies.enums import CANDIDACY_TRANSITIONS, CandidacyStatus
from network.candidacies.rules import Contents, Hand, Stage
from partners.rules import PROFILE

YEARS = (2027, 2028, 2029)
WHOLE = Contents(
    departments=["39"],
    communes="Saint-Claude",
    large_companies="Six",
    small_companies="Deux cents",
    authorities="La communauté de communes",
    operator="CCI du Jura",
    siren="130000000",
    representative="Lamy",
    email="lamy@example.org",
    has_consensus=True,
    has_record=True,
    has_start=True,
)


def hand(number: int, *, kind: str = "COMPANY", group: str = "", whole: bool = True) -> Hand:
    body = Body(f"Entreprise {number}", kind, number, group)
    return Hand(number, body, has_contact=whole, has_signatory=whole)


def means(*, each: int = 10_000_000, engineering: int = 9_000_000):
    promised = [Promise("Entreprise 1", "COMPANY", year, "MONEY", each) for year in YEARS]
    return budget(
        promised,
        kinds=tuple(PROFILE),
        years=YEARS,
        engineering=engineering,
        allowance=0,
        targets=(40, 20, 25, 15),
    )


FOUR = [hand(number) for number in range(1, 5)]


def labels(contents=WHOLE, *, hands=FOUR, budget=None) -> list[str]:
    found = rules.missing(contents, hands=hands, budget=budget or means())
    return [gap.label for gap in found]


def test_nothing_is_left_of_a_whole_candidacy():
    assert labels() == []


def test_an_empty_one_lacks_something_at_each_step():
    gaps = rules.missing(Contents(), hands=[], budget=None)
    assert {gap.section for gap in gaps} == set(Stage)
    assert len(gaps) == 13


@pytest.mark.parametrize(
    ("field", "empty", "said"),
    [
        ("departments", [], "Indiquer les départements du bassin"),
        ("communes", " \n", "Indiquer les communes du bassin"),
        ("has_record", False, "Joindre l'acte de cet accord"),
        ("email", "", "Donner l'adresse de son représentant"),
    ],
)
def test_each_thing_that_is_not_said_is_named(field, empty, said):
    assert labels(replace(WHOLE, **{field: empty})) == [said]


def test_three_companies_are_one_too_few():
    assert labels(hands=FOUR[:3]) == ["Réunir 4 entreprises partenaires au moins : 3 à ce jour"]
    assert rules.headcount(one.body for one in FOUR[:3]) == "3/4 entreprises minimum"


def test_the_establishments_of_a_group_are_one_company():
    hands = [hand(1, group="EDF"), hand(2, group="EDF"), *FOUR[2:]]
    assert labels(hands=hands) == ["Réunir 4 entreprises partenaires au moins : 3 à ce jour"]


def test_other_partners_are_no_companies_and_have_people_too():
    assert labels(hands=[*FOUR, hand(5, kind="AUTHORITY", whole=False)]) == [
        "Donner un contact d'Entreprise 5",
        "Dire qui signe pour Entreprise 5",
    ]


def test_a_budget_covers_its_engineering_every_year():
    assert labels(budget=means(each=5_000_000)) == [
        "Revoir le budget : l'ingénierie dépasse les moyens promis"
    ]


def test_allowed_moves_of_a_candidacy():
    status = CandidacyStatus
    assert set(CANDIDACY_TRANSITIONS.pairs()) == {
        (status.DRAFT, status.SUBMITTED),
        (status.SUBMITTED, status.DRAFT),
        (status.SUBMITTED, status.ACCEPTED),
        (status.SUBMITTED, status.REFUSED),
        (status.DRAFT, status.WITHDRAWN),
        (status.SUBMITTED, status.WITHDRAWN),
    }
