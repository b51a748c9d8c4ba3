"""What a person can put right, said in two sentences."""


class ProblemError(Exception):
    """`problem` is one sentence saying what is wrong, `remedy` says what to do about it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy
