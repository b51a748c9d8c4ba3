"""What a worker is made of: the activities and the two queues. Its plugin comes with its client."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from workflows.messages import text_queue
from workflows.patient_journey import PatientJourney
from workflows.watch import Watch

WORKFLOWS = (PatientJourney, Watch)

GRACE = timedelta(seconds=20)
"""How long activities may go on when the worker is told to stop."""

_TEXT_THREADS = 8


@dataclass(frozen=True)
class Activities:
    """The activities of a worker, by the queue they are served from."""

    main: Sequence[Callable[..., Any]]
    texting: Sequence[Callable[..., Any]]


def build_workers(
    client: Client,
    activities: Activities,
    *,
    task_queue: str,
    texts_per_second: float,
    build_id: str,
    **options: Any,
) -> tuple[Worker, Worker]:
    """The worker of journeys, records and pages, and the worker of patients' texts.

    They are two so that a queue of texts, however long or slow, cannot delay a page.
    """
    main = Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=list(activities.main),
        build_id=build_id,
        graceful_shutdown_timeout=GRACE,
        # Nothing is stored outside of Temporal: no tasks of its own for each payload.
        max_workflow_task_external_storage_concurrency=1,
        **options,
    )
    texting = Worker(
        client,
        task_queue=text_queue(task_queue),
        activities=list(activities.texting),
        activity_executor=ThreadPoolExecutor(_TEXT_THREADS, thread_name_prefix="texting"),
        max_concurrent_activities=_TEXT_THREADS,
        max_task_queue_activities_per_second=texts_per_second,
        graceful_shutdown_timeout=GRACE,
        build_id=build_id,
    )
    return main, texting
