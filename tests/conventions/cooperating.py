"""A cooperation convention from the approval to the signature of all, as tests need it."""

from datetime import date

from alize.audit.models import AuditEvent
from conventions import operations
from signatures.rules import last_deadline
from tests.builders import at
from tests.conventions.conftest import signed_on_paper
from tests.conventions.documents import with_document
from tests.stage import played_once

NOW = at(2026, 4, 1)
SIGNED_ON = date(2026, 4, 10)
LATER = at(2026, 4, 12)
UNTIL = last_deadline(NOW.date())


@played_once
def prepared(scene, decision=None):
    return operations.prepare_convention(
        decision_id=(decision or scene.decision).pk, by=scene.operator, at=NOW
    )


@played_once
def frozen(scene, decision=None):
    return operations.freeze(convention_id=prepared(scene, decision).pk, by=scene.operator, at=NOW)


@played_once
def ready(scene, decision=None):
    """Frozen, its document made."""
    return with_document(frozen(scene, decision), NOW)


@played_once
def signed(scene, run_outbox, convention=None):
    convention = signed_on_paper(scene, convention or ready(scene), on=SIGNED_ON, at=LATER)
    run_outbox()
    convention.refresh_from_db()
    return convention


def events() -> list[str]:
    return list(AuditEvent.objects.values_list("type", flat=True))


def launch(scene, convention, **others):
    asked = {"expires_on": UNTIL, "by": scene.operator, "at": NOW, **others}
    return operations.launch(convention_id=convention.pk, **asked)


def paper_of(convention) -> set[int]:
    return set(convention.signers.values_list("pk", flat=True))
