"""Use cases of the projects: each locks, checks, changes, tells the journal and the outbox."""

from projects.operations.base import held
from projects.operations.contacts import (
    create_contact,
)
from projects.operations.diagnoses import (
    RATINGS,
    ask_complement,
    keep_diagnosis_typing,
    note_opened,
    remind_referrer,
    request_diagnosis,
    save_diagnosis_draft,
    submit_diagnosis,
    validate_diagnosis,
)
from projects.operations.endings import close_support, interrupt_support
from projects.operations.follow_up import (
    Answer,
    ask_review,
    handle_difficulty,
    plan_reviews,
    remind,
    renew_link,
    submit_review,
)
from projects.operations.interventions import decline_intervention, open_intervention
from projects.operations.keeping import take_over
from projects.operations.lifecycle import (
    apply_decision,
    assign_lead,
    back_to_committee,
    check_lead,
    drop,
    end_support,
    hand_over,
    label,
    lift_conditions,
    prolong_support,
    resume,
    schedule,
    unschedule,
    watchers,
    withdraw,
)
from projects.operations.opinions import (
    ask_opinion,
    give_opinion,
    renew_opinion_link,
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
    "add_attachment",
    "apply_decision",
    "ask_complement",
    "ask_opinion",
    "ask_review",
    "ask_sheet",
    "assign_lead",
    "back_to_committee",
    "check_lead",
    "close_support",
    "create_contact",
    "decline_intervention",
    "discard_draft",
    "drop",
    "end_support",
    "give_opinion",
    "hand_over",
    "handle_difficulty",
    "held",
    "interrupt_support",
    "keep_diagnosis_typing",
    "label",
    "lift_conditions",
    "note_opened",
    "open_intervention",
    "plan_reviews",
    "prolong_support",
    "remind",
    "remind_referrer",
    "remove_attachment",
    "renew_link",
    "renew_opinion_link",
    "request_diagnosis",
    "restore_attachment",
    "resume",
    "save_diagnosis_draft",
    "save_draft",
    "save_section",
    "schedule",
    "submit_diagnosis",
    "submit_review",
    "take_over",
    "unschedule",
    "validate_diagnosis",
    "watchers",
    "withdraw",
]
