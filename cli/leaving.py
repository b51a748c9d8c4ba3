"""What of the clinic's still counts on a member of staff who leaves."""

from collections.abc import Iterator

from cli.documents import Handover, RotaLine
from config.clinic import Clinic
from config.rota import DAYS
from pathway import civil
from pathway.model import Instant, StaffId


def rota_lines(clinic: Clinic, who: StaffId, now: Instant) -> tuple[RotaLine, ...]:
    """Her weekly shifts, and the absences not yet over that she covers."""
    return (*_shifts(clinic, who), *_covers(clinic, who, now))


def _shifts(clinic: Clinic, who: StaffId) -> Iterator[RotaLine]:
    for role, shifts in clinic.rota.items():
        for shift in shifts:
            if who in shift.staff:
                days = ", ".join(DAYS[day] for day in shift.days)
                yield RotaLine(
                    role=role, when=f"{days} {shift.begins:%H:%M}-{shift.ends:%H:%M}, every week"
                )


def _covers(clinic: Clinic, who: StaffId, now: Instant) -> Iterator[RotaLine]:
    today = civil.local(now, clinic.zone).date()
    for away in clinic.away:
        if who in away.cover and away.through >= today:
            yield RotaLine(role=None, when=f"covers {away.who}, {away.begins} to {away.through}")


def first_steps(document: Handover) -> Iterator[str]:
    """What is to be done before she is taken out of clinic.yaml, in this order."""
    who = document.owner
    if document.items:
        yield (
            f"Hand over what {who} owns ({len(document.items)}): `waymark handover --leaving {who} "
            "--by YOU --to ANOTHER --note ...`, or --to-queue."
        )
    if document.treats:
        yield (
            f"Name another treating therapist for {len(document.treats)}: "
            "`waymark patient change REF --treating-therapist ...`."
        )
    if document.rota:
        yield f"Put somebody else in place of {who} in the rota and the absences of clinic.yaml."
    yield f"Then take {who} out of `staff` in clinic.yaml and restart the workers."
