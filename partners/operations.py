"""Use cases of the partners: who they are, who speaks for them, what they promise."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import once
from alize.outbox.operations import enqueue
from partners import permissions
from partners.models import Contact, Group, Partner, Pledge

FIELDS = ("name", "short_name", "kind", "siren", "town", "joined_on", "left_on")
CONTACT_FIELDS = ("function", "is_active", "signs", "mandate", "mandate_until")


@transaction.atomic
def create_partner(
    *,
    values: Mapping[str, Any],
    group_name: str = "",
    by: Person,
    at: datetime,
    command_key: UUID | None = None,
) -> Partner:
    """Ajouter un partenaire, with the group it belongs to, known or new."""

    def act() -> dict[str, int]:
        partner = Partner.objects.create(
            **{name: values[name] for name in FIELDS}, group=_group(group_name)
        )
        _told("partner.created", partner, by=by, at=at)
        return {"partner": partner.pk}

    payload = {**values, "group": group_name}
    made = (
        act() if command_key is None else once(command_key, payload=payload, by=by, at=at, act=act)
    )
    return Partner.objects.get(pk=made["partner"])


@transaction.atomic
def save_partner(
    *, partner_id: int, values: Mapping[str, Any], group_name: str, by: Person, at: datetime
) -> Partner:
    """Correct a partner, or say when it left."""
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    for name in FIELDS:
        setattr(partner, name, values[name])
    partner.group = _group(group_name)
    partner.save(update_fields=[*FIELDS, "group"])
    _told("partner.saved", partner, by=by, at=at)
    return partner


def _group(name: str) -> Group | None:
    """The group of this name; none for a partner that stands alone."""
    if not name.strip():
        return None
    known = Group.objects.filter(name__iexact=name.strip()).first()
    return known or Group.objects.create(name=name.strip())


@transaction.atomic
def save_contact(
    *, partner_id: int, person_id: int, values: Mapping[str, Any], by: Person, at: datetime
) -> Contact:
    """Add somebody who speaks for a partner, or change what they may do."""
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    contact, _ = Contact.objects.update_or_create(
        partner=partner,
        person_id=person_id,
        defaults={name: values[name] for name in CONTACT_FIELDS},
    )
    audit.record("partner.contact_saved", target=partner, by=by, at=at, contact=contact.pk)
    return contact


@transaction.atomic
def save_pledge(
    *,
    partner_id: int,
    year: int,
    nature: str,
    amount: int,
    days: Decimal,
    by: Person,
    at: datetime,
) -> Pledge:
    """Enregistrer un engagement : one a year and nature; saying it again replaces it.

    :raises ActionDenied: it is no partner that year.
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    permissions.pledge(partner, year)
    pledge, _ = Pledge.objects.update_or_create(
        partner=partner, year=year, nature=nature, defaults={"amount": amount, "days": days}
    )
    _told(
        "partner.pledge_saved",
        partner,
        by=by,
        at=at,
        year=year,
        nature=str(nature),
        amount=amount,
        days=str(days),
    )
    return pledge


def _told(event: str, partner: Partner, *, by: Person, at: datetime, **facts: Any) -> None:
    """Write the journal, and ask for the figures of the basin to be computed again."""
    enqueue("figures.changed", key=f"{event}:{partner.pk}:{at.isoformat()}")
    audit.record(event, target=partner, by=by, at=at, **facts)
