"""The JSON documents of `waymark ops`. Their keys stay; new ones may be added."""

from pathway.model import Model


class Filter(Model):
    """A question that ops ask of all journeys, as Temporal's visibility is asked it."""

    asks: str
    query: str


class Linked(Filter):
    url: str
    """Opens the list in the Temporal UI; the UI can keep it as a saved view."""


class OpsLinks(Model):
    namespace: str
    filters: tuple[Linked, ...]
