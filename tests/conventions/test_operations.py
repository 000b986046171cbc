"""A convention signed by all, then its effect; cancelled, reopened, and its states."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import StoredFile
from alize.notifications.models import Mail
from basins.enums import Role
from basins.homes import Visitor
from basins.models import Membership
from basins.tenancy import national
from conventions import operations, queries
from conventions.enums import AGREEMENT_TRANSITIONS, AgreementStatus
from conventions.operations.preparing import SignerWords
from funds.enums import AdvanceStatus
from funds.models import Advance
from partners.enums import MandateKind
from partners.models import Mandate
from projects.models import FollowUpReview
from projects.queries import header_of
from signatures import documents as evidence
from signatures import operations as signatures
from signatures.queries import keeping
from tests.builders import at, make_seat, make_user
from tests.committees.test_packs import a_pdf
from tests.conventions.conftest import signed_on_paper
from tests.conventions.cooperating import (
    LATER,
    NOW,
    SIGNED_ON,
    UNTIL,
    events,
    frozen,
    launch,
    paper_of,
    prepared,
    ready,
    signed,
)
from tests.conventions.documents import with_document
from tests.matrix.files import stored


def test_a_launch_invites_everybody_but_the_presidency(scene):
    operators = ready(scene).signers.filter(capacity="OPERATOR")
    convention = launch(scene, prepared(scene), paper=set(operators.values_list("pk", flat=True)))
    circuit = convention.circuit
    assert convention.status == AgreementStatus.SIGNING
    lines = circuit.signers.order_by("rank").values_list("name", "status", "order", "on_paper")
    assert list(lines) == [
        ("Dominique Petit", "INVITED", 1, False),
        ("Anne Blanc", "INVITED", 1, False),
        ("Bruno Favre", "INVITED", 1, False),
        ("Hélène Garin", "INVITED", 1, False),
        ("Claude Roux", "WAITING", 2, False),
        ("Alix Morel", "INVITED", 1, True),
    ]
    text = convention.snapshot
    assert (circuit.text_title, circuit.text_version, circuit.text_sha256) == (
        "Convention de coopération et développement", text["version"], text["version_sha256"]
    )  # fmt: skip
    assert ["Avance remboursable", "20\u202f000\xa0€ (vingt mille euros)"] in circuit.summary
    with pytest.raises(ActionDenied, match="déjà en signature"):
        launch(scene, convention)


def test_the_file_says_how_many_have_signed(scene):
    convention = launch(scene, ready(scene))
    visitor = Visitor(scene.operator, frozenset({Role.OPERATOR}), NOW.date())
    said = header_of(visitor, convention.project).now
    assert said == "La convention est en signature : 0\u00a0signature sur 6."


def test_who_signs_for_a_partner_does_so_under_the_mandate_that_it_keeps(scene):
    act = stored("délibération", NOW)
    since, until = date(2025, 2, 3), date(2028, 2, 2)
    Mandate.objects.filter(contact__partner=scene.mill).update(
        kind="DELIBERATION", starts_on=since, ends_on=until, document=act
    )
    draft = prepared(scene)
    company = draft.signers.get(partner=scene.mill)

    def save(name):
        renamed(scene, draft, company, name)
        return (company.mandate, company.mandate_since, company.mandate_sha256)

    label = MandateKind.DELIBERATION.label
    with pytest.raises(InvalidInput, match="recalculés"):
        mandated(scene, company)
    assert save("Autre Personne") == ("", None, "")
    assert save("Anne Blanc") == (label, since, act.sha256)
    circuit = launch(scene, ready(scene), paper=paper_of(draft)).circuit
    signer = circuit.signers.get(rank=company.rank)
    assert (signer.mandate_kind, signer.mandate_starts_on, signer.mandate_ends_on) == (
        label, since, until
    )  # fmt: skip


def renamed(scene, draft, signer, name, function=""):
    operations.save_draft(
        convention_id=draft.pk,
        starts_on=date(2026, 5, 1),
        payment_expected_on=date(2026, 5, 15),
        signers={signer.pk: SignerWords(name, function, "x@example.org")},
        by=scene.operator,
        at=NOW,
    )
    signer.refresh_from_db()


def mandated(scene, signer, **said):
    act = SimpleUploadedFile("acte.pdf", a_pdf(1), "application/pdf")
    said = {"kind": "DELEGATION", "starts_on": date(2026, 3, 3), "ends_on": None} | said
    operations.mandate_signer(
        convention_id=signer.convention_id,
        signer_id=signer.pk,
        **{"document": act} | said,
        by=scene.operator,
        at=NOW,
    )
    signer.refresh_from_db()


def test_who_signs_for_no_partner_does_so_under_an_act_too(scene):
    scene.project.owner_function = "Directrice du développement"
    scene.project.save()
    draft = prepared(scene)
    owner = draft.signers.get(capacity="OWNER")
    assert owner.mandate == ""
    with pytest.raises(InvalidInput, match="Joignez l'acte"):
        mandated(scene, owner, document=None)
    with pytest.raises(InvalidInput, match="précède la date de début"):
        mandated(scene, owner, ends_on=date(2026, 3, 2))
    with pytest.raises(IntegrityError, match="given_by_an_act_has_it"), transaction.atomic():
        draft.signers.filter(pk=owner.pk).update(mandate="Délégation du 3 mars")
    mandated(scene, owner)
    act = StoredFile.objects.get()
    operations.recompute_signers(convention_id=draft.pk, by=scene.operator, at=NOW)
    owner = draft.signers.get(capacity="OWNER")
    assert (owner.mandate, owner.mandate_sha256) == ("Délégation de signature", act.sha256)
    circuit = launch(scene, ready(scene), paper=paper_of(draft)).circuit
    signer = circuit.signers.get(rank=owner.rank)
    assert signer.mandate_starts_on == date(2026, 3, 3)
    assert signer.mandate_sha256 == act.sha256
    assert evidence._mandate(signer) == "Délégation de signature, depuis le 03/03/2026"
    assert act in [paper for _, paper in keeping._papers(circuit)]


def test_somebody_else_takes_over_no_mandate(scene):
    draft = prepared(scene)
    owner = draft.signers.get(capacity="OWNER")
    mandated(scene, owner)
    renamed(scene, draft, owner, "Camille Autre", "Directrice du développement")
    assert (owner.mandate, owner.mandate_since, owner.mandate_sha256) == ("", None, "")
    renamed(scene, draft, owner, "Dominique Petit", "Gérante")
    assert owner.mandate == "Représentant légal"
    renamed(scene, draft, owner, "Dominique Petit", "Directrice commerciale")
    assert owner.mandate == "", "she signs by her office no more"
    draft.signers.filter(pk=owner.pk).update(name="")
    with pytest.raises(InvalidInput, match="Indiquez d'abord qui signe"):
        mandated(scene, owner)


def test_a_launch_lists_who_cannot_sign(scene):
    prepared(scene).signers.filter(capacity="OPERATOR").update(email="")
    convention = ready(scene)
    mandates = Mandate.objects.filter(contact__partner__in=[scene.mill, scene.dam])
    mandates.update(ends_on=date(2026, 5, 1))
    with pytest.raises(InvalidInput) as refused:
        launch(scene, convention)
    signers = queries.signers_on(convention, on=NOW.date())
    assert [link.label for link in queries.unready_signers(signers, until=UNTIL)] == [
        "Prolonger le mandat d'Anne Blanc (Papeterie des Bauges), qui s'arrête le 01/05/2026",
        "Prolonger le mandat de Bruno Favre (Énergie des Alpes), qui s'arrête le 01/05/2026",
    ]
    assert "Anne Blanc" in refused.value.reason
    assert "Bruno Favre" in refused.value.reason
    assert "Alix Morel (CCI de la Savoie) : adresse électronique" in refused.value.reason
    # The mandate is not in the frozen text: made longer, it holds.
    mandates.update(ends_on=None)
    paper = set(convention.signers.filter(email="").values_list("pk", flat=True))
    assert launch(scene, convention, paper=paper).status == AgreementStatus.SIGNING


def test_a_launch_reads_again_the_mandates_of_the_lead_and_of_the_operator(scene):
    convention = ready(scene)
    kept = Mandate.objects.filter(contact__partner__in=[scene.bank, scene.chamber])
    kept.update(ends_on=date(2026, 3, 31))
    with pytest.raises(InvalidInput) as refused:
        launch(scene, convention)
    for name in ("Hélène Garin", "Alix Morel"):
        assert f"{name} (" in refused.value.reason
    signers = queries.signers_on(convention, on=NOW.date())
    asked = {link.url for link in queries.unready_signers(signers, until=UNTIL)}
    assert asked == {
        f"/bassins/savoie/partenaires/{one.pk}/" for one in (scene.bank, scene.chamber)
    }
    kept.update(ends_on=None)
    assert launch(scene, convention).status == AgreementStatus.SIGNING


def test_a_launch_is_refused_once_the_seat_of_the_presidency_is_over(scene):
    seat = make_seat(partner=scene.mill, holder=scene.president, ends_on=NOW.date())
    convention = ready(scene)
    paper = set(convention.signers.values_list("pk", flat=True))
    assert convention.signers.get(capacity="PRESIDENT").mandate_until == NOW.date()
    with pytest.raises(InvalidInput, match=r"Claude Roux .* mandat qui s'arrête le 01/04/2026"):
        launch(scene, convention, paper=paper, at=LATER)
    signers = queries.signers_on(convention, on=LATER.date())
    [link] = queries.unready_signers(signers, until=UNTIL)
    assert link.label.startswith("Prolonger le mandat de Claude Roux")
    since = seat.ends_on + timedelta(days=1)
    make_seat(partner=scene.mill, holder=scene.president, starts_on=since)
    assert launch(scene, convention, paper=paper, at=LATER).status == AgreementStatus.SIGNING


def test_a_launch_is_refused_once_the_presidency_has_passed_to_another(scene):
    convention = ready(scene)
    paper = set(convention.signers.values_list("pk", flat=True))
    with national():
        Membership.objects.filter(person=scene.president).update(ends_on=NOW.date())
    with pytest.raises(InvalidInput, match=r"Claude Roux .* mandat manquant"):
        launch(scene, convention, paper=paper, at=LATER)
    signers = queries.signers_on(convention, on=LATER.date())
    assert [link.label for link in queries.unready_signers(signers, until=UNTIL)] == [
        "Recalculer les signataires : Claude Roux ne préside plus le comité"
    ]
    make_user(Role.PRESIDENT, basin=scene.basin, first_name="Léa", last_name="Bon")
    operations.reopen(convention_id=convention.pk, by=scene.operator, at=LATER)
    operations.recompute_signers(convention_id=convention.pk, by=scene.operator, at=LATER)
    assert convention.signers.get(capacity="PRESIDENT").name == "Léa Bon"


def test_a_launch_waits_for_the_document(scene):
    with pytest.raises(ActionDenied, match="pas encore produit"):
        launch(scene, frozen(scene))


def test_sealed_labels_the_project_and_contracts_the_advance(scene, run_outbox):
    with national():
        staff = make_user(Role.NATIONAL_STAFF)
    convention = signed(scene, run_outbox)
    scene.project.refresh_from_db()
    advance = Advance.objects.get()
    assert (convention.status, convention.signed_on) == (AgreementStatus.SIGNED, SIGNED_ON)
    assert (scene.project.status, scene.project.labelled_on) == ("LABELLED", SIGNED_ON)
    assert (advance.status, advance.contracted_on) == (AdvanceStatus.CONTRACTED, SIGNED_ON)
    assert FollowUpReview.objects.filter(project=scene.project).count() == 9
    assert {signer.signed_on for signer in convention.signers.all()} == {SIGNED_ON}
    assert {"advance.contracted", "project.labelled", "convention.signed"} <= set(events())
    operations.conclude(convention_id=convention.pk, by=scene.operator, at=LATER)
    assert events().count("convention.signed") == 1
    with national():
        assert Mail.objects.filter(code="M14").count() == 6
        assert Mail.objects.filter(code="M15").count() == 1
        told = Mail.objects.filter(code="M57").values_list("to_email", flat=True)
        acting = [scene.operator, scene.finance, scene.lead, staff]
        assert sorted(told) == sorted(person.email for person in acting)
    with pytest.raises(ActionDenied):
        operations.cancel(convention_id=convention.pk, by=scene.operator, at=LATER)


def test_a_condition_added_meanwhile_holds_the_effect_back(scene, run_outbox, client_as):
    convention = ready(scene)
    condition = scene.decision.conditions.create(
        kind="SUSPENSIVE", text="Accord de la banque", due_on=NOW
    )
    with pytest.raises(ActionDenied, match="Accord de la banque"):
        launch(scene, convention)
    condition.delete()
    signed_on_paper(scene, convention, on=SIGNED_ON, at=LATER)
    scene.decision.conditions.create(kind="SUSPENSIVE", text="Produire le bail", due_on=NOW)
    run_outbox()
    convention.refresh_from_db()
    assert convention.circuit.status == "SEALED"
    assert convention.status == AgreementStatus.SIGNING
    assert Advance.objects.get().status == AdvanceStatus.GRANTED
    with pytest.raises(ActionDenied, match="Produire le bail"):
        operations.conclude(convention_id=convention.pk, by=scene.operator, at=LATER)
    lifted_on, lifted_at = date(2026, 5, 2), at(2026, 5, 2)
    scene.decision.conditions.update(lifted_at=lifted_at, lifted_by=scene.operator, proof="bail")
    client = client_as(Role.OPERATOR, user=scene.operator)
    url = f"/bassins/savoie/conventions/{convention.reference}/constater/"
    asked = client.get(url).context["confirmation"]
    assert asked.effects[0] == f"{scene.project.beneficiary.name} est labellisée."
    assert set(asked.told) == {*map(str, (scene.lead, scene.operator, scene.finance)), "ASTREES"}
    operations.conclude(convention_id=convention.pk, by=scene.operator, at=lifted_at)
    scene.project.refresh_from_db()
    advance = Advance.objects.get()
    assert (advance.contracted_on, scene.project.labelled_on) == (lifted_on, lifted_on)


def test_not_all_signed_has_no_effect(scene):
    paper = set(ready(scene).signers.values_list("pk", flat=True))
    convention = launch(scene, prepared(scene), paper=paper)
    with pytest.raises(ActionDenied, match="Toutes les parties"):
        operations.conclude(convention_id=convention.pk, by=scene.operator, at=LATER)


# -- Cancelling --------------------------------------------------------------------------------


def test_after_a_cancelled_one_another_is_prepared(scene):
    first = frozen(scene)
    operations.cancel(convention_id=first.pk, by=scene.operator, at=NOW)
    second = prepared(scene)
    assert second.reference == f"CC-{scene.project.reference}-2"
    assert Advance.objects.count() == 1


def test_the_advance_follows_a_decision_rectified_between_two_conventions(scene):
    first = prepared(scene)
    operations.cancel(convention_id=first.pk, by=scene.operator, at=NOW)
    scene.decision.amount = 1_000_000
    scene.decision.save(update_fields=["amount"])
    prepared(scene)
    assert Advance.objects.get().granted_amount == 1_000_000
    assert events().count("advance.granted") == 2


def test_cancelling_ends_the_circuit_and_another_may_be_launched(scene):
    paper = set(ready(scene).signers.values_list("pk", flat=True))
    convention = launch(scene, prepared(scene), paper=paper)
    first = convention.circuit
    signatures.cancel(circuit_id=first.pk, reason="Ordre à revoir", by=scene.operator, at=NOW)
    again = launch(scene, convention, paper=paper)
    assert again.circuit != first
    operations.cancel(convention_id=convention.pk, by=scene.operator, at=NOW)
    again.circuit.refresh_from_db()
    assert again.circuit.status == "CANCELLED"


def test_reopened_a_text_is_corrected_then_frozen_and_signed_anew(scene, run_outbox):
    convention = frozen(scene)
    for _ in range(2):
        operations.reopen(convention_id=convention.pk, by=scene.operator, at=NOW)
    # The PDF asked for by the first freezing is not made of a draft.
    run_outbox()
    convention.refresh_from_db()
    assert (convention.status, convention.document, convention.snapshot) == ("DRAFT", None, None)
    company = convention.signers.filter(capacity="COMPANY").first()
    convention.signers.filter(pk=company.pk).update(function="Direction")
    operations.freeze(convention_id=convention.pk, by=scene.operator, at=LATER)
    again = launch(scene, with_document(convention, NOW), paper=paper_of(convention))
    with pytest.raises(ActionDenied, match="annulez d'abord son circuit"):
        operations.reopen(convention_id=convention.pk, by=scene.operator, at=NOW)
    signatures.cancel(circuit_id=again.circuit.pk, reason="Erreur", by=scene.operator, at=NOW)
    draft = operations.reopen(convention_id=convention.pk, by=scene.operator, at=NOW)
    assert (draft.status, draft.circuit, draft.frozen_at) == ("DRAFT", None, None)
    assert events().count("convention.reopened") == 2


ALLOWED = {
    ("DRAFT", "FROZEN"),
    ("DRAFT", "CANCELLED"),
    ("FROZEN", "SIGNING"),
    ("FROZEN", "CANCELLED"),
    ("FROZEN", "DRAFT"),
    ("SIGNING", "DRAFT"),
    ("SIGNING", "SIGNED"),
    ("SIGNING", "CANCELLED"),
}


@pytest.mark.parametrize(("old", "new"), list(product(AgreementStatus.values, repeat=2)))
def test_the_states_of_a_convention(old, new):
    assert AGREEMENT_TRANSITIONS.allows(old, new) is ((old, new) in ALLOWED)
