"""The rules of the committee as pages show them, and how they changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from alize.common.dates import long_date
from alize.documents.models import StoredFile
from committees.models import CommitteeRules, RulesChange
from committees.rulebook import GROUPS, SETTINGS, Group, Setting


@dataclass(frozen=True)
class Line:
    """One setting with what the committee says of it."""

    setting: Setting
    value: str
    default: str
    is_changed: bool
    is_locked: bool


def lines_of(row: CommitteeRules) -> list[tuple[Group, list[Line]]]:
    """Every setting, by subject."""
    return [(group, [_line(setting, row) for setting in group.settings]) for group in GROUPS]


def _line(setting: Setting, row: CommitteeRules) -> Line:
    value, default = setting.value_in(row), setting.default()
    return Line(
        setting=setting,
        value=setting.in_words(value),
        default=setting.in_words(default),
        is_changed=value != default,
        is_locked=setting.needs_regulations and row.regulations_id is None,
    )


@dataclass(frozen=True)
class Replaced:
    """One setting of a change, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """A change of the rules, with what became of it."""

    change: RulesChange
    lines: Sequence[Replaced]
    told: str


def waiting_change() -> RulesChange | None:
    """The change that waits for the president, when there is one."""
    return (
        RulesChange.objects.filter(applied_at=None, refused_at=None)
        .select_related("proposed_by", "regulations")
        .first()
    )


def changes() -> list[Change]:
    """Every change, the latest first."""
    rows = RulesChange.objects.select_related(
        "proposed_by", "applied_by", "refused_by", "regulations"
    )
    return [in_words(row) for row in rows]


def in_words(change: RulesChange) -> Change:
    """A change as people read it."""
    lines = [
        Replaced(
            SETTINGS[name].label,
            SETTINGS[name].in_words(change.before[name]),
            SETTINGS[name].in_words(value),
        )
        for name, value in change.values.items()
    ]
    if change.regulations is not None:
        lines.append(Replaced("Règlement du comité", "", change.regulations.name))
    return Change(change, lines, _told(change))


def _told(change: RulesChange) -> str:
    told = f"Proposé par {change.proposed_by} le {_day(change.proposed_at)}"
    if change.applied_at is not None:
        return f"{told}, en vigueur le {_day(change.applied_at)}, validé par {change.applied_by}."
    if change.refused_at is not None:
        return f"{told}, écarté le {_day(change.refused_at)} par {change.refused_by}."
    return f"{told}, attend la décision de la présidence."


def _day(moment: datetime) -> str:
    return long_date(timezone.localdate(moment))


def is_known(change_id: int) -> bool:
    """Whether there is such a change."""
    return RulesChange.objects.filter(pk=change_id).exists()


def regulations_of(change_id: int) -> StoredFile | None:
    """The regulations that a change attaches, when it does."""
    change = RulesChange.objects.filter(pk=change_id).select_related("regulations").first()
    return change.regulations if change else None
