"""What a seat may have to declare on a file, and what each seat has answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from alize.common.dates import long_date
from alize.common.screen import Badge
from committees import permissions
from committees.enums import InterestAnswer, LinkKind
from committees.models import AgendaItem, Ballot, InterestDeclaration, Seat
from committees.queries import declarations, seats
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


def suggestions(item: AgendaItem, seat: Seat) -> tuple[links.Suggestion, ...]:
    """The links that what is known suggests, before the seat answers."""
    return suggestions_to(item, [seat])[seat.pk]


def suggestions_to(
    item: AgendaItem, asked: Sequence[Seat]
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
    earlier, yearly = _earlier(item, asked), declarations.links_of(asked)
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


def _earlier(item: AgendaItem, asked: Sequence[Seat]) -> dict[int, list[links.Earlier]]:
    """The links declared on other passages of the company's files, the latest first.

    By the seats or by those that their partners held before: what another holder said of
    themselves is not told.
    """
    seat_of = {seat.partner_id: seat.pk for seat in asked}
    given = InterestDeclaration.objects.filter(
        seat__partner__in=seat_of, item__project__beneficiary=item.project.beneficiary_id
    ).exclude(item=item)
    last = (
        given.select_related("seat")
        .order_by("seat_id", "item_id", "-pk")
        .distinct("seat_id", "item_id")
    )
    found: dict[int, list[links.Earlier]] = {}
    for row in sorted(last, key=lambda row: -row.pk):
        if row.answer in {InterestAnswer.LINK, InterestAnswer.RECUSED}:
            on = long_date(timezone.localdate(row.declared_at))
            seat_id = seat_of[row.seat.partner_id]
            said = row.reason if row.seat_id == seat_id else ""
            earlier = links.Earlier(kind=row.link or LinkKind.OTHER, said=said, on=on)
            found.setdefault(seat_id, []).append(earlier)
    return found


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
    given = seats.standing_answers(item)
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
