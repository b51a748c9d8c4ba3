"""Turns each command of the pathway into a Temporal Update of its own name.

A handler is a plain function: check, apply, return. Nothing is awaited in one, so handlers
never interleave, and the state they check is the state they change.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from pathway.admit import Events, admit, rehearse
from pathway.apply import apply_all
from pathway.commands import Command
from pathway.preview import Preview, preview
from pathway.refusals import Reason, Refused
from workflows.engine import Engine
from workflows.messages import Answer, Answered


class HasEngine(Protocol):
    engine: Engine


def _refusal(code: str, sentence: str) -> ApplicationError:
    return ApplicationError(sentence, type=code, non_retryable=True)


def _answer_before(engine: Engine, command: Command) -> Answer | None:
    """The answer this command got when it came the first time.

    Raises:
        ApplicationError: when its key was used for another command.
    """
    answered = engine.answers.get(command.key)
    if answered is None:
        return None
    if answered.fingerprint != command.fingerprint:
        raise _refusal(
            Reason.KEY_REUSED, "This key was used for another command. Send it with a new key."
        )
    return Answer(number=answered.number, repeated=True)


def check(engine: Engine, command: Command) -> None:
    """Validate: admit and apply on a copy, so that a bug rejects instead of freezing."""
    if _answer_before(engine, command) is None:
        _guarded(lambda: rehearse(engine.journey, command, workflow.now()))


def foresee(engine: Engine, command: Command) -> Preview:
    """What giving this command would do now, its key looked at too. Nothing is changed."""
    try:
        before = _answer_before(engine, command)
    except ApplicationError as reused:
        return Preview(refused=reused.message)
    return preview(engine.journey, command, workflow.now()) if before is None else Preview()


def take(engine: Engine, command: Command) -> Answer:
    """Take the command up: the journey changes, or the caller is told why not."""
    before = _answer_before(engine, command)
    if before is not None:
        return before
    events = _guarded(lambda: _admitted(engine, command))
    engine.commit(events)
    engine.remember(
        command.key, Answered(fingerprint=command.fingerprint, number=engine.journey.events)
    )
    return Answer(number=engine.journey.events, happened=tuple(e.kind for e in events))


def _admitted(engine: Engine, command: Command) -> Events:
    """The events, applied once on a copy: nothing is half done if applying them fails."""
    events = admit(engine.journey, command, workflow.now())
    apply_all(engine.journey, events)
    return events


def _guarded(act: Callable[[], Events]) -> Events:
    try:
        return act()
    except Refused as refused:
        raise _refusal(refused.code, refused.sentence) from None
    except Exception as error:  # noqa: BLE001 - any other exception would freeze the journey
        workflow.logger.error("command_broke", extra={"error_type": type(error).__name__})
        raise _refusal(
            Reason.INTERNAL,
            "The system failed to take this up and nothing was changed. Tell ops, and record it "
            "on paper meanwhile.",
        ) from None


@cache
def command_update(command_type: type[Command]) -> Any:
    """The Update of one command, with its validator.

    It is made once: the sandbox runs the workflow's module anew for each journey, and what is
    made there stays in memory for as long as the journey does.
    """

    def handler(self: HasEngine, command: Command) -> Answer:
        return take(self.engine, command)

    def validator(self: HasEngine, command: Command) -> None:
        check(self.engine, command)

    handler.__name__ = command_type.name
    handler.__doc__ = command_type.says
    for function in (handler, validator):
        function.__annotations__["command"] = command_type
        # The SDK takes an annotated first parameter for a part of the payload.
        del function.__annotations__["self"]
    update = workflow.update(name=command_type.name, description=command_type.says)(handler)
    update.validator(validator)
    return update
