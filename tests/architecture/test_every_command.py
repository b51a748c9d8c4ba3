"""Whatever may be asked of a journey has a door: an Update of its name."""

import pytest

from pathway.commands import COMMANDS, Command
from workflows.patient_journey import PatientJourney
from workflows.updates import command_update


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_journey_takes_every_command(command: type[Command]) -> None:
    updates = list(vars(PatientJourney).values())
    assert command_update(command) in updates, f"{command.name} reaches no journey"
