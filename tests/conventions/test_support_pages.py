"""The pages of an amendment to a cooperation convention, its form, and that of the advance."""

from uuid import uuid4

import pytest

from alize.common.writings import BEHIND
from basins.enums import Role
from conventions.models import Amendment
from conventions.queries import amended
from tests.conventions.founding import sign_on_paper
from tests.conventions.supporting import freeze, launch, plan, save, signed, words
from tests.words import plain

HOME = "/bassins/savoie/conventions/"


@pytest.fixture
def convention(in_force):
    return in_force


@pytest.fixture
def operator(client_as, scene):
    return client_as(Role.OPERATOR, user=scene.operator)


def typed(scene, **changes) -> dict:
    """The form as it opens, its lines kept."""
    return {
        "reason": "Une nouvelle intervention",
        "changes": "",
        "lead": "",
        "jobs_created": "",
        "jobs_retained": "",
        "new_ends_on": "",
        "command_key": str(uuid4()),
        "skills-TOTAL_FORMS": "3",
        "skills-INITIAL_FORMS": "2",
        "skills-0-partner": scene.mill.pk,
        "skills-0-days": "3,5",
        "skills-0-topic": "Implantation d'atelier",
        "skills-1-partner": scene.dam.pk,
        "skills-1-days": "2",
        "skills-1-topic": "Achats d'énergie",
        "skills-2-partner": "",
        "skills-2-days": "",
        "skills-2-topic": "",
        **changes,
    }


def page(response) -> str:
    return words(response.content.decode())


def test_the_form_opens_on_what_the_convention_says(operator, scene, convention):
    said = page(operator.get(f"{HOME}{convention.reference}/avenant/"))
    assert "Implantation d" in said
    assert "L'échéancier ne change pas" not in said


def test_typed_twice_it_is_one_and_its_page_says_before_and_after(operator, scene, convention):
    url = f"{HOME}{convention.reference}/avenant/"
    sent = typed(scene, **{"skills-1-DELETE": "on", "skills-0-days": "6"})
    for _ in range(2):
        response = operator.post(url, sent)
    amendment = Amendment.objects.get(cooperation=convention)
    assert response.url == f"{HOME}avenants/{amendment.pk}/"
    said = page(operator.get(response.url))
    assert "Papeterie des Bauges, 6 jours" in said
    assert "Papeterie des Bauges, 3,5 jours" in said
    # The next one waits.
    assert operator.get(url).url == f"{HOME}{convention.reference}/"
    edit = f"{response.url}modifier/"
    assert "Implantation d" in page(operator.get(edit))
    assert operator.post(edit, typed(scene, changes="Un point mensuel.")).status_code == 302
    amendment.refresh_from_db()
    assert (amendment.amends_skills, amendment.changes) == (False, "Un point mensuel.")
    for act in ("geler", "annuler", "projet", "copie"):
        assert operator.get(f"{response.url}{act}/").status_code == 200
    assert operator.get(f"{response.url}lancer/").status_code == 302
    assert operator.post(f"{response.url}annuler/").url == f"{HOME}{convention.reference}/"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "obligatoire"),
        ({"new_ends_on": "01/01/2020"}, "suit l'ancien"),
        ({"new_ends_on": "31/02/2027"}, "31"),
        ({"jobs_created": "beaucoup"}, "écrivez-le comme 2,5"),
        ({"skills-0-days": "0"}, "supérieur à zéro"),
        ({"skills-1-partner": "0"}, "choix"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    operator, scene, convention, changes, sentence
):
    sent = typed(scene, **{"changes": "Un point mensuel.", **changes})
    response = operator.post(f"{HOME}{convention.reference}/avenant/", sent)
    assert response.status_code == 422
    assert sentence in page(response).replace("&#x27;", "'")
    assert "Un point mensuel." in page(response)
    assert not Amendment.objects.exists()


def test_a_company_on_two_lines_is_refused_in_words(operator, scene, convention):
    sent = typed(scene, **{"skills-1-partner": scene.mill.pk})
    response = operator.post(f"{HOME}{convention.reference}/avenant/", sent)
    assert (response.status_code, "deux lignes" in page(response)) == (422, True)


def test_amended_the_convention_says_so(operator, client_as, scene, convention, run_outbox):
    more = amended.content_of(convention).jobs_created + 2
    amendment = save(scene, convention, jobs_created=more)
    launched = launch(scene, freeze(scene, amendment))
    assert operator.get(f"{HOME}avenants/{amendment.pk}/").status_code == 200
    sign_on_paper(scene, launched.circuit)
    run_outbox()
    said = page(operator.get(f"{HOME}{convention.reference}/"))
    assert "Modifiée par l'avenant n° 1 du" in said.replace("&#x27;", "'")
    assert f"{HOME}avenants/{amendment.pk}/" in said
    prefect = client_as(Role.PREFECTURE)
    shown = page(prefect.get(f"{HOME}avenants/{amendment.pk}/"))
    assert "Ce qu'il change" not in shown.replace("&#x27;", "'")


def test_who_does_not_see_the_convention_does_not_see_its_amendment(client_as, scene, convention):
    amendment = save(scene, convention, changes="Un point mensuel.")
    url = f"{HOME}avenants/{amendment.pk}/"
    found = {
        role: client_as(role).get(url).status_code
        for role in (Role.MEMBER, Role.PREFECTURE, Role.AUDITOR)
    }
    assert found == {Role.MEMBER: 404, Role.PREFECTURE: 404, Role.AUDITOR: 200}


def test_the_page_of_the_advance_proposes_the_amendment(operator, scene, convention, run_outbox):
    version = plan(scene, convention)
    advance = f"/bassins/savoie/fonds/avances/{version.advance.reference}/"
    url = f"{HOME}{convention.reference}/avenant/?echeancier={version.pk}"
    said = page(operator.get(advance))
    assert ("À signer" in said, url in said) == (True, True)
    form = page(operator.get(url)).replace("&#x27;", "'")
    assert f"Par sa décision {version.decision.reference} du" in form
    sent = typed(scene, schedule=version.pk)
    operator.post(url, sent)
    amendment = Amendment.objects.get(schedule=version)
    said = page(operator.get(advance))
    assert (url in said, f"{HOME}avenants/{amendment.pk}/" in said) == (False, True)
    assert "À signer" in said
    signed(scene, amendment, run_outbox)
    said = page(operator.get(advance))
    assert ("À signer" in said, "Signé par tous" in said) == (False, True)


def test_a_draft_that_somebody_else_saved_meanwhile_is_compared(
    operator, client_as, scene, convention
):
    amendment, other = save(scene, convention, changes="Du bois."), client_as(Role.OPERATOR)
    url = f"{HOME}avenants/{amendment.pk}/modifier/"
    opened = operator.get(url)
    mark = {"mark": opened.context["form"]["mark"].value()}
    assert f'value="{mark["mark"]}" data-draft-base' in plain(opened)
    theirs = typed(scene, **{"skills-0-days": "6", "changes": "Du bois."}, **mark)
    mine = typed(scene, **{"changes": "Du métal."}, **mark)
    for _ in range(2):
        assert other.post(url, theirs).status_code == 302, "twice is once"
    compared = operator.post(url, mine)
    assert compared.status_code == 409
    said = plain(compared)
    assert BEHIND in said
    assert "« Du bois. »" in said
    assert "Du métal." in said
    assert "pendant que vous écriviez : Papeterie des Bauges, 6 j, Implantation" in said
    amendment.refresh_from_db()
    assert amended.content_with(amendment).skills[0].days == 6
    again = mine | {"mark": compared.context["form"]["mark"].value()}
    assert operator.post(url, again).status_code == 302
