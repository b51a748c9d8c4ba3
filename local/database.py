"""The records database, brought up to date before anything uses it."""

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from config.clinic import load_clinic
from config.keys import ring_of
from config.settings import Settings
from local.errors import StandError
from records.database import migrate
from records.errors import NewerRecordsError


async def prepare_database(settings: Settings) -> None:
    """Create or upgrade the database.

    Raises StandError when it cannot be used, also by this release; SettingsError when the keys
    cannot be had.
    """
    url, ring = settings.database_url, ring_of(settings, load_clinic(settings.clinic_file))
    try:
        await migrate(url, ring=ring)
    except NewerRecordsError as error:
        raise StandError(error.problem, error.remedy) from None
    except (SQLAlchemyError, OSError, ValueError) as error:
        # The driver's words may repeat the address, and with it a password.
        raise StandError(
            f"The database {shown(url)} could not be prepared ({type(error).__name__}).",
            "See that it runs and that WAYMARK_DATABASE_URL is right, then try again.",
        ) from None


def shown(url: str) -> str:
    """The address without its password, for people to read."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "named by WAYMARK_DATABASE_URL"
