"""Whom somebody without an account may write to or call (journeys.md C7)."""

from dataclasses import dataclass

from alize.accounts.models import Person
from basins import tenancy
from basins.models import LocalOperator


@dataclass(frozen=True, slots=True)
class PublicContact:
    """A person of the basin, as public pages, mails and letters name them."""

    name: str
    email: str
    phone: str


def contact_of(person: Person) -> PublicContact:
    """Somebody to ask: their address, and the telephone of the local operator."""
    return PublicContact(person.full_name, person.email, operator_phone())


def operator_phone() -> str:
    """The telephone of the local operator of this basin; empty while ASTREES keeps none."""
    known = LocalOperator.objects.filter(basin=tenancy.current()).exclude(phone="")
    return known.order_by("pk").values_list("phone", flat=True).first() or ""
