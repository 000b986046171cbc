"""Who may sign is read on the day they sign, and what may be signed no more says so."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from basins.homes import Visitor
from basins.models import Membership
from basins.tenancy import national
from conventions import operations
from conventions.amendment_screen import amendment_screen
from conventions.home import conventions_room
from conventions.models import Amendment
from conventions.partnership_screen import partnership_screen
from conventions.queries.lists import convention_rows
from conventions.screen import convention_screen
from partners.models import Mandate, Partner
from projects.models import Project
from signatures import operations as signatures
from signatures import permissions
from signatures.home import signatures_room
from signatures.queries import circuit_screen, short_mandates
from tests.builders import at
from tests.committees.test_packs import a_pdf
from tests.conventions.cooperating import LATER, NOW, SIGNED_ON, UNTIL, frozen, ready
from tests.conventions.founding import TODAY
from tests.conventions.founding import frozen as frozen_founding
from tests.conventions.supporting import freeze, launch, save

DAY = timedelta(days=1)
OPERATOR = frozenset({Role.OPERATOR})


def on_paper(scene, circuit, *signers, on, by=None):
    return signatures.record_paper(
        circuit_id=circuit.pk,
        signer_ids=[signer.pk for signer in signers],
        signed_on=on,
        scan=SimpleUploadedFile("signée.pdf", a_pdf(1)),
        by=scene.operator,
        at=LATER,
    )


def asked(visitor, room=conventions_room) -> list[str]:
    return [todo.label for _, todo in room(visitor).todos]


@pytest.fixture
def circuit(scene):
    convention = ready(scene)
    paper = set(convention.signers.values_list("pk", flat=True))
    launched = operations.launch(
        convention_id=convention.pk, expires_on=UNTIL, paper=paper, by=scene.operator, at=NOW
    )
    return launched.circuit


# -- On the day they sign -------------------------------------------------------------------------
def test_a_mandate_that_ends_after_the_launch_is_compared_with_the_day_of_the_signature(
    scene, circuit
):
    signer = circuit.signers.get(name="Anne Blanc")
    Mandate.objects.filter(contact__partner=scene.mill).update(ends_on=SIGNED_ON - DAY)
    permissions.sign(signer, on=SIGNED_ON - DAY)
    with pytest.raises(ActionDenied, match="n'a plus cours"):
        permissions.sign(signer, on=SIGNED_ON)
    with pytest.raises(ActionDenied, match="ne pouvez plus refuser"):
        permissions.refuse(signer, on=SIGNED_ON)
    with pytest.raises(InvalidInput, match="d'Anne Blanc ne couvre pas le 10/04/2026"):
        on_paper(scene, circuit, signer, on=SIGNED_ON)
    visitor = Visitor(scene.operator, OPERATOR, SIGNED_ON)
    reference = circuit.document.reference
    said = f"Téléphoner à Anne Blanc : son mandat ne permet plus de signer {reference}"
    assert said in asked(visitor, signatures_room)
    on_paper(scene, circuit, signer, on=SIGNED_ON - DAY)


def test_a_mandate_renewed_after_the_launch_lets_its_holder_sign(scene):
    convention, contact = ready(scene), scene.mill.contacts.get()
    contact.mandates.update(ends_on=SIGNED_ON)
    paper = set(convention.signers.values_list("pk", flat=True))
    asked_for = {"by": scene.operator, "at": NOW}
    circuit = operations.launch(
        convention_id=convention.pk, expires_on=SIGNED_ON, paper=paper, **asked_for
    ).circuit
    signatures.extend(circuit_id=circuit.pk, expires_on=SIGNED_ON + 30 * DAY, **asked_for)
    circuit.refresh_from_db()
    signer, day = circuit.signers.get(name="Anne Blanc"), SIGNED_ON + 2 * DAY
    reference = circuit.document.reference
    said = f"Téléphoner à Anne Blanc : son mandat ne permet plus de signer {reference}"
    visitor = Visitor(scene.operator, OPERATOR, day)
    assert said in asked(visitor, signatures_room)
    with pytest.raises(ActionDenied, match="10 avril 2026 : déléguez"):
        permissions.sign(signer, on=day)
    assert short_mandates(circuit) == ["Anne Blanc, le 10/04/2026"]
    Mandate.objects.create(contact=contact, kind="STATUTORY", starts_on=day)
    assert short_mandates(circuit) == []
    lines = circuit_screen(circuit, scene.operator, OPERATOR, on=day).lines
    assert [line.mandate for line in lines if line.name == "Anne Blanc"] == ["Représentant légal"]
    before = circuit_screen(circuit, scene.operator, OPERATOR, on=day - 2 * DAY).lines
    assert "Représentant légal, jusqu'au 10/04/2026" in [line.mandate for line in before]
    assert said not in asked(visitor, signatures_room)
    for check in (permissions.sign, permissions.refuse):
        check(signer, on=day)
        assert not check.allows(signer, on=day - DAY)
    with pytest.raises(InvalidInput, match="d'Anne Blanc ne couvre pas le 11/04/2026"):
        on_paper(scene, circuit, signer, on=day - DAY)
    scan = on_paper(scene, circuit, signer, on=day)
    signatures.confirm_paper(circuit_id=circuit.pk, scan_id=scan.pk, by=scene.finance, at=LATER)
    signer.refresh_from_db()
    assert (signer.status, signer.mandate_ends_on) == ("SIGNED", None)
    kinds = signer.events.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["MANDATE_RENEWED", "PAPER_RECORDED", "SIGNED"]


def test_the_database_renews_only_a_mandate_that_ends(scene, circuit):
    lines = circuit.signers.filter(name="Anne Blanc")
    with pytest.raises(IntegrityError, match="is that of the launch"), transaction.atomic():
        lines.update(mandate_kind="Délégation", mandate_sha256="")


def test_a_presidency_that_passes_on_after_the_launch_signs_no_more(scene, circuit):
    first = list(circuit.signers.filter(order=1))
    scan = on_paper(scene, circuit, *first, on=SIGNED_ON)
    signatures.confirm_paper(circuit_id=circuit.pk, scan_id=scan.pk, by=scene.finance, at=LATER)
    president = circuit.signers.get(order=2)
    with national():
        Membership.objects.filter(person=scene.president).update(ends_on=SIGNED_ON)
    permissions.sign(president, on=SIGNED_ON)
    with pytest.raises(ActionDenied, match=r"désignation à la présidence\. Demandez"):
        permissions.sign(president, on=SIGNED_ON + DAY)
    with pytest.raises(InvalidInput, match="Claude Roux ne couvre pas le 11/04/2026"):
        on_paper(scene, circuit, president, on=SIGNED_ON + DAY)
    on_paper(scene, circuit, president, on=SIGNED_ON)


def test_the_same_holds_of_an_amendment(scene, in_force):
    today = timezone.localdate()
    circuit = launch(scene, freeze(scene, save(scene, in_force, changes="Un point."))).circuit
    signer = circuit.signers.get(name="Anne Blanc")
    permissions.sign(signer, on=today)
    contact = scene.mill.contacts.get()
    contact.is_active = False
    contact.save()
    with pytest.raises(ActionDenied, match="n'a plus cours"):
        permissions.sign(signer, on=today)


# -- What may be signed no more --------------------------------------------------------------------
def test_a_frozen_amendment_that_would_have_no_effect_says_why_and_what_to_do(scene, in_force):
    amendment = freeze(scene, save(scene, in_force, jobs_created="9"))
    today = timezone.localdate()
    visitor = Visitor(scene.operator, OPERATOR, today)

    def said() -> tuple[str, str, list[str]]:
        header = amendment_screen(Amendment.objects.get(pk=amendment.pk), OPERATOR, on=today).header
        return header.status.label, header.now, asked(visitor)

    label, now, todos = said()
    assert (label, "Lancez la signature" in now) == ("Prêt à signer", True)
    assert todos[0].startswith("Faire signer l'avenant n° 1")
    Project.objects.filter(pk=in_force.project_id).update(status="REVIEW_DUE")
    label, now, todos = said()
    assert label == "À revoir"
    assert now.endswith("Celle-ci ne s'y prête plus : annulez cet avenant.")
    assert todos[0].startswith("Revoir l'avenant n° 1")
    convention = type(in_force).objects.get(pk=in_force.pk)
    [line] = convention_screen(convention, visitor).amendments
    assert line[2].label == "À revoir"


def test_a_frozen_convention_whose_decision_stands_no_more_says_so(scene):
    convention = frozen(scene)
    header = convention_screen(
        convention, Visitor(scene.operator, OPERATOR, timezone.localdate())
    ).header
    assert header.status.label == "Prête à signer"
    scene.decision.lapsed_at = at(2026, 4, 2)
    scene.decision.save()
    convention = type(convention).objects.get(pk=convention.pk)
    header = convention_screen(
        convention, Visitor(scene.operator, OPERATOR, timezone.localdate())
    ).header
    assert (header.status.label, "Lancez" in header.now) == ("À revoir", False)
    [row] = convention_rows(type(convention).objects.all())
    assert row.status.label == "À revoir"


def test_a_frozen_partnership_below_four_companies_says_so(draft, basin):
    convention = frozen_founding(basin, draft)
    Partner.objects.filter(name="Entreprise 3").update(left_on=TODAY)
    header = partnership_screen(convention, OPERATOR, on=TODAY).header
    assert header.status.label == "À revoir"
    assert "Rouvrez le texte, complétez les parties" in header.now
    visitor = Visitor(basin.operator, OPERATOR, TODAY)
    assert "Revoir la convention de partenariat n° 1" in asked(visitor)
