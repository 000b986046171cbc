"""What every document says of itself: who issues it, its reference, its version, its date."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Imprint:
    """Mentions du document: read by `templates/pdf/base.html` on every page."""

    issuer: str
    title: str
    reference: str
    version: int
    as_of: date
    draft: bool
    verify_url: str
