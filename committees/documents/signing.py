"""Who signs a document of the committee."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Signer:
    """Who signs a document, and the words that stand for the signature once given."""

    name: str
    capacity: str
    organisation: str
    mark: str
