"""All that a worker looks after by itself, put together from what it has."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from temporalio.client import Client

from activities.page_sending import PageSender
from activities.provider import Provider
from activities.watch import Watch
from config.clinic import Clinic
from config.link_keys import links_of
from config.publishing import NotForPatientsError, require_publishable
from config.reply_words import shipped_reply_words
from config.settings import Settings
from records.database import Records
from workers.all_clears import tell_all_clear
from workers.answering import Answers, hand_on_answers
from workers.asking_therapists import Asking, ask_therapists
from workers.build import build_id
from workers.calling import Caller
from workers.collecting import Collector, collect_missed
from workers.danger import page_danger
from workers.deliveries import tell_failures
from workers.forgetting import forget_erased
from workers.page_deliveries import climb_past_failures
from workers.routing import Router, route_texts
from workers.sealing import seal_journals
from workers.silence import PAGES, TEXTS, ask_about_silent
from workers.starting import Starter
from workers.sweeps import Sweep, sign_of_life, start_enrolled, sweep_until
from workers.watch_kept import keep_watch
from workers.watching import watch_journals

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Counterparts:
    """Whom the sweeps ask and tell."""

    settings: Settings
    clinic: Clinic
    records: Records
    client: Client
    provider: Provider
    starter: Starter
    caller: Caller
    watch: Watch


def every_sweep(of: Counterparts) -> tuple[Sweep, ...]:
    """What is due, what has come in, what was not heard of, and whether all agree."""
    settings, records, client = of.settings, of.records, of.client
    router = Router(records, client, shipped_reply_words(), of.caller)
    return (
        sign_of_life(records, build_id()),
        *_starting(of.starter),
        watch_journals(records, client),
        keep_watch(records, client, of.watch.telling, settings.task_queue, of.watch.every),
        forget_erased(records, client),
        seal_journals(records, settings.anchor_file),
        tell_failures(records, client),
        ask_about_silent(records, of.provider, TEXTS),
        hand_on_answers(Answers(records, client, of.clinic)),
        *_asking(of),
        climb_past_failures(records, client, of.caller),
        tell_all_clear(records, PageSender(of.provider, of.clinic), of.clinic),
        ask_about_silent(records, of.provider, PAGES),
        collect_missed(_collector(of)),
        route_texts(router),
        page_danger(router.danger),
    )


@asynccontextmanager
async def sweeping(sweeps: tuple[Sweep, ...], stop: asyncio.Event) -> AsyncIterator[None]:
    """Sweep until told to stop.

    A sweep in the middle of a call is not waited for: the next worker does it again.
    """
    tasks = [asyncio.create_task(sweep_until(stop, sweep)) for sweep in sweeps]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _starting(starter: Starter) -> tuple[Sweep, ...]:
    """What starts journeys; nothing where the protocol may not treat this clinic's patients.

    Journeys under way go on all the same: each carries the protocol it was started with.
    """
    try:
        require_publishable(starter.protocol, starter.clinic, datetime.now(UTC))
    except NotForPatientsError as refusal:
        log.error("journeys_not_started", code="not_for_patients", protocol=starter.protocol.name)  # noqa: TRY400
        sys.stderr.write(f"{refusal}\n")
        return ()
    return (start_enrolled(starter),)


def _asking(of: Counterparts) -> tuple[Sweep, ...]:
    """What asks therapists outside; nothing where no phone could open a link."""
    links = links_of(of.settings, of.clinic)
    return (ask_therapists(Asking(of.records, of.provider, of.clinic, links)),) if links else ()


def _collector(of: Counterparts) -> Collector:
    """What looks for texts to us that no webhook brought."""
    sender, service = of.settings.twilio_from, of.settings.twilio_messaging_service_sid
    return Collector(of.records, of.provider, sender, service)
