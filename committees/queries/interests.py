"""What a seat may have to declare on a file, and what each seat has answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import prefetch_related_objects
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import long_date
from alize.common.screen import Badge
from committees import permissions
from committees.enums import InterestAnswer, LinkKind
from committees.models import AgendaItem, Ballot, InterestDeclaration, Seat
from committees.queries import answers, declarations, recusals, seats
from committees.rules import links
from partners.models import Partner
from projects.enums import FundingKind
from projects.models import PreliminaryDiagnosis, Project

OWN_MONEY = frozenset({FundingKind.OWN, FundingKind.ALIZE})
ANSWERS = {
    InterestAnswer.NONE: Badge("Aucun lien", "quiet", "check2"),
    InterestAnswer.LINK: Badge("Lien déclaré", "info", "link-45deg"),
    InterestAnswer.RECUSED: Badge("Déport", "attention", "slash-circle"),
}


def suggestions(
    item: AgendaItem, seat: Seat, *, reader: Person | None = None
) -> tuple[links.Suggestion, ...]:
    """The links that what is known suggests, before the seat answers.

    To a reader, without what another said of themselves; else without what was said by whoever
    has left the seat: a link of a person goes with them (SD5).
    """
    return suggestions_to(item, [seat], reader=reader)[seat.pk]


def suggestions_to(
    item: AgendaItem, asked: Sequence[Seat], *, reader: Person | None = None
) -> dict[int, tuple[links.Suggestion, ...]]:
    """The same to several seats, in as many queries as to one."""
    project = item.project
    diagnosis = (
        PreliminaryDiagnosis.objects.standing()
        .filter(project=project)
        .select_related("partner__group")
        .first()
    )
    lines = project.funding_lines.exclude(kind__in=OWN_MONEY).order_by("pk")
    facts = links.LinkFacts(
        seat=links.Body(name=""),
        company=_company(project),
        financers=tuple(
            links.Financer(name=line.source, is_bank=line.kind == FundingKind.BANK)
            for line in lines
        ),
        referrer=_body(diagnosis.partner) if diagnosis else None,
    )
    prefetch_related_objects(asked, "alternates")
    speakers = {seat.pk: {reader.pk} if reader else set(answers.people_of(seat)) for seat in asked}
    earlier = _earlier(item, asked, speakers)
    yearly = declarations.links_of(asked, speakers)
    return {
        seat.pk: links.suggest(
            replace(
                facts,
                seat=_body(seat.partner),
                earlier=tuple(earlier.get(seat.pk, ())),
                yearly=tuple(yearly.get(seat.pk, ())),
            )
        )
        for seat in asked
    }


def _body(partner: Partner) -> links.Body:
    return links.Body(
        name=partner.name,
        short_name=partner.short_name,
        siren=partner.siren,
        group=partner.group.name if partner.group else "",
    )


def _company(project: Project) -> links.Body:
    """The company; its group is that of the partner with its SIREN number."""
    company = project.beneficiary
    siren = company.siret[:9]
    same = Partner.objects.exclude(siren="").filter(siren=siren, group__isnull=False)
    group = same.values_list("group__name", flat=True).first()
    return links.Body(name=company.name, siren=siren, group=group or "")


def _earlier(
    item: AgendaItem, asked: Sequence[Seat], speakers: Mapping[int, Collection[int]]
) -> dict[int, list[links.Earlier]]:
    """What was answered on other passages of the company's files, the latest first.

    By the seats, or by those that their partners held before; of this passage, by the latter.
    """
    seat_of = {seat.partner_id: seat.pk for seat in asked}
    given = InterestDeclaration.objects.filter(
        seat__partner__in=seat_of, item__project__beneficiary=item.project.beneficiary_id
    ).exclude(item=item, seat__in=asked)
    last = (
        given.select_related("seat")
        .order_by("seat_id", "item_id", "-pk")
        .distinct("seat_id", "item_id")
    )
    found: dict[int, list[links.Earlier]] = {}
    for row in sorted(last, key=lambda row: -row.pk):
        seat_id = seat_of[row.seat.partner_id]
        earlier = _told(row, seat_id, is_own=row.person_id in speakers[seat_id])
        if earlier is not None:
            found.setdefault(seat_id, []).append(earlier)
    return found


def _told(row: InterestDeclaration, seat_id: int, *, is_own: bool) -> links.Earlier | None:
    """What an earlier answer tells whoever answers now, or nothing.

    One's own link is told with its words, that of the partner without; the presidency's ruling is
    of the partner, its reason of the seat it was given to. That a seat withdrew is in the minutes.
    """
    if row.answer not in {InterestAnswer.LINK, InterestAnswer.RECUSED}:
        return None
    on = long_date(timezone.localdate(row.declared_at))
    of_partner = row.link in links.OF_THE_PARTNER
    if row.is_imposed:
        kind, said = row.link if of_partner else "", row.reason if row.seat_id == seat_id else ""
        return links.Earlier(kind=kind, said=said, on=on, is_imposed=True)
    if is_own:
        return links.Earlier(kind=row.link or LinkKind.OTHER, said=row.reason, on=on)
    if of_partner:
        return links.Earlier(kind=row.link, said=LinkKind(row.link).label, on=on)
    if row.answer == InterestAnswer.RECUSED and row.link != LinkKind.RELATIVE:
        return links.Earlier(kind="", said="", on=on)
    return None


@dataclass(frozen=True)
class SeatLine:
    """One seat in the list of the links of a file, for who presides and who keeps the minutes."""

    seat: Seat
    answer: Badge
    link: str
    reason: str
    suggested: tuple[links.Suggestion, ...]
    may_impose: bool
    may_lift: bool


def lines_of(item: AgendaItem, last: Ballot | None, *, chairs: bool) -> list[SeatLine]:
    """Every seat in office, its answer, and what suggests that it has a link."""
    given = recusals.standing_answers(item)
    in_office = list(
        Seat.objects.in_office(seats.day_of(item.meeting))
        .select_related("partner__group", "holder")
        .order_by("partner")
    )
    suggested = suggestions_to(item, in_office)
    lines = []
    for seat in in_office:
        row = given.get(seat.pk)
        answer = row.answer if row else InterestAnswer.LIFTED
        lines.append(
            SeatLine(
                seat=seat,
                answer=ANSWERS.get(InterestAnswer(answer), Badge("Sans réponse", "neutral")),
                link=row.get_link_display() if row else "",
                reason=row.reason if row else "",
                suggested=suggested[seat.pk],
                may_impose=chairs
                and permissions.impose_recusal.allows(item, last=last, previous=row),
                may_lift=chairs and permissions.lift_recusal.allows(item, last=last, previous=row),
            )
        )
    return lines
