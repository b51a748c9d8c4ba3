"""What can be wrong with the journeys and with what carries them, and in which words it is told."""

from enum import StrEnum

from pathway.model import Model

IN_A_TEXT = 3
"""References that a text names; of more it gives the number."""
_LONGEST = 600
"""Letters of one finding in a text; `waymark ops watch` says all of it."""


class FindingKind(StrEnum):
    """What can be wrong, the gravest first."""

    STRANDED = "stranded"
    """The workflow was ended from outside, or Temporal knows none."""
    STUCK = "stuck"
    """The workflow is there and does nothing."""
    LATE = "late"
    """Something is due and has not begun."""
    SILENT = "silent"
    """Nothing will ever wake it: no time, no open question, no escalation."""
    JOURNAL_BEHIND = "journal_behind"
    """The records do not follow the workflow."""
    NOT_STARTED = "not_started"
    TEXTS_STUCK = "texts_stuck"
    """Texts to patients that are neither sent nor given up."""
    TEXTS_NOT_ROUTED = "texts_not_routed"
    """What people wrote, and no journey or person has."""
    ANSWERS_NOT_TOLD = "answers_not_told"
    """Answers by a link that no journey has been told."""
    WATCH_STOPPED = "watch_stopped"
    """The watch itself does not look."""


class Finding(Model):
    """One thing that is wrong, in words that tell of nobody."""

    kind: FindingKind
    reference: str = ""
    """A journey's reference; empty where it is about the whole."""
    state: str
    """Another state of the same finding is news, and told again."""
    says: str
    danger: bool = False
    """An escalation or a safety flag is open, and paging may have stopped."""


def together(kind: FindingKind, found: tuple[Finding, ...]) -> str:
    """One text to ops for all new findings of a kind."""
    about = [each.reference for each in found if each.reference]
    ends = "See: waymark ops watch"
    if len(found) == 1:
        who = f" {about[0]}" if about else ""
        return f"Waymark{who}: {found[0].says[:_LONGEST]}. {ends}"
    more = f" and {len(about) - IN_A_TEXT} more" if len(about) > IN_A_TEXT else ""
    named = ", ".join(about[:IN_A_TEXT])
    return f"Waymark: {len(found)} journeys {kind.value.replace('_', ' ')}: {named}{more}. {ends}"


def paging_stopped(found: tuple[Finding, ...]) -> str:
    """One text to whoever is on call, for journeys with an open danger that nothing pages for."""
    named = ", ".join(each.reference for each in found[:IN_A_TEXT])
    more = f" and {len(found) - IN_A_TEXT} more" if len(found) > IN_A_TEXT else ""
    return (
        f"Waymark {named}{more}: something urgent is open, and its pages have stopped. "
        "See that somebody has it: waymark worklist"
    )
