"""A signature on paper contested after the seal: what waits for it, and what follows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import of
from alize.seals.enums import Standing
from alize.seals.models import SealStanding
from basins.enums import Role
from basins.homes import Visitor
from basins.tenancy import national
from conventions import operations
from conventions.home import conventions_room
from conventions.models import CooperationConvention, ToldStanding
from funds import permissions
from funds.models import Advance, Precondition
from funds.operations import meet_precondition
from network.models import BasinState
from projects.models import Project
from signatures import operations as signatures
from signatures.enums import EventKind, Settlement
from signatures.home import signatures_room
from signatures.models import CircuitSigner
from signatures.operations import Trace
from tests.builders import make_user
from tests.conventions.conftest import signed_on_paper
from tests.conventions.documents import with_document
from tests.conventions.supporting import save, signed


@pytest.fixture
def staff(scene):
    with national():
        return make_user(Role.NATIONAL_STAFF, first_name="Maud", last_name="Serre")


@pytest.fixture
def contested(scene, in_force, staff, run_outbox) -> CircuitSigner:
    """All other conditions of the advance are met; the first signer says that it is not them."""
    met = {"met_on": timezone.localdate(), "met_at": timezone.now(), "met_by": scene.operator}
    Precondition.objects.update(**met)
    assert permissions.prepare_payment.allows(advance_of(in_force))
    signer = in_force.circuit.signers.first()
    for _ in range(2):
        signatures.dispute(signer_id=signer.pk, at=timezone.now(), trace=Trace())
        run_outbox()
    return CircuitSigner.objects.get(pk=signer.pk)


def advance_of(convention) -> Advance:
    return Advance.objects.get(decision=convention.decision)


def settle(signer, how: Settlement, by, *, reason: str = "Registre de la mairie consulté."):
    return signatures.settle_dispute(
        signer_id=signer.pk, settlement=how, reason=reason, by=by, at=timezone.now()
    )


def asked(room, person, role) -> list[str]:
    visitor = Visitor(person=person, roles=frozenset({role}), on=timezone.localdate())
    return [todo.label for _, todo in room(visitor).todos]


def test_the_network_lists_what_waits_for_astrees(scene, contested, staff, run_outbox):
    def known():
        with national():
            state = BasinState.objects.get(basin=scene.basin)
        return state.contested, state.contested_since

    assert known() == (1, timezone.localdate(contested.disputed_at))
    settle(contested, Settlement.KEPT, staff)
    run_outbox()
    assert known() == (0, None)


def test_nothing_is_paid_while_a_signature_is_contested(scene, in_force, contested):
    advance = advance_of(in_force)
    label = f"Signature de {in_force.reference} contestée par {contested.name}"
    for check in (permissions.prepare_payment, permissions.preconditions_met):
        with pytest.raises(ActionDenied, match=label):
            check(advance)
    condition = Precondition.objects.get(contested=contested)
    with pytest.raises(ActionDenied, match="ne se lève pas ici"):
        meet_precondition(
            precondition_id=condition.pk,
            met_on=timezone.localdate(),
            by=scene.operator,
            at=timezone.now(),
        )
    met = {"met_on": timezone.localdate(), "met_at": timezone.now(), "met_by": scene.operator}
    with pytest.raises(IntegrityError, match="is contested"), transaction.atomic():
        Precondition.objects.filter(pk=condition.pk).update(**met)
    waived = {"waived_at": timezone.now(), "waived_by": scene.operator, "waiver": "Confiance"}
    with pytest.raises(IntegrityError, match="contested_is_not_waived"), transaction.atomic():
        Precondition.objects.filter(pk=condition.pk).update(**waived)


def test_the_pages_of_what_is_in_force_say_what_they_wait_for(
    scene, in_force, contested, staff, run_outbox, client_as
):
    operator = client_as(Role.OPERATOR, user=scene.operator)
    page = f"/bassins/savoie/conventions/{in_force.reference}/"

    def shown(address: str) -> str:
        return operator.get(address).content.decode().replace("\u00a0", " ")

    assert "Une signature est contestée : ASTREES y donne suite." in shown(page)
    settle(contested, Settlement.SET_ASIDE, staff)
    assert "préparez un avenant que toutes les parties signent" in shown(page)
    amendment = signed(scene, save(scene, in_force, changes="Chacun confirme."), run_outbox)
    assert "préparez un avenant" not in shown(page)
    own = f"/bassins/savoie/conventions/avenants/{amendment.pk}/"
    assert "Une signature est contestée" not in shown(own)
    signer = amendment.circuit.signers.first()
    signatures.dispute(signer_id=signer.pk, at=timezone.now(), trace=Trace())
    assert "Une signature est contestée" in shown(own)


def test_a_confirmed_signature_lets_the_payments_go_on(
    in_force, contested, staff, run_outbox, mailoutbox
):
    label = f"Donner suite à {contested.name}, qui conteste sa signature de {in_force.reference}"
    assert label in asked(signatures_room, staff, Role.NATIONAL_STAFF)
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        settle(contested, Settlement.KEPT, staff, reason=" ")
    mailoutbox.clear()
    for _ in range(2):
        settle(contested, Settlement.KEPT, staff)
        run_outbox()
    assert permissions.prepare_payment.allows(advance_of(in_force))
    assert Precondition.objects.get(contested=contested).met_by_id == staff.pk
    told = [mail for mail in mailoutbox if "Registre de la mairie" in mail.body]
    assert sorted(mail.to[0] for mail in told) == sorted(
        [contested.email, staff.email, in_force.circuit.launched_by.email]
    )
    kinds = in_force.circuit.events.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds)[-2:] == [EventKind.DISPUTED, EventKind.KEPT]
    assert label not in asked(signatures_room, staff, Role.NATIONAL_STAFF)
    with pytest.raises(ActionDenied, match="déjà donné suite"):
        settle(contested, Settlement.SET_ASIDE, staff)


def test_whoever_handled_the_copy_does_not_decide(scene, contested):
    for person in (scene.operator, scene.finance):
        with pytest.raises(ActionDenied, match="une autre personne y donne suite"):
            settle(contested, Settlement.KEPT, person)
        wrong = {
            "settlement": "KEPT",
            "settlement_reason": "Oui",
            "settled_at": timezone.now(),
            "settled_by": person,
        }
        with pytest.raises(IntegrityError, match="settled_by_another"), transaction.atomic():
            CircuitSigner.objects.filter(pk=contested.pk).update(**wrong)


def test_a_signature_set_aside_is_made_good_by_an_amendment_that_all_sign(
    scene, in_force, contested, staff, run_outbox, mailoutbox
):
    mailoutbox.clear()
    settle(contested, Settlement.SET_ASIDE, staff)
    run_outbox()
    told = {mail.to[0] for mail in mailoutbox if "Registre de la mairie" in mail.body}
    assert told >= {one.email for one in in_force.circuit.signers.exclude(email="")}
    sealed = in_force.circuit.sealed_document
    assert ToldStanding.objects.get(document=sealed).standing == Standing.LACKING
    assert not permissions.prepare_payment.allows(advance_of(in_force))
    company = in_force.project.beneficiary.name
    label = (
        f"Régulariser la convention {of(company)} : la signature de {contested.name} est écartée"
    )
    assert label in asked(conventions_room, scene.operator, Role.OPERATOR)
    contested.refresh_from_db()
    contested.made_good_by = in_force.circuit
    with pytest.raises(IntegrityError, match="made good by nothing"), transaction.atomic():
        contested.save(update_fields=["made_good_by"])
    draft = save(scene, in_force, changes="Chacun confirme la convention.")
    amendment = signed(scene, draft, run_outbox)
    contested.refresh_from_db()
    assert (amendment.status, contested.made_good_by) == ("SIGNED", amendment.circuit)
    assert permissions.prepare_payment.allows(advance_of(in_force))
    assert ToldStanding.objects.get(document=sealed).standing == Standing.AMENDED
    assert label not in asked(conventions_room, scene.operator, Role.OPERATOR)


def test_after_the_term_nothing_is_asked_and_the_page_says_that_it_stays_set_aside(
    scene, in_force, contested, staff, client_as
):
    settle(contested, Settlement.SET_ASIDE, staff)
    assert any("Régulariser" in one for one in asked(conventions_room, scene.operator, "OPERATOR"))
    Project.objects.filter(pk=in_force.project_id).update(status="REVIEW_DUE")
    todos = asked(conventions_room, scene.operator, "OPERATOR")
    assert not any("Régulariser" in one for one in todos)
    operator = client_as(Role.OPERATOR, user=scene.operator)
    page = f"/bassins/savoie/conventions/{in_force.reference}/"
    shown = operator.get(page).content.decode()
    assert "ne l&#x27;a régularisée avant le terme" in shown
    assert "préparez un avenant" not in shown


def test_set_aside_before_it_takes_effect_a_convention_is_signed_again(scene, staff, run_outbox):
    now = timezone.now()
    asked_by = {"by": scene.operator, "at": now}
    convention = operations.prepare_convention(decision_id=scene.decision.pk, **asked_by)
    CooperationConvention.objects.update(starts_on=timezone.localdate() + timedelta(days=30))
    convention = with_document(operations.freeze(convention_id=convention.pk, **asked_by), now)
    signed_on_paper(scene, convention, on=timezone.localdate(now), at=now)
    run_outbox()
    convention.refresh_from_db()
    first = convention.circuit
    signer = first.signers.first()
    signatures.dispute(signer_id=signer.pk, at=timezone.now(), trace=Trace())
    run_outbox()
    again = {"convention_id": convention.pk, "by": scene.operator, "at": timezone.now()}
    later = {**again, "at": timezone.now() + timedelta(days=31)}
    with pytest.raises(ActionDenied, match="est contestée"):
        operations.conclude(**later)
    with pytest.raises(ActionDenied, match="annulez d'abord son circuit"):
        operations.reopen(**again)
    settle(signer, Settlement.SET_ASIDE, staff)
    run_outbox()
    with pytest.raises(ActionDenied, match="a été écartée : rouvrez-le"):
        operations.conclude(**later)
    with pytest.raises(IntegrityError, match="is contested"), transaction.atomic():
        CooperationConvention.objects.filter(pk=convention.pk).update(
            status="SIGNED", signed_on=now.date(), recorded_at=now, recorded_by=scene.operator
        )
    company = scene.project.beneficiary.name
    line = f"Rouvrir ou annuler la convention {of(company)}"
    assert line in asked(conventions_room, scene.operator, Role.OPERATOR)
    operations.reopen(**again)
    run_outbox()
    with national():
        assert SealStanding.objects.get().standing == Standing.VOID
    CooperationConvention.objects.update(starts_on=timezone.localdate())
    convention = operations.freeze(**again)
    with_document(convention, timezone.now())
    signed_on_paper(scene, convention, on=timezone.localdate(), at=timezone.now())
    run_outbox()
    convention.refresh_from_db()
    signer.refresh_from_db()
    assert (convention.status, signer.made_good_by) == ("SIGNED", convention.circuit)
    assert Precondition.objects.get(contested=signer).met_at


def test_the_page_decides_once_and_keeps_what_was_typed(contested, staff, client_as):
    circuit = f"/bassins/savoie/signatures/{contested.circuit_id}/"
    page = f"{circuit}contestation/{contested.pk}/"
    clerk = client_as(Role.NATIONAL_STAFF, user=staff)
    assert contested.name in clerk.get(page).content.decode()
    assert page in clerk.get(circuit).content.decode()
    typed = {"reason": "Registre de la mairie consulté."}
    refused = clerk.post(page, typed)
    assert refused.status_code == 422
    assert typed["reason"] in refused.content.decode()
    sent = typed | {"settlement": "KEPT"}
    for _ in range(2):
        assert clerk.post(page, sent)["Location"] == circuit
    assert contested.events.filter(kind=EventKind.KEPT).count() == 1
    other = clerk.post(page, typed | {"settlement": "SET_ASIDE"})
    assert other.status_code == 403
    assert clerk.get(page)["Location"] == circuit
    shown = clerk.get(circuit).content.decode()
    assert "confirmée le" in shown
    assert page not in shown
    operator = client_as(Role.OPERATOR)
    assert operator.get(page).status_code == 403
    elsewhere = client_as(Role.NATIONAL_STAFF).get(page.replace("savoie", "meuse"))
    assert elsewhere.status_code == 404


def test_nothing_is_settled_that_nobody_contests(in_force, staff, client_as):
    signer = in_force.circuit.signers.first()
    with pytest.raises(ActionDenied, match="Aucune signature scellée"):
        settle(signer, Settlement.SET_ASIDE, staff)
    page = f"/bassins/savoie/signatures/{in_force.circuit_id}/contestation/{signer.pk}/"
    clerk = client_as(Role.NATIONAL_STAFF, user=staff)
    for answer in (clerk.get(page), clerk.post(page, {"settlement": "KEPT", "reason": "Oui."})):
        assert answer.status_code == 302
