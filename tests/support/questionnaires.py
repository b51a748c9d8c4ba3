"""Questionnaires that come to a wanted total, item 9 answered apart."""

from typing import Any

from pathway.facts.scores import Gad7, Phq9

_MOST = 3


def _spread(names: list[str], total: int) -> dict[str, int]:
    answers = {}
    for name in names:
        answers[name] = min(_MOST, total)
        total -= answers[name]
    assert total == 0, "no answers come to this total"
    return answers


def phq9(total: int, self_harm: int = 0) -> dict[str, Any]:
    """All nine items answered, with this total."""
    names = [name for name in Phq9.model_fields if name != "self_harm"]
    return {**_spread(names, total - self_harm), "self_harm": self_harm}


def gad7(total: int) -> dict[str, Any]:
    """All seven items answered, with this total."""
    return _spread(list(Gad7.model_fields), total)
