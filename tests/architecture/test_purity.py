"""The rules and the workflows read no clock, roll no dice and iterate over no set."""

from pathlib import Path

import pytest
from purity import complaints, complaints_of, names_of_sets

ROOT = Path(__file__).parents[2]
CORE = sorted((ROOT / "pathway").rglob("*.py"))
SHELL = sorted((ROOT / "workflows").rglob("*.py"))
IN_CORE = frozenset({"pydantic"})
IN_SHELL = IN_CORE | {"temporalio"}
SETS = names_of_sets((*CORE, *SHELL))


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_is_something_to_look_at() -> None:
    assert len(CORE) > 20
    assert len(SHELL) > 8
    assert {"CLINICIANS", "PRESCRIBERS", "BOOKABLE", "THERAPISTS", "NURSES"} <= SETS


@pytest.mark.parametrize("path", CORE, ids=_short)
def test_the_rules_are_pure(path: Path) -> None:
    assert complaints_of(path, IN_CORE, SETS) == []


@pytest.mark.parametrize("path", SHELL, ids=_short)
def test_the_workflows_are_deterministic(path: Path) -> None:
    assert complaints_of(path, IN_SHELL, SETS) == []


def test_only_one_module_computes_with_zones() -> None:
    users = [p.name for p in (*CORE, *SHELL) if "zoneinfo" in p.read_text(encoding="utf-8")]
    assert users == ["civil.py"]


@pytest.mark.parametrize(
    "planted",
    [
        "import random",
        "def f() -> None:\n    from pathway import civil",
        "import os.path",
        "from uuid import uuid4",
        "import time",
        "import temporalio.workflow",
        "import structlog",
        "x = datetime.now(UTC)",
        "x = date.today()",
        "x = hash('a')",
        "x = open('a')",
        "for x in {1, 2}: pass",
        "for x in frozenset((1, 2)): pass",
        "x = [y for y in {1, 2}]",
        "x = [*{1, 2}]",
        "import numpy",
        "x = tuple({1, 2})",
        "x = ','.join({'a', 'b'})",
        "KNOWN = {1} | {2}\nfor x in KNOWN: pass",
        "from pathway.roles import CLINICIANS\nx = list(CLINICIANS)",
        "from pathway.roles import CLINICIANS\nx = [*CLINICIANS]",
    ],
)
def test_a_planted_impurity_is_noticed(planted: str) -> None:
    assert len(complaints(planted, IN_CORE, SETS)) == 1


@pytest.mark.parametrize(
    "pure",
    [
        "x = sorted({1, 2})",
        "x = 1 in {1, 2}",
        "x = {*CLINICIANS, 1}",
        "x = any(y == 1 for y in (1, 2))",
        "from pathway.model import Model",
        "from datetime import datetime",
        "import pydantic",
    ],
)
def test_what_is_pure_is_left_alone(pure: str) -> None:
    assert complaints(pure, IN_CORE, SETS) == []
