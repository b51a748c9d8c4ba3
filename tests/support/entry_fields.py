"""A full assessment that admits, for tests that begin behind it."""

from typing import Any


def a_trial(medicine: str = "sertraline", **changes: Any) -> dict[str, Any]:
    """An antidepressant that counts: first line, long enough, taken, of no help."""
    return {
        "medicine": medicine,
        "of_class": "SSRI",
        "weeks": 8,
        "adequate_dose": True,
        "taken_as_agreed": True,
        "improvement_percent": 10,
        "current_episode": True,
        **changes,
    }


def assessed(**changes: Any) -> dict[str, Any]:
    """The fields of a `RecordAssessment` with which nothing stands against her."""
    return {
        "suitable": True,
        "reason": "criteria met",
        "others": "absent",
        "trials": [a_trial(), a_trial("venlafaxine", of_class="SNRI")],
        "age_years": 44,
        "phq9": 19,
        "history_medical": True,
        "history_mental_health": True,
        "good_overall_health": True,
        **changes,
    }


def consenting(**changes: Any) -> dict[str, Any]:
    """The fields of a `RecordConsent` beside it."""
    return {"given": True, "text_consent_asked": True, **changes}


_TRIED = (
    "weeks=8; adequate_dose=yes; taken_as_agreed=yes; improvement_percent=10; current_episode=yes"
)
AS_TYPED = (
    *("--suitable", "--reason", "meets criteria", "--others", "absent"),
    *("--age-years", "44", "--phq9", "19"),
    *("--history-medical", "--history-mental-health", "--good-overall-health"),
    *("--trial", f"medicine=sertraline; of_class=SSRI; {_TRIED}"),
    *("--trial", f"medicine=venlafaxine; of_class=SNRI; {_TRIED}"),
)
"""The same at the command line."""
