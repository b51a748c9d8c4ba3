"""Which fields of a journey's pages a role sees (rule 29): clinicians all, others what runs a day.

A field is hidden from others until it is named here, so that a new one tells nobody by accident.
What is hidden is None or empty; `withheld_from` names it, since None elsewhere is not recorded.
"""

from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pathway import standing
from pathway.decision_form import Option
from pathway.decision_page import CourseSoFar, DecisionPage
from pathway.decision_rows import TreatmentRow
from pathway.escalation import Acknowledgement, Escalation, RungBegun, StaffTask
from pathway.facts import (
    Appointment,
    Arrival,
    Decision,
    Discharge,
    Infusion,
    Preflight,
    Preparation,
    Psychotherapy,
    Signature,
    VisitSummary,
)
from pathway.facts.booking import NoShow
from pathway.facts.decision import Cosignature
from pathway.facts.entering import LinkedJourney
from pathway.journey import Treatment
from pathway.model import Model
from pathway.overview import Comes, Overview, OwedRow
from pathway.roles import CLINICIANS, Role
from pathway.today import InChair, Ready, Shows

M = TypeVar("M", bound=Model)
FOR_CLINICIANS = "for clinicians"
"""In the place of words that cannot be empty."""
DOSE_HOLD = "dose-hold/"


PLAIN: dict[type[Model], frozenset[str]] = {
    Overview: frozenset(
        {
            *("reference", "protocol", "stage", "treatment", "waits_for", "owes", "due"),
            *("escalations", "highest_level", "tasks", "treatments", "next_items", "texts_held"),
            *("status", "opted_out", "phone_in_doubt", "deceased", "ended", "events", "owed"),
            *("standing", "linked", "assessment_booked", "sessions", "no_shows", "demonstration"),
        }
    ),
    OwedRow: frozenset(
        {
            *("key", "group", "role", "owner", "since", "due", "line", "treatment"),
            *("escalation", "shows"),
        }
    ),
    Shows: frozenset(
        {"part", "visit_at", "then", "then_at", "attempts", "raised_by", "level", "ready", "chair"}
    ),
    Ready: frozenset(
        {
            *("confirmed", "escort", "preparation", "psychotherapy_slot", "decision"),
            "interpreter",
        }
    ),
    InChair: frozenset(
        {
            *("arrived_at", "chair", "started_at", "state", "with_her", "reading_due"),
            "stays_until",
        }
    ),
    Comes: frozenset({"key", "at", "line"}),
    Escalation: frozenset(
        {
            *("id", "ladder", "level", "what", "step", "about", "treatment", "opened_at"),
            *("round", "round_from", "begun", "acknowledged", "owner", "closed", "closed_at"),
            *("closed_by", "good_until", "paged", "helping", "named_at"),
        }
    ),
    Acknowledgement: frozenset({"by", "at", "next_look"}),
    RungBegun: frozenset({"round", "index", "turn", "at", "nobody"}),
    StaffTask: frozenset(
        {
            *("key", "kind", "to", "line", "opened_at", "treatment", "due", "sleeps_until"),
            *("attempts", "owner"),
        }
    ),
    Treatment: frozenset(
        {
            *("number", "opened_at", "appointments", "revisions", "arrival", "preparation"),
            "preflight",
            *("infusion", "discharge_signed", "deviations_signed", "discharge"),
            *("psychotherapy", "decision", "opening", "left_unstarted"),
            *("earlier_decisions", "earlier_sessions", "checkin_of"),
        }
    ),
    Appointment: frozenset({"step", "at", "minutes", "revision", "booked_at", "seen_by"}),
    Signature: frozenset({"by", "role", "happened_at", "recorded_at"}),
    Arrival: frozenset({"chair", "nurse", "for_visit", "gone", "signed"}),
    Preparation: frozenset({"was_psychotherapy_of", "stated_by", "signed"}),
    Preflight: frozenset({"signed"}),
    Infusion: frozenset({"started_at", "start_signed", "supervisor", "ended_at", "end_signed"}),
    Discharge: frozenset(
        {
            *("way", "escort", "escort_named", "escort_reached", "printed_sheet"),
            *("also_signed", "signed"),
        }
    ),
    Psychotherapy: frozenset({"outcome", "from_afar", "stated_by", "signed"}),
    Decision: frozenset(
        {
            *("choice", "pause_until", "next_visit", "next_at", "needs_cosignature"),
            *("cosignature", "signed"),
        }
    ),
    Cosignature: frozenset({"how", "stated_by", "signed"}),
    NoShow: frozenset(NoShow.model_fields),
    LinkedJourney: frozenset({"reference", "treatments", "ended_at", "outcome"}),
    DecisionPage: frozenset(
        {
            *("reference", "treatment", "inputs", "decide_by", "waiting", "pending"),
            *("waiting_at", "stands", "no_shows"),
            *("treatments", "course", "form", "demonstration"),
        }
    ),
    TreatmentRow: frozenset(
        {"number", "at", "gap_days", "visit", "psychotherapy", "psychotherapy_in_time"}
    ),
    VisitSummary: frozenset({"treatment"}),
    CourseSoFar: frozenset(
        {
            *("phase", "proposed_phase", "treatments_counted", "planned", "dose_unit"),
            *("interval_days", "goal_owed", "review_owed", "partial_owed"),
            "lifetime_treatments",
        }
    ),
    Option: frozenset({"choice", "asks", "second_signature", "next_at"}),
}
"""What everybody on staff sees. A model that is not named here is for clinicians alone."""


def seen_by(page: M, role: Role | None) -> M:
    """A page as a role sees it; None, a reader who has not said who she is, sees what others do."""
    if role in CLINICIANS:
        return page
    plain: M = _plain(page)
    if isinstance(plain, Overview):
        checks = standing.seen_by(plain.standing, role)
        return plain.model_copy(update={"standing": checks})
    return plain


def withheld_from(page: type[Model], role: Role | None) -> tuple[str, ...]:
    """The fields of a page that a role does not see, as paths without their places in a list."""
    return () if role in CLINICIANS else tuple(_hidden(page, ""))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    seen = PLAIN.get(type(value))
    if seen is None:
        return value
    update = {
        name: _plain(getattr(value, name)) if name in seen else _nothing(type(value), name)
        for name in type(value).model_fields
    }
    if isinstance(value, StaffTask | OwedRow) and value.key.startswith(DOSE_HOLD):
        # The key names the question that was answered with yes.
        update["key"] = DOSE_HOLD
    return value.model_copy(update=update)


def _nothing(model: type[Model], name: str) -> Any:
    """What stands where a field is hidden: its default, or an empty value of its kind."""
    field = model.model_fields[name]
    if not field.is_required():
        return field.get_default(call_default_factory=True, validated_data={})
    kind = field.annotation
    if type(None) in get_args(kind):
        return None
    if isinstance(kind, type) and issubclass(kind, Model):
        return kind()
    origin: Any = getattr(kind, "__origin__", kind)
    return FOR_CLINICIANS if origin is str else origin()


def _hidden(model: type[Model], path: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        here = f"{path}{name}"
        if name not in PLAIN[model]:
            yield here
            continue
        for inner in models_in(field.annotation):
            if inner in PLAIN:
                yield from _hidden(inner, f"{here}.")


def models_in(annotation: Any) -> tuple[type[Model], ...]:
    """The models that a field's type speaks of, once each."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return (annotation,)
    found = (each for part in get_args(annotation) for each in models_in(part))
    return tuple(dict.fromkeys(found))
