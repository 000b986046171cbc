"""A convention frozen: what it needs, its document, what no longer changes."""

import json

import pytest

from alize.common.errors import ActionDenied
from conventions import operations, queries
from projects.models import Project
from tests.builders import make_decision
from tests.conventions.cooperating import NOW, events, frozen, prepared


def test_freeze_needs_every_name_and_says_which(scene):
    convention = prepared(scene)
    convention.signers.filter(capacity="OWNER").update(name="")
    assert [link.label for link in queries.remaining(convention, on=NOW.date())] == [
        f"Indiquer qui signe pour {scene.project.beneficiary.name}"
    ]
    with pytest.raises(ActionDenied, match="nom d'un signataire"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)


def test_freeze_waits_for_suspensive_conditions(scene):
    decision = make_decision(conditions=({},))
    convention = prepared(scene, decision)
    with pytest.raises(ActionDenied, match="Produire le bail"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)


def test_freeze_makes_the_document_once(scene, run_outbox):
    convention = frozen(scene)
    run_outbox()
    convention.refresh_from_db()
    assert convention.document.reference == convention.reference
    assert run_outbox() == 0


def test_freeze_needs_every_mandate(scene):
    convention = prepared(scene)
    convention.signers.filter(capacity="OWNER").update(mandate="")
    assert [link.label for link in queries.remaining(convention, on=NOW.date())] == [
        "Enregistrer le mandat de Dominique Petit"
    ]
    with pytest.raises(ActionDenied, match="mandat d'un signataire"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)


def test_no_word_that_would_print_as_a_box_is_frozen(scene):
    convention = prepared(scene)
    Project.objects.filter(pk=scene.project.pk).update(need="Agrandir \u6728 ici")
    with pytest.raises(ActionDenied, match=r"« 木 » \(U\+6728\), .* ne s'imprime pas .* dossier"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)


def test_the_document_says_what_was_frozen(scene, run_outbox):
    convention = frozen(scene)
    Project.objects.filter(pk=scene.project.pk).update(need="Autre chose")
    assert "« Agrandir l’atelier »" in plain(convention.snapshot)
    assert "1, 3, 6, 9, 12, 15 et 18 mois après la prise d’effet" in plain(convention.snapshot)
    assert "ou de la levée de la dernière condition suspensive" in plain(convention.snapshot)
    assert "24 et 36 mois après" in plain(convention.snapshot)
    assert "Autre chose" not in plain(convention.snapshot)
    assert convention.text_version == convention.snapshot["version"] == 1


def plain(snapshot: dict) -> str:
    """The words of a snapshot, spaces made plain."""
    return json.dumps(snapshot, ensure_ascii=False).replace("\u00a0", " ")


def test_a_double_click_freezes_and_cancels_once(scene):
    convention = frozen(scene)
    operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)
    for _ in range(2):
        operations.cancel(convention_id=convention.pk, by=scene.operator, at=NOW)
    assert events().count("convention.frozen") == events().count("convention.cancelled") == 1
    with pytest.raises(ActionDenied):
        operations.cancel(convention_id=convention.pk, by=scene.president, at=NOW)


def test_a_frozen_text_no_longer_changes(scene):
    convention = frozen(scene)
    with pytest.raises(ActionDenied, match="gelé"):
        operations.recompute_signers(convention_id=convention.pk, by=scene.operator, at=NOW)


def test_nobody_to_follow_the_company_nothing_to_freeze(scene):
    convention = prepared(scene)
    scene.project.follow_up_lead = scene.project.follow_up_partner = None
    scene.project.save()
    convention.refresh_from_db()
    assert "Faire désigner un mandataire par la présidence" in [
        link.label for link in queries.remaining(convention, on=NOW.date())
    ]
    with pytest.raises(ActionDenied, match="n'a pas désigné de mandataire"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)
