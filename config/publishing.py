"""The gate before real patients: on what protocol a clinic may start a journey (rule 30)."""

from config.clinic import Clinic
from config.protocol_check import around
from config.yaml_source import path_of
from pathway.lint import Finding, lint
from pathway.model import Instant
from pathway.protocol import Count, Evidence, Protocol


class NotForPatientsError(Exception):
    """No journey may be started; the message says why and what to do."""


def require_publishable(protocol: Protocol, clinic: Clinic, at: Instant) -> None:
    """Refuse for real patients what `waymark protocol check --publish` refuses.

    Also a clinic whose `records_kept_years` nobody answers for.
    A clinic of the demonstration (`demo: true`) has invented patients and may start anything.

    Raises:
        NotForPatientsError: when the clinic is a real one and the protocol may not be published.
        ConfigError: when the texts that belong to it cannot be read.
    """
    if clinic.demo:
        return
    if not _answered_for(clinic.records_kept_years):
        raise NotForPatientsError(_RETENTION)
    if found := lint(protocol, around(clinic, at)):
        raise NotForPatientsError(_sentence(protocol, found))


_RETENTION = (
    "No journey is started: the clinic's file does not say for how long records are kept by law. "
    "Set records_kept_years with its source, `approved_by` and `approved_at`, and no `demo`. "
    "Whoever is enrolled stays so, and open journeys go on."
)


def _answered_for(kept: Count | None) -> bool:
    """Whether somebody stands by the retention with her name, or a source does."""
    if kept is None or kept.demo or kept.value == 0:
        return False
    approved = kept.approved_by is not None and kept.approved_at is not None
    return approved or kept.evidence is not Evidence.SET_BY_SITE


def _sentence(protocol: Protocol, found: tuple[Finding, ...]) -> str:
    first = found[0]
    return (
        f"No journey is started: the clinic's file does not say `demo: true`, and {protocol.name} "
        f"may not treat real patients. {len(found)} to put right, the first at "
        f"{path_of(first.place)} ({first.rule}). `waymark protocol check --publish FILE` lists "
        "them all. Whoever is enrolled stays so, and open journeys go on."
    )
