"""`manage.py retention`: what the next day would forget, printed and kept."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from basins import retention, tenancy
from basins.management.verification import one_snapshot

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Affiche ce que la journée effacerait, sans rien effacer : l'ouvrier s'en charge."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="un autre jour que ce jour"
        )

    def handle(self, *args: Any, on: date | None, **_: Any) -> None:
        at = timezone.now()
        if on is not None:
            at = timezone.make_aware(datetime.combine(on, time(12)))
        with tenancy.national(), one_snapshot():
            self._tell("Réseau", retention.NETWORK, at=at)
        for basin in tenancy.every_space():
            with tenancy.inside(basin), one_snapshot():
                self._tell(basin.name, retention.BASIN, at=at)

    def _tell(self, place: str, kinds: Sequence[retention.Kind], *, at: datetime) -> None:
        for kind, rows in retention.past(kinds, at=at):
            keys = [str(key) for key in rows.values_list("pk", flat=True)]
            age = f"après {kind.months} mois" if kind.months else "dès leur fin"
            listed = ", ".join(keys[:MOST_SHOWN]) + (", …" if len(keys) > MOST_SHOWN else "")
            self.stdout.write(
                f"{place}, {kind.label} ({age}) : {len(keys)}{f' : {listed}' if keys else ''}"
            )
