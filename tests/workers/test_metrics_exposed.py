"""All that the running product exposes: it tells of nobody, and what rules name is there.

A real worker and a real console live through a patient's cry for help; then every page of figures
is read.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from console_keeper import ConsoleKeeper
from enrolled import PHONE, enrolled
from fake_activities import FakeActivities
from figures_named import named_in_dashboard, named_in_rules, rules, selected
from journey_stand import LiveJourney, Stand
from label_words import QUEUE, is_allowed
from processes import worker_environment, worker_process
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from sealed import RING
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from twilio_caller import ACCOUNT, PUBLIC, TOKEN, Caller, inbound, status
from waiting import until

from local.ports import free_ports
from local.temporal_server import Endpoint
from pathway import commands as cmd
from pathway.protocol import Template
from records import texts
from records.database import Records, migrate
from simulator.background import BackgroundNetwork

CRY = "I want to kill myself, my neighbour Zebulon Quagmire knows"
CANARIES = ("Ada", "Quill", "Zebulon", "Quagmire", "J-", "SM1", "kill", PHONE[2:])
NAMES = ("CONSOLE", "METRICS", "METRICS_CONSOLE", "METRICS_SDK")


@dataclass(frozen=True)
class Lived:
    """What every page said at the end."""

    figures: str
    probes: dict[str, tuple[int, dict[str, object]]]

    @property
    def samples(self) -> list[Sample]:
        families = text_string_to_metric_families(self.figures)
        return [sample for family in families for sample in family.samples]


@asynccontextmanager
async def product(
    folder: Path, server: Endpoint, network: BackgroundNetwork, ports: list[int]
) -> AsyncIterator[Records]:
    """A worker and a console on records of their own."""
    url = f"sqlite:///{folder}/records.db"
    await migrate(url, ring=RING)
    environment = worker_environment(
        server.address,
        server.namespace,
        folder,
        WAYMARK_DATABASE_URL=url,
        WAYMARK_TASK_QUEUE=QUEUE,
        WAYMARK_PUBLIC_URL=PUBLIC,
        WAYMARK_TWILIO_API_BASE=network.url,
        **{f"WAYMARK_PORT_{name}": str(port) for name, port in zip(NAMES, ports, strict=True)},
    )
    console = environment | {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    records = await Records.open(url, ring=RING)
    async with worker_process(environment), ConsoleKeeper(console, ports[0]):
        yield records
    await records.close()


async def page(port: int, path: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
    async with asyncio.timeout(10):
        answer = (await reader.read()).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), body


async def a_cry_for_help(records: Records, client: Client, console: Caller) -> None:
    """She writes, is answered, the clinician on call is paged and takes it."""
    skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    stand = Stand(client, skipper, QUEUE, FakeActivities())
    journey: LiveJourney = await stand.start(reference=await enrolled(records))
    assert await console.post("/twilio/inbound", inbound(CRY)) == 204
    assert await console.post("/twilio/status", status("delivered")) == 204
    assert await console.with_token("another").post("/twilio/inbound", inbound(CRY)) == 403

    async def paged() -> bool:
        found = (await journey.overview()).escalations
        return bool(found and found[0].paged)

    async def answered() -> bool:
        sent = await texts.for_reference(records, journey.reference)
        # By day the text that greets her goes first.
        return any(text.sid and text.template == Template.SUPPORT_NUMBERS for text in sent)

    await until(paged)
    await until(answered)
    await journey.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")


@pytest.fixture(scope="module")
async def lived(
    tmp_path_factory: pytest.TempPathFactory,
    temporal_server: Endpoint,
    client: Client,
    running_network: BackgroundNetwork,
) -> Lived:
    ports = free_ports(4)
    folder = tmp_path_factory.mktemp("figures")
    async with product(folder, temporal_server, running_network, ports) as records:
        await a_cry_for_help(records, client, Caller(ports[0]))

        async def measured() -> bool:
            said = (await page(ports[3], "/metrics"))[1]
            answer = 'waymark_texts_total{outcome="sent",template="support_numbers"} 1.0'
            counted = (await page(ports[1], "/metrics"))[1]
            return answer in counted and all(f"{name}_count" in said for name in MEASURED)

        await until(measured)
        figures = [(await page(port, "/metrics"))[1] for port in ports[1:]]
        asked = [(whose, path) for whose in (1, 2) for path in ("/healthz", "/readyz")]
        said = {f"{NAMES[n]} {path}": await page(ports[n], path) for n, path in asked}
    probes = {of: (status, json.loads(body)) for of, (status, body) in said.items()}
    return Lived("\n".join(figures), probes)


MEASURED = (
    "waymark_text_lateness_seconds",
    "waymark_page_lateness_seconds",
    "waymark_acknowledged_after_seconds",
)


async def test_rule_29_no_label_holds_anything_but_a_word_of_the_code(lived: Lived) -> None:
    strange = {
        (sample.name, label, value)
        for sample in lived.samples
        for label, value in sample.labels.items()
        if not is_allowed(sample, label)
    }
    assert strange == set()
    assert len(lived.samples) > 500, "too little was exposed to prove anything"
    assert [canary for canary in CANARIES if canary in lived.figures] == []


async def test_every_figure_that_rules_and_dashboard_name_is_exposed(lived: Lived) -> None:
    # Of these Prometheus itself makes the first one; the others begin with their first event.
    elsewhere = {"up", "temporal_workflow_task_execution_failed_total"}
    typed = {line.split()[2] for line in lived.figures.splitlines() if line.startswith("# TYPE")}
    exposed = {sample.name for sample in lived.samples} | typed | elsewhere
    assert named_in_rules() - exposed == set()
    assert named_in_dashboard() - exposed == set()


async def test_every_label_that_rules_look_for_is_exposed(lived: Lived) -> None:
    """A rule with a word misspelt would never fire."""
    exposed = {
        (sample.name, label, value)
        for sample in lived.samples
        for label, value in sample.labels.items()
    }
    sought = {each for rule in rules() for each in selected(str(rule["expr"]))}
    assert ("waymark_page_lateness_seconds_bucket", "le", "300") in sought
    assert len(sought) >= 10
    assert sought - exposed == set()


async def test_the_figures_are_those_of_what_was_lived(lived: Lived) -> None:
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value for sample in lived.samples
    }
    assert found["waymark_webhooks_refused_total", ("reason", "signature")] == 1
    taken = ("kind", "inbound"), ("outcome", "taken")
    assert found["waymark_webhooks_total", *taken] == 1
    assert found["waymark_workers",] == 1
    assert found["waymark_escalations_open", ("level", "safety"), ("owned", "yes")] == 1
    sent = ("outcome", "sent"), ("template", "support_numbers")
    assert found["waymark_texts_total", *sent] == 1


async def test_worker_and_console_are_ready(lived: Lived) -> None:
    well = {of: (status, said["status"]) for of, (status, said) in lived.probes.items()}
    assert well == {
        "METRICS /healthz": (200, "ok"),
        "METRICS /readyz": (200, "ready"),
        "METRICS_CONSOLE /healthz": (200, "ok"),
        "METRICS_CONSOLE /readyz": (200, "ready"),
    }
    assert lived.probes["METRICS /readyz"][1]["checks"] == {
        "event_loop": "ok",
        "sweeps": "ok",
        "records": "ok",
        "temporal": "ok",
    }
