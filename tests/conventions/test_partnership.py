"""A partnership convention from its draft to its signature, and each refusal."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from alize.documents.models import GeneratedDocument
from basins.enums import Role
from basins.homes import Visitor
from basins.models import LocalOperator, ReferenceValue
from basins.operations.references import withdraw_value
from basins.references import Reference
from basins.tenancy import national
from conventions import operations
from conventions.documents import agreements as documents
from conventions.documents.partnership import KIND, shares
from conventions.enums import AgreementStatus
from conventions.home import conventions_room
from conventions.models import PartnershipConvention
from conventions.partnership_screen import partnership_screen
from conventions.queries import lacking_texts, lines_on, unready_lines
from conventions.queries import partnership as queries
from partners.models import Mandate, Partner, Pledge
from signatures import operations as signatures
from signatures.enums import Settlement
from signatures.models import Circuit, CircuitSigner
from signatures.operations import Trace
from tests.builders import at, give_reference, make_user
from tests.conventions.founding import (
    STARTS,
    TODAY,
    drafted,
    frozen,
    launched,
    sign_on_paper,
    signed,
)
from tests.signatures.conftest import failing_after


def test_a_draft_begins_with_every_partner_and_the_reference_profile(draft, basin):
    assert set(draft.partners.all()) == set(basin.partners.values())
    assert (draft.number, draft.ends_on, draft.jobs_target) == (1, date(2029, 12, 31), 225)
    assert queries.gaps(draft, on=TODAY) == ()


def test_it_is_compared_with_the_references_of_its_first_day_and_keeps_what_it_printed(basin):
    for since, numbers in ((STARTS, [30, 30, 25, 15]), (date(2027, 1, 2), [25, 25, 25, 25])):
        give_reference(Reference.PROFILE, numbers, since=since)
    give_reference(Reference.JOBS, [240], since=STARTS)
    give_reference(Reference.JOBS, [999], since=date(2027, 1, 2))
    draft = drafted(basin)
    assert draft.jobs_target == 240
    assert [one.target for one in shares(queries.budget_of(draft))] == [30, 30, 25, 15]
    convention = frozen(basin, draft)
    assert convention.snapshot["budget"]["targets"] == [30, 30, 25, 15]
    # Withdrawn since, it stays where it was printed.
    with national():
        for value in ReferenceValue.objects.filter(effective_from=STARTS):
            withdraw_value(value_id=value.pk, by=basin.operator, at=at(2026, 12, 31))
    assert [one.target for one in shares(queries.budget_of(convention))] == [30, 30, 25, 15]


def test_a_second_preparation_opens_the_draft_there_is(draft, basin):
    again = operations.prepare_partnership(starts_on=STARTS, by=basin.operator, at=at())
    assert again == draft


def test_below_four_companies_it_cannot_be_frozen(draft, basin):
    draft.partners.remove(basin.partners["Entreprise 3"])
    with pytest.raises(ActionDenied, match="Réunir 4 entreprises"):
        operations.freeze_partnership(convention_id=draft.pk, by=basin.operator, at=at())


def test_frozen_it_says_all_that_was_said_and_changes_no_more(draft, basin, run_outbox):
    asked = {"convention_id": draft.pk, "by": basin.operator, "at": at()}
    operations.freeze_partnership(**asked)
    run_outbox()
    convention = PartnershipConvention.objects.get(pk=draft.pk)
    again = operations.freeze_partnership(**asked)
    assert (again.frozen_at, convention.document.version) == (convention.frozen_at, 1)
    assert convention.operator_document.reference == "COL-SAV-001"
    # Nobody reads it unmarked before its signature is launched.
    for role, marked in ((Role.OPERATOR, 2), (Role.MEMBER, 0)):
        screen = partnership_screen(convention, frozenset({role}), on=TODAY)
        details = [one.detail for one in screen.downloads if one.detail.startswith("PDF")]
        assert details == ["PDF, marqué « PROJET »"] * marked
    signing = launched(basin, convention)
    screen = partnership_screen(signing, frozenset({Role.MEMBER}), on=TODAY)
    assert [one.detail for one in screen.downloads] == ["PDF", "PDF"]
    said = json.dumps(convention.snapshot, ensure_ascii=False)
    for words in ("tout le département de la Savoie", "1 224 000 €", "le préfet de la Savoie"):
        assert words in said.replace("\u202f", " ").replace("\xa0", " ")
    assert "opérateur local" in said
    assert len(convention.snapshot["signers"]) == 8
    with pytest.raises(ActionDenied, match="gelé"):
        operations.save_section(
            convention_id=draft.pk, values={"territory": "Ailleurs"}, by=basin.operator, at=at()
        )


def test_the_journal_waits_for_neither_text(draft, basin, run_outbox, monkeypatch):
    """Votes write in the journal too: nothing is added to it before both are laid out."""
    operations.freeze_partnership(convention_id=draft.pk, by=basin.operator, at=at())
    before, seen = AuditEvent.objects.count(), []

    def render(html: str) -> bytes:
        seen.append(AuditEvent.objects.count())
        return html.encode()

    monkeypatch.setattr("alize.documents.pdf.render", render)
    run_outbox()
    assert seen == [before, before]
    assert GeneratedDocument.objects.of(KIND, "CP-SAV-001").exists()


def test_both_texts_are_launched_signed_and_sealed_together(draft, basin, run_outbox, monkeypatch):
    convention = frozen(basin, draft)
    day = timezone.localdate()
    asked = {"convention_id": convention.pk, "expires_on": day + timedelta(days=30)}
    operations.launch_partnership(**asked, paper={0}, by=basin.operator, at=at())
    convention.refresh_from_db()
    both = (convention.circuit, convention.operator_circuit)
    held = {"ceremony_at": timezone.now(), "ceremony_place": "Préfecture, Chambéry"}
    Circuit.objects.filter(pk=both[0].pk).update(**held)
    assert both[0].bundle == both[1].bundle
    assert [circuit.signers.count() for circuit in both] == [8, 2]
    last = convention.circuit.signers.order_by("rank").last()
    assert (last.organisation, last.order) == ("Préfecture de la Savoie", 2)
    with pytest.raises(ActionDenied, match="déjà en signature"):
        operations.launch_partnership(**asked, by=basin.operator, at=at())
    with pytest.raises(ActionDenied, match="pas encore signé"):
        operations.conclude_partnership(convention_id=convention.pk, by=basin.operator, at=at())

    def stands():
        run_outbox()
        convention.refresh_from_db()
        for circuit in both:
            circuit.refresh_from_db()
        return [convention.status, *(circuit.status for circuit in both)]

    sign_on_paper(basin, both[0])
    assert stands() == ["SIGNING", "COMPLETE", "OPEN"]
    with monkeypatch.context() as broken:
        broken.setattr("signatures.operations.sealing.seal", failing_after(1))
        sign_on_paper(basin, both[1])
        assert stands() == ["SIGNING", "COMPLETE", "COMPLETE"]
    signatures.ask_seal(circuit_id=both[1].pk, by=basin.operator, at=at())
    assert stands() == ["SIGNED", "SEALED", "SEALED"]
    assert (convention.signed_on, both[0].sealed_at) == (day, both[1].sealed_at)
    assert convention.signed_at_place == "Préfecture, Chambéry"


def sealed(basin, convention, run_outbox) -> PartnershipConvention:
    """Signed by all on paper, both of its texts, and sealed."""
    signing = launched(basin, frozen(basin, convention))
    for circuit in (signing.circuit, signing.operator_circuit):
        sign_on_paper(basin, circuit)
    run_outbox()
    return PartnershipConvention.objects.get(pk=convention.pk)


def set_aside(convention) -> CircuitSigner:
    """A signature of it contested, then set aside by ASTREES."""
    with national():
        staff = make_user(Role.NATIONAL_STAFF)
    signer = convention.circuit.signers.first()
    signatures.dispute(signer_id=signer.pk, at=timezone.now(), trace=Trace())
    return signatures.settle_dispute(
        signer_id=signer.pk,
        settlement=Settlement.SET_ASIDE,
        reason="Ce n'est pas sa signature.",
        by=staff,
        at=timezone.now(),
    )


def test_signed_again_it_makes_good_the_signature_set_aside(draft, basin, run_outbox, monkeypatch):
    # Contested between its seal and its effect.
    monkeypatch.setattr("conventions.operations.partnership.EFFECT", "")
    signer = set_aside(sealed(basin, draft, run_outbox))
    asked = {"convention_id": draft.pk, "by": basin.operator}
    with pytest.raises(ActionDenied, match="a été écartée"):
        operations.conclude_partnership(**asked, at=timezone.now())
    operations.reopen_partnership(**asked, at=timezone.now())
    again = sealed(basin, PartnershipConvention.objects.get(pk=draft.pk), run_outbox)
    operations.conclude_partnership(**asked, at=timezone.now())
    signer.refresh_from_db()
    assert signer.made_good_by == again.circuit


def test_after_its_term_a_signature_set_aside_stays_so_and_nothing_is_asked(
    draft, basin, run_outbox
):
    convention = sealed(basin, draft, run_outbox)
    signer = set_aside(convention)
    after = convention.ends_on + timedelta(days=1)
    assert lacking_texts(on=convention.ends_on) == [(convention, signer)]
    assert lacking_texts(on=after) == []

    def now(on: date) -> str:
        return partnership_screen(convention, frozenset({Role.OPERATOR}), on=on).header.now

    assert "préparez un avenant" in now(convention.ends_on)
    assert "préparez son renouvellement. Une signature a été écartée, et aucun" in now(after)


def test_a_mandate_that_ends_before_the_term_of_the_circuit_is_refused(draft, basin):
    Mandate.objects.filter(contact__partner=basin.partners["Entreprise 0"]).update(
        ends_on=date(2026, 4, 1)
    )
    convention = frozen(basin, draft)
    with pytest.raises(InvalidInput, match="ne peut pas être lancée"):
        operations.launch_partnership(
            convention_id=convention.pk, expires_on=date(2026, 4, 12), by=basin.operator, at=at()
        )
    lines = lines_on(convention, on=TODAY)
    (link,) = unready_lines(lines, until=date(2026, 4, 12), own=str)
    assert link.label.endswith("(Entreprise 0), qui s'arrête le 01/04/2026")
    assert link.url.endswith(f"/{basin.partners['Entreprise 0'].pk}/")
    # The mandate is not in the frozen text: renewed, it holds.
    Mandate.objects.filter(contact__partner=basin.partners["Entreprise 0"]).update(ends_on=None)
    assert launched(basin, convention).status == AgreementStatus.SIGNING


def test_below_four_companies_a_frozen_text_is_not_launched(draft, basin):
    convention = frozen(basin, draft)
    Partner.objects.filter(name="Entreprise 3").update(left_on=date(2026, 3, 12))
    with pytest.raises(ActionDenied, match="il en reste 3"):
        launched(basin, convention)
    labels = [gap.label for gap in queries.gaps(draft, on=TODAY)]
    assert labels[0] == "Retirer Entreprise 3 des parties : ce n'est plus un partenaire"
    assert "Réunir 4 entreprises partenaires au moins : 3 à ce jour" in labels


def test_all_that_is_promised_is_added_up_and_kept_as_it_was_frozen(draft, basin):
    network = Pledge.objects.create(
        partner=basin.partners["ASTREES"], year=2027, nature="MONEY", amount=1_000_000
    )
    convention = frozen(basin, draft)
    said = json.dumps(convention.snapshot, ensure_ascii=False).replace("\u202f", " ")
    assert said.replace("\xa0", " ").count("1 234 000 €") >= 3
    assert "Réseau national" in said
    Pledge.objects.filter(pk=network.pk).update(amount=9_000_000)
    assert queries.budget_of(convention).total == 123_400_000
    assert ("Moyens réunis", format_euros(123_400_000)) in documents.summary_of(convention)


def test_an_operator_known_by_its_siren_signs_as_the_partner_it_is(draft, basin):
    with national():
        LocalOperator.objects.filter(basin=basin.basin).update(name="Chambre", siren="187300001")
    assert any("Chambre" in gap.label for gap in queries.gaps(draft, on=TODAY))
    Partner.objects.filter(name="CCI de la Savoie").update(siren="187300001")
    assert queries.gaps(draft, on=TODAY) == ()


def test_below_four_companies_the_operator_is_asked_for_more(draft, basin):
    signed(draft)
    visitor = Visitor(person=basin.operator, roles=frozenset({Role.OPERATOR}), on=TODAY)

    def asked():
        return [todo.label for _, todo in conventions_room(visitor).todos]

    assert asked() == []
    Partner.objects.filter(name="Entreprise 3").update(left_on=TODAY)
    assert asked() == ["Réunir 4 entreprises partenaires au moins"]
