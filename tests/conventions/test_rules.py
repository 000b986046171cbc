"""Who signs: every combination of companies, follow-up lead, advance and operators (R62, R63)."""

from datetime import date
from itertools import product

import pytest

from conventions.documents import cooperation, partnership
from conventions.rules import Capacity, Party, signatories
from conventions.rules.cooperation import binds_by_law

OWNER = Party("Atelier du Lac", "Dominique Petit")
PRESIDENT = Party("Comité d'agrément ALIZE Savoie", "Claude Roux")
ALPHA, BETA, GAMMA = (
    Party(name, f"Signataire {name}", partner_id=number)
    for number, name in enumerate(("Alpha", "Beta", "Gamma"), start=1)
)
CCI = Party("CCI de la Savoie", "Alix Morel")
AGENCY = Party("Agence économique", "Sacha Blanc")


def signers(**changes):
    facts = {
        "owner": OWNER,
        "companies": [],
        "follow_up": None,
        "president": PRESIDENT,
        "operators": [CCI],
        "has_advance": False,
    }
    return signatories(**{**facts, **changes})


def capacities(**changes):
    return [line.capacity.value for line in signers(**changes)]


def test_owner_and_president_always_sign():
    assert capacities() == ["OWNER", "PRESIDENT"]


@pytest.mark.parametrize(
    ("companies", "follow_up", "operators", "has_advance"),
    list(
        product(
            ([], [ALPHA], [ALPHA, BETA], [ALPHA, BETA, GAMMA]),
            (None, ALPHA, GAMMA),
            ([], [CCI], [CCI, AGENCY]),
            (False, True),
        )
    ),
)
def test_every_combination(companies, follow_up, operators, has_advance):
    lines = signers(
        companies=companies, follow_up=follow_up, operators=operators, has_advance=has_advance
    )
    lead_signs_apart = follow_up is not None and follow_up not in companies
    expected = ["OWNER"] + ["COMPANY"] * len(companies)
    expected += ["FOLLOW_UP_LEAD"] if lead_signs_apart else []
    expected += ["PRESIDENT"]
    expected += ["OPERATOR"] * len(operators) if has_advance else []
    assert [line.capacity.value for line in lines] == expected
    for line in lines:
        assert line.signs_annex is has_advance
        assert line.signs_convention is (line.capacity != Capacity.OPERATOR)
    assert [line.party for line in lines if line.capacity == Capacity.COMPANY] == companies


def test_a_company_that_gives_twice_signs_once():
    assert capacities(companies=[ALPHA, ALPHA]) == ["OWNER", "COMPANY", "PRESIDENT"]


def test_two_establishments_of_a_group_both_sign():
    one, other = Party("EDF Hydro", partner_id=7), Party("EDF Commerce", partner_id=8)
    assert capacities(companies=[one, other]) == ["OWNER", "COMPANY", "COMPANY", "PRESIDENT"]


def test_the_operator_signs_the_annex_and_nothing_else():
    [operator] = [line for line in signers(has_advance=True) if line.capacity == Capacity.OPERATOR]
    assert (operator.signs_convention, operator.signs_annex) == (False, True)


@pytest.mark.parametrize(
    ("function", "binds"),
    [
        ("Gérante", True),
        ("Président-directeur général", True),
        ("DIRECTRICE  générale", True),
        ("Directrice générale adjointe", False),
        ("Président d'honneur", False),
        ("Responsable du développement", False),
        ("", False),
    ],
)
def test_only_an_office_of_the_law_binds_a_company_by_itself(function, binds):
    assert binds_by_law(function) is binds


def test_a_missing_name_is_kept_missing():
    _, line, _ = signers(companies=[Party("Delta", partner_id=9)])
    assert (line.party.organisation, line.party.name) == ("Delta", "")


def test_the_support_ends_the_day_before():
    assert cooperation.term(date(2026, 4, 1)) == date(2027, 9, 30)
    assert cooperation.term(date(2027, 8, 31)) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "une seule échéance, le 01/05/2026"),
        (21, "vingt et une échéances mensuelles, du 01/05/2026 au 21/05/2026"),
    ],
)
def test_the_repayment_in_words(count, said):
    days = [date(2026, 5, rank) for rank in range(1, count + 1)]
    assert cooperation.repayment(days, step_months=1) == said


@pytest.mark.parametrize(("tenths", "said"), [(10, "1 jour"), (15, "1,5 jour"), (20, "2 jours")])
def test_days_in_words(tenths, said):
    assert partnership.days(tenths) == said
