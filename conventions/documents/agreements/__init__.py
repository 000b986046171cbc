"""The documents of the partnership: laid out from facts read on a day, kept once frozen."""

from conventions.documents.agreements.amendment import (
    amendment_copy,
    amendment_facts,
    amendment_snapshot,
    kind_of,
    preview_amendment,
    subtitle_of,
    title_of,
)
from conventions.documents.agreements.partnership import (
    facts_of,
    partnership_copy,
    partnership_snapshot,
    preview_partnership,
)
from conventions.documents.agreements.remaining import (
    ending_soon,
    remaining_of,
    remaining_of_amendment,
)
from conventions.documents.agreements.summary import amendment_summary, summary_of

__all__ = [
    "amendment_copy",
    "amendment_facts",
    "amendment_snapshot",
    "amendment_summary",
    "ending_soon",
    "facts_of",
    "kind_of",
    "partnership_copy",
    "partnership_snapshot",
    "preview_amendment",
    "preview_partnership",
    "remaining_of",
    "remaining_of_amendment",
    "subtitle_of",
    "summary_of",
    "title_of",
]
