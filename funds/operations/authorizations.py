"""Money that leaves or is given up: asked by one person, decided by another (SD10, R77)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from funds import permissions, queries
from funds.enums import (
    AccountKey,
    AuthorizationKind,
    EntryKind,
    LossCause,
    Perimeter,
    ReversalStatus,
)
from funds.models import Advance, Authorization, Contribution, Entry
from funds.operations.ledger import Draft, lock_ledger, post_entry
from funds.operations.provision import release_provision
from funds.operations.receipts import check_amount, check_day
from funds.operations.renunciations import check_rest, renounce
from funds.rules import ledger


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of the second signatory; cents, and days when an allowance is valued."""

    kind: AuthorizationKind
    amount: int
    value_on: date
    reason: str
    advance_id: int | None = None
    contribution_id: int | None = None
    days: Decimal | None = None
    cause: LossCause | None = None
    claim_on: date | None = None
    decision_id: int | None = None


def propose(asked: Asked, *, by: Person, at: datetime, command_key: UUID) -> Authorization:
    """Ask the second signatory; nothing moves yet.

    :raises ActionDenied: nothing of the kind can be done, or it is asked already.
    :raises InvalidInput: the amount exceeds what may leave, or the day has not come.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> Authorization:
        _lock(asked)
        check_amount(asked.amount)
        check_day(on=asked.value_on, at=at, field="value_on")
        permissions.propose_authorization(
            kind=asked.kind, advance_id=asked.advance_id, contribution_id=asked.contribution_id
        )
        if asked.kind == AuthorizationKind.WRITE_OFF:
            advance = Advance.objects.get(pk=asked.advance_id or 0)
            permissions.ask_write_off(advance, asked.decision_id)
        _check_limit(asked, today=timezone.localdate(at))
        authorization = Authorization.objects.create(
            kind=asked.kind,
            advance_id=asked.advance_id,
            contribution_id=asked.contribution_id,
            amount=asked.amount,
            days=asked.days,
            value_on=asked.value_on,
            reason=asked.reason,
            cause=asked.cause or "",
            claim_on=asked.claim_on,
            decision_id=asked.decision_id,
            proposed_at=at,
            proposed_by=by,
            command_key=command_key,
        )
        audit.record(
            "authorization.proposed",
            target=authorization,
            by=by,
            at=at,
            kind=asked.kind,
            amount=asked.amount,
        )
        return authorization

    payload = {"act": "authorization", **vars(asked)}
    return made_once(Authorization, command_key, payload=payload, by=by, at=at, act=act)


@transaction.atomic
def approve_authorization(*, authorization_id: int, by: Person, at: datetime) -> Entry | None:
    """Do what was asked; approved twice by the same person, it is once.

    Its entry; none when a company renounces what was not paid.

    :raises ActionDenied: it is decided already, or `by` asked for it; the committee no longer
        accepts to lose it.
    :raises InvalidInput: less may leave than when it was asked.
    """
    authorization = _locked(authorization_id)
    if authorization.status == ReversalStatus.APPROVED and authorization.decided_by_id == by.pk:
        return getattr(authorization, "entry", None)
    if authorization.advance is not None and authorization.kind == AuthorizationKind.WRITE_OFF:
        permissions.write_off(authorization.advance, authorization.decision_id)
    _check_limit(_asked(authorization), today=timezone.localdate(at))
    _decide(authorization, ReversalStatus.APPROVED, by=by, at=at)
    if authorization.kind == AuthorizationKind.RENOUNCE:
        renounce(authorization, by=by, at=at)
        return None
    entry = _post(authorization, by=by, at=at)
    if entry.kind == EntryKind.WRITE_OFF and authorization.advance is not None:
        release_provision(authorization.advance, lost=authorization.amount, after=entry)
    audit.record("authorization.approved", target=authorization, by=by, at=at, entry=entry.pk)
    return entry


def _post(authorization: Authorization, *, by: Person, at: datetime) -> Entry:
    return post_entry(
        Draft(
            kind=EntryKind(authorization.kind),
            perimeter=_perimeter(authorization),
            legs=_legs(authorization),
            value_on=authorization.value_on,
            label=_label(authorization),
            command_key=uuid5(authorization.command_key, "approve"),
            by=by,
            at=at,
            advance=authorization.advance,
            authorization=authorization,
        )
    )


@transaction.atomic
def refuse_authorization(*, authorization_id: int, by: Person, at: datetime) -> Authorization:
    """Do nothing of what was asked; refused twice by the same person, it is once.

    :raises ActionDenied: it is decided already, or `by` asked for it.
    """
    authorization = _locked(authorization_id)
    if authorization.status == ReversalStatus.REFUSED and authorization.decided_by_id == by.pk:
        return authorization
    _decide(authorization, ReversalStatus.REFUSED, by=by, at=at)
    audit.record("authorization.refused", target=authorization, by=by, at=at)
    return authorization


def _lock(asked: Asked) -> None:
    """The advance it is about, then the head of the ledger: cash and caps stay as they are read."""
    if asked.advance_id is not None:
        Advance.objects.select_for_update(of=("self",)).get(pk=asked.advance_id)
    lock_ledger()


def _locked(authorization_id: int) -> Authorization:
    known = Authorization.objects.get(pk=authorization_id)
    if known.advance_id is not None:
        Advance.objects.select_for_update(of=("self",)).get(pk=known.advance_id)
    authorization = (
        Authorization.objects.select_for_update(of=("self",))
        .select_related("advance", "contribution")
        .get(pk=authorization_id)
    )
    lock_ledger()
    return authorization


def _asked(authorization: Authorization) -> Asked:
    return Asked(
        kind=AuthorizationKind(authorization.kind),
        amount=authorization.amount,
        value_on=authorization.value_on,
        reason=authorization.reason,
        advance_id=authorization.advance_id,
        contribution_id=authorization.contribution_id,
        days=authorization.days,
    )


def _check_limit(asked: Asked, *, today: date) -> None:
    """:raises Refusal: the amount exceeds what may leave (I13), or what the account holds."""
    if asked.kind == AuthorizationKind.RENOUNCE:
        check_rest(Advance.objects.get(pk=asked.advance_id or 0), asked.amount)
        return
    if asked.kind == AuthorizationKind.ALLOWANCE:
        permissions.pay_allowance(queries.allowance_agreement(asked.value_on.year))
    if asked.kind == AuthorizationKind.WRITE_OFF:
        _check_after_loan(asked)
    limit, sentence = _limit(asked, today=today)
    if asked.amount > limit:
        raise InvalidInput(sentence.format(format_euros(limit)), field="amount")
    if asked.kind in {AuthorizationKind.REFUND, AuthorizationKind.KEPT}:
        _check_no_loss(asked)
    if asked.kind == AuthorizationKind.REFUND:
        held = queries.lowest(AccountKey.FUND_BANK, since=asked.value_on)
        permissions.pay_from_the_fund(asked.amount, cash=held)
    if asked.kind == AuthorizationKind.ALLOWANCE and asked.days is None:
        held = queries.lowest(AccountKey.OPS_BANK, since=asked.value_on)
        permissions.pay_from_operating(asked.amount, cash=held)


def _check_no_loss(asked: Asked) -> None:
    """:raises ActionDenied: what was paid beyond the debt makes up for a loss first."""
    advance = Advance.objects.get(pk=asked.advance_id or 0)
    if (lost := queries.net_loss(advance)) > 0:
        raise ActionDenied(
            f"{format_euros(lost)} de cette avance sont passés en perte : ce que l'entreprise paie "
            "en plus est une récupération. Demandez l'annulation du remboursement, puis "
            "enregistrez-le par « Enregistrer une récupération »."
        )


def _check_after_loan(asked: Asked) -> None:
    """:raises InvalidInput: nothing was lent yet on the day of the loss."""
    advance = Advance.objects.get(pk=asked.advance_id or 0)
    lent_on = queries.loan_of(advance, on=asked.value_on).lent_on
    if lent_on is None or asked.value_on < lent_on:
        raise InvalidInput(
            "Cette date précède le versement de l'avance : vérifiez-la.", field="value_on"
        )


def _held(asked: Asked, held_by: Callable[..., int], sentence: str) -> tuple[int, str]:
    """What an account holds for an advance on the day of what is asked, and on each later one.

    A payment to come takes what was overpaid before it; a loss, what could be paid back.
    """
    advance = Advance.objects.get(pk=asked.advance_id or 0)
    if advance.entries.filter(value_on__gt=asked.value_on).exists():
        sentence += " Ce qui est enregistré à une date plus récente est compté : vérifiez la date."
    return held_by(advance, since=asked.value_on), sentence


def _received(asked: Asked, *, today: date) -> tuple[int, str]:
    """What may be lost: not what is stopped before the bank, whose entry is undone instead."""
    limit, sentence = _held(asked, queries.owed, "Cette avance ne doit plus que {}.")
    if unsent := queries.unsent(Advance.objects.get(pk=asked.advance_id or 0), on=today):
        sentence += (
            f" {format_euros(unsent)} sont arrêtés avant la banque : demandez l'annulation de "
            "l'écriture de ce versement."
        )
    return max(0, limit - unsent), sentence


def _limit(asked: Asked, *, today: date) -> tuple[int, str]:
    """What may leave at most, and how to say it; an earlier date opens no room used since."""
    match asked.kind:
        case AuthorizationKind.REFUND | AuthorizationKind.KEPT:
            return _held(asked, queries.overpaid, "Le trop-perçu de cette avance est de {}.")
        case AuthorizationKind.FORGONE:
            sentence = "L'entreprise ne doit que {} de trop-perçu rendu."
            return _held(asked, queries.owed_back, sentence)
        case AuthorizationKind.WRITE_OFF:
            return _received(asked, today=today)
        case AuthorizationKind.RESTITUTION:
            contribution = Contribution.objects.get(pk=asked.contribution_id or 0)
            due = queries.entitlement_of(contribution, on=asked.value_on, today=today)
            return due, "Ce financeur peut reprendre {} aujourd'hui."
    left = queries.allowance_left(asked.value_on.year)
    return left, f"Il reste {{}} de défraiement possible en {asked.value_on.year}."


def _perimeter(authorization: Authorization) -> Perimeter:
    if authorization.kind != AuthorizationKind.ALLOWANCE:
        return Perimeter.FUND
    return Perimeter.OPS if authorization.days is None else Perimeter.NATURE


def _legs(authorization: Authorization) -> ledger.Legs:
    amount = authorization.amount
    match authorization.kind:
        case AuthorizationKind.REFUND:
            return ledger.refund(amount=amount)
        case AuthorizationKind.KEPT:
            return ledger.kept(amount=amount)
        case AuthorizationKind.FORGONE:
            return ledger.forgone(amount=amount)
        case AuthorizationKind.WRITE_OFF:
            return ledger.write_off(amount=amount)
        case AuthorizationKind.RESTITUTION:
            return ledger.restitution(amount=amount, line=authorization.contribution_id)
    if authorization.days is None:
        return ledger.expense(account="ALLOWANCE", amount=amount)
    return ledger.valuation(amount=amount, line=None)


def _label(authorization: Authorization) -> str:
    name = EntryKind(authorization.kind).label
    about = authorization.advance or authorization.contribution
    return f"{name} : {about}"[:120] if about else name


def _decide(
    authorization: Authorization, status: ReversalStatus, *, by: Person, at: datetime
) -> None:
    permissions.decide_authorization(authorization, by)
    authorization.status, authorization.decided_at, authorization.decided_by = status, at, by
    authorization.save(update_fields=["status", "decided_at", "decided_by"])
