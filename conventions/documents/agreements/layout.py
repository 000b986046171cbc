"""How the texts of a partnership are laid out before they are signed: marked, dated, named."""

from datetime import date
from typing import Any

from django.utils import timezone

from alize.documents import pdf
from alize.documents.operations import draft_words
from alize.drafting import documents as drafting
from alize.drafting import docx
from basins.tenancy import current
from conventions.models.partnership import Agreement


def as_of(agreement: Agreement, *, on: date) -> date:
    """The day of the words: that of the freezing, once there is one."""
    return timezone.localdate(agreement.frozen_at) if agreement.frozen_at else on


def copy(said: dict[str, Any], *, title: str, subtitle: str = "") -> bytes:
    """A text as a .docx, for lawyers; under the name of the basin unless it has a subtitle."""
    return docx.copy(said, title=title, subtitle=subtitle or basin_named())


def basin_named() -> str:
    """« Bassin d'emploi Savoie »."""
    return f"Bassin d'emploi {current().name}"


def preview(
    said: dict[str, Any], *, reference: str, title: str, on: date, subtitle: str = ""
) -> bytes:
    """A text as a PDF marked « PROJET », not kept.

    :raises RenderFailed: the layout took too much.
    """
    return pdf.render(
        draft_words(
            reference=reference,
            title=title,
            template=drafting.TEMPLATE,
            context={"words": said, "subtitle": subtitle or basin_named()},
            as_of=on,
        )
    )
