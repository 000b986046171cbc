"""Who was there: presences with their hours, proxies, guests, suspensions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from alize.common.dates import clock_time
from alize.common.words import listed
from committees.enums import SeatKind
from committees.models import AgendaItem, Attendance, Ballot, Meeting, Proxy, Seat
from committees.queries import recusals, seats
from projects.rules import plain

ABSENT, REPRESENTED = "Absent", "Représenté"
VOTED, SILENT = "A pris part au vote", "N'a pas pris part au vote"
"""What stands for a presence in a written consultation."""


@dataclass(frozen=True)
class SeatLine:
    """One seat in the attendance list."""

    partner: str
    person: str
    capacity: str
    voice: str
    presence: str

    @property
    def in_brackets(self) -> str:
        """The presence within a sentence; the names it holds keep their capitals."""
        return self.presence[:1].lower() + self.presence[1:]


def seat_lines(meeting: Meeting) -> list[SeatLine]:
    """Every seat in office that day: those who came, represented, absent.

    Represented, when a vote was counted so: a proxy that nobody came with spoke for nobody.
    """
    there = list(
        meeting.attendances.select_related("seat__partner", "person").order_by("arrived_at", "pk")
    )
    came = {row.seat_id for row in there}
    lines = [(0, _came(row, meeting)) for row in there]
    given = {proxy.giver_id: proxy for proxy in _proxies(meeting) if proxy.item_id is None}
    spoken_for = {pair for pairs in _spoken_for(meeting).values() for pair in pairs}
    missing = Seat.objects.in_office(seats.day_of(meeting)).exclude(pk__in=came)
    for seat in missing.select_related("partner", "holder"):
        proxy, presence = given.get(seat.pk), SILENT if meeting.is_written else ABSENT
        served = proxy is not None and (proxy.giver_id, proxy.holder_id) in spoken_for
        if proxy is not None and served:
            presence = f"{REPRESENTED} par {proxy.holder.partner}"
        elif proxy is not None:
            presence += f", pouvoir donné à {proxy.holder.partner} sans effet"
        line = SeatLine(str(seat.partner), str(seat.holder), "Titulaire", _voice(seat), presence)
        lines.append((1 if served else 2, line))
    return [line for _, line in sorted(lines, key=_rank)]


def _rank(pair: tuple[int, SeatLine]) -> tuple[int, str]:
    return pair[0], plain(pair[1].partner)


def _came(row: Attendance, meeting: Meeting) -> SeatLine:
    is_holder = row.person_id == row.seat.holder_id
    return SeatLine(
        str(row.seat.partner),
        str(row.person),
        "Titulaire" if is_holder else "Suppléance",
        _voice(row.seat),
        _presence(row, meeting),
    )


def _voice(seat: Seat) -> str:
    return SeatKind(seat.kind).label


def _presence(row: Attendance, meeting: Meeting) -> str:
    """How and when somebody sat; hours only when they differ from those of the meeting."""
    if meeting.is_written:
        return VOTED
    words = ["À distance" if row.is_remote else "En présence"]
    opened = meeting.opened_at
    if opened and row.arrived_at > opened and not _same_minute(row.arrived_at, opened):
        words.append(f"arrivée à {clock_time(row.arrived_at)}")
    if row.confirmed_at:
        words.append(f"présence constatée à {clock_time(row.confirmed_at)}")
    if row.left_at and (meeting.closed_at is None or row.left_at < meeting.closed_at):
        words.append(f"départ à {clock_time(row.left_at)}{', liaison perdue' * row.is_lost}")
    return ", ".join(words)


def _same_minute(one: datetime, other: datetime) -> bool:
    return clock_time(one) == clock_time(other)


def _proxies(meeting: Meeting) -> list[Proxy]:
    """The proxies accepted and not taken back before the meeting ended."""
    kept = Q(revoked_at=None)
    if meeting.closed_at is not None:
        kept |= Q(revoked_at__gt=meeting.closed_at)
    held = meeting.proxies.filter(kept, accepted_at__isnull=False)
    return list(held.select_related("giver__partner", "holder__partner", "item").order_by("pk"))


def _spoken_for(meeting: Meeting) -> dict[int, set[tuple[int, int]]]:
    """By file, the (giver, holder) seats whose proxy counted in a vote that was closed."""
    found: dict[int, set[tuple[int, int]]] = {}
    for ballot in Ballot.objects.filter(item__meeting=meeting, result__isnull=False):
        result = ballot.result or {}
        givers = {row["seat"] for row in result.get("seats", ()) if row["capacity"] == "PROXY"}
        pairs = {(int(giver), int(holder)) for giver, holder in result.get("proxies", ())}
        counted = {pair for pair in pairs if pair[0] in givers}
        found[ballot.item_id] = found.get(ballot.item_id, set()) | counted
    return found


def proxy_lines(meeting: Meeting) -> list[tuple[str, str, str]]:
    """Who gave a proxy, to whom, for what, and whether it was taken back or never counted."""
    asked = meeting.proxies.filter(accepted_at__isnull=False).order_by("pk")
    lines, spoken_for = [], _spoken_for(meeting)
    for proxy in asked.select_related(
        "giver__partner", "holder__partner", "item__project__beneficiary"
    ):
        scope = str(proxy.item.project.beneficiary) if proxy.item else f"Toute la {meeting.noun}"
        if proxy.revoked_at is not None:
            scope += f", repris à {clock_time(proxy.revoked_at)}"
        elif not _served(proxy, spoken_for):
            scope += ", sans effet"
        lines.append((str(proxy.giver.partner), str(proxy.holder.partner), scope))
    return lines


def _served(proxy: Proxy, spoken_for: dict[int, set[tuple[int, int]]]) -> bool:
    pair = (proxy.giver_id, proxy.holder_id)
    files = spoken_for if proxy.item_id is None else {proxy.item_id}
    return any(pair in spoken_for.get(item_id, ()) for item_id in files)


def guest_lines(meeting: Meeting) -> list[tuple[str, str, str]]:
    """Who was heard without a seat, and on what."""
    return [
        (
            guest.name,
            guest.capacity,
            str(guest.item.project.beneficiary) if guest.item else "Toute la séance",
        )
        for guest in meeting.guests.select_related("item__project__beneficiary")
    ]


def suspension_words(meeting: Meeting) -> list[str]:
    """« de 11 h 05 à 11 h 20 », each."""
    return [
        f"de {clock_time(pause.started_at)} à {clock_time(pause.ended_at)}"
        if pause.ended_at
        else f"à partir de {clock_time(pause.started_at)}"
        for pause in meeting.suspensions.all()
    ]


def departures_during(item: AgendaItem, held: Iterable[Ballot]) -> list[str]:
    """The seats that withdrew from a file, and from which of its ballots when not from all.

    As each ballot counted them; before any, as they stand.
    """
    counted = {
        ballot.number: {int(pk) for pk in ballot.result["recused"]}
        for ballot in held
        if ballot.result is not None and "recused" in ballot.result
    }
    out = frozenset().union(*counted.values()) if counted else recusals.recused_seats(item)
    named = Seat.objects.filter(pk__in=out).select_related("partner")
    return sorted(f"{seat.partner}{_only_from(seat, counted)}" for seat in named)


def _only_from(seat: Seat, counted: dict[int, set[int]]) -> str:
    """« (scrutin 1) », for a seat that took part in another ballot on the same file."""
    numbers = [str(number) for number, recused in counted.items() if seat.pk in recused]
    if len(numbers) == len(counted):
        return ""
    return f" (scrutin{'s' * (len(numbers) > 1)} {listed(numbers)})"


def day_of(moment: datetime):
    """The day of an instant in Paris."""
    return timezone.localdate(moment)
