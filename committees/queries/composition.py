"""Who makes up the committee: seats in office, past ones, who replaces the chair."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from alize.accounts.models import Person
from alize.common.dates import short_date
from alize.common.screen import Badge, Definition
from alize.common.words import counted
from basins.enums import Role
from basins.queries import holders
from committees.enums import InterestAnswer, SeatKind
from committees.models import Attendance, ChairSubstitute, InterestDeclaration, Seat, Vote
from committees.queries import seats
from committees.queries.rules import committee_rules
from partners.enums import PartnerKind
from partners.models import Contact, Partner

ALTERNATES = 2
"""The most that a seat has."""
KINDS = {
    SeatKind.DELIBERATIVE: "Voix délibérative",
    SeatKind.CONSULTATIVE: "Voix consultative",
    SeatKind.GUEST: "Invités",
}


@dataclass(frozen=True)
class SeatLine:
    """One seat of the composition."""

    seat: Seat
    period: str
    alternates: Sequence[Person]
    badges: Sequence[Badge]


@dataclass(frozen=True)
class Bench:
    """The seats of one kind."""

    title: str
    lines: Sequence[SeatLine]


def _with_people(rows: QuerySet[Seat]) -> QuerySet[Seat]:
    """Seats with their partner and all who may sit for them."""
    rank = ChairSubstitute.objects.filter(seat=OuterRef("pk")).values("rank")
    return (
        rows.select_related("partner", "holder")
        .prefetch_related("alternates")
        .annotate(replacing=Subquery(rank))
    )


def benches(on: date) -> list[Bench]:
    """The seats in office on a day or to come, by kind."""
    present = [*_with_people(Seat.objects.in_office(on)), *_with_people(_coming(on))]
    lines = _lines_of(present, on=on)
    found = [
        Bench(title, [line for line in lines if line.seat.kind == kind])
        for kind, title in KINDS.items()
    ]
    return [bench for bench in found if bench.lines]


def _coming(on: date) -> QuerySet[Seat]:
    """The seats whose mandate has not begun on a day."""
    return Seat.objects.filter(starts_on__gt=on)


def ended(on: date) -> list[SeatLine]:
    """The seats of the past, the latest first."""
    rows = Seat.objects.filter(ends_on__lt=on).order_by("-ends_on", "partner")
    return _lines_of(list(_with_people(rows)), on=on)


def history_of(seat: Seat, *, on: date) -> list[SeatLine]:
    """Every mandate of the partner of a seat, the latest first."""
    rows = Seat.objects.filter(partner=seat.partner_id).order_by("-starts_on")
    return _lines_of(list(_with_people(rows)), on=on)


def _lines_of(rows: Sequence[Seat], *, on: date) -> list[SeatLine]:
    """Seats as the pages show them."""
    members = {person.pk for person in holders(Role.PRESIDENT, Role.MEMBER, on=on)}
    presidents = {person.pk for person in seats.presidents(on)}
    return [
        SeatLine(
            seat,
            _period(seat),
            sorted(seat.alternates.all(), key=str),
            _badges(seat, on=on, members=members, presidents=presidents),
        )
        for seat in rows
    ]


def _period(seat: Seat) -> str:
    if seat.ends_on is None:
        return f"depuis le {short_date(seat.starts_on)}"
    return f"du {short_date(seat.starts_on)} au {short_date(seat.ends_on)}"


def _badges(seat: Seat, *, on: date, members: set[int], presidents: set[int]) -> list[Badge]:
    badges = []
    rank = getattr(seat, "replacing", None)
    if seat.starts_on > on:
        badges.append(Badge("À venir", "info", "calendar"))
    if seat.ends_on is not None and seat.ends_on < on:
        return [Badge("Terminé", "quiet")]
    if seat.holder_id in presidents:
        badges.append(Badge("Présidence", "done", "award"))
    elif rank:
        badges.append(Badge(f"Remplaçant n° {rank}", "info", "list-ol"))
    if seat.kind == SeatKind.DELIBERATIVE and seat.holder_id not in members:
        badges.append(Badge("Sans accès au comité", "attention", "person-x"))
    return badges


def facts_of(line: SeatLine) -> list[Definition]:
    """What the page of a seat says of it."""
    seat = line.seat
    return [
        Definition("Titulaire", str(seat.holder)),
        Definition("Suppléants", ", ".join(map(str, line.alternates)) or "Aucun"),
        Definition("Voix", seat.get_kind_display()),
        Definition("Mandat", line.period),
    ]


def without_seat(on: date) -> QuerySet[Partner]:
    """The partners of a day that have no seat, nor one to come."""
    seated = Seat.objects.in_office(on) | _coming(on)
    return Partner.objects.active_on(on).exclude(pk__in=seated.values("partner_id"))


def able_to_replace(on: date) -> list[Seat]:
    """The company seats that may take the chair, in the order the committee set (R30)."""
    rows = _with_people(Seat.objects.able_to_chair(on)).order_by("starts_on", "pk")
    return sorted(rows, key=lambda seat: getattr(seat, "replacing", None) or math.inf)


def seat_as_typed(seat: Seat) -> dict[str, Any]:
    """A seat as the page that corrects it shows it."""
    return {"holder": seat.holder_id, "starts_on": seat.starts_on, "kind": seat.kind}


def alternates_as_typed(people: Collection[int]) -> dict[str, int | None]:
    """The alternates of a seat as their page shows them."""
    named = [*sorted(people), *[None] * ALTERNATES]
    return {f"alternate_{rank}": named[rank] for rank in range(ALTERNATES)}


def order_as_typed(able: Sequence[Seat], seat_ids: Sequence[int]) -> dict[str, str]:
    """The place of each seat that may take the chair, as the page of their order shows it."""
    places = {pk: str(rank) for rank, pk in enumerate(seat_ids, 1)}
    return {f"seat_{seat.pk}": places.get(seat.pk, "") for seat in able}


def replacing(able: Sequence[Seat]) -> list[int]:
    """Those of `able_to_replace` that have a place in the order, the first one first."""
    return [seat.pk for seat in able if getattr(seat, "replacing", None) is not None]


def people_of(partner: Partner) -> QuerySet[Person]:
    """Who may sit for a partner: its contacts in activity."""
    active = Contact.objects.filter(partner=partner, is_active=True)
    return Person.objects.filter(pk__in=active.values("person_id")).order_by(
        "last_name", "first_name"
    )


def has_sat(seat: Seat) -> bool:
    """Whether somebody has already sat, answered or voted for a seat.

    What the presidency ruled is no answer of the seat, which may be born with it (SD5).
    """
    ruled = Q(is_imposed=True) | Q(answer=InterestAnswer.LIFTED)
    answered = InterestDeclaration.objects.filter(seat=seat).exclude(ruled)
    return answered.exists() or any(
        model.objects.filter(seat=seat).exists() for model in (Attendance, Vote)
    )


def usual_kind(partner: Partner, *, on: date) -> SeatKind:
    """The voice a partner has on a day unless said: consultative for the local operator (R39)."""
    if committee_rules().operator_votes:
        return SeatKind.DELIBERATIVE
    speaks = Contact.objects.filter(partner=partner, is_active=True)
    ours = speaks.filter(person__in=seats.operators(on))
    return SeatKind.CONSULTATIVE if ours.exists() else SeatKind.DELIBERATIVE


def summary(on: date) -> str:
    """« 11 sièges à voix délibérative, dont 7 d'entreprises partenaires »."""
    voting = Seat.objects.deliberative(on)
    number = voting.count()
    if not number:
        return "Aucun siège à voix délibérative."
    companies = voting.filter(partner__kind=PartnerKind.COMPANY).count()
    of_companies = counted(companies, "d'entreprise partenaire", "d'entreprises partenaires")
    many = counted(number, "siège à voix délibérative", "sièges à voix délibérative")
    return f"{many}, dont {of_companies}."
