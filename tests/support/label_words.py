"""What a label of a figure may say: words of the code, and nothing that came from outside."""

import re
from collections.abc import Mapping
from pathlib import Path

from prometheus_client.samples import Sample

from pathway.findings import FindingKind
from pathway.journey import Stage
from pathway.protocol import Level, Template
from pathway.roles import Role
from records.fuse import Tripped
from records.measures import LATE, LATER_STILL, NOT_YET, UNDATED
from records.page_model import PageTextState
from records.text_model import FINAL
from records.text_status import Delivery
from workers.metrics import counters
from workers.metrics.sources import sources
from workflows import messages

ROOT = Path(__file__).parents[2]
QUEUE = "metrics-test"
_SWEEP = re.compile(r'Sweep\("(\w+)"|name="(ask_about_\w+)"')


def _sweeps() -> set[str]:
    rooms = (ROOT / "workers", ROOT / "console")
    sources = [path.read_text(encoding="utf-8") for room in rooms for path in room.glob("*.py")]
    return {one or other for source in sources for one, other in _SWEEP.findall(source)}


_YES_NO = {"yes", "no"}
OURS: Mapping[str, set[str]] = {
    "stage": set(Stage),
    "template": set(Template),
    "outcome": {*FINAL, counters.TAKEN, counters.NOT_KEPT},
    "status": set(Delivery),
    "role": set(Role),
    "late": {*LATE, LATER_STILL, NOT_YET, UNDATED},
    "level": set(Level),
    "owned": _YES_NO,
    "heard": _YES_NO,
    "what": {"inbound_not_routed", "inbound_for_a_person", "link_answers", "texts_in_doubt"},
    "why": set(Tripped),
    "state": set(PageTextState),
    "check": {"event_loop", "sweeps", "records", "temporal", "started"},
    "sweep": _sweeps(),
    "source": {source.name for source in sources()},
    "reason": {*counters.Refused, *counters.WEBHOOK_REFUSALS},
    "kind": {*counters.WEBHOOKS, *FindingKind},
}
THEIRS: Mapping[str, set[str]] = {
    "workflow_type": {"PatientJourney", "Watch"},
    "service_name": {"temporal-core-sdk"},
    "task_queue": {QUEUE, messages.text_queue(QUEUE)},
    "activity_type": {
        messages.WRITE_JOURNAL,
        messages.SEND_TEXT,
        messages.LOOK_UP_TEXT,
        messages.SEND_PAGE,
        messages.ALERT_OPS,
        messages.WATCH_JOURNEYS,
        messages.WATCH_BACKLOG,
        messages.WATCH_ENDED,
    },
}
_SHAPED = {
    "protocol": r"[a-z0-9-]+@\d+|not_read_yet",
    "le": r"\+Inf|[\d.]+(e[+-]?\d+)?",
    # The SDK's own, and Python's.
    "namespace": r"waymark(-tests)?|temporal-system",
    "operation": r"[A-Z][A-Za-z]+",
    "status_code": r"[A-Z_]+",
    "worker_type": r"[A-Z][A-Za-z]+",
    "poller_type": r"[a-z_]+",
    "failure_reason": r"[A-Za-z_]+",
    "eager": r"true|false",
    "generation": r"\d",
    "implementation": r"CPython",
    "major": r"\d+",
    "minor": r"\d+",
    "patchlevel": r"\d+",
    "version": r"[\d.]+",
}


def is_allowed(sample: Sample, label: str) -> bool:
    """Whether this label's value is a word of the code, or has the one shape that it can have."""
    value = sample.labels[label]
    if label in OURS and sample.name.startswith("waymark_"):
        return value in OURS[label]
    if label in THEIRS:
        return value in THEIRS[label]
    return re.fullmatch(_SHAPED.get(label, r"(?!)"), value) is not None
