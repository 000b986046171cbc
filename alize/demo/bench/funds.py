"""What the fund costs: its figures over twenty years of data, a payment, two thousand futures."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from alize.accounts.models import Person
from alize.common.dates import add_months
from alize.demo.bench.measuring import (
    Effort,
    Figure,
    in_turns,
    milliseconds,
    seconds,
    slow,
    typical,
)
from alize.demo.bench.stage import Stage
from alize.demo.story.payees import write_payee
from alize.demo.story.scene import at
from basins import tenancy
from basins.models import Basin
from basins.postgresql.base import role_of
from funds import operations, queries
from funds.enums import AdvanceStatus, EntryKind, PaymentOrderStatus, Perimeter
from funds.models import (
    Advance,
    Entry,
    PayeeAccount,
    PaymentOrder,
    ScheduleLine,
    ScheduleVersion,
)
from funds.operations import Draft
from funds.rules import (
    Cruise,
    Demand,
    Installment,
    Policy,
    build_schedule,
    chances,
    ledger,
    portfolio_at_risk,
)
from funds.rules.chances import RUNS

YEARS = 20
AMOUNT, LINES, GRACE = 2_200_000, 30, 6
NOWHERE = 1_000_000
"""Ids of decisions that do not exist: no figure looks behind an advance."""
ONE_IN_SO_MANY_STOPS = 20

BARE_AGGREGATE = """
SELECT entry.advance_id, sum(posting.amount)
FROM funds_entry AS entry JOIN funds_posting AS posting ON posting.entry_id = entry.id
WHERE entry.value_on <= %s GROUP BY entry.advance_id
"""
BARE_TABLE = "CREATE TABLE {} (LIKE {} INCLUDING ALL)"
BARE_INSERT = "INSERT INTO bench_entry ({}) VALUES ({})"


@dataclass(frozen=True)
class Book:
    """The advances of twenty years in one basin, and the day it is."""

    basin: Basin
    people: tuple[Person, Person]
    advances: list[Advance]
    today: date


def write_book(stage: Stage, *, advances: int) -> Book:
    """Lend evenly over twenty years; one company in twenty stops paying halfway."""
    people = stage.sample.crew.operator, stage.sample.crew.president
    today = timezone.localdate()
    _without_decisions(stage.basin)
    with tenancy.inside(stage.basin), transaction.atomic():
        operations.record_contribution(
            funder="Banc",
            amount=AMOUNT * advances,
            received_on=add_months(today, -12 * YEARS - 1),
            by=people[0],
            at=timezone.now(),
            command_key=uuid4(),
        )
        lent = _advances(stage, advances, today)
        known_on = lent[0].granted_on - timedelta(days=9)
        payee = write_payee(stage.sample.scene, stage.sample.past[0], known_on)
        for advance in lent:
            operations.post_entries(_life(advance, payee, people, today))
        _plans(lent, people[0])
    with tenancy.owner_cursor() as cursor:
        cursor.execute("ANALYZE")
    return Book(stage.basin, people, lent, today)


def _without_decisions(basin: Basin) -> None:
    """Let advances stand here without the files and the votes that they come from."""
    with tenancy.owner_cursor() as cursor:
        table = sql.Identifier(basin.schema_name, "funds_advance")
        found = cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
            [table.as_string(cursor)],
        ).fetchall()
        for (name,) in found:
            drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
            cursor.execute(drop.format(table, sql.Identifier(name)))
        bare = sql.Identifier(basin.schema_name, "bench_entry")
        entries = sql.Identifier(basin.schema_name, "funds_entry")
        cursor.execute(sql.SQL(BARE_TABLE).format(bare, entries))
        role = sql.Identifier(role_of(basin.schema_name))
        cursor.execute(sql.SQL("GRANT ALL ON {} TO {}").format(bare, role))


def _advances(stage: Stage, count: int, today: date) -> list[Advance]:
    start = add_months(today, -12 * YEARS)
    days = (today - start).days
    return Advance.objects.bulk_create(
        Advance(
            reference=f"AV-BANC-{rank}",
            project_id=stage.sample.past[0].pk,
            company=stage.sample.past[0].beneficiary.name,
            decision_id=NOWHERE + rank,
            status=AdvanceStatus.CONTRACTED,
            granted_amount=AMOUNT,
            granted_on=start + timedelta(days=days * rank // count),
            contracted_on=start + timedelta(days=days * rank // count),
            lines=LINES,
            grace_months=GRACE,
        )
        for rank in range(count)
    )


def _plan(advance: Advance) -> tuple[Installment, ...]:
    return build_schedule(
        amount=AMOUNT, lines=LINES, grace_months=GRACE, disbursed_on=advance.granted_on
    )


def _life(
    advance: Advance, payee: PayeeAccount, people: tuple[Person, Person], today: date
) -> Iterator[Draft]:
    """Paid on the day it was granted, then its lines as they fall due."""
    now = timezone.now()
    order = PaymentOrder.objects.create(
        advance=advance,
        amount=AMOUNT,
        pay_on=advance.granted_on,
        payee=payee,
        status=PaymentOrderStatus.RELEASED,
        prepared_at=at(advance.granted_on),
        prepared_by=people[0],
        released_at=at(advance.granted_on),
        released_by=people[1],
        command_key=uuid4(),
    )
    same = {"perimeter": Perimeter.FUND, "label": "Banc", "by": people[0], "at": now}
    legs = ledger.disbursement(amount=AMOUNT, lines=queries.lines_in_place(on=today))
    yield Draft(
        kind=EntryKind.DISBURSEMENT,
        legs=legs,
        value_on=advance.granted_on,
        advance=advance,
        order=order,
        command_key=uuid4(),
        **same,
    )
    stops = LINES // 2 if advance.pk % ONE_IN_SO_MANY_STOPS == 0 else LINES
    for line in _plan(advance)[:stops]:
        if line.due_on < today:
            yield Draft(
                kind=EntryKind.REPAYMENT,
                legs=ledger.repayment(amount=line.amount, outstanding=line.amount),
                value_on=line.due_on,
                advance=advance,
                command_key=uuid4(),
                **same,
            )


def _plans(lent: list[Advance], by: Person) -> None:
    opening = dict(Entry.objects.filter(kind=EntryKind.DISBURSEMENT).values_list("advance", "pk"))
    versions = ScheduleVersion.objects.bulk_create(
        ScheduleVersion(
            advance=advance,
            no=1,
            effective_on=advance.granted_on,
            opening_entry_id=opening[advance.pk],
            reason="INITIAL",
            covers=AMOUNT,
            recorded_at=timezone.now(),
            recorded_by=by,
        )
        for advance in lent
    )
    ScheduleLine.objects.bulk_create(
        ScheduleLine(version=version, rank=line.rank, due_on=line.due_on, amount=line.amount)
        for version in versions
        for line in _plan(version.advance)
    )


def figures_figure(book: Book, *, effort: Effort) -> Figure:
    """The position and the PAR of all advances / one bare aggregate over the same rows."""

    def position() -> None:
        standings = queries.portfolio_standings(on=book.today).values()
        for days in (30, 90):
            for with_restructured in (False, True):
                portfolio_at_risk(standings, days=days, with_restructured=with_restructured)

    def aggregate() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE_AGGREGATE, [book.today])
            cursor.fetchall()

    with tenancy.inside(book.basin):
        times = in_turns({"ours": position, "bare": aggregate}, effort=effort.lighter)
    ours, bare = typical(times["ours"]), typical(times["bare"])
    return Figure(
        "figures",
        ours / bare,
        3,
        f"{len(book.advances)} avances, {YEARS} ans : {milliseconds(ours)} contre "
        f"{milliseconds(bare)} pour un seul agrégat",
    )


def payment_figure(book: Book, *, effort: Effort) -> Figure:
    """A repayment recorded / the bare insert of its entry, both at p95, the disk waited for.

    The bare insert writes the same row into a table with the same columns and indexes, which has no
    trigger and refers to nothing: what is weighed is all that recording adds to writing.
    """
    turn, numbers = count(), count(1)
    running = [one for one in book.advances if one.granted_on < book.today] or book.advances

    def record() -> None:
        operations.record_repayment(
            advance_id=running[next(turn) % len(running)].pk,
            amount=100,
            value_on=book.today,
            by=book.people[0],
            at=timezone.now(),
            command_key=uuid4(),
        )

    def insert() -> None:
        number = next(numbers)
        values = written | {"id": number, "no": number, "command_key": uuid4()}
        with connection.cursor() as cursor:
            cursor.execute(statement, list(values.values()))

    with tenancy.inside(book.basin), durable_commits():
        written = Entry.objects.filter(kind=EntryKind.REPAYMENT).values().latest("id")
        statement = BARE_INSERT.format(", ".join(written), ", ".join(["%s"] * len(written)))
        times = in_turns({"ours": record, "bare": insert}, effort=effort)
    ours, bare = slow(times["ours"]), slow(times["bare"])
    return Figure(
        "payment",
        ours / bare,
        6,
        f"p95 {milliseconds(ours)} contre {milliseconds(bare)} pour la même écriture nue",
    )


@contextmanager
def durable_commits() -> Iterator[None]:
    """Wait for the disk at each commit, as production does with money."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def simulator_figure(*, effort: Effort) -> Figure:
    """Seconds that two thousand futures of three years take, the most irregular ones."""
    policy = Policy(
        yearly_advances=22_000_000,
        meetings_per_year=5,
        grace_months=GRACE,
        lines=LINES,
        loss_rate=Decimal("0.04"),
    )

    def simulate() -> None:
        chances(policy, Cruise(45_000_000), months=36, seed=1, demand=Demand.POISSON)

    took = min(seconds(simulate) for _ in range(effort.rounds))
    return Figure("simulator", took, 1, f"{RUNS} tirages sur trois ans, en secondes")
