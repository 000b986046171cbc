"""The records of the demo, through the product's own indicators, give what Savoie published."""

from datetime import date

import pytest

from steering.queries import basin_figures, partnership, since_origin

PUBLISHED_ON = date(2018, 5, 15)


@pytest.mark.parametrize("as_of", [date(2017, 12, 31), PUBLISHED_ON])
def test_2017_is_the_published_year(savoie_of_the_demo, as_of):
    figures = basin_figures(year=2017, as_of=as_of)
    assert figures.meetings == 5
    assert figures.projects_approved == 10
    assert figures.advances_granted == 220_000_00
    assert figures.jobs_planned_tenths == 45_0


@pytest.mark.parametrize("as_of", [date(2017, 12, 31), PUBLISHED_ON])
def test_since_2006_there_are_94_companies_303_jobs_and_46_percent(savoie_of_the_demo, as_of):
    figures = since_origin(as_of)
    assert figures.companies == 94
    assert figures.jobs_created_tenths == 303_0
    assert figures.turnover.after * 100 == figures.turnover.before * 146


def test_two_projects_in_three_come_true(savoie_of_the_demo):
    realised = since_origin(PUBLISHED_ON).projects_realised
    assert realised.numerator * 3 == realised.denominator * 2


def test_partners_convention_and_steering_committee(savoie_of_the_demo):
    from conventions.models import PartnershipConvention
    from steering.models import SteeringMeeting

    known = partnership(as_of=PUBLISHED_ON)
    assert (known.companies, known.authorities) == (14, 12)
    fifth = PartnershipConvention.objects.get(number=5)
    assert (fifth.starts_on.year, fifth.ends_on.year) == (2018, 2020)
    assert fifth.signed_on == SteeringMeeting.objects.get(number=12).held_on == PUBLISHED_ON


def test_the_fund_never_lent_what_it_had_not(savoie_of_the_demo):
    from funds.models import Posting

    moved = Posting.objects.filter(account="FUND_BANK").values_list("entry__value_on", "amount")
    cash = 0
    for _, amount in sorted(moved, key=lambda row: (row[0], -row[1])):
        cash += amount
        assert cash >= 0


def test_a_company_of_savoie_receives_more_days_by_an_amendment_in_force(savoie_of_the_demo):
    from conventions.models import Amendment
    from conventions.queries.amended import content_of
    from conventions.queries.contracted import days_contracted

    amendment = Amendment.objects.get(cooperation__isnull=False, status="SIGNED")
    assert amendment.incoming.count() == 1
    assert amendment.circuit.sealed_document is not None
    days = content_of(amendment.supporting).days
    assert days == amendment.supporting.decision.days + 4
    assert days_contracted(amendment.signed_on)[amendment.supporting.project_id] == days


def test_the_committee_accepted_each_loss_of_the_demo(savoie_of_the_demo):
    from committees.queries import verification
    from funds.models import Authorization

    losses = Authorization.objects.filter(kind="WRITE_OFF")
    assert losses.count() > 1
    assert all(loss.decision.decided_on < loss.value_on for loss in losses)
    # Papers are not copied with the database of the demo.
    findings = verification.verify().findings
    assert not [found for found in findings if "(PDF)" not in found.what]
