"""A report is previewed, published once, and never changes again."""

from datetime import date
from io import BytesIO

import openpyxl
import pypdfium2
import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.documents import storage
from alize.notifications.models import Mail
from basins import tenancy
from basins.references import Reference
from signatures.models import Circuit
from steering import operations
from steering.definitions import definitions
from steering.documents import dated, fund_rows
from steering.lines import year_lines
from steering.models import EvaluationReport
from steering.queries import reports
from steering.snapshot import freeze, references_of
from steering.spreadsheet import workbook
from tests.builders import at, give_reference
from tests.words import spaced

pytestmark = pytest.mark.django_db

AS_OF = date(2026, 3, 12)
NOW = at(2026, 3, 12)


@pytest.fixture
def prepared(basin_with_a_past, operator):
    return operations.prepare_report(year=2025, as_of=AS_OF, by=operator, at=NOW)


@pytest.fixture
def published(prepared, operator, prefect, quick_seals, run_outbox):
    operations.publish_report(report_id=prepared.pk, by=operator, at=NOW)
    run_outbox()
    prepared.refresh_from_db()
    return prepared


def content(document) -> bytes:
    with storage.opened(document.key) as file:
        return file.read()


class TestPrepare:
    def test_a_second_preview_starts_over(self, prepared, operator):
        again = operations.prepare_report(year=2025, as_of=AS_OF, by=operator, at=NOW)
        assert again.pk == prepared.pk
        assert again.version == 1

    def test_after_publication_a_new_version(self, prepared, operator):
        operations.publish_report(report_id=prepared.pk, by=operator, at=NOW)
        again = operations.prepare_report(year=2025, as_of=AS_OF, by=operator, at=NOW)
        assert (again.version, again.published_at) == (2, None)

    @pytest.mark.parametrize(
        ("year", "as_of", "reason"),
        [
            (2025, date(2026, 3, 13), "au plus tard aujourd'hui"),
            (2026, date(2025, 12, 31), "n'avait pas commencé"),
        ],
    )
    def test_impossible_dates(self, in_savoie, operator, year, as_of, reason):
        with pytest.raises(ActionDenied, match=reason):
            operations.prepare_report(year=year, as_of=as_of, by=operator, at=NOW)


class TestPublish:
    def test_once(self, prepared, operator):
        operations.publish_report(report_id=prepared.pk, by=operator, at=NOW)
        with pytest.raises(ActionDenied, match="déjà publié"):
            operations.publish_report(report_id=prepared.pk, by=operator, at=NOW)
        event = AuditEvent.objects.get(type="report.published")
        assert (event.facts["year"], event.facts["version"]) == (2025, 1)

    def test_refused_when_a_figure_changed_since_the_preview(
        self, prepared, operator, basin_with_a_past
    ):
        basin_with_a_past.past.seen(basin_with_a_past.second, date(2026, 3, 1), 2, month=6)
        with pytest.raises(operations.FiguresChanged, match="valeurs ont changé") as refusal:
            operations.publish_report(report_id=prepared.pk, by=operator, at=NOW)
        assert ("Emplois constatés", "3", "5") in refusal.value.changes
        prepared.refresh_from_db()
        assert prepared.published_at is None

    def test_figures_of_after_the_day_change_nothing(self, prepared, operator, basin_with_a_past):
        basin_with_a_past.past.seen(basin_with_a_past.second, date(2026, 3, 13), 2, month=6)
        operations.publish_report(report_id=prepared.pk, by=operator, at=NOW)

    def test_what_is_published_stays(self, published, basin_with_a_past):
        figures, digest = published.figures, published.document.sha256
        basin_with_a_past.past.seen(basin_with_a_past.second, date(2026, 3, 1), 9, month=6)
        kept = EvaluationReport.objects.get(pk=published.pk)
        assert kept.figures == figures
        assert kept.document.sha256 == digest


def test_a_report_keeps_the_references_of_the_last_day_of_its_year(published, operator):
    give_reference(Reference.EXAMINED, [20], since=date(2026, 3, 13))
    references = {
        (year, as_of): freeze(year=year, as_of=as_of)["references"]["examined"]
        for year, as_of in (
            (2025, date(2026, 12, 31)),
            (2026, date(2026, 3, 12)),
            (2026, date(2026, 3, 13)),
        )
    }
    assert list(references.values()) == [15, 15, 20]
    frozen = dated(published.figures)
    assert {line.label: line.reference for line in year_lines(frozen)}["Dossiers examinés"] == (
        "15 par an"
    )
    later = dated(freeze(year=2026, as_of=date(2026, 4, 1)))
    assert {line.label: line.reference for line in year_lines(later)}["Dossiers examinés"] == (
        "20 par an"
    )
    said = {line.label: spaced(line.reference) for line in year_lines(later)}
    assert said["Taux d'agrément"] == "60 %"


def test_what_a_report_says_of_the_fund_and_of_the_profile_follows_the_references(
    basin_with_a_past,
):
    since = date(2026, 3, 13)
    give_reference(Reference.FUND_SIZE, [60_000_000, 70_000_000], since=since)
    give_reference(Reference.PROFILE, [25, 25, 25, 25], since=since)
    give_reference(Reference.LOSSES, [350], since=since)
    frozen = dated(freeze(year=2026, as_of=since))
    rows = dict(fund_rows(frozen))
    assert "600 000 € à 700 000 €" in spaced(rows["Taille du fonds"])
    assert "(repère : 3,5 %)" in spaced(rows["Sinistralité, sur les sommes prêtées"])
    assert [group["target"] for group in frozen["resources"]] == [25, 25, 25, 25]
    words = {one.term: spaced(one.meaning) for one in definitions(references_of(frozen))}
    assert "critique de 600 000 à 700 000 €" in words["Taille du fonds"]
    assert "25 % entreprises" in words["Profil des ressources"]


class TestDocuments:
    def test_names(self, published):
        assert published.document.file_name == ("2026-03-12_ALIZE-Savoie_rapport-evaluation_v1.pdf")
        assert published.spreadsheet.file_name.endswith(".xlsx")
        assert published.document.reference == "2025-SAV-EVAL"

    def test_the_prefecture_is_told_once(self, published, prefect):
        operations.issue_report(report_id=published.pk, at=NOW)
        with tenancy.national():
            (mail,) = Mail.objects.filter(code="M21")
        assert mail.to_email == prefect.email
        assert mail.subject == "Le rapport d'évaluation 2025 est disponible"
        assert "/bassins/savoie/pilotage/rapports/2025/" in mail.text

    def test_what_is_given_is_sealed(self, published):
        circuit = Circuit.objects.get(document=published.document)
        assert circuit.status == "SEALED"
        assert [signer.name for signer in circuit.signers.all()] == [str(published.published_by)]
        assert reports.file_of(published) == circuit.sealed_document

    def test_the_pdf_says_the_figures(self, published):
        pdf = pypdfium2.PdfDocument(content(published.document))
        pages = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        text = " ".join(pages.split())
        for said in (
            "Rapport d’évaluation 2025",
            "Scierie du Val",
            "=Fromagerie",
            "35 000 €",
            "Chercher des écoles partenaires.",
            "12. Définitions et qualité des données",
            "Les emplois de 2 dossiers sur 3 ne sont pas renseignés",
        ):
            assert said in text, said

    def test_the_workbook_has_numbers_and_no_formula(self, published):
        book = openpyxl.load_workbook(BytesIO(content(published.spreadsheet)))
        assert book.sheetnames[:2] == ["À lire", "Chiffres de l'année"]
        assert "Définitions" in book.sheetnames
        decisions = {row[1].value: row for row in book["Décisions"].iter_rows(min_row=2)}
        dairy = decisions["=Fromagerie"]
        assert dairy[1].data_type == "s"
        assert dairy[5].value == 15_000
        assert dairy[7].value == 2.5
        assert dairy[8].value is None  # nobody knows yet: not zero
        cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]

    def test_the_same_figures_give_the_same_bytes(self, prepared):
        frozen = dated(prepared.figures)
        assert workbook(frozen, version=1) == workbook(frozen, version=1)
