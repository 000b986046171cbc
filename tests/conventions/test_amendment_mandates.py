"""Under what somebody of no partner signs an amendment: an act that the amendment keeps."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import StoredFile
from basins.enums import Role
from basins.models import LocalOperator
from basins.tenancy import national
from conventions import operations
from conventions.documents.agreements import remaining_of_amendment
from conventions.models import Amendment, AmendmentMandate
from conventions.queries import lines_on, unready_lines
from partners.models import Partner
from projects.models import Project
from tests.committees.test_packs import a_pdf
from tests.conventions.supporting import freeze, launch, save

HOME = "/bassins/savoie/conventions/avenants/"


@pytest.fixture
def amendment(scene, in_force) -> Amendment:
    """Prepared once somebody else runs the company, whose office does not bind it by law."""
    Project.objects.filter(pk=scene.project.pk).update(
        owner_name="Lou Martin", owner_function="Directrice du développement"
    )
    return save(scene, in_force, changes="Un point mensuel.")


def act():
    return SimpleUploadedFile("acte.pdf", a_pdf(1), "application/pdf")


def given(scene, amendment, **said):
    said = {"kind": "DELEGATION", "starts_on": timezone.localdate(), "ends_on": None} | said
    operations.mandate_party(
        amendment_id=amendment.pk,
        **{"rank": 0, "name": "Lou Martin", "document": act()} | said,
        by=scene.operator,
        at=timezone.now(),
    )


def left(amendment) -> list[tuple[str, str]]:
    fresh = Amendment.objects.get(pk=amendment.pk)
    return [
        (link.label, link.url) for link in remaining_of_amendment(fresh, on=timezone.localdate())
    ]


def test_a_new_owner_signs_under_the_act_that_the_amendment_keeps(scene, amendment, client_as):
    page = f"{HOME}{amendment.pk}/signataires/0/mandat/"
    assert left(amendment) == [("Enregistrer le mandat de Lou Martin", page)]
    with pytest.raises(ActionDenied, match="Enregistrer le mandat de Lou Martin"):
        freeze(scene, amendment)
    operator = client_as(Role.OPERATOR, user=scene.operator)
    assert page in operator.get(f"{HOME}{amendment.pk}/").content.decode()
    assert "Lou Martin, " in operator.get(page).content.decode()
    day = f"{timezone.localdate():%d/%m/%Y}"
    typed = {"kind": "DELEGATION", "starts_on": day, "name": "Lou Martin"}
    refused = operator.post(page, typed)
    assert refused.status_code == 422
    assert "Joignez l&#x27;acte" in refused.content.decode()
    another = operator.post(page, typed | {"name": "Dominique Petit", "document": act()})
    assert "Une autre personne signe désormais" in another.content.decode()
    answer = operator.post(page, typed | {"document": act()})
    assert answer["Location"] == f"{HOME}{amendment.pk}/"
    assert left(amendment) == []
    assert "Remplacer le mandat de Lou Martin" in operator.get(answer["Location"]).content.decode()
    launched = launch(scene, freeze(scene, amendment))
    owner = launched.circuit.signers.get(name="Lou Martin")
    # The act that was refused may be the same to the byte, where both are sent within a second.
    kept = StoredFile.objects.filter(sha256=owner.mandate_sha256).latest("pk")
    assert (owner.mandate_kind, kept.name) == ("Délégation de signature", "acte.pdf")
    assert operator.get(page)["Location"] == f"{HOME}{amendment.pk}/"


def test_said_again_it_replaces_the_first_and_is_that_of_one_person(scene, amendment):
    given(scene, amendment)
    soon = timezone.localdate() + timedelta(days=3)
    given(scene, amendment, ends_on=soon)
    assert AmendmentMandate.objects.get().mandate_until == soon
    Project.objects.filter(pk=scene.project.pk).update(owner_name="Camille Autre")
    assert [label for label, _ in left(amendment)] == ["Enregistrer le mandat de Camille Autre"]
    with pytest.raises(InvalidInput, match="Une autre personne signe désormais"):
        given(scene, Amendment.objects.get(pk=amendment.pk))


def test_an_operator_that_is_no_partner_signs_under_an_act_too(scene, amendment):
    given(scene, amendment)
    Partner.objects.filter(pk=scene.chamber.pk).update(name="Chambre de commerce")
    with national():
        LocalOperator.objects.filter(basin=scene.basin).update(representative="Sacha Rey")
    [(label, page)] = left(amendment)
    assert label == "Enregistrer le mandat de Sacha Rey"
    rank = int(page.split("/")[-3])
    given(scene, Amendment.objects.get(pk=amendment.pk), rank=rank, name="Sacha Rey")
    assert left(amendment) == []
    with national():
        LocalOperator.objects.filter(basin=scene.basin).update(name="Agence", representative="")
    assert left(amendment) == [("Dire qui signe pour Agence", basin_reverse("partner_create"))]


def test_who_may_not_sign_for_long_is_mended_in_the_text_itself(scene, amendment, client_as):
    given(scene, amendment, ends_on=timezone.localdate() + timedelta(days=3))
    page = f"{HOME}{amendment.pk}/"
    operator = client_as(Role.OPERATOR, user=scene.operator)
    shown = operator.get(f"{page}geler/").content.decode()
    assert f"{page}signataires/0/mandat/" in shown
    frozen = freeze(scene, amendment)
    until = timezone.localdate() + timedelta(days=30)
    lines = lines_on(frozen, on=timezone.localdate())
    [link] = unready_lines(lines, until=until, own=lambda rank: f"{page}{rank}")
    assert link.label.startswith("Prolonger le mandat de Lou Martin")
    assert link.url == f"{page}0"


def test_frozen_the_mandate_no_longer_changes(scene, amendment):
    given(scene, amendment)
    freeze(scene, amendment)
    with pytest.raises(ActionDenied, match="gelé"):
        given(scene, amendment)
    held = AmendmentMandate.objects.filter(amendment=amendment)
    with pytest.raises(IntegrityError, match="no draft any more"), transaction.atomic():
        held.update(name="Autre")
    with pytest.raises(IntegrityError, match="no draft any more"), transaction.atomic():
        held.get().delete()


def test_the_database_wants_the_act_of_a_mandate(scene, amendment):
    said = {
        "amendment": amendment,
        "capacity": "OWNER",
        "organisation": "Atelier",
        "name": "Lou Martin",
        "mandate": "Délégation de signature",
        "mandate_since": timezone.localdate(),
    }
    with pytest.raises(IntegrityError, match="given_by_an_act_has_it"), transaction.atomic():
        AmendmentMandate.objects.create(**said)
