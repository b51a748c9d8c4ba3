"""The one exception a person sees when the local stand cannot do what was asked."""

from config.problem import ProblemError


class StandError(ProblemError):
    """Something the person at the keyboard can put right."""
