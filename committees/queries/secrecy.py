"""Whether a vote will be secret, and who decided so by which rule (voting.md 5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from alize.common.words import counted
from committees.models import AgendaItem
from committees.queries.rules import committee_rules


@dataclass(frozen=True)
class Ruling:
    """What the rules and the requests of members make of the next vote on a file."""

    is_secret: bool
    because: str
    """Who decided by which rule, for whoever leads the vote; nothing when nobody asked."""


def ruling_on(item: AgendaItem) -> Ruling:
    """Secret by the rules, by enough members, or left to whoever presides."""
    rules = committee_rules()
    asked = item.secrecy_requests.select_related("seat__partner", "person").order_by("asked_at")
    people = [f"{one.person} ({one.seat.partner})" for one in asked]
    needed = rules.secret_on_request_of
    if rules.secret_by_default:
        return Ruling(True, "Vote secret d'office, d'après les règles du comité.")
    if not people:
        return Ruling(False, "")
    enough = counted(needed, "demande suffit", "demandes suffisent")
    if len(people) >= needed:
        return Ruling(
            True, f"Vote secret demandé par {_listed(people)} : {enough}, d'après les règles."
        )
    return Ruling(
        False, f"Vote secret demandé par {_listed(people)} : {enough}, la présidence décide."
    )


def _listed(people: Sequence[str]) -> str:
    if len(people) < 2:
        return "".join(people)
    return f"{', '.join(people[:-1])} et {people[-1]}"
