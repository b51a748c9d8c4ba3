"""A file that only its owner may read, made once by whichever process comes first."""

import os
from pathlib import Path
from uuid import uuid4


def made_once(file: Path, content: str) -> None:
    """Give the file this content, unless it is already there.

    Of several processes that begin together one makes it, and it is never seen half written.
    Raises OSError.
    """
    if file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{uuid4().hex}")
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as new:
        new.write(content)
        new.flush()
        os.fsync(new.fileno())
    try:
        # Unlike a rename this fails where another has been first.
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
