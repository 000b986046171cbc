"""Carries out the outbox, each entry in its own basin, and asks for the seals of the day."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from celery import Task, shared_task
from django.conf import settings
from django.db import Error, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from alize.common import logs
from alize.notifications.operations import Recipient, send_mail
from alize.outbox import operations as outbox
from alize.outbox.handlers import HEAVY, handler
from alize.outbox.models import Entry
from alize.outbox.queries import due_entries, stuck_entries
from basins import digest, retention, rounds
from basins.models import Basin
from basins.operations import registers as register_operations
from basins.operations import second_factor
from basins.queries import national_staff
from basins.tenancy import inside, national

logger = logging.getLogger("alize.basins")
SWEEP_SIZE = 500
SWEEP_SECONDS = 25.0
"""The next sweep comes five seconds later, and takes what is more urgent first."""


class NoBasin(RuntimeError):
    """A task was sent without saying in which schema it works."""


class BasinTask(Task):
    """A task that refuses to run unless its message names a schema (security.md T5)."""

    abstract = True

    def __call__(self, *args, **kwargs):
        if not self.schema:
            raise NoBasin(self.name)
        return super().__call__(*args, **kwargs)

    @property
    def schema(self) -> str:
        """The schema named by the message."""
        headers = getattr(self.request, "headers", None) or {}
        return headers.get("schema") or getattr(self.request, "schema", "") or ""


@contextmanager
def _schema(name: str) -> Iterator[None]:
    """Work in the schema of an entry, the national one included.

    :raises NoBasin: no basin has it.
    """
    logs.begin(schema=name)
    if name == "public":
        with national():
            yield
        return
    with national():
        basin = Basin.objects.filter(schema_name=name).first()
    if basin is None:
        raise NoBasin(name)
    with inside(basin):
        yield


@shared_task(bind=True, base=BasinTask, name="outbox.run")
def run_entry(self: BasinTask, entry_id: int) -> bool:
    """Carry out one entry; the message's schema must be the entry's own."""
    with national():
        if Entry.objects.filter(_waits(), pk=entry_id).exists():
            return False  # the sweeper takes it up once the basin is open again
    with _schema(self.schema):
        return outbox.run(entry_id, at=timezone.now())


def _waits() -> Q:
    """What a suspended basin does once it is open again, asked for before or not (security.md S11).

    What serves no longer is forgotten there too.
    """
    shut = Basin.objects.suspended().values("schema_name")
    return Q(schema__in=shut) & ~Q(kind__in=rounds.EVEN_SHUT)


@shared_task(name="outbox.sweep")
def sweep() -> int:
    """Carry out what is due and was not hurried: the guarantee behind every mail and document."""
    end = time.monotonic() + SWEEP_SECONDS
    with national():
        due = list(due_entries(at=timezone.now()).exclude(_waits())[:SWEEP_SIZE])
    done, visited = 0, set()
    for entry in due:
        if time.monotonic() > end:
            break
        if outbox.is_for_owner(entry) and not settings.DATABASE_OWNER["USER"]:
            outbox.hurry(entry)
            continue
        try:
            with _schema(entry.works_in):
                done += outbox.run(entry.pk, at=timezone.now())
        except (Error, NoBasin) as error:
            # Its role or its schema gone, a basin does not stop the others.
            logger.exception("outbox.unreachable", extra={"entry": entry.pk})
            with national():
                outbox.postpone(entry.pk, at=timezone.now(), error=error)
        visited.add(entry.works_in)
        if len(visited) == rounds.GROUP:
            visited.clear()
            rounds.let_go()
    return done


@shared_task(name="outbox.tell_stuck")
def tell_stuck() -> int:
    """Tell ASTREES once a day of the work that keeps failing; returns how much there is."""
    at = timezone.now()
    with national(), transaction.atomic():
        count = stuck_entries().count()
        for person in national_staff(on=timezone.localdate(at)) if count else ():
            send_mail(
                "M83",
                to=Recipient.of(person),
                path=reverse("national_home"),
                key=timezone.localdate(at).isoformat(),
                sender="",
                count=count,
            )
    return count


@shared_task(name="basins.begin_day")
def begin_day() -> int:
    """Ask every basin for its work of the day, once; returns how many could not be asked.

    The network has its own: what `public` keeps no longer.
    """
    at = timezone.now()
    failed = rounds.ask_for_the_day(at=at)
    with national(), transaction.atomic():
        outbox.enqueue("basins.forget_network", key=timezone.localdate(at).isoformat())
    return failed


@rounds.daily("basins.forget", even_shut=True)
def forget(*, at: datetime) -> None:
    """Forget what the basin keeps no longer (S56)."""
    retention.forget(retention.BASIN, at=at)


@handler("basins.forget_network", queue=HEAVY, hurried=False)
def forget_network(*, at: datetime) -> None:
    """Forget what the network keeps no longer (S56)."""
    retention.forget(retention.NETWORK, at=at)


@shared_task(name="basins.keep_seals")
def keep_seals() -> int:
    """Ask every journal for its sealed register and its monthly check.

    Returns how many basins could not be asked.

    Those of the basins, then that of the network, where ASTREES hears that what seals ends.
    """
    at = timezone.now()
    ask = partial(register_operations.ask_for_seals, at=at)
    failed = rounds.in_every_basin(ask)
    with national():
        ask()
        register_operations.warn_of_seal_end(at=at)
    return failed


@rounds.daily("basins.plan_digest")
def plan_digest(*, at: datetime) -> None:
    """Have the mail of the morning leave at its hour (M25)."""
    digest.plan_digest(at=at)


@handler("basins.send_digest", queue=HEAVY)
def send_digest(*, at: datetime, day: str) -> None:
    """Tell each person of the basin how much waits for them."""
    digest.send_digest(at=at, day=day)


@handler("basins.seal_register", queue="pdf")
def seal_register(*, at: datetime) -> None:
    """Seal the register of the day."""
    register_operations.seal_register(at=at)


@handler("basins.check_seals", queue="pdf")
def check_seals(*, at: datetime) -> None:
    """Check once a month what the basin sealed."""
    register_operations.check_seals(at=at)


@handler("basins.reset_second_factor")
def reset_second_factor(*, at: datetime, reset_id: int) -> None:
    """Remove a lost second factor, unless its owner stopped it meanwhile."""
    second_factor.carry_out_reset(reset_id=reset_id, at=at)


@handler("basins.tell_staff", national=True)
def tell_staff(
    *,
    at: datetime,
    schema: str,
    code: str,
    path: str,
    about: str,
    told: list[int],
    words: dict[str, str],
) -> None:
    """Write to those who administer the network, unless they were told in the basin."""
    basin = Basin.objects.get(schema_name=schema)
    for person in national_staff(on=timezone.localdate(at)):
        if person.pk not in told:
            send_mail(
                code,
                to=Recipient.of(person),
                path=path,
                key=f"{schema}:{about}",
                sender=basin.name,
                **words,
            )
