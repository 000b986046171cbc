"""`manage.py bench`: what the application costs, as ratios taken in one run, beside their bars."""

import json
import math
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alize.common.errors import Refusal
from alize.demo.bench.measuring import Effort, Figure
from alize.demo.bench.run import FIGURES, GROUPS, Plan, measure, named


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Mesure l'application par rapport à elle-même, dans une base à part."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "names", nargs="*", metavar="mesure", help=", ".join([*FIGURES, *GROUPS])
        )
        parser.add_argument("--json", action="store_true", help="un seul objet JSON")
        parser.add_argument("--strict", action="store_true", help="échouer si un seuil est passé")
        parser.add_argument("--basins", type=int, default=20, help="bassins migrés (20)")
        parser.add_argument("--network", type=int, default=306, help="bassins du réseau (306)")
        parser.add_argument("--rounds", type=int, default=5, help="tours de chaque mesure (5)")
        parser.add_argument("--calls", type=int, default=40, help="appels par tour (40)")
        parser.add_argument("--files", type=int, default=5, help="dossiers de chaque sorte (5)")
        parser.add_argument("--advances", type=int, default=300, help="avances du fonds (300)")
        parser.add_argument("--minutes", type=int, default=20, help="PV mis en page à la fois (20)")

    def handle(self, *args: Any, **options: Any) -> None:
        names = named(options["names"])
        if unknown := set(names) - set(FIGURES):
            raise CommandError(f"Mesures inconnues : {', '.join(sorted(unknown))}.")
        effort = Effort(options["rounds"], options["calls"])
        plan = Plan(
            options["basins"],
            options["network"],
            options["files"],
            effort,
            options["advances"],
            options["minutes"],
        )
        figures = []
        try:
            for figure in measure(names, plan):
                figures.append(figure)
                if not options["json"]:
                    self.stdout.write(_line(figure))
        except Refusal as refusal:
            raise CommandError(refusal.reason) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({f.name: _facts(f) for f in figures}, ensure_ascii=False))
        if options["strict"] and not all(figure.ok for figure in figures):
            raise CommandError("Un seuil au moins est passé.")


def _line(figure: Figure) -> str:
    sign = "≥" if figure.at_least else "≤"
    held = "tenu " if figure.ok else "PASSÉ"
    return (
        f"{figure.name:10} {figure.value:8.3f}  {sign} {figure.bar:<6.3g} {held}  {figure.detail}"
    )


def _facts(figure: Figure) -> dict[str, Any]:
    # JSON has no infinity: a figure that could not be a ratio is null.
    return {
        "value": round(figure.value, 4) if math.isfinite(figure.value) else None,
        "bar": figure.bar,
        "ok": figure.ok,
        "unit": figure.unit,
        "detail": figure.detail,
    }
