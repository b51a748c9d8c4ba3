"""Refusals: a code for programs and a sentence a person can act on."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a plan was refused. Facts are not."""

    ROLE = "role_may_not"
    FUTURE = "in_the_future"
    PAST = "in_the_past"
    ENDED = "journey_ended"
    NO_TREATMENT = "no_such_treatment"
    STALE_TREATMENT = "stale_treatment"
    STALE_REVISION = "stale_revision"
    NOT_BOOKABLE = "not_bookable"
    NOT_BOOKED = "not_booked"
    ALREADY = "already_recorded"
    GATE = "gate_shut"
    DOSE = "dose_out_of_bounds"
    ANSWER = "answer_not_usable"
    CRITERIA = "criteria_not_met"
    INTERVAL = "interval_out_of_bounds"
    NOT_AN_OPTION = "not_an_option"
    NOT_SAID = "not_said"
    STALE_INPUTS = "stale_inputs"
    OUT_OF_ORDER = "out_of_order"
    NO_STAFFED_HOUR = "no_staffed_hour"
    DAY_CLOSED = "day_closed"
    TOO_EARLY = "too_early"
    UNKNOWN_ESCALATION = "unknown_escalation"
    ESCALATION_CLOSED = "escalation_closed"
    ESCALATION_OPEN = "escalation_open"
    FLAG_OPEN = "flag_open"
    NEEDS_NEXT_STEP = "needs_next_step"
    NEEDS_CLINICIAN = "needs_clinician"
    NOT_RECORDED = "not_recorded"
    NOT_HELD = "not_held"
    NOTHING_TO_CLEAR = "nothing_to_clear"
    UNKNOWN_ITEM = "unknown_item"
    CLOCKS = "clocks_without_answer"
    NOT_PAUSED = "not_paused"
    UNKNOWN_TASK = "unknown_task"
    NO_TEXT = "no_text_goes"
    KEY_REUSED = "key_reused"
    UNKNOWN_ZONE = "unknown_zone"
    INTERNAL = "internal_error"


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The journey's answer to a plan that its rules forbid.

    Attributes:
        code: for programs, stable.
        sentence: what is wrong and what to do, with nothing clinical about the patient.
    """

    def __init__(self, code: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
