"""What the records count, as families of figures. No label is anything but a word of the code."""

from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from pathway.protocol import Level, Template
from records import measures, signs, text_measures
from records import systems as trust
from records.database import Records
from records.fuse import Tripped
from records.page_model import PageTextState
from records.text_model import FINAL
from records.text_status import Delivery

Families = tuple[Metric, ...]
Labels = TypeVar("Labels", bound=tuple[str, ...])


def _gauge(name: str, meaning: str, values: Mapping[Labels, float], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for of, value in values.items():
        family.add_metric(of, value)
    return family


def _one(name: str, meaning: str, value: float) -> Metric:
    return _gauge(name, meaning, {(): value})


def _age(now: datetime, since: datetime | None) -> float:
    """Of the oldest; nothing that waits is of no age."""
    return max((now - since).total_seconds(), 0.0) if since else 0.0


def journeys(counted: Mapping[tuple[str, str], int]) -> Families:
    """Where open journeys stand."""
    meaning = "Open journeys by stage and protocol."
    return (_gauge("waymark_journeys", meaning, counted, "stage", "protocol"),)


async def owed(records: Records, now: datetime) -> Families:
    """What people owe."""
    acts = await measures.owed(records, now)
    values = {(each.role.value, each.late): float(each.count) for each in acts}
    meaning = "Acts that are owed, by role and by how late they are; escalations are apart."
    return (_gauge("waymark_owed_acts", meaning, values, "role", "late"),)


async def escalations(records: Records, now: datetime) -> Families:
    """What is open, and whether anybody has it."""
    none = {(level.value, owned): 0.0 for level in Level for owned in ("yes", "no")}
    found = await measures.escalations(records)
    of = [((each.level.value, "yes" if each.owned else "no"), each) for each in found]
    counts = none | {labels: float(each.count) for labels, each in of}
    ages = none | {labels: _age(now, each.oldest) for labels, each in of}
    labels = ("level", "owned")
    return (
        _gauge("waymark_escalations_open", "Open escalations.", counts, *labels),
        _gauge("waymark_escalations_oldest_seconds", "Age of the oldest one.", ages, *labels),
    )


async def waiting(records: Records, now: datetime) -> Families:
    """What waits for somebody or something."""
    inbound = await measures.inbound(records)
    found = {
        "inbound_not_routed": inbound.not_routed,
        "inbound_for_a_person": inbound.for_a_person,
        "link_answers": await measures.link_answers(records),
        "texts_in_doubt": await text_measures.in_doubt(records),
    }
    counts = {(what,): float(each.count) for what, each in found.items()}
    ages = {(what,): _age(now, each.oldest) for what, each in found.items()}
    return (
        _gauge("waymark_waiting", "What waits for somebody or something.", counts, "what"),
        _gauge("waymark_waiting_oldest_seconds", "Age of the oldest.", ages, "what"),
    )


async def systems(records: Records, now: datetime) -> Families:
    """Whether workers are there, and what ought to be nothing."""
    state = await trust.read(records, now)
    alive = now - trust.SILENT_AFTER
    given = [sign for sign in await signs.last(records) if sign.name.startswith("worker ")]
    age = (now - state.worker_seen).total_seconds() if state.worker_seen else float("inf")
    workers = sum(1 for sign in given if sign.at > alive)
    return (
        _one("waymark_workers", "Workers that gave a sign of life within two minutes.", workers),
        _one("waymark_worker_sign_age_seconds", "Age of the last sign of any worker.", max(age, 0)),
        _one(
            "waymark_enrolled_without_journey",
            "Patients enrolled a while ago for whom no journey runs.",
            state.waiting_for_a_journey,
        ),
        _one(
            "waymark_journal_conflicts",
            "Rows that history had vouched for and that were replaced, within a day.",
            state.journal_conflicts,
        ),
    )


async def texts(records: Records, _now: datetime) -> Families:
    """What became of texts, from the first day on."""
    found = await text_measures.ended(records)
    counts = {(each.outcome, each.template): each.count for each in found}
    by_end = CounterMetricFamily(
        "waymark_texts", "Texts to patients that have ended.", labels=("outcome", "template")
    )
    for outcome, template in product(sorted(FINAL), Template):
        by_end.add_metric((outcome, template), counts.get((outcome, template), 0))
    words = await text_measures.words(records)
    said = CounterMetricFamily(
        "waymark_messages_said", "Messages by each word the provider said.", labels=("status",)
    )
    for status in Delivery:
        said.add_metric((status,), words.get(status, 0))
    return by_end, said


async def lately(records: Records, now: datetime) -> Families:
    """What has gone wrong lately; it goes back to nothing by itself."""
    seen = await text_measures.lately(records, now)
    fuse = {(why.value,): float(seen.held_by_fuse.get(why, 0)) for why in Tripped}
    heard = {("yes",): float(seen.heard_of), ("no",): float(seen.not_heard_of)}
    pages = {(state.value,): float(seen.pages.get(state, 0)) for state in PageTextState}
    return (
        _gauge(
            "waymark_fuse_held_lately", "Texts that the fuse held back in an hour.", fuse, "why"
        ),
        _gauge(
            "waymark_texts_heard_of_lately",
            "Texts that left 10 to 30 minutes ago, by whether the provider has called about them.",
            heard,
            "heard",
        ),
        _gauge("waymark_pages_lately", "Texts to staff of the last day.", pages, "state"),
    )


async def journal(records: Records, now: datetime) -> Families:
    """How far the journal is vouched for."""
    rows = await measures.provisional(records)
    return (
        _one("waymark_journal_provisional", "Rows that no history has vouched for.", rows.count),
        _one(
            "waymark_journal_provisional_oldest_seconds",
            "Age of the oldest of them.",
            _age(now, rows.oldest),
        ),
    )
