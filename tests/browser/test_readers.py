"""Those for whom the work is done: a lead without an account, the prefecture, ASTREES."""

import re

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.grandcoin import BASIN
from tests.browser.pages import (
    fill,
    follow_mail,
    labelled,
    one_spaced,
    press,
    saved,
    sees,
    text_of,
    wait_for_link,
)


def test_a_follow_up_is_given_without_an_account(visit, assert_accessible):
    page = visit("operateur", f"{BASIN}suivi/")
    press(page, "Relancer")
    told = page.locator("main").inner_text()
    press(page, "Envoyer les relances")
    lead = next(name for name in re.findall(r"\(([^()]+)\)", told) if " " in name)
    guest = visit(None, width=PHONE)
    follow_mail(guest, to=lead, subject="Point M+")
    link = guest.url
    assert_accessible(guest)
    guest.get_by_label("Bien", exact=True).check()
    fill(guest, {"Emplois créés constatés": "2,5", "En quelques lignes": "Deux embauches faites."})
    press(guest, "Envoyer")
    sees(guest, "Merci, votre point est enregistré")
    guest.goto(link)
    sees(guest, "Merci, il n'y a plus rien à faire")
    assert_accessible(guest)


def test_the_prefecture_leaves_with_the_report(visit, tmp_path):
    page = visit("prefecture", f"{BASIN}pilotage/", width=PHONE)
    expect(page.locator("a.download")).to_have_count(3)
    pdf = saved(page, tmp_path, wait_for_link(page, "Rapport (PDF)"))
    assert "Savoie" in text_of(pdf)
    book = load_workbook(saved(page, tmp_path, page.get_by_role("link", name="Tableaux (XLSX)")))
    assert len(book.sheetnames) > 1
    press(page, "Vérifier le document")
    sees(page, "Document scellé, inscrit au registre")
    stranger = visit(None, "/verifier/")
    labelled(stranger, "Le document").set_input_files(pdf)
    press(stranger, "Vérifier")
    sees(stranger, "Document authentique")
    forged = tmp_path / "rapport.pdf"
    forged.write_bytes(pdf.read_bytes() + b"%")
    labelled(stranger, "Le document").set_input_files(forged)
    press(stranger, "Vérifier")
    sees(stranger, "Modifié après scellement")


def test_astrees_goes_from_a_figure_to_its_list(visit):
    page = visit("astrees", "/reseau/")
    sees(page, "Tour de contrôle", "Arrêté au")
    expect(page.get_by_role("img", name=re.compile("bassins", re.IGNORECASE)).first).to_be_visible()
    page.locator(".figure-label a").first.click()
    page.wait_for_url("**/reseau/bassins/**")
    sees(page, "Savoie", "Meuse", "Réseau")


def test_the_published_figures_are_on_the_page(visit):
    page = visit("operateur", f"{BASIN}pilotage/?annee=2017&au=15/05/2018")

    def figures(section: str) -> list[str]:
        values = page.locator(f"section[aria-labelledby={section}] .figure-value").all_inner_texts()
        return [one_spaced(value).removesuffix(" ETP") for value in values]

    assert figures("annee")[:4] == ["5", "10", "220 000 €", "45"]
    assert figures("origine")[:3] == ["94", "303", "+46 %"]
    sees(page, "Arrêté au 15/05/2018")
