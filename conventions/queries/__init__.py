"""What the screens of the conventions read."""

from conventions.queries.clauses import ZoneLine, clauses, zones
from conventions.queries.computed import changes as signer_changes
from conventions.queries.detail import SignerLine, remaining, signer_lines
from conventions.queries.lists import (
    ConventionRow,
    PartnershipRow,
    convention_rows,
    decisions_waiting,
    lacking_texts,
    partnership_rows,
    since,
    status_badge,
    with_signatures,
)
from conventions.queries.mandates import lines_on, signers_on, unready_lines, unready_signers
from conventions.queries.parties import signatories_of
from conventions.queries.texts import text_news, texts_in_use
from conventions.queries.visible import (
    amendments_visible_to,
    convention_page,
    conventions_visible_to,
    is_document_readable,
    reads_text,
)

__all__ = [
    "ConventionRow",
    "PartnershipRow",
    "SignerLine",
    "ZoneLine",
    "amendments_visible_to",
    "clauses",
    "convention_page",
    "convention_rows",
    "conventions_visible_to",
    "decisions_waiting",
    "is_document_readable",
    "lacking_texts",
    "lines_on",
    "partnership_rows",
    "reads_text",
    "remaining",
    "signatories_of",
    "signer_changes",
    "signer_lines",
    "signers_on",
    "since",
    "status_badge",
    "text_news",
    "texts_in_use",
    "unready_lines",
    "unready_signers",
    "with_signatures",
    "zones",
]
