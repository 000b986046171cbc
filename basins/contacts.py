"""Whom somebody without an account may write to or call (journeys.md C7)."""

from dataclasses import dataclass

from alize.accounts.models import Person
from basins import tenancy
from basins.models import LocalOperator


@dataclass(frozen=True, slots=True)
class PublicContact:
    """A person of the basin, or its local operator, as pages, mails and letters name them."""

    name: str
    email: str
    phone: str

    def __str__(self) -> str:
        """« Camille Perrin (camille@example.org, 04 65 71 10 73) »."""
        means = ", ".join(filter(None, (self.email, self.phone)))
        return f"{self.name} ({means})" if means else self.name


def contact_of(person: Person) -> PublicContact:
    """Somebody to ask: their address, and the telephone of the local operator."""
    return PublicContact(person.full_name, person.email, operator_phone())


def contact_of_operator() -> PublicContact:
    """The local operator itself, where none of its people may be named."""
    basin = tenancy.current()
    known = LocalOperator.objects.filter(basin=basin).order_by("pk")
    name = known.values_list("name", flat=True).first() or f"ALIZE {basin.name}"
    return PublicContact(name, "", operator_phone())


def operator_phone() -> str:
    """The telephone of the local operator of this basin; empty while ASTREES keeps none."""
    known = LocalOperator.objects.filter(basin=tenancy.current()).exclude(phone="")
    return known.order_by("pk").values_list("phone", flat=True).first() or ""
