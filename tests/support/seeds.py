"""Where the long walks through chance begin: a red run is then about a change, never about luck.

`WAYMARK_TEST_SEED=123 make chaos` walks another way; a nightly run gives it the date.
"""

import os


def first_seed() -> int:
    """The same in every run, unless the variable names another."""
    return int(os.environ.get("WAYMARK_TEST_SEED", "20261128"))
