"""The provision of the year end, and its release when a debt is given up (funds.md 2.3)."""

from datetime import date, datetime
from uuid import UUID

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.dates import short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from funds.enums import EntryKind, Perimeter
from funds.models import Advance, Entry
from funds.operations.ledger import Draft, lock_ledger, post_entry
from funds.operations.receipts import check_day
from funds.queries.ledger import amount_of
from funds.queries.provision import last_provision, provided_for, provision_on, release_key
from funds.rules import ledger


def book_provision(
    *, on: date, expected: int, by: Person, at: datetime, command_key: UUID
) -> Entry:
    """Bring the provision to what the delays of a day call for, in one entry.

    `expected` is the provision that was shown, in cents.

    :raises ActionDenied: it is booked already, or a later one is.
    :raises InvalidInput: the day has not come, or the figures changed since they were shown.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> Entry:
        lock_ledger()
        check_day(on=on, at=at, field="on")
        last = last_provision()
        if last is not None and last.value_on > on:
            raise ActionDenied(
                f"Une provision du {short_date(last.value_on)} est déjà inscrite : "
                "choisissez un jour plus récent."
            )
        proposed = provision_on(on)
        if proposed.target != expected:
            raise InvalidInput(
                f"Les chiffres ont changé depuis cette page : la provision proposée est de "
                f"{format_euros(proposed.target)}. Relisez-la avant de l'inscrire."
            )
        if not proposed.change:
            raise ActionDenied("La provision inscrite est déjà celle qui est proposée.")
        label = f"Dépréciation des avances au {short_date(on)}"
        entry = _post(proposed.change, label, on=on, by=by, at=at, command_key=command_key)
        audit.record("provision.booked", target=entry, by=by, at=at, change=proposed.change)
        return entry

    asked = {"act": "provision", "on": on, "expected": expected}
    return made_once(Entry, command_key, payload=asked, by=by, at=at, act=act)


def release_provision(advance: Advance, *, lost: int, after: Entry) -> Entry | None:
    """Release what was provided for a debt that is given up; the caller holds the ledger.

    `after` is the entry of the loss, not counted in what the advance owed when it was provided for.
    """
    last = last_provision()
    if last is None:
        return None
    amount = provided_for(advance, lost=lost, on=last.value_on, by_loss=after)
    if not amount:
        return None
    return _post(
        -amount,
        f"Reprise de la dépréciation de l'avance {advance.reference}",
        on=max(after.value_on, last.value_on),
        by=after.recorded_by,
        at=after.recorded_at,
        command_key=release_key(after.command_key),
    )


def restore_provision(*, undone: Entry, by_mirror: Entry) -> Entry | None:
    """Provide again for a debt whose loss was undone: what that loss had released."""
    released = Entry.objects.filter(
        command_key=release_key(undone.command_key), reversed_by=None
    ).first()
    if released is None:
        return None
    return _post(
        amount_of(released),
        f"Dépréciation rétablie : {undone.label}"[:120],
        on=max(by_mirror.value_on, released.value_on),
        by=by_mirror.recorded_by,
        at=by_mirror.recorded_at,
        command_key=release_key(by_mirror.command_key),
    )


def _post(
    change: int, label: str, *, on: date, by: Person, at: datetime, command_key: UUID
) -> Entry:
    return post_entry(
        Draft(
            kind=EntryKind.PROVISION,
            perimeter=Perimeter.FUND,
            legs=ledger.provision(change=change),
            value_on=on,
            label=label,
            command_key=command_key,
            by=by,
            at=at,
        )
    )
