"""The fund of the months to come: what may be granted, and the simulator, on their pages."""

from datetime import date, timedelta
from uuid import uuid4

import pypdfium2
import pytest

from basins.enums import Role
from committees.enums import InterestAnswer
from funds import operations, queries
from funds.rules import months_ahead
from projects.enums import ProjectStatus
from tests.builders import at, make_decision, make_project
from tests.committees.conftest import DAY, make_committee
from tests.funds.test_rules_simulation import policy
from tests.words import plain

FUND = "/bassins/savoie/fonds/"
TODAY = date(2026, 7, 25)


def contribute(till, amount: int, on: date = date(2026, 1, 15)) -> None:
    operations.record_contribution(
        funder="Conseil départemental",
        amount=amount,
        received_on=on,
        by=till.operator,
        at=at(2026, 7, 20),
        command_key=uuid4(),
    )


class TestCapacity:
    def test_takes_off_what_is_granted_whether_or_not_a_convention_has_taken_it_up(self, till):
        contribute(till, 40_000_000)
        till.lent()  # 10 000 € over 36 months, from 15 June
        till.granted()
        make_decision(amount=2_000_000)
        make_decision(
            amount=900_000, project=make_project(status=ProjectStatus.WITHDRAWN)
        )  # the company gave up
        found = queries.capacity_of(queries.outlook(on=TODAY), queries.fund_settings())
        assert found.cash == 39_000_000
        assert found.committed == 1_000_000 + 2_000_000
        # Two lines are late and not expected; the first that counts is that of 15 August.
        assert [month.expected for month in found.months[:2]] == [0, 27_777]
        assert found.amount == 36_000_000

    def test_keeps_what_goes_back_to_a_funder_in_the_year(self, till):
        contribute(till, 4_000_000)
        till.endow(1_000_000, returns_on=date(2027, 3, 31))
        till.endow(3_000_000, returns_on=date(2030, 1, 1))
        advance = till.lent()
        lost = operations.Asked(
            kind="WRITE_OFF", amount=800_000, value_on=date(2026, 7, 1), reason="Clos",
            advance_id=advance.pk, cause="LIQUIDATION", decision_id=till.loss_accepted(advance),
        )  # fmt: skip
        asked = operations.propose(lost, by=till.operator, at=at(2026, 7, 2), command_key=uuid4())
        operations.approve_authorization(
            authorization_id=asked.pk, by=till.finance, at=at(2026, 7, 3)
        )
        book = queries.outlook(on=TODAY)
        assert book.restitutions == ((date(2027, 3, 31), 1_000_000 - 800_000 // 8),)
        found = queries.capacity_of(book, queries.fund_settings())
        assert found.lowest.ends_on >= date(2027, 3, 31)
        assert sum(month.restituted for month in found.months) == 900_000

    def test_before_a_decision_nothing_was_granted(self, till):
        contribute(till, 1_000_000)
        make_decision(amount=2_000_000)
        assert queries.outlook(on=date(2026, 3, 11)).promised == 0
        assert queries.outlook(on=date(2026, 3, 12)).promised == 2_000_000


def test_a_simulation_starts_from_what_is_lent_and_what_is_promised(till):
    contribute(till, 40_000_000)
    till.repay(till.lent(), 27_777, date(2026, 6, 15))
    till.granted(lines=10, grace_months=2)
    start = queries.start_of(queries.outlook(on=TODAY))
    assert (start.cash, start.to_pay) == (39_027_777, 1_000_000)
    assert start.stock == 1_000_000 - 27_777
    run, promised = sorted(start.running, key=len, reverse=True)
    assert run[:3] == ((0, 27_777), (0, 27_777), (1, 27_777))  # one is late, one is due in August
    assert promised[0] == (2, 100_000)
    nothing_more = policy(yearly_advances=0, loss_rate=0)
    last = months_ahead(nothing_more, start, months=48)[-1]
    assert (last.cash, last.stock) == (40_000_000, 0)


class TestPages:
    def test_the_capacity_adds_up_and_leads_from_the_fund(self, operator, till, time_machine):
        time_machine.move_to(at(2026, 7, 25))
        contribute(till, 10_000_000)
        till.lent()
        assert "Capacité d'engagement" in plain(operator.get(FUND))
        page = plain(operator.get(f"{FUND}capacite/"))
        assert "90 249,99 €" in page  # 90 000 € and nine tenths of the line of August
        assert "25/07/2027" in page
        past = plain(operator.get(f"{FUND}capacite/", {"au": "2026-05-01"}))
        assert "vendredi 1er mai 2026" in past
        file = operator.get(f"{FUND}capacite/", {"export": "csv"}).content.decode("utf-8-sig")
        assert len(file.splitlines()) == 14

    def test_too_much_granted_is_said(self, operator, till):
        till.granted()
        assert "engagé au-delà" in plain(operator.get(f"{FUND}capacite/"))

    def test_the_simulator_answers_an_address(self, operator, time_machine):
        time_machine.move_to(at(2026, 7, 25))
        asked = {"depart": "croisiere", "fonds": "400 000", "demande": "POISSON"}
        page = plain(operator.get(f"{FUND}simulateur/", asked))
        assert "442 567 €" in page
        assert "−32 667 €" in page
        quarterly = plain(
            operator.get(f"{FUND}simulateur/", asked | {"echeances": "8", "pas": "3"})
        )
        assert "Trimestrielles" in quarterly
        assert "405 900 €" in quarterly
        assert "en janvier 2029" in page  # where the thirtieth month ends
        assert "à sec en" in page
        file = operator.get(f"{FUND}simulateur/", asked | {"export": "csv", "horizon": "2"})
        assert len(file.content.decode("utf-8-sig").splitlines()) == 25
        paper = operator.get(f"{FUND}simulateur/", asked | {"export": "pdf"})
        assert paper["Content-Type"] == "application/pdf"
        with pypdfium2.PdfDocument(paper.content) as pdf:
            words = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        words = words.replace("\u202f", " ").replace("\u00a0", " ")
        for said in ("442 567 €", "Un fonds de croisière", "25/12/2028"):
            assert said in words

    def test_the_simulator_starts_from_the_fund_itself(self, operator, till):
        contribute(till, 123_456_00)
        page = plain(operator.get(f"{FUND}simulateur/", {"avances": "0"}))
        assert "123 456 €" in page
        assert "Jamais" in page

    @pytest.mark.parametrize(
        ("asked", "reason"),
        [
            ({"avances": "beaucoup"}, "n'est pas un montant"),
            ({"seances": "13"}, "inférieure ou égale à 12"),
            ({"pertes": "31"}, "va de 0 à 30"),
            ({"horizon": ""}, "obligatoire"),
            ({"depart": "lune"}, "lune"),
        ],
    )
    def test_what_cannot_be_simulated_is_said_and_kept(self, operator, asked, reason):
        page = plain(operator.get(f"{FUND}simulateur/", asked))
        assert "à corriger" in page
        assert reason in page
        assert 'value="220 000"' in page or "avances" in asked


class TestAgenda:
    @pytest.fixture
    def committee(self, in_savoie, time_machine):
        time_machine.move_to(DAY)
        return make_committee(in_savoie)

    def page(self, client_as, person, meeting, name="") -> str:
        role = Role.PRESIDENT if name else Role.MEMBER
        client = client_as(role, user=person)
        return plain(client.get(f"/bassins/savoie/comite/seances/{meeting.number}/{name}"))

    def test_shows_what_the_fund_may_commit_and_never_blocks(self, committee, client_as, till):
        contribute(till, 3_000_000)
        meeting = committee.opened(files=2)  # 20 000 € are proposed for each
        page = self.page(client_as, committee.people[1], meeting)
        assert "Capacité d'engagement du fonds" in page
        assert ">30 000 €<" in page
        assert '<strong class="num">40 000 €' in page
        assert "demandent 10 000 € de plus" in page
        led = self.page(client_as, committee.president, meeting, "direct/")
        assert "demandent 10 000 € de plus" in led
        assert "Ouvrir le vote" in led

    def test_says_what_the_cash_counts_and_is_of_others(
        self, committee, client_as, till, time_machine
    ):
        meeting = committee.convened(files=1)
        till.repay(till.lent(amount=40_000, lines=2), 50_000, date(2026, 6, 15))
        time_machine.move_to(at(2026, 7, 25))
        said = "comprend 100 € qui ne sont pas au fonds"
        assert said in self.page(client_as, committee.people[1], meeting)
        operator = client_as(Role.OPERATOR, user=till.operator)
        assert said in plain(operator.get(f"{FUND}capacite/"))

    def test_a_file_that_one_may_not_read_is_left_out(self, committee, client_as, till):
        contribute(till, 10_000_000)
        meeting = committee.convened(files=2)
        item = meeting.items.first()
        committee.answer(
            item, committee.people[1], InterestAnswer.RECUSED, when=DAY - timedelta(days=2)
        )
        page = self.page(client_as, committee.people[1], meeting)
        assert '<strong class="num">20 000 €' in page
        assert "Sans les dossiers dont vous êtes déporté." in page
        other = self.page(client_as, committee.people[2], meeting)
        assert '<strong class="num">40 000 €' in other
        assert "Capacité dépassée" not in other

    def test_what_is_decided_is_the_fund_s_no_longer_the_agenda_s(self, committee, client_as, till):
        contribute(till, 10_000_000)
        meeting = committee.opened(files=2)
        ballot = committee.ballot(meeting)
        for person in committee.people:
            committee.vote(ballot, person)
        committee.proclaim(committee.close(ballot))
        page = self.page(client_as, committee.people[1], meeting)
        assert ">80 000 €<" in page
        assert '<strong class="num">20 000 €' in page
