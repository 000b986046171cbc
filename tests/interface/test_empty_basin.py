"""What the lists and the figures of a basin say before anything is in it."""

from html import unescape

import pytest

from basins.enums import Role
from tests.words import plain

pytestmark = pytest.mark.django_db
BASIN = "/bassins/savoie/"


@pytest.fixture
def page_of(in_savoie, client_as):
    """The words of a page for the operator."""
    client = client_as(Role.OPERATOR)

    def read(path: str) -> str:
        answer = client.get(f"{BASIN}{path}")
        assert answer.status_code == 200
        return plain(answer)

    return read


@pytest.mark.parametrize(
    ("path", "nothing", "comes", "sought"),
    [
        (
            "suivi/",
            "Aucune entreprise suivie pour l'instant",
            "quand son accompagnement commence",
            "Aucune entreprise ne correspond",
        ),
        (
            "fonds/",
            "Aucune avance pour l'instant",
            "quand le comité d'agrément l'accorde",
            "Aucune avance ne correspond",
        ),
        (
            "conventions/",
            "Aucune convention pour l'instant",
            "dès que le comité d'agrément a agréé un dossier",
            "Aucune convention ne correspond",
        ),
        (
            "fonds/comptabilite/",
            "Aucune écriture pour l'instant",
            "Chaque dotation",
            "Aucune écriture ne correspond",
        ),
    ],
)
def test_an_empty_list_says_how_its_first_line_comes(page_of, path, nothing, comes, sought):
    page = page_of(path)
    assert nothing in page
    assert comes in page
    assert sought not in page
    filtered = page_of(f"{path}?q=zzz")
    assert sought in filtered
    assert "effacez les filtres" in filtered
    assert nothing not in filtered


@pytest.mark.parametrize(
    ("path", "said", "unsaid"),
    [
        ("comite/declarations/", "Aucune attendue", "Toutes faites"),
        ("comite/", "repère 6 à 10", "tenue<"),
        ("comite/composition/", "Aucun siège à voix délibérative.", "dont 0"),
        ("comite/composition/remplacement/", "Aucune entreprise ne siège encore", "Enregistrer"),
        ("fonds/chiffres/", '"figure-value">–<', '"figure-value">0 %'),
    ],
)
def test_nothing_is_said_of_nothing(page_of, path, said, unsaid):
    page = page_of(path)
    assert said in page
    assert unsaid not in page


def test_who_has_nothing_to_do_is_told_who_will_tell_them(savoie, client_as):
    home = unescape(client_as(Role.MEMBER).get(BASIN).content.decode())
    assert "Un courriel vous préviendra dès qu'un dossier aura besoin de vous." in home
