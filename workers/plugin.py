"""What every client, worker, replayer and test has in common, in one place.

Whoever connects or replays with this plugin has the same converter and the same encoded failures;
nothing is left to be forgotten on one of the sides. In the tests the SDK's sandbox guards the
workflows besides; decision 0023 says why not at work.
"""

from collections.abc import Callable

import structlog
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import DataConverter
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy

from config.clinic import Clinic, load_clinic
from config.key_ring import KeyRing
from config.keys import ring_of
from config.settings import Settings
from workers.frugal import Frugal, FrugalConverter, FrugalRunner, FrugalSandbox
from workers.metrics import counters
from workers.payload_codec import SealedPayloads
from workers.refused_payloads import SealedFailures

NAME = "waymark"

log = structlog.stdlib.get_logger(__name__)


def plugin_of(settings: Settings) -> SimplePlugin:
    """The plugin of a process that has nothing yet but its settings.

    Raises SettingsError when the keys cannot be had, ConfigError when the clinic's file is wrong.
    """
    clinic = load_clinic(settings.clinic_file)
    return plugin_for(ring_of(settings, clinic), clinic)


def plugin_for(ring: KeyRing, clinic: Clinic) -> SimplePlugin:
    """The plugin of a process that has its keys; only a demonstration reads payloads in clear."""
    return waymark_plugin(ring, plain_allowed=clinic.demo, guarded=False)


def waymark_plugin(
    ring: KeyRing, *, plain_allowed: bool = False, guarded: bool = True
) -> SimplePlugin:
    """The plugin over a ring of keys.

    Args:
        ring: seals and opens what Temporal keeps.
        plain_allowed: whether payloads in clear are read.
        guarded: whether workflows run in the sandbox.
    """
    return plugin_with(sealed_converter(ring, plain_allowed=plain_allowed), guarded=guarded)


def plugin_with(converter: DataConverter, *, guarded: bool = True) -> SimplePlugin:
    """What all have in common, over a converter."""
    return SimplePlugin(
        NAME,
        data_converter=converter,
        interceptors=[Frugal()],
        workflow_runner=_ours_for_the_default(sandbox() if guarded else FrugalRunner()),
    )


def sealed_converter(ring: KeyRing, *, plain_allowed: bool) -> DataConverter:
    """Pydantic models as JSON, sealed; failures with their messages sealed too."""
    return FrugalConverter(
        payload_converter_class=PydanticPayloadConverter,
        failure_converter_class=SealedFailures,
        payload_codec=SealedPayloads(ring, plain_allowed=plain_allowed, on_refused=_say),
    )


def sandbox() -> FrugalSandbox:
    """The sandbox for tests and their replays: a forgotten pass-through is an error."""
    restrictions = SandboxRestrictions.default.with_import_notification_policy(
        SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    )
    return FrugalSandbox(restrictions=restrictions)


def _ours_for_the_default(
    ours: WorkflowRunner,
) -> Callable[[WorkflowRunner | None], WorkflowRunner]:
    """Ours, unless somebody has chosen a runner: a replay that only overhears does."""

    def chosen(given: WorkflowRunner | None) -> WorkflowRunner:
        return ours if given is None or type(given) is SandboxedWorkflowRunner else given

    return chosen


def _say(reason: str) -> None:
    counters.payload_refused(reason)
    log.error("payload_refused", reason=reason)
