"""A line is matched alone only when one thing fits it exactly (feature 22)."""

import time
from dataclasses import replace
from datetime import date

import pytest

from funds.bank import Act, Awaited, Booked, Clue, Line, Matcher, Moved

DAY = date(2027, 3, 15)
IBAN, OTHER_IBAN = "FR1420041010050500013M02606", "FR7630006000011234567890189"
BAUGES = Awaited(1, "AV-2026-SAV-014", "Menuiserie des Bauges SARL", (27_777,) * 3, {IBAN})
TWIN = Awaited(2, "AV-2026-SAV-014-2", "Menuiserie des Bauges SARL", (50_000,) * 2, {IBAN})
VELO = Awaited(3, "AV-2026-SAV-015", "Atelier Vélo", (27_777,) * 3, {OTHER_IBAN})
BOOK = [BAUGES, TWIN, VELO]


def line(amount: int = 27_777, label: str = "VIR", **changes) -> Line:
    return Line(DAY, DAY, amount, label, **changes)


def matched_by(matcher: Matcher, lines) -> list:
    return [matcher.match(one) for one in lines]


def found(matched) -> list[tuple]:
    return [(one.act, one.target, one.clue) for one in matched.proposals[:-1]]


@pytest.mark.parametrize(
    "label",
    ["REMB AV-2026-SAV-014 MARS", "remb av 2026 sav 014", "AV2026SAV014", "ALZ-AV-2026-SAV-014-E3"],
)
def test_one_reference_and_the_amount_of_an_instalment_is_automatic(label):
    matched = Matcher(awaited=BOOK).match(line(label=label))
    assert matched.is_automatic
    assert found(matched) == [(Act.REPAYMENT, 1, Clue.REFERENCE)]


def test_the_longer_reference_is_not_taken_for_the_shorter():
    matched = Matcher(awaited=BOOK).match(line(50_000, "AV-2026-SAV-014-2"))
    assert found(matched) == [(Act.REPAYMENT, 2, Clue.REFERENCE)]
    assert matched.is_automatic


@pytest.mark.parametrize("amount", [27_777, 55_554, 83_331])
def test_whole_instalments_are_exact(amount):
    assert Matcher(awaited=BOOK).match(line(amount, "AV-2026-SAV-014")).is_automatic


@pytest.mark.parametrize(
    ("amount", "why"), [(27_776, "277,77\xa0€ étaient attendus"), (83_332, "ne doit plus que")]
)
def test_another_amount_is_proposed_with_its_reason(amount, why):
    matched = Matcher(awaited=BOOK).match(line(amount, "AV-2026-SAV-014"))
    assert not matched.is_automatic
    assert why in matched.proposals[0].reason
    assert matched.proposals[-1].act == Act.SUSPENSE


def test_the_clues_come_in_their_order():
    by_id = Matcher(awaited=BOOK).match(line(end_to_end_id="ALZ-AV-2026-SAV-015-E4"))
    assert (found(by_id), by_id.is_automatic) == ([(Act.REPAYMENT, 3, Clue.END_TO_END)], True)
    by_iban = Matcher(awaited=BOOK).match(line(iban=IBAN))
    assert found(by_iban) == [
        (Act.REPAYMENT, 1, Clue.IBAN_AND_AMOUNT),
        (Act.REPAYMENT, 2, Clue.NAME),
    ]
    assert by_iban.is_automatic
    by_name = Matcher(awaited=BOOK).match(line(name="ATELIER VELO"))
    assert (found(by_name), by_name.is_automatic) == ([(Act.REPAYMENT, 3, Clue.NAME)], False)
    in_label = Matcher(awaited=BOOK).match(line(label="VIR SEPA Menuiserie  des Bauges"))
    assert found(in_label)[0] == (Act.REPAYMENT, 1, Clue.NAME)
    assert found(Matcher(awaited=BOOK).match(line(label="VIR SAV"))) == []


def test_two_advances_that_fit_are_both_proposed():
    both = Matcher(awaited=BOOK).match(line(label="AV-2026-SAV-014 ET AV-2026-SAV-015"))
    assert [one.target for one in both.proposals[:-1]] == [1, 3]
    assert not both.is_automatic
    # The reference of one, the account of another: a person decides.
    torn = Matcher(awaited=BOOK).match(line(label="AV-2026-SAV-014", iban=OTHER_IBAN))
    assert not torn.is_automatic


def test_what_was_matched_is_expected_no_more():
    matches = matched_by(Matcher(awaited=BOOK), [line(label="AV-2026-SAV-014")] * 4)
    assert [one.is_automatic for one in matches] == [True, True, True, False]
    assert "ne doit plus rien" in matches[3].proposals[0].reason


def test_what_was_typed_before_is_not_booked_twice():
    typed = Booked(
        70, 27_777, date(2027, 3, 12), "remboursement", "AV-2026-SAV-014", BAUGES.company
    )
    matcher = Matcher(awaited=BOOK, booked=[typed])
    first, second = matched_by(matcher, [line(label="AV-2026-SAV-014")] * 2)
    assert (first.is_automatic, found(first)[0]) == (True, (Act.ENTRY, 70, Clue.REFERENCE))
    assert found(second)[0] == (Act.REPAYMENT, 1, Clue.REFERENCE)
    # Typed the same day, of the same amount, but nothing says for whom the money came.
    unknown = Matcher(awaited=BOOK, booked=[typed]).match(line())
    assert (unknown.is_automatic, found(unknown)) == (False, [(Act.ENTRY, 70, Clue.AMOUNT)])
    # Another company's payment stays another's.
    other = Matcher(awaited=BOOK, booked=[typed]).match(line(label="AV-2026-SAV-015"))
    assert (other.is_automatic, found(other)[0][1]) == (True, 3)


def test_a_transfer_is_recognised_when_the_bank_has_made_it():
    sent = Booked(80, -500_000, DAY, "versement", "AV-2026-SAV-017", "Scierie", "ALZ-AV-1-E1")
    matched = Matcher(booked=[sent]).match(line(-500_000, end_to_end_id="ALZ-AV-1-E1"))
    assert (matched.is_automatic, found(matched)) == (True, [(Act.ENTRY, 80, Clue.END_TO_END)])


def test_what_was_typed_long_before_is_offered_and_never_alone():
    def cheque(entry: int, day: int, reference: str = "") -> Booked:
        return Booked(entry, 27_777, date(2027, 2, day), "dotation reçue", reference)

    far = [cheque(1, 3), cheque(2, 27, BAUGES.reference), cheque(3, 20), cheque(4, 1)]
    matched = Matcher(booked=far).match(line(label="REMISE CHEQUE"))
    assert [one.target for one in matched.proposals[:-1]] == [2, 3, 1]
    # A reference comes back with each instalment: it is not proof enough at another time.
    again = Matcher(booked=far).match(line(label="VIR AV-2026-SAV-014"))
    assert [matched.is_automatic, again.is_automatic] == [False, False]
    near = Matcher(booked=[*far, cheque(5, 28)]).match(replace(line(), value_on=date(2027, 3, 1)))
    assert [one.target for one in near.proposals[:-1]] == [5, 2, 3]


def test_the_identifier_of_a_transfer_is_sure_whatever_its_day():
    paid = Booked(
        7, -500_000, date(2027, 2, 1), "versement", end_to_end_id="ALZ-AV-2026-SAV-014-E1"
    )
    matched = Matcher(booked=[paid]).match(line(-500_000, end_to_end_id="ALZ-AV-2026-SAV-014-E1"))
    assert (found(matched), matched.is_automatic) == ([(Act.ENTRY, 7, Clue.END_TO_END)], True)


def test_a_debit_that_came_back_finds_its_repayment():
    paid = Moved(90, 27_777, date(2027, 3, 1), "AV-2026-SAV-015", "Atelier Vélo", "E2E-9")
    matcher = Matcher(moved=[paid])
    back = line(-27_777, "REJET", end_to_end_id="E2E-9", reason="AM04", is_reversal=True)
    first, second = matched_by(matcher, [back, back])
    assert (first.is_automatic, found(first)) == (True, [(Act.BOUNCE, 90, Clue.END_TO_END)])
    assert "AM04" in first.proposals[0].reason
    assert found(second) == []
    # Without the word of the bank that it is a return, a person decides.
    quiet = Matcher(moved=[paid]).match(line(-27_777, "ATELIER VELO"))
    assert (quiet.is_automatic, found(quiet)) == (False, [(Act.BOUNCE, 90, Clue.NAME)])


def typed_on(day: date, **changes) -> Booked:
    """A repayment of an instalment, typed before the bank shows it."""
    label, company = "remboursement", BAUGES.company
    return Booked(70, 27_777, day, label, BAUGES.reference, company, **changes)


def test_a_cheque_typed_long_before_is_not_booked_again():
    waits = [typed_on(date(2027, 2, 10))]
    for paid in (line(label="REMISE CHEQUE AV-2026-SAV-014"), line(iban=IBAN)):
        matched = Matcher(awaited=BOOK, booked=waits).match(paid)
        assert not matched.is_automatic
    named = Matcher(awaited=BOOK, booked=waits).match(line(label="CHEQUE AV-2026-SAV-014"))
    assert [one[:2] for one in found(named)] == [(Act.ENTRY, 70), (Act.REPAYMENT, 1)]
    # Of another advance, or of another amount, it is no reason to wait.
    for other in (replace(waits[0], reference="AV-2026-SAV-015"), replace(waits[0], amount=100)):
        paid = Matcher(awaited=BOOK, booked=[other]).match(line(label="AV-2026-SAV-014"))
        assert paid.is_automatic


def test_what_was_typed_before_the_first_statement_is_offered_and_never_alone():
    early = typed_on(date(2027, 3, 10), is_early=True)
    matched = Matcher(awaited=BOOK, booked=[early]).match(line(label="AV-2026-SAV-014"))
    assert (matched.is_automatic, found(matched)[0][:2]) == (False, (Act.ENTRY, 70))
    # A month before, it is another instalment.
    month = typed_on(date(2027, 2, 15), is_early=True)
    next_one = Matcher(awaited=BOOK, booked=[month]).match(line(label="AV-2026-SAV-014"))
    assert (next_one.is_automatic, len(found(next_one))) == (True, 1)
    # The identifier of a transfer says that it is this one.
    sent = Booked(80, -500_000, date(2027, 3, 14), "versement", end_to_end_id="E", is_early=True)
    assert Matcher(booked=[sent]).match(line(-500_000, end_to_end_id="E")).is_automatic


def test_a_line_that_names_another_advance_is_decided_by_somebody():
    paid = replace(TWIN, advance=9, reference="AV-2026-SAV-009", unpaid=())
    known = {"awaited": BOOK, "settled": [paid], "others": ["AV-2026-SAV-099"]}
    settled = Matcher(**known).match(line(label="REMB AV-2026-SAV-009 DOUBLE", iban=IBAN))
    assert not settled.is_automatic
    assert [one[:2] for one in found(settled)][:2] == [(Act.REPAYMENT, 9), (Act.REPAYMENT, 1)]
    assert "ne doit plus rien" in settled.proposals[0].reason
    unlent = Matcher(**known).match(line(label="AV-2026-SAV-099", iban=IBAN))
    assert (unlent.is_automatic, found(unlent)[0][:2]) == (False, (Act.REPAYMENT, 1))
    typed = typed_on(DAY, iban=IBAN)
    entry = Matcher(**known, booked=[typed]).match(line(label="AV-2026-SAV-099", iban=IBAN))
    assert (entry.is_automatic, found(entry)[0][:2]) == (False, (Act.ENTRY, 70))
    # Nothing but its reference leads to an advance that owes nothing.
    assert Matcher(**known).match(line(iban=IBAN)).is_automatic


def repaid(entry: int, day: date, amount: int = 27_777, reference: str = "AV-1") -> Moved:
    return Moved(entry, amount, day, reference, "Société")


def test_what_came_back_is_looked_for_from_the_nearest_day():
    months = [repaid(month, date(2026, month, 15)) for month in (7, 8, 9, 10, 11)]
    back = replace(line(-27_777, "REJET DE PRELEVEMENT"), value_on=date(2026, 11, 26))
    matched = Matcher(moved=months).match(back)
    assert [one.target for one in matched.proposals[:-1]] == [11, 10, 9]
    # What the line names hides what only has its amount.
    other = repaid(99, date(2026, 11, 25), reference="AV-2")
    named = Matcher(moved=[*months, other]).match(replace(back, label="REJET AV-1"))
    assert [one.target for one in named.proposals[:-1]] == [11, 10, 9]
    assert not named.is_automatic
    assert found(Matcher(moved=months).match(replace(back, label="PRLV"))) == []


def test_a_return_with_its_fee_or_with_another_is_offered_in_parts():
    near = [repaid(1, date(2027, 3, 1)), repaid(2, date(2027, 3, 2), reference="AV-2")]
    far = [repaid(3, date(2026, 7, 1)), repaid(4, date(2026, 6, 1)), repaid(5, DAY, 60_000)]
    fee = Matcher(moved=[*near, *far]).match(line(-28_977, "REJET AV-1", reason="AM04"))
    assert [one.target for one in fee.proposals[:-1]] == [1, 3, 4]
    assert fee.proposals[0].reason.endswith("277,77\xa0€ sur 289,77\xa0€, même référence AV-1")
    both = Matcher(moved=[*near, *far]).match(line(-55_554, "REJETS DE PRELEVEMENTS"))
    assert [one.target for one in both.proposals[:-1]] == [2, 1, 3]
    assert [fee.is_automatic, both.is_automatic] == [False, False]
    assert both.proposals[0].reason.endswith("277,77\xa0€ sur 555,54\xa0€")
    assert found(Matcher(moved=near).match(line(-55_554, "VIR SEPA"))) == []


PAID = Moved(
    91, -83_331, date(2027, 3, 10), BAUGES.reference, BAUGES.company, "ALZ-AV-2026-SAV-014-E1",
    IBAN, "du versement",
)  # fmt: skip


@pytest.mark.parametrize(
    "back",
    [
        {"end_to_end_id": "ALZ-AV-2026-SAV-014-E1", "reason": "AC04", "is_reversal": True},
        {"end_to_end_id": "ALZ-AV-2026-SAV-014-E1"},
        {"label": "REJET VIR AV-2026-SAV-014", "is_reversal": True},
        {"iban": IBAN, "reason": "AC04"},
    ],
)
def test_a_transfer_that_comes_back_undoes_the_payment_and_pays_nothing_back(back):
    matcher = Matcher(awaited=BOOK, moved=[PAID], sent=[PAID.end_to_end_id])
    first, second = matched_by(matcher, [line(83_331, **back)] * 2)
    assert (first.is_automatic, [one[:2] for one in found(first)]) == (True, [(Act.BOUNCE, 91)])
    assert "du versement de Menuiserie des Bauges SARL du 10/03/2027" in first.proposals[0].reason
    assert (second.is_automatic, found(second)) == (False, [])


def test_the_tranche_that_comes_back_is_the_one_that_the_bank_names():
    other = replace(PAID, entry=92, value_on=date(2027, 3, 12), end_to_end_id="E2")
    back = line(83_331, end_to_end_id=PAID.end_to_end_id, reason="AC04")
    matched = Matcher(moved=[other, PAID]).match(back)
    assert (matched.is_automatic, matched.proposals[0].target) == (True, 91)
    one, two = f"ALZ-{PAID.reference}-E1", f"ALZ-{PAID.reference}-E2"
    booked = Booked(91, -83_331, DAY, "versement", PAID.reference, end_to_end_id=one)
    twin = replace(booked, entry=92, end_to_end_id=two)
    left = line(-83_331, end_to_end_id=one)
    assert Matcher(booked=[twin, booked]).match(left).proposals[0].target == 91


@pytest.mark.parametrize(
    "back",
    [
        {"end_to_end_id": "ALZ-AV-2026-SAV-014-E1", "reason": "AC04", "is_reversal": True},
        {"end_to_end_id": "ALZ-AV-2026-SAV-014-E1"},
        {"label": "RETOUR VIR AV-2026-SAV-014"},
    ],
)
def test_a_transfer_that_comes_back_less_what_banks_kept_is_decided_by_somebody(back):
    other = replace(PAID, entry=92, amount=-80_000, end_to_end_id="E2")
    matcher = Matcher(awaited=BOOK, moved=[other, PAID], sent=[PAID.end_to_end_id])
    matched = matcher.match(line(82_131, **back))
    surest = matched.proposals[0]
    assert (matched.is_automatic, surest.act, surest.target) == (False, Act.BOUNCE, 91)
    assert "833,31\xa0€ dont 12\xa0€ retenus" in surest.reason
    # Neither what is too far from the payment, nor what nothing tells it comes back.
    assert (Act.BOUNCE, 91) not in [one[:2] for one in found(matcher.match(line(78_330, **back)))]
    quiet = line(82_131, "VIR AV-2026-SAV-014")
    assert [one[:2] for one in found(matcher.match(quiet))] == [(Act.REPAYMENT, 1)]


def test_what_looks_like_a_payment_that_comes_back_is_decided_by_somebody():
    quiet = line(83_331, "VIR AV-2026-SAV-014")
    matched = Matcher(awaited=BOOK, moved=[PAID]).match(quiet)
    assert not matched.is_automatic
    assert {one[:2] for one in found(matched)} == {(Act.BOUNCE, 91), (Act.REPAYMENT, 1)}
    # Long after, the company pays it all back; a bank says when it sends back so late.
    late = replace(quiet, value_on=date(2027, 6, 1))
    assert found(Matcher(awaited=BOOK, moved=[PAID]).match(late))[0][:2] == (Act.REPAYMENT, 1)
    told = Matcher(awaited=BOOK, moved=[PAID]).match(replace(late, label="RETOUR AV-2026-SAV-014"))
    assert (told.is_automatic, len(found(told))) == (False, 2)


def test_fees_are_proposed_and_never_alone():
    matched = Matcher().match(line(-1_250, "Frais de tenue de compte"))
    assert (matched.is_automatic, found(matched)) == (False, [(Act.FEE, None, Clue.NONE)])


def test_ten_thousand_lines_against_three_hundred_advances():
    book = [
        Awaited(n, f"AV-2026-SAV-{n:03d}", f"Société numéro {n}", (1_000 + n,) * 36, {f"FR{n}"})
        for n in range(300)
    ]
    lines = [
        line(1_000 + n % 300, f"VIR AV 2026 SAV {n % 300:03d} ECHEANCE") for n in range(10_000)
    ]
    started = time.process_time()
    matched = matched_by(Matcher(awaited=book), lines)
    assert time.process_time() - started < 10
    assert sum(one.is_automatic for one in matched) == 10_000
