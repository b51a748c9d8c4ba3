"""The durable journey of one patient, from the assessment to the end of the follow-up."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pathway import commands as cmd
    from pathway.apply import open_journey
    from pathway.events import JourneyOpened
    from pathway.facts import Step
    from pathway.journey import Journey
    from pathway.overview import Explanation, Overview, explain, overview
    from workflows.engine import Engine
    from workflows.messages import Carried, JourneyOutcome, JourneyStart, Opening
    from workflows.updates import command_update
    from workflows.waits import Done, assessed, followed_up, step_done


@workflow.defn(name="PatientJourney")
class PatientJourney:
    """One patient's pathway: it takes commands, sleeps until the next due item, and acts.

    Every act of a person is an Update named after it; it is refused with a reason, or takes
    effect at once. `overview` and `explain` tell where the journey stands and why. It ends
    with a business status and never fails.
    """

    @workflow.init
    def __init__(self, start: JourneyStart) -> None:
        self.engine = Engine(_carried(start))
        if start.opening is not None:
            self.engine.outbox.add(1, (_opened(start.opening),))

    @workflow.run
    async def run(self, start: JourneyStart) -> JourneyOutcome:
        """The programme's story. Each line narrates; the engine acts on the whole agenda."""
        del start
        await self._until(assessed)
        while self._in_treatment:
            await self._until(step_done(self._number, Step.PREPARATION))
            await self._until(step_done(self._number, Step.INFUSION))
            await self._until(step_done(self._number, Step.MONITORING))
            await self._until(step_done(self._number, Step.PSYCHOTHERAPY))
            await self._until(step_done(self._number, Step.DECISION))
            await self._continue_as_new_at_treatment_boundary()
        await self._until(followed_up)
        return await self._outcome()

    record_assessment = command_update(cmd.RecordAssessment)
    record_consent = command_update(cmd.RecordConsent)
    book = command_update(cmd.Book)
    move = command_update(cmd.Move)
    cancel = command_update(cmd.Cancel)
    record_preparation = command_update(cmd.RecordPreparation)
    start_infusion = command_update(cmd.StartInfusion)
    end_infusion = command_update(cmd.EndInfusion)
    record_vitals = command_update(cmd.RecordVitals)
    discharge = command_update(cmd.RecordDischarge)
    record_psychotherapy = command_update(cmd.RecordPsychotherapy)
    record_decision = command_update(cmd.RecordDecision)
    raise_flag = command_update(cmd.RaiseFlag)
    acknowledge_escalation = command_update(cmd.AcknowledgeEscalation)
    resolve_escalation = command_update(cmd.ResolveEscalation)
    hand_over = command_update(cmd.HandOver)
    record_contact_attempt = command_update(cmd.RecordContactAttempt)
    hold_texts = command_update(cmd.HoldTexts)
    release_texts = command_update(cmd.ReleaseTexts)
    change_contact = command_update(cmd.ChangeContact)
    report_death = command_update(cmd.ReportDeath)
    close = command_update(cmd.Close)

    @workflow.signal(description="Continue as new at the next quiet moment, before a deploy.")
    def roll_over(self) -> None:
        self.engine.want_to_roll()

    @workflow.query(description="Where the journey stands, what it waits for, what is next.")
    def overview(self) -> Overview:
        return overview(self.engine.journey)

    @workflow.query(description="Every send, deferral and skip with its reason; what comes.")
    def explain(self) -> Explanation:
        return explain(self.engine.journey)

    @property
    def _journey(self) -> Journey:
        return self.engine.journey

    @property
    def _in_treatment(self) -> bool:
        return not (self._journey.over or self._journey.course_over)

    @property
    def _number(self) -> int:
        return self._journey.treatments[-1].number

    async def _until(self, done: Done) -> None:
        await self.engine.until(done)

    async def _continue_as_new_at_treatment_boundary(self) -> None:
        if self._in_treatment:
            await self.engine.roll_over()

    async def _outcome(self) -> JourneyOutcome:
        await self.engine.drain()
        journey = self._journey
        assert journey.end is not None  # noqa: S101 - followed_up waits for the end
        return JourneyOutcome(
            reference=journey.reference,
            outcome=journey.end.outcome,
            treatments=len(journey.treatments),
            events=journey.events,
        )


def _opened(opening: Opening) -> JourneyOpened:
    return JourneyOpened(
        at=workflow.now(),
        reference=opening.reference,
        protocol=opening.protocol,
        calendar=opening.calendar,
        contact=opening.contact,
    )


def _carried(start: JourneyStart) -> Carried:
    if start.carried is not None:
        return start.carried
    assert start.opening is not None  # noqa: S101 - JourneyStart is one of both
    return Carried(journey=open_journey(_opened(start.opening)), answers={})
