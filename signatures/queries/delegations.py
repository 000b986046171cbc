"""Who verifies the mandate of a delegation, when whoever keeps the circuit would sign."""

from collections.abc import Iterable

from alize.accounts.models import Person
from signatures.models import Delegation


def is_for_staff(asked: Delegation, keepers: Iterable[Person]) -> bool:
    """Whether ASTREES alone may decide: nobody who keeps the circuit is another person."""
    return all(asked.is_for(email=one.email, name=one.full_name) for one in keepers)
