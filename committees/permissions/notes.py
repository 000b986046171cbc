"""Keep notes for oneself on a file (C2)."""

from alize.common.errors import ActionDenied
from alize.common.permissions import check


@check
def keep_notes(*, has_withdrawn: bool) -> None:
    """Write notes: whoever reads the file, never after a withdrawal (SD5)."""
    if has_withdrawn:
        raise ActionDenied("Vous vous êtes déporté de ce dossier : vos notes vous sont fermées.")
