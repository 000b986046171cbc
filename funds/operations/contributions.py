"""What funders bring: money on one of the two accounts, days and things valued (R41, R70, R71)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import InvalidInput
from funds.enums import AccountKey, EntryKind, Perimeter, kind_label
from funds.models import Contribution
from funds.operations.ledger import Draft, post_entry
from funds.operations.receipts import check_amount, check_day
from funds.rules import ledger
from partners.enums import PledgeNature
from partners.models import Partner
from partners.rules import valued


def record_contribution(
    *,
    funder: str,
    amount: int,
    received_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
    partner_id: int | None = None,
    perimeter: Perimeter = Perimeter.FUND,
    with_return: bool = True,
    returns_on: date | None = None,
    source: str = "",
    waited_on: AccountKey | None = None,
) -> Contribution:
    """Book money received from a funder, on the account of advances or of running costs (R41).

    `funder` names who paid; a partner's name stands instead when `partner_id` is given. `waited_on`
    is the suspense account that held the money since the bank received it.

    :raises InvalidInput: the amount is zero, the day has not come, or nobody is named.
    :raises AlreadyUsed: the form was sent before with another content.
    """
    account = _account(perimeter, with_return=with_return)

    def act() -> Contribution:
        check_amount(amount)
        check_day(on=received_on, at=at, field="received_on")
        if returns_on is not None and (returns_on <= received_on or not with_return):
            raise InvalidInput(
                "Une dotation se rend après avoir été reçue, et avec un droit de reprise.",
                field="returns_on",
            )
        contribution = Contribution.objects.create(
            funder=_name(funder, partner_id),
            partner_id=partner_id,
            nature=PledgeNature.MONEY,
            perimeter=perimeter,
            with_return=account == AccountKey.RETURNABLE,
            returns_on=returns_on,
            source=source,
            recorded_at=at,
            recorded_by=by,
            command_key=command_key,
        )
        legs = ledger.contribution(
            account=account, amount=amount, line=contribution.pk, source=waited_on or ""
        )
        _post(contribution, EntryKind.CONTRIBUTION, legs, on=received_on)
        return contribution

    asked = {
        "act": "contribution",
        "funder": funder,
        "partner": partner_id,
        "amount": amount,
        "on": received_on,
        "perimeter": perimeter,
        "with_return": with_return,
        "returns_on": returns_on,
        "source": source,
        "waited_on": waited_on,
    }
    return made_once(Contribution, command_key, payload=asked, by=by, at=at, act=act)


def record_valued(
    *,
    funder: str,
    nature: PledgeNature,
    received_on: date,
    by: Person,
    at: datetime,
    command_key: UUID,
    partner_id: int | None = None,
    days: Decimal | None = None,
    daily_rate: int | None = None,
    amount: int | None = None,
    source: str = "",
) -> Contribution:
    """Book what is valued without money: days at a rate in cents, or things in kind (R70, R71).

    :raises InvalidInput: days or rate are missing for skills, the amount for things.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> Contribution:
        value = _valued(nature, days=days, daily_rate=daily_rate, amount=amount)
        check_day(on=received_on, at=at, field="received_on")
        skills = nature == PledgeNature.SKILLS
        contribution = Contribution.objects.create(
            funder=_name(funder, partner_id),
            partner_id=partner_id,
            nature=nature,
            perimeter=Perimeter.NATURE,
            with_return=False,
            days=days if skills else None,
            daily_rate=daily_rate if skills else None,
            source=source,
            recorded_at=at,
            recorded_by=by,
            command_key=command_key,
        )
        legs = ledger.valuation(amount=value, line=contribution.pk)
        _post(contribution, EntryKind.VALUATION, legs, on=received_on)
        return contribution

    asked = {
        "act": "valued",
        "funder": funder,
        "partner": partner_id,
        "nature": nature,
        "days": days,
        "rate": daily_rate,
        "amount": amount,
        "on": received_on,
        "source": source,
    }
    return made_once(Contribution, command_key, payload=asked, by=by, at=at, act=act)


def _account(perimeter: Perimeter, *, with_return: bool) -> AccountKey:
    if perimeter == Perimeter.OPS:
        return AccountKey.OPS_INCOME
    return AccountKey.RETURNABLE if with_return else AccountKey.GRANTED


def _name(funder: str, partner_id: int | None) -> str:
    name = Partner.objects.get(pk=partner_id).name if partner_id else funder.strip()
    if not name:
        raise InvalidInput("Indiquez qui apporte cette dotation.", field="funder")
    return name


def _valued(
    nature: PledgeNature, *, days: Decimal | None, daily_rate: int | None, amount: int | None
) -> int:
    """What is worth in cents; half a cent rounds up."""
    if nature == PledgeNature.IN_KIND:
        if not amount:
            raise InvalidInput("Indiquez la valeur de ce qui est apporté.", field="amount")
        return amount
    if not days:
        raise InvalidInput("Indiquez le nombre de jours.", field="days")
    if not daily_rate:
        raise InvalidInput("Indiquez la valeur d'une journée.", field="daily_rate")
    return valued(days=days, daily_rate=daily_rate)


def _post(contribution: Contribution, kind: EntryKind, legs: ledger.Legs, *, on: date) -> None:
    by, at = contribution.recorded_by, contribution.recorded_at
    entry = post_entry(
        Draft(
            kind=kind,
            perimeter=Perimeter(contribution.perimeter),
            legs=legs,
            value_on=on,
            label=f"{kind_label(kind, contribution.perimeter)} : {contribution.funder}"[:120],
            command_key=contribution.command_key,
            by=by,
            at=at,
        )
    )
    audit.record("contribution.recorded", target=contribution, by=by, at=at, entry=entry.pk)
