"""Stretches of a story that many patients share: entering, a visit, what follows it."""

from datetime import date, timedelta
from typing import Any

from local.demo.player import Player
from pathway import commands as cmd
from pathway.facts import Choice, Step
from pathway.facts.scores import Gad7, Phq9
from pathway.roles import Role

TWO_TRIALS = (
    {
        "medicine": "sertraline",
        "of_class": "SSRI",
        "weeks": 10,
        "adequate_dose": True,
        "taken_as_agreed": True,
        "improvement_percent": 20,
        "current_episode": True,
    },
    {
        "medicine": "venlafaxine",
        "of_class": "SNRI",
        "weeks": 9,
        "adequate_dose": True,
        "taken_as_agreed": True,
        "improvement_percent": 15,
        "current_episode": True,
    },
)
NO_TO_ALL = {
    "wished_dead": False,
    "better_off_dead": False,
    "thoughts_of_killing": False,
    "ever_tried": False,
}
WEIGHT_KG = 70.0


async def assessed(p: Player, day: date, **changes: Any) -> None:
    """Booked for ten in the morning, held, and signed at a quarter past eleven."""
    await p.at(p.clock(p.day_before(day), "15:30"))
    await p.do(cmd.BookAssessment, at=p.clock(day, "10:00"))
    await p.at(p.clock(day, "11:15"))
    said: dict[str, Any] = {
        "suitable": True,
        "reason": "The criteria are met, and the programme is wanted",
        "others": "absent",
        "trials": TWO_TRIALS,
        "age_years": 44,
        "phq9": 19,
        "history_medical": True,
        "history_mental_health": True,
        "good_overall_health": True,
        "screen": NO_TO_ALL,
    }
    await p.do(cmd.RecordAssessment, Role.MENTAL_HEALTH_PROFESSIONAL, **{**said, **changes})


async def consents(p: Player) -> None:
    await p.after(minutes=15)
    await p.do(cmd.RecordConsent, given=True, text_consent_asked=True)


async def enters(p: Player, day: date, **changes: Any) -> None:
    """Assessed as suitable, and consenting."""
    await assessed(p, day, **changes)
    await consents(p)


async def books(p: Player, number: int, day: date, at: str = "10:00") -> None:
    """Preparation on the staffed day before, the visit, psychotherapy the morning after."""
    await p.after(minutes=10)
    before = p.clock(p.day_before(day), "13:00")
    await p.do(cmd.Book, treatment=number, step=Step.PREPARATION, at=before, minutes=45)
    await p.do(
        cmd.Book,
        treatment=number,
        step=Step.INFUSION,
        at=p.clock(day, at),
        minutes=180,
        psychotherapy_at=p.clock(day + timedelta(days=1), "09:00"),
    )


async def prepares(p: Player, number: int, day: date) -> None:
    await p.at(p.clock(p.day_before(day), "13:50"))
    await p.do(cmd.RecordPreparation, Role.THERAPIST, treatment=number)


async def scores(
    p: Player, total: int, purpose: str = "pre_dose", *, item9: int = 0, remote: bool = False
) -> None:
    """Both questionnaires, complete; the one for depression comes to this total."""
    answers = _spread(list(Phq9.model_fields)[:-1], total - item9) | {"self_harm": item9}
    await p.do(
        cmd.RecordScores,
        Role.NURSE,
        purpose=purpose,
        phq9=answers,
        gad7=_spread(list(Gad7.model_fields), min(total, 21) * 2 // 3),
        remote=remote,
    )


def _spread(names: list[str], total: int) -> dict[str, int]:
    """Answers that come to a total, spread evenly over the questions."""
    return {name: (total + place) // len(names) for place, name in enumerate(names)}


async def ready(p: Player, number: int, day: date, **changes: Any) -> None:
    """In the chair a quarter before ten: everything asked and measured."""
    await p.at(p.clock(day, "09:40"))
    said: dict[str, Any] = {
        "items": {
            "medicines_changed": "no",
            "new_symptoms": "no",
            "escort_reached": "yes",
            "fasting": "yes",
            "urinary_symptoms": "no",
            "pregnancy": "no",
            "substance_use": "no",
        },
        "weight_kg": WEIGHT_KG,
        "readings": [reading(p)],
        "screen": NO_TO_ALL,
    }
    await p.do(cmd.RecordPreflight, Role.NURSE, treatment=number, **{**said, **changes})


def reading(p: Player, systolic: int = 122, diastolic: int = 78) -> dict[str, Any]:
    return {
        "at": p.now,
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        "heart_rate": 72,
        "spo2_percent": 98,
        "breathing_rate": 14,
        "moaas": 5,
        "dissociation": "none",
    }


async def infused(p: Player, number: int, day: date, dose: float = 0.5) -> None:
    """Started at five past ten, run for forty minutes, a reading every ten."""
    await starts(p, number, day, dose)
    for _ in range(4):
        await p.after(minutes=10)
        await watched(p, number, 136, 85)
    given = round(dose * WEIGHT_KG)
    await p.do(cmd.EndInfusion, Role.NURSE, treatment=number, milligrams_given=given)


async def starts(p: Player, number: int, day: date, dose: float = 0.5, **fields: Any) -> None:
    await p.at(p.clock(day, "10:05"))
    await p.do(
        cmd.StartInfusion,
        Role.PRESCRIBER,
        treatment=number,
        dose_mg_per_kg=dose,
        milligrams=round(dose * WEIGHT_KG),
        confirmed_by="nia.crow",
        **fields,
    )


async def watched(p: Player, number: int, systolic: int = 122, diastolic: int = 78) -> None:
    taken = [reading(p, systolic, diastolic)]
    await p.do(cmd.RecordVitals, Role.NURSE, treatment=number, readings=taken)


async def leaves(p: Player, number: int, **changes: Any) -> None:
    """A reading every quarter of an hour, two signatures, home with her escort."""
    for _ in range(5):
        await p.after(minutes=15)
        await watched(p, number)
    await p.after(minutes=6)
    await watched(p, number)
    await p.do(cmd.RecordScreen, Role.NURSE, answers=NO_TO_ALL, asked_at="discharge")
    await p.do(cmd.SignDischarge, Role.PRESCRIBER, treatment=number)
    said: dict[str, Any] = {"padss": 10, "escort": "present", "printed_sheet": True}
    await p.do(cmd.RecordDischarge, Role.NURSE, treatment=number, **{**said, **changes})


async def answers(p: Player, digit: str) -> None:
    """She answers the text on her phone with one digit."""
    await p.do(cmd.RecordReply, Role.PATIENT, digit=digit)


async def debriefed(p: Player, number: int, day: date, recommends: Choice | None = None) -> None:
    """Psychotherapy the next morning, with the therapist's recommendation in its record."""
    await p.at(p.clock(day + timedelta(days=1), "10:05"))
    said = {"recommendation": recommends, "recommendation_reason": "As agreed together"}
    fields = said if recommends else {}
    await p.do(cmd.RecordPsychotherapy, Role.THERAPIST, treatment=number, **fields)


async def decides(p: Player, number: int, choice: Choice, **fields: Any) -> None:
    """The prescriber's decision, two hours later, with what the protocol wants said."""
    await p.after(hours=2)
    if number == 1 and choice.goes_on:
        fields.setdefault("goal", "Able to work again")
        fields.setdefault("course_end", "Six visits, then a taper of some weeks")
    if number in {3, 4, 6} and choice.goes_on:
        fields.setdefault("review", "It does good: sleeps and goes out again")
    fields.setdefault("reason", "Seen together with the therapist")
    await p.do(cmd.RecordDecision, Role.PRESCRIBER, treatment=number, choice=choice, **fields)


async def visit(p: Player, number: int, day: date, phq9: int) -> None:
    """A booked visit as planned, from its preparation to leaving."""
    await prepares(p, number, day)
    await p.at(p.clock(day, "09:30"))
    await scores(p, phq9)
    await ready(p, number, day)
    await infused(p, number, day)
    await leaves(p, number)


async def treated(
    p: Player, number: int, day: date, phq9: int, choice: Choice, **decision: Any
) -> None:
    """One whole treatment as planned, from its booking to the decision."""
    await books(p, number, day)
    await visit(p, number, day, phq9)
    await p.at(p.clock(day, "15:00"))
    await answers(p, "3")
    await debriefed(p, number, day, choice)
    await decides(p, number, choice, **decision)
