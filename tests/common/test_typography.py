"""French typography, where a printer would see to it."""

import pytest

from alize.common.typography import typeset, typeset_page


@pytest.mark.parametrize(
    ("typed", "set_in_type"),
    [
        ("moins pour : « Acteurs » ;", "moins pour\u00a0: «\u00a0Acteurs\u00a0»\u00a0;"),
        ("l'annexe n° 1, 12 000 €", "l’annexe n°\u00a01, 12\u202f000\u00a0€"),
        ("6 emplois prévus, 7 constatés", "6\u00a0emplois prévus, 7\u00a0constatés"),
        ("28 k€ + 5 jours, 80 %", "28\u00a0k€ + 5\u00a0jours, 80\u00a0%"),
        ("le 1er mars", "le 1er\u00a0mars"),
        ("SIRET 732 829 320 00074,", "SIRET 732\u00a0829\u00a0320\u00a000074,"),
        ("l'avis, jean.o'neil@x.org ?", "l’avis, jean.o'neil@x.org\u00a0?"),
        ("d'ici : https://x.org/l'avis", "d’ici\u00a0: https://x.org/l'avis"),
        ("empreinte abc123 456def", "empreinte abc123 456def"),
    ],
)
def test_signs_and_spaces(typed, set_in_type):
    assert typeset(typed) == set_in_type
    assert typeset(set_in_type) == set_in_type


def test_only_the_words_of_a_page_are_set():
    page = "<p>jean.o&#x27;neil@x.org</p>"
    assert typeset_page(page) == page
    page = "<style>p::before { content: 'a' }</style><p title=\"l'un : deux\">l&#x27;un : deux</p>"
    assert typeset_page(page) == page.replace("l&#x27;un : deux", "l’un\u00a0: deux")
