"""Before real patients: what a protocol still lacks is refused, and what makes it pass."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from real_clinic import approved_protocol, real_clinic

from config.clinic import load_clinic
from config.loader import load_protocol, shipped_protocol
from config.protocol_check import around, check_protocol
from config.publishing import NotForPatientsError, require_publishable

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DEMONSTRATION = load_clinic()


def test_a_clinic_of_the_demonstration_may_start_anything() -> None:
    require_publishable(load_protocol(), DEMONSTRATION, NOW)


def test_rule_30_a_real_clinic_may_not_start_a_demonstration(tmp_path: Path) -> None:
    clinic = load_clinic(real_clinic(tmp_path))
    with pytest.raises(NotForPatientsError, match=r"ketamine-iv@1 .* eligibility\.resistance\."):
        require_publishable(load_protocol(), clinic, NOW)


def test_rule_30_a_clinic_that_does_not_say_is_a_real_one(tmp_path: Path) -> None:
    file = real_clinic(tmp_path)
    words = file.read_text(encoding="utf-8").replace("\ndemo: false\n", "\n")
    file.write_text(words, encoding="utf-8")
    with pytest.raises(NotForPatientsError):
        require_publishable(load_protocol(), load_clinic(file), NOW)


def test_what_somebody_answers_for_may_be_started(tmp_path: Path) -> None:
    clinic = load_clinic(real_clinic(tmp_path))
    require_publishable(load_protocol(approved_protocol(tmp_path)), clinic, NOW)


def test_rule_30_taking_the_mark_away_is_no_approval(tmp_path: Path) -> None:
    words = shipped_protocol().read_text(encoding="utf-8")
    count = words.count("demo: true\n")
    file = tmp_path / "ours.yaml"
    file.write_text(words.replace("demo: true\n", "demo: false\n"), encoding="utf-8")
    complaints = check_protocol(file, around(DEMONSTRATION, NOW), publish=True)
    assert {c.finding.rule for c in complaints} == {"value_without_approval"}
    assert len(complaints) > count / 2


@pytest.mark.parametrize("key", ["approved_by", "approved_at"])
def test_half_an_approval_is_none(tmp_path: Path, key: str) -> None:
    file = approved_protocol(tmp_path)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if key in line)
    file.write_text("".join(lines[:first] + lines[first + 1 :]), encoding="utf-8")
    (complaint,) = check_protocol(file, around(DEMONSTRATION, NOW), publish=True)
    assert complaint.finding.rule == "value_without_approval"


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("  value: 7\n", "  value: 0\n"),
        ("  approved_by: Dr. Edda Tamm\n", ""),
        ("  approved_at: 2026-05-04\n", "  demo: true\n"),
    ],
)
def test_rule_29_a_retention_that_nobody_set_is_refused(
    tmp_path: Path, line: str, instead: str
) -> None:
    file = real_clinic(tmp_path)
    words = file.read_text(encoding="utf-8")
    assert line in words
    file.write_text(words.replace(line, instead), encoding="utf-8")
    with pytest.raises(NotForPatientsError, match="records_kept_years"):
        require_publishable(load_protocol(approved_protocol(tmp_path)), load_clinic(file), NOW)
