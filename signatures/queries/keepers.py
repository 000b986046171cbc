"""Who answers for a circuit at the operator's: told of it, and named to those who sign."""

from collections.abc import Collection
from datetime import date

from alize.accounts.models import Person
from basins.contacts import PublicContact, contact_of, contact_of_operator
from basins.enums import Role
from basins.queries import reachable
from signatures import owners
from signatures.models import Circuit


def keepers(circuit: Circuit, *, on: date) -> list[Person]:
    """The operators of the day, still active, who have not withdrawn from what it signs (SD5)."""
    return keepers_of([circuit], on=on)[circuit.pk]


def keepers_of(circuits: Collection[Circuit], *, on: date) -> dict[int, list[Person]]:
    """The same of several circuits, by circuit."""
    able = reachable(Role.OPERATOR, on=on)
    return owners.readers_of(circuits, able, on=on)


def contact_for(circuit: Circuit, *, on: date) -> PublicContact:
    """Whom a signer asks: whoever launched it, else another of them, else the local operator."""
    able = sorted(keepers(circuit, on=on), key=lambda one: one.pk != circuit.launched_by_id)
    return contact_of(able[0]) if able else contact_of_operator()
