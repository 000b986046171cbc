"""The pages of the projects through the browser's eyes: who enters, what is said, what is kept."""

import csv
import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from basins.enums import Role
from projects import operations, queries
from projects.enums import ProjectStatus, Section
from projects.models import Beneficiary, Draft, Project
from tests.builders import at, make_beneficiary, make_contact, make_partner, make_project, make_user
from tests.projects.conftest import OWNER, SIRET, WRITTEN, png

DOSSIERS = "/bassins/savoie/dossiers/"


@pytest.fixture
def op(client_as, operator):
    return client_as(Role.OPERATOR, user=operator)


@pytest.fixture
def member(client_as, referrer):
    return client_as(Role.MEMBER, user=referrer.person)


def page(project, end: str = "") -> str:
    return f"{DOSSIERS}{project.reference}/{end}"


def text(response) -> str:
    return response.content.decode()


GETS = [
    "",
    "historique/",
    "fiche/",
    "rubriques/entreprise/",
    "rubriques/pieces/",
    "diagnostic/",
    "diagnostic/demander/",
    "sans-suite/",
]


@pytest.mark.parametrize("end", GETS)
def test_every_page_of_a_file_opens_for_its_operator(op, complete, end):
    assert op.get(page(complete, end)).status_code == 200


@pytest.mark.parametrize("end", [*GETS, "retrait/", "rubriques/emplois/", "diagnostic/rediger/"])
def test_every_page_of_a_file_is_closed_to_others(client_as, complete, meuse, end):
    url = page(complete, end)
    assert Client().get(url).status_code == 302
    assert client_as(Role.OPERATOR, basin=meuse).get(url).status_code == 404
    assert client_as(Role.PREFECTURE).get(url).status_code in {403, 404}


@pytest.mark.parametrize(
    "end",
    [
        "rubriques/entreprise/",
        "rubriques/entreprise/brouillon/",
        "rubriques/entreprise/abandonner/",
        "diagnostic/demander/",
        "diagnostic/valider/",
        "diagnostic/complement/",
        "sans-suite/",
        "retrait/",
        "reprendre/",
        "fiche/",
    ],
)
def test_a_member_writes_nothing_in_a_file(client_as, complete, end):
    assert client_as(Role.MEMBER).post(page(complete, end)).status_code == 403


def test_unknown_references_and_sections_are_not_found(op, complete):
    assert op.get(f"{DOSSIERS}2026-SAV-999/").status_code == 404
    assert op.get(page(complete, "rubriques/autre/")).status_code == 404
    assert op.get(page(complete, "inconnu/")).status_code == 404


# -- The pipeline ---------------------------------------------------------------------------------
@pytest.fixture
def pipeline(in_savoie, operator):
    for name, status, amount in (
        ("Société Éclair", "CONTACT", None),
        ("Bois d'Arc", "READY", 2_200_000),
        ("=Formule", "APPROVED", 1_000_050),
    ):
        make_project(
            beneficiary=make_beneficiary(name=name, siret=SIRET if "Bois" in name else ""),
            status=status,
            amount_asked=amount,
            operator=operator,
        )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Société Éclair", "Bois d'Arc", "=Formule"}),
        ("?q=societe+eclair", {"Société Éclair"}),
        ("?q=732+829+320+00074", {"Bois d'Arc"}),
        ("?q=petit", {"Société Éclair", "Bois d'Arc", "=Formule"}),
        ("?status=READY", {"Bois d'Arc"}),
        ("?status=committee", {"Bois d'Arc"}),
        ("?status=agreement", {"=Formule"}),
        ("?q=rien", set()),
    ],
)
def test_the_list_is_searched_and_filtered(op, pipeline, query, found):
    table = op.get(f"{DOSSIERS}{query}").context["table"]
    assert {row.record.beneficiary.name for row in table.rows} == found


def test_the_list_says_what_to_do_when_it_is_empty(op, in_savoie):
    assert "Un dossier commence par un contact" in text(op.get(DOSSIERS))
    assert "Aucun dossier ne correspond" in text(op.get(f"{DOSSIERS}?q=rien"))


def test_the_list_adds_up_and_is_sorted(op, pipeline):
    response = op.get(f"{DOSSIERS}?sort=amount_asked")
    assert "32\u202f000,50\u00a0€" in text(response)
    amounts = [row.record.amount_asked for row in response.context["table"].rows]
    assert amounts == [1_000_050, 2_200_000, None]


def test_the_board_places_each_project_in_its_column(op, pipeline):
    columns = op.get(f"{DOSSIERS}?vue=colonnes").context["columns"]
    counts = {one["column"].stage.name: one["column"].total for one in columns}
    assert counts == {
        "CONTACT": 1,
        "DRAFTING": 0,
        "DIAGNOSIS": 0,
        "COMMITTEE": 1,
        "AGREEMENT": 1,
        "SUPPORT": 0,
        "ENDED": 0,
    }


def test_the_csv_is_what_the_list_shows_and_holds_no_formula(op, pipeline):
    response = op.post(f"{DOSSIERS}?status=agreement&export=csv", {"reason": "REPORT"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Entreprise", "'=Formule"]
    assert rows[1][-1] == "10000,50"


def test_the_workbook_is_what_the_list_shows(op, pipeline):
    response = op.post(f"{DOSSIERS}?export=xlsx&sort=company", {"reason": "REPORT"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    names = [cell.value for cell in sheet["A"]]
    assert names == ["Entreprise", "=Formule", "Bois d'Arc", "Société Éclair"]
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PRESIDENT, Role.NATIONAL_STAFF])
def test_others_do_not_take_the_list_away(client_as, pipeline, role):
    client, page = client_as(role), f"{DOSSIERS}?export=csv"
    assert client.get(page).status_code == 403
    assert client.post(page, {"reason": "REPORT"}).status_code == 403
    assert "export=csv" not in client.get(DOSSIERS).content.decode()


@pytest.mark.parametrize("query", ["", "?vue=colonnes"])
def test_the_list_costs_the_same_with_one_and_three_rows(op, in_savoie, query):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert op.get(f"{DOSSIERS}{query}").status_code == 200
        return len(captured)

    make_project(amount_asked=100)
    count()  # the process learns its basin
    one = count()
    make_project()
    make_project()
    assert count() == one


# -- Who sees what --------------------------------------------------------------------------------
def seen(client) -> set[str]:
    table = client.get(DOSSIERS).context["table"]
    return {row.record.status for row in table.rows}


def test_each_role_sees_its_own_projects(client_as, in_savoie):
    for status in ProjectStatus.values:
        more = {}
        if status in {"LABELLED", "REVIEW_DUE", "INTERRUPTED", "CLOSED"}:
            more = {
                "labelled_on": date(2026, 1, 1),
                "closed_on": date(2026, 2, 1),
                "follow_up_lead": make_user(),
            }
        make_project(status=status, **more)
    everything = set(ProjectStatus.values)
    assert seen(client_as(Role.OPERATOR)) == everything
    assert seen(client_as(Role.NATIONAL_STAFF)) == everything
    assert seen(client_as(Role.MEMBER)) == everything - {"CONTACT", "DRAFTING"}
    assert seen(client_as(Role.PREFECTURE)) == {
        "APPROVED",
        "APPROVED_CONDITIONS",
        "DEFERRED",
        "REJECTED",
        "LABELLED",
        "REVIEW_DUE",
        "CLOSED",
        "INTERRUPTED",
    }
    assert seen(client_as(Role.ASSOCIATE)) == set()


def test_an_associate_sees_shared_cards_and_own_leads(client_as, in_savoie):
    associate = client_as(Role.ASSOCIATE)
    agency = make_partner(kind="ASSOCIATE")
    make_contact(agency, person=associate.user)
    own = make_project(origin="RELAY", origin_partner=agency)
    shared = make_project(is_shared=True)
    make_project()
    table = associate.get(DOSSIERS).context["table"]
    assert {row.record for row in table.rows} == {own, shared}
    response = associate.get(page(shared))
    assert response.status_code == 200
    assert shared.owner_email not in text(response)


def test_a_room_above_hides_a_project(client_as, in_savoie, monkeypatch):
    project = make_project(status=ProjectStatus.SCHEDULED)
    monkeypatch.setattr("projects.queries.visibility._HIDDEN", [])
    member = client_as(Role.MEMBER)
    assert member.get(page(project)).status_code == 200

    @queries.hide_when
    def _recused(visitor):
        return Q(pk=project.pk) if visitor.person.pk == member.user.pk else None

    assert member.get(page(project)).status_code == 404
    assert client_as(Role.MEMBER).get(page(project)).status_code == 200


def test_the_card_alone_is_for_those_who_do_not_judge(client_as, complete):
    complete.status = ProjectStatus.APPROVED
    complete.save()
    attachment = complete.attachments.get()
    for role in (Role.PREFECTURE, Role.FINANCE, Role.NATIONAL_STAFF):
        client = client_as(role)
        shown = text(client.get(page(complete)))
        assert "Le projet" in shown
        assert "Anne Blanc" not in shown
        assert client.get(page(complete, f"pieces/{attachment.pk}/")).status_code == 404
    assert "Anne Blanc" in text(client_as(Role.MEMBER).get(page(complete)))


# -- Nouveau contact ------------------------------------------------------------------------------
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
    assert f"Le dossier {project.reference} est ouvert." in text(response)


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
        ({"command_key": "x"}, "Rechargez la page avant de recommencer."),
    ],
)
def test_a_contact_with_a_mistake_says_which_and_keeps_the_rest(op, in_savoie, fields, sentence):
    response = op.post(f"{DOSSIERS}nouveau/", contact(**fields))
    assert response.status_code == 422
    assert sentence in text(response)
    assert "Agrandir la cave" in text(response)
    assert not Project.objects.exists()


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


# -- Sections -------------------------------------------------------------------------------------
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


def test_the_thirty_first_of_february_is_refused_by_name(op, project):
    data = {"revision": "0", "name": "Fromagerie", "founded_on": "31/02/2020"}
    response = op.post(page(project, "rubriques/entreprise/"), data)
    assert response.status_code == 422
    assert "Le 31 février n&#x27;existe pas." in text(response)
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
    data = {"revision": "0", "need": "Agrandir", "amount_asked": "22 000,5", "days_asked": "deux"}
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


def test_two_people_see_both_versions(op, project, save, colleague):
    save(project, Section.OWNER, OWNER | {"owner_phone": "01"}, by=colleague)
    data = {"revision": "0", "owner_name": "Anne Blanc", "owner_phone": "02"}
    response = op.post(page(project, "rubriques/dirigeant/"), data)
    shown = text(response)
    assert response.status_code == 409
    assert "Karim Benali a modifié cette rubrique" in shown
    assert "<td>01</td><td>02</td>" in shown
    assert 'name="revision" value="1"' in shown
    kept = op.post(page(project, "rubriques/dirigeant/"), data | {"revision": "1"})
    assert kept.status_code == 302
    project.refresh_from_db()
    assert project.owner_phone == "02"


def test_a_closed_section_sends_back_with_the_reason(op, complete):
    complete.status = ProjectStatus.SCHEDULED
    complete.save()
    response = op.get(page(complete, "rubriques/projet/"), follow=True)
    assert "ne se modifie plus" in text(response)


# -- Attachments ----------------------------------------------------------------------------------
def test_an_attachment_is_joined_read_removed_and_put_back(op, project):
    pieces = page(project, "rubriques/pieces/")
    assert op.post(pieces, {"label": "Comptes 2025", "file": png()}).status_code == 302
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
    response = op.post(page(project, "rubriques/pieces/"), {"label": "Mes comptes", "file": file})
    assert response.status_code == 422
    assert sentence in text(response)
    assert 'value="Mes comptes"' in text(response)
    assert not project.attachments.exists()


# -- Diagnosis ------------------------------------------------------------------------------------
def test_the_diagnosis_is_asked_written_and_validated_in_the_browser(
    op, member, complete, referrer
):
    data = {"contact": str(referrer.contact.pk), "due_on": "31/12/2099", "question": "Délègue ?"}
    response = op.post(page(complete, "diagnostic/demander/"), data, follow=True)
    assert "Le diagnostic est demandé à Sophie Morel" in text(response)
    assert "Faire le diagnostic" in text(member.get(page(complete)))
    url = page(complete, "diagnostic/rediger/")
    assert "Délègue ?" in text(member.get(url))
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
    validated = op.post(page(complete, "diagnostic/valider/"), follow=True)
    assert "prêt pour le comité" in text(validated)


def test_a_diagnosis_to_come_asks_for_a_date_to_come(op, complete, referrer):
    data = {"contact": str(referrer.contact.pk), "due_on": "01/01/2020"}
    response = op.post(page(complete, "diagnostic/demander/"), data)
    assert response.status_code == 422
    assert "Choisissez une date à venir." in text(response)


def test_nobody_else_writes_the_diagnosis(client_as, asked, complete):
    assert client_as(Role.MEMBER).get(page(complete, "diagnostic/rediger/")).status_code == 404


def test_what_the_referrer_types_is_kept(member, asked, complete):
    data = {"context": "Je commence", "exercices-TOTAL_FORMS": "0", "exercices-INITIAL_FORMS": "0"}
    assert member.post(page(complete, "diagnostic/brouillon/"), data).status_code == 204
    back = text(member.get(page(complete, "diagnostic/rediger/")))
    assert "Je commence" in back


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
    assert "Et les risques ?" in text(member.get(page(complete, "diagnostic/rediger/")))


def test_validating_twice_says_so(op, handed_over, complete):
    url = page(complete, "diagnostic/valider/")
    op.post(url)
    assert "déjà validé" in text(op.post(url, follow=True))


# -- Ends and sheet -------------------------------------------------------------------------------
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
    assert "Diagnostic : Fromagerie des Bauges" in text(op.get("/bassins/savoie/"))
    assert "Rendre mon diagnostic" in text(member.get("/bassins/savoie/"))
