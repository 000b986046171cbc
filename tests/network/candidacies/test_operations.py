"""A candidacy from its first line to the word of the national committee (A3)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import BasinStatus, Role
from network.candidacies import operations, queries
from network.candidacies.enums import CandidacyStatus, NationalOutcome
from network.candidacies.models import Candidacy, NationalDecision
from tests.builders import make_user
from tests.network.candidacies.territory import (
    NOW,
    partner_values,
    promised,
    upload,
    write_candidacy,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MEETING = date(2026, 12, 10)
AFTER = NOW.replace(month=12, day=11)


@pytest.fixture
def staff():
    return make_user(Role.NATIONAL_STAFF)


@pytest.fixture
def colleague():
    return make_user(Role.NATIONAL_STAFF)


@pytest.fixture
def submitted(staff):
    candidacy = write_candidacy(staff)
    return operations.submit(candidacy_id=candidacy.pk, meeting_on=MEETING, by=staff, at=NOW)


def decide(candidacy, by, **said):
    values = {
        "decided_on": MEETING,
        "outcome": NationalOutcome.ACCEPTED,
        "votes_for": 9,
        "votes_against": 1,
        "abstentions": 2,
        "reason": "",
        "minutes": upload("pv.png"),
        "by": by,
        "at": AFTER,
        **said,
    }
    return operations.decide(candidacy_id=candidacy.pk, **values)


@pytest.mark.parametrize("slug", ["Haut-Jura", "haut jura", "-jura", "jura--haut", "savoie"])
def test_an_address_is_refused_when_it_is_none_or_taken(staff, savoie, slug):
    with pytest.raises(InvalidInput, match="adresse") as refused:
        operations.open_candidacy(name="Haut-Jura", slug=slug, by=staff, at=NOW)
    assert refused.value.field == "slug"


def test_a_territory_is_a_candidate_basin_from_its_first_line(staff, savoie, meuse):
    candidacy = operations.open_candidacy(name="Haut-Jura", slug="haut-jura", by=staff, at=NOW)
    basin = candidacy.basin
    assert (basin.status, basin.schema_name) == (BasinStatus.CANDIDATE, "b_0003")
    with pytest.raises(InvalidInput, match="savoie"):
        operations.save_stage(
            candidacy_id=candidacy.pk, values={"slug": "savoie"}, by=staff, at=NOW
        )


def test_three_companies_are_not_submitted_and_four_are(staff):
    candidacy = write_candidacy(staff, companies=3)
    submit = {"candidacy_id": candidacy.pk, "meeting_on": MEETING, "by": staff, "at": NOW}
    with pytest.raises(ActionDenied, match="réunir 4 entreprises partenaires"):
        operations.submit(**submit)
    fourth = {"values": partner_values(4), "pledges": promised(), "partner_id": None}
    operations.save_partner(candidacy_id=candidacy.pk, **fourth, by=staff, at=NOW)
    assert operations.submit(**submit).status == CandidacyStatus.SUBMITTED


def test_days_are_worth_their_rate_and_the_budget_adds_up(staff):
    candidacy = queries.candidacies().get(pk=write_candidacy(staff).pk)
    assert queries.budget_of(candidacy).totals == (8_800_000, 8_000_000, 8_000_000)


def test_what_is_submitted_does_not_change(submitted, staff):
    said = {"candidacy_id": submitted.pk, "by": staff, "at": NOW}
    partner = submitted.partners.first()
    for act in (
        lambda: operations.save_stage(values={"communes": "x"}, **said),
        lambda: operations.remove_partner(partner_id=partner.pk, **said),
        lambda: operations.submit(meeting_on=MEETING, **said),
    ):
        with pytest.raises(ActionDenied, match="ne change plus"):
            act()


def test_a_partner_that_somebody_else_removed_is_said_so(staff):
    candidacy = write_candidacy(staff)
    removed = candidacy.partners.first().pk
    said = {"candidacy_id": candidacy.pk, "partner_id": removed, "by": staff, "at": NOW}
    operations.remove_partner(**said)
    for act in (
        lambda: operations.remove_partner(**said),
        lambda: operations.save_partner(values=partner_values(99), pledges=(), **said),
    ):
        with pytest.raises(ActionDenied, match="entre-temps"):
            act()


def test_a_candidacy_is_not_submitted_to_a_past_meeting(staff):
    candidacy = write_candidacy(staff)
    with pytest.raises(InvalidInput, match="passée"):
        operations.submit(
            candidacy_id=candidacy.pk, meeting_on=date(2026, 11, 21), by=staff, at=NOW
        )


def test_accepted_the_basin_is_validated_and_the_committee_has_spoken(submitted, staff, colleague):
    decide(submitted, colleague)
    submitted.refresh_from_db()
    submitted.basin.refresh_from_db()
    assert submitted.status == CandidacyStatus.ACCEPTED
    assert submitted.basin.status == BasinStatus.VALIDATED
    with pytest.raises(ActionDenied, match="déjà prononcé"):
        decide(submitted, colleague)


def test_a_basin_is_opened_by_two_persons(submitted, staff, colleague):
    """What one submitted another records (security.md 2.2, SD14)."""
    with pytest.raises(ActionDenied, match="une autre personne d'ASTREES"):
        decide(submitted, staff)
    decide(submitted, colleague)
    with pytest.raises(IntegrityError, match="candidacy_decided_by_another"), transaction.atomic():
        Candidacy.objects.update(decided_by=staff)
    with pytest.raises(IntegrityError, match="decided_has_its_record"), transaction.atomic():
        Candidacy.objects.update(decided_by=None, decided_at=None)
    event = AuditEvent.objects.filter(type="candidacy.decided").latest("pk")
    assert (event.by_id, event.facts["outcome"]) == (colleague.pk, "ACCEPTED")


def test_who_recorded_a_deferral_may_bring_it_again(submitted, staff, colleague):
    decide(submitted, colleague, outcome=NationalOutcome.DEFERRED, reason="Budget à préciser")
    again = {"candidacy_id": submitted.pk, "meeting_on": date(2027, 3, 1), "at": AFTER}
    operations.submit(**again, by=colleague)
    with pytest.raises(ActionDenied, match="une autre personne"):
        decide(submitted, colleague, decided_on=AFTER.date())
    decide(submitted, staff, decided_on=AFTER.date())


def test_deferred_it_is_completed_and_comes_back(submitted, staff, colleague):
    decide(submitted, colleague, outcome=NationalOutcome.DEFERRED, reason="Budget à préciser")
    said = {"candidacy_id": submitted.pk, "by": staff, "at": AFTER}
    operations.save_stage(values={"budget_comment": "Précisé"}, **said)
    operations.submit(meeting_on=date(2027, 3, 1), **said)
    with pytest.raises(InvalidInput, match="déposée que le 11/12/2026"):
        decide(submitted, colleague, decided_on=MEETING)
    decide(submitted, colleague, decided_on=AFTER.date())
    assert submitted.decisions.count() == 2


def test_withdrawn_before_the_decision_it_frees_its_address(submitted, staff, colleague):
    said = {"candidacy_id": submitted.pk, "by": staff, "at": AFTER}
    with pytest.raises(InvalidInput, match="pourquoi"):
        operations.withdraw(reason=" ", **said)
    for _ in range(2):
        withdrawn = operations.withdraw(reason="Ouverte deux fois", **said)
    assert (withdrawn.status, withdrawn.basin.status) == ("WITHDRAWN", BasinStatus.CLOSED)
    assert withdrawn.withdrawal_reason == "Ouverte deux fois"
    with pytest.raises(ActionDenied, match="retirée"):
        decide(submitted, colleague)
    with pytest.raises(ActionDenied, match="retirée"):
        operations.save_stage(values={"communes": "Morez"}, **said)
    again = write_candidacy(staff)
    operations.submit(candidacy_id=again.pk, meeting_on=MEETING, by=staff, at=NOW)
    decide(again, colleague)
    with pytest.raises(ActionDenied, match="ne se retire plus"):
        operations.withdraw(**said | {"candidacy_id": again.pk}, reason="Trop tard")


def test_refused_its_basin_is_closed(submitted, staff, colleague):
    said = {"outcome": NationalOutcome.REFUSED, "reason": "Trop peu de PME"}
    decide(submitted, colleague, votes_for=1, votes_against=9, **said)
    submitted.basin.refresh_from_db()
    assert submitted.basin.status == BasinStatus.CLOSED


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"votes_for": 1}, "votes_for"),
        ({"outcome": "REFUSED", "reason": "Trop peu de PME"}, "votes_for"),
        ({"outcome": "REFUSED", "votes_for": 1}, "reason"),
        ({"outcome": "DEFERRED", "reason": " "}, "reason"),
        ({"decided_on": date(2026, 12, 12)}, "decided_on"),
    ],
)
def test_a_decision_that_does_not_stand_is_refused(submitted, staff, colleague, said, field):
    with pytest.raises(InvalidInput) as refused:
        decide(submitted, colleague, **said)
    assert refused.value.field == field


def test_the_database_holds_the_votes_and_the_last_word(submitted, staff, colleague):
    decision = decide(submitted, colleague)
    for changed in (
        {"votes_for": 1},
        {"outcome": "REFUSED"},
        {"outcome": "REFUSED", "reason": "Trop peu de PME"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NationalDecision.objects.filter(pk=decision.pk).update(**changed)
    decision.pk = None
    with pytest.raises(IntegrityError, match="final_once"), transaction.atomic():
        decision.save(force_insert=True)
