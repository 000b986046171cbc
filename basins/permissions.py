"""What may be done with a lost second factor, a reference value, the space of a basin.

The matrix judges the role.
"""

from collections.abc import Sequence
from datetime import date, datetime

from alize.accounts.models import Person
from alize.common.dates import long_datetime, short_date
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from basins.models import Basin, ReferenceValue, SecondFactorReset


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


@check
def suspend(basin: Basin) -> None:
    """While its space is worked in."""
    if basin.suspended_at is not None:
        raise ActionDenied(f"Le bassin {basin} est déjà suspendu.")
    if not basin.is_open:
        raise ActionDenied(f"Le bassin {basin} n'a pas d'espace ouvert.")


@check
def resume(basin: Basin) -> None:
    """Once it is suspended."""
    if basin.suspended_at is None:
        raise ActionDenied(f"Le bassin {basin} n'est pas suspendu.")


@check
def give_value(
    standing: Sequence[ReferenceValue], numbers: Sequence[int], *, effective_from: date
) -> None:
    """One value a day, which is another than the one before it; `standing` are the last first."""
    before = next((one for one in standing if one.effective_from <= effective_from), None)
    if before is None:
        return
    if before.effective_from == effective_from:
        raise ActionDenied(
            f"Une autre valeur prend effet le {short_date(effective_from)} : retirez-la d'abord, "
            "ou choisissez un autre jour."
        )
    if before.numbers == [*numbers]:
        raise ActionDenied("Ce repère aurait déjà cette valeur ce jour-là : rien ne changerait.")


@check
def withdraw_value(value: ReferenceValue, *, on: date) -> None:
    """Before its day: what has been in force stays."""
    if value.effective_from <= on:
        raise ActionDenied(
            f"Cette valeur a pris effet le {short_date(value.effective_from)} : elle ne se retire "
            "plus, donnez-en une autre."
        )
