"""What may be done with a lost second factor; the role is judged before, by the matrix."""

from datetime import datetime

from alize.accounts.models import Person
from alize.common.dates import long_datetime
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from basins.models import SecondFactorReset


@check
def ask_reset(person: Person, by: Person, *, has_factor: bool, approved_by_any: bool) -> None:
    """Ask for somebody else, who has a second factor to lose, and be approved by a third (SD13)."""
    if person.pk == by.pk:
        raise ActionDenied("On ne demande pas sa propre remise à zéro : demandez à un collègue.")
    if not has_factor:
        raise ActionDenied("Cette personne n'a pas de second facteur.")
    if not approved_by_any:
        raise ActionDenied(
            "Personne d'autre n'administre le réseau pour l'approuver : ASTREES invite d'abord "
            "quelqu'un à ce rôle."
        )


@check
def approve_reset(reset: SecondFactorReset, by: Person) -> None:
    """Once; neither the person who asked nor the one it is for (SD13)."""
    _waits(reset)
    if reset.approved_at is not None:
        raise ActionDenied("Cette remise à zéro est déjà approuvée.")
    if by.pk in {reset.asked_by_id, reset.person_id}:
        raise ActionDenied(
            "Une remise à zéro est demandée par une personne et approuvée par une autre."
        )


@check
def stop_reset(reset: SecondFactorReset) -> None:
    """Until it is done."""
    _waits(reset)


@check
def carry_out_reset(reset: SecondFactorReset, *, at: datetime) -> None:
    """Approved, and a day after the person was told."""
    _waits(reset)
    if reset.approved_at is None:
        raise ActionDenied("Cette remise à zéro attend l'accord d'une seconde personne.")
    if at < reset.due_at:
        raise ActionDenied(f"Cette remise à zéro attend le {long_datetime(reset.due_at)}.")


def _waits(reset: SecondFactorReset) -> None:
    if reset.done_at is not None:
        raise ActionDenied("Cette remise à zéro est faite.")
    if reset.stopped_at is not None:
        raise ActionDenied("Cette remise à zéro a été arrêtée.")
