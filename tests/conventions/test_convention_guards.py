"""What a convention says no longer changes once it is frozen, whoever writes."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from conventions import operations
from conventions.models import Amendment, CooperationConvention, PartnershipConvention, Signer
from tests.builders import at, make_partner
from tests.conventions.founding import frozen as frozen_founding
from tests.conventions.founding import launched, signed
from tests.conventions.test_operations import frozen, prepared

NOW = at(2026, 4, 1)
SUPPORTING = "conventions_cooperationconvention"
FOUNDING = "conventions_partnershipconvention"
PARTIES = "conventions_partnershipconvention_partners"

SUPPORTING_WORDS = (
    "reference = 'x'",
    "starts_on = '2100-01-01'",
    "payment_expected_on = '2100-01-01'",
    "created_at = now()",
)
FOUNDING_WORDS = (
    "number = 9",
    "starts_on = '2026-01-01'",
    "renews_id = id",
    "territory = 'x'",
    "jobs_target = 9",
    "projects_target = 9",
    "meetings_target = 9",
    "specific_objectives = 'x'",
    "insertion = 'x'",
    "distant_jobseekers = 'x'",
    "alternation = 'x'",
    "employment_service = 'x'",
    "schemes = 'x'",
    "local_engineering = 9",
    "allowance = 9",
    "budget_comment = 'x'",
    "chair_id = null",
    "chaired_by = 'x'",
    "shared_functions = 'x'",
)
REOPENED = "status = 'DRAFT', snapshot = null, frozen_at = null, frozen_by_id = null"


def refused(table: str, values: str, pk: int, match: str = "is frozen", *, by: str = "id") -> None:
    act = f"UPDATE {table} SET {values}" if values else f"DELETE FROM {table}"
    with (
        pytest.raises(IntegrityError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{act} WHERE {by} = %s", [pk])


# -- Of a company's support -----------------------------------------------------------------------
def signers_are_kept(convention) -> None:
    match = "no draft any more"
    for values in ("name = 'x'", "mandate = 'x'", "signed_on = '2026-04-02'", ""):
        refused("conventions_signer", values, convention.pk, match, by="convention_id")
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        Signer.objects.create(
            convention=convention, rank=99, capacity="OWNER", organisation="x", name="x"
        )


def test_frozen_a_cooperation_convention_its_signers_and_its_row_are_kept(scene):
    convention = frozen(scene)
    for values in (*SUPPORTING_WORDS, "snapshot = '{}'", "text_version = 9", "frozen_at = now()"):
        refused(SUPPORTING, values, convention.pk)
    refused(SUPPORTING, "", convention.pk, "only ever added")
    signers_are_kept(convention)


def test_signed_a_cooperation_convention_is_for_ever(in_force):
    ends = ("status = 'SIGNING'", "signed_on = '2100-01-01'", "circuit_id = null", REOPENED)
    for values in (*SUPPORTING_WORDS, *ends, "recorded_at = now()", "document_id = null"):
        refused(SUPPORTING, values, in_force.pk)
    signers_are_kept(in_force)


def test_reopened_a_cooperation_convention_is_written_anew_and_cancelled_no_more(scene):
    asked = {"by": scene.operator, "at": NOW}
    convention = operations.reopen(convention_id=frozen(scene).pk, **asked)
    operations.recompute_signers(convention_id=convention.pk, **asked)
    convention = operations.cancel(convention_id=convention.pk, **asked)
    refused(SUPPORTING, "status = 'DRAFT', cancelled_at = null", convention.pk)
    signers_are_kept(convention)
    assert prepared(scene).reference != convention.reference


def test_who_signed_before_the_tool_is_written_once(scene):
    before = CooperationConvention.objects.create(
        reference="CC-AVANT",
        project=scene.project,
        decision=scene.decision,
        status="SIGNED",
        starts_on=date(2020, 1, 1),
        created_at=NOW,
        created_by=scene.operator,
        frozen_at=NOW,
        frozen_by=scene.operator,
        snapshot={},
        text_version=1,
        signed_on=date(2020, 1, 1),
        recorded_at=NOW,
        recorded_by=scene.operator,
    )
    Signer.objects.create(convention=before, rank=1, capacity="OWNER", organisation="x", name="x")
    for values in ("name = 'y'", "signed_on = '2020-01-01'", ""):
        refused("conventions_signer", values, before.pk, "no draft any more", by="convention_id")


# -- Of the basin ---------------------------------------------------------------------------------
def parties_are_kept(convention, another) -> None:
    match = "no draft any more"
    refused(PARTIES, "partner_id = partner_id", convention.pk, match, by="partnershipconvention_id")
    refused(PARTIES, "", convention.pk, match, by="partnershipconvention_id")
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        convention.partners.add(another)


def test_frozen_a_partnership_its_parties_and_its_row_are_kept(draft, basin):
    another = make_partner(name="Un autre")
    convention = frozen_founding(basin, draft)
    for values in (
        *FOUNDING_WORDS,
        "ends_on = '2030-12-31'",
        "snapshot = '{}'",
        "frozen_at = now()",
    ):
        refused(FOUNDING, values, convention.pk)
    refused(FOUNDING, "", convention.pk, "only ever added")
    parties_are_kept(convention, another)
    refused(FOUNDING, "operator_document_id = null", convention.pk)
    parties_are_kept(launched(basin, convention), another)


def test_signed_a_partnership_changes_by_its_signed_amendments_only(draft, basin):
    another, later = make_partner(name="Un autre"), date(2030, 12, 31)
    convention = signed(launched(basin, frozen_founding(basin, draft)))
    parties_are_kept(convention, another)
    amendment = Amendment.objects.create(
        convention=convention,
        number=1,
        reason="x",
        takes_effect_on=date(2030, 1, 1),
        new_ends_on=later,
    )
    amendment.incoming.add(another)
    for values in (f"ends_on = '{later}'", "ends_on = '2028-12-31'"):
        refused(FOUNDING, values, convention.pk, "is not amended")
    parties_are_kept(convention, another)
    Amendment.objects.filter(pk=amendment.pk).update(status="SIGNED", signed_on=date(2029, 12, 1))
    convention.partners.add(another)
    PartnershipConvention.objects.filter(pk=convention.pk).update(ends_on=later)
    ends = ("status = 'SIGNING'", "signed_on = '2100-01-01'", "operator_circuit_id = null")
    for values in (*FOUNDING_WORDS, *ends, "circuit_id = null", "signed_at_place = 'x'", REOPENED):
        refused(FOUNDING, values, convention.pk)
    parties_are_kept(convention, make_partner(name="Une autre encore"))


def test_reopened_a_partnership_is_written_anew(draft, basin):
    convention = frozen_founding(basin, draft)
    asked = {"convention_id": convention.pk, "by": basin.operator, "at": at()}
    operations.reopen_partnership(**asked)
    staying = list(convention.partners.values_list("pk", flat=True))[:-1]
    again = operations.save_section(
        **asked, values={"territory": "la Tarentaise"}, partner_ids=staying
    )
    assert (again.territory, again.partners.count()) == ("la Tarentaise", len(staying))
