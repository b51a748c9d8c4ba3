"""Which gates the oracle's own book holds shut before a start, and which doses it knows."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oracle_book import Book, Cycle

from pathway import commands as cmd
from pathway.facts import Vitals
from pathway.protocol import Protocol

GAP = timedelta(hours=24)
WINDOW = timedelta(hours=24)
"""In which a session follows the end of an infusion."""
RUNS_FOR = {"ketamine-iv": timedelta(minutes=40), "esketamine": timedelta(minutes=10)}
"""How long an infusion is planned to run."""
PREPARED_FOR = timedelta(days=7)
SCORED_FOR = timedelta(hours=72)
PRESSURE_AT_MOST = (140, 90)
LEAST_SPO2, HEART, LEAST_BREATHS = 88, (45, 140), 8
"""Past these no infusion starts on a nurse's word alone."""
MG_PER_KG = (0.1, 1.0)
MG = {28.0, 56.0, 84.0}


MAY_OVERRIDE = {"prescriber", "supervising_clinician", "medical_director"}
NURSES = {"nurse", "nurse_on_shift"}
NO_CLINICIANS = {"coordinator", "ops", "patient", "privacy_officer"}
OF_THE_BODY = {"prescriber", "supervising_clinician", "medical_director", "on_call_clinician"}


def may_stop(book: Book, escalation: str, role: str) -> bool:
    """Whether this role's taking it stops its pages."""
    climb = book.climbs[escalation]
    if climb.about == "unplanned":
        return role in MAY_OVERRIDE
    if not climb.grave:
        return True
    over = [f for n, f in book.flags.items() if escalation == f.escalation or climb.about == n]
    if any(flag.of_her_body for flag in over):
        return role in OF_THE_BODY
    return role not in NURSES | NO_CLINICIANS


def dose_is_possible(protocol: Protocol, command: cmd.StartInfusion) -> bool:
    if command.confirmed_by in {None, command.by} or command.milligrams is None:
        return False
    if protocol.id == "esketamine":
        return command.milligrams in MG
    dose = command.dose_mg_per_kg
    return dose is not None and MG_PER_KG[0] <= dose <= MG_PER_KG[1]


def stops(reading: Vitals) -> bool:
    breaths = reading.breathing_rate
    return (
        reading.spo2_percent < LEAST_SPO2
        or not HEART[0] <= reading.heart_rate <= HEART[1]
        or (breaths is not None and breaths < LEAST_BREATHS)
    )


def talks_in_time(cycle: Cycle, ends: datetime) -> bool:
    """Whether a session stands within the day after an infusion that ends then."""
    stands = cycle.appointments.get("psychotherapy")
    return stands is not None and timedelta(0) <= stands.at - ends < WINDOW


def shut(book: Book, protocol: Protocol, command: cmd.StartInfusion) -> list[str]:
    """What stands against a start at this moment."""
    cycle = book.cycles[command.treatment]
    at = command.happened_at
    day = at.astimezone(ZoneInfo(book.clinic)).date()
    ends = [c.ended_at for n, c in book.cycles.items() if n < command.treatment and c.ended_at]
    before = book.cycles.get(command.treatment - 1)
    policies = {n: i.policy.value for n, i in protocol.eligibility.screening.items()}
    stopped = [n for n in book.found if policies[n] == "hard_stop"]
    unclear = [n for n in book.found - book.cleared if policies[n] == "needs_clearance"]
    starts = [c.started_at for n, c in book.cycles.items() if n < command.treatment]
    held = cycle.prepared_at
    since = held is not None and all(held > start for start in starts if start)
    prepared = held is not None and since and timedelta(0) <= at - held <= PREPARED_FOR
    says = {
        "not found suitable": not book.suitable,
        "the assessment is stale": book.good_until is None or at >= book.good_until,
        f"stopped by {stopped}": bool(stopped),
        f"not cleared: {unclear}": bool(unclear),
        "no consent": not book.consents,
        "not prepared": not prepared,
        "a safety flag is open": bool(book.flags),
        "a high risk was judged long ago": (
            book.risk is not None and book.risk.comes_back and at >= book.risk.until
        ),
        "a dose is held": bool(book.held_doses),
        "too soon after the last": any(at - end < GAP for end in ends),
        "before the ordered interval": cycle.ordered_days is not None
        and before is not None
        and before.started_at is not None
        and (day - before.started_at.astimezone(ZoneInfo(book.clinic)).date()).days
        < cycle.ordered_days,
        "paused": book.paused,
        "in hospital": book.hospital,
        "leaving": book.leaving,
        "no session is booked": not talks_in_time(cycle, at + RUNS_FOR[protocol.id]),
        "the last decision is not signed": before is not None and not before.in_force,
        "an earlier session has no outcome": any(
            c.ended_at and not c.session_at for n, c in book.cycles.items() if n < command.treatment
        ),
        "not screened today": (command.treatment, day) not in book.screened,
    }
    says |= {
        f"no fresh {name}": not any(
            timedelta(0) <= at - t <= SCORED_FOR for t in book.scored.get(name, [])
        )
        for name in ("phq9", "gad7")
    }
    return [name for name, stands in {**says, **_form(book, protocol, command)}.items() if stands]


def for_good(book: Book, protocol: Protocol) -> list[str]:
    """What no prescriber's reason opens."""
    policies = {n: i.policy.value for n, i in protocol.eligibility.screening.items()}
    stopped = [n for n in book.found if policies[n] == "hard_stop"]
    says = {
        "not found suitable": not book.suitable,
        f"stopped by {stopped}": bool(stopped),
        "no consent": not book.consents,
        "leaving": book.leaving,
    }
    return [name for name, stands in says.items() if stands]


def _form(book: Book, protocol: Protocol, command: cmd.StartInfusion) -> dict[str, bool]:
    day = command.happened_at.astimezone(ZoneInfo(book.clinic)).date()
    form = book.form
    if form is None or form.day != day:
        return {"nothing was asked today": True}
    asked = protocol.steps.infusion.preflight.asked
    held_instead = "urinary_symptoms"
    pressures = form.pressures
    high = pressures is not None and (
        pressures[0] > PRESSURE_AT_MOST[0] or pressures[1] > PRESSURE_AT_MOST[1]
    )
    return {
        "not weighed": protocol.id == "ketamine-iv" and not form.weighed,
        "no reading": pressures is None,
        "the blood pressure is high": high and not form.pressure_allowed,
        "a limit for stopping is passed": form.others_stop,
        **{
            f"{name} is not answered as it must be": form.answers.get(name)
            not in ({"yes", "no"} if name == held_instead else {item.go_when, "not_applicable"})
            for name, item in asked.items()
            if item.go_when != "answered"
        },
    }
