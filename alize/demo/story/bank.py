"""Writes the bank of a demo basin: months of statements, and a few lines left to reconcile."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import F

from alize.common.dates import add_months
from alize.demo.story.scene import Scene, at
from funds.bank import Line
from funds.bank.statements import numbered
from funds.enums import AccountKey, ClearingAct, EntryKind, NumberStatus, Perimeter
from funds.models import BankAccount, BankLine, BankNumber, BankStatement, Clearing, Posting
from funds.queries import expectations

MONTHS = 4
IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPP"


@dataclass(frozen=True)
class Seen:
    """A line of a statement, and the entry it turned out to be."""

    line: Line
    entry: int | None = None


def write_bank(scene: Scene) -> None:
    """The account of the advances, its last statements, and a handful of lines nobody explained."""
    opened_on = scene.today - timedelta(days=200)
    account = BankAccount.objects.create(
        perimeter=Perimeter.FUND, opened_at=at(opened_on), opened_by=scene.people.operator
    )
    number = BankNumber.objects.create(
        account=account,
        bank="Crédit des Alpes",
        holder=f"FONDS ALIZE {scene.territory.name.upper()}",
        iban=IBAN,
        bic=BIC,
        wanted_on=opened_on,
        since=opened_on,
        status=NumberStatus.APPROVED,
        proposed_at=at(opened_on),
        proposed_by=scene.people.operator,
    )
    since = add_months(scene.today.replace(day=1), -MONTHS)
    until = scene.today - timedelta(days=1)
    postings = Posting.objects.filter(account=AccountKey.FUND_BANK)
    before = postings.filter(entry__value_on__lt=since).values_list("amount", flat=True)
    seen = sorted([*_booked(since, until), *_puzzles(until)], key=lambda one: one.line.booked_on)
    opening, previous = sum(before), None
    for rank in range(MONTHS + 1):
        first = add_months(since, rank)
        last = min(add_months(first, 1) - timedelta(days=1), until)
        if last < first:
            continue
        month = [one for one in seen if first <= one.line.booked_on <= last]
        previous = _write_statement(scene, number, previous, opening, first, last, month)
        opening = previous.closing


def _booked(since: date, until: date) -> list[Seen]:
    """What the ledger holds, as the bank writes it."""
    moved = (
        Posting.objects.filter(
            account=AccountKey.FUND_BANK,
            entry__value_on__gte=since,
            entry__value_on__lte=until,
        )
        .order_by("entry__value_on", "entry")
        .annotate(company=F("entry__advance__project__beneficiary__name"))
        .values_list("entry", "entry__value_on", "amount", "entry__label", "company")
    )
    return [
        Seen(_line(day, amount, label.upper(), name=(company or "")), entry)
        for entry, day, amount, label, company in moved
    ]


def _puzzles(until: date) -> list[Seen]:
    """What a treasurer meets in a month."""
    matcher = expectations.awaited_on(until)[:4]
    day = until - timedelta(days=6)
    lines = [
        _line(day, -1_450, "FRAIS DE TENUE DE COMPTE"),
        _line(day, 25_000, "VIREMENT RECU 7741 MERCI"),
    ]
    if matcher:
        one = matcher[0]
        lines.append(_line(day, one.unpaid[0], "VIR SEPA RECU", name=one.company.upper()))
        last = matcher[-1]
        lines.append(_line(day, 15_000, f"ACOMPTE {last.reference}", name=last.company))
    if len(matcher) > 2:
        two = matcher[1:3]
        total = sum(one.unpaid[0] for one in two)
        lines.append(_line(day, total, "DEUX ECHEANCES, VOIR COURRIER DU CABINET"))
    returned = _last_repayment(until)
    if returned is not None:
        lines.append(returned)
    return [Seen(line) for line in lines]


def _last_repayment(until: date) -> Line | None:
    """A debit that came back for want of funds."""
    posting = (
        Posting.objects.filter(
            account=AccountKey.FUND_BANK,
            entry__kind=EntryKind.REPAYMENT,
            entry__value_on__lt=until - timedelta(days=8),
        )
        .select_related("entry__advance__project__beneficiary")
        .order_by("-entry")
        .first()
    )
    if posting is None:
        return None
    company = posting.entry.advance.project.beneficiary.name
    back = _line(until - timedelta(days=2), -posting.amount, "REJET DE PRELEVEMENT", name=company)
    return replace(back, reason="AM04", is_reversal=True)


def _line(day: date, amount: int, label: str, *, name: str = "") -> Line:
    return Line(booked_on=day, value_on=day, amount=amount, label=label, name=name)


def _write_statement(
    scene: Scene,
    number: BankNumber,
    previous: BankStatement | None,
    opening: int,
    since: date,
    until: date,
    seen: list[Seen],
) -> BankStatement:
    statement = BankStatement.objects.create(
        number=number,
        previous=previous,
        since=since,
        until=until,
        opening=opening,
        closing=opening + sum(one.line.amount for one in seen),
        recorded_at=at(until),
        recorded_by=scene.people.operator,
    )
    lines = BankLine.objects.bulk_create(
        BankLine(
            statement=statement,
            account=number.account,
            rank=rank,
            booked_on=line.booked_on,
            value_on=line.value_on,
            amount=line.amount,
            label=line.label,
            name=line.name,
            reason=line.reason,
            is_reversal=line.is_reversal,
            identity=hashlib.sha256(f"{IBAN} {line.identity}".encode()).hexdigest(),
            occurrence=line.occurrence,
        )
        for rank, line in enumerate(numbered(one.line for one in seen), start=1)
    )
    Clearing.objects.bulk_create(
        Clearing(
            line=line,
            act=ClearingAct.ENTRY,
            amount=line.amount,
            entry_id=one.entry,
            is_automatic=True,
            made_at=at(until),
            made_by=scene.people.operator,
        )
        for line, one in zip(lines, seen, strict=True)
        if one.entry is not None
    )
    return statement
