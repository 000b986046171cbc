"""A renewal carries over what holds; each term is told of."""

from datetime import date

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from conventions import operations
from conventions.models import Amendment, PartnershipConvention, TermAlert
from partners.models import Partner, Pledge
from tests.builders import at, make_user
from tests.conventions.founding import STARTS, signed


def test_a_renewal_carries_over_partners_objectives_and_pledges(draft, basin):
    before = signed(draft, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))
    gone = basin.partners["Entreprise 3"]
    Partner.objects.filter(pk=gone.pk).update(left_on=date(2026, 3, 1))
    Pledge.objects.create(
        partner=basin.partners["Grand Chambéry"], year=2026, nature="MONEY", amount=500_000
    )
    everybody = [partner.pk for partner in basin.partners.values()]
    after = operations.renew_partnership(
        convention_id=before.pk,
        starts_on=STARTS,
        kept=everybody,
        pledged=everybody,
        by=basin.operator,
        at=at(),
    )
    assert (after.number, after.renews, after.territory) == (2, before, before.territory)
    operations.cancel_partnership(convention_id=after.pk, by=basin.operator, at=at())
    after = operations.renew_partnership(
        convention_id=before.pk,
        starts_on=STARTS,
        kept=everybody,
        pledged=(),
        by=basin.operator,
        at=at(),
    )
    assert after.number == 2
    assert after.partners.count() == len(everybody) - 1
    proposed = Pledge.objects.filter(partner=basin.partners["Grand Chambéry"], year__gte=2027)
    assert [pledge.amount for pledge in proposed.order_by("year")] == [500_000] * 3
    assert Pledge.objects.filter(partner=basin.partners["Entreprise 0"], year=2027).count() == 1
    again = {"starts_on": STARTS, "kept": (), "pledged": (), "by": basin.operator, "at": at()}
    assert operations.renew_partnership(convention_id=before.pk, **again) == after
    assert after.partners.count() == len(everybody) - 1
    signed(after)
    with pytest.raises(ActionDenied, match="déjà préparé"):
        operations.renew_partnership(convention_id=before.pk, **again)


def test_a_renewal_that_begins_within_a_year_proposes_the_last_year_that_has_pledges(draft, basin):
    before = signed(draft, starts_on=date(2024, 2, 1), ends_on=date(2027, 1, 31))
    Pledge.objects.all().delete()
    town = basin.partners["Grand Chambéry"]
    Partner.objects.filter(pk=town.pk).update(joined_on=date(2024, 2, 1))
    for year, amount in ((2025, 400_000), (2026, 500_000)):
        Pledge.objects.create(partner=town, year=year, nature="MONEY", amount=amount)
    operations.renew_partnership(
        convention_id=before.pk,
        starts_on=date(2027, 2, 1),
        kept=[town.pk],
        pledged=[town.pk],
        by=basin.operator,
        at=at(),
    )
    proposed = Pledge.objects.filter(year__gte=2027).values_list("year", "amount")
    assert list(proposed.order_by("year")) == [(2027 + rank, 500_000) for rank in range(3)]


def test_a_renewal_proposes_no_pledge_for_the_years_after_a_partner_leaves(draft, basin):
    before = signed(draft, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))
    town = basin.partners["Grand Chambéry"]
    Partner.objects.filter(pk=town.pk).update(left_on=date(2028, 1, 1))
    Pledge.objects.create(partner=town, year=2026, nature="MONEY", amount=500_000)
    everybody = {"kept": [town.pk], "pledged": [town.pk], "by": basin.operator, "at": at()}
    operations.renew_partnership(convention_id=before.pk, starts_on=STARTS, **everybody)
    assert list(town.pledges.order_by("year").values_list("year", flat=True)) == [2026, 2027]


def test_a_renewal_proposes_of_each_partner_the_last_year_that_they_speak_of(draft, basin):
    before = signed(draft, starts_on=date(2024, 2, 1), ends_on=date(2027, 1, 31))
    Pledge.objects.all().delete()
    ahead, town, gone = (
        basin.partners[name] for name in ("Entreprise 0", "Grand Chambéry", "Entreprise 1")
    )
    for partner, year, amount in (
        (ahead, 2026, 100_000),
        (ahead, 2027, 300_000),
        (town, 2026, 500_000),
        (gone, 2026, 700_000),
        (gone, 2027, 0),
    ):
        Pledge.objects.create(partner=partner, year=year, nature="MONEY", amount=amount)
    everybody = [ahead.pk, town.pk, gone.pk]
    operations.renew_partnership(
        convention_id=before.pk,
        starts_on=date(2027, 2, 1),
        kept=everybody,
        pledged=everybody,
        by=basin.operator,
        at=at(),
    )
    proposed = Pledge.objects.filter(year__gte=2027).exclude(amount=0)
    assert sorted(proposed.values_list("partner", "year", "amount")) == sorted(
        [(ahead.pk, 2027 + rank, 300_000) for rank in range(3)]
        + [(town.pk, 2027 + rank, 500_000) for rank in range(3)]
    )


def test_each_term_is_told_of_once_at_each_of_its_months(draft, basin, run_outbox):
    signed(draft, starts_on=date(2024, 2, 1), ends_on=date(2027, 1, 31))
    staff = make_user(Role.NATIONAL_STAFF)
    days = [at(2026, 1, 31), at(2026, 2, 15), at(2026, 4, 30), at(2026, 5, 1), at(2027, 2, 1)]
    assert [operations.tell_terms(at=day) for day in days] == [1, 0, 1, 0, 0]
    run_outbox()
    with national():
        told = Mail.objects.filter(code="M23").values_list("to_email", flat=True)
        assert sorted(told) == sorted([basin.operator.email, staff.email] * 2)
    assert list(TermAlert.objects.order_by("pk").values_list("months", flat=True)) == [12, 9]
    recorded = AuditEvent.objects.filter(type="partnership.term_told").order_by("sequence")
    assert [event.facts for event in recorded] == [{"months": 12}, {"months": 9}]
    # Put off by a year, the term is told of again.
    later = date(2028, 1, 31)
    Amendment.objects.create(
        convention=draft,
        number=1,
        reason="Un an de plus",
        takes_effect_on=date(2027, 1, 31),
        new_ends_on=later,
        status="SIGNED",
        signed_on=date(2027, 1, 15),
    )
    PartnershipConvention.objects.update(ends_on=later)
    assert operations.tell_terms(at=at(2027, 2, 2)) == 1
    run_outbox()
    with national():
        subjects = Mail.objects.filter(code="M23").order_by("-pk").values_list("subject", flat=True)
        assert "expire dans 11 mois" in subjects[0]
