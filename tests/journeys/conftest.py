"""The second database of journeys comes with the long matrix."""

from database_fixtures import SLOWLY_BOTH, records_url_on

records_url = records_url_on(SLOWLY_BOTH)
