"""The durable journey of one patient, from the assessment to the end of the follow-up."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pathway import commands as cmd
    from pathway.apply import open_journey
    from pathway.decision_page import DecisionPage, decision_page
    from pathway.events import JourneyOpened
    from pathway.facts import Step
    from pathway.journey import Journey
    from pathway.overview import Explanation, Overview, explain, overview
    from pathway.preview import Preview, PreviewRequest, requested
    from workflows.engine import Engine
    from workflows.messages import Carried, JourneyOutcome, JourneyStart, Opening
    from workflows.shared_values import SharedStart
    from workflows.updates import command_update, foresee
    from workflows.waits import Done, assessed, followed_up, step_done


@workflow.defn(name="PatientJourney")
class PatientJourney:
    """One patient's pathway: it takes commands, sleeps until the next due item, and acts.

    Every act of a person is an Update named after it; it is refused with a reason, or takes
    effect at once. `overview` and `explain` tell where the journey stands and why. It ends
    with a business status and never fails.
    """

    @workflow.init
    def __init__(self, start: SharedStart) -> None:
        self.engine = Engine(_carried(start))
        if start.opening is not None:
            self.engine.outbox.add(1, (_opened(start.opening),))

    @workflow.run
    async def run(self, start: SharedStart) -> JourneyOutcome:
        """The programme's story. Each line narrates; the engine acts on the whole agenda."""
        del start
        while not await self._ended():  # a death may be taken back
            await self._until(assessed)
            while self._in_treatment:
                await self._until(step_done(self._number, Step.PREPARATION))
                await self._until(step_done(self._number, Step.INFUSION))
                await self._until(step_done(self._number, Step.MONITORING))
                await self._until(step_done(self._number, Step.PSYCHOTHERAPY))
                await self._until(step_done(self._number, Step.DECISION))
                await self._continue_as_new_at_treatment_boundary()
            await self._until(followed_up)  # ended, or back in treatment
        return self._outcome()

    book_assessment = command_update(cmd.BookAssessment)
    record_assessment = command_update(cmd.RecordAssessment)
    record_clearance = command_update(cmd.RecordClearance)
    record_interval_review = command_update(cmd.RecordIntervalReview)
    record_consent = command_update(cmd.RecordConsent)
    book = command_update(cmd.Book)
    move = command_update(cmd.Move)
    cancel = command_update(cmd.Cancel)
    propose_visits = command_update(cmd.ProposeVisits)
    record_preparation = command_update(cmd.RecordPreparation)
    record_arrival = command_update(cmd.RecordArrival)
    send_home = command_update(cmd.SendHome)
    record_preflight = command_update(cmd.RecordPreflight)
    start_infusion = command_update(cmd.StartInfusion)
    pause_infusion = command_update(cmd.PauseInfusion)
    resume_infusion = command_update(cmd.ResumeInfusion)
    end_infusion = command_update(cmd.EndInfusion)
    record_vitals = command_update(cmd.RecordVitals)
    sign_discharge = command_update(cmd.SignDischarge)
    discharge = command_update(cmd.RecordDischarge)
    sign_deviations = command_update(cmd.SignDeviations)
    record_psychotherapy = command_update(cmd.RecordPsychotherapy)
    record_recommendation = command_update(cmd.RecordRecommendation)
    record_scores = command_update(cmd.RecordScores)
    record_preference = command_update(cmd.RecordPreference)
    record_decision = command_update(cmd.RecordDecision)
    cosign = command_update(cmd.Cosign)
    record_attendance = command_update(cmd.RecordAttendance)
    record_refused_answer = command_update(cmd.RecordRefusedAnswer)
    return_to_treatment = command_update(cmd.ReturnToTreatment)
    record_screen = command_update(cmd.RecordScreen)
    raise_flag = command_update(cmd.RaiseFlag)
    assess_risk = command_update(cmd.AssessRisk)
    review_flag = command_update(cmd.ReviewFlag)
    report_adverse_event = command_update(cmd.ReportAdverseEvent)
    lift_dose_hold = command_update(cmd.LiftDoseHold)
    record_disclosure = command_update(cmd.RecordDisclosure)
    acknowledge_escalation = command_update(cmd.AcknowledgeEscalation)
    resolve_escalation = command_update(cmd.ResolveEscalation)
    hand_over = command_update(cmd.HandOver)
    close_line = command_update(cmd.CloseLine)
    record_page_failure = command_update(cmd.RecordPageFailure)
    record_contact_attempt = command_update(cmd.RecordContactAttempt)
    correct = command_update(cmd.Correct)
    record_reply = command_update(cmd.RecordReply)
    answer_messages = command_update(cmd.AnswerMessages)
    handle_messages = command_update(cmd.HandleMessages)
    record_delivery_failure = command_update(cmd.RecordDeliveryFailure)
    hold_texts = command_update(cmd.HoldTexts)
    release_texts = command_update(cmd.ReleaseTexts)
    opt_out = command_update(cmd.OptOut)
    doubt_phone = command_update(cmd.DoubtPhone)
    confirm_phone = command_update(cmd.ConfirmPhone)
    confirm_visit = command_update(cmd.ConfirmVisit)
    change_contact = command_update(cmd.ChangeContact)
    close_day = command_update(cmd.CloseDay)
    pause = command_update(cmd.Pause)
    resume = command_update(cmd.Resume)
    report_hospital = command_update(cmd.ReportHospital)
    back_from_hospital = command_update(cmd.BackFromHospital)
    withdraw = command_update(cmd.Withdraw)
    transfer_care = command_update(cmd.TransferCare)
    report_death = command_update(cmd.ReportDeath)
    retract_death = command_update(cmd.RetractDeath)
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

    @workflow.query(description="What a command would do: refused, or which dates would move.")
    def preview(self, request: PreviewRequest) -> Preview:
        return foresee(self.engine, requested(request))

    @workflow.query(description="What a prescriber sees before deciding, in reading order.")
    def decision_page(self) -> DecisionPage:
        return decision_page(self.engine.journey, workflow.now())

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

    async def _ended(self) -> bool:
        """Whether it is over, and everything under way has come to its end."""
        if self._journey.over:
            await self.engine.drain()
        return self._journey.over

    def _outcome(self) -> JourneyOutcome:
        journey = self._journey
        assert journey.end is not None  # noqa: S101 - nothing else ends the story
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
        linked=opening.linked,
    )


def _carried(start: JourneyStart) -> Carried:
    if start.carried is not None:
        return start.carried
    assert start.opening is not None  # noqa: S101 - JourneyStart is one of both
    return Carried(journey=open_journey(_opened(start.opening)), answers={})
