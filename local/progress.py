"""What the person at the terminal is told while something takes time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

_SPEAK_EVERY = 15.0


class Step:
    """A step under way; `note` says how far it is."""

    def __init__(self, show: Callable[[str], None], title: str) -> None:
        self._show = show
        self._title = title
        self._started = time.monotonic()

    def note(self, detail: str = "") -> None:
        """Show how far the step is, with the time it has taken."""
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        parts = [self._title, *([detail] if detail else []), f"{minutes}:{seconds:02}"]
        self._show(" · ".join(parts))


class Progress:
    """Sentences and long steps on a console: a live line in a terminal, now and then a line else.

    Everything goes to standard error by default, so that a command's answer stays clean.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, sentence: str) -> None:
        """Print one line."""
        self._console.print(sentence, markup=False)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show a step for as long as it takes."""
        if self._console.is_terminal:
            with self._console.status(title) as status:
                yield Step(status.update, title)
        else:
            self.say(f"{title} …")
            yield Step(self._now_and_then(), title)

    def _now_and_then(self) -> Callable[[str], None]:
        """A log file wants a sign of life, not a line for every package."""
        last = time.monotonic()

        def show(line: str) -> None:
            nonlocal last
            if time.monotonic() - last >= _SPEAK_EVERY:
                last = time.monotonic()
                self.say(line)

        return show
