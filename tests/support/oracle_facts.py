"""Facts are always taken: a refusal of one names its date or its writer, never a plan (rule 1)."""

from datetime import timedelta

from oracle_book import Book

from pathway import commands as cmd
from pathway.refusals import Reason, Refused

ON_PAPER = timedelta(minutes=15)
ALWAYS_FACTS = (
    cmd.RecordAssessment,
    cmd.RecordConsent,
    cmd.RecordPreparation,
    cmd.RecordArrival,
    cmd.RecordVitals,
    cmd.PauseInfusion,
    cmd.EndInfusion,
    cmd.SignDischarge,
    cmd.RecordPsychotherapy,
    cmd.RecordScores,
    cmd.RecordPreference,
    cmd.RecordAttendance,
    cmd.RecordScreen,
    cmd.RaiseFlag,
    cmd.ReportAdverseEvent,
    cmd.RecordDisclosure,
    cmd.RecordReply,
    cmd.RecordDeliveryFailure,
    cmd.RecordPageFailure,
    cmd.HoldTexts,
    cmd.OptOut,
    cmd.DoubtPhone,
    cmd.ReportHospital,
    cmd.BackFromHospital,
    cmd.Withdraw,
    cmd.TransferCare,
    cmd.ReportDeath,
)
A_PLANS = {
    Reason.GATE,
    Reason.CRITERIA,
    Reason.INTERVAL,
    Reason.NO_STAFFED_HOUR,
    Reason.TOO_EARLY,
    Reason.NOT_AN_OPTION,
    Reason.ESCALATION_OPEN,
    Reason.FLAG_OPEN,
    Reason.NEEDS_CLINICIAN,
    Reason.NOT_BOOKED,
    Reason.NOT_BOOKABLE,
    Reason.STALE_REVISION,
    Reason.STALE_INPUTS,
}
"""Reasons that only a plan may be refused for."""
NEVER_REFUSED = (
    cmd.HoldTexts,
    cmd.ReportDeath,
)
SAID_BY_ANYBODY = (
    cmd.RaiseFlag,
    cmd.ReportAdverseEvent,
    cmd.RecordDisclosure,
    cmd.RecordReply,
    cmd.RecordDeliveryFailure,
    cmd.RecordPageFailure,
    cmd.RecordRefusedAnswer,
    cmd.OptOut,
    cmd.DoubtPhone,
    cmd.ReportHospital,
    cmd.BackFromHospital,
)


def refused(book: Book, command: cmd.Command, refusal: Refused) -> None:
    """What the oracle says about a refusal."""
    says = f"{command.name} refused ({refusal.code}): {refusal.sentence}"
    assert refusal.code is not Reason.INTERNAL, says
    if not timedelta(days=-3000) < command.happened_at - book.now <= timedelta(0):
        return
    assert not isinstance(command, NEVER_REFUSED), says
    assert not isinstance(command, SAID_BY_ANYBODY), says
    if _is_a_fact(book, command):
        assert refusal.code not in A_PLANS, says
    if isinstance(command, cmd.StartInfusion) and _is_a_fact(book, command):
        assert refusal.code is not Reason.DOSE, says
    if isinstance(command, cmd.RecordPsychotherapy) and command.outcome.value != "not_reached":
        assert refusal.code is not Reason.NEEDS_NEXT_STEP, says


def _is_a_fact(book: Book, command: cmd.Command) -> bool:
    if isinstance(command, cmd.RecordDischarge):
        return command.way.value != "signed_off" or _on_paper(book, command)
    if isinstance(command, cmd.StartInfusion) and command.already_running:
        return True
    if isinstance(command, (cmd.StartInfusion, cmd.ResumeInfusion)):
        return _on_paper(book, command)
    return isinstance(command, ALWAYS_FACTS)


def _on_paper(book: Book, command: cmd.Command) -> bool:
    return book.now - command.happened_at > ON_PAPER
