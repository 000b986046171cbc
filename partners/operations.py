"""Use cases of the partners: who they are, who signs for them, what they offer and promise."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.db.models import Min

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.database import write_once
from alize.common.errors import InvalidInput
from alize.common.writings import SaidAlready, check_mark
from alize.documents.models import StoredFile
from alize.documents.operations import store_upload
from alize.documents.vetting import UploadRefused
from alize.outbox.operations import enqueue
from partners import permissions, rules
from partners.enums import MandateKind, PledgeNature
from partners.models import Contact, Group, Mandate, Partner, Pledge, SkillOffer

FIELDS = ("name", "short_name", "kind", "siren", "town", "joined_on", "left_on")
CONTACT_FIELDS = ("function", "is_active", "signs")


def as_typed(partner: Partner) -> dict[str, Any]:
    """A partner as its page shows it, with the name of its group."""
    said = {name: getattr(partner, name) for name in FIELDS}
    return {**said, "group_name": partner.group.name if partner.group else ""}


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
    said = {name: values[name] for name in FIELDS}

    def act() -> Partner:
        partner = Partner.objects.create(**said, group=_group(group_name))
        _told("partner.created", partner, by=by, at=at)
        return partner

    payload = {**said, "group": group_name}
    if command_key is None:
        return act()
    return made_once(Partner, command_key, payload=payload, by=by, at=at, act=act)


@transaction.atomic
def save_partner(
    *,
    partner_id: int,
    values: Mapping[str, Any],
    group_name: str,
    mark: str = "",
    by: Person,
    at: datetime,
) -> Partner:
    """Correct a partner, or say when it left.

    `mark` is that of what the page showed.

    :raises InvalidInput: it would come after a year for which it has promised (R53).
    :raises WrittenMeanwhile: somebody else corrected it since the page was opened.
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    sent = {**values, "group_name": group_name.strip()}
    check_mark(mark, stored=as_typed(partner), sent=sent)
    promised = partner.pledges.filter(amount__gt=0).aggregate(first=Min("year"))["first"]
    if promised is not None and promised < values["joined_on"].year:
        raise InvalidInput(
            f"{partner} a un engagement pour {promised} : choisissez une date en {promised} ou "
            "avant.",
            field="joined_on",
        )
    said = {**{name: values[name] for name in FIELDS}, "group": _group(group_name)}
    if all(getattr(partner, name) == value for name, value in said.items()):
        return partner
    for name, value in said.items():
        setattr(partner, name, value)
    partner.save(update_fields=[*said])
    _told("partner.saved", partner, by=by, at=at)
    return partner


@transaction.atomic
def join(*, partner_id: int, on: date, by: Person, at: datetime) -> Partner:
    """Write since when a partner takes part, once the amendment that admits it is signed.

    One that has promised for an earlier year keeps the date that was said (R53).
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    if partner.pledges.filter(amount__gt=0, year__lt=on.year).exists():
        return partner
    partner.joined_on = on
    partner.save(update_fields=["joined_on"])
    _told("partner.joined", partner, by=by, at=at, on=on.isoformat())
    return partner


def _group(name: str) -> Group | None:
    """The group of this name; none for a partner that stands alone."""
    if not name.strip():
        return None
    known = Group.objects.filter(name__iexact=name.strip()).first()
    return known or Group.objects.create(name=name.strip())


@transaction.atomic
def save_contact(
    *,
    partner_id: int,
    person_id: int,
    values: Mapping[str, Any],
    mark: str = "",
    by: Person,
    at: datetime,
) -> Contact:
    """Add somebody who speaks for a partner, or change what they may do.

    `mark` is that of what the page showed.

    :raises WrittenMeanwhile: somebody else said it otherwise since the page was opened.
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    says = {name: values[name] for name in CONTACT_FIELDS}
    known = partner.contacts.filter(person=person_id).values(*CONTACT_FIELDS).first()
    check_mark(mark, stored=known or {}, sent=says)
    contact, is_said = write_once(
        Contact.objects.all(), partner=partner, person_id=person_id, says=says
    )
    if is_said:
        audit.record("partner.contact_saved", target=partner, by=by, at=at, contact=contact.pk)
    return contact


@transaction.atomic
def add_mandate(
    *,
    contact_id: int,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    document: File | None,
    by: Person,
    at: datetime,
    command_key: UUID | None = None,
) -> Mandate:
    """Enregistrer un mandat : what lets a contact sign, with the act that says so; once a key.

    The former ones are kept; the contact becomes a signatory.

    :raises InvalidInput: the act is missing or cannot be kept, or the dates contradict one another.
    """
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
    check_mandate(kind=kind, starts_on=starts_on, ends_on=ends_on, document=document)
    dates: dict[str, Any] = {"kind": str(kind), "starts_on": starts_on, "ends_on": ends_on}

    def act() -> Mandate:
        kept = keep_act(document, by=by, at=at)
        mandate = Mandate.objects.create(contact=contact, document=kept, **dates)
        Contact.objects.filter(pk=contact.pk).update(signs=True)
        audit.record(
            "partner.mandate_added",
            target=contact.partner,
            by=by,
            at=at,
            mandate=mandate.pk,
            kind=str(kind),
            sha256=kept.sha256 if kept else "",
        )
        return mandate

    if command_key is None:
        return act()
    payload = {"contact": contact.pk, "document": document and document.name, **dates}
    return made_once(Mandate, command_key, payload=payload, by=by, at=at, act=act)


def check_mandate(
    *, kind: str, starts_on: date | None, ends_on: date | None, document: File | None
) -> None:
    """Refuse a mandate without the act that gives it: the law alone gives one without (6.2).

    :raises InvalidInput: the act is missing, or the dates contradict one another.
    """
    if starts_on and ends_on and ends_on < starts_on:
        raise InvalidInput("La date de fin précède la date de début.", field="ends_on")
    if document is None and kind != MandateKind.STATUTORY:
        raise InvalidInput("Joignez l'acte qui donne ce mandat.", field="document")


def keep_act(document: File | None, *, by: Person, at: datetime) -> StoredFile | None:
    """Keep the act that gives a mandate, when there is one.

    :raises InvalidInput: it cannot be kept.
    """
    if document is None:
        return None
    try:
        return store_upload(file=document, name=document.name or "mandat", by=by, at=at)
    except UploadRefused as refusal:
        raise InvalidInput(refusal.reason, field="document") from refusal


@transaction.atomic
def offer_skill(
    *,
    partner_id: int,
    domain: str,
    title: str,
    days_a_year: Decimal | None,
    by: Person,
    at: datetime,
    command_key: UUID,
) -> SkillOffer:
    """Offrir une compétence: it enters the catalogue of the basin, once a key."""
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    values = {"domain": domain, "title": title.strip(), "days_a_year": days_a_year}

    def act() -> SkillOffer:
        offer = SkillOffer.objects.create(partner=partner, **values)
        audit.record("partner.skill_offered", target=partner, by=by, at=at, offer=offer.pk)
        return offer

    payload = {"partner": partner.pk, **values}
    return made_once(SkillOffer, command_key, payload=payload, by=by, at=at, act=act)


@transaction.atomic
def withdraw_skill(*, offer_id: int, by: Person, at: datetime, on: date) -> SkillOffer:
    """Retirer une compétence of the catalogue; twice does it once."""
    offer = SkillOffer.objects.select_for_update(of=("self",)).get(pk=offer_id)
    if offer.withdrawn_on is None:
        offer.withdrawn_on = on
        offer.save(update_fields=["withdrawn_on"])
        audit.record("partner.skill_withdrawn", target=offer.partner, by=by, at=at, offer=offer.pk)
    return offer


@transaction.atomic
def restore_skill(*, offer_id: int, by: Person, at: datetime) -> SkillOffer:
    """Remettre au catalogue a skill that was withdrawn; twice does it once.

    :raises IntegrityError: the partner has offered it again since.
    """
    offer = SkillOffer.objects.select_for_update(of=("self",)).get(pk=offer_id)
    if offer.withdrawn_on is not None:
        offer.withdrawn_on = None
        offer.save(update_fields=["withdrawn_on"])
        audit.record("partner.skill_restored", target=offer.partner, by=by, at=at, offer=offer.pk)
    return offer


@transaction.atomic
def save_pledge(
    *,
    partner_id: int,
    year: int,
    nature: str,
    amount: int | None = None,
    days: Decimal | None = None,
    daily_rate: int | None = None,
    what: str = "",
    mark: str = "",
    by: Person,
    at: datetime,
) -> Pledge:
    """Enregistrer un engagement : one a year and nature; saying it again replaces it.

    Skills are worth their days at a rate; the others, the amount that is said. Zero gives it up:
    what it was, or its rate, need not be said again. `mark` is that of what the page showed.

    :raises ActionDenied: it is no partner that year, and promises something for it.
    :raises InvalidInput: what this nature needs is missing, and no pledge given up says it.
    :raises SaidAlready: another one would be replaced, which the page did not show.
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=partner_id)
    is_nothing = (days if nature == PledgeNature.SKILLS else amount) == 0
    permissions.pledge(partner, year, is_nothing=is_nothing)
    known = partner.pledges.filter(year=year, nature=nature).first()
    if known is not None and is_nothing:
        daily_rate = daily_rate or known.daily_rate
        what = what.strip() or known.what
    says = (
        _promised_days(days, daily_rate)
        if nature == PledgeNature.SKILLS
        else _promised_amount(amount, nature, what.strip())
    )
    if known is not None:
        shown = ("days", "daily_rate") if nature == PledgeNature.SKILLS else ("amount", "what")
        stored = {name: getattr(known, name) for name in shown}
        check_mark(mark, stored=stored, sent=says, refusal=SaidAlready)
    pledge, is_said = write_once(
        Pledge.objects.all(), partner=partner, year=year, nature=nature, says=says
    )
    if not is_said:
        return pledge
    _told(
        "partner.pledge_saved",
        partner,
        by=by,
        at=at,
        year=year,
        nature=str(nature),
        amount=pledge.amount,
        days=str(pledge.days),
    )
    return pledge


def _promised_days(days: Decimal | None, daily_rate: int | None) -> dict[str, Any]:
    if days is None:
        raise InvalidInput("Indiquez le nombre de jours.", field="days")
    if not daily_rate:
        raise InvalidInput("Indiquez la valeur d'une journée.", field="daily_rate")
    amount = rules.valued(days=days, daily_rate=daily_rate)
    return {"amount": amount, "days": days, "daily_rate": daily_rate, "what": ""}


def _promised_amount(amount: int | None, nature: str, what: str) -> dict[str, Any]:
    if amount is None:
        raise InvalidInput("Indiquez le montant.", field="amount")
    if nature != PledgeNature.IN_KIND:
        what = ""
    elif not what:
        raise InvalidInput("Dites ce qui est apporté en nature.", field="what")
    return {"amount": amount, "days": 0, "daily_rate": None, "what": what}


def _told(event: str, partner: Partner, *, by: Person, at: datetime, **facts: Any) -> None:
    """Write the journal, and ask for the figures of the basin to be computed again."""
    enqueue("figures.changed", key=f"{event}:{partner.pk}:{at.isoformat()}")
    audit.record(event, target=partner, by=by, at=at, **facts)
