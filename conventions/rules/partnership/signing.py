"""Who signs a partnership convention, in which capacities and in which turn (R52, R58)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from alize.common.words import french_order

FIRST, LAST = 1, 2
"""Everybody in parallel, then who chairs the local steering committee (signature.md 6.2)."""


class Capacity(StrEnum):
    """Qualité du signataire d'une convention de partenariat."""

    COMPANY = "COMPANY"
    ASSOCIATE = "ASSOCIATE"
    AUTHORITY = "AUTHORITY"
    STATE = "STATE"
    CHAIR = "CHAIR"
    NETWORK = "NETWORK"
    OPERATOR = "OPERATOR"


@dataclass(frozen=True)
class Mandate:
    """Mandat : under what somebody signs, and until when."""

    kind: str
    label: str
    starts_on: date | None = None
    ends_on: date | None = None
    document_sha256: str = ""


@dataclass(frozen=True)
class Body:
    """A partner, or an operator that is none, and the person who signs for it."""

    name: str
    kind: str
    partner_id: int | None = None
    group: str = ""
    person: str = ""
    function: str = ""
    email: str = ""
    mandate: Mandate | None = None
    seat: str = ""
    """The postal address of an operator."""


@dataclass(frozen=True)
class Signatory:
    """Signataire : a body, in which capacities, in which turn, and whether it signs annex 3."""

    body: Body
    capacities: tuple[StrEnum, ...]
    order: int
    signs_operator_convention: bool


def signatories(
    partners: Iterable[Body], *, chair_id: int | None, operators: Iterable[Body]
) -> tuple[Signatory, ...]:
    """List who signs, any number of them: each partner once, ASTREES, the operators (R52, R58).

    Who chairs the local steering committee signs last. An operator that is a partner signs once,
    in both capacities. ASTREES and the operators sign the operator convention too.
    """
    listed, running = list(partners), list(operators)
    outside = [one for one in running if not any(_is_same(one, body) for body in listed)]
    found = [_signatory(body, chair_id=chair_id, running=running) for body in listed]
    found += [
        Signatory(body, (Capacity.OPERATOR,), FIRST, signs_operator_convention=True)
        for body in outside
    ]
    return tuple(sorted(found, key=_turn))


def _is_same(operator: Body, partner: Body) -> bool:
    known = operator.partner_id is not None and operator.partner_id == partner.partner_id
    return known or operator.name == partner.name


def _signatory(body: Body, *, chair_id: int | None, running: Sequence[Body]) -> Signatory:
    capacities = [Capacity(body.kind)]
    chairs = chair_id is not None and body.partner_id == chair_id
    if chairs:
        capacities.append(Capacity.CHAIR)
    same = [operator for operator in running if _is_same(operator, body)]
    if same:
        capacities.append(Capacity.OPERATOR)
        body = replace(body, seat=same[0].seat)
    return Signatory(
        body,
        tuple(capacities),
        LAST if chairs else FIRST,
        signs_operator_convention=bool({Capacity.NETWORK, Capacity.OPERATOR} & set(capacities)),
    )


_RANKS: dict[str, int] = {capacity: rank for rank, capacity in enumerate(Capacity)}


def _turn(signatory: Signatory) -> tuple[int, int, tuple[str, str]]:
    """Its name as it is read: the group it belongs to is not said, so it orders nothing."""
    return (
        signatory.order,
        _RANKS[signatory.capacities[0]],
        french_order(signatory.body.name),
    )


def company_count(partners: Iterable[Body]) -> int:
    """How many companies: the establishments of one group count once (R45, R51)."""
    companies = [body for body in partners if body.kind == Capacity.COMPANY]
    return len({body.group or f"\0{body.name}" for body in companies})
