"""The yearly declaration of a member, its reminder, the welcome to the committee (C1)."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.errors import InvalidInput
from alize.documents.imprint import issuer
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from committees import permissions
from committees.models import DeclaredLink, MemberDeclaration, Seat
from committees.operations.base import locked_seat
from committees.queries import declarations, seats


@dataclass(frozen=True)
class LinkLine:
    """A company with which a member has a link."""

    kind: str
    name: str
    siren: str = ""
    said: str = ""


@transaction.atomic
def make_declaration(
    *,
    seat_id: int,
    skills: str,
    links: Sequence[LinkLine],
    has_none: bool,
    signed_name: str,
    by: Person,
    at: datetime,
) -> MemberDeclaration:
    """Declare one's interests for the year and sign the undertaking; sent twice, it counts once.

    `has_none`: said in so many words, since an empty list may be an oversight.

    :raises ActionDenied: the seat is not the person's.
    :raises InvalidInput: nothing is said of the links, a link is incomplete, or the name typed is
        not the person's.
    """
    today = timezone.localdate(at)
    seat = locked_seat(seat_id)
    permissions.sit(by, seat, alternates=seats.alternates_of(seat))
    _check_links(links, has_none=has_none)
    _check_signature(signed_name, by)
    rows = [_link(line) for line in links]
    last = declarations.latest(by, year=today.year)
    if last is not None and _said(last) == (skills.strip(), [_facts(row) for row in rows]):
        return last
    declaration = MemberDeclaration.objects.create(
        person_id=by.pk,
        seat=seat,
        year=today.year,
        skills=skills.strip(),
        undertaking=declarations.UNDERTAKING,
        signed_name=signed_name.strip(),
        declared_at=at,
    )
    for row in rows:
        row.declaration = declaration
    DeclaredLink.objects.bulk_create(rows)
    enqueue("committees.issue_declaration", key=str(declaration.pk), declaration_id=declaration.pk)
    audit.record(
        "declaration.made", target=declaration, by=by, at=at, seat=seat.pk, links=len(rows)
    )
    return declaration


def _check_links(links: Sequence[LinkLine], *, has_none: bool) -> None:
    if not links and not has_none:
        raise InvalidInput(
            "Ajoutez vos liens, ou cochez « Je n'ai aucun lien à déclarer ».", field="has_none"
        )
    if links and has_none:
        raise InvalidInput("Vous cochez « aucun lien » et vous en déclarez un.", field="has_none")


def _check_signature(name: str, by: Person) -> None:
    if _letters(name) != _letters(by.full_name):
        raise InvalidInput(
            f"Tapez votre nom tel que nous le connaissons : {by.full_name}.", field="signed_name"
        )


def _link(line: LinkLine) -> DeclaredLink:
    row = DeclaredLink(
        kind=line.kind,
        name=line.name.strip(),
        siren="".join(line.siren.split()),
        said=line.said.strip(),
    )
    try:
        row.validate_constraints()
    except ValidationError as error:
        raise InvalidInput(error.messages[0]) from error
    return row


def _facts(row: DeclaredLink) -> tuple[str, str, str, str]:
    return row.kind, row.name, row.siren, row.said


def _said(declaration: MemberDeclaration) -> tuple[str, list[tuple[str, str, str, str]]]:
    return declaration.skills, [_facts(row) for row in declaration.links.all()]


def _letters(name: str) -> str:
    """The letters of a name: case, accents, spaces and hyphens left out."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in folded if letter.isalpha())


@transaction.atomic
def remind_declarations(*, by: Person, at: datetime) -> list[Person]:
    """Write to those who have not declared this year, once a day at the most; returns whom."""
    today = timezone.localdate(at)
    told = [
        person
        for person in declarations.silent(today)
        if send_mail(
            "M65",
            to=Recipient.of(person),
            path=basin_reverse("declaration_mine"),
            key=f"{today.year}:{today.isoformat()}",
            year=today.year,
        )
    ]
    if told:
        audit.record("declaration.reminded", by=by, at=at, people=len(told))
    return told


def welcome(seat: Seat, people: Iterable[Person]) -> None:
    """Greet who joins the committee: their place in it, and what it asks of them."""
    for person in people:
        if person.is_active:
            send_mail(
                "M64",
                to=Recipient.of(person),
                path=basin_reverse("declaration_mine"),
                key=f"{seat.partner_id}",
                issuer=issuer(),
                partner=seat.partner.name,
                place="titulaire" if person.pk == seat.holder_id else "suppléance",
            )
