import pytest

from alize.common.words import (
    amount_in_words,
    closed,
    feminine,
    french_order,
    linked,
    listed,
    number_in_words,
    of,
    unclosed,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "zéro"),
        (1, "un"),
        (16, "seize"),
        (17, "dix-sept"),
        (21, "vingt et un"),
        (22, "vingt-deux"),
        (69, "soixante-neuf"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (77, "soixante-dix-sept"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (90, "quatre-vingt-dix"),
        (91, "quatre-vingt-onze"),
        (99, "quatre-vingt-dix-neuf"),
        (100, "cent"),
        (101, "cent un"),
        (180, "cent quatre-vingts"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (280, "deux cent quatre-vingts"),
        (1000, "mille"),
        (1001, "mille un"),
        (1100, "mille cent"),
        (2000, "deux mille"),
        (21_000, "vingt et un mille"),
        (80_000, "quatre-vingt mille"),
        (200_000, "deux cent mille"),
        (1_000_000, "un million"),
        (1_000_200, "un million deux cents"),
        (80_000_000, "quatre-vingts millions"),
        (200_000_000, "deux cents millions"),
        (1_001_000_000, "un milliard un million"),
        (2_000_000_000, "deux milliards"),
    ],
)
def test_number_in_words(number, text):
    assert number_in_words(number) == text


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "zéro euro"),
        (1, "un centime"),
        (80, "quatre-vingts centimes"),
        (100, "un euro"),
        (101, "un euro et un centime"),
        (2_200_000, "vingt-deux mille euros"),
        (2_200_050, "vingt-deux mille euros et cinquante centimes"),
        (100_000_000, "un million d'euros"),
        (200_000_000, "deux millions d'euros"),
        (150_000_000, "un million cinq cent mille euros"),
        (100_000_000_000, "un milliard d'euros"),
    ],
)
def test_amount_in_words(cents, text):
    assert amount_in_words(cents) == text


@pytest.mark.parametrize("cents", [-1, 10**14])
def test_amount_in_words_refuses_what_it_cannot_spell(cents):
    with pytest.raises(ValueError):
        amount_in_words(cents)


@pytest.mark.parametrize(
    ("words", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_listed(words, said):
    assert listed(words) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Bruno Favre", "de Bruno Favre"),
        ("Anne Blanc", "d'Anne Blanc"),
        ("Élodie", "d'Élodie"),
        ("Hélène", "d'Hélène"),
        ("Œuvres", "d'Œuvres"),
        ("Yves", "d'Yves"),
        ("Yann", "de Yann"),
        ("Haute-Savoie", "de Haute-Savoie"),
        ("Onze Design", "de Onze Design"),
    ],
)
def test_of_a_name(name, said):
    assert of(name) == said


def test_a_number_before_a_feminine_noun():
    assert [feminine(number_in_words(one)) for one in (1, 11, 21, 81)] == [
        "une",
        "onze",
        "vingt et une",
        "quatre-vingt-une",
    ]


@pytest.mark.parametrize(
    ("before", "named", "said"),
    [
        ("soumis à ", "le préfet (Savoie)", "soumis au préfet (Savoie)"),
        ("le concours de ", "le préfet", "le concours du préfet"),
        ("À ", "les maires", "Aux maires"),
        ("De ", "les maires", "Des maires"),
        ("jusqu'à ", "le terme", "jusqu'au terme"),
        ("à la disposition de ", "Ateliers de l'Isère", "à la disposition d'Ateliers de l'Isère"),
        ("le projet de ", "Papeterie", "le projet de Papeterie"),
        ("à hauteur de ", "10 000 €", "à hauteur de 10 000 €"),
        ("à ", "la préfète", "à la préfète"),
        ("à ", "Le Relais", "à Le Relais"),
        ("présidé par ", "le préfet", "présidé par le préfet"),
        ("", "le préfet", "le préfet"),
    ],
)
def test_a_preposition_is_contracted_with_the_name_after_it(before, named, said):
    assert "".join(linked(before, named)) == said


def test_a_list_is_in_french_order():
    names = ["Zinc", "Électrométal", "œuvres du Lac", "Offre", "Forges", "électrolyse", "L’Abri"]
    assert sorted(names, key=french_order) == [
        "électrolyse",
        "Électrométal",
        "Forges",
        "L’Abri",
        "œuvres du Lac",
        "Offre",
        "Zinc",
    ]


@pytest.mark.parametrize(
    ("typed", "ends", "goes_on"),
    [
        ("Saisi deux fois", "Saisi deux fois.", "Saisi deux fois"),
        ("Saisi deux fois.", "Saisi deux fois.", "Saisi deux fois"),
        ("Saisi deux fois.. ", "Saisi deux fois.", "Saisi deux fois"),
        ("À revoir !", "À revoir !", "À revoir !"),
        ("Et ainsi de suite…", "Et ainsi de suite…", "Et ainsi de suite…"),
    ],
)
def test_what_is_typed_ends_a_sentence_with_one_stop(typed, ends, goes_on):
    assert closed(typed) == ends
    assert unclosed(typed) == goes_on
