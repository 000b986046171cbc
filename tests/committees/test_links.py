"""Which links the facts suggest, and why (voting.md 5.3, SD5)."""

import pytest

from committees.enums import LinkKind
from committees.rules.links import (
    BANK,
    LENDER,
    OTHER,
    SAME_GROUP,
    Body,
    Earlier,
    Financer,
    LinkFacts,
    suggest,
)

SEAT = Body(name="Caisse d'Épargne Rhône-Alpes", short_name="Caisse d'Épargne", siren="384006029")
COMPANY = Body(name="Atelier du Lac", siren="812345678")


def kinds(**facts) -> list[str]:
    return [one.kind for one in suggest(LinkFacts(**{"seat": SEAT, "company": COMPANY} | facts))]


def test_the_kinds_are_those_of_a_declaration():
    assert {SAME_GROUP, BANK, LENDER, OTHER} <= set(LinkKind)


def test_nothing_known_suggests_nothing():
    nobody = Body(name="")
    assert suggest(LinkFacts(seat=nobody, company=nobody, financers=(Financer(name=""),))) == ()


@pytest.mark.parametrize(
    ("seat", "company", "because"),
    [
        (Body(name="A", siren="111222333"), Body(name="B", siren="111222333"), "SIREN"),
        (Body(name="A", group="Vercors"), Body(name="B", group="Vercors"), "groupe Vercors"),
        (Body(name="Société Dupont"), Body(name="DUPONT SARL"), "même nom"),
        (Body(name="A", group="Vercors"), Body(name="Vercors Industrie"), "nom de votre groupe"),
        (Body(name="A", siren="111222333"), Body(name="B", siren="111222334"), ""),
        (Body(name="A"), Body(name="B"), ""),
        (Body(name="A", group="Vercors"), Body(name="B", group="Chartreuse"), ""),
    ],
)
def test_the_same_house_as_the_company(seat, company, because):
    found = suggest(LinkFacts(seat=seat, company=company))
    assert [one.kind for one in found] == ([SAME_GROUP] if because else [])
    assert not because or because in found[0].because


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Caisse d'Epargne", True),
        ("Prêt CAISSE D’ÉPARGNE, 7 ans", True),
        ("384 006 029", True),
        ("Caisse des dépôts", False),
        ("Épargne salariale", False),
    ],
)
def test_a_source_of_the_plan(source, found):
    assert kinds(financers=(Financer(name=source, is_bank=True),)) == ([BANK] if found else [])
    assert kinds(financers=(Financer(name=source),)) == ([LENDER] if found else [])


def test_a_name_stands_whole():
    seat = Body(name="Bois")
    assert kinds(seat=seat, financers=(Financer(name="Boiserie des Alpes"),)) == []
    assert kinds(seat=seat, financers=(Financer(name="Les amis du bois"),)) == [LENDER]


def test_the_referrer_of_the_same_house():
    mine, other = Body(name="Verrerie", group="Vercors"), Body(name="Scierie", group="Vercors")
    assert kinds(seat=mine, referrer=other) == [OTHER]
    assert kinds(seat=mine, referrer=mine) == [OTHER]
    assert kinds(seat=mine, referrer=Body(name="Scierie")) == []


def test_what_the_seat_said_of_the_same_company():
    earlier = Earlier(kind="CLIENT", said="client depuis 2020", on="12 mars 2026")
    (found,) = suggest(LinkFacts(seat=SEAT, company=COMPANY, earlier=(earlier,)))
    assert found.kind == "CLIENT"
    assert "« client depuis 2020 »" in found.because


def test_each_kind_once_the_closest_first():
    twin = Body(name="Caisse d'Épargne Rhône-Alpes", siren="384006029")
    both = (Financer(name="Caisse d'Épargne", is_bank=True),) * 2
    earlier = (Earlier(kind=BANK, said="", on="12 mars 2026"),)
    assert kinds(company=twin, financers=both, earlier=earlier, referrer=SEAT) == [
        SAME_GROUP,
        BANK,
        OTHER,
    ]
