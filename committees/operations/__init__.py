"""Use cases of the committee: each locks, checks, changes, tells the journal and the outbox."""

from committees.operations.agenda import (
    ConditionLine,
    SkillsLine,
    move_item,
    put_on_agenda,
    remove_from_agenda,
    save_proposal,
    set_minutes,
)
from committees.operations.attendance import check_in, check_out
from committees.operations.ballots import cancel_ballot, cast_vote, close_ballot, open_ballot
from committees.operations.conditions import lift_condition
from committees.operations.decisions import proclaim
from committees.operations.interests import declare_interest, impose_recusal, lift_recusal
from committees.operations.meetings import (
    close_meeting,
    convene,
    open_meeting,
    plan_meeting,
    update_meeting,
)
from committees.operations.minutes import (
    draft_minutes_pdf,
    return_minutes,
    save_minutes,
    send_minutes,
    sign_minutes,
)
from committees.operations.rules import (
    apply_rules,
    propose_regulations,
    propose_rules,
    refuse_rules,
)
from committees.operations.seats import (
    correct_seat,
    create_seat,
    end_seat,
    replace_holder,
    set_alternates,
    set_chair_order,
from committees.operations.packs import ask_pack
from committees.operations.proxies import (
    answer_proxy,
    give_proxy,
    revoke_proxy,
    withdraw_on_arrival,
)
from committees.operations.questions import answer_question, ask_question
from committees.operations.rectifications import (
    Corrections,
    rectify_decision,
    reopen_decision,
)
)

__all__ = [
    "ConditionLine",
    "SkillsLine",
    "apply_rules",
    "cancel_ballot",
    "cast_vote",
    "check_in",
    "check_out",
    "close_ballot",
    "close_meeting",
    "convene",
    "correct_seat",
    "create_seat",
    "declare_interest",
    "draft_minutes_pdf",
    "end_seat",
    "impose_recusal",
    "lift_condition",
    "lift_recusal",
    "move_item",
    "open_ballot",
    "open_meeting",
    "plan_meeting",
    "proclaim",
    "propose_regulations",
    "propose_rules",
    "put_on_agenda",
    "remove_from_agenda",
    "refuse_rules",
    "add_guest",
    "adjourn_meeting",
    "answer_proxy",
    "answer_question",
    "answer_summons",
    "replace_holder",
    "approve_agenda",
    "ask_for_discussion",
    "ask_pack",
    "ask_question",
    "ask_secrecy",
    "return_minutes",
    "save_minutes",
    "save_proposal",
    "send_minutes",
    "set_alternates",
    "set_chair_order",
    "set_minutes",
    "sign_minutes",
    "update_meeting",
]
    "give_proxy",
    "revoke_proxy",
    "withdraw_on_arrival",
