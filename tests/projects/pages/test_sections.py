"""The sections of a file and its pieces: what is said, what is kept."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from projects.enums import ProjectStatus, Section
from projects.models import Beneficiary, Draft
from tests.builders import make_project, put
from tests.projects.conftest import COMPANY, OWNER, png
from tests.projects.pages.conftest import page, text


def lines(*rows, initial: int = 0):
    data = {
        "lignes-TOTAL_FORMS": str(len(rows)),
        "lignes-INITIAL_FORMS": str(initial),
        "lignes-MIN_NUM_FORMS": "0",
        "lignes-MAX_NUM_FORMS": "30",
    }
    for number, row in enumerate(rows):
        data |= {f"lignes-{number}-{name}": value for name, value in row.items()}
    return data


def bank(amount: str, **more):
    return {"kind": "BANK", "source": "Banque des Alpes", "amount": amount, **more}


def test_a_section_is_saved_then_the_next_one_opens(op, project):
    data = {"revision": "0", "why_alize": "Rien n'existe", **lines(bank("22 000"))}
    response = op.post(page(project, "rubriques/financement/"), data)
    assert response.url == page(project, "rubriques/pieces/")
    assert project.funding_lines.get().amount == 2_200_000


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("22 000,555", "Un montant a deux décimales au plus"),
        ("beaucoup", "n&#x27;est pas un montant"),
        ("0", "Le montant doit être supérieur à zéro."),
    ],
)
def test_an_amount_that_cannot_be_read_is_said_and_kept(op, project, amount, sentence):
    data = {"revision": "0", "why_alize": "Rien n'existe", **lines(bank(amount))}
    response = op.post(page(project, "rubriques/financement/"), data)
    assert response.status_code == 422
    assert sentence in text(response)
    assert f'value="{amount}"' in text(response)
    assert "Rien n&#x27;existe" in text(response)
    assert not project.funding_lines.exists()


def test_counts_that_no_browser_sends_are_no_failure(op, project):
    section = page(project, "rubriques/financement/")
    forged = {"revision": "²", "why_alize": "Rien n'existe", "lignes-TOTAL_FORMS": "²"}
    assert op.post(section, forged).status_code == 422
    assert op.post(section, forged | {"ajouter": "1"}).status_code == 200
    assert op.post(section, forged | lines(bank("22 000"))).status_code == 302


def test_the_thirty_first_of_february_is_refused_by_name(op, project):
    data = {"revision": "0", "name": "Fromagerie", "founded_on": "31/02/2020"}
    response = op.post(page(project, "rubriques/entreprise/"), data)
    assert response.status_code == 422
    assert "Le 31\u00a0février n&#x27;existe pas." in text(response)
    assert 'value="31/02/2020"' in text(response)


def test_one_more_line_comes_without_saving_nor_losing(op, project):
    data = {"revision": "0", "why_alize": "Brouillon", **lines(bank("1,5,5")), "ajouter": "1"}
    response = op.post(page(project, "rubriques/financement/"), data)
    assert response.status_code == 200
    assert "lignes-1-amount" in text(response)
    assert 'value="1,5,5"' in text(response)
    assert not project.funding_lines.exists()


def test_a_line_is_taken_off(op, complete):
    url = page(complete, "rubriques/financement/")
    data = {
        "revision": str(complete.revision),
        "why_alize": "x",
        **lines(bank("45 000", DELETE="on"), bank("10"), initial=1),
    }
    op.post(url, data)
    assert [line.amount for line in complete.funding_lines.all()] == [1000]


def test_a_draft_survives_the_page_and_is_offered_back(op, project):
    data = {
        "revision": "0", "need": "Agrandir\0", "amount_asked": "22 000,5", "days_asked": "deux"
    }  # fmt: skip
    response = op.post(page(project, "rubriques/projet/brouillon/"), data)
    assert response.status_code == 204
    back = op.get(page(project, "rubriques/projet/"))
    assert "Vous retrouvez votre brouillon" in text(back)
    assert 'value="22 000,5"' in text(back)
    assert 'value="deux"' in text(back)
    op.post(page(project, "rubriques/projet/abandonner/"))
    assert not Draft.objects.exists()
    assert "brouillon du" not in text(op.get(page(project, "rubriques/projet/")))


def test_a_draft_of_a_lost_session_asks_to_sign_in_again(project):
    response = Client().post(
        page(project, "rubriques/projet/brouillon/"), {}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/connexion/")


def compared(shown: str) -> list[tuple[str, ...]]:
    """What a field is, as stored and as typed, of each line of the comparison."""
    table = shown.partition('<table class="differences"')[2].partition("</table>")[0]
    return [
        tuple(re.findall(r">([^<]*)</t[dh]>", row))
        for row in table.partition("<tbody")[2].split("<tr")[1:]
    ]


def test_two_people_see_both_versions(op, project, save, colleague):
    save(project, Section.OWNER, OWNER | {"owner_phone": "04 79 00 00 01"}, by=colleague)
    data = {"revision": "0", "owner_name": "Anne Blanc", "owner_phone": "04.79.00.00.02"}
    response = op.post(page(project, "rubriques/dirigeant/"), data)
    shown = text(response)
    assert response.status_code == 409
    assert "Karim Benali a modifié cette rubrique" in shown
    assert {
        ("Fonction", "Gérante", "rien"),
        ("Téléphone", "04 79 00 00 01", "04 79 00 00 02"),
    } <= set(compared(shown))
    assert 'name="revision" value="1"' in shown
    kept = op.post(page(project, "rubriques/dirigeant/"), data | {"revision": "1"})
    assert kept.status_code == 302
    project.refresh_from_db()
    assert project.owner_phone == "04 79 00 00 02"


def test_two_files_of_a_company_show_what_the_other_wrote(op, project, save, colleague):
    other = make_project(beneficiary=project.beneficiary, reference="2026-SAV-200")
    url = page(project, "rubriques/entreprise/")
    assert 'name="revision" value="0"' in text(op.get(url))
    save(other, Section.COMPANY, COMPANY, by=colleague)
    data = {"revision": "0", "name": "Fromagerie", "siret": COMPANY["siret"], "town": "Aix"}
    response = op.post(url, data)
    shown = text(response)
    assert response.status_code == 409
    assert "depuis le dossier 2026-SAV-200 de la même entreprise" in shown
    assert ("Commune", "Chambéry", "Aix") in compared(shown)
    assert 'name="revision" value="1"' in shown
    assert op.post(url, data | {"revision": "1"}).status_code == 302
    assert Beneficiary.objects.get().town == "Aix"


def test_lines_of_two_people_are_compared_one_under_the_other(op, complete, save, colleague):
    url = page(complete, "rubriques/financement/")
    data = {"revision": "0", "why_alize": "x", **lines(bank("45 000"), bank("10", is_agreed="on"))}
    shown = text(op.post(url, data))
    ((_, stored, typed),) = [one for one in compared(shown) if one[0] == "Lignes"]
    assert (stored.count("\n"), typed.count("\n")) == (0, 1)
    assert typed.endswith("10, accordé")


def test_a_closed_section_sends_back_with_the_reason(op, complete):
    put(complete, ProjectStatus.SCHEDULED)
    response = op.get(page(complete, "rubriques/projet/"), follow=True)
    assert "ne se modifie plus" in text(response)


def test_an_attachment_is_joined_read_removed_and_put_back(op, project):
    pieces = page(project, "rubriques/pieces/")
    key = str(uuid4())
    for _ in range(2):
        sent = {"label": "Comptes 2025", "file": png(), "command_key": key}
        assert op.post(pieces, sent).status_code == 302
    attachment = project.attachments.get()
    served = op.get(page(project, f"pieces/{attachment.pk}/"))
    assert served["Content-Disposition"].startswith("attachment")
    removed = op.post(page(project, f"pieces/{attachment.pk}/retirer/"), follow=True)
    assert f"pieces/{attachment.pk}/remettre/" in text(removed)
    assert op.get(page(project, f"pieces/{attachment.pk}/")).status_code == 404
    op.post(page(project, f"pieces/{attachment.pk}/remettre/"))
    attachment.refresh_from_db()
    assert attachment.removed_at is None


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (
            SimpleUploadedFile("comptes.pdf", b"<html><body>Bonjour</body></html>"),
            "son contenu n&#x27;en est pas un",
        ),
        (
            SimpleUploadedFile("plan.pdf", b"%PDF-" + b"0" * 20_000_000),
            "Ce fichier dépasse 15 Mo",
        ),
        (SimpleUploadedFile("a.svg", b"<svg/>"), "n&#x27;est pas accepté"),
        (SimpleUploadedFile("vide.pdf", b""), "Ce fichier est vide"),
    ],
)
def test_a_file_that_is_refused_says_why_and_keeps_what_was_typed(op, project, file, sentence):
    file.seek(0)
    sent = {"label": "Mes comptes", "file": file, "command_key": str(uuid4())}
    response = op.post(page(project, "rubriques/pieces/"), sent)
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="Mes comptes"' in text(response)
    assert not project.attachments.exists()
