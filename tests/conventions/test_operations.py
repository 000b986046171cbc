"""A convention from the approval to the signature of all, and each refusal."""

import json
from datetime import date
from io import BytesIO
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from basins.tenancy import national
from committees.enums import DecisionOutcome
from conventions import operations, queries
from conventions.enums import CONVENTION_TRANSITIONS, ConventionStatus
from conventions.models import CooperationConvention
from conventions.operations.preparing import SignerWords
from funds.enums import AdvanceStatus
from funds.models import Advance
from projects.enums import ProjectStatus
from projects.models import FollowUpReview, Project
from tests.builders import at, make_decision, make_project

NOW = at(2026, 4, 1)
SIGNED_ON = date(2026, 4, 10)
LATER = at(2026, 4, 12)


def prepared(scene, decision=None):
    return operations.prepare_convention(
        decision_id=(decision or scene.decision).pk, by=scene.operator, at=NOW
    )


def frozen(scene):
    return operations.freeze(convention_id=prepared(scene).pk, by=scene.operator, at=NOW)


def scan(content: bytes | None = None, name: str = "convention.png") -> SimpleUploadedFile:
    if content is None:
        picture = BytesIO()
        Image.new("RGB", (40, 40), "white").save(picture, "PNG")
        content = picture.getvalue()
    return SimpleUploadedFile(name, content)


def signed(scene, convention, **changes):
    asked = {"signed_on": SIGNED_ON, "scan": scan(), "by": scene.operator, "at": LATER, **changes}
    return operations.record_signed(convention_id=convention.pk, **asked)


def events() -> list[str]:
    return list(AuditEvent.objects.values_list("type", flat=True))


# -- Preparing ---------------------------------------------------------------------------------


def test_prepare_computes_the_signers_and_grants_the_advance(scene):
    convention = prepared(scene)
    assert [
        (signer.capacity, signer.organisation, signer.name) for signer in convention.signers.all()
    ] == [
        ("OWNER", scene.project.beneficiary.name, "Dominique Petit"),
        ("COMPANY", "Papeterie des Bauges", "Anne Blanc"),
        ("COMPANY", "Énergie des Alpes", "Bruno Favre"),
        ("FOLLOW_UP_LEAD", "Caisse de Tarentaise", "Hélène Garin"),
        ("PRESIDENT", "Comité d'agrément ALIZE Savoie", "Claude Roux"),
        ("OPERATOR", "CCI de la Savoie", "Alix Morel"),
    ]
    advance = Advance.objects.get()
    assert (advance.status, advance.granted_amount, advance.lines, advance.grace_months) == (
        AdvanceStatus.GRANTED,
        2_000_000,
        30,
        6,
    )
    assert events()[-2:] == ["advance.granted", "convention.prepared"]


def test_prepare_twice_opens_one(scene):
    assert prepared(scene) == prepared(scene)
    assert CooperationConvention.objects.count() == 1


@pytest.mark.parametrize(
    "outcome",
    [outcome for outcome in DecisionOutcome if not outcome.startswith("APPROVED")],
)
def test_prepare_needs_an_approval(scene, outcome):
    decision = make_decision(amount=0, outcome=outcome)
    with pytest.raises(ActionDenied, match="agrément"):
        prepared(scene, decision)


def test_prepare_needs_a_project_that_waits_for_it(scene):
    decision = make_decision(project=make_project(status=ProjectStatus.WITHDRAWN))
    with pytest.raises(ActionDenied, match="n'attend pas de convention"):
        prepared(scene, decision)


def test_without_advance_the_operator_does_not_sign(scene):
    decision = make_decision(amount=0, skills=((scene.mill, "2", "Qualité"),))
    capacities = [signer.capacity for signer in prepared(scene, decision).signers.all()]
    assert capacities == ["OWNER", "COMPANY", "PRESIDENT"]
    assert not Advance.objects.filter(decision=decision).exists()


def test_a_mandate_that_ended_no_longer_signs(scene):
    scene.mill.contacts.update(mandate_until=date(2026, 3, 31))
    [_, company, *_] = prepared(scene).signers.all()
    assert (company.organisation, company.name) == ("Papeterie des Bauges", "")


# -- Draft -------------------------------------------------------------------------------------


def test_a_draft_keeps_what_the_operator_corrects(scene):
    convention = prepared(scene)
    owner = convention.signers.get(capacity="OWNER")
    operations.save_draft(
        convention_id=convention.pk,
        starts_on=date(2026, 5, 1),
        payment_expected_on=date(2026, 5, 15),
        signers={owner.pk: SignerWords("Dominique Le Petit", "Présidente", "d@example.org")},
        by=scene.operator,
        at=NOW,
    )
    owner.refresh_from_db()
    assert (owner.name, owner.function, owner.email) == (
        "Dominique Le Petit",
        "Présidente",
        "d@example.org",
    )


def test_a_payment_is_not_expected_before_the_convention(scene):
    with pytest.raises(InvalidInput, match="prise d'effet") as refusal:
        operations.save_draft(
            convention_id=prepared(scene).pk,
            starts_on=date(2026, 5, 1),
            payment_expected_on=date(2026, 4, 30),
            signers={},
            by=scene.operator,
            at=NOW,
        )
    assert refusal.value.field == "payment_expected_on"


def test_recompute_reads_the_parties_again(scene):
    convention = prepared(scene)
    scene.mill.contacts.update(signs=False)
    operations.recompute_signers(convention_id=convention.pk, by=scene.operator, at=NOW)
    assert convention.signers.get(partner=scene.mill).name == ""


# -- Freezing ----------------------------------------------------------------------------------


def test_freeze_needs_every_name_and_says_which(scene):
    convention = prepared(scene)
    convention.signers.filter(capacity="OWNER").update(name="")
    assert [link.label for link in queries.remaining(convention)] == [
        f"Indiquer qui signe pour {scene.project.beneficiary.name}"
    ]
    with pytest.raises(ActionDenied, match="nom d'un signataire"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)


def test_freeze_waits_for_suspensive_conditions(scene):
    decision = make_decision(conditions=({},))
    convention = prepared(scene, decision)
    with pytest.raises(ActionDenied, match="Produire le bail"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)


def test_freeze_makes_the_document_once_and_tells_each_signer(scene, run_outbox):
    convention = frozen(scene)
    run_outbox()
    convention.refresh_from_db()
    assert convention.document.reference == convention.reference
    known = set(convention.signers.exclude(email="").values_list("email", flat=True))
    with national():
        mails = list(Mail.objects.filter(code="M11"))
    assert {mail.to_email for mail in mails} == known
    assert {mail.subject for mail in mails} == {f"À signer : convention {convention.reference}"}
    assert len(known) == 5
    assert run_outbox() == 0


def test_the_document_says_what_was_frozen(scene, run_outbox):
    convention = frozen(scene)
    Project.objects.filter(pk=scene.project.pk).update(need="Autre chose")
    assert "« Agrandir l’atelier »" in plain(convention.snapshot)
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


# -- Signature ---------------------------------------------------------------------------------


def test_signed_labels_the_project_and_contracts_the_advance(scene, run_outbox):
    convention = signed(scene, frozen(scene))
    scene.project.refresh_from_db()
    advance = Advance.objects.get()
    assert (convention.status, convention.signed_on) == (ConventionStatus.SIGNED, SIGNED_ON)
    assert (scene.project.status, scene.project.labelled_on) == ("LABELLED", SIGNED_ON)
    assert (advance.status, advance.contracted_on) == (AdvanceStatus.CONTRACTED, SIGNED_ON)
    assert FollowUpReview.objects.filter(project=scene.project).count() == 9
    assert {signer.signed_on for signer in convention.signers.all()} == {SIGNED_ON}
    assert convention.scan.content_type == "image/png"
    assert {"advance.contracted", "project.labelled", "convention.signed"} <= set(events())
    run_outbox()
    with national():
        assert Mail.objects.filter(code="M14").count() == 5
        assert Mail.objects.filter(code="M15").count() == 1


def test_a_double_click_signs_once(scene):
    convention = frozen(scene)
    assert signed(scene, convention) == signed(scene, convention)
    assert events().count("convention.signed") == 1
    with pytest.raises(ActionDenied, match="déjà"):
        signed(scene, convention, signed_on=date(2026, 4, 11))


def test_each_signer_may_have_a_date(scene):
    convention = frozen(scene)
    owner = convention.signers.get(capacity="OWNER")
    signed(scene, convention, signer_dates={owner.pk: date(2026, 4, 3)})
    owner.refresh_from_db()
    assert owner.signed_on == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"signed_on": date(2026, 4, 13)}, "signed_on"),
        ({"signed_on": date(2026, 3, 11)}, "signed_on"),
        ({"scan": scan(b"<html>", "convention.pdf")}, "scan"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_done(scene, changes, field):
    convention = frozen(scene)
    with pytest.raises(InvalidInput) as refusal:
        signed(scene, convention, **changes)
    assert refusal.value.field == field
    assert Advance.objects.get().status == AdvanceStatus.GRANTED


def test_a_signer_does_not_sign_after_the_last_signature(scene):
    convention = frozen(scene)
    signer = convention.signers.first()
    with pytest.raises(InvalidInput, match="entre la décision"):
        signed(scene, convention, signer_dates={signer.pk: date(2026, 4, 11)})


def test_a_draft_is_not_signed(scene):
    with pytest.raises(ActionDenied):
        signed(scene, prepared(scene))


def test_a_condition_added_meanwhile_blocks_the_signature(scene):
    convention = frozen(scene)
    scene.decision.conditions.create(kind="SUSPENSIVE", text="Accord de la banque", due_on=NOW)
    with pytest.raises(ActionDenied, match="Accord de la banque"):
        signed(scene, convention)


# -- Cancelling --------------------------------------------------------------------------------


def test_after_a_cancelled_one_another_is_prepared(scene):
    first = frozen(scene)
    operations.cancel(convention_id=first.pk, by=scene.operator, at=NOW)
    second = prepared(scene)
    assert second.reference == f"CC-{scene.project.reference}-2"
    assert Advance.objects.count() == 1


def test_a_signed_one_is_not_cancelled(scene):
    convention = signed(scene, frozen(scene))
    with pytest.raises(ActionDenied):
        operations.cancel(convention_id=convention.pk, by=scene.operator, at=LATER)


ALLOWED = {
    ("DRAFT", "FROZEN"),
    ("DRAFT", "CANCELLED"),
    ("FROZEN", "SIGNED"),
    ("FROZEN", "CANCELLED"),
}


@pytest.mark.parametrize(("old", "new"), list(product(ConventionStatus.values, repeat=2)))
def test_the_states_of_a_convention(old, new):
    assert CONVENTION_TRANSITIONS.allows(old, new) is ((old, new) in ALLOWED)
