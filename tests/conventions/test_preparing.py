"""A convention prepared after an approval: its signers, what is corrected in it."""

from datetime import date

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from committees.enums import FAVOURABLE, DecisionOutcome
from conventions import operations, queries
from conventions.models import CooperationConvention
from conventions.operations.preparing import SignerWords
from funds.enums import AdvanceStatus
from funds.models import Advance
from partners.models import Mandate
from projects.enums import ProjectStatus
from tests.builders import make_decision, make_project
from tests.conventions.cooperating import NOW, events, prepared
from tests.matrix.files import stored


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
    sorted(set(DecisionOutcome) - FAVOURABLE - {DecisionOutcome.DECLINED}),
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
    Mandate.objects.filter(contact__partner=scene.mill).update(ends_on=date(2026, 3, 31))
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


def test_what_a_new_computation_changes_is_said_signer_by_signer(scene):
    convention = prepared(scene)

    def changes():
        return queries.signer_changes(convention, on=NOW.date())

    assert changes() == []
    address = convention.signers.get(partner=scene.dam).email
    convention.signers.filter(partner=scene.mill).update(name="Autre Personne", mandate="")
    convention.signers.filter(partner=scene.dam).update(function="Achats", email="")
    Mandate.objects.filter(contact__partner=scene.bank).delete()
    convention.signers.filter(capacity="OPERATOR").update(organisation="CCI")
    assert changes() == [
        "Alix Morel (CCI) ne signe plus.",
        "Alix Morel (CCI de la Savoie) devient signataire.",
        "Papeterie des Bauges : Anne Blanc signe à la place d'Autre Personne.",
        "Bruno Favre (Énergie des Alpes) : fonction « Direction du site » au lieu de "
        f"« Achats », adresse électronique « {address} ».",
        "Hélène Garin (Caisse de Tarentaise) : mandat « Représentant légal du 01/01/2000 » effacé.",
    ]
    scene.dam.contacts.update(signs=False)
    assert "Énergie des Alpes : Bruno Favre est effacé, personne n'y est connu." in changes()
    operations.recompute_signers(convention_id=convention.pk, by=scene.operator, at=NOW)
    assert changes() == []


def test_mandates_are_those_on_record_and_none_is_made_up(scene):
    for partner in (scene.bank, scene.chamber):
        Mandate.objects.filter(contact__partner=partner).update(
            kind="DELEGATION", ends_on=date(2027, 12, 31), document=stored(partner.name, NOW)
        )
    convention = prepared(scene)
    found = {one.capacity: one for one in convention.signers.all()}
    assert (found["OWNER"].function, found["OWNER"].mandate) == ("Gérante", "Représentant légal")
    for capacity in ("FOLLOW_UP_LEAD", "OPERATOR"):
        kept = (found[capacity].mandate, found[capacity].mandate_until)
        assert kept == ("Délégation de signature", date(2027, 12, 31))
    assert found["OPERATOR"].function == "Direction générale"


def test_a_mandate_that_nothing_records_is_asked_for_where_it_is_kept(scene):
    Mandate.objects.filter(contact__partner=scene.bank).delete()
    scene.chamber.name = "Une autre chambre"
    scene.chamber.save()
    scene.project.owner_function = "Directrice du développement"
    scene.project.save()
    convention = prepared(scene)
    asked = {link.label: link.url for link in queries.remaining(convention, on=NOW.date())}
    page = f"/bassins/savoie/conventions/{convention.reference}/signataires"
    owner, operator = (convention.signers.get(capacity=one) for one in ("OWNER", "OPERATOR"))
    assert asked == {
        "Enregistrer le mandat de Dominique Petit": f"{page}/{owner.pk}/mandat/",
        "Enregistrer le mandat d'Alix Morel": f"{page}/{operator.pk}/mandat/",
        "Enregistrer le mandat d'Hélène Garin (Caisse de Tarentaise), puis recalculer les "
        "signataires": f"/bassins/savoie/partenaires/{scene.bank.pk}/",
    }
    with pytest.raises(ActionDenied, match="mandat d'un signataire"):
        operations.freeze(convention_id=convention.pk, by=scene.operator, at=NOW)


# -- Freezing ----------------------------------------------------------------------------------
