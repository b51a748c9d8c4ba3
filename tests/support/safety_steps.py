"""Screens and judgements of a risk as short verbs."""

from datetime import timedelta
from typing import Any

from core_driver import CoreDriver

from pathway import commands as cmd
from pathway.facts.safety import RiskLevel, ScreenAnswers
from pathway.protocol import ScreenAt

NO = {
    "wished_dead": False,
    "better_off_dead": False,
    "thoughts_of_killing": False,
    "ever_tried": False,
}
STABLE: dict[str, Any] = {**NO, "wished_dead": True, "ever_tried": True, "tried_within_days": 4000}
"""Ideation and a lifetime attempt; the acuity question answered with no."""


def screen(driver: CoreDriver, at: ScreenAt = ScreenAt.PREFLIGHT, **fields: Any) -> None:
    said = {name: fields.pop(name) for name in ("remote", "happened_at") if name in fields}
    answers = ScreenAnswers.model_validate({"thoughts_now": False, **NO, **fields})
    driver.do(cmd.RecordScreen, "nurse", answers=answers, asked_at=at, **said)


def assess(driver: CoreDriver, level: RiskLevel = RiskLevel.LOW, days: int = 1) -> None:
    good = driver.now + timedelta(days=days)
    driver.do(cmd.AssessRisk, "prescriber", level=level, plan="as agreed", good_until=good)


def pages(driver: CoreDriver) -> list[str]:
    return [r.item.act.role.value for r in driver.ran if r.item.act.kind == "page"]
