"""What every document says of itself: who issues it, its reference, its version, its date."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse

from alize.common.database import current_schema

NATIONAL = "ALIZE"


@dataclass(frozen=True)
class Imprint:
    """Mentions du document : read by `templates/pdf/base.html` on every page."""

    issuer: str
    title: str
    reference: str
    version: int
    as_of: date
    is_draft: bool

    @property
    def verify_url(self) -> str:
        """The page that tells anybody whether this document is ours and in force."""
        return f"{settings.PUBLIC_URL}{verify_path(self.reference, self.version)}"


def verify_path(reference: str, version: int) -> str:
    """Where anybody verifies a document of the current schema: others may have its reference."""
    query = urlencode({"reference": reference, "version": str(version), "espace": current_schema()})
    return f"{reverse('document_verify')}?{query}"


def issuer() -> str:
    """Who issues the documents of the current schema: « ALIZE Savoie », or the national side."""
    name = getattr(connection.tenant, "name", "")
    return f"{NATIONAL} {name}".strip()


def file_name(mentions: Imprint, *, kind: str, extension: str, with_reference: bool = True) -> str:
    """Name a file so that it says what it is: `2026-11-22_ALIZE-Savoie_pv_2026-05_v1.pdf`."""
    parts = [
        mentions.as_of.isoformat(),
        mentions.issuer,
        kind,
        mentions.reference if with_reference else "",
        f"v{mentions.version}",
        "projet" if mentions.is_draft else "",
    ]
    return "_".join(_plain(part) for part in parts if part) + f".{extension}"


def _plain(text: str) -> str:
    """Letters without accents, digits and hyphens: what every file system takes."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^0-9A-Za-z]+", "-", bare).strip("-")
