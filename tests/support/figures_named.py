"""Which figures an expression of Prometheus names, and where rules and dashboard name them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "waymark-rules.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "waymark.json"

_NO_FIGURES = frozenset(
    (
        *("sum", "max", "min", "count", "avg", "by", "without", "on", "ignoring", "and", "or"),
        *("unless", "bool", "offset", "group_left", "group_right", "time", "vector", "absent"),
        *("rate", "increase", "histogram_quantile", "clamp_min", "max_over_time", "inf", "Inf"),
    )
)
"""The words of the language that are used. One that is missing here is taken for a figure."""
_LABELS_OF = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_ASIDE = re.compile(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\boffset\s+\w+|\$\w+')


def figures(expression: str) -> set[str]:
    """The figures that an expression names."""
    bare = _LABELS_OF.sub(" ", _ASIDE.sub(" ", expression))
    words = re.findall(r"(?<![\w.])[A-Za-z_:][\w:]*", bare)
    return set(words) - _NO_FIGURES


_SELECTOR = re.compile(r"(\w+)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)(=~?)"([^"]*)"')


def selected(expression: str) -> set[tuple[str, str, str]]:
    """Each value of a label that an expression looks for, with the figure: all must be there."""
    return {
        (figure, label, value)
        for figure, matchers in _SELECTOR.findall(expression)
        for label, how, values in _MATCHER.findall(matchers)
        for value in (values.split("|") if how == "=~" else (values,))
    }


def rules() -> list[dict[str, Any]]:
    """Every alert of the rules' file."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    """The dashboard as it is imported."""
    loaded: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return loaded


def asked_by(panel: Any) -> Iterator[str]:
    """Every expression in a dashboard, at whatever depth."""
    if isinstance(panel, dict):
        for key, value in panel.items():
            if key == "expr":
                yield str(value)
            yield from asked_by(value)
    elif isinstance(panel, list):
        for each in panel:
            yield from asked_by(each)


def named_in_rules() -> set[str]:
    return {name for rule in rules() for name in figures(str(rule["expr"]))}


def named_in_dashboard() -> set[str]:
    return {name for expression in asked_by(dashboard()) for name in figures(expression)}
