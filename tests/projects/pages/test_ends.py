"""How a file ends, its sheet, and its place on the home page."""

from basins.enums import Role
from projects.enums import ProjectStatus
from tests.projects.pages.conftest import page, text


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
