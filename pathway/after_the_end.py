"""A journey that has ended: its facts are still taken, and open nothing but what is dangerous.

What happened is recorded after the end too (rule 1). After a death nobody is texted, paged or
given a line. After another end she may still be in danger: a crisis reply, a flag or a serious
adverse event reaches a clinician, and the journey stays at work until somebody has dealt with it.
A death that was another patient's is taken back, and the journey goes on where it was.
"""

from collections.abc import Iterable

from pathway import commands as cmd
from pathway import events as ev
from pathway.flags import in_danger
from pathway.journey import Journey
from pathway.protocol import Level

FACTS = (
    cmd.RecordArrival,
    cmd.SendHome,
    cmd.PauseInfusion,
    cmd.EndInfusion,
    cmd.RecordVitals,
    cmd.SignDischarge,
    cmd.RecordDischarge,
    cmd.SignDeviations,
    cmd.RecordPsychotherapy,
    cmd.RecordRefusedAnswer,
    cmd.RecordScores,
    cmd.RecordScreen,
    cmd.RaiseFlag,
    cmd.ReportAdverseEvent,
    cmd.RecordDisclosure,
    cmd.RecordContactAttempt,
    cmd.RecordReply,
    cmd.RecordDeliveryFailure,
    cmd.RecordPageFailure,
    cmd.HoldTexts,
    cmd.OptOut,
    cmd.DoubtPhone,
    cmd.ReportHospital,
    cmd.BackFromHospital,
    cmd.ReportDeath,
    cmd.RetractDeath,
)
"""What tells of something that happened, and plans nothing."""
_WHILE_OPEN = (
    cmd.AcknowledgeEscalation,
    cmd.ResolveEscalation,
    cmd.HandOver,
    cmd.AssessRisk,
    cmd.ReviewFlag,
)
"""What deals with a danger that the end found open, or that came up after it."""
_OPENS = (
    ev.TaskOpened,
    ev.EscalationOpened,
    ev.EscalationRaisedAgain,
    ev.AnswerOwed,
    ev.FlagRaised,
)


def recorded_after_the_end(journey: Journey, command: cmd.Command) -> bool:
    """Whether an ended journey still takes this up."""
    if isinstance(command, FACTS):
        return True
    return in_danger(journey) and isinstance(command, _WHILE_OPEN)


def still_open(journey: Journey, happened: Iterable[ev.Event]) -> tuple[ev.Event, ...]:
    """Of what a command gives, all that an ended journey lets happen."""
    every = tuple(happened)
    if not journey.over or any(isinstance(e, ev.DeathRetracted) for e in every):
        return every
    return tuple(e for e in every if not isinstance(e, _OPENS) or _is_danger(journey, e))


def _is_danger(journey: Journey, event: ev.Event) -> bool:
    if journey.deceased_at is not None:
        return False
    match event:
        case ev.EscalationOpened(escalation=escalation):
            return escalation.level is Level.SAFETY
        case ev.FlagRaised() | ev.EscalationRaisedAgain():
            return True
        case _:
            return False
