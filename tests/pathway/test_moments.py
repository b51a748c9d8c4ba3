"""Durations and moments as a protocol writes them: a closed vocabulary, read once."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pathway.durations import Duration, format_duration, parse_duration
from pathway.moments import Anchor, DayBefore, Earliest, Moment, Offset, parse_moment
from pathway.protocol import NoShow, Protocol

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
MOMENT: TypeAdapter[Moment] = TypeAdapter(Moment)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("24h", timedelta(days=1)),
        ("7d", timedelta(days=7)),
        ("15m", timedelta(minutes=15)),
        (" 30s ", timedelta(seconds=30)),
        ("0m", timedelta(0)),
    ],
)
def test_a_duration_is_read(written: str, meant: timedelta) -> None:
    assert parse_duration(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        3,
        1.5,
        True,
        None,
        "",
        "3",
        "h",
        "-1h",
        "1h 30m",
        "PT1H",
        "1w",
        "٣h",
        "4000d",
        "999999999999d",
    ],
)
def test_anything_else_is_no_duration(written: object) -> None:
    with pytest.raises(ValidationError, match="expected a duration"):
        TypeAdapter(Duration).validate_python(written)


def test_a_duration_never_goes_back() -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        parse_duration(timedelta(hours=-1))


@given(st.integers(0, 3653 * 86_400))
def test_a_duration_written_is_read_again(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("hours", "written"),
    [(24, "24h"), (48, "48h"), (72, "3d"), (168, "7d"), (25, "25h"), (0, "0s")],
)
def test_a_day_is_written_as_clinicians_say_it(hours: int, written: str) -> None:
    assert format_duration(timedelta(hours=hours)) == written


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("appointment - 24h", Offset(anchor=Anchor.APPOINTMENT, by=timedelta(hours=-24))),
        ("infusion.end + 24h", Offset(anchor=Anchor.INFUSION_END, by=timedelta(hours=24))),
        ("discharge", Offset(anchor=Anchor.DISCHARGE)),
        ("day before 17:00", DayBefore(clock=time(17))),
        (
            "earliest(psychotherapy.ended + 48h, next_infusion.at - 24h)",
            Earliest(
                of=(
                    Offset(anchor=Anchor.PSYCHOTHERAPY_ENDED, by=timedelta(hours=48)),
                    Offset(anchor=Anchor.NEXT_INFUSION_AT, by=timedelta(hours=-24)),
                )
            ),
        ),
    ],
)
def test_a_moment_is_read_and_written(written: str, meant: object) -> None:
    assert parse_moment(written) == meant
    assert str(meant) == written
    assert MOMENT.validate_json(MOMENT.dump_json(parse_moment(written))) == meant


@pytest.mark.parametrize(
    "written",
    [
        "breakfast + 1h",
        "appointment 24h",
        "appointment - 24",
        "appointment - 4000d",
        "day before 25:00",
        "day before 5pm",
        "earliest()",
        "earliest(appointment,)",
        "__import__('os')",
        "",
        7,
        None,
    ],
)
def test_what_is_not_in_the_vocabulary_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_moment(written)


def test_a_moment_without_its_anchor_is_not_known() -> None:
    anchors = {Anchor.APPOINTMENT: None, Anchor.DUE: NOON}
    assert parse_moment("appointment - 1h").resolve(anchors, "UTC") is None
    assert parse_moment("day before 17:00").resolve(anchors, "UTC") is None
    assert parse_moment("earliest(appointment, due - 1h)").resolve(anchors, "UTC") == (
        NOON - timedelta(hours=1)
    )
    assert parse_moment("earliest(appointment, discharge)").resolve(anchors, "UTC") is None


def test_the_day_before_is_the_patients() -> None:
    """At 05:00 UTC it is still the day before in Honolulu."""
    early = {Anchor.APPOINTMENT: datetime(2026, 6, 3, 5, tzinfo=UTC)}
    at = parse_moment("day before 17:00")
    assert at.resolve(early, "UTC") == datetime(2026, 6, 2, 17, tzinfo=UTC)
    assert at.resolve(early, "Pacific/Honolulu") == datetime(2026, 6, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("again", ["appointment - 24h", "appointment - 1440m"])
def test_two_reminders_of_one_moment_are_refused(protocol: Protocol, again: str) -> None:
    data = protocol.model_dump(mode="json")
    data["steps"]["preparation"]["reminders"].append({"at": again, "text": "before_visit"})
    with pytest.raises(ValidationError, match="one reminder for each moment"):
        Protocol.model_validate(data)


def test_a_line_leaves_room_for_what_is_built_around_it() -> None:
    with pytest.raises(ValidationError):
        NoShow.model_validate({"grace": "15m", "to": "coordinator", "say": "x" * 201})


def test_a_protocol_survives_json(protocol: Protocol) -> None:
    assert Protocol.model_validate_json(protocol.model_dump_json()) == protocol
    assert Protocol.model_validate(protocol.model_dump()) == protocol
