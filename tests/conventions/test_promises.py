"""What the partners promised by what they signed, beside what they promise since."""

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from openpyxl import load_workbook

from alize.documents.imprint import Imprint
from basins import links
from basins.enums import LinkPurpose, Role
from conventions import operations
from conventions.documents import agreements as documents
from conventions.models import Amendment
from conventions.partnership_means import given
from conventions.queries import partnership as queries
from conventions.rules.budget import Promise, changed
from funds import operations as funds
from funds.queries.means import means_by_year, pledge_rows
from partners import operations as partners
from partners.enums import PledgeNature
from partners.models import Partner, Pledge
from partners.queries import by_kind, promised_by_kind
from steering.documents import dated, missing, report_context
from steering.models import EvaluationReport
from steering.queries import changed_promises
from steering.snapshot import freeze
from steering.spreadsheet import workbook
from tests.builders import at, make_contact, make_partner
from tests.conftest import VisitorClient
from tests.conventions.founding import HOME, frozen, signed
from tests.stage import played_once

IN_FORCE = date(2027, 4, 1)
IMPRINT = Imprint("ALIZE Savoie", "Rapport", "2027-SAV-EVAL", 1, IN_FORCE, is_draft=False)


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
    return {name: row[0].since for name, _, row in found.rows if row[0] and row[0].since}


def words_of(answer) -> str:
    """What a page says, without its tags."""
    return told(answer.content.decode())


def told(html: str) -> str:
    text = unescape(re.sub(r"<[^>]+>", "", html))
    return re.sub(r"\s+", " ", text)


def test_a_promise_changed_after_the_signature_is_shown_beside_the_one_signed(basin, sealed):
    assert (cells(sealed), given(sealed, on=IN_FORCE).waits) == ({}, False)
    pledges(basin, "Entreprise 0", amount=30_000_000)
    pledges(basin, "Entreprise 2", amount=100_000)
    shown = {name: words.replace("\u202f", " ") for name, words in cells(sealed).items()}
    assert shown == {
        "Entreprise 0": "promis depuis : 300 000 €".replace(" €", "\xa0€"),
        "Entreprise 2": "promis depuis : 1 000 €".replace(" €", "\xa0€"),
    }
    assert given(sealed, on=IN_FORCE).waits
    # After the term, nothing can be amended.
    assert not given(sealed, on=date(2030, 1, 1)).waits


def test_a_promise_given_up_stays_on_the_page(basin, sealed):
    pledges(basin, "Entreprise 0", amount=0)
    assert list(cells(sealed)) == ["Entreprise 0"]
    total = given(sealed, on=IN_FORCE).totals[0]
    assert "408" in total.pledged
    assert total.since == "promis depuis : 8\u202f000\xa0€"


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


def test_what_binds_a_partner_is_what_all_signed_until_an_amendment_is(basin, sealed):
    partner = basin.partners["Entreprise 0"]

    def line():
        (one,) = means_by_year(years=(2027,), partners=(partner.pk,))[partner.pk, 2027]
        return one.promised, one.pledged, one.is_as_signed, one.gap_in_words

    assert line() == ((40_000_000, 0), 40_000_000, True, "Rien n'est encore reçu")
    pledges(basin, "Entreprise 0", amount=0)
    assert line() == ((40_000_000, 0), 0, False, "Rien n'est encore reçu")
    [row] = [one for one in pledge_rows(year=2027) if one.partner == partner.name]
    assert row.pledged == 40_000_000
    pledges(basin, "Entreprise 0", amount=30_000_000)
    amendment = amended(basin, sealed)
    operations.freeze_amendment(amendment_id=amendment.pk, by=basin.operator, at=at(2027, 4, 1))
    assert line()[:2] == ((40_000_000, 0), 30_000_000)
    Amendment.objects.filter(pk=amendment.pk).update(status="SIGNED", signed_on=IN_FORCE)
    assert line()[:3] == ((30_000_000, 0), 30_000_000, True)


def test_every_page_and_the_yearly_report_count_what_was_signed_and_say_what_differs(basin, sealed):
    pledges(basin, "Entreprise 0", amount=30_000_000)
    pledges(basin, "Entreprise 2", amount=100_000)
    frozen = freeze(year=2027, as_of=date(2027, 12, 31))
    assert [group["pledged"] for group in frozen["resources"]] == [40_800_000, 0, 0, 0]
    assert [tuple(one.values()) for one in frozen["changed_promises"]] == [
        ("Entreprise 0", "Argent", 40_000_000, 30_000_000),
        ("Entreprise 2", "Argent", 0, 100_000),
    ]
    said = "Entreprise 0 et Entreprise 2 promettent autre chose que ce que toutes les parties"
    assert said in " ".join(missing(frozen))
    assert {kind.label: kind.amount for kind in by_kind(on=IN_FORCE, year=2027)}[
        "Entreprises partenaires"
    ] == 40_800_000
    assert sum(row.pledged for row in pledge_rows(year=2027)) == 40_800_000
    assert "408" in given(sealed, on=IN_FORCE).totals[0].pledged
    context = report_context(EvaluationReport(year=2027, figures=frozen))
    page = render_to_string("pdf/evaluation_report.html", {**context, "imprint": IMPRINT})
    assert "Entreprise 0Argent400 000 €300 000 €" in told(page)
    book = load_workbook(BytesIO(workbook(dated(frozen), version=1)))
    assert [row[1:] for row in book["Engagements revus"].values][1:] == [
        ("Argent", 400_000, 300_000),
        ("Argent", 0, 1_000),
    ]


def test_who_left_before_a_year_counts_nowhere_in_it(basin, sealed):
    """Neither in the sums of the yearly report, nor among what changed, nor on the list."""
    partner = basin.partners["Entreprise 0"]
    pledges(basin, "Entreprise 0", year=2028, amount=30_000_000)
    assert [one.partner for one in changed_promises(year=2028)] == ["Entreprise 0"]
    Partner.objects.filter(pk=partner.pk).update(left_on=date(2028, 1, 1))
    assert changed_promises(year=2028) == []
    assert partner.name not in {row.partner for row in pledge_rows(year=2028)}
    assert partner.name in {row.partner for row in pledge_rows(year=2027)}
    promised = sum(row.pledged for row in pledge_rows(year=2028))
    assert promised == sum(promised_by_kind(year=2028).values())


def test_what_is_promised_after_the_signature_binds_nobody_yet(basin, sealed):
    pledges(basin, "Entreprise 2", nature=PledgeNature.IN_KIND, amount=100_000, what="Un local")
    partner = basin.partners["Entreprise 2"]
    lines = means_by_year(years=(2027,), partners=(partner.pk,))[partner.pk, 2027]
    [said] = [one for one in lines if one.nature == PledgeNature.IN_KIND]
    assert (said.promised, said.gap_in_words) == ((0, 0), "Pas encore signé")


@pytest.mark.parametrize("made", [frozen, lambda _, draft: signed(draft)], ids=["draft", "before"])
def test_nothing_is_bound_by_a_draft_nor_by_what_was_signed_before_the_tool(basin, draft, made):
    made(basin, draft)
    partner = basin.partners["Entreprise 0"]
    pledges(basin, "Entreprise 0", amount=100_000)
    [line] = means_by_year(years=(2027,), partners=(partner.pk,))[partner.pk, 2027]
    assert (line.signed, line.promised) == (None, (100_000, 0))


@pytest.fixture
def running(basin, draft):
    """The same convention, begun this year."""
    pledges(basin, "Entreprise 0", year=2026, amount=40_000_000)
    operations.save_section(
        convention_id=draft.pk,
        values={"starts_on": date(2026, 1, 1)},
        by=basin.operator,
        at=at(),
    )
    return signed(frozen(basin, draft))


def test_the_page_says_what_to_do(client_as, basin, running):
    pledges(basin, "Entreprise 0", year=2026, amount=100_000)
    page = client_as(Role.MEMBER).get(f"{HOME}{running.pk}/").content.decode()
    assert "préparez un avenant pour que toutes les parties le signent" in page
    assert "promis depuis" in page


def test_what_was_signed_is_read_beside_what_is_said_since(basin, running, client_as):
    """On the page of the partner, on that of its year, and through the link sent to it."""
    operator, partner = client_as(Role.OPERATOR), basin.partners["Entreprise 0"]
    page = f"/bassins/savoie/partenaires/{partner.pk}/"
    assert "signé :" not in words_of(operator.get(page))
    said = {"year": 2026, "nature": "MONEY", "amount": "300 000"}
    answer = words_of(operator.post(f"{page}engagements/", said, follow=True))
    assert "ce n'est pas ce que toutes les parties ont signé" in answer
    assert "300 000 €signé : 400 000 €" in answer
    asked = funds.ask_confirmation(
        partner_id=partner.pk,
        year=2026,
        contact_id=partner.contacts.get().pk,
        by=basin.operator,
        at=timezone.now(),
    )
    token = links.issue(
        basin=basin.basin,
        purpose=LinkPurpose.CONTRIBUTIONS,
        target_id=asked.pk,
        email=asked.contact.person.email,
        at=timezone.now(),
        valid=timedelta(days=1),
    )
    year = f"/bassins/savoie/fonds/dotations/confirmations/2026/{partner.pk}/"
    for shown in (operator.get(year), VisitorClient().get(f"/apports/{token}/")):
        words = words_of(shown)
        assert "Rien n'est encore reçuPromis depuis : 300 000 €, à faire signer" in words
        assert "400 000 €" in words
        assert "Ce qui est promis est ce que toutes les parties ont signé" in words


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
