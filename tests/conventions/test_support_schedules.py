"""The schedule that the committee accepted: the annex of an amendment, or replaced before it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from basins.homes import Visitor
from conventions import operations
from conventions.documents.agreements import amendment_snapshot
from conventions.home import conventions_room
from conventions.models import ToldStanding
from conventions.queries import amended
from projects.models import Project
from tests.conventions.supporting import freeze, launch, plan, save, signed, words

HOME = "/bassins/savoie/conventions/"


@pytest.fixture
def convention(in_force):
    return in_force


def test_the_new_schedule_is_the_annex_of_the_amendment(scene, convention, run_outbox):
    version = plan(scene, convention)
    assert amended.schedule_to_sign(convention) == version
    amendment = save(scene, convention, schedule_id=version.pk)
    assert amended.schedule_to_sign(convention) is None
    said = words(amendment_snapshot(amendment, on=timezone.localdate()))
    assert version.decision.reference in said
    assert "Nouvel échéancier de l'avance" in said
    assert "20 000 € (vingt mille euros)" in said
    assert "deux échéances, du" in said
    operations.cancel_amendment(amendment_id=amendment.pk, by=scene.operator, at=timezone.now())
    assert amended.schedule_to_sign(convention) == version
    again = signed(scene, save(scene, convention, schedule_id=version.pk), run_outbox)
    assert amended.schedule_to_sign(convention) is None
    with pytest.raises(InvalidInput, match="déjà l'annexe"):
        save(scene, convention, schedule_id=version.pk)
    assert again.schedule == version


def test_the_last_schedule_that_the_committee_accepted_is_to_sign(scene, convention, client_as):
    first = plan(scene, convention)
    last = plan(scene, convention)
    assert amended.schedule_to_sign(convention) == last
    with pytest.raises(InvalidInput, match="est remplacé"):
        save(scene, convention, schedule_id=first.pk)
    operator = client_as(Role.OPERATOR, user=scene.operator)
    said = words(
        operator.get(f"/bassins/savoie/fonds/avances/{last.advance.reference}/").content.decode()
    )
    assert (said.count("À signer"), said.count("Remplacé")) == (1, 1)
    url = f"{HOME}{convention.reference}/avenant/?echeancier="
    assert (f"{url}{first.pk}" in said, f"{url}{last.pk}" in said) == (False, True)


def test_a_schedule_to_sign_is_on_the_home_page_until_an_amendment_carries_it(
    scene, convention, run_outbox
):
    visitor = Visitor(scene.operator, frozenset({Role.OPERATOR}), timezone.localdate())

    def asked() -> list[tuple[str, str]]:
        todos = [todo for _, todo in conventions_room(visitor).todos]
        return [(one.url, one.context) for one in todos if "échéancier" in one.label]

    assert asked() == []
    version = plan(scene, convention)
    create = f"{HOME}{convention.reference}/avenant/?echeancier={version.pk}"
    day = version.decision.decided_on.strftime("%d/%m/%Y")
    said = f"Moratoire, accepté par le comité le {day}"
    assert asked() == [(create, said)]
    # What is under way is to be signed first, unless it can still carry the schedule.
    other = save(scene, convention, changes="Un point mensuel.")
    page = f"{HOME}avenants/{other.pk}/"
    draft = f"{said} ; l'avenant n° 1, en préparation, peut le porter"
    assert asked() == [(f"{page}modifier/", draft)]
    freeze(scene, other)
    assert asked() == [(page, f"{said} ; l'avenant n° 1 est à signer d'abord")]
    operations.cancel_amendment(amendment_id=other.pk, by=scene.operator, at=timezone.now())
    carrying = save(scene, convention, schedule_id=version.pk)
    assert asked() == []
    signed(scene, carrying, run_outbox)
    assert asked() == []
    # Another plan replaces it; repaid and over, nothing is left to sign.
    plan(scene, convention)
    assert len(asked()) == 1
    Project.objects.filter(pk=convention.project_id).update(status="REVIEW_DUE")
    assert asked() == []


def test_a_schedule_replaced_meanwhile_is_neither_frozen_nor_launched(scene, convention):
    first = plan(scene, convention)
    amendment = freeze(scene, save(scene, convention, schedule_id=first.pk))
    last = plan(scene, convention)
    with pytest.raises(ActionDenied, match=r"rouvrez-le. .* le dernier échéancier"):
        launch(scene, amendment)
    asked = {"amendment_id": amendment.pk, "by": scene.operator, "at": timezone.now()}
    operations.reopen_amendment(**asked)
    with pytest.raises(ActionDenied, match="le dernier échéancier"):
        operations.freeze_amendment(**asked)
    corrected = save(scene, convention, amendment, schedule_id=last.pk)
    assert launch(scene, freeze(scene, corrected)).schedule == last


def test_the_register_says_that_a_later_schedule_replaces_the_signed_one(
    scene, convention, run_outbox
):
    version = plan(scene, convention)
    first = signed(scene, save(scene, convention, schedule_id=version.pk), run_outbox)
    version = plan(scene, convention)
    mixed = save(scene, convention, schedule_id=version.pk, changes="Un point mensuel.")
    signed(scene, mixed, run_outbox)
    assert told(first) == ("REPLACED", f"{convention.reference}-A2")
    assert told(mixed) is None
    version = plan(scene, convention)
    signed(scene, save(scene, convention, schedule_id=version.pk), run_outbox)
    # What else it says still holds, until the support is over.
    by_the_last = f"{convention.reference}-A3"
    assert (told(first), told(mixed)) == (("REPLACED", by_the_last), ("AMENDED", by_the_last))
    operations.tell_standings(at=timezone.now() + timedelta(days=600))
    assert told(mixed) == ("REPLACED", by_the_last)


def told(amendment):
    """What the register was told of a signed amendment, if it was."""
    said = ToldStanding.objects.filter(document=amendment.circuit.sealed_document).first()
    return said and (said.standing, said.replaced_by)
