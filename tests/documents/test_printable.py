"""What cannot be printed is refused where it is typed, and named."""

import pytest

from alize.common.errors import InvalidInput
from alize.documents.printable import printable


@pytest.mark.parametrize(
    "text",
    [
        "L’Œuvre d’Aÿ : « 12 000 € », n° 3 – 5 %\u202f; Łódź, Jørgen, 2 m²…",
        "Đặng Thị Hằng, Nguyễn Văn Trỗi",
        "Une ligne\n- une autre\tun blanc\u00a0fin\u2009et moins fin",
        "",
    ],
)
def test_what_the_typeface_draws_is_kept_as_it_is(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("E\u0301nergie", "Énergie"),
        ("sans\u200b largeur\ufeff", "sans largeur"),
        ("une\u2028ligne\x0bpuis\x0cune", "une\nligne\npuis\nune"),
        ("sous\u2011préfet", "sous-préfet"),
    ],
)
def test_what_a_copy_brings_along_is_made_plain(typed, kept):
    assert printable(typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "Le numérique \U0001f680 partout",
            "« \U0001f680 » (U+1F680), après « Le num",
        ),
        ("木", "Le caractère « 木 » (U+6728), au début, ne s'imprime pas"),
        ("un seuil ≥ 3", "« ≥ » (U+2265), après « un seuil »"),
        ("montant \u202e00 01", "caractère invisible (U+202E), après « montant »"),
    ],
)
def test_what_it_does_not_draw_is_refused_and_named(typed, said):
    with pytest.raises(InvalidInput) as refused:
        printable(typed, field="words")
    assert said in refused.value.reason
    assert refused.value.field == "words"
