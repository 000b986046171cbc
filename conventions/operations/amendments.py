"""Avenants : what changes in a convention that runs, and who joins it (signature.md 6.2)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import InvalidInput
from alize.common.writings import check_mark
from alize.documents.printable import printable
from alize.outbox.operations import enqueue
from conventions.documents import agreements as documents
from conventions.enums import AgreementStatus
from conventions.models import Amendment
from conventions.operations.agreements import (
    cancel_now,
    check_in_time,
    check_texts,
    figures_changed,
    freeze_now,
    give_up_circuits,
    kept,
    locked,
    next_number,
    reopen_now,
    sign_now,
    signer_facts,
    text_of,
)
from conventions.operations.days import check_new_term
from conventions.operations.preparing import kept_mandate
from conventions.operations.preparing import locked as locked_cooperation
from conventions.operations.settling import make_good
from conventions.operations.signing import STARTED_AGAIN
from conventions.operations.standings import tell_founding
from conventions.operations.supporting import take_effect
from conventions.permissions import partnership as permissions
from conventions.queries import amended
from conventions.queries.mandates import lines_on
from conventions.rules.days import latest_term
from partners import operations as partners
from partners.models import Partner
from signatures import operations as signatures

EFFECT = "conventions.amendment_signed"
ANOTHER_SIGNS = "Une autre personne signe désormais : revenez à l'avenant, puis recommencez."


@transaction.atomic
def save_amendment(
    *,
    convention_id: int,
    amendment_id: int | None,
    reason: str,
    takes_effect_on: date,
    new_ends_on: date | None,
    changes: str,
    incoming: Iterable[int],
    mark: str = "",
    by: Person,
    at: datetime,
    command_key: UUID | None = None,
) -> Amendment:
    """Préparer un avenant, once a key, or correct its draft; numbered in each convention.

    `mark` is that of the draft that the page showed.

    :raises ActionDenied: the convention does not run, another amendment waits for its signatures,
        or this one is frozen.
    :raises InvalidInput: the new term is not after the old one, or is over three years later; a
        character does not print.
    :raises WrittenMeanwhile: somebody else saved the draft since the page was opened.
    """
    convention = locked(convention_id)
    permissions.amend(convention, timezone.localdate(at))
    if new_ends_on:
        last = latest_term(convention.ends_on)
        check_new_term(new_ends_on, ends_on=convention.ends_on, last=last)
    values: dict[str, Any] = {
        "reason": printable(reason, field="reason").strip(),
        "takes_effect_on": takes_effect_on,
        "new_ends_on": new_ends_on,
        "changes": printable(changes, field="changes").strip(),
    }
    joining = sorted(incoming)

    def act() -> Amendment:
        if amendment_id is None:
            permissions.begin_founding_amendment(convention, timezone.localdate(at))
            amendment = Amendment(convention=convention, number=next_number(convention))
        else:
            amendment = convention.amendments.select_for_update().get(pk=amendment_id)
            permissions.edit(amendment)
            _check_mark(mark, amendment, sent={**values, "incoming": joining})
        for field, value in values.items():
            setattr(amendment, field, value)
        amendment.save()
        joined = convention.partners.values("pk")
        amendment.incoming.set(Partner.objects.filter(pk__in=joining).exclude(pk__in=joined))
        figures_changed(amendment, at=at)
        audit.record("amendment.saved", target=amendment, by=by, at=at, number=amendment.number)
        return amendment

    if command_key is None:
        return act()
    payload = {**values, "convention": convention_id, "incoming": joining}
    return made_once(Amendment, command_key, payload=payload, by=by, at=at, act=act)


def _check_mark(mark: str, amendment: Amendment, *, sent: dict[str, Any]) -> None:
    """:raises WrittenMeanwhile: somebody else saved the draft since the page was opened."""
    stored = {name: getattr(amendment, name) for name in sent.keys() - {"incoming"}}
    stored["incoming"] = sorted(amendment.incoming.values_list("pk", flat=True))
    check_mark(mark, stored=stored, sent=sent)


@transaction.atomic
def mandate_party(
    *,
    amendment_id: int,
    rank: int,
    name: str,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    document: File | None,
    by: Person,
    at: datetime,
) -> Amendment:
    """Enregistrer le mandat of who signs an amendment for no partner; it replaces the former.

    `rank` is that of the signer, from 0, and `name` whom the act was read for.

    :raises ActionDenied: the text is frozen.
    :raises InvalidInput: somebody else signs since, the act is missing or cannot be kept, or the
        dates contradict one another.
    """
    amendment = _locked(amendment_id)
    permissions.edit(amendment)
    one = amended.alone(amendment, on=timezone.localdate(at)).get(rank)
    if one is None or one.body.person != name:
        raise InvalidInput(ANOTHER_SIGNS)
    held = kept_mandate(
        kind=kind, starts_on=starts_on, ends_on=ends_on, document=document, by=by, at=at
    )
    amendment.mandates.update_or_create(
        capacity=one.capacities[0],
        organisation=one.body.name,
        defaults={"name": name, **held},
    )
    audit.record(
        "amendment.signer_mandated",
        target=amendment,
        by=by,
        at=at,
        signer=rank,
        kind=str(kind),
        sha256=held["mandate_sha256"],
    )
    return amendment


@transaction.atomic
def freeze_amendment(*, amendment_id: int, by: Person, at: datetime) -> Amendment:
    """Geler l'avenant : its text no longer changes, its PDF is made; twice does it once.

    :raises ActionDenied: a signer is unknown or not mandated, it changes nothing, a variable of its
        text has no value, or it is no draft any more.
    """
    amendment = _locked(amendment_id)
    if amendment.status == AgreementStatus.FROZEN and amendment.frozen_by_id == by.pk:
        return amendment
    today = timezone.localdate(at)
    permissions.freeze_amendment(amendment, today)
    amendment.snapshot = documents.amendment_snapshot(amendment, on=today)
    check_texts(amendment.snapshot["amendment"])
    freeze_now(amendment, by=by, at=at)
    enqueue(
        "conventions.render_amendment",
        key=f"{amendment.pk}:{at.isoformat()}",
        amendment_id=amendment.pk,
        by_id=by.pk,
    )
    audit.record("amendment.frozen", target=amendment, by=by, at=at, number=amendment.number)
    return amendment


@transaction.atomic
def reopen_amendment(*, amendment_id: int, by: Person, at: datetime) -> Amendment:
    """Rouvrir l'avenant : a frozen amendment is a draft again, to be corrected.

    :raises ActionDenied: somebody may still sign it, or it is signed or cancelled.
    """
    amendment = _locked(amendment_id)
    if amendment.status == AgreementStatus.DRAFT:
        return amendment
    permissions.reopen(amendment)
    reopen_now(amendment, by=by, at=at)
    audit.record("amendment.reopened", target=amendment, by=by, at=at, number=amendment.number)
    return amendment


@transaction.atomic
def launch_amendment(
    *,
    amendment_id: int,
    expires_on: date,
    paper: Collection[int] = (),
    orders: Mapping[int, int] | None = None,
    message: str = "",
    by: Person,
    at: datetime,
) -> Amendment:
    """Lancer la signature of an amendment: original parties and those who join.

    `orders`, by rank from 0, says who signs after whom; otherwise who chairs or presides is last.

    :raises ActionDenied: its document is not made, or it is being signed.
    :raises InvalidInput: somebody cannot sign, with the list of them, or a founding text would be
        amended after its term.
    """
    amendment = _locked(amendment_id)
    today = timezone.localdate(at)
    permissions.launch(amendment, today)
    check_in_time(amendment, expires_on)
    give_up_circuits(amendment, reason=STARTED_AGAIN, by=by, at=at)
    amendment.circuit = signatures.launch(
        document=kept(amendment.document),
        title=documents.title_of(amendment),
        summary=documents.amendment_summary(amendment),
        signers=signer_facts(lines_on(amendment, on=today), paper, orders),
        expires_on=expires_on,
        effect=EFFECT,
        text=text_of(cast(dict[str, Any], amendment.snapshot)["amendment"]),
        message=message,
        by=by,
        at=at,
    )
    amendment.status = AgreementStatus.SIGNING
    amendment.save(update_fields=["status", "circuit"])
    audit.record("amendment.launched", target=amendment, by=by, at=at, circuit=amendment.circuit.pk)
    return amendment


@transaction.atomic
def conclude_amendment(*, amendment_id: int, by: Person, at: datetime) -> Amendment:
    """All have signed: who joins is a party from its effect on, the new term holds; once.

    That of a cooperation convention takes effect then: its follow-up and its end change. It makes
    good the signatures of the convention that were set aside before.

    :raises ActionDenied: somebody has not signed.
    """
    amendment = _locked(amendment_id)
    if amendment.status == AgreementStatus.SIGNED:
        return amendment
    permissions.conclude(amendment)
    make_good(amendment, by=by, at=at)
    if amendment.cooperation:
        since = take_effect(amendment, by=by, at=at)
    else:
        since = _join(amendment, by=by, at=at)
    figures_changed(amendment, at=at)
    audit.record("amendment.signed", target=amendment, by=by, at=at, since=since.isoformat())
    return amendment


def _join(amendment: Amendment, *, by: Person, at: datetime) -> date:
    """Give its effect to an amendment of a partnership; gives the day it holds from."""
    sign_now(amendment)
    convention, planned = amendment.founding, cast(date, amendment.takes_effect_on)
    since = max(amendment.signed_on or planned, planned)
    for partner in amendment.incoming.exclude(pk__in=convention.partners.values("pk")):
        if _is_awaited(partner, since, on=timezone.localdate(at)):
            partners.join(partner_id=partner.pk, on=since, by=by, at=at)
        convention.partners.add(partner)
    if amendment.new_ends_on:
        convention.ends_on = amendment.new_ends_on
        convention.save(update_fields=["ends_on"])
    tell_founding(by=by, at=at)
    return since


def _is_awaited(partner: Partner, since: date, *, on: date) -> bool:
    """Whether they take part from `since`: what a partner was before, or has left, stays said."""
    return partner.joined_on > on and (partner.left_on is None or partner.left_on > since)


@transaction.atomic
def cancel_amendment(*, amendment_id: int, by: Person, at: datetime) -> Amendment:
    """Give up an amendment that is not signed; its number stays its own. Twice does it once.

    :raises ActionDenied: it is signed, or cancelled by somebody else.
    """
    amendment = _locked(amendment_id)
    if amendment.status == AgreementStatus.CANCELLED and amendment.cancelled_by_id == by.pk:
        return amendment
    permissions.cancel(amendment)
    cancel_now(amendment, by=by, at=at)
    audit.record("amendment.cancelled", target=amendment, by=by, at=at)
    return amendment


def _locked(amendment_id: int) -> Amendment:
    """The amendment, after its convention, held until the end of the transaction."""
    known = Amendment.objects.only("convention_id", "cooperation_id").get(pk=amendment_id)
    held = Amendment.objects.select_for_update(of=("self",))
    if known.convention_id is not None:
        convention = locked(known.convention_id)
        amendment = held.get(pk=amendment_id)
        amendment.convention = convention
    else:
        cooperation = locked_cooperation(cast(int, known.cooperation_id))
        amendment = held.get(pk=amendment_id)
        amendment.cooperation = cooperation
    return amendment
