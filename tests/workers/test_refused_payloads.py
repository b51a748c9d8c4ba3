"""Failures with payloads that do not open are read without them: no workflow's task fails."""

import pytest
from sealed import RING
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError, CancelledError, FailureError

from workers.plugin import sealed_converter
from workers.refused_payloads import SENTENCE

IN_CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'"failed by hand"')


@pytest.fixture
def converter() -> DataConverter:
    return sealed_converter(RING, plain_allowed=False)


async def test_details_in_clear_are_left_out(
    converter: DataConverter,
) -> None:
    failure = Failure(message="cancelled")
    failure.canceled_failure_info.details.payloads.append(IN_CLEAR)
    outer = Failure(message="an activity failed")
    outer.application_failure_info.type = "Outer"
    outer.cause.CopyFrom(failure)
    error = await converter.decode_failure(outer)
    assert isinstance(error, ApplicationError)
    assert isinstance(error.cause, CancelledError)
    assert list(error.cause.details) == []


async def test_a_failure_whose_words_were_written_in_clear_is_still_a_failure(
    converter: DataConverter,
) -> None:
    failure = Failure(message="Encoded failure", encoded_attributes=IN_CLEAR)
    failure.application_failure_info.type = "Junk"
    assert isinstance(await converter.decode_failure(failure), FailureError)


async def test_ours_are_sealed_and_open_again(converter: DataConverter) -> None:
    failure = Failure()
    await converter.encode_failure(ApplicationError("Jane Roe", "a detail", type="Ours"), failure)
    assert b"Jane" not in failure.SerializeToString()
    error = await converter.decode_failure(failure)
    assert isinstance(error, ApplicationError)
    assert (error.message, list(error.details)) == ("Jane Roe", ["a detail"])


async def test_arguments_that_did_not_open_are_a_sentence_in_clear(
    converter: DataConverter,
) -> None:
    failure = Failure()
    said = RuntimeError("Failed decoding arguments")
    said.__cause__ = ValueError("Jane Roe")
    await converter.encode_failure(said, failure)
    assert failure.message == SENTENCE
    assert b"Jane" not in failure.SerializeToString()
    assert not failure.HasField("cause")
