"""The yearly declarations: one's own, those of everybody, the links they hold (C1)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import long_date
from alize.common.screen import Badge, Definition
from alize.common.words import of
from alize.documents.models import GeneratedDocument
from committees.enums import SeatKind
from committees.models import DeclaredLink, MemberDeclaration, Seat
from committees.queries import seats
from committees.rules import links
from partners.models import Contact

UNDERTAKING = (
    "Je m'engage à garder confidentiels les dossiers, les échanges et les votes du comité "
    "d'agrément, à ne m'en servir que pour ses travaux, et à me déporter de tout dossier avec "
    "lequel j'ai un intérêt."
)
DECLARED = Badge("Déclaration faite", "done")
AWAITED = Badge("Attendue", "attention", "hourglass-split")


def own_seat(person: Person, *, on: date) -> Seat | None:
    """The seat for which a person declares: the one they hold, else one they may sit in."""
    mine = Seat.objects.in_office(on).of_person(person.pk).select_related("partner", "holder")
    return min(mine, key=lambda seat: (seat.holder_id != person.pk, seat.pk), default=None)


def latest(person: Person, *, year: int) -> MemberDeclaration | None:
    """The declaration of a person for a year; the last one counts."""
    return MemberDeclaration.objects.filter(person=person.pk, year=year).first()


def who_declared(*, year: int) -> frozenset[int]:
    """The people who have made their declaration for a year."""
    made = MemberDeclaration.objects.filter(year=year)
    return frozenset(made.values_list("person_id", flat=True))


def last_of(person: Person) -> MemberDeclaration | None:
    """The last declaration of a person, whatever its year: where the next one starts."""
    return MemberDeclaration.objects.filter(person=person.pk).first()


def profile_of(person: Person, seat: Seat) -> list[Definition]:
    """Who a member is in the committee."""
    holder = person.pk == seat.holder_id
    contact = Contact.objects.filter(partner=seat.partner_id, person=person.pk).first()
    place = "Titulaire" if holder else f"Suppléance {of(seat.holder)}"
    return [
        Definition("Structure", str(seat.partner)),
        Definition("Fonction", contact.function if contact else ""),
        Definition("Siège", f"{place}, voix {SeatKind(seat.kind).label.lower()}"),
        Definition("Depuis le", long_date(seat.starts_on)),
    ]


def document_of(declaration: MemberDeclaration | None) -> GeneratedDocument | None:
    """The declaration as PDF, once it is laid out."""
    return GeneratedDocument.objects.about(declaration).first() if declaration else None


@dataclass(frozen=True)
class Line:
    """One person expected to declare, and what they have declared."""

    person: Person
    seat: Seat
    place: str
    badge: Badge
    declaration: MemberDeclaration | None = None
    declared_on: str = ""
    links: Sequence[DeclaredLink] = ()
    document: GeneratedDocument | None = None


def lines(on: date) -> list[Line]:
    """Everybody who sits or may sit, those still expected first; guests and the operator apart."""
    operators = seats.operators(on)
    in_office = Seat.objects.in_office(on).exclude(kind=SeatKind.GUEST)
    expected: dict[int, tuple[Person, Seat]] = {}
    for seat in in_office.select_related("partner", "holder").prefetch_related("alternates"):
        for person in (seat.holder, *seat.alternates.all()):
            if person.is_active and person.pk not in operators:
                expected.setdefault(person.pk, (person, seat))
    given = (
        MemberDeclaration.objects.filter(person__in=expected, year=on.year)
        .order_by("person_id", "-pk")
        .distinct("person_id")
        .prefetch_related("links")
    )
    made = {row.person_id: row for row in given}
    files = _documents(made.values())
    found = [_line(*expected[pk], made.get(pk), files) for pk in expected]
    return sorted(found, key=lambda line: (line.declaration is not None, str(line.seat.partner)))


def _line(
    person: Person,
    seat: Seat,
    declaration: MemberDeclaration | None,
    files: dict[int, GeneratedDocument],
) -> Line:
    place = "Titulaire" if person.pk == seat.holder_id else "Suppléance"
    if declaration is None:
        return Line(person, seat, place, AWAITED)
    return Line(
        person,
        seat,
        place,
        DECLARED,
        declaration,
        long_date(timezone.localdate(declaration.declared_at)),
        list(declaration.links.all()),
        files.get(declaration.pk),
    )


def _documents(rows: Iterable[MemberDeclaration]) -> dict[int, GeneratedDocument]:
    found = GeneratedDocument.objects.filter(
        target_type="committees.memberdeclaration", target_id__in=[str(row.pk) for row in rows]
    )
    return {int(document.target_id): document for document in found.order_by("pk")}


def silent(on: date) -> list[Person]:
    """Who has not declared this year."""
    return [line.person for line in lines(on) if line.declaration is None]


def links_of(
    asked: Sequence[Seat], speakers: Mapping[int, Collection[int]]
) -> dict[int, list[links.Yearly]]:
    """The links in the last declarations made for each seat, by whoever speaks of themselves.

    Of the others, those of the partner alone, without their words.
    """
    last = (
        MemberDeclaration.objects.filter(seat__in=asked)
        .order_by("seat_id", "person_id", "-pk")
        .distinct("seat_id", "person_id")
    )
    rows = DeclaredLink.objects.filter(declaration__in=last.values("pk"))
    found: dict[int, list[links.Yearly]] = {}
    for row in rows.select_related("declaration__person"):
        made = row.declaration
        is_own = made.person_id in speakers[made.seat_id]
        if not is_own and row.kind not in links.OF_THE_PARTNER:
            continue
        yearly = links.Yearly(
            kind=row.kind,
            name=row.name,
            siren=row.siren,
            said=row.said if is_own else "",
            who=str(made.person),
            on=long_date(timezone.localdate(made.declared_at)),
        )
        found.setdefault(made.seat_id, []).append(yearly)
    return found
