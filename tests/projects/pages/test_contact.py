"""Nouveau contact: what is refused, what is already known."""

from uuid import uuid4

import pytest

from projects.enums import ProjectStatus
from projects.models import Beneficiary, Project
from tests.builders import make_beneficiary, make_project
from tests.projects.conftest import SIRET
from tests.projects.pages.conftest import DOSSIERS, page, text


def contact(**fields):
    return {
        "command_key": str(uuid4()),
        "siret": SIRET,
        "name": "",
        "need": "Agrandir la cave",
        "origin": "DIRECT",
        **fields,
    }


def test_a_contact_is_created_and_opened(op, in_savoie):
    response = op.post(f"{DOSSIERS}nouveau/", contact(siret="732 829 320 00074"), follow=True)
    project = Project.objects.get()
    assert response.redirect_chain[-1][0] == page(project)
    assert project.beneficiary.siret == SIRET
    assert f'Le dossier <span class="nowrap">{project.reference}</span> est ouvert.' in text(
        response
    )


def test_a_double_click_creates_one_contact(op, in_savoie):
    data = contact()
    for _ in range(2):
        assert op.post(f"{DOSSIERS}nouveau/", data | {"entreprise": "autre"}).status_code == 302
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"siret": "732 829 320 00079"}, "Ce numéro ne correspond pas (clé de contrôle)."),
        ({"siret": "356 000 000 12345"}, "Ce numéro ne correspond pas (clé de contrôle)."),
        ({"siret": ""}, "Indiquez le SIRET ou le nom de l&#x27;entreprise."),
        ({"origin": "PARTNER"}, "Choisissez qui vous l&#x27;a signalée."),
        ({"owner_phone": "abc"}, "Un numéro de téléphone s&#x27;écrit en chiffres"),
        ({"owner_email": "anne.blanc"}, "s&#x27;écrit comme prenom.nom@exemple.fr."),
        ({"owner_name": "06"}, "Un nom s&#x27;écrit en lettres, sans"),
        ({"command_key": "x"}, "Rechargez la page avant de recommencer."),
    ],
)
def test_a_contact_with_a_mistake_says_which_and_keeps_the_rest(op, in_savoie, fields, sentence):
    response = op.post(f"{DOSSIERS}nouveau/", contact(**fields))
    assert response.status_code == 422
    assert sentence in text(response)
    assert "Agrandir la cave" in text(response)
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("choice", "status", "made"), [("999999", 422, 0), ("²", 302, 1), ("9" * 5000, 302, 1)]
)
def test_a_choice_that_the_page_never_gave_is_no_failure(op, in_savoie, choice, status, made):
    answer = op.post(f"{DOSSIERS}nouveau/", contact(entreprise=choice))
    assert (answer.status_code, Project.objects.count()) == (status, made)
    assert made or "Cette entreprise n'est pas connue ici" in text(answer).replace("&#x27;", "'")


def test_a_known_company_is_shown_before_anything_is_written(op, in_savoie):
    company = make_beneficiary(name="Bois d'Arc", siret=SIRET)
    closed = make_project(beneficiary=company, status=ProjectStatus.DROPPED)
    data = contact()
    response = op.post(f"{DOSSIERS}nouveau/", data)
    assert "Déjà connu" in text(response)
    assert f"Dossier {closed.reference}, sans suite." in text(response)
    assert "Ce n'est pas cette entreprise" not in text(response)
    assert Project.objects.count() == 1
    op.post(f"{DOSSIERS}nouveau/", data | {"entreprise": str(company.pk)})
    assert Project.objects.filter(beneficiary=company).count() == 2
    assert Beneficiary.objects.count() == 1


def test_a_company_of_the_same_name_may_be_another(op, in_savoie):
    make_beneficiary(name="Éclair")
    data = contact(siret="", name="eclair")
    assert "pas cette entreprise" in text(op.post(f"{DOSSIERS}nouveau/", data))
    op.post(f"{DOSSIERS}nouveau/", data | {"entreprise": "autre"})
    assert Beneficiary.objects.count() == 2
