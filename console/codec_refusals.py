"""Why a request to the codec endpoint is refused: a status, a sentence, and a word for the book."""

from records.decodes import Outcome


class Refused(Exception):  # noqa: N818 - an answer to whoever asked
    """Nothing is opened. The sentence says what to do, and repeats nothing of the request."""

    def __init__(self, status: int, outcome: Outcome, sentence: str, who: str = "") -> None:
        """`who` has signed in and may not read; empty where that is not known."""
        super().__init__(outcome)
        self.who = who
        self.status = status
        self.outcome = outcome
        self.sentence = sentence


def not_signed_in(sentence: str) -> Refused:
    return Refused(401, Outcome.NOT_SIGNED_IN, sentence)
