"""The worker processes that are measured, each started alike and watched by the bench."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from local.child import Child, ChildSpec
from local.health import file_appears
from local.process import bare_environment

ROOT = Path(__file__).resolve().parents[1]


def worker(module: str, folder: Path, settings: Mapping[str, str]) -> Child:
    """A Python module in a process of its own; it writes WAYMARK_READY_FILE when it works."""
    ready = folder / f"{module}.ready"
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    env = bare_environment(PYTHONPATH=path, WAYMARK_READY_FILE=str(ready), **settings)
    return Child(
        ChildSpec(
            name=module,
            argv=(sys.executable, "-m", module),
            env=env,
            log=folder / f"{module}.log",
            ready=file_appears(ready),
            ready_file=ready,
        )
    )
