"""The grid, the reminder, the answer of a lead, for each role."""

from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alize.outbox.models import Entry
from basins import tenancy
from basins.enums import Role
from projects.enums import ProjectStatus, Situation
from projects.operations import Answer, plan_reviews, submit_review
from projects.panels import Instalment
from tests.builders import at, make_beneficiary, make_project, put
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

GRID = "/bassins/savoie/suivi/"
NOW = at(2026, 6, 20)


def answered(review, *, by, jobs="2.5", situation=Situation.GOOD, on=NOW, **fields):
    answer = Answer(situation, Decimal(jobs), comment="L'atelier tourne.", **fields)
    return submit_review(review_id=review.pk, answer=answer, by=by, at=on)


FORM = {
    "situation": "GOOD",
    "jobs_created": "2,5",
    "days_done": "3",
    "comment": "L'atelier tourne.",
}


class TestGrid:
    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.OPERATOR, 200),
            (Role.PRESIDENT, 200),
            (Role.MEMBER, 200),
            (Role.AUDITOR, 200),
            (Role.FINANCE, 403),
            (Role.ASSOCIATE, 403),
            (Role.PREFECTURE, 403),
            (Role.NATIONAL_STAFF, 403),
        ],
    )
    def test_roles(self, project, client_as, role, status):
        assert client_as(role).get(GRID).status_code == status

    def test_another_basin_is_not_found(self, project, client_as, meuse):
        assert client_as(Role.OPERATOR, basin=meuse).get(GRID).status_code == 404

    def test_a_line_a_company(self, project, team, client_as):
        answered(
            project.reviews.get(month=1),
            by=team.lead,
            needs_help=True,
            help_wanted="Un avis sur les achats.",
        )
        page = client_as(Role.OPERATOR).get(GRID).content.decode()
        assert "Fromagerie des Bauges" in page
        assert "Un avis sur les achats." in page
        assert page.count("point-done") == 1
        assert page.count("point-attention") == 1  # M+3, due on 12 June
        assert "Relancer (1)" in page

    def test_a_member_does_not_remind(self, project, client_as):
        assert "Relancer" not in client_as(Role.MEMBER).get(GRID).content.decode()

    def test_filters(self, project, team, client_as):
        client = client_as(Role.OPERATOR)
        name = "Fromagerie des Bauges"
        assert name in client.get(GRID, {"q": "bauges"}).content.decode()
        assert name not in client.get(GRID, {"q": "scierie"}).content.decode()
        # M+1 was due on 12 April.
        assert name in client.get(GRID, {"etat": "late"}).content.decode()
        answered(project.reviews.get(month=1), by=team.lead)
        assert name not in client.get(GRID, {"etat": "late"}).content.decode()
        assert name in client.get(GRID, {"etat": "due"}).content.decode()

    def test_closed_companies_are_shown_when_asked(self, project, client_as):
        project.closed_on = date(2027, 9, 12)
        put(project, ProjectStatus.CLOSED)
        client = client_as(Role.OPERATOR)
        assert "Fromagerie des Bauges" not in client.get(GRID).content.decode()
        assert "Fromagerie des Bauges" in client.get(GRID, {"dossiers": "all"}).content.decode()
        # M+1 is expected no more; M+3 still is, within its fifteen days.
        for state, is_shown in (("late", False), ("due", True)):
            asked = {"dossiers": "all", "etat": state}
            page = client.get(GRID, asked).content.decode()
            assert ("Fromagerie des Bauges" in page) == is_shown

    def test_export_is_what_is_shown(self, project, team, client_as):
        answered(project.reviews.get(month=1), by=team.lead)
        client = client_as(Role.OPERATOR)
        content = client.post(f"{GRID}?export=xlsx", {"reason": "FOLLOW_UP"}).content
        rows = list(openpyxl.load_workbook(BytesIO(content)).active.values)
        line = dict(zip(rows[1], rows[2], strict=True))
        assert line["Entreprise"] == "Fromagerie des Bauges"
        assert (line["M+1"], line["M+3"], line["M+6"]) == ("fait", "dû", "à venir")
        assert line["Emplois constatés (ETP)"] == 2.5
        assert line["Mandataire"] == "Camille Morel"

    def test_totals_and_what_each_company_owes_next(self, project, team, client_as, monkeypatch):
        answered(project.reviews.get(month=1), by=team.lead)
        other = make_project(
            status=ProjectStatus.LABELLED,
            beneficiary=make_beneficiary(name="Scierie"),
            labelled_on=date(2026, 3, 1),
            follow_up_lead=team.lead,
        )
        plan_reviews(other, at=NOW)
        answered(other.reviews.get(month=1), by=team.lead, jobs="1")
        owed = {other.pk: Instalment(date(2026, 7, 5), 27_777)}
        monkeypatch.setattr("projects.panels._INSTALMENTS", [lambda projects, on: owed])
        page = plain(client_as(Role.OPERATOR).get(GRID))
        assert page.count("277,77 € le 05/07/2026") == 1
        assert ">3,5 / " in page.split("<tfoot")[1]

    def test_the_same_queries_with_one_and_three_companies(self, project, team, client_as):
        client = client_as(Role.OPERATOR)

        def count() -> int:
            with CaptureQueriesContext(connection) as seen:
                client.get(GRID)
            return len(seen)

        tenancy.find("savoie")  # kept a few seconds by the process: not what is counted
        one = count()
        for name in ("Scierie", "Tannerie"):
            other = make_project(
                status=ProjectStatus.LABELLED,
                beneficiary=make_beneficiary(name=name),
                labelled_on=date(2026, 3, 1),
                follow_up_lead=team.lead,
            )
            plan_reviews(other, at=NOW)
        tenancy.find("savoie")
        assert count() == one


class TestRemind:
    URL = f"{GRID}relancer/"

    def test_the_page_says_who_is_told_and_sends_nothing(self, project, client_as):
        page = client_as(Role.OPERATOR).get(self.URL).content.decode()
        assert "Camille Morel" in page
        assert not Entry.objects.filter(kind="notifications.send").exists()

    def test_one_mail_a_review_however_often_it_is_sent(self, review, client_as):
        client = client_as(Role.OPERATOR)
        data = {"reviews": [review.pk], "command_key": str(uuid4())}
        for _ in range(2):
            assert client.post(self.URL, data).status_code == 302
        assert Entry.objects.filter(kind="notifications.send").count() == 1

    def test_sent_again_with_other_boxes_it_says_so_and_sends_nothing(self, review, client_as):
        client, key = client_as(Role.OPERATOR), str(uuid4())
        both = [review.project.reviews.get(month=1).pk, review.pk]
        client.post(self.URL, {"reviews": both, "command_key": key})
        response = client.post(self.URL, {"reviews": [review.pk], "command_key": key})
        assert response.status_code == 409
        assert "déjà été envoyé avec un autre contenu" in response.content.decode()
        assert Entry.objects.filter(kind="notifications.send").count() == 2

    def test_nothing_chosen(self, project, client_as):
        response = client_as(Role.OPERATOR).post(self.URL, {"command_key": str(uuid4())})
        assert response.status_code == 422
        assert "Choisissez au moins un point de suivi." in response.content.decode()

    @pytest.mark.parametrize("role", [Role.MEMBER, Role.PRESIDENT, Role.AUDITOR])
    def test_only_the_operator(self, review, client_as, role):
        response = client_as(role).post(self.URL, {"reviews": [review.pk]})
        assert response.status_code == 403


class TestAnswer:
    def url(self, review):
        return f"{GRID}points/{review.pk}/remplir/"

    def test_the_lead_answers(self, review, team, client_as):
        client = client_as(None, user=team.lead)
        assert client.get(self.url(review)).status_code == 200
        assert client.post(self.url(review), FORM).status_code == 302
        review.refresh_from_db()
        assert (review.jobs_created, review.days_done) == (Decimal("2.5"), 3)

    def test_starts_from_what_was_last_known(self, review, team, client_as):
        page = client_as(None, user=team.lead).get(self.url(review)).content.decode()
        assert 'name="jobs_created" value' not in page  # nothing known: empty, not zero
        answered(review.project.reviews.get(month=1), by=team.lead, jobs="3.5")
        page = client_as(None, user=team.lead).get(self.url(review)).content.decode()
        assert 'value="3,5"' in page

    def test_what_was_typed_is_kept(self, review, team, client_as):
        data = {**FORM, "jobs_created": "beaucoup", "needs_help": "on"}
        response = client_as(None, user=team.lead).post(self.url(review), data)
        page = unescape(response.content.decode())
        assert "«\u00a0beaucoup\u00a0» n'est pas un nombre d'emplois" in page
        assert "Dites en une phrase ce qui aiderait" in page
        assert ">(si la case est cochée)</span>" in page
        assert "L'atelier tourne." in page

    def test_another_member_is_told_why_not(self, review, client_as):
        response = client_as(Role.MEMBER).get(self.url(review), follow=True)
        assert "Seul le mandataire" in response.content.decode()

    def test_a_review_given_reads(self, review, team, client_as):
        answered(review, by=team.lead)
        page = client_as(Role.PRESIDENT).get(f"{GRID}points/{review.pk}/").content.decode()
        assert "L&#x27;atelier tourne." in page
        assert "2,5 ETP" in page

    def test_home_of_the_lead(self, review, team, client_as):
        page = client_as(None, user=team.lead).get("/bassins/savoie/").content.decode()
        assert "Point M+1 de Fromagerie des Bauges" in page
        assert "Point M+3 de Fromagerie des Bauges" in page
        assert "Point M+6" not in page

    def test_home_of_the_operator(self, review, team, client_as):
        answered(review, by=team.lead, situation=Situation.DIFFICULT)
        page = client_as(Role.OPERATOR).get("/bassins/savoie/").content.decode()
        assert "1\u00a0point de suivi en retard" in page
        assert "Fromagerie des Bauges est en difficulté" in page

    def test_a_difficulty_is_on_the_home_page_until_somebody_deals_with_it(
        self, review, team, client_as
    ):
        home, said = "/bassins/savoie/", "est en difficulté"
        page = f"{GRID}points/{review.pk}/"
        client = client_as(Role.OPERATOR, user=team.operator)
        client.post(f"{page}pris-en-charge/")
        answered(review, by=team.lead, situation=Situation.DIFFICULT)
        with time_machine.travel(at(2026, 8, 20), tick=False):
            client = client_as(Role.OPERATOR, user=team.operator)
            assert said in client.get(home).content.decode()
            read = client.post(f"{page}pris-en-charge/", follow=True).content.decode()
            assert "par Camille Perrin, le 20/08/2026" in read
            assert f"{page}pris-en-charge/" not in read
            assert said not in client.get(home).content.decode()
            again = client.post(f"{page}pris-en-charge/", follow=True).content.decode()
            assert "Camille Perrin a déjà pris en charge cette entreprise." in again
            reader = client_as(Role.PRESIDENT).get(page).content.decode()
            assert "par Camille Perrin, le 20/08/2026" in reader

    def test_a_difficulty_is_over_once_a_later_review_says_so(self, project, team, client_as):
        first, second = project.reviews.get(month=1), project.reviews.get(month=3)
        answered(first, by=team.lead, situation=Situation.DIFFICULT)
        client = client_as(Role.OPERATOR, user=team.operator)
        page = f"{GRID}points/{first.pk}/"
        assert f"{page}pris-en-charge/" in client.get(page).content.decode()
        with time_machine.travel(at(2026, 8, 20), tick=False):
            answered(second, by=team.lead, on=at(2026, 8, 19))
            client = client_as(Role.OPERATOR, user=team.operator)
            assert f"{page}pris-en-charge/" not in client.get(page).content.decode()
            late = client.post(f"{page}pris-en-charge/", follow=True).content.decode()
            assert "Un point rendu depuis dit comment va cette entreprise" in late


class TestProjectPage:
    def test_a_tab_and_the_next_step(self, project, team, client_as):
        url = f"/bassins/savoie/dossiers/{project.reference}/"
        client = client_as(None, user=team.lead)
        page = unescape(client.get(url).content.decode())
        assert "Prochain point de suivi\N{NO-BREAK SPACE}: M+1." in page
        assert "Faire le point" in page
        answered(project.reviews.get(month=1), by=team.lead)
        tab = unescape(client.get(f"{url}suivi/").content.decode())
        assert "L'atelier tourne." in tab
        assert "2,5 ETP constatés" in tab
        assert tab.count("Faire le point<span") == 1  # M+3 is due, M+6 is to come

    def test_the_operator_reads_but_does_not_answer(self, project, client_as):
        url = f"/bassins/savoie/dossiers/{project.reference}/suivi/"
        page = unescape(client_as(Role.OPERATOR).get(url).content.decode())
        assert "Points de suivi" in page
        assert "Faire le point" not in page
