"""The diagnosis of a file, from its request to its validation."""

import pytest

from basins.enums import Role
from projects import operations
from projects.enums import ProjectStatus
from tests.builders import at, make_contact, make_partner, make_user
from tests.projects.conftest import WRITTEN
from tests.projects.pages.conftest import page, text


@pytest.fixture
def other(savoie, complete):
    """Another member who may be asked."""
    person = make_user(Role.MEMBER, basin=savoie)
    return make_contact(make_partner(name="Scierie du Lac"), person=person)


def test_the_diagnosis_is_asked_written_and_validated_in_the_browser(
    op, member, complete, referrer
):
    data = {"contact": str(referrer.contact.pk), "due_on": "31/12/2099", "question": "Délègue ?"}
    response = op.post(page(complete, "diagnostic/demander/"), data, follow=True)
    assert "Le diagnostic est demandé à Sophie Morel" in text(response)
    assert "Faire le diagnostic" in text(member.get(page(complete)))
    url = page(complete, "diagnostic/rediger/")
    assert "Délègue\N{NO-BREAK SPACE}?" in text(member.get(url))
    years = {
        "exercices-TOTAL_FORMS": "1",
        "exercices-INITIAL_FORMS": "1",
        "exercices-0-year": "2025",
        "exercices-0-turnover": "900 000",
        "exercices-0-result": "-1 500",
    }
    assert member.post(url, {"context": "À suivre", **years}).status_code == 302
    incomplete = member.post(url, {"context": "À suivre", **years, "rendre": "1"})
    assert incomplete.status_code == 422
    assert "Il manque encore" in text(incomplete)
    member.post(url, {**WRITTEN, **years, "rendre": "1"})
    assert member.get(url).status_code == 302
    read = text(op.get(page(complete, "diagnostic/")))
    assert "Cinq jours d&#x27;ingénierie." in read
    assert "900\u202f000\u00a0€" in read
    judged = page(complete, "diagnostic/valider/")
    asked = op.get(judged).context["confirmation"]
    assert asked.effects[0] == f"Le dossier {complete.reference} est prêt pour le comité."
    complete.refresh_from_db()
    assert complete.status == ProjectStatus.DIAGNOSIS
    validated = op.post(judged, follow=True)
    assert "prêt pour le comité" in text(validated)


def test_a_diagnosis_to_come_asks_for_a_date_to_come(op, complete, referrer):
    data = {"contact": str(referrer.contact.pk), "due_on": "01/01/2020"}
    response = op.post(page(complete, "diagnostic/demander/"), data)
    assert response.status_code == 422
    assert "Choisissez une date à venir." in text(response)


def test_nobody_else_writes_the_diagnosis(client_as, asked, complete):
    assert client_as(Role.MEMBER).get(page(complete, "diagnostic/rediger/")).status_code == 404


def test_whoever_is_relieved_reads_why(op, member, asked, complete, other):
    data = {"contact": str(other.pk), "due_on": "01/01/2100"}
    assert op.post(page(complete, "diagnostic/demander/"), data).status_code == 302
    url = page(complete, "diagnostic/rediger/")
    assert "a été confié à quelqu&#x27;un d&#x27;autre" in text(member.get(url, follow=True))
    draft = {"context": "Je continue"}
    assert member.post(page(complete, "diagnostic/brouillon/"), draft).status_code == 409
    op.post(page(complete, "retrait/"), {"end_reason": "Vendue"})
    assert "son diagnostic n&#x27;est plus à faire" in text(member.get(url, follow=True))


def test_what_the_referrer_types_is_kept(member, asked, complete):
    data = {
        "context": "Je\0 commence",
        "exercices-TOTAL_FORMS": "0",
        "exercices-INITIAL_FORMS": "0",
    }
    assert member.post(page(complete, "diagnostic/brouillon/"), data).status_code == 204
    back = text(member.get(page(complete, "diagnostic/rediger/")))
    assert "Je commence" in back
    assert "Vous retrouvez votre brouillon" in back
    left = text(member.post(page(complete, "diagnostic/abandonner/"), follow=True))
    assert "Je commence" not in left
    assert "Vous retrouvez votre brouillon" not in left


def test_the_page_says_that_it_is_open_and_reading_it_writes_nothing(member, asked, complete):
    shown = text(member.get(page(complete, "diagnostic/rediger/")))
    asked.refresh_from_db()
    assert asked.opened_at is None
    url = page(complete, "diagnostic/ouvrir/")
    assert f'hx-post="{url}"' in shown
    assert member.post(url).status_code == 204
    asked.refresh_from_db()
    assert asked.opened_at is not None
    assert asked.started_at is None


@pytest.mark.parametrize("sent", ["ouvrir/", "brouillon/"])
def test_what_the_page_sends_once_handed_over_is_refused_and_no_attempt(
    member, handed_over, complete, sent, caplog
):
    assert member.post(page(complete, f"diagnostic/{sent}")).status_code == 409
    assert "access.refused" not in caplog.text


def test_a_draft_of_the_referrer_is_not_read_by_others(op, client_as, asked, complete, referrer):
    operations.save_diagnosis_draft(
        diagnosis_id=asked.pk, values=WRITTEN, by=referrer.person, at=at()
    )
    for client in (op, client_as(Role.MEMBER)):
        assert "Une fromagerie de douze" not in text(client.get(page(complete, "diagnostic/")))


def test_a_complement_is_asked_with_its_reason(op, member, handed_over, complete):
    url = page(complete, "diagnostic/complement/")
    assert op.post(url, {"message": ""}).status_code == 422
    op.post(url, {"message": "Et les risques ?"})
    assert "Et les risques\N{NO-BREAK SPACE}?" in text(
        member.get(page(complete, "diagnostic/rediger/"))
    )


def test_validating_twice_says_so(op, handed_over, complete):
    url = page(complete, "diagnostic/valider/")
    op.post(url)
    for again in (op.post(url, follow=True), op.get(url, follow=True)):
        assert "déjà validé" in text(again)
