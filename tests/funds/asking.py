"""Asks for what takes two persons, and does it: refunds, losses, the operator's allowance."""

from datetime import date
from uuid import uuid4

from funds import operations
from funds.enums import AuthorizationKind, Perimeter
from funds.operations import Asked
from partners.models import Partner
from tests.builders import at, make_partner

DAY = date(2027, 3, 1)
NOW = at(2028, 6, 1)


def command(till) -> dict:
    return {"by": till.operator, "at": NOW, "command_key": uuid4()}


def asked(till, kind: AuthorizationKind, amount: int, **fields):
    values = {"value_on": DAY, "reason": "Justifié", **fields}
    return operations.propose(
        Asked(kind=kind, amount=amount, **values), by=till.operator, at=NOW, command_key=uuid4()
    )


def done(till, kind: AuthorizationKind, amount: int, **fields):
    authorization = asked(till, kind, amount, **fields)
    return operations.approve_authorization(
        authorization_id=authorization.pk, by=till.finance, at=NOW
    )


def agreed(till, *years: int) -> None:
    till.endow(5_000_000, perimeter=Perimeter.OPS)
    if not Partner.objects.exists():
        make_partner()
    for year in years:
        operations.agree_allowance(
            year=year,
            agreed_on=DAY,
            source="Comité de pilotage n° 12",
            partner_ids=[partner.pk for partner in Partner.objects.all()],
            **command(till),
        )


def allowance(till, amount: int, on: date = DAY, **fields):
    return done(till, AuthorizationKind.ALLOWANCE, amount, value_on=on, **fields)
