"""The banks of an account: which number serves on a day, what passed from one to another."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from alize.common.dates import short_date
from funds import bank
from funds.bank.matching import NEAR
from funds.enums import NumberStatus, Perimeter
from funds.models import BankAccount, BankLine, BankNumber, BankStatement
from funds.queries import bank as queries


def our_numbers() -> QuerySet[BankNumber]:
    """Those of the fund, and those that somebody proposes for it."""
    return BankNumber.objects.filter(status__in=(NumberStatus.PROPOSED, NumberStatus.APPROVED))


def numbers_of(account: BankAccount) -> QuerySet[BankNumber]:
    """Those that serve, served or will, the first one first."""
    numbers = account.numbers.filter(status=NumberStatus.APPROVED)
    return numbers.select_related("resumes").order_by("since")


def as_typed(number: BankNumber) -> dict[str, Any]:
    """The bank of an account, as the page that corrects it shows it."""
    said = {name: getattr(number, name) for name in ("holder", "iban", "bic")}
    return {"bank_name": number.bank, **said}


def statement_numbers(account: BankAccount) -> QuerySet[BankNumber]:
    """Those that statements are of: each IBAN once, though the account went back to it."""
    return numbers_of(account).filter(resumes=None)


def read_under(number: BankNumber) -> BankNumber | None:
    """The one that takes the statements of an IBAN; none while its change is withdrawn."""
    return statement_numbers(number.account).filter(iban=number.iban).first()


def unread(number: BankNumber) -> str:
    """Why no statement is read under a number whose change was withdrawn; nothing while one is."""
    if read_under(number) is not None:
        return ""
    on = f" le {short_date(timezone.localdate(at))}" if (at := number.withdrawn_at) else ""
    return (
        f"Le passage à {number.bank} a été retiré{on} : ses relevés ne sont plus attendus, et rien "
        "n'a été importé de ce fichier. S'il est de la banque en service, importez-le à nouveau "
        f"pour elle ; s'il est bien de {number.bank}, attendez que ce changement soit proposé et "
        "approuvé à nouveau."
    )


def number_on(account: BankAccount, day: date) -> BankNumber:
    """The one in force on a day, which pays and is printed; before the first, the first."""
    numbers = numbers_of(account)
    return numbers.filter(since__lte=day).last() or numbers[0]


def fund_number(day: date) -> BankNumber | None:
    """Where companies pay back on a day, once it is known."""
    account = BankAccount.objects.filter(perimeter=Perimeter.FUND).first()
    return number_on(account, day) if account else None


def coming_number(account: BankAccount, day: date) -> BankNumber | None:
    """The last change of bank that is approved, when it does not serve yet on a day."""
    return numbers_of(account).filter(since__gt=day).last()


def waiting_numbers() -> QuerySet[BankNumber]:
    """Changes of bank that the second person has not decided, the oldest first."""
    waiting = BankNumber.objects.filter(status=NumberStatus.PROPOSED)
    return waiting.select_related("account", "replaces", "proposed_by").order_by("pk")


def followed_numbers(account: BankAccount, day: date) -> list[BankNumber]:
    """Those whose statements are expected on a day: the one in force, and those not yet emptied.

    What a bank replaced by another number gets no more.
    """
    held = {last.number_id for last in queries.last_statements(account) if last.closing}
    current = number_on(account, day).origin
    return [
        one
        for one in statement_numbers(account)
        if one == current or (one.pk in held and queries.renumbering_of(one) is None)
    ]


def statements_elsewhere(number: BankNumber) -> QuerySet[BankStatement]:
    """The statements of the other banks of the account of this one."""
    return BankStatement.objects.filter(number__account=number.account_id).exclude(number=number)


def lines_elsewhere(line: BankLine) -> QuerySet[Any]:
    """The lines at another bank of the account of this one."""
    others = statements_elsewhere(line.statement.number).values_list("pk", flat=True)
    # Named one by one: the sums of each line of this bank would be asked before it is left out.
    elsewhere = queries.bank_lines().filter(statement__in=list(others))
    return elsewhere.select_related("account", "statement__number")


def other_sides(line: BankLine, amount: int) -> list[BankLine]:
    """What may be the other side, at another bank of the account, of an amount of a line in cents.

    Open, or waiting on the suspense account, near in time; the nearest first.
    """
    near = lines_elsewhere(line).filter(
        booked_on__range=_near(line),
        amount=F("cleared") + F("waits") - F("suspended") - amount,
    )
    return sorted(near, key=lambda other: (abs(other.booked_on - line.booked_on), other.pk))


def sure_other_side(line: BankLine) -> BankLine | None:
    """The only one, open, when one of both lines names the bank of the other."""
    found = other_sides(line, line.amount)
    if len(found) != 1 or other_sides(found[0], found[0].amount) != [line]:
        return None
    other = found[0]
    named = bank.same_account(line.iban, other.statement.number.iban) or bank.same_account(
        other.iban, line.statement.number.iban
    )
    return other if named and not queries.line_suspended(other) else None


def _near(line: BankLine) -> tuple[date, date]:
    return line.booked_on - NEAR, line.booked_on + NEAR
