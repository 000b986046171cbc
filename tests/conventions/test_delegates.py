"""Whom a signer may delegate to: those whose mandate is on record, or somebody they name (P4)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from partners.models import Mandate
from signatures import owners
from tests.builders import make_contact, make_person
from tests.conftest import VisitorClient
from tests.conventions.cooperating import launch, ready
from tests.matrix.files import stored
from tests.signatures.conftest import signer_of, token_of
from tests.signatures.test_views import upload
from tests.words import plain

UNTIL = date(2031, 12, 31)


@pytest.fixture
def anne(scene):
    """A signer whose company has given a delegation to somebody else."""
    paul = make_person(first_name="Paul", last_name="Petit")
    contact = make_contact(scene.mill, person=paul, function="Secrétaire général", signs=False)
    contact.signs = True
    contact.save()
    now = timezone.now()
    Mandate.objects.create(
        contact=contact,
        kind="DELEGATION",
        starts_on=date(2026, 1, 1),
        ends_on=UNTIL,
        document=stored("arrêté", now),
    )
    expires_on = timezone.localdate(now) + timedelta(days=30)
    circuit = launch(scene, ready(scene), expires_on=expires_on, at=now).circuit
    return signer_of(circuit, "Anne Blanc")


def page_of(signer) -> str:
    return f"/signer/{token_of(signer, when=timezone.now())}/"


def test_those_on_record_for_the_same_partner_are_offered_never_oneself(scene, anne):
    [paul] = owners.delegates(anne, on=timezone.localdate())
    assert (paul.name, paul.function, paul.ends_on) == ("Paul Petit", "Secrétaire général", UNTIL)
    assert owners.delegates(anne, on=UNTIL + timedelta(days=1)) == []
    owner = anne.circuit.signers.get(organisation=scene.project.beneficiary.name)
    assert owners.delegates(owner, on=timezone.localdate()) == []


def test_one_is_chosen_without_typing_and_with_the_act_that_is_kept(anne):
    visit, page = VisitorClient(), page_of(anne)
    shown = plain(visit.get(f"{page}deleguer/"))
    assert "Paul Petit, Secrétaire général (délégation de signature, jusqu'au" in shown
    assert "Une autre personne" in shown
    [paul] = owners.delegates(anne, on=timezone.localdate())
    assert visit.post(f"{page}deleguer/", {"who": paul.key}).url == page
    asked = anne.delegations.get()
    assert (asked.name, asked.function, asked.email) == (paul.name, paul.function, paul.email)
    assert (asked.mandate_id, asked.ends_on) == (paul.document_id, UNTIL)


def test_another_is_named_with_the_paper(anne):
    visit, page = VisitorClient(), page_of(anne)
    refused = visit.post(f"{page}deleguer/", {"who": "autre", "name": "Rose Petit"})
    assert refused.status_code == 422
    assert "Joignez le document" in plain(refused)
    assert 'value="Rose Petit"' in plain(refused)
    assert visit.post(f"{page}deleguer/", {"who": "999"}).status_code == 422
    named = {"name": "Rose Petit", "function": "Secrétaire", "email": "rose@example.org"}
    named |= {"who": "autre", "starts_on": "01/01/2026", "mandate": upload()}
    assert visit.post(f"{page}deleguer/", named).url == page
    assert anne.delegations.get().name == "Rose Petit"


def test_a_mandate_on_record_without_its_act_asks_for_it(scene, anne):
    """A legal representative has none."""
    contact = make_contact(scene.mill, person=make_person(first_name="Eva", last_name="Prat"))
    visit, page = VisitorClient(), page_of(anne)
    chosen = {"who": str(contact.mandates.get().pk)}
    refused = visit.post(f"{page}deleguer/", chosen)
    assert refused.status_code == 422
    assert "Joignez le document" in plain(refused)
    assert visit.post(f"{page}deleguer/", {**chosen, "mandate": upload()}).url == page
    assert anne.delegations.get().name == "Eva Prat"
