"""What a signer does instead of signing online: refuse, correct, delegate, sign on paper."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from time_machine import travel

from alize.accounts.models import Person
from alize.common.dates import long_date, short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins.enums import Role
from basins.homes import Visitor
from basins.tenancy import national
from signatures import operations, queries
from signatures.home import signatures_room
from signatures.models import Circuit, Delegation
from signatures.operations import Delegate, Mandate
from tests.builders import journal, make_user
from tests.signatures.acts import LATER, propose, scan, state
from tests.signatures.conftest import (
    LAUNCH,
    PHONE,
    TODAY,
    UNTIL,
    facts,
    link_of,
    sign,
    signer_of,
)


def test_a_refusal_ends_the_circuit_and_everybody_concerned_is_told(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"), facts("Eva Prat"))
    sign(signer_of(circuit, "Anne Blanc"), run_outbox)
    luc = signer_of(circuit, "Luc Roux")
    with pytest.raises(InvalidInput, match="pourquoi"):
        operations.refuse(signer_id=luc.pk, reason=" ", link=link_of(luc), at=LATER, trace=PHONE)
    operations.refuse(
        signer_id=luc.pk, reason="Montant\nfaux", link=link_of(luc), at=LATER, trace=PHONE
    )
    assert state(circuit) == ("REFUSED", ["SIGNED", "REFUSED", "INVITED"])
    assert len(journal("circuit.refused")) == 1
    run_outbox()
    mails = [mail for mail in mailoutbox if "a refusé" in mail.subject]
    assert sorted(mail.to[0] for mail in mails) == sorted(
        [scene.operator.email, "anne.blanc@example.org", "eva.prat@example.org"]
    )
    assert all(
        mail.subject.endswith(f"{circuit.document.reference} : Montant faux") for mail in mails
    )
    assert all("Montant" in mail.body for mail in mails)
    with pytest.raises(ActionDenied, match="a refusé de signer"):
        sign(signer_of(circuit, "Eva Prat"), run_outbox)


def test_a_refusal_is_not_written_to_a_closed_account(scene, run_outbox, mailoutbox):
    left = make_user(Role.PRESIDENT, basin=scene.basin)
    with national():
        Person.objects.filter(pk=left.pk).update(is_active=False)
    signer = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    refusal = {"reason": "Montant faux", "link": link_of(signer), "at": LATER, "trace": PHONE}
    operations.refuse(signer_id=signer.pk, **refusal)
    run_outbox()
    told = {mail.to[0] for mail in mailoutbox if "a refusé" in mail.subject}
    assert (scene.operator.email in told, left.email in told) == (True, False)


def test_a_correction_pauses_until_the_operator_goes_on(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    operations.ask_correction(signer_id=anne.pk, comment="Le SIRET", at=LATER, trace=PHONE)
    assert state(circuit)[0] == "PAUSED"
    with pytest.raises(ActionDenied, match="en pause"):
        sign(anne, run_outbox)
    operations.resume(circuit_id=circuit.pk, by=scene.operator, at=LATER)
    sign(anne, run_outbox)
    assert state(circuit)[0] == "COMPLETE"


def test_a_pause_eats_no_reminder_and_ends_before_the_term(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    operations.ask_correction(signer_id=anne.pk, comment="Le SIRET", at=LATER, trace=PHONE)
    with travel(LAUNCH + timedelta(days=8)):
        run_outbox()
    assert not [mail for mail in mailoutbox if "Rappel" in mail.subject]
    late = LAUNCH + timedelta(days=31)
    with pytest.raises(ActionDenied, match="prolongez-le, puis reprenez"):
        operations.resume(circuit_id=circuit.pk, by=scene.operator, at=late)
    until = late.date() + timedelta(days=10)
    operations.extend(circuit_id=circuit.pk, expires_on=until, by=scene.operator, at=late)
    assert state(circuit)[0] == "PAUSED"
    operations.resume(circuit_id=circuit.pk, by=scene.operator, at=late)
    with travel(late + timedelta(hours=1)):
        run_outbox()
    # A new link has just left: the next reminder leaves it time.
    assert not [mail for mail in mailoutbox if "Rappel" in mail.subject]
    with travel(late + timedelta(days=8)):
        run_outbox()
    assert len([mail for mail in mailoutbox if "Rappel" in mail.subject]) == 1


def test_a_delegation_is_validated_then_the_other_signs(scene, quick_seals, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    other = Delegate("Paul Petit", "Secrétaire général", "paul@example.org", TODAY, UNTIL)
    asked = operations.ask_delegation(
        signer_id=anne.pk, delegate=other, mandate=scan(), at=LATER, trace=PHONE
    )
    with pytest.raises(ActionDenied, match="attend déjà"):
        operations.ask_delegation(
            signer_id=anne.pk, delegate=other, mandate=scan(), at=LATER, trace=PHONE
        )
    operations.decide_delegation(delegation_id=asked.pk, accept=True, by=scene.operator, at=LATER)
    assert state(circuit) == ("OPEN", ["REPLACED", "INVITED"])
    with pytest.raises(ActionDenied, match="délégué"):
        sign(anne, run_outbox)
    paul = sign(signer_of(circuit, "Paul Petit"), run_outbox)
    assert paul.mandate_sha256 == asked.mandate.sha256
    assert (paul.mandate_starts_on, paul.mandate_ends_on) == (TODAY, UNTIL)
    assert state(circuit)[0] == "COMPLETE"
    run_outbox()
    told = [mail.to[0] for mail in mailoutbox if "ont signé" in mail.subject]
    assert sorted(told) == [anne.email, paul.email]


def test_a_delegation_is_given_by_a_mandate_that_holds_when_one_signs(scene):
    anne = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    day = timedelta(days=1)

    def ask(starts_on, ends_on=None):
        other = Delegate("Paul Petit", "Secrétaire", "paul@example.org", starts_on, ends_on)
        return operations.ask_delegation(
            signer_id=anne.pk, delegate=other, mandate=scan(), at=LATER, trace=PHONE
        )

    for starts_on, ends_on, said in (
        (TODAY, TODAY - day, "précède"),
        (TODAY - 9 * day, TODAY - day, "ne permet plus de signer"),
        (UNTIL + day, None, "ne commence que"),
    ):
        with pytest.raises(InvalidInput, match=said):
            ask(starts_on, ends_on)
    asked = ask(TODAY, TODAY + day)
    late = {"delegation_id": asked.pk, "by": scene.operator, "at": LATER + 2 * day}
    with pytest.raises(ActionDenied, match="écartez cette délégation"):
        operations.decide_delegation(**late, accept=True)
    assert operations.decide_delegation(**late, accept=False).accepted is False


def test_whoever_would_sign_does_not_validate_their_own_mandate(scene):
    anne = signer_of(scene.launch(facts("Anne Blanc")), "Anne Blanc")
    operator, finance = scene.operator, scene.finance
    asked = propose(anne, operator.full_name, operator.email.upper())
    for accept in (True, False):
        with pytest.raises(ActionDenied, match="la personne proposée"):
            operations.decide_delegation(
                delegation_id=asked.pk, accept=accept, by=operator, at=LATER
            )
    with pytest.raises(IntegrityError, match="whoever would sign"), transaction.atomic():
        Delegation.objects.filter(pk=asked.pk).update(
            decided_at=LATER, decided_by=operator, accepted=True
        )
    operations.decide_delegation(delegation_id=asked.pk, accept=False, by=finance, at=LATER)
    again = propose(anne, operator.full_name, "odile.autrement@example.org")
    with pytest.raises(ActionDenied, match="la personne proposée"):
        operations.decide_delegation(delegation_id=again.pk, accept=True, by=operator, at=LATER)
    operations.decide_delegation(delegation_id=again.pk, accept=True, by=finance, at=LATER)


def test_astrees_verifies_the_mandate_given_to_the_only_operator(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    operator = scene.operator
    with national():
        staff = make_user(Role.NATIONAL_STAFF)
    asked = propose(signer_of(circuit, "Anne Blanc"), operator.full_name, operator.email)
    run_outbox()
    told = {mail.to[0]: mail.body for mail in mailoutbox if "à voir" in mail.subject}
    assert "ASTREES vérifie le mandat joint" in told[operator.email]
    assert "Aucune autre personne du bassin" in told[staff.email]

    def home(person, role):
        parts = signatures_room(Visitor(person, frozenset({role}), TODAY))
        waits = [line.label for line in parts.waiting if line.who == "ASTREES"]
        return [todo.label for _, todo in parts.todos], waits

    reference = circuit.document.reference
    waits = f"Délégation d'Anne Blanc pour {reference}"
    assert home(operator, Role.OPERATOR) == ([], [waits])
    said = f"Vérifier la délégation d'Anne Blanc pour {reference}"
    assert home(staff, Role.NATIONAL_STAFF) == ([said], [])
    # Another operator would decide it, as they decide that of anybody else.
    other = make_user(Role.OPERATOR, basin=scene.basin, first_name="Rémi", last_name="Sol")
    assert home(staff, Role.NATIONAL_STAFF) == ([], [])
    assert home(other, Role.OPERATOR) == ([said], [])
    operations.decide_delegation(delegation_id=asked.pk, accept=True, by=staff, at=LATER)
    assert signer_of(circuit, operator.full_name).status == "INVITED"
    mailoutbox.clear()
    propose(signer_of(circuit, "Luc Roux"), "Paul Petit", "paul@example.org")
    run_outbox()
    assert staff.email not in {mail.to[0] for mail in mailoutbox}


def test_a_signature_given_away_is_not_given_back(scene):
    circuit = scene.launch(facts("Anne Blanc"))
    anne = signer_of(circuit, "Anne Blanc")
    for name in ("Paul Petit", "Rose Petit"):
        last = circuit.signers.get(status="INVITED")
        asked = propose(last, name, f"{name.split()[0].lower()}@example.org")
        operations.decide_delegation(
            delegation_id=asked.pk, accept=True, by=scene.operator, at=LATER
        )
    rose = signer_of(circuit, "Rose Petit")
    with pytest.raises(InvalidInput, match="Anne Blanc a délégué cette signature"):
        propose(rose, "Anne Blanc", anne.email.upper())
    with pytest.raises(IntegrityError, match="gives a signature back"), transaction.atomic():
        Delegation.objects.create(
            signer=rose, name="Anne Blanc", function="x", email=anne.email, starts_on=TODAY,
            asked_at=LATER, mandate_id=rose.replaces.delegations.get().mandate_id,
        )  # fmt: skip


def test_paper_is_uploaded_by_one_and_confirmed_by_another(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux", paper=True, email=""))
    ids = list(circuit.signers.values_list("pk", flat=True))
    paper = {"circuit_id": circuit.pk, "signed_on": TODAY, "at": LATER, "by": scene.operator}
    with pytest.raises(InvalidInput, match="Cochez"):
        operations.record_paper(**paper, signer_ids=[], scan=scan())
    with pytest.raises(InvalidInput, match="pas encore passée"):
        operations.record_paper(
            **{**paper, "signed_on": TODAY + timedelta(days=1)}, signer_ids=ids, scan=scan()
        )
    kept = operations.record_paper(**paper, signer_ids=ids, scan=scan())
    assert operations.record_paper(**paper, signer_ids=ids, scan=scan()) == kept
    both = {"circuit_id": circuit.pk, "scan_id": kept.pk, "at": LATER}
    with pytest.raises(ActionDenied, match="par une autre"):
        operations.confirm_paper(**both, by=scene.operator)
    planned = Entry.objects.filter(kind="signatures.remind").count()
    operations.reject_paper(**both, by=scene.finance)
    assert state(circuit) == ("OPEN", ["INVITED", "INVITED"])
    assert Entry.objects.filter(kind="signatures.remind").count() == planned + 1
    kept = operations.record_paper(**paper, signer_ids=ids, scan=scan())
    for _ in range(2):
        operations.confirm_paper(circuit_id=circuit.pk, scan_id=kept.pk, by=scene.finance, at=LATER)
    assert state(circuit) == ("COMPLETE", ["SIGNED", "SIGNED"])


def test_this_is_not_me_pauses_and_alerts(scene, run_outbox, mailoutbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    anne = signer_of(circuit, "Anne Blanc")
    with pytest.raises(ActionDenied, match="Aucun exemplaire signé"):
        operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    kept = operations.record_paper(
        circuit_id=circuit.pk, signer_ids=[anne.pk], signed_on=TODAY, scan=scan(),
        by=scene.operator, at=LATER,
    )  # fmt: skip
    operations.confirm_paper(circuit_id=circuit.pk, scan_id=kept.pk, by=scene.finance, at=LATER)
    for _ in range(2):
        operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    assert state(circuit)[0] == "PAUSED"
    assert "Anne Blanc dit ne pas avoir signé" in circuit.pause_reason
    assert "cet exemplaire est écarté" in circuit.pause_reason
    with national():
        staff = make_user(Role.NATIONAL_STAFF)
    run_outbox()
    told = [mail.to[0] for mail in mailoutbox if circuit.pause_reason in mail.body]
    assert sorted(told) == sorted([scene.operator.email, staff.email])


def on_paper(scene, circuit, *names: str):
    """Signed at the ceremony, uploaded by one and confirmed by another."""
    signers = [signer_of(circuit, name) for name in names]
    kept = operations.record_paper(
        circuit_id=circuit.pk, signer_ids=[one.pk for one in signers], signed_on=TODAY,
        scan=scan(), by=scene.operator, at=LATER,
    )  # fmt: skip
    operations.confirm_paper(circuit_id=circuit.pk, scan_id=kept.pk, by=scene.finance, at=LATER)
    return signers


def test_a_disputed_paper_is_never_sealed_although_all_have_signed(scene, run_outbox, quick_seals):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    anne, _ = on_paper(scene, circuit, "Anne Blanc", "Luc Roux")
    assert state(circuit)[0] == "COMPLETE"
    operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    run_outbox()
    assert state(circuit)[0] == "PAUSED"
    operations.resume(circuit_id=circuit.pk, by=scene.operator, at=LATER)
    assert state(circuit) == ("OPEN", ["INVITED", "SIGNED"])
    assert not operations.seal_circuit(circuit_id=circuit.pk, at=LATER)
    sign(signer_of(circuit, "Anne Blanc"), run_outbox, when=LATER + timedelta(hours=1))
    run_outbox()
    assert state(circuit) == ("SEALED", ["SIGNED", "SIGNED"])
    kinds = list(circuit.events.order_by("sequence").values_list("kind", flat=True))
    assert kinds.index("DISPUTED") < kinds.index("PAPER_REJECTED") < kinds.index("SEALED")
    assert queries.verify(circuit) is None


def test_whoever_follows_a_disputed_signature_waits_for_it_again(scene, run_outbox):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux", order=2))
    (anne,) = on_paper(scene, circuit, "Anne Blanc")
    assert state(circuit)[1] == ["SIGNED", "INVITED"]
    late = LAUNCH + timedelta(days=31)
    operations.expire(circuit_id=circuit.pk, at=late)
    operations.dispute(signer_id=anne.pk, at=late, trace=PHONE)
    until = late.date() + timedelta(days=9)
    operations.extend(circuit_id=circuit.pk, expires_on=until, by=scene.operator, at=late)
    assert state(circuit) == ("OPEN", ["INVITED", "WAITING"])
    sign(signer_of(circuit, "Anne Blanc"), run_outbox, when=late + timedelta(hours=1))
    assert state(circuit) == ("OPEN", ["SIGNED", "INVITED"])


def test_of_two_disputed_signatures_the_first_alone_is_asked_for_at_once(
    scene, run_outbox, mailoutbox
):
    names = ("Anne Blanc", "Luc Roux", "Eva Prat")
    circuit = scene.launch(*(facts(name, order=order) for order, name in enumerate(names, 1)))
    (anne,) = on_paper(scene, circuit, "Anne Blanc")
    (luc,) = on_paper(scene, circuit, "Luc Roux")
    silent = {"reminders": 4, "undelivered_at": LATER}
    circuit.signers.filter(name="Eva Prat").update(**silent)
    run_outbox()
    mailoutbox.clear()
    for one in (anne, luc):
        operations.dispute(signer_id=one.pk, at=LATER, trace=PHONE)
    late = LATER + timedelta(hours=1)
    operations.resume(circuit_id=circuit.pk, by=scene.operator, at=late)
    assert state(circuit) == ("OPEN", ["INVITED", "WAITING", "WAITING"])
    run_outbox()
    asked = [mail.to[0] for mail in mailoutbox if "À signer" in mail.subject]
    assert asked == ["anne.blanc@example.org"]
    eva = signer_of(circuit, "Eva Prat")
    assert (eva.reminders, eva.undelivered_at) == (0, None)
    sign(signer_of(circuit, "Anne Blanc"), run_outbox, when=late + timedelta(hours=1))
    assert state(circuit)[1] == ["SIGNED", "INVITED", "WAITING"]


def test_the_database_seals_no_disputed_signature(scene):
    circuit = scene.launch(facts("Anne Blanc"), facts("Luc Roux"))
    anne, _ = on_paper(scene, circuit, "Anne Blanc", "Luc Roux")
    operations.dispute(signer_id=anne.pk, at=LATER, trace=PHONE)
    with pytest.raises(IntegrityError, match="waits for 1"), transaction.atomic():
        Circuit.objects.filter(pk=circuit.pk).update(
            status="COMPLETE", completed_at=LATER, paused_at=None
        )


def test_a_mandate_that_ended_is_renewed_by_its_signer(scene, run_outbox):
    soon = TODAY + timedelta(days=2)
    ending = Mandate("Arrêté", ends_on=soon)
    circuit = scene.launch(facts("Anne Blanc", mandate=ending), expires_on=soon)
    operations.extend(circuit_id=circuit.pk, expires_on=UNTIL, by=scene.operator, at=LATER)
    assert queries.short_mandates(circuit) == [f"Anne Blanc, le {short_date(soon)}"]
    anne, late = signer_of(circuit, "Anne Blanc"), LATER + timedelta(days=3)
    with pytest.raises(ActionDenied, match="à vous-même"):
        sign(anne, run_outbox, when=late)
    asked = operations.ask_delegation(
        signer_id=anne.pk, delegate=Delegate("Anne Blanc", "Maire", anne.email, TODAY),
        mandate=scan(), at=late, trace=PHONE,
    )  # fmt: skip
    operations.decide_delegation(delegation_id=asked.pk, accept=True, by=scene.operator, at=late)
    again = circuit.signers.get(replaces=anne)
    assert (again.mandate_kind, again.status) == ("Mandat renouvelé", "INVITED")
    sign(again, run_outbox, when=late)
    assert state(circuit)[0] == "COMPLETE"


def test_a_mandate_that_has_not_begun_is_waited_for(scene, run_outbox):
    begins = TODAY + timedelta(days=9)
    circuit = scene.launch(facts("Anne Blanc", mandate=Mandate("Arrêté", starts_on=begins)))
    anne = signer_of(circuit, "Anne Blanc")
    with pytest.raises(ActionDenied, match="signez à partir de ce jour") as denied:
        sign(anne, run_outbox)
    assert long_date(begins) in denied.value.reason
    sign(anne, run_outbox, when=LAUNCH + timedelta(days=9))
    assert state(circuit)[0] == "COMPLETE"
