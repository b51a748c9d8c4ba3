"""Failures are sealed with all that they say, but for one: that what was sent could not be opened.

Whoever sends in clear has no key, and would read `Encoded failure`. The sentence tells nothing of
anybody: it is the same for every sender.
"""

from typing import Final

from temporalio.api.failure.v1 import Failure
from temporalio.converter import (
    DefaultFailureConverterWithEncodedAttributes,
    PayloadConverter,
)

SENTENCE: Final = (
    "Nothing was taken up: it was sent in clear, or sealed for another journey. Use `waymark do`."
)
_SAID_BY_THE_SDK: Final = "Failed decoding arguments"


class SealedFailures(DefaultFailureConverterWithEncodedAttributes):
    """Seals messages and stack traces, and says that sentence in clear."""

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        """As its parent does; of arguments that could not be opened nothing but the sentence."""
        if isinstance(exception, RuntimeError) and exception.args == (_SAID_BY_THE_SDK,):
            failure.message = SENTENCE
            failure.application_failure_info.type = "PayloadRefused"
            failure.application_failure_info.non_retryable = True
            return
        super().to_failure(exception, payload_converter, failure)
