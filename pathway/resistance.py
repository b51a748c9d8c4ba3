"""Whether a depression counts as resistant to treatment: trial by trial, with the reason (F1)."""

from collections.abc import Iterator

from pathway.facts.entering import AntidepressantTrial
from pathway.model import Model
from pathway.protocol import TrialCriteria


class Weighed(Model):
    """One trial of an antidepressant, and why it counts or does not."""

    number: int
    medicine: str
    counts: bool
    why: str


def weigh(criteria: TrialCriteria, trials: tuple[AntidepressantTrial, ...]) -> tuple[Weighed, ...]:
    """Each trial in the order it was recorded; of one medicine the first that counts does."""
    weighed: list[Weighed] = []
    counted: dict[str, int] = {}
    for number, trial in enumerate(trials, 1):
        name = trial.medicine.casefold()
        against = next(_against(criteria, trial), None)
        if against is None and criteria.different_medicines and name in counted:
            against = f"the same medicine as trial {counted[name]}"
        if against is None:
            counted.setdefault(name, number)
        weighed.append(
            Weighed(
                number=number,
                medicine=trial.medicine,
                counts=against is None,
                why=against or _for(trial),
            )
        )
    return tuple(weighed)


def _for(trial: AntidepressantTrial) -> str:
    because = f"; counted because: {trial.counts_because}" if trial.counts_because else ""
    return f"adequate and failed: {trial.weeks} weeks, {trial.improvement_percent} %{because}"


def _against(criteria: TrialCriteria, trial: AntidepressantTrial) -> Iterator[str]:
    """What speaks against counting it; what nobody recorded speaks against it too."""
    if criteria.scope == "current_episode" and not trial.current_episode:
        yield _unless(trial.current_episode, "it was before the current episode", "its episode")
    first_line = {name.casefold(): name for name in criteria.first_line_classes}
    if trial.of_class.casefold() not in first_line and trial.counts_because is None:
        listed = ", ".join(criteria.first_line_classes)
        yield f"its class is not {listed}, and no clinician said why it counts"
    least = criteria.adequate_weeks_min.value
    if trial.weeks is None or trial.weeks < least:
        yield _unless(trial.weeks, f"{trial.weeks} weeks, {least} are adequate", "its length")
    if not trial.adequate_dose:
        yield _unless(trial.adequate_dose, "its dose was not adequate", "its dose")
    if not trial.taken_as_agreed:
        yield _unless(trial.taken_as_agreed, "it was not taken as agreed", "how it was taken")
    improved, limit = trial.improvement_percent, criteria.improvement_below_percent.value
    if improved is None or improved >= limit:
        yield _unless(
            improved, f"it helped: {improved} %, below {limit} % is a failure", "what it did"
        )


def _unless(known: object, why: str, what: str) -> str:
    return f"{what} is not recorded" if known is None else why
