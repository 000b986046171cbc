"""The rules of the committee, as they count votes and as pages show them, and how they changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from alize.common.dates import long_date
from alize.documents.models import StoredFile
from committees import wording
from committees.enums import DecisionOutcome
from committees.models import CommitteeRules, RulesChange
from committees.rulebook import GROUPS, SETTINGS, Group, Setting
from committees.rules import Majority, Outcome, VotingRules


def committee_rules() -> CommitteeRules:
    """The rules of this basin, the defaults of voting.md 5.3 unless it has set its own."""
    return CommitteeRules.objects.filter(pk=1).first() or CommitteeRules()


def voting_rules(amount: int = 0) -> VotingRules:
    """What a ballot is counted by; a higher majority may be wanted above an amount."""
    row = committee_rules()
    is_high = row.high_amount is not None and amount > row.high_amount
    return VotingRules(
        quorum_numerator=row.quorum_numerator,
        quorum_denominator=row.quorum_denominator,
        quorum_strict=row.quorum_strict,
        proxies_count_in_quorum=row.proxies_count_in_quorum,
        recused_in_base=row.recused_in_base,
        floor=row.floor,
        majority=Majority(row.high_majority if is_high else row.majority),
        casting_vote=row.casting_vote,
        tie_outcome=Outcome(row.tie_outcome),
        max_proxies=row.max_proxies,
        min_companies=row.min_companies,
        approved_as=_own_name(row, DecisionOutcome.APPROVED),
        rejected_as=_own_name(row, DecisionOutcome.REJECTED),
        deferred_as=_own_name(row, DecisionOutcome.DEFERRED),
    )


def _own_name(row: CommitteeRules, outcome: DecisionOutcome) -> str:
    """How the committee names an outcome; nothing when it keeps the programme's word."""
    label = row.label_of(outcome)
    return "" if label == outcome.label else wording.inside(label)


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
