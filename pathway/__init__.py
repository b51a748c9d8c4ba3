"""The rules of the pathway: pure functions over frozen models.

No Temporal, no input or output, no clock, no randomness: given a journey, a command and a
moment, the same answer on every machine, at every replay.
"""

# Registers the rule of every command, so that `admit` is whole however it is imported.
from pathway import rules as rules
