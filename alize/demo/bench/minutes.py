"""What a vote pays while the worker lays out, and seals, the minutes of many meetings (Q13)."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from urllib.parse import urlsplit, urlunsplit

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localdate
from kombu import Connection

from alize.bootstrap.processes import environment, log_path, running, start
from alize.bootstrap.web import worker_command
from alize.common.errors import Refusal
from alize.demo.bench.measuring import Effort, Figure, milliseconds, seconds, slow
from alize.demo.bench.requests import voting
from alize.demo.bench.stage import Stage
from alize.demo.story.meetings import write_meeting
from alize.demo.story.plan import plan
from alize.demo.story.territories import YearSeed
from alize.outbox.handlers import HANDLERS
from alize.outbox.models import Entry
from alize.outbox.operations import enqueue
from basins import tenancy
from committees.models import Meeting, Minutes

FILES = 4
"""Files on the agenda of each meeting."""
COMPARTMENT = 15
"""Of the broker: nobody else listens there."""
PAUSE = 0.05
"""Seconds between two votes of one person, alone or not."""
LONGEST = 600.0
"""Seconds after which the worker is taken for stopped."""
WORK = ("committees.issue_minutes", "committees.issue_annex", "signatures.seal")


def minutes_figure(stage: Stage, *, count: int, effort: Effort) -> Figure:
    """Votes while `count` minutes are laid out and sealed / votes alone, both at p95."""
    vote, batch = voting(stage), effort.rounds * effort.calls
    warm, single, *many = _write_minutes(stage, count=count + 2)
    with _worker() as send:
        _ask(stage, [warm], send)
        _while_busy(stage, _nothing)
        start_of_one = perf_counter()
        _ask(stage, [single], send)
        _while_busy(stage, _nothing)
        one = perf_counter() - start_of_one
        alone = [_paced(vote) for _ in range(batch)]
        start_of_many = perf_counter()
        _ask(stage, many, send)
        busy = _while_busy(stage, vote)
        last = perf_counter() - start_of_many
        alone += [_paced(vote) for _ in range(batch)]
    calm, slowed = slow([alone]), slow([busy])
    return Figure(
        "minutes",
        slowed / calm,
        1.5,
        f"vote p95 {milliseconds(slowed)} pendant {count} PV ({len(busy)} votes), "
        f"{milliseconds(calm)} sinon ; le dernier PV scellé après {last:.0f} s, "
        f"un seul en {one:.1f} s",
    )


def _nothing() -> None:
    """Wait only."""


def _paced(call: Callable[[], object]) -> float:
    """How long a call takes; the next one comes a moment later."""
    taken = seconds(call)
    sleep(PAUSE)
    return taken


def _write_minutes(stage: Stage, *, count: int) -> list[int]:
    """As many meetings held the day after one another, their minutes signed, not yet laid out."""
    scene = stage.sample.scene
    with tenancy.inside(stage.basin), transaction.atomic():
        last = Meeting.objects.filter(minutes__isnull=False).latest("held_at")
        territory = replace(
            scene.territory,
            departments=("01",),
            first_year=last.year - count + 1,
            places=tuple(f"du Banc {rank}" for rank in range(1, count + 1)),
            usual=YearSeed(meetings=1, approved=1, rejected=FILES),
        )
        # One meeting a year, moved to the days after the last one.
        for rank, planned in enumerate(plan(territory, until=scene.today)[:count], 1):
            day = localdate(last.held_at) + timedelta(days=rank)
            refused = (project for project in planned.projects if not project.approved)
            projects = tuple(replace(project, decided_on=day) for project in refused)
            write_meeting(
                scene,
                replace(
                    planned,
                    year=last.year,
                    rank=last.rank + rank,
                    held_on=day,
                    projects=projects,
                ),
            )
        written = Minutes.objects.filter(meeting__held_at__gt=last.held_at, status="SIGNED")
        return list(written.order_by("pk").values_list("pk", flat=True))


def _ask(stage: Stage, minutes: list[int], send: Callable[[Entry], None]) -> None:
    """Ask for minutes as their signature does, all in one transaction."""
    with tenancy.inside(stage.basin):
        with transaction.atomic():
            for pk in minutes:
                # Due at a given time, it is not hurried on the broker of this process.
                enqueue(WORK[0], key=f"{pk}:signed", due_at=timezone.now(), minutes_id=pk)
        asked = list(Entry.objects.filter(kind=WORK[0], done_at=None))
    for entry in asked:
        send(entry)


def _while_busy(stage: Stage, call: Callable[[], object]) -> list[float]:
    """How long each call takes, one after the other, until all the minutes asked for are sealed.

    :raises Refusal: it takes too long.
    """
    done, deadline = [], perf_counter() + LONGEST
    while True:
        done.append(_paced(call))
        with tenancy.inside(stage.basin):
            if not Entry.objects.filter(kind__in=WORK, done_at=None).exists():
                return done
        if perf_counter() > deadline:
            raise Refusal(f"Les procès-verbaux n'arrivent pas : voyez {log_path('bench')}.")


@contextmanager
def _worker() -> Iterator[Callable[[Entry], None]]:
    """A worker as the product starts it, on the database of the bench; how to send it an entry."""
    broker = _broker()
    with TemporaryDirectory() as folder, Connection(broker) as own:
        own.default_channel.client.flushdb()
        worker = start(
            "L'exécutant des tâches",
            "bench",
            worker_command("--beat", "--schedule", Path(folder) / "schedule"),
            env=environment(_variables(folder, broker)),
            stop_signal=signal.SIGTERM,
        )

        def send(entry: Entry) -> None:
            current_app.send_task(
                "outbox.run",
                args=[entry.pk],
                queue=HANDLERS[entry.kind].queue,
                headers={"schema": entry.works_in},
                connection=own,
            )

        with running(worker):
            yield send


def _variables(folder: str, broker: str) -> dict[str, str]:
    """The settings of the demo, which mail nobody, on what is ours alone."""
    given = os.environ.get("DATABASE_URL", "postgresql://alize_app@/alize")
    database = urlsplit(given)._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        "DATABASE_URL": urlunsplit(database),
        "CELERY_BROKER_URL": broker,
        "DJANGO_SETTINGS_MODULE": "alize.settings.demo",
        "ALIZE_STATE_DIR": folder,
        "ALIZE_SEAL_KEYS": str(Path(folder) / "seal-keys"),
    }


def _broker() -> str:
    """The compartment of the broker that is ours, as Celery writes its address."""
    address = urlsplit(settings.REDIS_URL)
    if address.scheme == "unix":
        return f"redis+socket://{address.path}?virtual_host={COMPARTMENT}"
    return urlunsplit(address._replace(path=f"/{COMPARTMENT}"))
