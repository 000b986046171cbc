"""The figures of the fund on a day, said twice: by the rules and by the database."""

from dataclasses import asdict, fields
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest

from basins.enums import Role
from funds import operations, queries
from funds.enums import AuthorizationKind, LossCause
from funds.foresight.figures import identity
from funds.models import Advance, Entry, FundSettings, ScheduleLine, ScheduleVersion
from funds.operations import Asked
from funds.rules import Standing
from tests.builders import at, make_accepted
from tests.funds.conftest import PAID_ON
from tests.words import plain
from tests.writings import second_of_two

FUND = "/bassins/savoie/fonds/"


def write_off(till, advance: Advance, amount: int, on: date) -> Entry:
    asked = Asked(
        kind=AuthorizationKind.WRITE_OFF,
        amount=amount,
        value_on=on,
        reason="Essai",
        advance_id=advance.pk,
        cause=LossCause.LIQUIDATION,
        decision_id=till.loss_accepted(advance),
    )
    authorization = operations.propose(
        asked, by=till.operator, at=at(2028, 1, 1), command_key=uuid4()
    )
    return operations.approve_authorization(
        authorization_id=authorization.pk, by=till.finance, at=at(2028, 1, 1)
    )


def recover(till, advance: Advance, amount: int, on: date) -> None:
    operations.record_recovery(
        advance_id=advance.pk,
        amount=amount,
        value_on=on,
        by=till.operator,
        at=at(2028, 1, 1),
        command_key=uuid4(),
    )


def reschedule(advance: Advance, on: date, reason: str = "RESCHEDULE") -> None:
    """Ask for what is owed in two lines, six and twelve months later."""
    book = queries.book_of(advance)
    owed = book.position(on).outstanding
    version = ScheduleVersion.objects.create(
        advance=advance,
        no=advance.schedule_versions.count() + 1,
        effective_on=on,
        opening_entry=advance.entries.latest("id"),
        reason=reason,
        covers=owed,
        decision=None if reason == "TRANCHE" else make_accepted(advance.decision, reason),
        recorded_at=at(2028, 1, 1),
        recorded_by=advance.entries.latest("id").recorded_by,
    )
    ScheduleLine.objects.bulk_create(
        ScheduleLine(version=version, rank=rank, due_on=on + timedelta(days=days), amount=amount)
        for rank, days, amount in ((1, 180, owed // 2), (2, 365, owed - owed // 2))
    )


def live(till, rng: Random) -> Advance:
    """An advance with a life of its own."""
    advance = till.lent(amount=rng.randrange(100_000, 900_000), lines=rng.randint(2, 12))
    day = PAID_ON
    for _ in range(rng.randint(0, 7)):
        day += timedelta(days=rng.randint(1, 45))
        standing = queries.book_of(advance).position(day)
        act = rng.random()
        if act < 0.6:
            amount = rng.randrange(1, 200_000)
            if queries.net_loss(advance) > 0:  # beyond what is owed, it would be a recovery
                amount = min(amount, queries.owed(advance))
            if not amount:
                continue
            entry = till.repay(advance, amount, day)
            if rng.random() < 0.3:
                till.reverse(entry, day + timedelta(days=rng.randint(0, 9)))
        elif act < 0.75 and standing.outstanding > 1:
            reschedule(advance, day, rng.choice(["RESCHEDULE", "MORATORIUM", "TRANCHE"]))
        elif act < 0.9 and standing.outstanding:
            write_off(till, advance, rng.randint(1, standing.outstanding), day)
        elif standing.written_off > standing.recovered:
            recover(till, advance, standing.written_off - standing.recovered, day)
    return advance


@pytest.mark.parametrize("seed", [1, 2])
def test_the_database_says_what_the_rules_say_of_random_books(till, seed):
    rng = Random(seed)
    for _ in range(8):
        live(till, rng)
    till.granted()
    till.contracted()
    names = [field.name for field in fields(Standing)]
    for on in (date(2026, 3, 1), PAID_ON, *(PAID_ON + timedelta(days=37 * n) for n in range(12))):
        advances = Advance.objects.filter(granted_on__lte=on)
        by_the_rules = {
            pk: {name: getattr(standing, name) for name in names}
            for pk, standing in queries.standings_of(advances, on=on).items()
        }
        found = queries.portfolio_standings(on=on)
        assert {pk: asdict(standing) for pk, standing in found.items()} == by_the_rules
        assert identity(queries.portfolio(on=on)[0], on=on).is_true


@pytest.mark.parametrize("weekday", range(7))
def test_a_line_is_late_in_both_once_its_open_day_has_passed(till, weekday):
    till.lent()
    for days in range(4):
        on = date(2026, 8, 14) + timedelta(days=weekday + days)  # Saturday the 15th is due
        advances = Advance.objects.all()
        [by_the_rules] = queries.standings_of(advances, on=on).values()
        [found] = queries.portfolio_standings(on=on).values()
        assert (found.arrears, found.days_late) == (by_the_rules.arrears, by_the_rules.days_late)


class TestPage:
    @pytest.fixture
    def operator(self, client_as, till, time_machine):
        time_machine.move_to(at(2026, 9, 25))
        return client_as(Role.OPERATOR, user=till.operator)

    def test_shows_risk_provision_losses_and_that_it_adds_up(self, operator, till):
        late, paid = till.lent(), till.lent(amount=3_000_000)
        till.repay(paid, 3_000_000, date(2026, 6, 1))
        lost = till.lent(amount=2_000_000)
        write_off(till, lost, 2_000_000, date(2026, 7, 1))
        recover(till, lost, 500_000, date(2026, 8, 1))
        page = plain(operator.get(f"{FUND}chiffres/"))
        assert "100 %" in page  # all that is owed is more than 30 days late
        assert "7 500 €" in page  # 75 % of 10 000 €, 102 days late
        assert "33,33 %" in page
        assert "25 %" in page
        assert "Les deux côtés sont égaux" in page
        listed = plain(operator.get(FUND, {"au": "2026-09-25", "retard": "B4"}))
        assert late.reference in listed
        assert paid.reference not in listed
        assert "Ce jour n'est pas venu" not in page
        ahead = plain(operator.get(f"{FUND}chiffres/", {"au": "2099-01-01"}))
        assert "Ce jour n'est pas venu" in ahead
        past = plain(operator.get(f"{FUND}chiffres/", {"au": "2026-06-01"}))
        assert "lundi 1er juin 2026" in past
        assert "7 500 €" not in past

    @pytest.mark.parametrize(
        ("asked", "seen"),
        [
            ({"retard": "PAR90"}, True),
            ({"retard": "B0"}, False),
            ({"retard": "RESTRUCTURED"}, False),
            ({"status": "OVERPAID"}, False),
        ],
    )
    def test_the_list_behind_a_figure_holds_its_advances(self, operator, till, asked, seen):
        late = till.lent()
        assert (late.reference in plain(operator.get(FUND, asked))) is seen

    def test_the_basin_sets_its_own_figures(self, operator, till):
        till.lent()
        page = plain(operator.get(f"{FUND}reglages/"))
        assert 'value="75"' in page
        form = {
            "haircut": "20",
            "reserve": "5 000",
            "aid_basis": "EQUIVALENT",
            "reference_rate": "2,20",
            "margin": "4",
            "tolerance_days": "5",
            "rounding_unit": "100",
            **{f"rate_{rank}": str(rank * 10) for rank in range(6)},
            "notice_days": "12",
            "first_days": "3",
            "second_days": "10",
            "formal_days": "20",
        }
        wrong = operator.post(f"{FUND}reglages/", form | {"rate_5": "101"})
        assert "va de 0 à 100" in plain(wrong)
        assert "après la précédente" in plain(
            operator.post(f"{FUND}reglages/", form | {"second_days": "2"})
        )
        assert operator.post(f"{FUND}reglages/", form).status_code == 302
        row = FundSettings.objects.get()
        assert (row.tolerance_days, row.rounding_unit) == (5, 100)
        assert row.reminder_days == [-12, 3, 10, 20]
        assert row.provision_rates == [0, 1000, 2000, 3000, 4000, 5000]
        assert (row.haircut, row.reserve, row.reference_rate) == (2_000, 500_000, 220)
        assert "4 000 €" in plain(operator.get(f"{FUND}chiffres/"))
        assert "Décote de 20 %" in plain(operator.get(f"{FUND}capacite/"))

    def test_settings_that_somebody_else_saved_meanwhile_are_compared(
        self, operator, till, client_as
    ):
        theirs = {"haircut": "20", "rate_5": "90", "first_days": "4"}
        other, page = client_as(Role.OPERATOR), f"{FUND}reglages/"
        said = second_of_two(operator, other, page, theirs=theirs, mine={"reserve": "5 000"})
        for words in ("« 20 »", "« 90 »", "« 4 »"):
            assert words in said
