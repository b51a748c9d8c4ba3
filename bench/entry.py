"""What has to be said before anyone is treated, so that nothing stands against it."""

from typing import Any

_TRIAL = {
    "of_class": "SSRI",
    "weeks": 8,
    "adequate_dose": True,
    "taken_as_agreed": True,
    "improvement_percent": 10,
    "current_episode": True,
}
ASSESSED: dict[str, Any] = {
    "suitable": True,
    "reason": "meets criteria",
    "others": "absent",
    "trials": [{"medicine": name, **_TRIAL} for name in ("sertraline", "citalopram")],
    "age_years": 44,
    "phq9": 19,
    "history_medical": True,
    "history_mental_health": True,
    "good_overall_health": True,
}
CONSENTED: dict[str, Any] = {"given": True, "text_consent_asked": True}
