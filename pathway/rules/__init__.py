"""The rules of each command, one module per part of the pathway.

Importing this package registers them all with `pathway.admit.handle`.
"""

from pathway.rules import booking, course, escalations, visit

__all__ = ["booking", "course", "escalations", "visit"]
