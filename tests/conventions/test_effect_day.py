"""The day a cooperation convention takes effect: the one it says, or that of its last signature."""

from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from alize.common.dates import add_months
from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from conventions import operations
from conventions.models import CooperationConvention
from conventions.operations import SupportTerms
from conventions.queries import amended
from funds.models import Advance
from projects.models import Project
from tests.conventions.conftest import signed_on_paper
from tests.conventions.documents import with_document
from tests.stage import played_once


@played_once
def signed(scene, run_outbox, starts_on) -> CooperationConvention:
    """Signed by all and sealed today, whatever the day that it says."""
    now = timezone.now()
    asked = {"by": scene.operator, "at": now}
    convention = operations.prepare_convention(decision_id=scene.decision.pk, **asked)
    operations.save_draft(
        convention_id=convention.pk,
        starts_on=starts_on,
        payment_expected_on=timezone.localdate() + timedelta(days=90),
        signers={},
        **asked,
    )
    convention = with_document(operations.freeze(convention_id=convention.pk, **asked), now)
    signed_on_paper(scene, convention, on=timezone.localdate(now), at=now)
    run_outbox()
    return CooperationConvention.objects.select_related("circuit").get(pk=convention.pk)


def where_it_stands(scene):
    project = Project.objects.get(pk=scene.project.pk)
    advance = Advance.objects.get()
    return project.status, project.labelled_on, advance.status


def test_signed_before_its_day_it_waits_for_it(scene, run_outbox):
    day = timezone.localdate() + timedelta(days=60)
    convention = signed(scene, run_outbox, day)
    assert (convention.status, convention.circuit.status) == ("SIGNING", "SEALED")
    assert where_it_stands(scene) == ("APPROVED", None, "GRANTED")
    with pytest.raises(ActionDenied, match="prend effet le"):
        operations.conclude(convention_id=convention.pk, by=scene.operator, at=timezone.now())
    with travel(timezone.now() + timedelta(days=61)):
        run_outbox()
    convention.refresh_from_db()
    assert (convention.status, convention.signed_on) == ("SIGNED", timezone.localdate())
    assert where_it_stands(scene) == ("LABELLED", day, "CONTRACTED")


def test_signed_after_its_day_its_term_follows_its_signature(scene, run_outbox):
    today = timezone.localdate()
    convention = signed(scene, run_outbox, today - timedelta(days=60))
    assert where_it_stands(scene) == ("LABELLED", today, "CONTRACTED")
    ends_on = add_months(today, 18) - timedelta(days=1)
    assert amended.content_of(convention).ends_on == ends_on
    [ending] = Entry.objects.filter(kind="projects.end_support")
    assert timezone.localdate(ending.due_at) == ends_on + timedelta(days=1)
    with pytest.raises(InvalidInput):
        operations.save_support_amendment(
            convention_id=convention.pk,
            amendment_id=None,
            reason="x",
            terms=SupportTerms(new_ends_on=ends_on),
            by=scene.operator,
            at=timezone.now(),
        )
    facts = dict(convention.circuit.summary)
    assert facts["Durée"].endswith("au plus tôt")
