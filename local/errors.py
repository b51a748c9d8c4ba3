"""The one exception a person sees when the local stand cannot do what was asked."""


class StandError(Exception):
    """Something the person at the keyboard can put right.

    `problem` is one sentence saying what is wrong, `remedy` says what to do about it.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy
