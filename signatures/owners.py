"""The page of what is signed: each room above says where its documents stand."""

from collections.abc import Callable

from alize.common.screen import Link
from signatures.models import Circuit

Page = Callable[[str], Link | None]
_PAGES: dict[str, Page] = {}


def register(target_type: str, page: Page) -> None:
    """Say, for one kind of object, where its page is, from its identifier."""
    _PAGES[target_type] = page


def owner_of(circuit: Circuit) -> Link | None:
    """The page of what a circuit signs, when its room has one."""
    document = circuit.document
    page = _PAGES.get(document.target_type)
    return page(document.target_id) if page else None
