"""Where a text stands, in words and colour: frozen, it is ready while it may still be signed."""

from datetime import date

from alize.common.addresses import basin_reverse
from alize.common.screen import Badge, Tone
from conventions.models import Amendment
from conventions.permissions import partnership as permissions
from conventions.queries.lists import OUTRUN

_LABELS = {
    "DRAFT": "En préparation",
    "FROZEN": "Prêt à signer",
    "SIGNING": "En signature",
    "SIGNED": "Signé par tous",
    "CANCELLED": "Annulé",
}
_TONES: dict[str, Tone] = {
    "DRAFT": "neutral",
    "FROZEN": "attention",
    "SIGNING": "attention",
    "SIGNED": "done",
    "CANCELLED": "quiet",
}


def amendment_badge(amendment: Amendment, *, on: date) -> Badge:
    """Where an amendment stands on a day."""
    if permissions.outrun(amendment, on):
        return OUTRUN
    return Badge(_LABELS[amendment.status], _TONES[amendment.status])


def amendment_line(amendment: Amendment, *, on: date) -> tuple[Amendment, str, Badge]:
    """An amendment in the list of its convention: its page, and where it stands."""
    url = basin_reverse("amendment_detail", amendment_id=amendment.pk)
    return amendment, url, amendment_badge(amendment, on=on)
