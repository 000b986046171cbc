"""Who verifies the mandate of a delegation, when whoever keeps the circuit would sign."""

from datetime import date

from basins.enums import Role
from basins.queries import holders
from signatures import owners
from signatures.models import Delegation


def is_for_staff(asked: Delegation, *, on: date) -> bool:
    """Whether ASTREES alone may decide: no operator who reads the text is another person (SD5)."""
    able = owners.readers(asked.signer.circuit, holders(Role.OPERATOR, on=on), on=on)
    return all(asked.is_for(email=one.email, name=one.full_name) for one in able)
