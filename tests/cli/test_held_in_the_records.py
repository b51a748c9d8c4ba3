"""What the records hold and the journey refused: of each command it is said what undoes it."""

import random
import re
from collections import defaultdict
from types import SimpleNamespace
from typing import Any, cast

import pytest
from any_command import MAKERS, AnyCommand
from core_driver import REFERENCE, CoreDriver
from pydantic import ValidationError

from cli.records_first import written_by_records
from cli.writing import Writing
from config.loader import load_protocol
from pathway import commands as cmd
from pathway.refusals import Reason

WRITTEN: set[type[cmd.Command]] = {
    *(cmd.HoldTexts, cmd.ReportHospital, cmd.ReportDeath, cmd.OptOut, cmd.DoubtPhone),
    *(cmd.ReportAdverseEvent, cmd.RecordReply, cmd.RecordDeliveryFailure),
    *(cmd.RecordContactAttempt, cmd.RecordDisclosure, cmd.RetractDeath),
    *(cmd.ReleaseTexts, cmd.BackFromHospital, cmd.ConfirmPhone, cmd.ChangeContact),
}
_NAMED = re.compile(r"`waymark do ([a-z-]+)")


def _any_that_are_written() -> dict[type[cmd.Command], list[cmd.Command]]:
    """Commands as chance makes them, as far as they have an effect in the records."""
    driver = CoreDriver.open(load_protocol())
    any_ = AnyCommand(driver, random.Random(7))  # noqa: S311
    found: dict[type[cmd.Command], list[cmd.Command]] = defaultdict(list)
    for kind in MAKERS:
        for _ in range(60):
            try:
                command = driver.built(kind, "nurse", **any_.fields(kind))
            except ValidationError:
                continue
            if written_by_records(command):
                found[kind].append(command)
    return found


EVERY = _any_that_are_written()


def test_every_command_that_the_records_hold_is_looked_at() -> None:
    assert {*MAKERS} == {*cmd.COMMANDS}
    assert {*EVERY} == WRITTEN


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
async def test_each_says_how_to_put_it_right(kind: type[cmd.Command]) -> None:
    nobody = cast("Any", SimpleNamespace(records=None))
    for command in EVERY[kind]:
        writing = Writing(nobody, REFERENCE, written=True)
        said = await writing.after_refusal(command, Reason.INTERNAL)
        assert said is not None
        assert said.startswith("The records hold it already")
        names = {name.replace("-", "_") for name in _NAMED.findall(said)}
        assert names <= {each.name for each in cmd.COMMANDS}
        lets_go = issubclass(kind, cmd.ReleaseTexts | cmd.BackFromHospital | cmd.ConfirmPhone)
        assert names or lets_go or kind is cmd.RecordDisclosure
