"""What a partner gave in a year against what it promised, in words; what its answer is worth."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from alize.common.money import format_euros

REMINDERS = (10, 20)
"""Days after the question at which it is asked again, while nobody has answered."""


class ConfirmationState(StrEnum):
    """Where the confirmation of a partner's year stands."""

    NOT_ASKED = "NOT_ASKED"
    WAITING = "WAITING"
    CONFIRMED = "CONFIRMED"
    DISPUTED = "DISPUTED"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Means:
    """Apports of one nature, promised and given in a year: cents, and tenths of days.

    What was signed is what it promised, whatever it says since; None when no text says.
    """

    nature: str
    pledged: int = 0
    received: int = 0
    pledged_tenths: int = 0
    received_tenths: int = 0
    signed: int | None = None
    signed_tenths: int = 0

    @property
    def promised(self) -> tuple[int, int]:
        """Cents and tenths of days that bind it."""
        if self.signed is None:
            return self.pledged, self.pledged_tenths
        return self.signed, self.signed_tenths

    @property
    def is_as_signed(self) -> bool:
        """Whether what it says now is what binds it."""
        return self.promised == (self.pledged, self.pledged_tenths)

    @property
    def gap_in_words(self) -> str:
        """« Il manque 3 000 € » : the distance from the promise, never a judgement."""
        promised, _ = self.promised
        gap = self.received - promised
        if not promised:
            return "Non promis" if self.is_as_signed else "Pas encore signé"
        if not gap:
            return "Conforme à l'engagement"
        if not self.received:
            return "Rien n'est encore reçu"
        if gap < 0:
            return f"Il manque {format_euros(-gap)}"
        return f"{format_euros(gap)} de plus que promis"


def as_facts(lines: Iterable[Means]) -> list[dict[str, Any]]:
    """The figures as an answer keeps them."""
    return [asdict(line) for line in lines]


def fingerprint(lines: Iterable[Means]) -> str:
    """What tells the figures somebody reads from those of a moment later."""
    written = json.dumps(as_facts(lines), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """The last word of a partner, and the figures it was given on."""

    confirms: bool
    answered_at: datetime
    figures: Sequence[dict[str, Any]]


def state(
    *, asked_at: datetime | None, answer: Answer | None, lines: Iterable[Means]
) -> ConfirmationState:
    """Where a partner's year stands: an answer holds for the figures it was given on."""
    if asked_at is None:
        return ConfirmationState.NOT_ASKED
    if answer is None or asked_at > answer.answered_at:
        return ConfirmationState.WAITING
    if not answer.confirms:
        return ConfirmationState.DISPUTED
    if list(answer.figures) != as_facts(lines):
        return ConfirmationState.CHANGED
    return ConfirmationState.CONFIRMED
