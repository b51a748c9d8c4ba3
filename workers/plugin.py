"""What every client, worker, replayer and test has in common, in one place.

Whoever connects or replays with this plugin has the same converter, the same encoded failures and
the same sandbox; nothing is left to be forgotten on one of the sides.
"""

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
from workers.frugal import Frugal, FrugalSandbox
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
    return waymark_plugin(ring, plain_allowed=clinic.demo)


def waymark_plugin(ring: KeyRing, *, plain_allowed: bool = False) -> SimplePlugin:
    """The plugin over a ring of keys.

    Args:
        ring: seals and opens what Temporal keeps.
        plain_allowed: whether payloads in clear are read.
    """
    return plugin_with(sealed_converter(ring, plain_allowed=plain_allowed))


def plugin_with(converter: DataConverter) -> SimplePlugin:
    """What all have in common, over a converter."""
    return SimplePlugin(
        NAME,
        data_converter=converter,
        interceptors=[Frugal()],
        workflow_runner=ours_for_the_default,
    )


def sealed_converter(ring: KeyRing, *, plain_allowed: bool) -> DataConverter:
    """Pydantic models as JSON, sealed; failures with their messages sealed too."""
    return DataConverter(
        payload_converter_class=PydanticPayloadConverter,
        failure_converter_class=SealedFailures,
        payload_codec=SealedPayloads(ring, plain_allowed=plain_allowed, on_refused=_say),
    )


def sandbox() -> FrugalSandbox:
    """The sandbox for workflows and replays: a forgotten pass-through is an error."""
    restrictions = SandboxRestrictions.default.with_import_notification_policy(
        SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    )
    return FrugalSandbox(restrictions=restrictions)


def ours_for_the_default(given: WorkflowRunner | None) -> WorkflowRunner:
    """The sandbox, unless somebody has chosen a runner: a replay that only overhears does."""
    return sandbox() if given is None or type(given) is SandboxedWorkflowRunner else given


def _say(reason: str) -> None:
    counters.payload_refused(reason)
    log.error("payload_refused", reason=reason)
