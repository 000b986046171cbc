"""Where the bytes are: a private folder, random names, one compartment a basin (D16)."""

from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from alize.common.database import current_schema


class PrivateStorage(FileSystemStorage):
    """Files without an address: only a view that checked the permission hands them over."""

    def __init__(self) -> None:
        super().__init__(
            location=settings.DOCUMENTS_ROOT,
            file_permissions_mode=0o600,
            directory_permissions_mode=0o700,
        )

    def url(self, name: str | None) -> str:
        raise NotImplementedError("A document has no address of its own.")


def keep(content: bytes) -> str:
    """Store bytes in the compartment of the current schema and return their key.

    A transaction rolled back later leaves bytes that no row names: they are out of reach.
    """
    return PrivateStorage().save(f"{current_schema()}/{uuid4()}", ContentFile(content))


def opened(key: str) -> File:
    """Open stored bytes for reading."""
    return PrivateStorage().open(key)


def discard(key: str) -> None:
    """Forget bytes that no row names, such as those of a step of longer work."""
    PrivateStorage().delete(key)
