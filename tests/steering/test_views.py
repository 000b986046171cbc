"""Pilotage, for each role: the figures, the preview, the publication, the three buttons."""

from datetime import date

import pytest
import time_machine

from alize.outbox.models import Entry
from basins import tenancy
from basins.digest import send_digest
from basins.enums import Role
from basins.models import Basin
from steering import operations
from steering.models import EvaluationReport
from tests.builders import at
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ROOM = "/bassins/savoie/pilotage/"
REPORT = f"{ROOM}rapports/2025/"
NOW = at(2026, 3, 12)


@pytest.fixture
def prepared(basin_with_a_past, operator):
    return operations.prepare_report(year=2025, as_of=NOW.date(), by=operator, at=NOW)


@pytest.fixture
def published(prepared, operator):
    operations.publish_report(report_id=prepared.pk, by=operator, at=NOW)
    operations.issue_report(report_id=prepared.pk, at=NOW)
    return EvaluationReport.objects.get(pk=prepared.pk)


@pytest.fixture
def new_savoie(in_savoie):
    """Savoie, installed this year."""
    with tenancy.national():
        Basin.objects.filter(pk=in_savoie.pk).update(installed_on=date(2026, 2, 1))
    tenancy.forget(in_savoie.slug)
    yield
    tenancy.forget(in_savoie.slug)


READERS = [
    Role.OPERATOR, Role.PRESIDENT, Role.MEMBER, Role.ASSOCIATE, Role.PREFECTURE, Role.FINANCE,
    Role.AUDITOR, Role.NATIONAL_STAFF, Role.NATIONAL_VIEWER, Role.NATIONAL_COMMITTEE,
]  # fmt: skip


@pytest.mark.parametrize("role", READERS)
def test_whoever_reads_reports_opens_the_room(basin_with_a_past, client_as, role):
    assert client_as(role).get(ROOM).status_code == 200


@pytest.mark.parametrize("path", [ROOM, REPORT, f"{REPORT}apercu/", f"{ROOM}comites/19/"])
def test_another_basin_is_not_found(published, client_as, meuse, path):
    assert client_as(Role.OPERATOR, basin=meuse).get(path).status_code == 404


@pytest.mark.parametrize("role", [role for role in READERS if role != Role.OPERATOR])
@pytest.mark.parametrize("path", ["rapports/preparer/", "rapports/2025/apercu/"])
def test_only_the_operator_prepares(prepared, client_as, role, path):
    assert client_as(role).get(f"{ROOM}{path}").status_code == 403


@pytest.mark.parametrize("role", [role for role in READERS if role != Role.OPERATOR])
def test_only_the_operator_publishes(prepared, client_as, role):
    assert client_as(role).post(f"{REPORT}publier/").status_code == 403
    prepared.refresh_from_db()
    assert prepared.published_at is None


class TestRoom:
    def test_the_year_and_the_origin(self, basin_with_a_past, client_as):
        page = plain(client_as(Role.PREFECTURE).get(ROOM, {"annee": 2025}))
        assert "L'année 2025" in page
        assert "35 000 €" in page
        assert "sur 1 cas" in page

    def test_as_it_was_on_a_day(self, basin_with_a_past, client_as):
        asked = {"annee": "2025", "au": "08/10/2025"}
        page = plain(client_as(Role.OPERATOR).get(ROOM, asked))
        assert "20 000 €" in page
        assert "Arrêté au 08/10/2025" in page

    @pytest.mark.parametrize("asked", [{"annee": "abc"}, {"au": "31/02/2026"}, {"annee": "1850"}])
    def test_what_cannot_be_is_said(self, basin_with_a_past, client_as, asked):
        response = client_as(Role.OPERATOR).get(ROOM, asked)
        assert response.status_code == 200
        assert "L'année 2026" in plain(response)

    def test_a_basin_without_a_past(self, in_savoie, client_as):
        assert client_as(Role.OPERATOR).get(ROOM).status_code == 200

    def test_a_steering_committee(self, basin_with_a_past, client_as):
        page = plain(client_as(Role.PREFECTURE).get(f"{ROOM}comites/19/"))
        assert "Comité de pilotage n° 19" in page
        assert "Chercher des écoles partenaires." in page


class TestPublication:
    def test_prepare_preview_publish(self, basin_with_a_past, client_as, prefect):
        client = client_as(Role.OPERATOR)
        form = plain(client.get(f"{ROOM}rapports/preparer/"))
        assert 'value="2025"' in form
        response = client.post(f"{ROOM}rapports/preparer/", {"year": "2025", "as_of": "12/03/2026"})
        assert response.url == f"{REPORT}apercu/"
        preview = plain(client.get(response.url))
        assert "À compléter si possible" in preview
        assert "Scierie du Val" in preview
        confirm = plain(client.get(f"{REPORT}publier/"))
        assert str(prefect.full_name) in confirm
        assert EvaluationReport.objects.get().published_at is None
        assert client.post(f"{REPORT}publier/").url == REPORT
        assert EvaluationReport.objects.get().published_at == NOW
        assert "Les fichiers se préparent" in plain(client.get(REPORT))

    def test_sent_twice_publishes_once(self, prepared, client_as):
        client = client_as(Role.OPERATOR)
        for _ in range(2):
            assert client.post(f"{REPORT}publier/").url == REPORT
        assert Entry.objects.filter(kind="steering.issue_report").count() == 1

    def test_a_change_since_the_preview_is_shown(self, prepared, client_as, basin_with_a_past):
        past, second = basin_with_a_past.past, basin_with_a_past.second
        past.seen(second, date(2026, 3, 1), 2, month=6)
        page = plain(client_as(Role.OPERATOR).post(f"{REPORT}publier/"))
        assert "Ce qui a changé depuis l'aperçu" in page
        assert "reprenez les chiffres avant de publier" in page

    def test_a_day_to_come(self, in_savoie, client_as):
        data = {"year": "2026", "as_of": "13/03/2026"}
        page = plain(client_as(Role.OPERATOR).post(f"{ROOM}rapports/preparer/", data))
        assert "au plus tard aujourd'hui" in page


class TestPrefecture:
    def test_who_published_finds_it_among_downloads(self, published, client_as, operator):
        page = client_as(Role.OPERATOR, user=operator).get("/bassins/savoie/telechargements/")
        words = page.content.decode()
        assert "évaluation 2025, version 1" in words
        assert "Prêt" in words
        assert "/pilotage/rapports/2025/" in words

    def test_three_big_buttons(self, published, client_as):
        page = plain(client_as(Role.PREFECTURE).get(REPORT))
        assert page.count('class="download') >= 3
        for label in ("Rapport (PDF)", "Tableaux (XLSX)", "Vérifier le document"):
            assert label in page

    @pytest.mark.parametrize("name", ["document", "spreadsheet"])
    def test_the_files_download(self, published, client_as, name):
        document = getattr(published, name)
        url = f"/bassins/savoie/documents/{document.pk}/"
        response = client_as(Role.PREFECTURE).get(url)
        assert response.status_code == 200
        assert document.file_name in response["Content-Disposition"]

    def test_another_basin_does_not_download(self, published, client_as, meuse):
        url = f"/bassins/savoie/documents/{published.document.pk}/"
        assert client_as(Role.PREFECTURE, basin=meuse).get(url).status_code == 404

    def test_nothing_before_publication(self, prepared, client_as):
        assert client_as(Role.PREFECTURE).get(REPORT).status_code == 404

    def test_the_published_page_keeps_its_figures(self, published, client_as, basin_with_a_past):
        client = client_as(Role.PREFECTURE)
        before = self.published_figures(client)
        basin_with_a_past.past.seen(basin_with_a_past.second, date(2026, 3, 1), 9, month=6)
        assert self.published_figures(client) == before

    def published_figures(self, client) -> str:
        """What the page says of them, without what surrounds every page."""
        main = plain(client.get(REPORT)).split("</main>")[0]
        return main.split("Les chiffres publiés")[1]

    def test_home(self, published, client_as):
        home = "/bassins/savoie/"
        client = client_as(Role.PREFECTURE)
        assert "Rapport d'évaluation 2025" in plain(client.get(home))
        with time_machine.travel(at(2026, 4, 12), tick=False):
            assert "Rapport d'évaluation 2025" not in plain(client_as(Role.PREFECTURE).get(home))

    def test_the_morning_mail_counts_nothing_that_is_only_read(self, published, prefect):
        send_digest(at=NOW, day=NOW.date().isoformat())
        told = Entry.objects.filter(kind="notifications.send", payload__code="M25")
        assert prefect.email not in set(told.values_list("payload__email", flat=True))

    def test_home_of_the_operator(self, basin_with_a_past, client_as):
        page = plain(client_as(Role.OPERATOR).get("/bassins/savoie/"))
        assert "Publier le rapport d'évaluation 2025" in page

    def test_a_basin_reports_on_no_year_before_its_own(self, new_savoie, client_as):
        client = client_as(Role.OPERATOR)
        assert "Publier le rapport" not in plain(client.get("/bassins/savoie/"))
        prepare = f"{ROOM}rapports/preparer/"
        assert 'value="2026"' in plain(client.get(prepare))
        refused = client.post(prepare, {"year": "2025", "as_of": "12/03/2026"})
        assert "n'existait pas en 2025 : son premier rapport est celui de 2026" in plain(refused)
