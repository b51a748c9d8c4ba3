"""A journey with its worker, and logging that is put back.

Logging is the whole process's: what a test sets up, it must put back.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from database_fixtures import SLOWLY_BOTH, records_url_on
from enrolled import enrolled
from journey_stand import LiveJourney, Stand

from activities.page_sending import PageSender
from activities.paging import Paging
from activities.provider import Provider
from config.clinic import load_clinic
from records.database import Records
from workers.calling import Caller

_PATIENT_SECONDS = 10.0
"""A busy machine must not turn a test about numbers into one about slow records."""

records_url = records_url_on(SLOWLY_BOTH)


@pytest.fixture
def logging_put_back() -> Iterator[None]:
    """Restores handlers, levels and hooks after `configure_logging`."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.excepthook", lambda *_: None)
        patch.setattr("threading.excepthook", lambda *_: None)
        yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
async def journey(stand: Stand, records: Records) -> LiveJourney:
    return await stand.start(reference=await enrolled(records))


@pytest.fixture
def caller(provider: Provider) -> Caller:
    return Caller(provider, load_clinic())


@pytest.fixture
def paging(records: Records, provider: Provider) -> Paging:
    clinic = load_clinic()
    sender = PageSender(provider, clinic, records, timedelta(0), _PATIENT_SECONDS)
    return Paging(provider, clinic, sender)
