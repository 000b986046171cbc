"""What the partners promised by what they signed, beside what they promise since."""

from datetime import date

import pytest

from basins.enums import Role
from conventions import operations
from conventions.documents import agreements as documents
from conventions.models import Amendment
from conventions.partnership_means import given
from conventions.queries import partnership as queries
from conventions.rules.budget import Promise, changed
from partners import operations as partners
from partners.enums import PledgeNature
from partners.models import Pledge
from tests.builders import at, make_contact, make_partner
from tests.conventions.founding import HOME, frozen, signed
from tests.stage import played_once

IN_FORCE = date(2027, 4, 1)


@pytest.fixture
@played_once
def sealed(basin, draft):
    """A convention whose text was frozen here, signed by all."""
    return signed(frozen(basin, draft))


def pledges(basin, name, **said):
    said = {"year": 2027, "nature": PledgeNature.MONEY, **said}
    partners.save_pledge(
        partner_id=basin.partners[name].pk, by=basin.operator, at=at(2027, 4, 1), **said
    )


def amended(basin, convention, **fields):
    return operations.save_amendment(
        convention_id=convention.pk,
        amendment_id=None,
        by=basin.operator,
        at=at(2027, 4, 1),
        **{
            "reason": "Une entreprise revoit son engagement",
            "takes_effect_on": IN_FORCE,
            "new_ends_on": None,
            "changes": "",
            "incoming": (),
            **fields,
        },
    )


def cells(convention):
    """What the first year shows otherwise than signed, by partner."""
    found = given(convention, on=IN_FORCE)
    return {name: row[0].signed for name, _, row in found.rows if row[0] and row[0].signed}


def test_a_promise_changed_after_the_signature_is_shown_beside_the_one_signed(basin, sealed):
    assert (cells(sealed), given(sealed, on=IN_FORCE).waits) == ({}, False)
    pledges(basin, "Entreprise 0", amount=30_000_000)
    pledges(basin, "Entreprise 2", amount=100_000)
    shown = {name: words.replace("\u202f", " ") for name, words in cells(sealed).items()}
    assert shown == {
        "Entreprise 0": "promis à la signature : 400 000 €".replace(" €", "\xa0€"),
        "Entreprise 2": "promis à la signature : 0 €".replace(" €", "\xa0€"),
    }
    assert given(sealed, on=IN_FORCE).waits
    # After the term, nothing can be amended.
    assert not given(sealed, on=date(2030, 1, 1)).waits


def test_a_promise_given_up_stays_on_the_page(basin, sealed):
    pledges(basin, "Entreprise 0", amount=0)
    assert list(cells(sealed)) == ["Entreprise 0"]
    assert "408" in given(sealed, on=IN_FORCE).totals[0].signed


def test_what_was_signed_before_the_tool_is_compared_with_nothing(basin, draft):
    convention = signed(draft)
    pledges(basin, "Entreprise 0", amount=0)
    assert (queries.signed_promises(convention), cells(convention)) == (None, {})


def test_a_draft_shows_no_promise_as_signed(basin, draft):
    convention = frozen(basin, draft)
    pledges(basin, "Entreprise 0", amount=0)
    assert cells(convention) == {}


def test_an_amendment_carries_what_a_party_promises_since_and_who_joins(basin, sealed):
    newcomer = make_partner(name="Nouvelle")
    make_contact(newcomer)
    Pledge.objects.create(partner=newcomer, year=2028, nature="MONEY", amount=500_000)
    pledges(basin, "Entreprise 0", amount=30_000_000)
    amendment = amended(basin, sealed, incoming=[newcomer.pk])
    told = [(one.partner, one.year, one.amount) for one in queries.amended_promises(amendment)]
    assert told == [
        ("Nouvelle", 2028, 500_000),
        ("Entreprise 0", 2027, 30_000_000),
        ("Entreprise 0", 2028, 40_000_000),
        ("Entreprise 0", 2029, 40_000_000),
    ]


def test_a_changed_promise_is_enough_to_amend_and_is_the_one_signed_from_then_on(basin, sealed):
    pledges(basin, "Entreprise 0", amount=30_000_000)
    amendment = amended(basin, sealed)
    gaps = queries.amendment_gaps(amendment, on=IN_FORCE)
    assert not any("ne change rien" in gap.label for gap in gaps)
    operations.freeze_amendment(amendment_id=amendment.pk, by=basin.operator, at=at(2027, 4, 1))
    amendment.refresh_from_db()
    summary = dict(documents.amendment_summary(amendment))
    assert summary["Engagements nouveaux ou modifiés"] == "Entreprise 0"
    assert list(cells(sealed)) == ["Entreprise 0"]
    Amendment.objects.filter(pk=amendment.pk).update(status="SIGNED", signed_on=IN_FORCE)
    assert cells(sealed) == {}


def test_the_page_says_what_to_do(client_as, basin, draft):
    pledges(basin, "Entreprise 0", year=2026, amount=40_000_000)
    operations.save_section(
        convention_id=draft.pk,
        values={"starts_on": date(2026, 1, 1)},
        by=basin.operator,
        at=at(),
    )
    convention = signed(frozen(basin, draft))
    pledges(basin, "Entreprise 0", year=2026, amount=100_000)
    page = client_as(Role.MEMBER).get(f"{HOME}{convention.pk}/").content.decode()
    assert "préparez un avenant pour que toutes les parties le signent" in page
    assert "promis à la signature" in page


def test_only_what_is_not_as_signed_is_changed():
    def promise(**said):
        return Promise(
            **{"partner": "A", "kind": "COMPANY", "year": 2027, "nature": "MONEY"} | said
        )

    before = promise(amount=100, partner_id=1)
    signed_for = {before.key: before}
    renamed = promise(partner="B", amount=100, partner_id=1)
    nothing = promise(amount=0, partner_id=2)
    assert changed([renamed, nothing], signed=signed_for) == ()
    given_up = promise(amount=0, partner_id=1)
    assert changed([given_up], signed=signed_for) == (given_up,)
