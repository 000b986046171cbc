"""What may be done with one meeting, file or ballot; the role is judged before, by the matrix."""

from committees.permissions.ballots import (
    cancel_ballot,
    cast_vote,
    close_ballot,
    open_ballot,
    proclaim,
    vote_free_of_links,
    write_proposal,
)
from committees.permissions.decisions import (
    lift_condition,
)
from committees.permissions.interests import (
    declare_interest,
)
from committees.permissions.meetings import (
    CHAIR_NEEDED,
    attend,
    chair,
    impose_recusal,
    lift_recusal,
    rule_on_links,
    close_meeting,
    convene,
    open_meeting,
    prepare,
    preside,
    sit,
)
from committees.permissions.minutes import (
    sign_minutes,
    write_minutes,
)
from committees.permissions.phases import (
    BEFORE_IT_ENDS,
    BEFORE_IT_OPENS,
)
from committees.permissions.rules import (
    apply_rules,
    meet_from_afar,
    propose_rules,
    refuse_rules,
)
from committees.permissions.seats import (
    correct_seat,
    follow_seat,
)

__all__ = [
    "BEFORE_IT_ENDS",
    "BEFORE_IT_OPENS",
    "CHAIR_NEEDED",
    "apply_rules",
    "attend",
    "cancel_ballot",
    "cast_vote",
    "chair",
    "close_ballot",
    "close_meeting",
    "convene",
    "correct_seat",
from committees.permissions.proxies import (
    RUNNING,
    answer_proxy,
    give_proxy,
    hold_proxy,
    revoke_proxy,
)
from committees.permissions.questions import answer_question, ask_question
    "declare_interest",
    "follow_seat",
    "lift_condition",
    "meet_from_afar",
    "open_ballot",
    "open_meeting",
    "prepare",
    "preside",
    "proclaim",
    "propose_rules",
    "refuse_rules",
    "sign_minutes",
    "sit",
    "vote_free_of_links",
    "write_minutes",
    "RUNNING",
    "add_item",
    "adjourn",
    "answer_proxy",
    "answer_question",
    "answer_summons",
    "delegate",
    "approve_agenda",
    "ask_for_discussion",
    "ask_question",
    "ask_secrecy",
    "impose_recusal",
    "in_session",
    "write_proposal",
    "lift_recusal",
    "note_hands",
]
    "quorum",
    "rule_on_links",
    "give_proxy",
    "hold_proxy",
    "impose_recusal",
    "in_session",
    "invite_guests",
    "launch_consultation",
    "remind",
    "reopen",
    "revoke_proxy",
    "rule_on_links",
