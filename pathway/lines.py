"""Which act takes a line off the work list (clinic-life rules 5 and 6).

Most lines close by what they ask for. What no act answers is closed by hand, with a note.
"""

import re

from pathway.escalation import StaffTask, TaskKind
from pathway.roles import CLINICIANS, PRESCRIBERS, Role

_BY_HAND = ("/broken", "/nudge", "/keep-or-cancel", "/longer-than-planned")
"""Ends of keys of lines that hang on a step and that recording the step may come too late for."""
_CALLS = ("/unknown", "/no-answer")
"""Ends of keys of lines that ask for a call, though no text was to go instead."""
_ACTS = (
    (r"dose-hold/", "lift_dose_hold"),
    (r"phone/", "confirm_phone"),
    (r"t\d+/deviations$", "sign_deviations"),
    (r"entry/", "what it asks for, or a new assessment"),
    (r"assessment/", "book_assessment, record_assessment or record_interval_review"),
    (r"pause/", "resume"),
    (r"leaving/close$", "close, or resume"),
    (r"proposals/", "propose_visits"),
    (r"risk/.*/run-out$", "assess_risk"),
    (r"t\d+/follow-up/questionnaire/", "record_scores"),
    (r"t\d+/follow-up/attendance/", "record_attendance"),
    (r"t\d+/follow-up/over$", "close, or return_to_treatment"),
    (r"t\d+/(follow-up/)?checkin/", "record_scores with the mood, or record_contact_attempt"),
    (
        r"t\d+/(preparation|infusion|monitoring|psychotherapy|decision)/",
        "booking the step anew, or recording it",
    ),
)
_CORRECTED = re.compile(r"/c\d+$")


def own_act(task: StaffTask) -> str | None:
    """The act that closes this line by itself; None where it is closed by hand."""
    key = _CORRECTED.sub("", task.key)
    if key.endswith(_BY_HAND):
        return None
    if task.kind is TaskKind.MESSAGE:
        return "handle_messages, or record_contact_attempt"
    if asks_for_a_call(task):
        return "record_contact_attempt"
    return next((act for pattern, act in _ACTS if re.match(pattern, key)), None)


def asks_for_a_call(task: StaffTask) -> bool:
    """Whether having spoken with her is what the line asks for."""
    key = _CORRECTED.sub("", task.key)
    return task.kind in {TaskKind.CALL, TaskKind.MESSAGE} or key.endswith(_CALLS)


def closers(task: StaffTask) -> frozenset[Role]:
    """Who may close it by hand: a prescriber's line a prescriber, a clinician's a clinician."""
    if task.to in PRESCRIBERS:
        return PRESCRIBERS
    return CLINICIANS if task.to in CLINICIANS else frozenset(Role) - {Role.PATIENT}
