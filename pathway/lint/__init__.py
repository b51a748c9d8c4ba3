"""Finds what a valid protocol says and cannot mean: each rule is one function.

Pure like the rest: it is given what the protocol has to fit to.
"""

from pathway.lint import (
    bounds,
    carriers,
    choices,
    clocks,
    coverage,
    evidence,
    gaps,
    placement,
    ranges,
    safety,
    targets,
    texts,
    windows,
)
from pathway.lint.finding import Around, Finding, Rule, Severity
from pathway.protocol import Protocol

RULES: tuple[Rule, ...] = (
    *targets.RULES,
    *coverage.RULES,
    *bounds.RULES,
    *ranges.RULES,
    *clocks.RULES,
    *windows.RULES,
    *gaps.RULES,
    *safety.RULES,
    *choices.RULES,
    *texts.RULES,
    *carriers.RULES,
    *placement.RULES,
    *evidence.RULES,
)


def lint(protocol: Protocol, around: Around) -> tuple[Finding, ...]:
    """Everything that is wrong with it, errors first."""
    found = [finding for rule in RULES for finding in rule(protocol, around)]
    return tuple(sorted(found, key=lambda each: each.severity is not Severity.ERROR))


__all__ = ["RULES", "Around", "Finding", "Rule", "Severity", "lint"]
