"""The id under which the records keep what a command's words say, where Temporal may not."""

from hashlib import sha256

from pathway.model import PathwayReference


def words_id(reference: PathwayReference, key: str) -> str:
    """The same for the same patient and key, so that giving a command again is one act."""
    return sha256(f"{reference}\n{key}".encode()).hexdigest()[:16]
