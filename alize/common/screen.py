"""What the components of a page show, as frozen values (interface.md 2): queries fill them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["neutral", "info", "done", "attention", "late", "quiet"]
StepState = Literal["done", "current", "todo", "late"]

TONE_ICONS: dict[Tone, str] = {
    "neutral": "circle",
    "info": "info-circle",
    "done": "check-circle-fill",
    "attention": "exclamation-triangle-fill",
    "late": "exclamation-octagon-fill",
    "quiet": "dash-circle",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A status: an icon, a word and a colour, never the colour alone."""

    label: str
    tone: Tone = "neutral"
    icon: str = ""

    @property
    def icon_name(self) -> str:
        """The icon given, or that of the tone."""
        return self.icon or TONE_ICONS[self.tone]


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere."""

    label: str
    url: str
    detail: str = ""
    icon: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A button; with something remaining, it is shown disabled beside « Actions restantes »."""

    label: str
    url: str
    icon: str = ""
    post: bool = False
    remaining: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class ObjectHeader:
    """The head of every object: status, what comes next, who has the ball, due date, one action."""

    name: str
    status: Badge
    reference: str = ""
    now: str = ""
    holder: str = ""
    since: str = ""
    due: str = ""
    due_badge: Badge | None = None
    action: Action | None = None
    others: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of « À faire », with its one button."""

    label: str
    url: str
    action: str = "Ouvrir"
    context: str = ""
    due: str = ""
    badge: Badge | None = None
    is_asked: bool = True
    """Whether an act is expected; what is only there to be read stays out of the morning mail."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of « En attente des autres »."""

    label: str
    url: str
    who: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that matters, with its reference value and the day it was true."""

    label: str
    value: str
    unit: str = ""
    reference: str = ""
    as_of: str = ""
    trend: str = ""
    url: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and its value; no value shows « Non renseigné »."""

    term: str
    value: str = ""
    url: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path, done, current, late or to come."""

    label: str
    state: StepState = "todo"
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done out of what there is to do: « 4/6 »."""

    done: int
    total: int
    label: str = ""
    steps: Sequence[Step] = ()

    @property
    def percent(self) -> int:
        """The share done, rounded down: never complete before the end."""
        return self.done * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of an object among others."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file offered by a large button."""

    label: str
    url: str
    detail: str = ""
    icon: str = "file-earmark-arrow-down"
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a list, with its size and date in words."""

    name: str
    url: str
    detail: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a ballot, large enough for a thumb."""

    value: str
    label: str
    icon: str
    tone: Tone = "neutral"
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What cannot be undone: the effects and the people told, restated before the act."""

    title: str
    effects: Sequence[str]
    told: Sequence[str] = ()
    label: str = "Confirmer"
    back_url: str = ""
    danger: bool = False
    undo: str = ""
    """How it is undone, when it can be."""
    facts: Sequence[Definition] = ()
    preview: str = ""
    """The button that shows, in another tab, what would be sent; its form then says `apercu`."""


VOTE_CHOICES = (
    Choice("FOR", "Pour", "hand-thumbs-up", "done"),
    Choice("AGAINST", "Contre", "hand-thumbs-down", "late"),
    Choice("ABSTAIN", "Abstention", "dash-circle", "neutral"),
)
