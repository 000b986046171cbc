"""The map of France by department, with the basins highlighted (@svg-maps, CC BY 4.0)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import ClassVar, Literal

from django.conf import settings
from django.utils.safestring import SafeString

from alize.common.charts.base import NAVY_LIGHT, SEA, Chart

CREDIT = "Fond de carte : @svg-maps, CC BY 4.0."
WIDTH, HEIGHT = 613, 660
State = Literal["active", "coming", "asleep"]
FILLS: dict[State, str] = {"active": SEA, "asleep": "#dccfb2", "coming": NAVY_LIGHT}
"""A department of several basins takes the colour of the first of these states."""
EMPTY_FILL = "#e9eef3"
WORDS: dict[State, str] = {
    "active": "actif",
    "asleep": "sans séance récente",
    "coming": "en création",
}

# The package holds the mainland and Corsica only: the five others are tiles under it.
OVERSEAS = (
    ("971", "Guadeloupe"),
    ("972", "Martinique"),
    ("973", "Guyane"),
    ("974", "La Réunion"),
    ("976", "Mayotte"),
)
_PAIR = re.compile(r"(-?[0-9.]+),(-?[0-9.]+)")
TILE_WIDTH, TILE_HEIGHT, TILE_Y = 110, 44, 602


@dataclass(frozen=True, slots=True)
class Place:
    """What the map says of a basin in a department: its name and its state."""

    label: str
    state: State = "active"


@dataclass(frozen=True, slots=True)
class Department:
    """One department as drawn; its label says which basin is there, if any."""

    path: str
    fill: str
    label: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One overseas department, as a tile under the map."""

    name: str
    x: int
    y: int
    width: int
    height: int
    middle: int
    baseline: int
    fill: str
    ink: str


@dataclass(frozen=True, slots=True)
class Legend:
    """One state and its colour."""

    y: int
    label: str
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FranceMap(Chart):
    """France, the departments of a basin filled."""

    template: ClassVar[str] = "charts/map.svg"
    table_open: ClassVar[bool] = True
    numeric: ClassVar[bool] = False

    departments: tuple[Department, ...]
    tiles: tuple[Tile, ...]
    legend: tuple[Legend, ...]


@cache
def department_paths() -> tuple[tuple[str, str, str], ...]:
    """Read the code, the name and the outline of each department, once."""
    path = settings.NODE_MODULES / "@svg-maps" / "france.departments" / "index.js"
    text = path.read_text(encoding="utf-8").strip().removeprefix("export default").strip()
    locations = json.loads(text.removesuffix(";"))["locations"]
    return tuple(
        # Nothing to escape in what is drawn here: it was a sixth of the time of the page.
        (place["id"].upper(), place["name"], SafeString(lighter(place["path"])))
        for place in locations
    )


def lighter(path: str) -> str:
    """Round an outline to whole pixels: a quarter of the weight, the same picture.

    Each point is placed from the origin before it is rounded, or the errors would add up.
    """
    drawn: list[str] = []
    start_x = start_y = 0.0
    for outline in path.split("z"):
        steps = [tuple(map(float, pair)) for pair in _PAIR.findall(outline)]
        if not steps:
            continue
        # After a « z » the pen is back where the outline before began.
        start_x, start_y = x, y = start_x + steps[0][0], start_y + steps[0][1]
        points = [(round(x), round(y))]
        for step_x, step_y in steps[1:]:
            x, y = x + step_x, y + step_y
            if points[-1] != (round(x), round(y)):
                points.append((round(x), round(y)))
        moves = (f"{to[0] - at[0]} {to[1] - at[1]}" for at, to in pairwise(points))
        drawn.append(f"M{points[0][0]} {points[0][1]}l{' '.join(moves)}z")
    return "".join(drawn)


def france(places: Mapping[str, Sequence[Place]], *, title: str = "Carte des bassins") -> FranceMap:
    """Draw France; the keys are codes of departments: « 73 », « 2A », « 974 »."""

    def fill(code: str) -> str:
        held = {place.state for place in places.get(code, ())}
        return next((FILLS[state] for state in FILLS if state in held), EMPTY_FILL)

    rows = _rows(places)
    held = {place.state for basins in places.values() for place in basins}
    shown = [state for state in FILLS if state in held]
    # The highlighted ones last: their outline lies over their neighbours'.
    outlines = sorted(department_paths(), key=lambda outline: outline[0] in places)
    return FranceMap(
        title=title,
        description=", ".join(f"{basin} dans {department}" for basin, department, _ in rows) + ".",
        width=WIDTH,
        height=HEIGHT,
        headers=("Bassin", "Département", "État"),
        rows=rows,
        note=CREDIT,
        departments=tuple(
            Department(
                outline,
                fill(code),
                f"{', '.join(place.label for place in places[code])} ({name})"
                if code in places
                else "",
            )
            for code, name, outline in outlines
        ),
        tiles=tuple(_tile(rank, name, fill(code)) for rank, (code, name) in enumerate(OVERSEAS)),
        legend=tuple(
            Legend(478 + 30 * rank, WORDS[state], FILLS[state]) for rank, state in enumerate(shown)
        ),
    )


def _rows(places: Mapping[str, Sequence[Place]]) -> tuple[tuple[str, str, str], ...]:
    """What the map says in words: each basin, by its name, in each of its departments."""
    names = {code: name for code, name, _ in department_paths()} | dict(OVERSEAS)
    return tuple(
        (place.label, f"{names.get(code, 'Département')} ({code})", WORDS[place.state])
        for place, code in sorted(
            ((place, code) for code, held in places.items() for place in held),
            key=lambda one: (one[0].label, one[1]),
        )
    )


def _tile(rank: int, name: str, fill: str) -> Tile:
    x = 16 + rank * (TILE_WIDTH + 8)
    return Tile(
        name=name,
        x=x,
        y=TILE_Y,
        width=TILE_WIDTH,
        height=TILE_HEIGHT,
        middle=x + TILE_WIDTH // 2,
        baseline=TILE_Y + TILE_HEIGHT // 2 + 6,
        fill=fill,
        ink="#ffffff" if fill == SEA else "#15273a",
    )
