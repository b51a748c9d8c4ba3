"""Every search attribute Waymark writes, in one place.

They are plain text in Temporal's visibility store, so they hold nothing about a person:
a stage, a level, a role, an instant, a protocol's name.
"""

from temporalio.common import SearchAttributeKey

STAGE = SearchAttributeKey.for_keyword("WaymarkStage")
"""assessment, preparation, infusion, monitoring, psychotherapy, decision, follow_up, ended."""

ESCALATION = SearchAttributeKey.for_keyword("WaymarkEscalation")
"""The highest level of an open escalation: follow_up, urgent, safety. Unset when none is open."""

WAITS_FOR = SearchAttributeKey.for_keyword("WaymarkWaitsFor")
"""The role whose act the journey waits for."""

DUE_AT = SearchAttributeKey.for_datetime("WaymarkDueAt")
"""By when that act is owed. Unset when nothing is owed by a given time."""

PROTOCOL = SearchAttributeKey.for_keyword("WaymarkProtocol")
"""Id and version of the protocol the journey carries, as in ketamine-iv@1."""

ALL = (STAGE, ESCALATION, WAITS_FOR, DUE_AT, PROTOCOL)
