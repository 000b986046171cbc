"""Amendments of a cooperation convention: what they still change when all have signed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from conventions import operations
from conventions.documents.agreements import amendment_snapshot, remaining_of_amendment
from conventions.models import Amendment
from conventions.queries import amended
from conventions.queries.amended import standing
from partners.models import Mandate
from projects import operations as projects
from projects.models import Project
from tests.builders import make_contact, make_user
from tests.conventions.founding import sign_on_paper
from tests.conventions.supporting import freeze, launch, save, signed
from tests.matrix.files import stored


@pytest.fixture
def convention(in_force):
    return in_force


def status_of(convention, **changes) -> str:
    rows = Project.objects.filter(pk=convention.project_id)
    if changes:
        rows.update(**changes)
    return rows.get().status


def prolonging(scene, convention, newcomer) -> Amendment:
    """A new end and another lead."""
    contact = make_contact(newcomer, person=make_user(Role.MEMBER, basin=scene.basin))
    until = amended.content_of(convention).ends_on + timedelta(days=184)
    return save(scene, convention, new_ends_on=until, lead_id=contact.pk)


# -- The support is over -----------------------------------------------------------------------


def test_once_the_support_is_over_what_changes_it_is_neither_frozen_nor_launched(
    scene, convention, newcomer, monkeypatch
):
    monkeypatch.setattr(standing, "owed", lambda advance: 2_000_000)
    amendment = prolonging(scene, convention, newcomer)
    status_of(convention, status="REVIEW_DUE")
    asked = {"amendment_id": amendment.pk, "by": scene.operator, "at": timezone.now()}
    with pytest.raises(ActionDenied, match="qui est terminé : seul l'échéancier"):
        operations.freeze_amendment(**asked)
    status_of(convention, status="LABELLED")
    freeze(scene, amendment)
    status_of(convention, status="REVIEW_DUE")
    with pytest.raises(ActionDenied, match=r"plus d'effet : rouvrez-le. .* qui est terminé"):
        launch(scene, amendment)
    operations.reopen_amendment(**asked)
    corrected = save(scene, convention, amendment, changes="Un point mensuel.")
    assert launch(scene, freeze(scene, corrected)).status == "SIGNING"


def test_signed_after_the_former_end_it_takes_the_support_up_again(
    scene, convention, newcomer, run_outbox
):
    amendment = prolonging(scene, convention, newcomer)
    launched = launch(scene, freeze(scene, amendment))
    status_of(convention, status="REVIEW_DUE")
    sign_on_paper(scene, launched.circuit)
    run_outbox()
    project = Project.objects.get(pk=convention.project_id)
    until = amendment.new_ends_on
    assert (project.status, project.support_until) == ("LABELLED", until)
    after = timezone.now() + (until - timezone.localdate()) + timedelta(days=1)
    assert projects.end_support(project_id=project.pk, at=after)
    assert status_of(convention) == "REVIEW_DUE"


def test_signed_after_the_new_end_it_leaves_the_balance_due(scene, convention):
    yesterday = timezone.localdate() - timedelta(days=1)
    status_of(convention, status="REVIEW_DUE", labelled_on=yesterday - timedelta(days=548))
    projects.prolong_support(
        project_id=convention.project_id, until=yesterday, by=scene.operator, at=timezone.now()
    )
    assert status_of(convention) == "REVIEW_DUE"


def test_signed_after_an_interruption_it_leaves_the_file_as_it_is(
    scene, convention, newcomer, run_outbox
):
    launched = launch(scene, freeze(scene, prolonging(scene, convention, newcomer)))
    lead = Project.objects.get(pk=convention.project_id).follow_up_lead_id
    status_of(convention, status="INTERRUPTED", end_reason="Vendue")
    sign_on_paper(scene, launched.circuit)
    run_outbox()
    project = Project.objects.get(pk=convention.project_id)
    assert Amendment.objects.get().status == "SIGNED"
    assert (project.status, project.support_until) == ("INTERRUPTED", None)
    assert project.follow_up_lead_id == lead


# -- Who follows the company --------------------------------------------------------------------


def test_both_leads_are_told_in_words_of_their_own(scene, convention, newcomer, run_outbox):
    signed(scene, prolonging(scene, convention, newcomer), run_outbox)
    project = Project.objects.get(pk=convention.project_id)
    with national():
        told = Mail.objects.filter(code__in=["M74", "M75"]).values_list("code", "to_email")
        assert sorted(told) == [("M74", project.follow_up_lead.email), ("M75", scene.lead.email)]


def test_a_lead_signs_under_the_mandate_that_their_partner_keeps(scene, convention, newcomer):
    Mandate.objects.filter(contact__person=scene.lead).update(
        kind="DELEGATION", document=stored("délégation", timezone.now())
    )
    amendment = prolonging(scene, convention, newcomer)
    assert mandates_of(amendment)["Caisse de Tarentaise"] == "Délégation de signature"
    Mandate.objects.filter(contact__person=scene.lead).delete()
    assert "Caisse de Tarentaise" not in mandates_of(amendment)
    [link] = remaining_of_amendment(amendment, on=timezone.localdate())
    assert link.label == "Enregistrer le mandat d'Hélène Garin"
    assert link.url.endswith(f"/partenaires/{scene.bank.pk}/")


def mandates_of(amendment) -> dict[str, str]:
    """Under what each party signs an amendment, where something lets it sign."""
    lines = amendment_snapshot(amendment, on=timezone.localdate())["signers"]
    return {line["organisation"]: line["mandate"]["label"] for line in lines if line["mandate"]}
