"""Reads of the projects: who sees what, the pipeline, the file, its history."""

from projects.queries.card import card_of, timeline_of
from projects.queries.changes import Change, last_change
from projects.queries.company import COMPANY_FIELDS, company_of, partners_of_same_group, revision_of
from projects.queries.diagnoses import (
    candidates_for,
    diagnosis_of,
    may_read_diagnosis,
    member_contacts,
    tracking_of,
)
from projects.queries.header import due_badge, header_of, since_words, status_badge
from projects.queries.hints import hints_of
from projects.queries.history import history_of
from projects.queries.listing import board_of, companies_like, listed, matching
from projects.queries.sections import progress_of, sections_of
from projects.queries.visibility import (
    hide_when,
    keepers,
    left_behind,
    not_withdrawn,
    operators,
    reads_whole_file,
    visible_to,
    visible_whole_to,
    without_operator,
)

__all__ = [
    "COMPANY_FIELDS",
    "Change",
    "board_of",
    "candidates_for",
    "card_of",
    "companies_like",
    "company_of",
    "diagnosis_of",
    "due_badge",
    "header_of",
    "hide_when",
    "hints_of",
    "history_of",
    "keepers",
    "last_change",
    "left_behind",
    "listed",
    "matching",
    "may_read_diagnosis",
    "member_contacts",
    "not_withdrawn",
    "operators",
    "partners_of_same_group",
    "progress_of",
    "reads_whole_file",
    "revision_of",
    "sections_of",
    "since_words",
    "status_badge",
    "timeline_of",
    "tracking_of",
    "visible_to",
    "visible_whole_to",
    "without_operator",
]
