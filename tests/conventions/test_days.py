"""A year mistyped in an agreement is refused where it is typed (R7, R59, R68)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from alize.common.constraints import sentence_of
from alize.common.dates import add_months, last_day
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.trigger_sentences import TRIGGER_SENTENCES
from basins.enums import Role
from conventions import operations
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.queries import amended
from conventions.rules import days
from tests.builders import at
from tests.conventions.founding import HOME, STARTS, TODAY, signed
from tests.conventions.supporting import save
from tests.conventions.test_operations import prepared


def test_the_rule_says_how_far_a_day_may_be():
    today = date(2026, 3, 12)
    assert days.earliest_effect(on=today) == date(2025, 3, 12)
    assert days.latest_effect(on=today) == date(2027, 3, 12)
    assert days.latest_effect(on=today, after=date(2028, 2, 29)) == date(2029, 2, 28)
    assert days.latest_effect(on=today, after=date(2025, 12, 31)) == date(2027, 3, 12)
    assert days.latest_payment(date(2026, 5, 1)) == date(2027, 5, 1)
    assert days.latest_term(date(2026, 12, 31)) == date(2029, 12, 31)
    assert days.latest_support(date(2027, 9, 11)) == date(2029, 9, 11)


def refused(field: str, words: str, act) -> None:
    with pytest.raises(InvalidInput, match=words) as no:
        act()
    assert no.value.field == field
    assert "vérifiez l'année" in no.value.reason


def test_a_cooperation_convention_takes_effect_within_a_year(scene):
    asked = {"by": scene.operator, "at": timezone.now()}
    convention = operations.prepare_convention(decision_id=scene.decision.pk, **asked)
    today = timezone.localdate()
    last = add_months(today, 12)

    def keep(starts_on: date, paid_on: date):
        return operations.save_draft(
            convention_id=convention.pk, starts_on=starts_on, payment_expected_on=paid_on,
            signers={}, **asked,
        )  # fmt: skip

    first, day = add_months(today, -12), timedelta(days=1)
    refused("starts_on", "un an à l'avance au plus", lambda: keep(last + day, last + day))
    refused("starts_on", "un an en arrière au plus", lambda: keep(first - day, today))
    paid = add_months(last, 12)
    refused("payment_expected_on", "dans l'année", lambda: keep(last, paid + day))
    assert keep(last, paid).starts_on == last
    assert keep(first, first).starts_on == first


def test_a_partnership_begins_within_a_year_and_is_not_over(basin):
    # As a candidacy said it: the draft is opened, and its text is not frozen.
    far = date(2207, 1, 1)
    convention = operations.prepare_partnership(starts_on=far, by=basin.operator, at=at())
    with pytest.raises(ActionDenied, match="Choisir une prise d'effet au plus tard le 12/03/2027"):
        operations.freeze_partnership(convention_id=convention.pk, by=basin.operator, at=at())

    def correct(starts_on: date):
        values = {"starts_on": starts_on}
        asked = {"values": values, "by": basin.operator, "at": at()}
        return operations.save_section(convention_id=convention.pk, **asked)

    refused("starts_on", "jusqu'au 12/03/2027", lambda: correct(date(2027, 3, 13)))
    refused("starts_on", "déjà à son terme, le 11/03/2026", lambda: correct(date(2023, 3, 12)))
    assert correct(date(2023, 3, 13)).ends_on == TODAY
    assert correct(date(2027, 3, 12)).ends_on == date(2030, 3, 11)


def test_a_renewal_begins_in_the_year_after_the_term(draft, basin):
    before = signed(draft, starts_on=date(2026, 1, 1), ends_on=date(2028, 12, 31))

    def renew(starts_on: date):
        return operations.renew_partnership(
            convention_id=before.pk, starts_on=starts_on, kept=(), pledged=(), by=basin.operator,
            at=at(),
        )  # fmt: skip

    refused("starts_on", "jusqu'au 31/12/2029", lambda: renew(date(2030, 1, 1)))
    after = renew(date(2029, 12, 31))
    asked = {"convention_id": after.pk, "by": basin.operator, "at": at()}
    far = {"starts_on": date(2030, 1, 1)}
    refused(
        "starts_on", "jusqu'au 31/12/2029", lambda: operations.save_section(values=far, **asked)
    )


def test_an_amendment_carries_a_partnership_three_years_more_at_most(draft, basin, client_as):
    convention = signed(draft, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))

    def prolong(new_ends_on: date):
        return operations.save_amendment(
            convention_id=convention.pk, amendment_id=None, reason="Un an de plus",
            takes_effect_on=TODAY, new_ends_on=new_ends_on, changes="", incoming=[],
            by=basin.operator, at=at(),
        )  # fmt: skip

    refused("new_ends_on", "jusqu'au 31/12/2029 au plus", lambda: prolong(date(2207, 1, 1)))
    assert prolong(date(2029, 12, 31)).pk


def test_an_amendment_carries_a_support_two_years_more_at_most(scene, in_force):
    ends_on = amended.content_of(in_force).ends_on
    last = add_months(ends_on, 24)
    far = last + timedelta(days=1)
    refused("new_ends_on", "au plus", lambda: save(scene, in_force, new_ends_on=far))
    assert not Amendment.objects.exists()
    assert save(scene, in_force, new_ends_on=last).new_ends_on == last


def test_the_page_says_it_where_the_day_is_typed(client_as, basin, time_machine):
    time_machine.move_to(at())
    operator = client_as(Role.OPERATOR, user=basin.operator)
    answer = operator.post(f"{HOME}preparer/", {"starts_on": "01/01/2062"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "jusqu" in shown
    assert "12/03/2027" in shown
    assert "01/01/2062" in shown
    assert not PartnershipConvention.objects.exists()
    assert STARTS > TODAY


# -- In SQL: whoever writes -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("starts_on", "months"),
    [(date(2026, 1, 1), 36), (date(2024, 2, 29), 36), (date(2026, 8, 31), 6), (STARTS, 24)],
)
def test_the_database_counts_whole_months_as_the_rule_does(basin, starts_on, months):
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.alize_last_day(%s, %s)", [starts_on, months])
        assert cursor.fetchone() == (last_day(starts_on, months),)


def held(constraint: str, rows, **values) -> None:
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        rows.update(**values)
    assert no.value.__cause__.diag.constraint_name == constraint
    assert sentence_of(no.value) == TRIGGER_SENTENCES[constraint]


def test_the_database_lets_no_mistyped_year_be_frozen_in_a_partnership(draft, basin):
    rows = PartnershipConvention.objects.filter(pk=draft.pk)
    frozen = {"status": "FROZEN", "frozen_at": at(), "frozen_by": basin.operator, "snapshot": {}}

    def lasting(starts_on: date) -> dict:
        return frozen | {"starts_on": starts_on, "ends_on": last_day(starts_on, 36)}

    lasts, near = "agreement_lasts_three_years", "agreement_effect_is_near"
    held(lasts, rows, **lasting(STARTS) | {"ends_on": date(2030, 1, 1)})
    held(lasts, rows, **frozen | {"ends_on": date(2227, 12, 31)})
    held(near, rows, **lasting(date(2027, 3, 13)))
    held(near, rows, **lasting(date(2023, 3, 12)))
    with pytest.raises(IntegrityError, match="mistyped"), transaction.atomic():
        PartnershipConvention.objects.create(number=7, **lasting(date(2227, 1, 1)))
    before = PartnershipConvention.objects.create(
        number=9, status="SIGNED", signed_on=TODAY, starts_on=date(2023, 6, 1),
        ends_on=date(2026, 5, 31),
    )  # fmt: skip
    held(near, rows, renews=before, **lasting(date(2027, 6, 1)))
    assert rows.update(renews=before, **lasting(date(2027, 5, 31))) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {
            "signed_on": date(2018, 1, 5),
            "starts_on": date(2108, 1, 1),
            "ends_on": date(2110, 12, 31),
        },
        {"signed_on": date(2018, 1, 5), "starts_on": date(218, 1, 1), "ends_on": date(220, 12, 31)},
        {"signed_on": date(2018, 1, 5), "starts_on": date(2018, 1, 1), "ends_on": date(2202, 1, 1)},
    ],
    ids=["in ninety years", "in the third century", "for two centuries"],
)
def test_what_was_signed_before_the_tool_has_years_that_follow_one_another(draft, typed):
    rows = PartnershipConvention.objects.filter(pk=draft.pk)
    held("agreement_past_is_plausible", rows, status="SIGNED", **typed)
    real = {"starts_on": date(2018, 1, 1), "ends_on": date(2021, 6, 30)}
    assert rows.update(status="SIGNED", signed_on=date(2018, 2, 5), **real) == 1


def test_so_has_a_support_signed_before_the_tool(scene):
    convention = prepared(scene)
    rows = CooperationConvention.objects.filter(pk=convention.pk)
    now = timezone.now()
    past = {
        "status": "SIGNED", "frozen_at": now, "frozen_by": scene.operator, "snapshot": {},
        "text_version": 1, "recorded_at": now, "recorded_by": scene.operator,
        "signed_on": date(2020, 1, 1), "payment_expected_on": None,
    }  # fmt: skip
    for starts_on in (date(2202, 1, 1), date(202, 1, 1)):
        held("agreement_past_is_plausible", rows, **past, starts_on=starts_on)
    assert rows.update(**past, starts_on=date(2020, 1, 1)) == 1


def test_the_database_lets_no_mistyped_year_be_frozen_in_a_support(scene):
    now = timezone.now()
    today = timezone.localdate(now)
    asked = {"by": scene.operator, "at": now}
    convention = operations.prepare_convention(decision_id=scene.decision.pk, **asked)
    rows = CooperationConvention.objects.filter(pk=convention.pk)
    frozen = {
        "status": "FROZEN", "frozen_at": now, "frozen_by": scene.operator, "snapshot": {},
        "text_version": 1, "payment_expected_on": None,
    }  # fmt: skip
    day = timedelta(days=1)
    last, first = add_months(today, 12), add_months(today, -12)
    for starts_on in (last + day, first - day, date(2227, 1, 1)):
        held("agreement_effect_is_near", rows, **frozen, starts_on=starts_on)
    for paid_on in (today - day, last + day):
        paid = frozen | {"payment_expected_on": paid_on, "starts_on": today}
        held("agreement_payment_is_near", rows, **paid)
    assert rows.update(**frozen | {"starts_on": last, "payment_expected_on": last}) == 1


def test_kept_as_a_draft_for_over_a_year_a_support_is_not_frozen(scene):
    convention = prepared(scene)
    late = timezone.now() + timedelta(days=370)
    refused(
        "starts_on",
        "un an en arrière au plus",
        lambda: operations.freeze(convention_id=convention.pk, by=scene.operator, at=late),
    )


def test_the_database_lets_no_amendment_carry_a_term_too_far(draft, basin):
    convention = signed(draft, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31))
    words = {"convention": convention, "reason": "x", "takes_effect_on": TODAY}
    for new_ends_on in (date(2226, 12, 31), date(2030, 1, 1), date(2026, 12, 30)):
        with pytest.raises(IntegrityError, match="mistyped"), transaction.atomic():
            Amendment.objects.create(number=1, new_ends_on=new_ends_on, **words)
    amendment = Amendment.objects.create(number=1, new_ends_on=date(2029, 12, 31), **words)
    rows = Amendment.objects.filter(pk=amendment.pk)
    held("amendment_term_is_near", rows, new_ends_on=date(2226, 12, 31))
    frozen = {"status": "FROZEN", "frozen_at": at(), "frozen_by": basin.operator, "snapshot": {}}
    late = date(2030, 1, 1)
    held("amendment_effect_is_in_time", rows, takes_effect_on=late, **frozen)
    rows.update(**frozen)
    with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
        rows.update(new_ends_on=date(2226, 12, 31))


def test_the_database_lets_no_amendment_carry_a_support_too_far(scene, in_force):
    last = add_months(amended.content_of(in_force).ends_on, 24)
    amendment = save(scene, in_force, new_ends_on=last)
    rows = Amendment.objects.filter(pk=amendment.pk)
    held("amendment_term_is_near", rows, new_ends_on=last + timedelta(days=1))
    before = amended.content_of(in_force).ends_on - timedelta(days=1)
    held("amendment_term_is_near", rows, new_ends_on=before)
