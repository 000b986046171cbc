"""Whom the partners still count on."""

from collections.abc import Iterator
from datetime import date

from basins import erasure
from partners.models import Contact


@erasure.binds
def counts_on(asked: erasure.Asked, on: date) -> Iterator[erasure.Bond]:
    """A contact who is active."""
    if asked.person is not None:
        contacts = Contact.objects.filter(person=asked.person.pk, is_active=True)
        for contact in contacts.select_related("partner"):
            yield erasure.Bond(f"contact en activité, {contact.partner}")
