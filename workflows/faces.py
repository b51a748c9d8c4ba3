"""What the Temporal UI shows of a journey: search attributes and the current details."""

from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from pathway.items import AgendaItem
from pathway.journey import Journey
from pathway.overview import details, owed_due, waits_for
from workflows.search_attributes import DUE_AT, ESCALATION, PROTOCOL, STAGE, WAITS_FOR


class Faces:
    """Writes a search attribute only when it changes: each write is an event of its own."""

    def __init__(self) -> None:
        self._shown: dict[str, Any] | None = None
        self._of: Journey | None = None

    def show(self, journey: Journey, items: tuple[AgendaItem, ...]) -> None:
        """Show a journey, of which `items` is the agenda; once, as all of it follows from it."""
        if journey is self._of:
            return
        self._of = journey
        workflow.set_current_details(details(journey, items))
        now_true: dict[Any, Any] = {
            STAGE: journey.stage.value,
            ESCALATION: journey.highest_level.value if journey.highest_level else None,
            WAITS_FOR: role.value if (role := waits_for(journey)) else None,
            DUE_AT: owed_due(journey),
            PROTOCOL: journey.protocol.name,
        }
        shown = self._known()
        updates: list[SearchAttributeUpdate[Any]] = [
            key.value_unset() if value is None else key.value_set(value)
            for key, value in now_true.items()
            if shown.get(key.name) != value
        ]
        if updates:
            workflow.upsert_search_attributes(updates)
        self._shown = {key.name: value for key, value in now_true.items()}

    def _known(self) -> dict[str, Any]:
        """What this run has written, or what the run before it left."""
        if self._shown is not None:
            return self._shown
        return {
            pair.key.name: pair.value
            for pair in workflow.info().typed_search_attributes.search_attributes
        }
