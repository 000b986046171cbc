"""A basin adds its clauses where the national texts leave it a place (A7)."""

from html import unescape

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from basins import tenancy
from basins.enums import Role
from conventions import documents, operations, queries
from conventions.models import LocalClause
from conventions.operations.agreements import check_text
from tests.builders import at, publish_text
from tests.writings import second_of_two

NOW = at(2026, 4, 1)
ZONE = "engagements_locaux"
PAGE = f"/bassins/savoie/conventions/clauses/cooperation/{ZONE}/"


def test_the_next_convention_says_the_clause_word_for_word(scene):
    operations.save_clause(
        kind="COOPERATION",
        zone=ZONE,
        words="Elle :\r\n\r\n- <b>parraine</b> {deux} entreprises",
        by=scene.operator,
        at=NOW,
    )
    convention = operations.prepare_convention(
        decision_id=scene.decision.pk, by=scene.operator, at=NOW
    )
    sections = documents.cooperation_words(convention, on=NOW.date())["sections"]
    (section,) = [one for one in sections if one["key"] == "engagements"]
    clause = section["parts"][-1]
    assert clause["kind"] == "clause"
    assert clause["parts"][1]["items"][0][0]["text"] == "<b>parraine</b> {deux} entreprises."


def test_without_words_there_is_no_clause_and_no_clause_without_a_zone(scene):
    for words in ("Du bois.", "  "):
        operations.save_clause(
            kind="COOPERATION", zone=ZONE, words=words, by=scene.operator, at=NOW
        )
    assert not LocalClause.objects.exists()
    assert {line.zone for line in queries.zones(on=NOW.date())} == {
        "contexte",
        "priorites",
        "operateur_local",
        ZONE,
    }
    with pytest.raises(InvalidInput, match="ne prévoit plus"):
        operations.save_clause(
            kind="COOPERATION", zone="autre", words="x", by=scene.operator, at=NOW
        )


def test_the_operator_writes_it_on_screen_and_the_others_read_it(savoie, client_as):
    operator = client_as(Role.OPERATOR)
    assert operator.post(PAGE, {"words": "Elle parraine."}).status_code == 302
    with tenancy.inside(savoie):
        assert queries.clauses("COOPERATION") == {ZONE: "Elle parraine."}
    page = unescape(
        client_as(Role.MEMBER).get("/bassins/savoie/conventions/clauses/").content.decode()
    )
    assert "Elle parraine." in page
    assert "Modifier" not in page
    assert operator.post(PAGE, {"words": "x" * 5001}).status_code == 422
    assert operator.get(PAGE.replace(ZONE, "autre")).status_code == 404


def test_a_clause_that_loses_its_place_is_told_before_the_freezing(scene, savoie, client_as):
    words = {"kind": "COOPERATION", "by": scene.operator, "at": NOW}
    operations.save_clause(**words, zone=ZONE, words="Elle parraine.")
    convention = operations.prepare_convention(
        decision_id=scene.decision.pk, by=scene.operator, at=NOW
    )
    label = "engagements que le bassin demande en plus aux entreprises labellisées"
    publish_text("COOPERATION", f"+ {ZONE} : {label}\n", "", when=NOW)
    assert documents.cooperation_words(convention, on=NOW.date())["displaced"] == [label]
    links = [link.label for link in queries.remaining(convention, on=NOW.date())]
    assert f"Déplacer ou effacer la clause locale « {label} »" in links
    with pytest.raises(ActionDenied, match="plus de place"):
        check_text(documents.cooperation_words(convention, on=NOW.date()))
    line = queries.zones(on=NOW.date())[-1]
    assert (line.zone, line.label, line.article, line.words) == (ZONE, label, "", "Elle parraine.")
    with pytest.raises(InvalidInput, match="copiez-la ailleurs"):
        operations.save_clause(**words, zone=ZONE, words="Elle parraine encore.")
    operations.save_clause(**words, zone=ZONE, words="")
    assert documents.cooperation_words(convention, on=NOW.date())["displaced"] == []


def test_a_text_that_asks_for_what_the_file_lacks_is_not_frozen(scene):
    kept = "- (si emplois_maintenus) maintenir"
    publish_text("COOPERATION", kept, "- maintenir", when=NOW)
    convention = operations.prepare_convention(
        decision_id=scene.decision.pk, by=scene.operator, at=NOW
    )
    label = "emplois que l'entreprise s'engage à maintenir"
    assert documents.cooperation_words(convention, on=NOW.date())["missing"] == [label]
    links = [link.label for link in queries.remaining(convention, on=NOW.date())]
    assert f"Compléter le dossier : {label}" in links
    with pytest.raises(ActionDenied, match="pas de valeur"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)


def test_a_clause_that_would_print_as_boxes_is_refused_and_kept_on_screen(savoie, client_as):
    operator = client_as(Role.OPERATOR)
    page = operator.post(PAGE, {"words": "Elle parraine \U0001f680 deux entreprises."})
    assert page.status_code == 422
    said = unescape(page.content.decode())
    assert "U+1F680" in said
    assert "Elle parraine \U0001f680 deux entreprises." in said
    with tenancy.inside(savoie):
        assert queries.clauses("COOPERATION") == {}


def test_what_a_partnership_and_its_amendments_say_is_printable(basin, draft):
    with pytest.raises(InvalidInput) as refused:
        operations.save_section(
            convention_id=draft.pk, values={"insertion": "木"}, by=basin.operator, at=at()
        )
    assert refused.value.field == "insertion"


def test_a_clause_that_somebody_else_wrote_meanwhile_is_compared(savoie, client_as):
    said = second_of_two(
        client_as(Role.OPERATOR),
        client_as(Role.OPERATOR),
        PAGE,
        theirs={"words": "Elle parraine."},
        mine={"words": "Elle accueille."},
    )
    assert "« Elle parraine. »" in said
