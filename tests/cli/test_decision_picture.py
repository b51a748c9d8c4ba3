"""The decision page as a terminal shows it."""

from datetime import timedelta
from io import StringIO

from core_driver import ZONE, CoreDriver, clock
from core_steps import WEDNESDAY, infuse, leave, score, session, whole_treatment
from rich.console import Console

from cli.decision_picture import decision_pictures
from cli.documents import DecisionShown
from config.loader import load_protocol
from pathway.decision_page import decision_page


def shown(driver: CoreDriver, width: int = 160) -> str:
    page = decision_page(driver.journey, driver.now)
    document = DecisionShown(reference=driver.journey.reference, clinic_zone=ZONE, page=page)
    written = StringIO()
    console = Console(width=width, file=written)
    for picture in decision_pictures(document):
        console.print(picture)
    return written.getvalue()


def test_what_is_missing_says_so() -> None:
    driver = CoreDriver.open(load_protocol()).admitted()
    assert "urinary symptoms: not recorded" in shown(driver)
    infuse(driver)
    text = shown(driver)
    assert "PHQ-9: baseline not recorded" in text
    row = next(line for line in text.splitlines() if "GAD-7 before" in line)
    assert "not recorded" in row


def test_the_page_is_read_in_its_order() -> None:
    driver = CoreDriver.open(load_protocol()).admitted()
    score(driver, 20)
    infuse(driver)
    leave(driver)
    session(driver)
    score(driver, 8)
    text = shown(driver)
    parts = (
        "Decide by",
        "Risk as a clinician last judged it",
        "The patient's own words",
        "The therapist recommends",
        "Treatments",
        "PHQ-9: baseline 20, latest 8",
        "Scores",
        "Phase induction",
        "Decisions",
        "--inputs",
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "This decision owes a goal" in " ".join(text.split())


def test_eight_treatments_are_read_whole_at_eighty_columns() -> None:
    driver = CoreDriver.open(load_protocol()).admitted()
    for week in range(8):
        day = WEDNESDAY + timedelta(weeks=week)
        driver.to(clock(day, "09:00"))
        whole_treatment(driver, day)
    text = shown(driver, 80)
    assert text.count("GAD-7 before") == 3
    rows = [line for line in text.splitlines() if "psychotherapy" in line and "held" in line]
    assert sum(row.count("held") for row in rows) == 8
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
