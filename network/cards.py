"""What a national list says of each of its objects."""

from dataclasses import dataclass

from alize.common.screen import Badge


@dataclass(frozen=True)
class Card:
    """One object of a list: its name, where it stands, what is to be known of it, its page."""

    title: str
    url: str
    badge: Badge
    facts: list[str]
