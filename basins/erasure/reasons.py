"""Whom an address names, and what somebody still counts on them for (GDPR art. 17.3)."""

from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from django.db.models import Value
from django.db.models.functions import Concat

from alize.accounts.models import Person
from basins import tenancy
from basins.enums import BasinStatus
from basins.erasure.asked import NOWHERE, Asked
from basins.erasure.rooms import BINDS, WORDS, Bond
from basins.models import Basin, LocalOperator, Membership


def asked_by(email: str, also: Iterable[str] = ()) -> Asked:
    """Who has an address, and by what else they are known, here and in every basin."""
    with tenancy.national():
        person = Person.objects.filter(email__iexact=email).first()
    asked = Asked(email, frozenset(), person, f"{uuid4().hex[:12]}@{NOWHERE}").with_words(also)
    if person is not None:
        asked = asked.with_words(_both_ways(person.first_name, person.last_name))
    for basin in tenancy.every_space():
        with tenancy.inside(basin):
            asked = asked.with_words(word for room in WORDS for word in room(email))
    return asked


def _both_ways(first: str, last: str) -> list[str]:
    """A name as one signs and as lists are sorted; never a last name alone, which many share."""
    return [f"{first} {last}", f"{last} {first}"] if first and last else []


def _homonyms(asked: Asked) -> list[Person]:
    """Other people with the same name: a text does not tell which of them it means."""
    others = Person.objects.annotate(whole=Concat("first_name", Value(" "), "last_name"))
    if asked.person is not None:
        others = others.exclude(pk=asked.person.pk)
    return list(others.exclude(email__iexact=asked.email).filter(whole__in=asked.words))


def reasons_to_wait(asked: Asked, *, on: date) -> list[str]:
    """What somebody is still needed for, in `public` and in every basin (GDPR art. 17.3).

    Nobody ends anything any more in a closed basin: what holds there stops the others no more.
    """
    with tenancy.national():
        waiting = [f"{other} porte le même nom" for other in _homonyms(asked)]
        if asked.person is not None:
            held = Membership.objects.not_over(on).filter(person=asked.person)
            held = held.exclude(basin__status=BasinStatus.CLOSED)
            waiting += [
                f"rôle en cours : {role.get_role_display()}, {role.basin or 'réseau'}"
                for role in held.select_related("basin")
            ]
        operators = LocalOperator.objects.filter(representative_email__iexact=asked.email)
        operators = operators.exclude(basin__status=BasinStatus.CLOSED)
        waiting += [f"représente l'opérateur {operator}" for operator in operators]
    for basin in tenancy.every_space():
        if basin.status != BasinStatus.CLOSED:
            waiting += [f"{basin} : {bond.words}" for bond in _bonds_in(basin, asked, on)]
    return waiting


def reasons_to_stay(basin: Basin, asked: Asked, *, on: date) -> list[str]:
    """Why a closed basin stays as it is: a debt, another owner of the same name."""
    if basin.status != BasinStatus.CLOSED:
        return []
    bonds = [bond for bond in _bonds_in(basin, asked, on) if bond.outlives]
    return [f"{basin}, bassin fermé : {bond.words}" for bond in bonds]


def _bonds_in(basin: Basin, asked: Asked, on: date) -> list[Bond]:
    with tenancy.inside(basin):
        return [bond for room in BINDS for bond in room(asked, on)]
