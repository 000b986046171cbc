"""Which versions of the national texts bind a basin, and what it lacks for the next."""

from datetime import timedelta

import pytest

from alize.common.dates import short_date
from alize.common.errors import ActionDenied
from alize.drafting.enums import TextKind
from basins.enums import Role
from conventions import operations
from conventions.documents import agreements as documents
from conventions.enums import AgreementStatus
from conventions.models import Amendment, PartnershipConvention
from conventions.partnership_screen import partnership_screen
from conventions.queries import text_news, texts_in_use
from conventions.queries.amended import content_of
from conventions.queries.lacking import names_without_value
from tests.builders import at, publish_text
from tests.conventions.founding import HOME, TODAY, frozen, signed
from tests.conventions.supporting import save
from tests.conventions.supporting import signed as signed_amendment


def test_a_basin_lives_with_the_versions_of_what_binds_it(basin, draft):
    day = draft.starts_on
    assert texts_in_use(on=day)["PARTNERSHIP"] == []
    convention = frozen(basin, draft)
    assert texts_in_use(on=day)["OPERATOR"] == [1]
    signed(convention)
    Amendment.objects.create(
        convention=convention,
        number=1,
        reason="x",
        takes_effect_on=day,
        status="FROZEN",
        frozen_at=at(),
        frozen_by=basin.operator,
        snapshot={"amendment": {"version": 1}},
    )
    assert texts_in_use(on=day)["AMENDMENT"] == [1]
    used = texts_in_use(on=day)
    assert used["PARTNERSHIP"] == [convention.snapshot["partnership"]["version"]]
    assert used["OPERATOR"] == [1]
    assert texts_in_use(on=convention.ends_on + timedelta(days=1))["OPERATOR"] == []


def test_a_prolonged_convention_lives_on_with_its_version(scene, in_force, run_outbox):
    used = {"COOPERATION": [1], "COOPERATION_AMENDMENT": [1]}
    signed_amendment(scene, save(scene, in_force, changes="Un point mensuel."), run_outbox)
    end = content_of(in_force).ends_on
    later = end + timedelta(days=90)
    prolonging = save(scene, in_force, new_ends_on=end + timedelta(days=180))
    assert texts_in_use(on=later) == texts_in_use(on=later) | {kind: [] for kind in used}
    signed_amendment(scene, prolonging, run_outbox)
    for day in (end, later, end + timedelta(days=180)):
        assert texts_in_use(on=day) == texts_in_use(on=day) | used
    over = texts_in_use(on=end + timedelta(days=181))
    assert over == over | {kind: [] for kind in used}


def test_what_the_next_agreements_lack_is_known_by_kind(basin, draft):
    PartnershipConvention.objects.filter(pk=draft.pk).update(insertion="", allowance=0)
    lacking = names_without_value(on=draft.starts_on)
    assert {"insertion", "defraiement"} <= set(lacking["PARTNERSHIP"][0])
    assert "territoire" not in lacking["PARTNERSHIP"][0]
    assert lacking["AMENDMENT"] == lacking["COOPERATION"] == []


def test_a_text_that_asks_for_what_the_convention_lacks_is_not_frozen(basin, draft):
    publish_text("OPERATOR", "(si fonctions_partagees) À titre", "À titre")
    (link,) = documents.remaining_of(draft, on=TODAY)
    assert "fonctions confiées" in link.label
    assert link.url == f"{HOME}{draft.pk}/modifier/gouvernance/"
    with pytest.raises(ActionDenied, match="pas de valeur"):
        operations.freeze_partnership(convention_id=draft.pk, by=basin.operator, at=at())
    draft.refresh_from_db()
    assert draft.status == AgreementStatus.DRAFT


def test_a_draft_says_that_its_text_changes_then_that_it_has_changed(basin, draft):
    kinds = (TextKind.PARTNERSHIP, TextKind.OPERATOR)
    assert text_news(*kinds, on=TODAY) == ""
    publish_text("OPERATOR", "**trois ans**", "**trois années**", when=at(2026, 3, 21))
    before, day = text_news(*kinds, on=TODAY), short_date(TODAY + timedelta(days=9))
    assert f"passe en version 2 le {day}" in before
    assert f"en version 2 depuis le {day}" in text_news(*kinds, on=TODAY + timedelta(days=9))
    assert text_news(*kinds, on=TODAY + timedelta(days=90)) == ""
    page = partnership_screen(draft, frozenset({Role.OPERATOR}), on=TODAY)
    assert page.header.now.endswith(before)
