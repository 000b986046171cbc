"""Who sits in the committee: created, corrected, ended, replaced (R29, R30, SD6)."""

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from alize.common.words import of
from committees.models import Seat


@check
def correct_seat(seat: Seat, *, has_sat: bool) -> None:
    """Correct a seat: as long as nobody has sat for it; afterwards it is history."""
    if has_sat:
        raise ActionDenied(
            f"Le siège {of(seat.partner)} a déjà siégé : changez son titulaire ou terminez son "
            "mandat, ce qui garde son histoire."
        )


@check
def follow_seat(seat: Seat) -> None:
    """Give a seat its next holder: while its mandate runs."""
    if seat.ends_on is not None:
        raise ActionDenied("Ce mandat a déjà sa fin : ouvrez un nouveau siège à ce partenaire.")


@check
def name_alternates(wanted: int, *, allowed: bool) -> None:
    """Give a seat alternates: when the rules of the committee let seats have some."""
    if wanted and not allowed:
        raise ActionDenied(
            "Les règles du comité ne prévoient pas de suppléants : changez-les d'abord."
        )
