"""The main job of the product, step after step, each by the person whose step it is."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from alize.common.dates import short_date
from alize.common.words import of
from alize.demo.people import person_of
from funds.queries.transfers import FREEZE
from tests.browser.conftest import PHONE
from tests.browser.grandcoin import (
    BASIN,
    COMPANY,
    CRITERIA,
    DIAGNOSIS,
    LAST_YEAR,
    MEETING,
    OWNER,
    SECTIONS,
    SIRET,
    WRONG_SIRET,
    Story,
    a_pdf,
    later_by,
    name_the_missing_signers,
    sentence_of_the_rule,
)
from tests.browser.pages import (
    code_in_mail,
    fill,
    follow,
    follow_mail,
    labelled,
    named,
    one_spaced,
    press,
    press_twice,
    saved,
    sees,
    tab_to,
    text_of,
    wait_for_link,
    wait_for_words,
)


@pytest.fixture(scope="module")
def story() -> Story:
    """One file, from its first contact to its follow-up."""
    return Story()


def test_a_contact_by_its_siret(visit, story):
    page = visit("operateur", BASIN)
    page.get_by_role("navigation").get_by_role("link", name="Dossiers").first.click()
    press(page, "Nouveau contact")
    fill(page, {"SIRET": WRONG_SIRET, "Besoin en une ligne": "Ouvrir un second atelier"})
    press(page, "Créer le dossier")
    sees(page, "Ce numéro ne correspond pas (clé de contrôle)")
    expect(labelled(page, "Besoin en une ligne")).to_have_value("Ouvrir un second atelier")
    fill(page, {"SIRET": SIRET, "Nom de l'entreprise": COMPANY})
    press(page, "Créer le dossier")
    page.wait_for_url(re.compile(r"/dossiers/\d{4}-SAV-\d+/"))
    story.reference = re.search(r"\d{4}-SAV-\d+", page.url)[0]
    expect(page.get_by_role("heading", level=1)).to_contain_text(COMPANY)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_filled(visit, story, section):
    page = visit("operateur", story.file)
    press(page, f"la rubrique {section}")
    fill(page, SECTIONS[section])
    press(page, "Enregistrer et continuer")
    sees(page, f"Rubrique « {section} » enregistrée")


def test_numbers_and_dates_are_shown_as_people_write_them(visit, story):
    page = visit("operateur", story.file)
    sees(page, "22 000,50 €", "12,5", "15 000 €", "73000")


def test_a_piece_is_joined(visit, story, tmp_path):
    quote = tmp_path / "devis.pdf"
    quote.write_bytes(a_pdf())
    page = visit("operateur", story.file)
    press(page, "la rubrique Pièces")
    labelled(page, "Fichier").set_input_files(quote)
    fill(page, {"Intitulé": "Devis du bardage"})
    press(page, "Joindre")
    sees(page, "« Devis du bardage » est au dossier")


def test_the_diagnosis_is_asked(visit, story):
    page = visit("operateur", story.file)
    press(page, "Demander le diagnostic")
    page.get_by_label(re.compile(person_of("membre").name)).check()
    fill(page, {"Votre question au prescripteur": "Le marché est-il assez large ?"})
    press(page, "Envoyer la demande")
    sees(page, person_of("membre").name)


def test_the_referrer_hands_the_diagnosis_over_from_a_phone(visit, story, assert_accessible):
    page = visit("membre", width=PHONE)
    follow_mail(page, to=person_of("membre").email, subject=f"Diagnostic à réaliser : {COMPANY}")
    if "/rediger/" not in page.url:
        press(page, "Faire le diagnostic")
    sees(page, "Le marché est-il assez large ?")
    fill(page, DIAGNOSIS)
    fill(page, LAST_YEAR)
    for criterion in CRITERIA:
        page.get_by_role("group", name=criterion).get_by_label("Bon", exact=True).check()
    for sentence in page.get_by_label("En une phrase").all():
        sentence.fill("Clair et déjà engagé.")
    page.get_by_role("group", name="Votre avis").get_by_label("Favorable", exact=True).check()
    sees(page, "Brouillon enregistré à")
    assert_accessible(page)
    press(page, "Rendre mon diagnostic")
    sees(page, "Votre diagnostic est rendu")


def test_the_diagnosis_is_validated(visit, story):
    page = visit("operateur", f"{story.file}diagnostic/")
    sees(page, "-12 400 €".replace("-", "\N{MINUS SIGN}"), "Clair et déjà engagé.")
    press_twice(page, "Valider le diagnostic")
    sees(page, "le dossier est prêt pour le comité")


def test_a_meeting_is_convened(visit, story):
    page = visit("operateur", f"{BASIN}comite/")
    press(page, "Planifier une séance")
    fill(page, {"Date": short_date(timezone.localdate())} | MEETING)
    press(page, "Enregistrer")
    sees(page, "Séance planifiée")
    story.meeting = page.url
    labelled(page, "Dossier prêt").select_option(label=f"{COMPANY} ({story.reference})")
    press(page, "Inscrire à l'ordre du jour")
    sees(page, f"{COMPANY} est à l'ordre du jour")
    page.get_by_role("link", name=f"Proposition sur {COMPANY}").click()
    fill(page, {"Avance remboursable": "22 000", "Nombre d'échéances": "20"})
    labelled(page, "Entreprise").first.select_option(index=1)
    fill(page, {"Jours": "2,5", "Objet": "Organisation d'atelier"})
    lead = page.locator("option", has_text=person_of("membre2").name).first
    labelled(page, "Mandataire du suivi").select_option(lead.get_attribute("value"))
    press(page, "Enregistrer la proposition")
    sees(page, "Proposition enregistrée", "22 000 €")
    story.item = page.url
    page.goto(story.meeting)
    press(page, "Envoyer les convocations")
    sees(page, person_of("membre").email)
    press(page, "Envoyer les convocations")
    sees(page, "Convocations envoyées")


def test_a_member_prepares_in_the_train(visit, story, assert_accessible):
    page = visit("membre", width=PHONE)
    follow_mail(page, to=person_of("membre").email, subject="Convocation : comité d'agrément du")
    assert page.url == story.meeting
    page.get_by_role("link", name=COMPANY, exact=True).click()
    sees(page, "22 000 €", "Trois emplois crédibles", "Devis du bardage")
    assert_accessible(page)
    press(page, "Répondre")
    page.get_by_label("Aucun lien avec ce dossier").check()
    press(page, "Enregistrer ma réponse")
    sees(page, "Réponse enregistrée")


@pytest.mark.parametrize("key", ["membre2", "presidente"])
def test_the_others_declare_no_link(visit, story, key):
    page = visit(key, story.item)
    press(page, "Répondre")
    page.get_by_label("Aucun lien avec ce dossier").check()
    press(page, "Enregistrer ma réponse")
    sees(page, "Réponse enregistrée")


def test_everybody_is_checked_in(visit, story):
    member = visit("membre", story.meeting, width=PHONE)
    press(member, "Je suis là")
    sees(member, "Votre présence est notée")
    page = visit("operateur", story.meeting)
    follow(page, named(page, "Noter arrivées et départs"))
    arrivals = page.get_by_role("button", name=re.compile("^Présent"))
    while arrivals.count() > 2:
        left = arrivals.count()
        arrivals.first.click()
        expect(arrivals).to_have_count(left - 1)


def test_the_ballot_is_opened(visit, story):
    page = visit("presidente", story.meeting, width=PHONE)
    press(page, "Ouvrir la séance")
    sees(page, "La séance est ouverte")
    page.goto(story.item)
    press(page, "Ouvrir le vote")
    sees(page, "Le vote est ouvert depuis")
    story.ballot = page.url
    page.get_by_label("Pour", exact=True).check()
    press(page, "Confirmer mon vote")
    sees(page, "Vote enregistré à")


def test_a_member_votes_with_the_keyboard_alone(visit, story, assert_accessible):
    page = visit("membre", story.ballot, width=PHONE)
    sees(page, "Le résultat reste caché jusqu'à la clôture")
    tab_to(page, "Pour")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Contre", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Le marché est étroit.")
    page.keyboard.press("Enter")
    sees(page, "Vote enregistré à", "vous pouvez le modifier jusqu'à la clôture")
    assert_accessible(page)
    tab_to(page, "Contre")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Pour", exact=True)).to_be_checked()
    tab_to(page, "Confirmer mon vote")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Votre reçu")).to_be_visible()
    expect(page.get_by_text("Pour, à ")).to_be_visible()
    expect(page.get_by_role("heading", name="Résultat")).to_have_count(0)
    assert "Le marché est étroit" not in page.locator("main").inner_text()


def test_another_member_votes(visit, story):
    page = visit("membre2", story.ballot)
    page.get_by_label("Contre", exact=True).check()
    press(page, "Confirmer mon vote")
    sees(page, "Dites en une ligne pourquoi vous votez contre")
    expect(page.get_by_label("Contre", exact=True)).to_be_checked()
    fill(page, {"En une ligne, pourquoi": "Le marché reste à démontrer."})
    press(page, "Confirmer mon vote")
    sees(page, "Vote enregistré à")
    assert "Le marché reste" not in visit("membre", story.ballot).locator("main").inner_text()


def test_the_result_is_the_one_of_the_rule(visit, story):
    page = visit("presidente", story.ballot, width=PHONE)
    turnout = page.locator("section[aria-labelledby=participation]").inner_text()
    voted, seated = map(int, re.search(r"(\d+)\s+sur\s+(\d+) présents", turnout).groups())
    assert voted == 3
    press_twice(page, "Clore le vote")
    sees(page, "Le vote est clos depuis")
    sentence = page.locator("section[aria-labelledby=resultat] .lead").inner_text()
    base = int(re.search(r"sur\s(\d+)", sentence)[1])
    story.result = one_spaced(sentence_of_the_rule(base=base, present=seated))
    assert one_spaced(sentence) == story.result
    press(page, "Proclamer")
    press(page, "Proclamer : agréé")
    sees(page, "Décision proclamée : agréé")
    member = visit("membre", story.ballot, width=PHONE)
    sees(member, story.result, "Le marché reste à démontrer.")
    page.goto(story.meeting)
    press_twice(page, "Lever la séance")
    sees(page, "La séance est levée")


def test_the_minutes_are_written_and_signed(visit, story, tmp_path):
    page = visit("operateur", f"{story.meeting}proces-verbal/")
    page.get_by_role("textbox", name=COMPANY).fill("Le comité salue un projet clair.")
    press(page, "Enregistrer")
    sees(page, "Procès-verbal enregistré")
    press_twice(page, "Envoyer à la présidence")
    sees(page, "Le procès-verbal est parti à la présidence")
    president = visit("presidente")
    follow_mail(president, to=person_of("presidente").email, subject="PV de la séance du")
    press(president, "Signer")
    press(president, "Signer le procès-verbal")
    sees(president, "Procès-verbal signé")
    text = text_of(saved(president, tmp_path, wait_for_link(president, "Procès-verbal (PDF)")))
    assert story.result in text
    assert "Le comité salue un projet clair." in text
    assert COMPANY in text


def test_the_convention_names_who_signs(visit, story):
    page = visit("operateur", f"{BASIN}conventions/")
    follow(page, named(page, f"Préparer la convention {of(COMPANY)}"))
    story.convention = page.url
    sees(page, "Camille Grandcoin", person_of("membre2").name, person_of("presidente").name)


def test_nothing_is_paid_before_the_convention_is_signed(visit, story):
    page = visit("operateur", f"{BASIN}fonds/?q={COMPANY}")
    page.locator("tbody").get_by_role("link").first.click()
    page.wait_for_url("**/fonds/avances/**")
    story.advance = page.url
    expect(page.get_by_role("button", name="Préparer le versement")).to_be_disabled()
    sees(page, "Actions restantes", "Faire signer la convention par toutes les parties")
    page.goto(f"{story.advance}verser/")
    sees(page, "Aucun versement avant la signature de la convention par toutes les parties")


def test_the_convention_is_frozen_then_its_signature_launched(visit, story, tmp_path):
    page = visit("operateur", story.convention)
    if page.locator(".remaining a").count():
        name_the_missing_signers(page)
    press_twice(page, "Geler le texte")
    sees(page, "Le texte est gelé")
    text = text_of(saved(page, tmp_path, wait_for_link(page, "Relire le projet")))
    for words in (COMPANY, "Camille Grandcoin", person_of("membre2").name, "22 000 €", "PROJET"):
        assert words in text
    page.goto(story.convention)
    wait_for_link(page, "Lancer la signature")
    press_twice(page, "Lancer la signature")
    sees(page, "La signature est lancée")
    story.circuit = page.url


def test_the_owner_signs_on_a_phone(visit, assert_accessible):
    owner = visit(None, width=PHONE)
    follow_mail(owner, to=OWNER, subject="À signer")
    sees(owner, "Ce que vous signez", COMPANY, "22 000 €")
    assert_accessible(owner)
    press(owner, "Signer en ligne")
    with owner.context.expect_event("response", lambda answer: "/document/" in answer.url):
        press(owner, "Lire le document")
    owner.get_by_role("checkbox").check()
    press(owner, "Recevoir mon code")
    sees(owner, "Un code est parti")
    signing = owner.url
    fill(owner, {"Code reçu par courriel": code_in_mail(visit(None), to=OWNER)})
    fill(owner, {"Vos prénom et nom": "Camille Grandcoin"})
    press(owner, "Je signe")
    sees(owner, "Vous avez signé ce document")
    owner.goto(signing)
    sees(owner, "Vous avez signé ce document")


def test_the_others_sign_on_paper_and_another_person_confirms(visit, story, tmp_path):
    scan = tmp_path / "exemplaire.pdf"
    scan.write_bytes(a_pdf())
    # The presidency signs last, once all the others have.
    for _ in range(2):
        page = visit("operateur", story.circuit)
        follow(page, named(page, "Enregistrer un exemplaire signé"))
        for box in page.get_by_role("checkbox").all():
            box.check()
        fill(page, {"Date de signature": short_date(timezone.localdate())})
        labelled(page, "Exemplaire signé").set_input_files(scan)
        press(page, "Déposer l'exemplaire")
        sees(page, "une seconde personne doit le confirmer")
        finance = visit("tresorier", story.circuit)
        press(finance, "Confirmer")
        press(finance, "Confirmer ces signatures")
        sees(finance, "Les signatures de l'exemplaire sont confirmées")
    page = visit("operateur", story.convention)
    sealed = saved(page, tmp_path, wait_for_link(page, "Convention signée"))
    assert "Feuille de signatures" in text_of(sealed)
    page.goto(story.convention)
    wait_for_words(page, "L'accompagnement a commencé")


def test_bank_details_are_proposed_approved_and_wait(visit, story, savoie_of_the_demo):
    page = visit("operateur", story.advance)
    press(page, "Proposer un RIB")
    fill(page, {"IBAN": "FR14 2004 1010 0505 0001 3M02 606", "Personne rappelée": "Mme Grandcoin"})
    fill(page, {"RIB reçu le": short_date(timezone.localdate())})
    fill(page, {"Numéro appelé": "04 79 00 00 00", "Où ce numéro a été trouvé": "Son site"})
    press(page, "Proposer ces coordonnées")
    sees(page, "attend le second signataire")
    finance = visit("tresoriere", story.advance, width=PHONE)
    press(finance, "Décider")
    labelled(finance, "Le nom correspond").check()
    press(finance, "Approuver ces coordonnées")
    finance.goto(story.advance)
    sees(finance, "Délai de 48 h")
    # Two days pass.
    later_by(FREEZE)
    finance.reload()
    sees(finance, "FR14 •••• •••• 2606")


def test_one_prepares_the_payment_another_releases_it(visit, story):
    page = visit("operateur", story.advance)
    page.get_by_role("link", name=re.compile("^Remplie")).click()
    press(page, "Enregistrer")
    sees(page, "La liste des conditions est à jour")
    press_twice(page, "Préparer le versement")
    sees(page, "le second signataire financier peut le libérer")
    expect(page.get_by_role("link", name="Libérer le versement")).to_have_count(0)
    finance = visit("tresorier", story.advance, width=PHONE)
    press(finance, "Libérer le versement")
    sees(finance, person_of("operateur").name)
    press(finance, "Libérer 22")
    sees(finance, "Le versement est libéré et l'échéancier est ouvert")


def test_a_repayment_moves_the_position(visit, story, assert_accessible):
    page = visit("operateur", story.advance)
    press(page, "Enregistrer un remboursement")
    fill(page, {"Montant reçu": "1 100"})
    press(page, "Enregistrer le remboursement")
    sees(page, "Le remboursement de 1 100 € est enregistré", "20 900 €")
    assert_accessible(page)
    page.goto(story.file)
    sees(page, "En accompagnement")
