"""The postings of each event of the fund, as signed cents (funds.md 2.3).

Accounts are named by their key, so that the codes of the chart may change.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from funds.rules.portfolio import split_on_lines

FIRST_DAY = date(2000, 1, 1)
"""An entry of a day before is of a mistyped year, whose FEC the tax office would not open."""
TOO_OLD = "Cette date est d'avant l'an 2000 : vérifiez l'année."


@dataclass(frozen=True)
class Leg:
    """One side of an entry: debit above zero, credit below; `line` is a contribution."""

    account: str
    amount: int
    line: int | None = None


Legs = tuple[Leg, ...]


def digest(legs: Iterable[Leg]) -> str:
    """What seals the postings of an entry, as the database computes it again (I12)."""
    written = ",".join(
        ":".join(str(part) for part in (leg.account, leg.amount, leg.line) if part is not None)
        for leg in legs
    )
    return hashlib.sha256(written.encode()).hexdigest()


def mirror(legs: Iterable[Leg]) -> Legs:
    """The postings that undo others (I9)."""
    return tuple(Leg(leg.account, -leg.amount, leg.line) for leg in legs)


def _legs(debit: str, credit: str, amount: int, line: int | None = None) -> Legs:
    return Leg(debit, amount), Leg(credit, -amount, line)


def contribution(*, account: str, amount: int, line: int, source: str = "") -> Legs:
    """Money of a funder on one of the two banks, or that waited on its suspense account.

    `account` says whether it may return.
    """
    bank = "OPS_BANK" if account == "OPS_INCOME" else "FUND_BANK"
    return _legs(source or bank, account, amount, line)


def valuation(*, amount: int, line: int | None) -> Legs:
    """Days or things valued: never added to money."""
    return _legs("VALUED_USE", "VALUED_SOURCE", amount, line)


def disbursement(*, amount: int, lines: Sequence[tuple[int, int]]) -> Legs:
    """Money lent, shared in cents between the lines of the fund by what each brought.

    `lines` are the ids of the contributions in place and their net amounts.
    """
    weights = [weight for _, weight in lines]
    if not any(weights):
        return _legs("RECEIVABLE", "FUND_BANK", amount)
    parts = split_on_lines(amount=amount, weights=weights, already=[0] * len(weights))
    shared = (
        Leg("RECEIVABLE", part, line) for (line, _), part in zip(lines, parts, strict=True) if part
    )
    return *shared, Leg("FUND_BANK", -amount)


def repayment(*, amount: int, outstanding: int, source: str = "FUND_BANK") -> Legs:
    """Money that came back: what is owed first, the rest is an over-payment."""
    owed = min(amount, outstanding)
    parts = (Leg("RECEIVABLE", -owed), Leg("OVERPAID", owed - amount))
    return Leg(source, amount), *(leg for leg in parts if leg.amount)


def offset(*, amount: int) -> Legs:
    """An over-payment that pays what is owed again; below zero, one that no longer pays it."""
    return _legs("OVERPAID", "RECEIVABLE", amount)


def refund(*, amount: int) -> Legs:
    """An over-payment given back."""
    return _legs("OVERPAID", "FUND_BANK", amount)


def kept(*, amount: int) -> Legs:
    """An over-payment that nobody can be paid back: it stays in the fund."""
    return _legs("OVERPAID", "KEPT", amount)


def forgone(*, amount: int) -> Legs:
    """What was refunded of a payment that the bank took back since, and will not come back."""
    return _legs("FORGONE", "OVERPAID", amount)


def write_off(*, amount: int) -> Legs:
    """What will not come back."""
    return _legs("LOSS", "RECEIVABLE", amount)


def recovery(*, amount: int, source: str = "FUND_BANK") -> Legs:
    """Money that comes after a write-off."""
    return _legs(source, "RECOVERED", amount)


def provision(*, change: int) -> Legs:
    """Bring the provision to its target: `change` is the target less what there is."""
    if change < 0:
        return _legs("PROVISION", "PROVISION_FREED", -change)
    return _legs("PROVISION_MADE", "PROVISION", change)


def restitution(*, amount: int, line: int | None) -> Legs:
    """What goes back to a funder from its right of return."""
    return Leg("RETURNABLE", amount, line), Leg("FUND_BANK", -amount)


def expense(*, account: str, amount: int, source: str = "OPS_BANK") -> Legs:
    """A cost of the operating account: local engineering, allowance, the rest."""
    return _legs(account, source, amount)


def to_operating(*, amount: int) -> tuple[Legs, Legs]:
    """Money that goes from the advances to the operating account: the two entries."""
    return (
        _legs("FUND_LIAISON", "FUND_BANK", amount),
        _legs("OPS_BANK", "OPS_LIAISON", amount),
    )


def to_advances(*, amount: int) -> tuple[Legs, Legs]:
    """The other way: what the operating account gives back."""
    return (
        _legs("FUND_BANK", "FUND_LIAISON", amount),
        _legs("OPS_LIAISON", "OPS_BANK", amount),
    )


def bank_fee(
    *, amount: int, account: str = "BANK_FEES", source: str = "FUND_BANK"
) -> tuple[Legs, Legs]:
    """A fee, or another cost, taken on the advances: one of the operating account, which owes it.

    Below zero, what was given back of it.
    """
    return (
        _legs("FUND_LIAISON", source, amount),
        _legs(account, "OPS_LIAISON", amount),
    )


def misplaced(*, amount: int, bank: str) -> tuple[Legs, Legs]:
    """Money that waits on one account and is the other's, which it waits on then (R41).

    `bank` is the account that holds it and owes it.
    """
    if bank == "OPS_BANK":
        return (
            _legs("FUND_LIAISON", "UNIDENTIFIED", amount),
            _legs("OPS_UNIDENTIFIED", "OPS_LIAISON", amount),
        )
    return (
        _legs("UNIDENTIFIED", "FUND_LIAISON", amount),
        _legs("OPS_LIAISON", "OPS_UNIDENTIFIED", amount),
    )


def unidentified(*, amount: int, bank: str) -> Legs:
    """A line of a bank statement that nobody explains yet; below zero, money that left."""
    waiting = "OPS_UNIDENTIFIED" if bank == "OPS_BANK" else "UNIDENTIFIED"
    return Leg(bank, amount), Leg(waiting, -amount)
