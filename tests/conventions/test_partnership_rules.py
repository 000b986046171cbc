"""Who signs a partnership convention, its budget, what it lacks, where it stands: no database."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from conventions.documents import partnership as documents
from conventions.documents.parties import by_college
from conventions.enums import AGREEMENT_TRANSITIONS, AgreementStatus
from conventions.rules import partnership as rules
from conventions.rules.budget import Promise, budget, profile_comment
from conventions.rules.partnership import Body, Capacity, Mandate, Standing

ON = date(2026, 11, 28)
STATUTORY = Mandate("STATUTORY", "Représentant légal", date(2020, 1, 1))


def body(name, kind="COMPANY", pk=None, group="", person="Anne Blanc"):
    return Body(name, kind, pk, group, person, "Direction", "a@partenaire.example", STATUTORY)


def savoie():
    """Savoie 2018-2020: 14 companies, 12 authorities, the prefect, ASTREES."""
    return [
        *(body(f"Entreprise {n:02d}", pk=n) for n in range(14)),
        *(body(f"Commune {n:02d}", "AUTHORITY", 20 + n) for n in range(12)),
        body("Préfecture", "STATE", 40),
        body("ASTREES", "NETWORK", 41),
    ]


CCI = Body("CCI", "OPERATOR", 50, "", "Alix Morel", "Direction", "c@cci.example", STATUTORY)


# -- Signers --------------------------------------------------------------------------------------
def test_savoie_has_twenty_nine_signers_the_prefect_last():
    signing = rules.signatories(savoie(), chair_id=40, operators=[CCI])
    assert len(signing) == 14 + 12 + 1 + 1 + 1
    assert signing[-1].body.name == "Préfecture"
    assert [one.order for one in signing] == [rules.FIRST] * 28 + [rules.LAST]
    assert [one.body.name for one in signing if one.signs_operator_convention] == ["ASTREES", "CCI"]


@pytest.mark.parametrize("companies", [4, 9, 31])
def test_each_partner_signs_once_however_many(companies):
    partners = [body(f"E{n}", pk=n) for n in range(companies)]
    assert len(rules.signatories(partners, chair_id=None, operators=[])) == companies


def test_an_operator_that_is_a_partner_signs_once_in_both_capacities():
    partners = [body("CCI", "ASSOCIATE", 1), body("ASTREES", "NETWORK", 2)]
    signing = rules.signatories(partners, chair_id=None, operators=[CCI])
    assert [one.capacities for one in signing] == [
        (Capacity.ASSOCIATE, Capacity.OPERATOR),
        (Capacity.NETWORK,),
    ]
    assert all(one.signs_operator_convention for one in signing)


def test_establishments_of_a_group_count_once_and_sign_each():
    partners = [body("EDF Eau", pk=1, group="EDF"), body("EDF Vente", pk=2, group="EDF")]
    assert rules.company_count(partners) == 1
    assert len(rules.signatories(partners, chair_id=None, operators=[])) == 2


def test_the_parties_and_what_they_promise_are_in_one_french_order():
    names = [("Zinc", "Alliance"), ("Électrométal", ""), ("Forges", "Vinci"), ("abattoir", "")]
    partners = [body(name, pk=rank, group=group) for rank, (name, group) in enumerate(names)]
    partners += [body("Préfecture", "STATE", 20), body("Trésor", "STATE", 21)]
    signing = rules.signatories(partners, chair_id=20, operators=[])
    ordered = ["abattoir", "Électrométal", "Forges", "Zinc"]
    assert [one.body.name for one in signing] == [*ordered, "Trésor", "Préfecture"]
    companies, state = (members for _, members in by_college(signing))
    assert [one.body.name for one in companies] == ordered
    assert [one.body.name for one in state] == ["Préfecture", "Trésor"]
    promises = [Promise(name, "COMPANY", 2027, "MONEY", 100) for name, _ in names]
    table = documents.pledges_table(promises, YEARS)
    assert [row[0]["text"] for row in table["rows"]] == ordered


# -- Budget ---------------------------------------------------------------------------------------
KINDS = ("COMPANY", "ASSOCIATE", "AUTHORITY", "STATE")
YEARS = (2027, 2028, 2029)


def budgeted(*promises, engineering=0, allowance=0):
    return budget(
        promises,
        kinds=KINDS,
        years=YEARS,
        engineering=engineering,
        allowance=allowance,
        targets=(40, 20, 25, 15),
    )


def promise(kind, year, euros, **fields):
    return Promise(f"P {kind}", kind, year, "MONEY", euros * 100, **fields)


def test_the_budget_adds_up_by_kind_and_year_and_its_uses_to_its_resources():
    found = budgeted(
        promise("COMPANY", 2027, 400),
        promise("COMPANY", 2027, 20),
        promise("STATE", 2029, 150),
        promise("STATE", 2030, 999),
        engineering=90_00,
        allowance=10_00,
    )
    assert found.totals == (420_00, 0, 150_00)
    assert found.total == 570_00
    uses = zip(found.support, found.engineering, found.allowance, strict=True)
    assert tuple(sum(one) for one in uses) == found.totals
    assert not found.is_covered


def test_the_profile_is_commented_and_is_no_norm():
    about = [("Entreprises", 42, 40), ("Acteurs", 18, 20), ("Villes", 26, 25), ("État", 14, 15)]
    assert "suivent le profil type" in profile_comment(about)
    far = [("Entreprises", 60, 40), ("Acteurs", 0, 20), ("Villes", 25, 25), ("État", 15, 15)]
    said = profile_comment(far)
    assert "dépassent le profil type pour « Entreprises »" in said
    assert "en dessous pour « Acteurs »" in said
    assert "non une norme" in said
    assert "Aucun moyen" in profile_comment([("Entreprises", 0, 40)])


@pytest.mark.parametrize("total", [0, 1, 225, 226, 227])
def test_an_objective_spread_over_the_years_adds_up(total):
    assert sum(documents.spread(total)) == total


def test_what_is_promised_otherwise_another_year_has_a_row_of_its_own():
    def kind(year, what, amount=100_00):
        return Promise("Zinc", "COMPANY", year, "IN_KIND", amount, what=what)

    def skills(year, rate):
        return Promise(
            "Zinc", "COMPANY", year, "SKILLS", 10 * rate, tenths_of_days=100, daily_rate=rate
        )

    table = documents.pledges_table(
        [
            kind(2027, "Un véhicule"),
            kind(2028, "Deux bureaux"),
            kind(2029, "Un véhicule"),
            skills(2027, 800_00),
            skills(2028, 800_00),
            skills(2029, 850_00),
        ],
        YEARS,
    )
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    assert [(row[1], [text != documents.NONE for text in row[2:5]]) for row in rows] == [
        ("En nature : Un véhicule", [True, False, True]),
        ("En nature : Deux bureaux", [False, True, False]),
        (f"Compétences, 20\u00a0jours\u00a0à\u00a0{format_euros(800_00)}", [True, True, False]),
        (f"Compétences, 10\u00a0jours\u00a0à\u00a0{format_euros(850_00)}", [False, False, True]),
    ]
    assert rows[2][5] == format_euros(16_000_00)


# -- What is missing ------------------------------------------------------------------------------
CONTENTS = rules.Contents(
    territory="la Savoie", jobs=225, projects=36, meetings=18,
    objectives="Élargir le cercle", chair_id=40, chaired_by="le préfet",
    employment={"Parler d'insertion": "Oui", "Parler d'alternance": "Oui"},
)  # fmt: skip


def gaps(contents=CONTENTS, partners=None, operators=(CCI,), promises=None):
    partners = savoie() if partners is None else partners
    given = [promise("COMPANY", year, 1000) for year in YEARS] if promises is None else promises
    found = rules.missing(
        contents,
        partners=partners,
        signing=rules.signatories(partners, chair_id=contents.chair_id, operators=operators),
        budget=budgeted(*given),
        fewest_companies=4,
        on=ON,
    )
    return [gap.label for gap in found]


def test_a_whole_convention_lacks_nothing():
    assert gaps() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"territory": " "}, "Décrire le territoire"),
        ({"jobs": 0}, "Fixer l'objectif d'emplois"),
        ({"objectives": " "}, "Fixer les objectifs propres au bassin"),
        (
            {"employment": {"Parler d'insertion": "Oui", "Parler d'alternance": " "}},
            "Parler d'alternance",
        ),
        ({"chair_id": None}, "Dire quel partenaire préside le comité local de pilotage"),
        ({"chaired_by": ""}, "Écrire comment nommer la présidence du comité local"),
    ],
)
def test_each_thing_missing_is_said(changes, said):
    assert gaps(replace(CONTENTS, **changes)) == [said]


def test_three_companies_are_too_few_four_are_enough():
    few = [one for one in savoie() if one.kind != "COMPANY"]
    three, four = ([*few, *savoie()[:count]] for count in (3, 4))
    assert gaps(partners=three) == ["Réunir 4 entreprises partenaires au moins : 3 à ce jour"]
    assert gaps(partners=four) == []


def test_a_signer_unknown_or_whose_mandate_is_over_is_missing():
    over = Mandate("DELEGATION", "Délégation", date(2020, 1, 1), date(2026, 11, 27))
    first, second, *others = savoie()
    partners = [replace(first, person="", mandate=None), replace(second, mandate=over), *others]
    assert gaps(partners=partners) == [
        "Dire qui signe pour Entreprise 00",
        "Enregistrer le mandat d'Anne Blanc",
    ]
    partners[1] = replace(second, mandate=replace(over, ends_on=ON))
    assert gaps(partners=partners) == ["Dire qui signe pour Entreprise 00"]


def test_an_operator_that_is_no_partner_cannot_sign_and_is_said():
    outside = Body("CCI", "OPERATOR", person="Alix Morel")
    (said,) = gaps(operators=[outside])
    assert said.startswith("Inscrire l'opérateur local CCI parmi les partenaires")
    named = [body("CCI de la Savoie", "ASSOCIATE", 50), *savoie()]
    (both,) = [
        one
        for one in rules.signatories(named, chair_id=40, operators=[CCI])
        if rules.Capacity.OPERATOR in one.capacities
    ]
    assert both.capacities == (Capacity.ASSOCIATE, Capacity.OPERATOR)


def test_no_operator_no_astrees_no_pledge_are_missing():
    without = [one for one in savoie() if one.kind != "NETWORK"]
    assert gaps(partners=without) == ["Inscrire ASTREES parmi les parties"]
    assert gaps(operators=()) == ["Désigner l'opérateur local"]
    assert gaps(promises=[promise("COMPANY", 2027, 1), promise("COMPANY", 2029, 1)]) == [
        "Enregistrer les engagements de 2028"
    ]


# -- Life -----------------------------------------------------------------------------------------
ALLOWED = {
    ("DRAFT", "FROZEN"), ("DRAFT", "CANCELLED"), ("FROZEN", "SIGNING"), ("FROZEN", "CANCELLED"),
    ("SIGNING", "SIGNED"), ("SIGNING", "CANCELLED"), ("FROZEN", "DRAFT"), ("SIGNING", "DRAFT"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [*product(AgreementStatus.values, repeat=2)])
def test_the_whole_matrix_of_transitions(old, new):
    assert AGREEMENT_TRANSITIONS.allows(old, new) is ((old, new) in ALLOWED)
    if (old, new) not in ALLOWED:
        with pytest.raises(ActionDenied):
            AGREEMENT_TRANSITIONS.guard(old, new)


@pytest.mark.parametrize(
    ("status", "amended_on", "renewed_on", "on", "expected"),
    [
        ("DRAFT", None, None, date(2019, 1, 1), Standing.DRAFT),
        ("FROZEN", None, None, date(2022, 1, 1), Standing.FROZEN),
        ("SIGNING", None, None, date(2019, 1, 1), Standing.SIGNING),
        ("CANCELLED", None, None, date(2019, 1, 1), Standing.CANCELLED),
        ("SIGNED", None, None, date(2017, 12, 31), Standing.UPCOMING),
        ("SIGNED", None, None, date(2018, 1, 1), Standing.IN_FORCE),
        ("SIGNED", None, None, date(2020, 12, 31), Standing.IN_FORCE),
        ("SIGNED", None, None, date(2021, 1, 1), Standing.EXPIRED),
        ("SIGNED", date(2019, 3, 1), None, date(2019, 2, 28), Standing.IN_FORCE),
        ("SIGNED", date(2019, 3, 1), None, date(2019, 3, 1), Standing.AMENDED),
        ("SIGNED", None, date(2021, 1, 1), date(2020, 12, 31), Standing.IN_FORCE),
        ("SIGNED", None, date(2021, 1, 1), date(2021, 1, 1), Standing.RENEWED),
    ],
)
def test_where_a_convention_stands_depends_on_the_day(status, amended_on, renewed_on, on, expected):
    found = rules.standing(
        status,
        starts_on=date(2018, 1, 1),
        ends_on=date(2020, 12, 31),
        amended_on=amended_on,
        renewed_on=renewed_on,
        on=on,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2018, 1, 1), date(2020, 12, 31)),
        (date(2018, 5, 15), date(2021, 5, 14)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2028, 2, 29), date(2031, 2, 28)),
        (date(2028, 3, 1), date(2031, 2, 28)),
    ],
)
def test_three_years_end_the_day_before(starts_on, ends_on):
    assert rules.term(starts_on) == ends_on


@pytest.mark.parametrize(
    ("starts_on", "first"),
    [
        (date(2027, 1, 1), 2027),
        (date(2026, 7, 1), 2026),
        (date(2026, 7, 2), 2027),
        (date(2026, 12, 15), 2027),
    ],
)
def test_the_budget_is_of_the_three_years_that_it_covers_the_most(starts_on, first):
    assert rules.years_of(starts_on) == (first, first + 1, first + 2)


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2019, 12, 30), None),
        (date(2019, 12, 31), 12),
        (date(2020, 3, 30), 12),
        (date(2020, 3, 31), 9),
        (date(2020, 6, 30), 6),
        (date(2020, 9, 30), 3),
        (date(2020, 12, 31), 3),
        (date(2021, 1, 1), None),
    ],
)
def test_the_alert_of_a_day(on, months):
    assert rules.alert_due(date(2020, 12, 31), on=on) == months
