"""A cooperation convention that is amended: what its tests do to an amendment."""

import json
from datetime import timedelta

from django.utils import timezone

from conventions import operations
from conventions.models import Amendment
from conventions.operations import SupportTerms
from conventions.queries.partnership import amendment_reference_of
from funds.enums import ScheduleReason
from funds.models import Advance
from funds.operations.schedules import write_schedule
from funds.rules import Installment
from signatures.rules import last_deadline
from tests.builders import make_accepted
from tests.conventions.documents import with_document
from tests.conventions.founding import sign_on_paper


def save(scene, convention, amendment=None, **terms) -> Amendment:
    reason = terms.pop("reason", "Le comité a décidé une nouvelle intervention.")
    return operations.save_support_amendment(
        convention_id=convention.pk,
        amendment_id=amendment.pk if amendment else None,
        reason=reason,
        terms=SupportTerms(**terms),
        by=scene.operator,
        at=timezone.now(),
    )


def freeze(scene, amendment) -> Amendment:
    now = timezone.now()
    operations.freeze_amendment(amendment_id=amendment.pk, by=scene.operator, at=now)
    amendment.refresh_from_db()
    reference = amendment_reference_of(amendment)
    return with_document(amendment, now, kind="avenant-cooperation", reference=reference)


def launch(scene, amendment) -> Amendment:
    signers = len(amendment.snapshot["signers"])
    return operations.launch_amendment(
        amendment_id=amendment.pk,
        expires_on=last_deadline(timezone.localdate()),
        paper=set(range(signers)),
        by=scene.operator,
        at=timezone.now(),
    )


def signed(scene, amendment, run_outbox) -> Amendment:
    launched = launch(scene, freeze(scene, amendment))
    sign_on_paper(scene, launched.circuit)
    run_outbox()
    amendment.refresh_from_db()
    return amendment


def plan(scene, convention):
    """A moratorium that the committee accepted on the advance, and its schedule."""
    advance = Advance.objects.get(decision=convention.decision)
    today = timezone.localdate()
    decision = make_accepted(convention.decision, ScheduleReason.MORATORIUM)
    lines = [
        Installment(1, today + timedelta(days=200), 1_500_000),
        Installment(2, today + timedelta(days=230), 500_000),
    ]
    return write_schedule(
        advance,
        no=advance.schedule_versions.count() + 1,
        effective_on=today,
        opening=None,
        reason=ScheduleReason.MORATORIUM,
        lines=lines,
        decision_id=decision.pk,
        by=scene.operator,
        at=timezone.now(),
    )


def words(said) -> str:
    text = json.dumps(said, ensure_ascii=False)
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
