"""The yearly report to funders: frozen, the same figures for ever, what changed since (28)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from alize.documents import storage
from alize.documents.models import GeneratedDocument
from alize.outbox.models import Entry as OutboxEntry
from basins.enums import Role
from basins.tenancy import national
from funds import operations, queries, tasks
from funds.models import FunderReport, FundSettings
from funds.queries.reports import (
    Flow,
    frozen_figures,
    funder_figures,
    known_funders,
    known_now,
)
from funds.reports.papers import report_context, workbook
from funds.rules import DEFAULT_MATRIX
from partners.models import Partner
from projects.enums import Situation
from projects.models import FollowUpReview, Project
from tests.builders import at, make_partner
from tests.funds.attacks import refused
from tests.funds.reminding import words_of
from tests.funds.test_plans import decided, rewrite
from tests.words import plain

TODAY, JUNE, JULY = date(2026, 7, 25), date(2026, 6, 15), date(2026, 7, 15)
REPORTS = "/bassins/savoie/fonds/rapports/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2026, 7, 25))


@pytest.fixture
def advance(till):
    """One advance of 10 000 euros that two funders lent, one for three quarters."""
    till.endow(3_000_000, funder="Département", received_on=date(2025, 11, 3))
    till.endow(1_000_000, funder="Scierie du Val")
    return till.lent()


def freeze(till, **changes) -> FunderReport:
    asked = {
        "as_of": TODAY,
        "funder": "",
        "by": till.operator,
        "at": at(2026, 7, 25),
        "command_key": uuid4(),
        **changes,
    }
    return operations.freeze_report(**asked)


def laid_out(report: FunderReport) -> list[GeneratedDocument]:
    """Its documents once the outbox has carried the work out: the tables, then the PDF."""
    tasks.issue_report(at=at(2026, 7, 26), report_id=report.pk)
    return list(GeneratedDocument.objects.about(report).order_by("content_type")[::-1])


def live(as_of: date = TODAY):
    return funder_figures(
        as_of=as_of,
        known_at=known_now(),
        seen_at=at(2027, 1, 1),
        matrix=DEFAULT_MATRIX,
        stopped={},
    )


def test_jobs_seen_are_carried_twelve_months_unless_the_support_is_closed(till, advance):
    FollowUpReview.objects.create(
        project=advance.project, month=1, due_on=JUNE, submitted_at=at(2026, 7, 1, 12),
        situation=Situation.GOOD, jobs_created=Decimal(2),
    )  # fmt: skip
    known, forgotten = date(2027, 7, 1), date(2027, 7, 2)
    assert [(live(day).jobs, live(day).jobs_seen) for day in (known, forgotten)] == [(2, 1), (0, 0)]
    Project.objects.filter(pk=advance.project_id).update(
        status="CLOSED",
        balance="Deux emplois.",
        labelled_on=date(2025, 7, 4),
        follow_up_lead=till.operator,
        closed_on=date(2027, 1, 4),
    )
    assert live(forgotten).jobs == 2


def test_each_funder_has_its_year_and_its_share(till, advance):
    till.repay(advance, 27_777, JUNE)
    figures = live()
    by_funder = dict(figures.by_funder)
    county, sawmill = by_funder["Département"], by_funder["Scierie du Val"]
    assert (county.paid_in, sawmill.paid_in) == (Flow(0, 3_000_000), Flow(1_000_000, 1_000_000))
    assert (county.lent, sawmill.lent) == (Flow(750_000, 750_000), Flow(250_000, 250_000))
    assert county.repaid.total + sawmill.repaid.total == 27_777
    assert (sawmill.out, sawmill.left) == (250_000 - sawmill.repaid.total, 1_000_000)
    assert (figures.advances, figures.advances_of_year, figures.late) == (1, 1, 1)
    assert (figures.outstanding, figures.arrears) == (972_223, 27_777)


def test_the_fund_adds_up_and_says_what_the_other_pages_say(till, advance):
    till.repay(advance, 1_010_000, JULY)
    figures, fund = live(), queries.fund_position(on=TODAY)
    held = figures.cash + figures.outstanding + figures.whole.lost.total + figures.to_give_back
    others = figures.overpaid + figures.unidentified
    assert held - others == figures.whole.paid_in.total - figures.whole.returned.total
    assert (figures.cash, figures.outstanding) == (fund.cash, fund.outstanding)
    assert (figures.whole.repaid.total, figures.overpaid) == (1_000_000, 10_000)
    assert figures.whole.out == figures.outstanding == 0


def test_the_year_before_is_not_in_the_year(till, advance):
    till.repay(advance, 27_777, JUNE)
    later = live(date(2027, 7, 1))
    assert later.whole.repaid == Flow(0, 27_777)
    assert later.advances_of_year == 0


class TestFunders:
    def test_a_partner_renamed_has_one_line_and_one_report_of_all_it_brought(self, till, operator):
        partner = make_partner(name="Scierie du Val")
        till.endow(1_000_000, partner_id=partner.pk)
        till.endow(200_000, funder="SCIERIE DU VAL")  # typed before it was a partner
        till.endow(4_000_000, funder="Région")
        Partner.objects.filter(pk=partner.pk).update(name="Bois du Val")
        till.endow(500_000, partner_id=partner.pk)
        brought = [(name, flows.paid_in.total) for name, flows in live().by_funder]
        assert brought == [("Bois du Val", 1_700_000), ("Région", 4_000_000)]
        Partner.objects.filter(pk=partner.pk).update(name="Groupe Val")
        form = {"as_of": "25/07/2026", "funder": str(partner.pk), "command_key": str(uuid4())}
        assert ">Groupe Val<" in plain(operator.get(f"{REPORTS}figer/"))
        page = plain(operator.post(f"{REPORTS}figer/", form, follow=True))
        assert "Rapport à Groupe Val 2026" in page
        report = FunderReport.objects.get()
        then = frozen_figures(report)
        Partner.objects.filter(pk=partner.pk).update(name="Autre nom")
        assert frozen_figures(report) == then
        assert [(name, flows.paid_in.total) for name, flows in then.by_funder] == [
            ("Groupe Val", 1_700_000)
        ]

    def test_names_that_differ_by_their_capitals_are_one(self, till):
        till.endow(1_000_000, funder="RÉGION")
        till.endow(500_000, funder="Région")
        assert [name for name, _ in live().by_funder] == ["Région"]
        report = freeze(till, funder="Région")
        (line,) = frozen_figures(report).by_funder
        assert line[1].paid_in.total == 1_500_000

    def test_a_name_that_two_partners_bore_is_neither_of_them(self, till):
        first = make_partner(name="Commune")
        till.endow(1_000_000, partner_id=first.pk)
        Partner.objects.filter(pk=first.pk).update(name="Ville")
        till.endow(500_000, partner_id=make_partner(name="Commune").pk)
        till.endow(200_000, funder="Commune")
        assert [flows.paid_in.total for _, flows in live().by_funder] == [
            1_000_000, 500_000, 200_000
        ]  # fmt: skip

    def test_a_name_typed_before_the_partner_brought_is_theirs_on_any_day(self, till):
        partner = make_partner(name="Scierie du Val")
        till.endow(200_000, funder="Scierie du Val")
        till.endow(1_000_000, partner_id=partner.pk, received_on=JULY, at=at(2026, 7, 16))
        [known] = known_funders()
        assert known.partner == partner.pk
        report = freeze(till, as_of=JUNE, partner_id=known.partner)
        [(name, flows)] = frozen_figures(report).by_funder
        assert (name, flows.paid_in.total) == ("Scierie du Val", 200_000)

    def test_who_has_lent_nothing_has_no_loss_rate(self, till, operator):
        till.endow(1_000_000, funder="Région")
        report = freeze(till)
        assert [flows.loss_rate for _, flows in live().by_funder] == [None]
        context = report_context(report, frozen_figures(report))
        assert (context["total_rows"][0][2], context["total_rate"]) == ("–", "–")
        assert workbook(report, frozen_figures(report))
        assert operator.get(f"{REPORTS}{report.reference}/").status_code == 200


class TestFrozen:
    def test_a_backdated_repayment_changes_today_and_not_the_report(self, till, advance):
        report = freeze(till)
        then = frozen_figures(report)
        till.repay(advance, 27_777, JUNE)
        assert frozen_figures(report) == then
        now = live()
        assert (then.outstanding, now.outstanding) == (1_000_000, 972_223)
        assert (then.whole.repaid, now.whole.repaid) == (Flow(), Flow(27_777, 27_777))
        assert then.par30 != 0

    def test_nor_does_a_plan_decided_later_for_before(self, till, advance):
        report = freeze(till)
        then = frozen_figures(report)
        rewrite(till, advance, decided(advance), [(date(2027, 1, 15), 1_000_000)])
        assert frozen_figures(report) == then
        now = live()
        assert (then.arrears, now.arrears) == (55_554, 0)
        assert replace(now, arrears=0) == now

    def test_nor_other_rates_of_the_basin(self, till, advance):
        report = freeze(till)
        then = frozen_figures(report)
        assert then.provision == 250_000  # late by 40 days
        FundSettings.objects.create(provision_rates=[0, 0, 9_000, 9_000, 9_000, 10_000])
        assert frozen_figures(report) == then
        assert freeze(till).pk != report.pk

    def test_once_while_nothing_is_new(self, till, advance):
        key = uuid4()
        report = freeze(till, command_key=key)
        assert freeze(till, command_key=key) == report
        assert freeze(till) == report
        till.repay(advance, 27_777, JUNE)
        again = freeze(till)
        assert (report.reference, again.reference) == ("RF-SAV-2026-1", "RF-SAV-2026-2")

    def test_laid_out_aside_from_what_was_known_then(self, till, advance):
        """Neither the ledger nor its writers wait for a PDF; what came meanwhile is not in it."""
        report = freeze(till)
        assert not GeneratedDocument.objects.about(report).exists()
        with national():
            asked = OutboxEntry.objects.get(kind="funds.issue_report")
        assert asked.payload == {"report_id": report.pk}
        till.repay(advance, 27_777, JUNE)
        _, pdf = laid_out(report)
        assert "10 000 € encore prêtés" in words_of(pdf).replace("\xa0", " ").replace("\u202f", " ")
        assert [one.pk for one in laid_out(report)][1] == pdf.pk

    def test_nor_a_day_before_the_first_entry(self, till, advance):
        with pytest.raises(InvalidInput, match="La première écriture est du 03/11/2025"):
            freeze(till, as_of=date(2025, 11, 2))
        assert freeze(till, as_of=date(2025, 11, 3)).reference == "RF-SAV-2025-1"

    def test_neither_an_empty_ledger_nor_a_day_to_come(self, till):
        with pytest.raises(ActionDenied, match="vide"):
            freeze(till)
        with pytest.raises(InvalidInput, match="aujourd'hui"):
            freeze(till, as_of=date(2026, 12, 31))

    def test_the_database_keeps_it_as_it_is(self, till, advance):
        freeze(till)
        for verb in (
            "UPDATE funds_funderreport SET funder = ''",
            "DELETE FROM funds_funderreport",
        ):
            assert "permission denied" in str(refused(verb))
        copy = refused(
            "INSERT INTO funds_funderreport (reference, funder, as_of, known_entry_id, "
            "known_plan_id, provision_rates, stopped_entries, frozen_at, frozen_by_id) SELECT "
            "'RF-0', funder, as_of, known_entry_id, known_plan_id, provision_rates, "
            "stopped_entries, frozen_at, frozen_by_id FROM funds_funderreport"
        )
        assert copy.__cause__.diag.constraint_name == "funder_report_is_frozen_once"


class TestScreens:
    def test_frozen_read_again_and_told_what_changed(self, operator, till, advance):
        assert "Aucun rapport figé" in plain(operator.get(REPORTS))
        assert "Scierie du Val" in plain(operator.get(f"{REPORTS}figer/"))
        form = {"as_of": "25/07/2026", "funder": "Scierie du Val", "command_key": str(uuid4())}
        page = plain(operator.post(f"{REPORTS}figer/", form, follow=True))
        assert "Rapport à Scierie du Val 2026" in page
        assert "2 500 €" in page
        assert "Département" not in page
        assert "changent ces chiffres" not in page
        assert "Les fichiers se préparent" in page
        laid_out(FunderReport.objects.get())
        page = plain(operator.get(f"{REPORTS}RF-SAV-2026-1/"))
        assert "Rapport (PDF)" in page
        assert "se préparent" not in page
        till.repay(advance, 27_777, JUNE)
        page = plain(operator.get(f"{REPORTS}RF-SAV-2026-1/"))
        assert "Remboursé : 0 € dans le rapport, 277,77 € aujourd" in page
        assert operator.get(f"{REPORTS}RF-SAV-2026-9/").status_code == 404
        late = operator.post(f"{REPORTS}figer/", form | {"as_of": "31/12/2026"})
        assert late.status_code == 409
        form["command_key"] = str(uuid4())
        late = operator.post(f"{REPORTS}figer/", form | {"as_of": "31/12/2026"})
        assert late.status_code == 422

    def test_its_documents_are_for_those_who_read_the_ledger(
        self, operator, client_as, till, advance
    ):
        report = freeze(till)
        tables, pdf = laid_out(report)
        words = words_of(pdf)
        assert "Rapport aux financeurs 2026" in words
        assert "Ensemble du fonds" in words
        with storage.opened(tables.key) as file, ZipFile(BytesIO(file.read())) as book:
            strings = book.read("xl/sharedStrings.xml").decode()
            assert "Scierie du Val" in strings
            assert "<v>7500" in book.read("xl/worksheets/sheet1.xml").decode()
        address = f"/bassins/savoie/documents/{pdf.pk}/"
        assert operator.get(address).status_code == 200
        assert client_as(Role.MEMBER).get(address).status_code == 404

    def test_it_is_found_again_among_downloads_by_who_froze_it(
        self, operator, client_as, till, advance
    ):
        downloads = "/bassins/savoie/telechargements/"
        report = freeze(till)
        page = plain(operator.get(downloads))
        assert "Rapport aux financeurs 2026 (RF-SAV-2026-1)" in page
        assert "En préparation" in page
        files = laid_out(report)
        page = plain(operator.get(downloads))
        assert "En préparation" not in page
        assert all(f"/bassins/savoie/documents/{file.pk}/" in page for file in files)
        assert "RF-SAV-2026-1" not in plain(client_as(Role.FINANCE).get(downloads))
