"""Who speaks for whom, and who could (voting.md 5.3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Badge, Definition, Todo
from alize.common.words import counted, of
from basins.homes import Visitor
from committees import permissions
from committees.enums import BallotStatus, MeetingStatus
from committees.models import AgendaItem, Ballot, CommitteeRules, Meeting, Proxy, Seat
from committees.queries import recusals, seats
from committees.queries.rules import committee_rules
from committees.rules import proxies as rules
from projects.queries.visibility import visible_to


def live(meeting: Meeting) -> QuerySet[Proxy]:
    """The proxies of a meeting neither declined nor taken back, in the order received."""
    standing = Proxy.objects.filter(meeting=meeting.pk, declined_at=None, revoked_at=None)
    return standing.select_related(
        "giver__partner", "giver__holder", "holder__partner", "holder__holder",
        "item__project__beneficiary",
    ).order_by("pk")  # fmt: skip


def given(meeting: Meeting) -> list[rules.Given]:
    """The same, as the pure rules take them."""
    return [
        rules.Given(
            giver=row.giver_id,
            holder=row.holder_id,
            file=row.item_id,
            accepted=row.accepted_at is not None,
        )
        for row in live(meeting)
    ]


def rules_of(meeting: Meeting) -> CommitteeRules:
    """The rules by which a proxy is given; in writing, those of the launch (voting.md 5.3)."""
    rules = committee_rules()
    launched = Ballot.objects.filter(item__meeting=meeting, status=BallotStatus.OPEN).first()
    if meeting.is_written and launched is not None:
        maximum = launched.rules["rules"]["max_proxies"]
        rules.proxies_in_consultation = maximum > 0
        rules.max_proxies = maximum or rules.max_proxies
    return rules


def _accepted(item: AgendaItem) -> list[Proxy]:
    """The proxies on a file: its own before the meeting's, which it replaces for that giver."""
    of_file = live(item.meeting).filter(Q(item=item.pk) | Q(item=None))
    rows = list(
        of_file.filter(accepted_at__isnull=False).order_by(F("item").asc(nulls_last=True), "pk")
    )
    first: dict[int, Proxy] = {}
    for row in rows:
        first.setdefault(row.giver_id, row)
    return [row for row in rows if first[row.giver_id] is row]


def held_for(item: AgendaItem) -> tuple[tuple[int, int], ...]:
    """The (giver, holder) seats of a file, the file's own first, in the order received."""
    return tuple((row.giver_id, row.holder_id) for row in _accepted(item))


def held_throughout(meeting: Meeting) -> tuple[tuple[int, int], ...]:
    """The (giver, holder) seats of the proxies accepted for a whole meeting."""
    accepted = live(meeting).filter(item=None, accepted_at__isnull=False)
    return tuple(accepted.values_list("giver_id", "holder_id"))


def of_holder(item: AgendaItem, seat: Seat) -> list[Proxy]:
    """The accepted proxies of a seat on a file, awake or not."""
    return [row for row in _accepted(item) if row.holder_id == seat.pk]


def why_asleep(proxy: Proxy, recused: Collection[int], seated: Collection[int]) -> str:
    """Why an accepted proxy does not count on a file now; nothing when it does."""
    if proxy.giver_id in recused:
        return f"{proxy.giver.partner} s'est déporté de ce dossier"
    if proxy.holder_id in recused:
        return f"{proxy.holder.partner} s'est déporté de ce dossier"
    if proxy.giver_id in seated:
        return f"{proxy.giver.partner} est présent"
    return ""


@dataclass(frozen=True)
class Candidate:
    """A seat that could hold a proxy, or why it may not; `only_files`: not the whole meeting."""

    seat: Seat
    why_not: str = ""
    only_files: bool = False


def candidates(meeting: Meeting, giver: Seat, items: Sequence[AgendaItem]) -> list[Candidate]:
    """Every other deliberative seat: those that may hold first, then the others with why not."""
    committee = rules_of(meeting)
    standing = given(meeting)
    found = []
    others = (
        Seat.objects.deliberative(seats.day_of(meeting))
        .exclude(pk=giver.pk)
        .select_related("partner", "holder")
    )
    for seat in others.order_by("partner"):
        if why_not := permissions.hold_proxy.why_not(giver, seat, committee):
            found.append(Candidate(seat, why_not))
            continue
        whole = rules.why_not_hold(seat.pk, None, standing, maximum=committee.max_proxies)
        some = whole and any(
            not rules.why_not_hold(seat.pk, item.pk, standing, maximum=committee.max_proxies)
            for item in items
        )
        found.append(Candidate(seat, "" if some else whole, only_files=bool(some)))
    return sorted(found, key=lambda one: bool(one.why_not))


def readable_items(meeting: Meeting, visitor: Visitor) -> list[AgendaItem]:
    """The files of a meeting that a person reads: a proxy is given or shown on those only."""
    readable = visible_to(visitor).values("pk")
    items = meeting.items.filter(project__in=readable).select_related("project__beneficiary")
    return list(items.order_by("rank"))


@dataclass(frozen=True)
class ProxyRow:
    """What was given in one act, as one person may see it."""

    proxy: Proxy
    files: str
    state: Badge
    asleep: tuple[str, ...] = ()

    @property
    def is_waiting(self) -> bool:
        return self.proxy.accepted_at is None and self.proxy.declined_at is None


def rows_of(meeting: Meeting, visitor: Visitor) -> list[ProxyRow]:
    """The proxies of a meeting, an act a row, less the files that the person does not read."""
    items = {item.pk: item for item in readable_items(meeting, visitor)}
    kept = Proxy.objects.filter(meeting=meeting.pk, revoked_at=None).select_related(
        "giver__partner", "giver__holder", "holder__partner", "holder__holder"
    )
    acts: dict[tuple, list[Proxy]] = {}
    for row in kept.order_by("pk"):
        if row.item_id is None or row.item_id in items:
            acts.setdefault((row.giver_id, row.holder_id, row.given_at), []).append(row)
    recused: dict[int, frozenset[int]] = {}
    seated: frozenset[int] = frozenset()
    if acts and meeting.status in permissions.CONVENED_OR_OPEN:
        recused = {pk: recusals.recused_seats(item) for pk, item in items.items()}
        seated = frozenset(seats.seated(meeting).values_list("seat_id", flat=True))
    return [_row(rows, items, recused, seated) for rows in acts.values()]


def _row(
    rows: list[Proxy],
    items: dict[int, AgendaItem],
    recused: dict[int, frozenset[int]],
    seated: frozenset[int],
) -> ProxyRow:
    one = rows[0]
    meant = [items[row.item_id] for row in rows if row.item_id is not None]
    names = ", ".join(item.project.beneficiary.name for item in meant)
    why = {
        item: why_asleep(one, recused[item.pk], seated)
        for item in meant or items.values()
        if one.accepted_at is not None and item.pk in recused
    }
    asleep = tuple(
        f"{item.project.beneficiary}\u00a0: sans effet, {reason}."
        for item, reason in why.items()
        if reason
    )
    return ProxyRow(one, names or f"Toute la {one.meeting.noun}", _state(one), asleep)


@dataclass(frozen=True)
class ByLink:
    """What was given in one act, for its holder who has not signed in: no company is named."""

    proxy: Proxy
    facts: Sequence[Definition]
    state: Badge
    why_not: str
    """Why it may no longer be answered; nothing when it may."""


def by_link(proxy: Proxy, *, at: datetime) -> ByLink:
    """The page that the link of a mail opens."""
    meeting = proxy.meeting
    files = Proxy.objects.filter(
        meeting=meeting, giver=proxy.giver_id, holder=proxy.holder_id, given_at=proxy.given_at
    ).exclude(item=None)
    what = f"Toute la {meeting.noun}"
    if proxy.item_id is not None:
        what = counted(files.count(), "dossier", "dossiers") + " de l'ordre du jour"
    why_not = permissions.answer_proxy.why_not(proxy, meeting, at=at)
    return ByLink(
        proxy=proxy,
        facts=[
            Definition("De la part de", f"{proxy.giver.holder} ({proxy.giver.partner})"),
            Definition("Pour votre siège", str(proxy.holder.partner)),
            Definition(meeting.noun.capitalize(), long_date(seats.day_of(meeting))),
            Definition("Étendue", what),
            Definition("Consigne", proxy.instruction or "Aucune"),
        ],
        state=_state(proxy),
        why_not=why_not,
    )


def _state(proxy: Proxy) -> Badge:
    if proxy.revoked_at is not None:
        return Badge("Repris", "quiet")
    if proxy.accepted_at is not None:
        return Badge("Accepté", "done")
    if proxy.declined_at is not None:
        return Badge("Refusé", "late")
    return Badge("Réponse attendue", "attention")


def todos(meeting: Meeting, seat: Seat) -> list[Todo]:
    """The proxies that a seat was given and has not answered."""
    waiting = live(meeting).filter(holder=seat, accepted_at=None)
    givers = {row.giver_id: row.giver for row in waiting}
    if meeting.status not in {MeetingStatus.CONVENED, MeetingStatus.OPEN}:
        return []
    return [
        Todo(
            f"Accepter ou refuser le pouvoir {of(giver.holder)}",
            basin_reverse("proxy_list", number=meeting.number),
            action="Répondre",
            context=str(giver.partner),
        )
        for giver in givers.values()
    ]
