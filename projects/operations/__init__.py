"""Use cases of the projects: each locks, checks, changes, tells the journal and the outbox."""

from projects.operations.contacts import (
    acknowledge,
    create_contact,
)
from projects.operations.diagnoses import (
    RATINGS,
    ask_complement,
    request_diagnosis,
    save_diagnosis_draft,
    submit_diagnosis,
    tell_referrer,
    validate_diagnosis,
)
from projects.operations.follow_up import (
    Answer,
    ask_review,
    plan_reviews,
    remind,
    renew_link,
    submit_review,
)
from projects.operations.lifecycle import (
    apply_decision,
    assign_lead,
    back_to_committee,
    drop,
    end_support,
    hand_over,
    label,
    lift_conditions,
    prolong_support,
    resume,
    schedule,
    unschedule,
    withdraw,
)
from projects.operations.sections import (
    SectionChanged,
    add_attachment,
    discard_draft,
    remove_attachment,
    restore_attachment,
    save_draft,
    save_section,
)
from projects.operations.sheets import (
    ask_sheet,
)

__all__ = [
    "RATINGS",
    "Answer",
    "SectionChanged",
    "acknowledge",
    "add_attachment",
    "apply_decision",
    "ask_complement",
    "ask_review",
    "ask_sheet",
    "assign_lead",
    "back_to_committee",
    "create_contact",
    "discard_draft",
    "drop",
    "end_support",
    "hand_over",
    "label",
    "lift_conditions",
    "plan_reviews",
    "prolong_support",
    "remind",
    "remove_attachment",
    "renew_link",
    "request_diagnosis",
    "restore_attachment",
    "resume",
    "save_diagnosis_draft",
    "save_draft",
    "save_section",
    "schedule",
    "submit_diagnosis",
    "submit_review",
    "tell_referrer",
    "unschedule",
    "validate_diagnosis",
    "withdraw",
]
