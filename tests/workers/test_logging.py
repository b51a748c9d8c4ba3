"""Log lines: one shape, once, and nothing in them that a patient said or is."""

import json
import logging
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError
from twilio.base.exceptions import TwilioRestException

from workers.logging import configure_logging

PHONE = "+15551234567"


pytestmark = pytest.mark.usefixtures("logging_put_back")


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_our_line_carries_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    structlog.get_logger("waymark.t").info("text_sent", reference="J-0123456789", attempt=2)
    (line,) = _lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "text_sent",
        "level": "info",
        "logger": "waymark.t",
        "reference": "J-0123456789",
        "attempt": 2,
    }


def test_an_unknown_field_is_dropped_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    structlog.get_logger("waymark.t").info("text_sent", phone=PHONE, body="Dear Jane")
    (line,) = _lines(capsys)
    assert line["dropped_fields"] == ["body", "phone"]
    assert PHONE not in str(line)
    assert "Jane" not in str(line)


def test_a_number_in_an_allowed_field_is_blotted(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    key = "J-0123456789/2026-11-23T08:00:00Z/appointment/1"
    structlog.get_logger("waymark.t").info("odd", reason="rang (555) 123-4567", key=key)
    (line,) = _lines(capsys)
    assert "123" not in line["reason"]
    assert line["key"] == key


def _refused() -> None:
    raise TwilioRestException(400, "/Messages", f"'To' number {PHONE} is not valid")


def test_an_exception_is_told_by_type_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    try:
        try:
            _refused()
        except TwilioRestException as error:
            raise RuntimeError(f"text to {PHONE} failed") from error
    except RuntimeError:
        structlog.get_logger("waymark.t").exception("text_failed")
        logging.getLogger("somebody").exception("Text to %s failed after %d s", PHONE, 3)
    ours, theirs = _lines(capsys)
    for line in (ours, theirs):
        assert line["error"] == "builtins.RuntimeError"
        assert "test_logging.py" in line["error_at"][-1]
        assert line["caused_by"] == ["twilio.base.exceptions.TwilioRestException"]
        assert PHONE not in str(line)
    assert theirs["event"] == "Text to […] failed after 3 s"


def test_a_librarys_text_loses_whatever_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    class Text(BaseModel):
        to: int

    configure_logging()
    try:
        Text.model_validate({"to": "Jane Doe"})
    except ValidationError as error:
        logging.getLogger("temporalio.worker").warning(f"Failing task: {error}")  # noqa: G004
        logging.getLogger("temporalio.worker").warning(
            "Bad input_value='Jane Doe' from jane@example.org, call 555 123 4567",
            extra={"temporal_workflow": {"workflow_id": "J-1"}},
        )
    lines = _lines(capsys)
    assert len(lines) == 2
    assert "Jane" not in str(lines)
    assert lines[1]["event"] == "Bad input_value=[…] from [address] call [number]"


def test_talkative_libraries_are_hushed(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    for name in ("twilio.http_client", "httpx"):
        logging.getLogger(name).info("POST Body=Hello To=%s", PHONE)
    assert _lines(capsys) == []


def test_the_level_counts_for_our_loggers_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("ERROR")
    structlog.get_logger("waymark.t").warning("not_shown")
    structlog.get_logger("waymark.t").error("shown")
    assert [line["event"] for line in _lines(capsys)] == ["shown"]


def test_without_json_a_line_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(as_json=False)
    structlog.get_logger("waymark.t").info("text_sent", reference="J-0123456789")
    shown = capsys.readouterr().out
    assert "text_sent" in shown
    assert not shown.startswith("{")


def test_an_allowed_field_holds_codes_and_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    structlog.get_logger("waymark.t").info("odd", reason="Jane Doe is ill", key="t1/visit/a1")
    logging.getLogger("somebody").warning("odd", extra={"status": "Jane Doe", "kind": "Núñez"})
    ours, theirs = _lines(capsys)
    assert (ours["reason"], ours["key"]) == ("[words]", "t1/visit/a1")
    assert (theirs["status"], theirs["kind"]) == ("[words]", "[words]")


def test_a_librarys_line_ends_where_its_values_begin(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    error = ValueError("Jane Doe of Elm Street")
    said = ("Handling failed, original error: {}", "Refused name={}", "x\n{}")
    for line in (each.format(error) for each in said):
        logging.getLogger("temporalio.activity").warning(line)
    lines = _lines(capsys)
    assert [line["event"] for line in lines] == [
        "Handling failed, original error: […]",
        "Refused name=[…]",
        "x",
    ]


@pytest.mark.parametrize("name", ["psycopg", "sqlalchemy.engine", "requests", "whatever.comes"])
def test_no_library_is_heard_below_a_warning(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server within the tests may have been given handlers of its own, or made silent.
    monkeypatch.setattr(logging.getLogger("uvicorn"), "propagate", True)
    for spoken in ("uvicorn", "uvicorn.error"):
        logging.getLogger(spoken).setLevel(logging.NOTSET)
    configure_logging("DEBUG")
    logging.getLogger(name).debug("SELECT Jane")
    logging.getLogger(name).info("INSERT Jane")
    logging.getLogger("temporalio.worker").debug("completion of Jane")
    logging.getLogger("uvicorn.error").info("Started")
    assert [line["event"] for line in _lines(capsys)] == ["Started"]
