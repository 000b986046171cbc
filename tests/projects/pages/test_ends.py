"""How a file or its support ends, its sheet, and its place on the home page."""

from datetime import date

import pytest

from basins.enums import Role
from projects import operations
from projects.enums import ProjectStatus
from projects.models import Project
from projects.operations import plan_reviews
from projects.owing import owed_by
from tests.builders import at, make_beneficiary, make_project, make_user, put
from tests.projects.pages.conftest import DOSSIERS, page, text

LABELLED_ON = date(2026, 3, 12)
AT_TERM = at(2027, 9, 13)
TERM = "L'accompagnement est à son terme depuis le dimanche 12 septembre 2027"


def test_drop_asks_why_and_can_be_taken_up_again(op, project):
    assert op.post(page(project, "sans-suite/"), {"end_reason": ""}).status_code == 422
    response = op.post(page(project, "sans-suite/"), {"end_reason": "Hors sujet"}, follow=True)
    assert "Hors sujet" in text(response)
    response = op.post(page(project, "reprendre/"), follow=True)
    assert "Le dossier est repris." in text(response)


def test_withdraw_restates_its_effect_first(op, complete):
    shown = text(op.get(page(complete, "retrait/")))
    assert "il ne passera pas en comité" in shown
    assert "Cette action ne pourra pas être annulée." in shown
    op.post(page(complete, "retrait/"), {"end_reason": "Vendue"})
    complete.refresh_from_db()
    assert complete.status == ProjectStatus.WITHDRAWN
    assert "ne se retire plus" in text(op.get(page(complete, "retrait/"), follow=True))


def test_the_sheet_is_prepared_then_downloaded(op, client_as, complete, run_outbox):
    url = page(complete, "fiche/")
    assert "Aucune fiche" in text(op.get(url))
    assert "en préparation" in text(op.post(url, follow=True))
    run_outbox()
    response = op.get(url)
    download = response.context["sheet"].downloads[0]
    served = op.get(download.url)
    assert served["Content-Type"] == "application/pdf"
    assert b"".join(served.streaming_content).startswith(b"%PDF-")
    assert client_as(Role.FINANCE).get(download.url).status_code == 404


def test_the_home_page_says_what_is_to_do(op, member, asked, complete):
    assert "Diagnostic\N{NO-BREAK SPACE}: Fromagerie des Bauges" in text(op.get("/bassins/savoie/"))
    assert "Rendre mon diagnostic" in text(member.get("/bassins/savoie/"))


@pytest.fixture
def lead(savoie):
    return make_user(Role.MEMBER, basin=savoie, first_name="Sophie", last_name="Morel")


@pytest.fixture
def due(in_savoie, operator, lead, time_machine) -> Project:
    """Its eighteen months are over since yesterday."""
    time_machine.move_to(AT_TERM)
    project = make_project(
        status=ProjectStatus.LABELLED,
        beneficiary=make_beneficiary(name="Fromagerie des Bauges"),
        labelled_on=LABELLED_ON,
        follow_up_lead=lead,
        operator=operator,
    )
    plan_reviews(project, at=at(2026, 3, 12))
    operations.end_support(project_id=project.pk, at=at(2027, 9, 12, 8))
    return Project.objects.get(pk=project.pk)


def head(client, project):
    """« Et maintenant ? » as somebody reads it."""
    return client.get(page(project)).context["header"]


def test_a_support_at_its_term_asks_its_operator_for_its_balance(due, op, client_as, lead):
    asked = head(op, due)
    assert asked.now.startswith(TERM)
    assert (asked.holder, asked.action.url) == (str(due.operator), page(due, "bilan/"))
    assert "Faire le bilan de l&#x27;accompagnement" in text(op.get("/bassins/savoie/"))
    # The lead is still asked for the reviews that they owe.
    assert head(client_as(Role.MEMBER, user=lead), due).action.label == "Faire le point"


def test_closing_restates_what_was_seen_and_who_is_told_and_keeps_the_balance(due, op, lead):
    shown = text(op.get(page(due, "bilan/")))
    seen = ("Point M+18", "Pas encore rendu", "0 ETP prévu, rien de constaté")
    for words in (*seen, str(lead), "ASTREES"):
        assert words in shown
    assert "Cette action ne pourra pas être annulée." in shown
    assert op.post(page(due, "bilan/"), {"balance": " "}).status_code == 422
    done = op.post(page(due, "bilan/"), {"balance": "Trois emplois.\nUn export."}, follow=True)
    assert "Le bilan est fait" in text(done)
    closed = Project.objects.get(pk=due.pk)
    assert (closed.status, closed.closed_on) == (ProjectStatus.CLOSED, date(2027, 9, 13))
    assert "Trois emplois.<br>Un export." in text(op.get(page(due, "suivi/")))
    assert head(op, closed).now == "Clos, observé jusqu'à M+36. Prochain point : M+18."
    assert "il n&#x27;y a rien à clore" in text(op.get(page(due, "bilan/"), follow=True))


def test_a_closed_file_says_when_its_observation_is_over(
    due, op, operator, client_as, time_machine
):
    op.post(page(due, "bilan/"), {"balance": "Trois emplois."})
    time_machine.move_to(at(2029, 4, 1))
    closed = Project.objects.get(pk=due.pk)
    later = client_as(Role.OPERATOR, user=operator)
    assert head(later, closed).now == "L'accompagnement est clos, et l'observation terminée."


def test_interrupting_asks_why_and_those_who_read_the_file_read_it(
    due, op, member, client_as, monkeypatch
):
    put(due, ProjectStatus.LABELLED)
    monkeypatch.setattr("projects.owing._LENDERS", [lambda project: 1_234_500])
    assert owed_by(due) == 1_234_500
    others = {action.label: action.url for action in head(op, due).others}
    assert others["Interrompre l'accompagnement"] == page(due, "interruption/")
    shown = text(op.get(page(due, "interruption/")))
    assert "12\N{NARROW NO-BREAK SPACE}345\N{NO-BREAK SPACE}€ à rembourser" in shown
    assert op.post(page(due, "interruption/"), {"end_reason": ""}).status_code == 422
    op.post(page(due, "interruption/"), {"end_reason": "Vendue"})
    stopped = Project.objects.get(pk=due.pk)
    assert (stopped.status, stopped.end_reason) == (ProjectStatus.INTERRUPTED, "Vendue")
    assert head(member, stopped).now == "Accompagnement interrompu : Vendue."
    assert head(client_as(Role.PREFECTURE), stopped).now == ""


def test_what_is_not_supported_does_not_end_so(due, op, complete):
    put(due, ProjectStatus.LABELLED)
    assert "pas à son terme" in text(op.get(page(due, "bilan/"), follow=True))
    for end in ("bilan/", "interruption/"):
        assert "pas accompagnée" in text(op.get(page(complete, end), follow=True))
    assert op.get(f"{DOSSIERS}2001-SAV-001/bilan/").status_code == 404
