"""Use cases of the committee: each locks, checks, changes, tells the journal and the outbox."""

from committees.operations.agenda import (
    ConditionLine,
    SkillsLine,
    approve_agenda,
    move_item,
    order_agenda,
    put_on_agenda,
    remove_from_agenda,
    save_proposal,
    set_minutes,
)
from committees.operations.answers import answer_summons, ask_to_sit, mark_read
from committees.operations.approvals import Hands, add_remark, approve_minutes
from committees.operations.attendance import check_in, check_out
from committees.operations.ballots import announce_close, cancel_ballot, close_ballot, open_ballot
from committees.operations.conditions import lapse_approvals, lift_condition
from committees.operations.consultation_ends import (
    ask_for_discussion,
    close_at_its_hour,
    close_if_complete,
)
from committees.operations.consultations import (
    change_consultation,
    launch_consultation,
    prepare_consultation,
    remind_undecided,
)
from committees.operations.decisions import (
    Particulars,
    check_ending,
    check_without_ballot,
    letter_before,
    proclaim,
    record_without_ballot,
)
from committees.operations.declarations import (
    LinkLine,
    make_declaration,
    remind_declarations,
)
from committees.operations.guests import add_guest, remove_guest
from committees.operations.hands import HandLine, confirm_hands, discard_hands, note_hands
from committees.operations.interests import declare_interest, impose_recusal, lift_recusal
from committees.operations.letters import hand_letter_over
from committees.operations.meetings import (
    cancel_meeting,
    close_meeting,
    open_meeting,
    plan_meeting,
    update_meeting,
)
from committees.operations.minutes import (
    Saved,
    draft_minutes_pdf,
    return_minutes,
    save_minutes,
    send_minutes,
    sign_minutes,
)
from committees.operations.notes import save_note
from committees.operations.packs import ask_pack, publish_packs
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
from committees.operations.requests import InWriting, ask_about_advance
from committees.operations.reservations import answer_reservation, make_reservation
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
)
from committees.operations.second import convene_again
from committees.operations.sheets import issue_attendance_sheet
from committees.operations.silence import answer_for_silent
from committees.operations.summons import convene, remind
from committees.operations.suspensions import (
    adjourn_meeting,
    leave_votes_to_secretary,
    resume_meeting,
    suspend_meeting,
)
from committees.operations.votes import ask_secrecy, cast_secret_vote, cast_vote, refuse_vote

__all__ = [
    "ConditionLine",
    "Corrections",
    "HandLine",
    "Hands",
    "InWriting",
    "LinkLine",
    "Particulars",
    "Saved",
    "SkillsLine",
    "add_guest",
    "add_remark",
    "adjourn_meeting",
    "announce_close",
    "answer_for_silent",
    "answer_proxy",
    "answer_question",
    "answer_reservation",
    "answer_summons",
    "apply_rules",
    "approve_agenda",
    "approve_minutes",
    "ask_about_advance",
    "ask_for_discussion",
    "ask_pack",
    "ask_question",
    "ask_secrecy",
    "ask_to_sit",
    "cancel_ballot",
    "cancel_meeting",
    "cast_secret_vote",
    "cast_vote",
    "change_consultation",
    "check_ending",
    "check_in",
    "check_out",
    "check_without_ballot",
    "close_at_its_hour",
    "close_ballot",
    "close_if_complete",
    "close_meeting",
    "confirm_hands",
    "convene",
    "convene_again",
    "correct_seat",
    "create_seat",
    "declare_interest",
    "discard_hands",
    "draft_minutes_pdf",
    "end_seat",
    "give_proxy",
    "hand_letter_over",
    "impose_recusal",
    "issue_attendance_sheet",
    "lapse_approvals",
    "launch_consultation",
    "leave_votes_to_secretary",
    "letter_before",
    "lift_condition",
    "lift_recusal",
    "make_declaration",
    "make_reservation",
    "mark_read",
    "move_item",
    "note_hands",
    "open_ballot",
    "open_meeting",
    "order_agenda",
    "plan_meeting",
    "prepare_consultation",
    "proclaim",
    "propose_regulations",
    "propose_rules",
    "publish_packs",
    "put_on_agenda",
    "record_without_ballot",
    "rectify_decision",
    "refuse_rules",
    "refuse_vote",
    "remind",
    "remind_declarations",
    "remind_undecided",
    "remove_from_agenda",
    "remove_guest",
    "reopen_decision",
    "replace_holder",
    "resume_meeting",
    "return_minutes",
    "revoke_proxy",
    "save_minutes",
    "save_note",
    "save_proposal",
    "send_minutes",
    "set_alternates",
    "set_chair_order",
    "set_minutes",
    "sign_minutes",
    "suspend_meeting",
    "update_meeting",
    "withdraw_on_arrival",
]
