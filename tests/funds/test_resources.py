"""What funders bring, promise and take back: limits and lines."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied, InvalidInput
from funds import operations, permissions, queries
from funds.enums import AuthorizationKind, EntryKind, LossCause
from funds.forms import WriteOffForm
from funds.models import Entry
from funds.queries import verification
from funds.queries.reports import funder_figures, known_now
from funds.tables import LineTable
from partners.enums import PledgeNature
from partners.models import Pledge
from tests.builders import at, make_accepted, make_decision, make_partner
from tests.funds.asking import DAY, NOW, asked, command, done
from tests.funds.attacks import denied
from tests.funds.conftest import DOTATION

BEFORE = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def endowed(till) -> None:
    assert till.dotation


# -- Restitution, lines ------------------------------------------------------------------------


def test_an_advance_is_lent_by_every_line_in_proportion(till):
    small = till.endow(DOTATION // 3)
    advance = till.lent(amount=1_000_001)
    shared = advance.entries.get().postings.filter(contribution__isnull=False)
    assert dict(shared.values_list("contribution", "amount")) == {
        till.dotation.pk: 750_001,
        small.pk: 250_000,
    }


def test_repayments_and_losses_follow_the_lines_to_the_cent(till):
    till.endow(DOTATION // 3)
    advance = till.lent(amount=1_000_001)
    till.repay(advance, 333_333, date(2026, 6, 15))
    till.reverse(till.repay(advance, 100, date(2026, 6, 16)), date(2026, 6, 17))
    done(
        till,
        AuthorizationKind.WRITE_OFF,
        666_668,
        advance_id=advance.pk,
        cause=LossCause.LIQUIDATION,
        claim_on=date(2026, 12, 1),
        decision_id=till.loss_accepted(advance),
    )
    first, second = queries.line_rows(on=DAY)
    assert (first.out, second.out) == (0, 0)
    assert (first.lost, second.lost) == (500_001, 166_667)
    assert first.entitlement == DOTATION - 500_001
    assert queries.line_rows(on=date(2026, 6, 15))[0].out == 500_001


def test_a_funder_takes_back_within_its_due_and_the_free_cash(till):
    till.granted(amount=2_000_000)
    left = DOTATION - 2_000_000
    line = {"contribution_id": till.dotation.pk}
    with pytest.raises(InvalidInput, match="peut reprendre"):
        asked(till, AuthorizationKind.RESTITUTION, left + 1, **line)
    entry = done(till, AuthorizationKind.RESTITUTION, left, **line)
    assert queries.contributed(on=DAY) == 2_000_000
    [row] = queries.line_rows(on=DAY)
    assert (row.paid_in, row.returned, row.entitlement) == (DOTATION, left, 0)
    till.reverse(entry, DAY)
    assert queries.contributed(on=DAY) == DOTATION


def test_what_a_funder_took_back_in_part_is_not_undone_before_it(till, monkeypatch):
    """Nobody takes back more than it brought: a wrong contribution is undone after that."""
    wrong = till.endow(40_000)
    asked_first = till.ask_reversal(wrong.postings.get().entry, DAY)
    back = done(till, AuthorizationKind.RESTITUTION, 1_000, contribution_id=wrong.pk)
    with pytest.raises(ActionDenied, match="annulez d'abord la restitution"):
        till.approve(asked_first)
    with monkeypatch.context() as patched:
        patched.setattr(permissions, "undo_what_stands", lambda *_: None)
        denied("lg_returned_le_brought", lambda: till.approve(asked_first))
    till.reverse(back, DAY)
    till.approve(asked_first)
    assert queries.contributed(on=DAY) == DOTATION
    assert not verification.verify().findings


def test_nothing_goes_back_twice_under_an_earlier_date(till):
    line = {"contribution_id": till.dotation.pk}
    done(till, AuthorizationKind.RESTITUTION, DOTATION, **line)
    with pytest.raises(InvalidInput, match="peut reprendre 0"):
        asked(till, AuthorizationKind.RESTITUTION, 1, value_on=BEFORE, **line)


def test_a_grant_without_return_stays(till):
    till.endow(1_000, with_return=False)
    assert [row.entitlement for row in queries.line_rows(on=DAY)] == [DOTATION, 0]


def test_t09_a_loss_then_what_comes_after_it(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    loss = {"advance_id": advance.pk, "cause": LossCause.LIQUIDATION}
    loss["decision_id"] = till.loss_accepted(advance)
    with pytest.raises(InvalidInput, match="ne doit plus que"):
        asked(till, AuthorizationKind.WRITE_OFF, 972_224, **loss)
    refused = asked(till, AuthorizationKind.WRITE_OFF, 972_223, **loss)
    operations.refuse_authorization(authorization_id=refused.pk, by=till.finance, at=NOW)
    lost = done(till, AuthorizationKind.WRITE_OFF, 972_223, **loss)
    recovered = {"advance_id": advance.pk, "value_on": DAY}
    operations.record_recovery(amount=250_000, **recovered, **command(till))
    fund = queries.fund_position(on=DAY)
    assert (fund.outstanding, fund.lost) == (0, 722_223)
    with pytest.raises(InvalidInput, match="à récupérer"):
        operations.record_recovery(amount=722_224, **recovered, **command(till))
    assert not WriteOffForm(advance=advance).fields["decision"].queryset
    undone = till.ask_reversal(lost, DAY)
    with pytest.raises(IntegrityError, match="lg_recovered_le_lost"), transaction.atomic():
        till.approve(undone)


def test_what_is_recovered_of_a_loss_is_not_lent_again(till):
    """The lines of the fund and the report say what the advances say: nothing is still lent."""
    till.endow(DOTATION // 3)
    lost = till.lent(amount=1_000_001)
    done(
        till,
        AuthorizationKind.WRITE_OFF,
        1_000_001,
        advance_id=lost.pk,
        cause=LossCause.LIQUIDATION,
        decision_id=till.loss_accepted(lost),
    )
    operations.record_recovery(amount=600_000, advance_id=lost.pk, value_on=DAY, **command(till))
    first, second = queries.line_rows(on=DAY)
    assert (first.out, second.out) == (0, 0)
    assert (first.lost, second.lost) == (300_001, 100_000)
    report = funder_figures(
        as_of=DAY,
        known_at=known_now(),
        seen_at=NOW,
        matrix=queries.fund_settings().matrix,
        stopped={},
    )
    assert report.whole.out == report.outstanding == 0
    assert report.whole.loss_rate == 100


def test_each_line_says_what_it_lent_and_its_loss_rate(till):
    """On what it lent since the origin: written off, then recoveries deducted (2.6)."""
    till.endow(DOTATION // 3)
    lost = till.lent(amount=1_000_000)
    done(
        till,
        AuthorizationKind.WRITE_OFF,
        500_000,
        advance_id=lost.pk,
        cause=LossCause.LIQUIDATION,
        decision_id=till.loss_accepted(lost),
    )
    operations.record_recovery(amount=300_000, advance_id=lost.pk, value_on=DAY, **command(till))
    till.endow(1_000)
    table = LineTable(queries.line_rows(on=DAY), exclude=["act"])
    assert [row[0] for row in table.as_values()][:2] == ["Dotation", "Département, 10/01/2026"]
    head, *rows = ([*row[3:5], *row[6:8]] for row in table.as_values())
    assert head == ["Prêté", "Encore prêté", "Sinistralité brute", "Sinistralité nette"]
    assert rows == [[7_500, 3_750, 50, 20], [2_500, 1_250, 50, 20], [0, 0, None, None]]
    assert [table.columns[name].footer for name in ("gross_loss", "net_loss")] == [
        "50\xa0%", "20\xa0%"
    ]  # fmt: skip


def test_a_loss_rests_on_what_the_committee_accepted_on_the_advance(till):
    advance = till.lent()
    loss = {"advance_id": advance.pk, "cause": LossCause.LIQUIDATION}
    moratorium = make_accepted(advance.decision, "MORATORIUM")
    for decision_id in (None, advance.decision_id, make_decision().pk, moratorium.pk):
        with pytest.raises(ActionDenied, match="saisissez-le d'abord"):
            asked(till, AuthorizationKind.WRITE_OFF, 1_000, decision_id=decision_id, **loss)
    accepted = make_accepted(advance.decision, "WRITE_OFF")
    assert list(WriteOffForm(advance=advance).fields["decision"].queryset) == [accepted]
    loss["decision_id"] = accepted.pk
    undone = till.ask_reversal(done(till, AuthorizationKind.WRITE_OFF, 1_000, **loss), DAY)
    with pytest.raises(ActionDenied, match="a déjà servi"):
        asked(till, AuthorizationKind.WRITE_OFF, 1_000, **loss)
    till.approve(undone)
    lost = asked(till, AuthorizationKind.WRITE_OFF, 1_000, **loss)
    accepted.lapsed_at = NOW
    accepted.save(update_fields=["lapsed_at"])
    with pytest.raises(ActionDenied, match="saisissez-le d'abord"):
        operations.approve_authorization(authorization_id=lost.pk, by=till.finance, at=NOW)


# -- Promises ----------------------------------------------------------------------------------


def test_what_came_stands_beside_what_was_promised(till):
    partner = make_partner(name="Scierie")
    Pledge.objects.create(
        partner=partner, year=2027, nature="SKILLS", amount=400_000, days=5, daily_rate=80_000
    )
    valued = {"funder": "", "partner_id": partner.pk, "received_on": DAY}
    operations.record_valued(
        nature=PledgeNature.SKILLS,
        days=Decimal("2.5"),
        daily_rate=80_001,
        **valued,
        **command(till),
    )
    [row] = queries.pledge_rows(year=2027)
    assert (row.partner, row.pledged, row.received, row.gap) == (
        "Scierie",
        400_000,
        200_003,
        199_997,
    )
    assert queries.balances(on=DAY)["FUND_BANK"] == DOTATION
    rows = queries.profile_rows(year=2027, on=DAY)
    assert [(row.cents, row.share, row.target) for row in rows] == [
        (200_003, 100, 40),
        (0, 0, 20),
        (0, 0, 25),
        (0, 0, 15),
    ]
    assert queries.received_profile(rows, year=2027) is not None
    assert queries.received_profile([], year=2025) is None


def test_promises_are_in_the_order_of_a_french_list(in_savoie):
    for name in ("Forges", "Verrerie", "Électrométal"):
        partner = make_partner(name=name)
        Pledge.objects.create(partner=partner, year=2027, nature="MONEY", amount=100)
    rows = queries.pledge_rows(year=2027)
    assert [row.partner for row in rows] == ["Électrométal", "Forges", "Verrerie"]


def test_what_a_partner_brought_is_taken_off_its_own_year_once_undone(till):
    """Whatever the day of its correction: no year says what was never given, nor less than none."""
    partner = make_partner(name="Scierie")
    december, january = date(2026, 12, 15), date(2027, 1, 10)
    money = till.endow(100_000, partner_id=partner.pk, received_on=december, at=at(2026, 12, 16))
    days = operations.record_valued(
        nature=PledgeNature.SKILLS,
        funder="",
        partner_id=partner.pk,
        received_on=december,
        days=Decimal(5),
        daily_rate=50_000,
        **command(till),
    )
    assert [row.received for row in queries.pledge_rows(year=2026)] == [100_000, 250_000]
    for one in (money, days):
        till.reverse(one.postings.filter(amount__lt=0).get().entry, january)
    assert queries.means_by_year() == {}
    for year in (2026, 2027):
        assert queries.profile_rows(year=year, on=DAY) == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"nature": PledgeNature.SKILLS, "daily_rate": 80_000}, "days"),
        ({"nature": PledgeNature.SKILLS, "days": Decimal(1)}, "daily_rate"),
        ({"nature": PledgeNature.IN_KIND}, "amount"),
        ({"nature": PledgeNature.IN_KIND, "amount": 1, "funder": " "}, "funder"),
    ],
)
def test_what_is_valued_says_its_value_and_who_brings_it(till, typed, field):
    with pytest.raises(InvalidInput) as refusal:
        operations.record_valued(**{"funder": "CCI", "received_on": DAY, **typed}, **command(till))
    assert refusal.value.field == field


def test_a_contribution_that_lent_is_undone_by_the_bank_alone_and_keeps_its_part(till):
    advance = till.lent(amount=1_000_000)
    received = Entry.objects.get(kind=EntryKind.CONTRIBUTION)
    with pytest.raises(ActionDenied, match=f"a servi à verser {advance.reference}"):
        till.ask_reversal(received, DAY)
    till.endow(DOTATION, funder="Région")
    till.approve(till.ask_reversal(received, DAY, cause="BANK"))
    first, second = queries.line_rows(on=DAY)
    assert (first.paid_in, first.out, first.entitlement) == (0, 1_000_000, 0)
    assert (second.paid_in, second.out) == (DOTATION, 0)


def test_a_contribution_is_undone_after_all_that_it_lent(till):
    received = Entry.objects.get(kind=EntryKind.CONTRIBUTION)
    lent = till.lent(amount=1_000_000).entries.get()
    with pytest.raises(ActionDenied, match="a servi à verser"):
        till.ask_reversal(received, DAY)
    till.reverse(lent, DAY)
    till.reverse(received, DAY)
    assert queries.line_rows(on=DAY) == []


def test_a_funder_takes_back_nothing_of_what_the_committee_has_just_granted(till):
    free = queries.free_cash(on=DAY)
    decided = make_decision(amount=900_000, lines=36, grace_months=0)
    assert queries.free_cash(on=DAY) == free - 900_000
    operations.grant_advance(decision_id=decided.pk, by=till.operator, at=NOW)
    assert queries.free_cash(on=NOW.date()) == free - 900_000
