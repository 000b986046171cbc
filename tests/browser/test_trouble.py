"""What goes wrong at a desk or on a phone: a clear sentence, nothing lost, nothing done twice."""

import re

import psycopg
import pytest
from playwright.sync_api import expect

from alize.demo.people import person_of
from tests.browser.conftest import PHONE
from tests.browser.pages import fill, follow, follow_mail, labelled, press, sees
from tests.databases import owner_dsn

BASIN = "/bassins/savoie/"
NEW = f"{BASIN}dossiers/nouveau/"
NEED = {"Besoin en une ligne": "Changer la presse à plier"}


def new_file(page, name: str) -> str:
    """Open a file for a company known by its name only; the address of the file."""
    page.goto(NEW)
    fill(page, {"Nom de l'entreprise": name, **NEED})
    press(page, "Créer le dossier")
    page.wait_for_url(re.compile(r"/\d{4}-SAV-\d+/"))
    return re.search(r".*/\d{4}-SAV-\d+/", page.url)[0]


def files_named(page, name: str) -> int:
    page.goto(f"{BASIN}dossiers/?q={name}")
    return page.locator("tbody tr").filter(has_text=name).count()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("732 829 320 00075", "Ce numéro ne correspond pas (clé de contrôle)"),
        ("732 829 320", "Ce numéro a 9 chiffres au lieu de 14"),
        ("732 829 320 0007X", "Ce numéro s'écrit avec 14 chiffres"),
    ],
)
def test_a_wrong_siret(visit, number, sentence):
    page = visit("operateur", NEW)
    fill(page, {"SIRET": number, **NEED})
    press(page, "Créer le dossier")
    sees(page, "Un point à corriger", sentence)
    expect(labelled(page, "SIRET")).to_have_value(number)
    expect(labelled(page, "SIRET")).to_have_attribute("aria-invalid", "true")
    expect(labelled(page, "Besoin en une ligne")).to_have_value(NEED["Besoin en une ligne"])


def test_a_day_that_does_not_exist(visit):
    page = visit("operateur", f"{BASIN}comite/seances/nouvelle/")
    fill(page, {"Date": "31/02/2027", "Heure": "25 h", "Lieu": "Chambéry"})
    press(page, "Enregistrer")
    sees(page, "Le 31 février n'existe pas", "« 25 h » n'est pas une heure")
    expect(labelled(page, "Date")).to_have_value("31/02/2027")
    expect(labelled(page, "Lieu")).to_have_value("Chambéry")


def test_an_amount_with_three_decimals(visit):
    page = visit("operateur")
    page.goto(f"{new_file(page, 'Forge du Nivolet')}rubriques/projet/")
    fill(page, {"Avance demandée": "22 000,555"})
    press(page, "Enregistrer et continuer")
    sees(page, "Un point à corriger")
    field = labelled(page, "Avance demandée")
    expect(field).to_have_value("22 000,555")
    expect(field).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("plan.pdf", b"%PDF-1.4\n" + b"0" * 20_000_000, "Ce fichier dépasse 15 Mo"),
        ("devis.pdf", b"<html><script>alert(1)</script></html>", "son contenu n'en est pas un"),
        ("devis.html", b"<html></html>", "Ce type de fichier n'est pas accepté"),
        ("vide.pdf", b"", "Ce fichier est vide"),
    ],
)
def test_a_file_that_is_not_kept(visit, tmp_path, name, content, sentence):
    file = tmp_path / name
    file.write_bytes(content)
    page = visit("operateur")
    page.goto(f"{new_file(page, f'Verrerie {name}')}rubriques/pieces/")
    labelled(page, "Fichier").set_input_files(file)
    fill(page, {"Intitulé": "Plan du bâtiment"})
    press(page, "Joindre")
    sees(page, sentence, "Aucune pièce pour l'instant")
    expect(labelled(page, "Intitulé")).to_have_value("Plan du bâtiment")


def test_a_double_click_creates_one_file(visit):
    page = visit("operateur", NEW)
    fill(page, {"Nom de l'entreprise": "Tissage du Guiers", **NEED})
    page.get_by_role("button", name="Créer le dossier").dblclick()
    page.wait_for_url(re.compile(r"/\d{4}-SAV-\d+/"))
    assert files_named(page, "Tissage du Guiers") == 1


def test_a_list_is_taken_away_twice_from_the_same_page(visit):
    """A file leaves the page where it is: its form serves again after a while."""
    page = visit("operateur")
    page.clock.install()
    page.goto(f"{BASIN}comite/")
    follow(page, page.locator('tbody a[href*="/seances/2"]').first)
    sheet = page.get_by_role("button", name="Feuille d'émargement (PDF)")
    for _ in range(2):
        with page.expect_download():
            sheet.click()
        page.clock.run_for(11_000)


def test_going_back_and_sending_again_creates_one_file(visit):
    page = visit("operateur")
    first = new_file(page, "Moulin de la Leysse")
    page.go_back()
    press(page, "Créer le dossier")
    page.wait_for_load_state()
    assert page.url.startswith(first) or page.get_by_text("Déjà connu").count()
    assert files_named(page, "Moulin de la Leysse") == 1


@pytest.fixture(scope="module")
def ballots() -> list[str]:
    """The address of the ballot that the demo leaves open, once a member has gone to it."""
    return []


def test_a_double_click_votes_once(visit, ballots):
    page = visit("membre", BASIN)
    follow(page, page.get_by_role("link", name=re.compile("^Voter")).first)
    if page.get_by_role("link", name="Répondre").count():
        press(page, "Répondre")
        page.get_by_label("Aucun lien avec ce dossier").check()
        press(page, "Enregistrer ma réponse")
    page.get_by_label("Pour", exact=True).check()
    before = votes_on(page)
    page.get_by_role("button", name="Confirmer mon vote").dblclick()
    sees(page, "Vote enregistré à")
    assert votes_on(page) == before + 1
    ballots.append(page.url)


def test_a_vote_waits_for_the_network(visit, ballots):
    page = visit("membre", ballots[0], width=PHONE)
    follow(page, page.get_by_role("link", name="La séance en direct"))
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.context.set_offline(True)
    expect(page.get_by_text("Connexion perdue, vos votes enregistrés")).to_be_visible()
    page.get_by_label("Abstention", exact=True).check()
    # As the paper of a proxy would stand under one's own.
    page.locator("[data-vote]").evaluate("form => form.after(form.cloneNode(true))")
    for paper in (0, 0, 1):
        page.get_by_role("button", name="Confirmer mon vote").nth(paper).click()
        expect(page.get_by_text("votre vote n'est pas encore parti")).to_be_visible()
    expect(page.locator("[data-vote] [name=choice]:checked")).to_have_count(2)
    assert sent == []
    page.context.set_offline(False)
    sees(page, "Vote enregistré à")
    expect(page.get_by_text("votre vote n'est pas encore parti")).to_be_hidden()
    expect(page.get_by_label("Abstention", exact=True)).to_be_checked()
    assert len(sent) == 2


def votes_on(page) -> int:
    return int(page.locator("[data-live-votes]").inner_text())


def test_a_double_click_pays_once(visit):
    page = visit("tresorier", BASIN)
    follow(page, page.get_by_role("link", name=re.compile("^Libérer")).first)
    if "/liberer/" not in page.url:
        press(page, "Libérer le versement")
    confirmation = page.url
    page.get_by_role("button", name=re.compile(r"^Libérer")).dblclick()
    sees(page, "Le versement est libéré et l'échéancier est ouvert")
    sees(page, "Versé 25 000 €")
    page.goto(confirmation)
    expect(page.get_by_role("button", name=re.compile(r"^Libérer"))).to_have_count(0)


def test_a_sign_in_link_that_has_been_used(visit):
    page = visit(None)
    ask_link(page, "membre")
    link = page.url
    press(page, "Continuer")
    page.wait_for_url("**/bassins/savoie/")
    sees(visit(None, link), "Ce lien ne sert plus", "Recevoir un nouveau lien")


def test_a_sign_in_link_that_has_expired(visit, demo_database):
    page = visit(None)
    ask_link(page, "partenaire")
    with psycopg.connect(owner_dsn(demo_database)) as own:
        own.execute(
            "UPDATE accounts_signinlink SET created_at = now() - interval '1 hour',"
            " expires_at = now() - interval '1 minute' WHERE used_at IS NULL"
        )
    press(page, "Continuer")
    sees(page, "Ce lien ne sert plus", "Recevoir un nouveau lien")


def ask_link(page, key: str) -> None:
    """Ask for a sign-in link, then follow it in the mail."""
    email = person_of(key).email
    page.goto("/connexion/lien/")
    page.get_by_label("Adresse électronique").fill(email)
    press(page, "Envoyer le lien")
    follow_mail(page, to=email, subject="Connectez-vous à ALIZE")


@pytest.mark.parametrize("path", ["", "dossiers/", "fonds/", "dossiers/2026-SAV-001/"])
def test_another_basin_does_not_exist(visit, path):
    page = visit("operateur", f"/bassins/meuse/{path}")
    sees(page, "Cette page n'existe pas")
    assert page.request.get(f"/bassins/meuse/{path}").status == 404


def test_a_session_lost_in_the_middle_of_a_form(visit):
    page = visit("operateur", NEW)
    fill(page, {"Nom de l'entreprise": "Chapellerie Zéphyr", **NEED, "Nom du dirigeant": "Ève Roi"})
    page.context.clear_cookies(name="csrftoken")
    press(page, "Créer le dossier")
    sees(page, "La page était ouverte depuis trop longtemps")
    follow(page, page.get_by_role("link", name="Rouvrir la page"))
    sees(page, "Rien n'est perdu : nous avons remis ce que vous aviez saisi")
    page.context.clear_cookies(name="sessionid")
    press(page, "Créer le dossier")
    page.wait_for_url("**/connexion/**")
    page.locator('form[action$="/operateur/"] button').click()
    page.wait_for_url(f"**{NEW}")
    sees(page, "Rien n'est perdu : nous avons remis ce que vous aviez saisi")
    expect(labelled(page, "Nom de l'entreprise")).to_have_value("Chapellerie Zéphyr")
    expect(labelled(page, "Nom du dirigeant")).to_have_value("Ève Roi")
    press(page, "Créer le dossier")
    page.wait_for_url(re.compile(r"/\d{4}-SAV-\d+/"))
    assert files_named(page, "Chapellerie Zéphyr") == 1


def test_a_session_about_to_end_says_so_then_what_is_kept(visit):
    """WCAG 2.2.1; the clock of the page runs, that of the server is told."""
    left = {"seconds": 110, "is_last": False}
    page = visit("operateur", width=PHONE)
    page.clock.install()
    page.route("**/connexion/session/", lambda route: route.fulfill(json=left))
    page.goto(NEW)
    fill(page, {"Nom de l'entreprise": "Ganterie du Bréda"})
    page.clock.run_for(59 * 60_000)
    warning = page.get_by_role("alertdialog", name="Êtes-vous toujours là ?")
    expect(warning).to_contain_text("votre session se termine à")
    warning.get_by_role("button", name="Rester connecté").click()
    expect(warning).to_be_hidden()
    left["seconds"] = 0
    page.clock.run_for(59 * 60_000)
    over = page.get_by_role("alertdialog", name="Votre session est terminée")
    expect(over).to_contain_text("gardé en brouillon dans cet onglet")
    page.unroute("**/connexion/session/")
    over.get_by_role("link", name="Se reconnecter").click()
    sees(page, "Rien n'est perdu : nous avons remis ce que vous aviez saisi")
    expect(labelled(page, "Nom de l'entreprise")).to_have_value("Ganterie du Bréda")


def test_two_people_in_one_section(visit):
    page = visit("operateur")
    section = f"{new_file(page, 'Horlogerie du Chéran')}rubriques/dirigeant/"
    page.goto(section)
    other = visit("operateur", section)
    fill(page, {"Nom": "Camille Aix", "Téléphone": "04 00 00 00 02"})
    press(page, "Enregistrer et continuer")
    sees(page, "Rubrique « Dirigeant » enregistrée")
    fill(other, {"Nom": "Camille Albens"})
    press(other, "Enregistrer et continuer")
    sees(other, "Vous avez modifié cette rubrique", "Camille Aix", "Camille Albens")
    expect(labelled(other, "Nom")).to_have_value("Camille Albens")
    press(other, "Garder ma version")
    sees(other, "Rubrique « Dirigeant » enregistrée")
    page.goto(section)
    expect(labelled(page, "Nom")).to_have_value("Camille Albens")


def test_a_draft_never_comes_after_its_form(visit):
    page = visit("operateur")
    section = f"{new_file(page, 'Ganterie du Sierroz')}rubriques/dirigeant/"
    page.goto(section)
    drafts = []

    def hold(draft) -> None:  # Playwright writes on its handler: no bound method of a list
        drafts.append(draft)

    page.route("**/brouillon/", hold)
    with page.expect_request("**/brouillon/"):
        fill(page, {"Nom": "Ève Sierroz"})
    fill(page, {"Fonction": "Gérance"})
    press(page, "Enregistrer et continuer")
    assert page.url.endswith(section)
    drafts.pop().continue_()
    sees(page, "Rubrique « Dirigeant » enregistrée")
    assert drafts == []
    page.goto(section)
    expect(labelled(page, "Fonction")).to_have_value("Gérance")
    expect(page.get_by_text("Vous retrouvez votre brouillon")).to_have_count(0)


def test_without_javascript_a_section_is_saved(visit):
    page = visit("operateur", java_script_enabled=False)
    section = f"{new_file(page, 'Papeterie de Cognin')}rubriques/emplois/"
    page.goto(section)
    fill(page, {"Effectif de référence": "8,5", "Emplois": "2", "Personnes": "2"})
    press(page, "Ajouter une ligne")
    expect(page.get_by_label("Personnes")).to_have_count(2)
    expect(labelled(page, "Effectif de référence")).to_have_value("8,5")
    press(page, "Enregistrer et continuer")
    sees(page, "Rubrique « Emplois » enregistrée")
    page.goto(section)
    press(page, "Enregistrer et continuer")
    page.goto(section)
    expect(page.get_by_label("Personnes").first).to_have_value("2")
    fill(page, {"Effectif de référence": "9,5"})
    page.context.clear_cookies(name="sessionid")
    press(page, "Enregistrer et continuer")
    sees(page, "Rien n'a été envoyé : dites-nous d'abord qui vous êtes")
    page.locator('form[action$="/operateur/"] button').click()
    sees(page, "Effectif de référence", "9,5", "seulement si c'est vous qui l'aviez saisi")
    press(page, "Reprendre l'envoi")
    sees(page, "Rubrique « Emplois » enregistrée")
    page.goto(section)
    expect(labelled(page, "Effectif de référence")).to_have_value("9,5")


def test_without_javascript_one_votes(visit, ballots):
    page = visit("membre", ballots[0], java_script_enabled=False)
    page.get_by_label("Contre", exact=True).check()
    fill(page, {"En une ligne, pourquoi": "Trop cher."})
    press(page, "Confirmer mon vote")
    sees(page, "Contre, à ")


def test_without_javascript_one_signs_in_by_a_link(visit):
    page = visit(None, java_script_enabled=False)
    ask_link(page, "prefecture")
    press(page, "Continuer")
    page.wait_for_url("**/bassins/savoie/**")
