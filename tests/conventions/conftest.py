"""A project with an approval, its parties known, ready to be put in a convention."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from basins.enums import Role
from basins.models import LocalOperator
from basins.tenancy import national
from conventions import operations
from conventions.models import CooperationConvention
from partners.models import Pledge
from projects.enums import ProjectStatus
from signatures import operations as signatures
from signatures.rules import last_deadline
from tests.builders import (
    make_contact,
    make_decision,
    make_partner,
    make_person,
    make_project,
    make_user,
)
from tests.committees.test_packs import a_pdf
from tests.conventions.documents import with_document
from tests.conventions.founding import drafted
from tests.stage import played_once


@pytest.fixture(autouse=True)
def seals(quick_seals) -> None:
    """What follows a seal is tried here, the seal itself with the signatures."""


@pytest.fixture
@played_once
def scene(in_savoie):
    """Savoie with its operator, its president, two companies and an approved project."""
    operator = make_user(Role.OPERATOR, basin=in_savoie, first_name="Odile", last_name="Perret")
    finance = make_user(Role.FINANCE, basin=in_savoie, first_name="Zoé", last_name="Vial")
    president = make_user(Role.PRESIDENT, basin=in_savoie, first_name="Claude", last_name="Roux")
    with national():
        LocalOperator.objects.filter(basin=in_savoie).delete()
        LocalOperator.objects.create(
            basin=in_savoie, name="CCI de la Savoie", short_name="CCI", representative="Alix Morel"
        )
    mill = make_partner(name="Papeterie des Bauges")
    dam = make_partner(name="Énergie des Alpes")
    bank = make_partner(name="Caisse de Tarentaise")
    for partner, name in ((mill, "Anne Blanc"), (dam, "Bruno Favre")):
        first, last = name.split()
        make_contact(partner, person=make_person(first_name=first, last_name=last))
    lead = make_person(first_name="Hélène", last_name="Garin")
    make_contact(bank, person=lead, function="Responsable des professionnels")
    chamber = make_partner(name="CCI de la Savoie", kind="ASSOCIATE")
    alix = make_person(first_name="Alix", last_name="Morel")
    make_contact(chamber, person=alix, function="Direction générale")
    project = make_project(
        status=ProjectStatus.APPROVED,
        follow_up_partner=bank,
        follow_up_lead=lead,
        owner_function="Gérante",
    )
    decision = make_decision(
        project=project,
        skills=((mill, "3.5", "Implantation d'atelier"), (dam, "2", "Achats d'énergie")),
    )
    return SimpleNamespace(
        basin=in_savoie,
        operator=operator,
        finance=finance,
        president=president,
        mill=mill,
        dam=dam,
        bank=bank,
        chamber=chamber,
        lead=lead,
        project=project,
        decision=decision,
    )


def signed_on_paper(scene, convention, *, on: date, at) -> CooperationConvention:
    """Everybody signs on paper, the presidency last; then the circuit waits for its seal."""
    operations.launch(
        convention_id=convention.pk,
        expires_on=last_deadline(timezone.localdate(at)),
        paper=set(convention.signers.values_list("pk", flat=True)),
        by=scene.operator,
        at=at,
    )
    convention.refresh_from_db()
    for order in (1, 2):
        scan = signatures.record_paper(
            circuit_id=convention.circuit.pk,
            signer_ids=list(
                convention.circuit.signers.filter(order=order).values_list("pk", flat=True)
            ),
            signed_on=on,
            scan=SimpleUploadedFile("signée.pdf", a_pdf(1)),
            by=scene.operator,
            at=at,
        )
        signatures.confirm_paper(
            circuit_id=convention.circuit.pk, scan_id=scan.pk, by=scene.finance, at=at
        )
    return convention


@pytest.fixture
@played_once
def basin(in_savoie):
    """Four companies, a town, the prefect, ASTREES, and what each promises."""
    with national():
        LocalOperator.objects.filter(basin=in_savoie).delete()
        LocalOperator.objects.create(
            basin=in_savoie, name="CCI de la Savoie", short_name="CCI", representative="Alix Morel"
        )
    kinds = {
        **{f"Entreprise {rank}": "COMPANY" for rank in range(4)},
        "Grand Chambéry": "AUTHORITY",
        "CCI de la Savoie": "ASSOCIATE",
        "Préfecture de la Savoie": "STATE",
        "ASTREES": "NETWORK",
    }
    found = {}
    for name, kind in kinds.items():
        found[name] = make_partner(name=name, kind=kind)
        make_contact(found[name])
    for year in (2027, 2028, 2029):
        Pledge.objects.create(
            partner=found["Entreprise 0"], year=year, nature="MONEY", amount=40_000_000
        )
        Pledge.objects.create(
            partner=found["Entreprise 1"],
            year=year,
            nature="SKILLS",
            days=10,
            daily_rate=80_000,
            amount=800_000,
        )
    operator = make_user(Role.OPERATOR, basin=in_savoie)
    return SimpleNamespace(basin=in_savoie, partners=found, operator=operator)


@pytest.fixture
@played_once
def draft(basin):
    """A first convention that lacks nothing."""
    return drafted(basin)


@pytest.fixture
@played_once
def in_force(scene, run_outbox) -> CooperationConvention:
    """Signed by all today, its company labelled."""
    now = timezone.now()
    asked = {"by": scene.operator, "at": now}
    convention = operations.prepare_convention(decision_id=scene.decision.pk, **asked)
    convention = operations.freeze(convention_id=convention.pk, **asked)
    with_document(convention, now)
    signed_on_paper(scene, convention, on=timezone.localdate(now), at=now)
    run_outbox()
    return CooperationConvention.objects.get(pk=convention.pk)


@pytest.fixture
@played_once
def newcomer(scene):
    """A company that has signed nothing of the convention."""
    partner = make_partner(name="Forges du Lac")
    member = make_user(Role.MEMBER, basin=scene.basin, first_name="Nora", last_name="Vidal")
    make_contact(partner, person=member)
    return partner
