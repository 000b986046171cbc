"""What rooms say of people: what law keeps, what binds somebody, what names or concerns them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from basins.enums import LinkPurpose
from basins.erasure.asked import Asked


@dataclass(frozen=True)
class Bond:
    """Attache : what a basin still needs somebody for."""

    words: str
    outlives: bool = False
    """Whether it holds once the basin is closed: the others end with it."""


KEPT: dict[str, tuple[str, Q]] = {}
BINDS: list[Callable[[Asked, date], Iterable[Bond]]] = []
WORDS: list[Callable[[str], Iterable[str]]] = []
FORGETS: list[Callable[[Asked], int]] = []


def keep(label: str, ground: str, rows: Q | None = None) -> None:
    """Leave as they are the rows of a model, or of all those of an application, that law keeps."""
    KEPT[label] = (ground, rows or Q())


def binds(function: Callable[[Asked, date], Iterable[Bond]]) -> Callable:
    """Let a room say, in the current basin, what somebody is still needed for on a day."""
    BINDS.append(function)
    return function


def names(function: Callable[[str], Iterable[str]]) -> Callable:
    """Let a room say, in the current basin, what else names whoever has an address."""
    WORDS.append(function)
    return function


def forgets(function: Callable[[Asked], int]) -> Callable:
    """Let a room forget what only concerns somebody; it returns how many rows it changed."""
    FORGETS.append(function)
    return function


keep("audit", "journal : des numéros et des empreintes, jamais de nom")
keep("documents", "documents émis et pièces des dossiers : dix ans")
keep("drafting", "modèles nationaux des conventions")
keep("seals", "certificats des cachets")
keep(
    "basins.singleuselink",
    "preuve d'une signature : dix ans après le terme",
    Q(purpose=LinkPurpose.SIGNATURE),
)
