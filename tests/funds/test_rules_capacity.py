"""What the committee may grant, looking a year ahead (funds.md 2.6)."""

from datetime import date

from funds.rules import commitment_capacity

ON = date(2027, 1, 31)
LINES = [
    (date(2027, 1, 31), 7_000_00),  # late today
    (date(2027, 2, 1), 1_000_00),
    (date(2027, 2, 28), 1_000_00),
    (date(2027, 3, 1), 2_000_00),
    (date(2028, 1, 31), 3_000_00),
    (date(2028, 2, 1), 9_000_00),  # beyond the year
]


def test_without_restitution_today_is_what_counts():
    found = commitment_capacity(on=ON, cash=100_000_00, committed=30_000_00, dues=LINES)
    assert [month.ends_on for month in found.months[:4]] == [
        ON,
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
    ]
    assert len(found.months) == 13
    assert [month.expected for month in found.months] == [0, 2_000_00, 2_000_00, *[0] * 9, 3_000_00]
    assert [month.counted for month in found.months[:3]] == [0, 1_800_00, 1_800_00]
    assert found.lowest == found.months[0]
    assert found.amount == 70_000_00
    assert found.months[-1].free == 76_300_00


def test_a_restitution_to_come_takes_from_what_may_be_granted_today():
    found = commitment_capacity(
        on=ON,
        cash=100_000_00,
        committed=30_000_00,
        dues=LINES,
        restitutions=[(date(2027, 6, 30), 50_000_00), (date(2030, 1, 1), 1)],
        haircut=0,
        reserve=5_000_00,
    )
    assert found.lowest.ends_on == date(2027, 6, 30)
    assert found.amount == 100_000_00 - 30_000_00 + 4_000_00 - 50_000_00 - 5_000_00


def test_what_should_have_gone_back_already_leaves_today():
    back = [(ON, 20_00), (date(2026, 1, 1), 5_00)]
    found = commitment_capacity(on=ON, cash=100_00, committed=0, dues=[], restitutions=back)
    assert (found.months[0].restituted, found.amount) == (25_00, 75_00)


def test_what_was_granted_too_much_shows_below_zero():
    found = commitment_capacity(on=ON, cash=10_00, committed=50_00, dues=[])
    assert found.amount == -40_00


def test_the_cents_of_the_haircut_add_up_over_the_year():
    dues = [(date(2027, month, 15), 33) for month in range(2, 13)]
    found = commitment_capacity(on=ON, cash=0, committed=0, dues=dues, haircut=3_333)
    assert sum(month.counted for month in found.months) == 33 * 11 * 6_667 // 10_000
