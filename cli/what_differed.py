"""What differed from the protocol, and what was corrected since, for those who sign it."""

from collections.abc import Iterator

from rich.text import Text

from cli.times import clock
from pathway.facts.corrections import Superseded
from pathway.journey import Treatment


def what_differed(treatment: Treatment, zone: str) -> Iterator[Text]:
    """A line for each deviation and each superseded entry of a treatment (rules 1 and 2)."""
    signed = treatment.deviations_signed
    state = f"signed by {signed.by}" if signed else "TO BE SIGNED (do sign-deviations)"
    for says in dict.fromkeys(treatment.deviations):
        style = "dim" if signed else "bold"
        yield Text(f"Treatment {treatment.number}, differed: {says} ({state})", style=style)
    for entry in treatment.superseded:
        yield Text(f"Treatment {treatment.number}, corrected: {_corrected(entry, zone)}")


def _corrected(entry: Superseded, zone: str) -> str:
    what = entry.what.replace("_", " ")
    if entry.was is not None:
        was = ", ".join(f"{k} {v}" for k, v in _said(entry.was.model_dump()).items())
        return f"{what} of {clock(entry.said_at, zone)}, was {was}. {entry.reason}"
    now = clock(entry.now_at, zone) if entry.now_at else "it never was"
    by = entry.corrected.by
    return f"{what}, was {clock(entry.said_at, zone)}, is {now}. {entry.reason} ({by})"


def _said(fields: dict[str, object]) -> dict[str, object]:
    """What was entered, without what nobody entered and without who signed."""
    plain = {k: v for k, v in fields.items() if v not in (None, (), {}, False)}
    return {k.replace("_", " "): v for k, v in plain.items() if not isinstance(v, dict)}
