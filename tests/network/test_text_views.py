"""ASTREES governs the national texts: reads, prepares, compares, publishes (A7)."""

from datetime import date
from io import BytesIO

import docx
import pytest
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied
from alize.documents.pdf import RenderFailed
from alize.drafting import operations, queries
from alize.drafting.enums import TextKind
from alize.drafting.models import TemplateVersion
from basins import tenancy
from basins.enums import Role
from network.models import BasinState
from network.queries.texts import KindLines, VersionLine
from network.texts import screen
from tests.builders import at, make_user
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = at(2026, 11, 22)
LIST = "/reseau/modeles/"
KIND = f"{LIST}partenariat/"
DRAFT = f"{KIND}3/"


@pytest.fixture
def staff(client_as):
    return client_as(Role.NATIONAL_STAFF)


@pytest.fixture
def draft(staff) -> TemplateVersion:
    """The third version of the partnership text, opened on screen."""
    assert staff.post(f"{KIND}preparer/").headers["Location"] == f"{DRAFT}modifier/"
    return TemplateVersion.objects.get(kind="PARTNERSHIP", number=3)


def sent(draft: TemplateVersion, source: str) -> dict[str, str]:
    return {"source": source, "comment": "Quatre ans", "seen": draft.sha256}


def live_with(basin, *clauses: str, **versions: list[int]) -> None:
    texts = {
        kind: {"versions": used, "empty": [["insertion", "territoire"]], "clauses": list(clauses)}
        for kind, used in versions.items()
    }
    with tenancy.national():
        BasinState.objects.create(basin=basin, as_of=NOW.date(), computed_at=NOW, texts=texts)


def test_publishing_says_whose_clause_loses_its_place(staff, draft, savoie, meuse):
    zone = "+ contexte : "
    (line,) = [one for one in draft.source.splitlines() if one.startswith(zone)]
    live_with(savoie, "contexte", PARTNERSHIP=[2])
    live_with(meuse, PARTNERSHIP=[2])
    staff.post(f"{DRAFT}modifier/", sent(draft, draft.source.replace(f"{line}\n", "")))
    page = plain(staff.get(f"{DRAFT}publier/"))
    assert page.count("qui n'a plus sa place") == 1
    assert f"clause locale « {line.removeprefix(zone)} »" in page
    assert page.index("<h1") < page.index('<h2 id="manques"') < page.index("Ce qui va se passer")


def test_the_list_says_who_still_uses_an_older_version(staff, savoie, meuse):
    live_with(savoie, PARTNERSHIP=[1, 2], COOPERATION=[1])
    live_with(meuse, PARTNERSHIP=[1])
    text = plain(staff.get(LIST))
    assert "2 bassins utilisent encore la version 1" in text
    assert "en vigueur depuis le 01/01/2026" in text
    kind = plain(staff.get(KIND))
    assert "Bassins liés : Meuse, Savoie" in kind
    assert "Préparer la version suivante" in kind


def test_a_version_is_read_with_its_variables_and_what_is_locked(staff):
    text = plain(staff.get(f"{KIND}2/"))
    for words in (
        "Article 1",
        "Verrouillé",
        "Zone locale",
        "priorités que les partenaires du bassin se donnent en plus",
        "defraiement_lettres",
        "(si renseigné : défraiement annuel de l’opérateur, en chiffres)",
    ):
        assert words in text
    assert staff.get(f"{KIND}9/").status_code == staff.get(f"{LIST}autre/").status_code == 404


def test_a_draft_with_mistakes_says_each_with_its_line_and_keeps_what_was_typed(staff, draft):
    answer = staff.post(f"{DRAFT}modifier/", sent(draft, "# article a : A\n{inconnu}\n\n**gras"))
    text = plain(answer)
    assert answer.status_code == 422
    assert "Ligne 2 : « inconnu » n'est pas déclaré" in text
    assert "Ligne 4 :" in text
    assert "{inconnu}" in text
    draft.refresh_from_db()
    assert draft.sha256 == queries.current_version("PARTNERSHIP", NOW.date()).sha256


def test_two_people_do_not_write_over_one_another(staff, draft):
    changed = draft.source.replace("**trois ans**", "**quatre ans**")
    # What a browser puts back after a lost session says what it was typed over.
    opened = plain(staff.get(f"{DRAFT}modifier/"))
    assert f'name="seen" value="{draft.sha256}" data-draft-base' in opened
    assert staff.post(f"{DRAFT}modifier/", sent(draft, changed)).status_code == 302
    late = staff.post(f"{DRAFT}modifier/", sent(draft, draft.source))
    assert late.status_code == 403
    assert "Une autre personne a modifié ce texte" in plain(late)


def test_a_draft_is_compared_published_once_and_never_changes_again(staff, draft, savoie):
    live_with(savoie, PARTNERSHIP=[2])
    refused = plain(staff.post(f"{DRAFT}publier/", {"effective_from": "01/12/2026"}))
    assert "Ce texte dit la même chose que la version 2" in refused
    changed = draft.source.replace("**trois ans**", "**quatre ans**")
    staff.post(f"{DRAFT}modifier/", sent(draft, changed))
    compared = plain(staff.get(f"{DRAFT}comparer/"))
    assert '<del><span class="visually-hidden">retiré : </span>**trois</del>' in compared
    assert '<ins><span class="visually-hidden">ajouté : </span>**quatre</ins>' in compared
    page = plain(staff.get(f"{DRAFT}publier/"))
    lacking = page.split('id="manques"')[1].split("</section>")[0]
    assert 'href="/bassins/savoie/conventions/"' in lacking
    assert "périmètre du bassin, communes, intercommunalités ou département" in lacking
    assert "insertion" not in lacking
    assert staff.post(f"{DRAFT}publier/", {"effective_from": "01/11/2026"}).status_code == 422
    for _ in range(2):
        assert staff.post(f"{DRAFT}publier/", {"effective_from": "01/12/2026"}).status_code == 302
    assert queries.current_version("PARTNERSHIP", date(2026, 11, 30)).number == 2
    published = queries.current_version("PARTNERSHIP", date(2026, 12, 1))
    assert (published.number, published.comment) == (3, "Quatre ans")
    assert staff.post(f"{DRAFT}modifier/", sent(published, draft.source)).status_code == 403
    for change in (published.delete, lambda: published.save(update_fields=["source"])):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            change()


def test_a_name_that_the_application_does_not_know_is_not_published(staff, draft):
    source = "@ variable devise : devise du bassin\n" + draft.source.replace(
        "En conséquence,", "Devise : {devise}. En conséquence,"
    )
    assert staff.post(f"{DRAFT}modifier/", sent(draft, source)).status_code == 302
    assert "« devise du bassin »" in plain(staff.get(DRAFT))
    answer = staff.post(f"{DRAFT}publier/", {"effective_from": "01/12/2026"})
    assert answer.status_code == 403
    assert "aucune valeur à « devise du bassin »" in plain(answer)


def test_a_draft_is_abandoned(staff, draft):
    assert staff.post(f"{DRAFT}abandonner/").status_code == 302
    assert not TemplateVersion.objects.filter(number=3).exists()
    assert "ne change plus" in plain(staff.post(f"{KIND}2/abandonner/", follow=True))
    with pytest.raises(ActionDenied, match="abandonnée entre-temps"):
        operations.discard_draft(version_id=draft.pk, by=make_user(), at=NOW)


def test_a_version_that_waits_for_its_day_is_not_said_replaced():
    days = {5: None, 4: date(2027, 6, 1), 3: date(2027, 3, 1), 2: date(2027, 6, 1), 1: NOW.date()}
    versions = {
        number: TemplateVersion(
            pk=number, number=number, effective_from=day, published_at=day and NOW
        )
        for number, day in days.items()
    }
    kinds = KindLines(
        TextKind.PARTNERSHIP,
        [VersionLine(version, number == 1, []) for number, version in versions.items()],
    )
    said = {number: screen.status(one, kinds).label for number, one in versions.items()}
    assert said == {
        5: "En préparation",
        4: "En vigueur le 01/06/2027",
        3: "En vigueur le 01/03/2027",
        2: "Remplacée",
        1: "En vigueur",
    }
    assert screen.card(kinds).facts[2:4] == [
        "version 3 en vigueur le 01/03/2027",
        "version 4 en vigueur le 01/06/2027",
    ]


def test_lawyers_receive_the_same_articles(staff):
    copy = docx.Document(BytesIO(staff.get(f"{LIST}operateur/1/docx/").content))
    headings = [p.text for p in copy.paragraphs if p.style.name == "Heading 1"]
    assert headings[1].replace("\xa0", " ") == "Article 1. Objet"
    assert headings[-1] == "Signatures"
    assert "10\u202f000\u00a0€ (dix mille euros)" in "\n".join(p.text for p in copy.paragraphs)


def test_a_basin_reads_what_is_published_and_writes_nothing(draft, in_savoie):
    with tenancy.inside(in_savoie):
        assert not TemplateVersion.objects.filter(published_at=None).exists()
        assert queries.current_version("OPERATOR", NOW.date()).number == 1
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            TemplateVersion.objects.all().update(comment="x")


def test_the_first_versions_are_added_once(draft):
    count = TemplateVersion.objects.count()
    assert operations.add_first(at=NOW) == 0
    assert TemplateVersion.objects.count() == count
    assert operations.start_draft(kind="PARTNERSHIP", by=make_user(), at=NOW) == draft


def test_a_layout_that_takes_too_long_is_said_on_the_page_of_the_text(staff, monkeypatch):
    def too_long(*_, **__):
        raise RenderFailed("Le document est trop long : réduisez-le.")

    monkeypatch.setattr("network.texts.views.documents.preview", too_long)
    page = staff.get(f"{KIND}1/pdf/", follow=True)
    assert page.redirect_chain == [(f"{KIND}1/", 302)]
    assert "Le document est trop long" in page.content.decode()
