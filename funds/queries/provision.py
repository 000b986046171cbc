"""What the delays of the advances call for, and what is provided for already (funds.md 2.6)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from django.db.models import Q

from funds.enums import AccountKey, EntryKind
from funds.models import Advance, Entry
from funds.queries.ahead import fund_settings
from funds.queries.books import book_of
from funds.queries.ledger import balances
from funds.queries.portfolio import received_standings
from funds.rules import Bucket, Standing, ageing, provision


@dataclass(frozen=True)
class Provision:
    """The provision of a day, age by age; cents."""

    on: date
    standings: tuple[Standing, ...]
    buckets: tuple[Bucket, ...]
    booked: int
    """What the account holds on that day."""

    @property
    def target(self) -> int:
        """What the delays call for."""
        return sum(bucket.provision for bucket in self.buckets)

    @property
    def change(self) -> int:
        """What is left to book; below zero, to release."""
        return self.target - self.booked


def provision_on(on: date) -> Provision:
    """The provision proposed at the end of a day, and what is booked by then."""
    standings = tuple(received_standings(on=on).values())
    buckets = ageing(standings, fund_settings().matrix)
    return Provision(on, standings, buckets, -balances(on=on)[AccountKey.PROVISION])


def last_provision() -> Entry | None:
    """The last time that the provision was brought to what the delays called for.

    What a loss released of it, or gave back once undone, is no such time.
    """
    losses = Entry.objects.filter(
        Q(kind=EntryKind.WRITE_OFF) | Q(reverses__kind=EntryKind.WRITE_OFF)
    )
    by_losses = [release_key(key) for key in losses.values_list("command_key", flat=True)]
    booked = Entry.objects.filter(kind=EntryKind.PROVISION, reversed_by=None)
    return booked.exclude(command_key__in=by_losses).order_by("value_on", "pk").last()


def release_key(loss: UUID) -> UUID:
    """The command of what an entry about a loss moves of the provision, from its own command."""
    return uuid5(loss, "provision")


def provided_for(advance: Advance, *, lost: int, on: date, by_loss: Entry) -> int:
    """The part of what is booked that a loss of an advance uses up.

    `on` is the day the provision was booked: the loss takes its share of what the advance had then,
    as it was known before the loss, whose own day may come first.
    """
    book = book_of(advance)
    known = tuple(event for event in book.events if event.no < by_loss.pk)
    standing = replace(book, events=known).position(on)
    if not standing.outstanding:
        return 0
    of_it = provision([standing], fund_settings().matrix)
    booked = -balances(on=date.max)[AccountKey.PROVISION]
    return max(0, min(booked, of_it * min(lost, standing.outstanding) // standing.outstanding))
