"""The pages are true: links lead somewhere, targets exist, figures are the counted ones."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench import events
from config.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("examples/*.md")])
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = [to for to in _LINK.findall(page.read_text()) if not (page.parent / to).exists()]
    assert broken == []


def test_every_setting_is_in_the_page_that_lists_them() -> None:
    page = (ROOT / "docs" / "running.md").read_text()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variable = alias if isinstance(alias, str) else f"WAYMARK_{name.upper()}"
        assert f"`{variable}`" in page, f"{variable} is not documented"


def test_the_figures_are_those_of_the_stored_histories() -> None:
    page = (ROOT / "docs" / "performance.md").read_text()
    costs = events.measured()
    assert events.markdown(costs) in page, "run `python bench/events.py --write`"


def test_every_figure_with_a_goal_meets_it() -> None:
    with_goals = [cost for cost in events.measured() if cost.goal is not None]
    assert len(with_goals) == 3
    for cost in with_goals:
        assert 2 * len(cost.counts) > cost.of, f"too few could be told apart: {cost.name}"
        assert max(cost.counts) <= (cost.goal or 0), cost.name


def test_no_file_names_a_machine_or_a_registry() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    forbidden = [
        "/".join(("", "work", "main")),
        "/".join(("", "work", "shared")),
        "/".join(("", "root", "")),
        ".".join(("pypi", "org")),
        ".".join(("pythonhosted", "org")),
        ".".join(("npmjs", "org")),
        ".".join(("proxy", "golang", "org")),
        *_registries_of_this_machine(),
    ]
    hits = [
        f"{name}: {word}"
        for name in filter(None, tracked)
        if (ROOT / name).is_file()
        for word in forbidden
        if word in (ROOT / name).read_text(encoding="utf-8", errors="ignore")
    ]
    assert hits == []


def _registries_of_this_machine() -> set[str]:
    """The hosts that this machine fetches packages from, as its environment names them."""
    variables = (
        "PIP_INDEX_URL",
        "UV_INDEX_URL",
        "UV_DEFAULT_INDEX",
        "GOPROXY",
        "NPM_CONFIG_REGISTRY",
    )
    addresses = [part for name in variables for part in os.environ.get(name, "").split(",")]
    hosts = {urlsplit(address).hostname for address in addresses}
    return {host for host in hosts if host and "." in host}
