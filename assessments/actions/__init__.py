"""Everything that changes charts and plans: one transaction each, with its audit row.

Every action takes ``by``, the person who acts, and ``now``, the instant it happens.
"""

from assessments.actions.addenda import add_addendum
from assessments.actions.advancing import advance_phase
from assessments.actions.charting import Saved, save_values, second_looks
from assessments.actions.check_ins import answer_check_in, queue_check_ins
from assessments.actions.composing import compose_plan
from assessments.actions.cosigning import co_sign
from assessments.actions.discharging import discharge, reopen
from assessments.actions.easier import approve_easier, withdraw_easier
from assessments.actions.episodes import open_episode, start_assessment
from assessments.actions.follow_up import carry_measurements, nothing_new
from assessments.actions.habits import choose_strength_days, report_flare
from assessments.actions.hand_overs import (
    Summary,
    accept_hand_over,
    end_hand_over,
    hand_over,
    return_hand_over,
)
from assessments.actions.intake import Device, correct_intake, save_answers, send_intake
from assessments.actions.intake_files import add_file, remove_file
from assessments.actions.issuing import issue_plan
from assessments.actions.keeping import keep_plan
from assessments.actions.letters import (
    Edited,
    discard_letter,
    draft_letter,
    edit_letter,
    finish_letter,
    log_sending,
)
from assessments.actions.logs import Answer, log_sessions, look_at_logs
from assessments.actions.mistakes import Mistake, enter_in_error
from assessments.actions.notes import amend_note, save_note, sign_note, start_note
from assessments.actions.notes_beside import add_to_note, co_sign_note
from assessments.actions.planning import (
    NewDose,
    add_line,
    draft_plan,
    edit_line,
    remove_line,
    restore_line,
    revise_plan,
    swap_line,
    write_note,
)
from assessments.actions.referrals import close_referral, mark_sent, write_answer
from assessments.actions.remarks import remarks_of
from assessments.actions.reported import confirm_reported, save_chart
from assessments.actions.running import pass_running_test, plan_run
from assessments.actions.signing import amend, sign
from assessments.actions.snippets import remove_snippet, save_snippet, snippets_of
from assessments.actions.soap import save_soap, texts_of
from assessments.actions.treating import Given, add_treatment, remove_treatment
from assessments.actions.unproposed import add_unproposed

__all__ = [
    "Answer",
    "Device",
    "Edited",
    "Given",
    "Mistake",
    "NewDose",
    "Saved",
    "Summary",
    "accept_hand_over",
    "add_addendum",
    "add_file",
    "add_line",
    "add_to_note",
    "add_treatment",
    "add_unproposed",
    "advance_phase",
    "amend",
    "amend_note",
    "answer_check_in",
    "approve_easier",
    "carry_measurements",
    "choose_strength_days",
    "close_referral",
    "co_sign",
    "co_sign_note",
    "compose_plan",
    "confirm_reported",
    "correct_intake",
    "discard_letter",
    "discharge",
    "draft_letter",
    "draft_plan",
    "edit_letter",
    "edit_line",
    "end_hand_over",
    "enter_in_error",
    "finish_letter",
    "hand_over",
    "issue_plan",
    "keep_plan",
    "log_sending",
    "log_sessions",
    "look_at_logs",
    "mark_sent",
    "nothing_new",
    "open_episode",
    "pass_running_test",
    "plan_run",
    "queue_check_ins",
    "remarks_of",
    "remove_file",
    "remove_line",
    "remove_snippet",
    "remove_treatment",
    "reopen",
    "report_flare",
    "restore_line",
    "return_hand_over",
    "revise_plan",
    "save_answers",
    "save_chart",
    "save_note",
    "save_snippet",
    "save_soap",
    "save_values",
    "second_looks",
    "send_intake",
    "sign",
    "sign_note",
    "snippets_of",
    "start_assessment",
    "start_note",
    "swap_line",
    "texts_of",
    "withdraw_easier",
    "write_answer",
    "write_note",
]
