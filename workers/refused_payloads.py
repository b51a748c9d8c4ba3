"""Failures are sealed with all that they say, and read without what could not be opened.

One sentence is said in clear: that what was sent could not be opened. Whoever sends in clear has no
key, and would read `Encoded failure`; the sentence tells nothing of anybody.

The server writes payloads of its own into failures, in clear, and whoever fails an activity by hand
does too. They do not open, and an error about them would fail the workflow's task for ever. Nobody
here reads them: they are left out.
"""

from collections.abc import Iterator
from typing import Final

from temporalio.api.common.v1 import Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.converter import (
    DefaultFailureConverterWithEncodedAttributes,
    PayloadConverter,
)

from workers.payload_codec import ENCODING, REFUSED

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

    def from_failure(self, failure: Failure, payload_converter: PayloadConverter) -> BaseException:
        """As its parent does, without details that could not be opened."""
        for details in _details(failure):
            if any(each.metadata.get(ENCODING) == REFUSED for each in details.payloads):
                details.Clear()
        if failure.encoded_attributes.metadata.get(ENCODING) == REFUSED:
            failure.ClearField("encoded_attributes")
        return super().from_failure(failure, payload_converter)


def _details(failure: Failure) -> Iterator[Payloads]:
    yield failure.application_failure_info.details
    yield failure.canceled_failure_info.details
    yield failure.timeout_failure_info.last_heartbeat_details
    yield failure.reset_workflow_failure_info.last_heartbeat_details
