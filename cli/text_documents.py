"""The JSON documents of `waymark texts`. Their keys stay; new ones may be added."""

from cli.protocol_documents import Wrong
from pathway.model import Model


class TextLength(Model):
    """One text at its longest."""

    language: str
    text: str
    """The template's name."""
    asks: bool
    """True for a reminder as it asks whether she comes."""
    letters: int
    segments: int


class TextsChecked(Model):
    files: tuple[str, ...]
    texts: tuple[TextLength, ...]
    wrong: tuple[Wrong, ...]
    to_staff: tuple[TextLength, ...] = ()
    """Pages and questions to staff, which are in one language."""

    @property
    def good(self) -> bool:
        return not self.wrong
