"""The text of an agreement: read, written back, laid out, compared; without a database."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alize.drafting.rules import (
    Change,
    Condition,
    Part,
    PartKind,
    Section,
    SectionKind,
    SourceError,
    Text,
    Variable,
    VariableKind,
    diff,
    lay_out,
    missing,
    outline,
    parse,
    typeset,
    write,
)
from alize.drafting.texts import FIRST

SAMPLE = """
@ variable bassin : nom du bassin
@ variable montant : montant de l'avance
@ bloc apports : apports en compétences

# section parties : Entre les parties
Le comité du bassin {bassin}.

# article objet : Objet du bassin {bassin}
Un paragraphe
sur deux lignes, avec **des mots {bassin}** en gras.

- premier point ;
- (si montant) rembourser {montant} ;
- dernier point

+ priorites : ce que le bassin ajoute

# article moyens (si apports) : Moyens
## Compétences
[apports]

# annexe avance (si montant) : Avance
Montant : {montant}
"""


def words(part) -> str:
    return "".join(run.text for run in part.runs)


def laid(source: str = SAMPLE, values=None, clauses=None, blocks=()):
    return lay_out(parse(source), values or {}, clauses or {}, blocks)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("soumis à {qui}, en vue", "soumis au préfet (Savoie), en vue"),
        ("le concours de **{qui}**.", "le concours du préfet (Savoie)."),
        ("présidé par {qui}", "présidé par le préfet (Savoie)"),
        ("le projet de {quoi}", "le projet d’Ateliers de l’Isère"),
        ("le projet de {rien}", "le projet de [rien]"),
    ],
)
def test_a_value_is_contracted_with_the_preposition_before_it(line, said):
    names = "".join(f"@ variable {name} : {name}\n" for name in ("qui", "quoi", "rien"))
    used = "# section noms : Noms\n{qui} {quoi} {rien}\n\n# article un : Un\n"
    values = {"qui": "le préfet (Savoie)", "quoi": "Ateliers de l'Isère"}
    assert words(laid(f"{names}{used}{line}", values)[1].parts[0]) == said


def test_no_first_text_puts_a_structure_where_its_article_would_be_missing():
    for first in FIRST:
        assert not re.search(r"\b(?:par|et|responsabilités de) \{operateur\}", first.source)


@pytest.mark.parametrize("first", FIRST, ids=lambda first: f"{first.kind}-{first.number}")
def test_the_first_texts_are_read_and_written_back(first):
    text = parse(first.source)
    assert parse(write(text)) == text
    assert text.sections


def test_the_source_says_its_names_its_articles_and_its_zones():
    text = parse(SAMPLE)
    assert [(v.name, v.kind) for v in text.variables] == [
        ("bassin", VariableKind.VALUE),
        ("montant", VariableKind.VALUE),
        ("apports", VariableKind.BLOCK),
    ]
    assert [(s.kind, s.key, s.is_locked) for s in text.sections] == [
        (SectionKind.SECTION, "parties", True),
        (SectionKind.ARTICLE, "objet", False),
        (SectionKind.ARTICLE, "moyens", True),
        (SectionKind.ANNEX, "avance", True),
    ]
    assert [zone.key for zone in text.zones] == ["priorites"]


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("bonjour", 1, "avant le premier"),
        ("@ variable Nom : x\n# article a : A\nx", 1, "une déclaration s'écrit"),
        ("@ variable a : x\n@ variable a : y\n# article a : A\n{a}", 2, "déjà déclaré"),
        ("@ variable a : x\n# article a : A\nx", 1, "ne sert nulle part"),
        ("# article a : A\nx {b} y", 2, "« b » n'est pas déclaré"),
        ("# article a : A\nx\ny {b", 3, "accolade"),
        ("@ bloc b : x\n# article a : A\n{b}", 3, "déclaré comme bloc"),
        ("@ variable b : x\n# article a : A\n[b]", 3, "déclaré comme variable"),
        ("# article a : A\nx\n# annexe a : B", 3, "sert déjà"),
        ("# chapitre a : A", 1, "un titre s'écrit"),
        ("# article a : A\n**x", 2, "gras"),
        ("# article a : A\n[b] suite", 2, "seul sur sa ligne"),
        ("# article a (si c) : A\nx", 1, "« c » n'est pas déclaré"),
        ("# article a : A\n+ z\n", 2, "zone locale"),
        ("# article a : A\n+ z : x\n+ z : y", 3, "déjà pris"),
        ("# article a : A\nx\n@ variable b : x", 3, "avant le premier article"),
        ("", 1, "aucun article"),
    ],
)
def test_a_mistake_is_said_with_its_line(source, line, reason):
    with pytest.raises(SourceError) as error:
        parse(source)
    assert [mistake.line for mistake in error.value.mistakes if reason in mistake.reason] == [line]


def test_all_mistakes_are_said_at_once_in_order():
    with pytest.raises(SourceError) as error:
        parse("# article a : A\n{x}\n\n[y] z\n# article a : B\n")
    assert [mistake.line for mistake in error.value.mistakes] == [2, 4, 5]


def test_articles_and_annexes_are_numbered_as_they_are_present():
    without = laid(values={"bassin": "Savoie"})
    assert [(s.label, s.title) for s in without] == [
        ("", "Entre les parties"),
        ("Article\u00a01", "Objet du bassin Savoie"),
    ]
    whole = laid(values={"bassin": "Savoie", "montant": "10 €"}, blocks={"apports"})
    assert [s.label for s in whole] == ["", "Article\u00a01", "Article\u00a02", "Annexe"]
    assert [(p.kind, p.label) for p in whole[2].parts] == [
        ("heading", "2.1"),
        ("block", "apports en compétences"),
    ]


def test_several_annexes_are_counted():
    text = "# annexe a : A\nx\n\n# article b : B\nx\n\n# annexe c : C\nx"
    assert [s.label for s in laid(text)] == ["Annexe\u00a01", "Article\u00a01", "Annexe\u00a02"]


def test_a_list_ends_well_whatever_is_present():
    (article,) = [s for s in laid(values={"bassin": "Savoie"}) if s.key == "objet"]
    items = next(part for part in article.parts if part.kind == "list").items
    assert ["".join(run.text for run in runs) for runs in items] == [
        "premier point\u00a0;",
        "dernier point.",
    ]


def test_bold_and_values_are_runs_and_never_markup():
    (article,) = [s for s in laid(values={"bassin": "<b>**Savoie**"}) if s.key == "objet"]
    runs = article.parts[0].runs
    assert [(run.text, run.strong) for run in runs] == [
        ("Un paragraphe sur deux lignes, avec ", False),
        ("des mots <b>**Savoie**", True),
        (" en gras.", False),
    ]


def test_what_is_missing_is_said_and_marked():
    text = parse(SAMPLE)
    assert [v.name for v in missing(text, {}, {})] == ["bassin"]
    assert missing(text, {"bassin": "Savoie"}, {}) == ()
    run = laid()[0].parts[0].runs[1]
    assert (run.text, run.missing) == ("[nom du bassin]", True)


def test_an_article_kept_by_the_absence_of_a_name():
    text = "@ bloc b : x\n# article a : A\n(si b) avec\n\n(sauf b) sans\n\n(si b) [b]"
    assert [words(part) for part in laid(text)[0].parts] == ["sans"]
    assert [part.kind for part in laid(text, blocks={"b"})[0].parts] == ["paragraph", "block"]


def test_an_article_present_once_a_basin_has_written_its_clause():
    text = "# article a : A\nx\n\n# article b (si z) : B\n+ z : ce que le bassin ajoute"
    assert [s.key for s in laid(text)] == ["a"]
    assert [s.key for s in laid(text, clauses={"z": "Le bois."})] == ["a", "b"]


def test_an_outline_shows_everything_and_says_on_what_it_depends():
    sections = outline(parse(SAMPLE))
    assert [s.label for s in sections] == ["", "Article\u00a01", "Article\u00a02", "Annexe"]
    assert words(sections[2].parts[0]) == "(si renseigné\u00a0: apports en compétences) "
    items = next(part for part in sections[1].parts if part.kind == "list").items
    assert [len(items), items[1][0].condition, items[1][1].condition] == [3, True, False]


def test_the_clause_of_a_basin_stands_in_its_zone_word_for_word():
    clauses = {"priorites": "La montagne {bassin} & <i>**bois**</i>.\n\n- le bois\n- l'eau"}
    (article,) = [s for s in laid(clauses=clauses) if s.key == "objet"]
    clause = article.parts[-1]
    assert clause.kind == "clause"
    assert [words(part) for part in clause.parts] == [
        "La montagne {bassin} & <i>**bois**</i>.",
        "",
    ]
    assert [runs[0].text for runs in clause.parts[1].items] == ["le bois\u00a0;", "l’eau."]
    assert laid()[1].parts[-1].kind == "zone"


def test_the_lines_of_a_clause_keep_their_order():
    typed = "Il se réunit :\n- en mars ;\n- en juin.\nIl est convoqué\npar écrit.\n- sur place"
    (article,) = [s for s in laid(clauses={"priorites": typed}) if s.key == "objet"]
    assert [
        words(part) or [runs[0].text for runs in part.items] for part in article.parts[-1].parts
    ] == [
        "Il se réunit\u00a0:",
        ["en mars\u00a0;", "en juin."],
        "Il est convoqué par écrit.",
        ["sur place."],
    ]


@pytest.mark.parametrize(
    ("typed", "set_in_type"),
    [
        (
            "l'eau : 10 000 € ; « oui » ?",
            "l’eau\u00a0: 10\u202f000\u00a0€\u00a0; «\u00a0oui\u00a0»\u00a0?",
        ),
        ("1 240 journées en 3 ans", "1\u202f240 journées en 3\u00a0ans"),
        ("loi n° 78-17, article 12, M. Roux", "loi n°\u00a078-17, article\u00a012, M.\u00a0Roux"),
        ("40 %, 75 emplois", "40\u00a0%, 75\u00a0emplois"),
        ("en 2026 225 emplois", "en 2026 225\u00a0emplois"),
        ("le 21 novembre et le 1er mai", "le 21\u00a0novembre et le 1er\u00a0mai"),
        ("M. Étienne et Mme Œillet", "M.\u00a0Étienne et Mme\u00a0Œillet"),
        (
            'le projet "Bois d\'ici", dit "B".',
            "le projet «\u00a0Bois d’ici\u00a0», dit «\u00a0B\u00a0».",
        ),
        ('un tube de 5" et de 10"', 'un tube de 5" et de 10"'),
    ],
)
def test_spaces_that_never_break(typed, set_in_type):
    assert typeset(typed) == set_in_type
    assert typeset(set_in_type) == set_in_type


def test_two_versions_are_compared_by_article_and_by_word():
    new = (
        SAMPLE.replace("sur deux lignes", "sur trois lignes")
        .replace(
            "# article moyens (si apports) : Moyens\n## Compétences\n[apports]\n",
            "# article duree : Durée\nTrois ans.\n",
        )
        .replace("@ bloc apports : apports en compétences\n", "")
    )
    found = diff(parse(SAMPLE), parse(new))
    assert {s.key: s.change for s in found.changed} == {
        "objet": Change.CHANGED,
        "moyens": Change.REMOVED,
        "duree": Change.ADDED,
    }
    assert [v.name for v in found.variables_removed] == ["apports"]
    (line,) = [
        line
        for s in found.changed
        if s.key == "objet"
        for line in s.lines
        if line.change is Change.CHANGED
    ]
    assert [(w.change, w.text) for w in line.words if w.change is not Change.SAME] == [
        (Change.REMOVED, "deux"),
        (Change.ADDED, "trois"),
    ]


def test_what_prints_the_same_is_no_change():
    curved = SAMPLE.replace("'", "’").replace("premier point ;", "premier point\u00a0;")
    assert curved != SAMPLE
    assert diff(parse(SAMPLE), parse(curved)).is_empty


def test_an_article_that_moves_is_said_so():
    text = parse("# article a : A\nx\n\n# article b : B\nx\n\n# article c : C\nx")
    moved = replace(text, sections=(text.sections[2], *text.sections[:2]))
    found = diff(text, moved)
    assert [(s.key, s.change, s.moved) for s in found.changed] == [("c", Change.SAME, True)]
    assert diff(text, text).is_empty


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
WORDS = st.text("abcdeéà ,.;0123456789'", min_size=1, max_size=40).map(
    lambda text: "m" + " ".join(text.split())
)


@st.composite
def texts(draw) -> Text:
    """Texts in which every declared name serves."""
    names = ["n" + name for name in draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))]
    declared = [
        Variable(name, draw(WORDS), draw(st.sampled_from(list(VariableKind)))) for name in names
    ]
    keys = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    zones = iter(["z" + name for name in draw(st.lists(NAMES, min_size=4, unique=True))])
    conditions = st.none() | st.builds(Condition, st.sampled_from(names), st.booleans())

    def part() -> Part:
        kind = draw(st.sampled_from([PartKind.PARAGRAPH, PartKind.ITEM, PartKind.HEADING]))
        return Part(kind, draw(WORDS), condition=draw(conditions))

    def sections():
        for key in keys:
            parts = [part() for _ in range(draw(st.integers(0, 3)))]
            if draw(st.booleans()):
                parts.append(Part(PartKind.ZONE, draw(WORDS), next(zones)))
            yield Section(
                draw(st.sampled_from(list(SectionKind))),
                key,
                draw(WORDS),
                tuple(parts),
                draw(conditions),
            )

    *others, last = sections()
    uses = tuple(
        Part(PartKind.BLOCK, key=one.name)
        if one.kind is VariableKind.BLOCK
        else Part(PartKind.PARAGRAPH, f"m {{{one.name}}}")
        if one.kind is VariableKind.VALUE
        else Part(PartKind.PARAGRAPH, "m", condition=Condition(one.name))
        for one in declared
    )
    return Text(tuple(declared), (*others, replace(last, parts=last.parts + uses)))


@settings(max_examples=40, deadline=None)
@given(texts())
def test_what_is_written_is_read_back(text):
    assert parse(write(text)) == text
    assert write(parse(write(text))) == write(text)


@settings(max_examples=40, deadline=None)
@given(texts(), st.data())
def test_no_variable_is_lost(text, data):
    """A value that is present is in what is laid out; one that is missing is said."""
    names = [v.name for v in text.variables if v.kind is VariableKind.VALUE]
    values = (
        {name: f"<{name}>" for name in data.draw(st.sets(st.sampled_from(names)))} if names else {}
    )
    blocks = {v.name for v in text.variables if v.kind is VariableKind.BLOCK}
    text = replace(
        text, sections=tuple(replace(section, condition=None) for section in text.sections)
    )
    shown = repr(lay_out(text, values, {}, blocks))
    assert [value for value in values.values() if value not in shown] == []
    assert {v.name for v in missing(text, values, {}, blocks)} == set(names) - set(values)


@settings(max_examples=40, deadline=None)
@given(texts(), texts())
def test_a_difference_loses_no_word_of_either_version(old, new):
    found = diff(old, new)
    for kept, version in ((Change.REMOVED, old), (Change.ADDED, new)):
        lines = [
            "".join(w.text for w in line.words if w.change in {Change.SAME, kept})
            for section in found.sections
            for line in section.lines
        ]
        source = [typeset(line) for line in write(version).splitlines() if line and line[0] != "@"]
        assert sorted(line for line in lines if line) == sorted(source)
