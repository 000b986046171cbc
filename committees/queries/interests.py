"""What a seat may have to declare on a file, and what each seat has answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from alize.common.dates import long_date
from alize.common.screen import Badge
from committees import permissions
from committees.enums import InterestAnswer, LinkKind
from committees.models import AgendaItem, Ballot, InterestDeclaration, Seat
from committees.queries import seats
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
    project = item.project
    diagnosis = (
        PreliminaryDiagnosis.objects.standing()
        .filter(project=project)
        .select_related("partner__group")
        .first()
    )
    return links.suggest(
        links.LinkFacts(
            seat=_body(seat.partner),
            company=_company(project),
            financers=tuple(
                links.Financer(name=line.source, is_bank=line.kind == FundingKind.BANK)
                for line in project.funding_lines.exclude(kind__in=OWN_MONEY).order_by("pk")
            ),
            referrer=_body(diagnosis.partner) if diagnosis else None,
            earlier=tuple(_earlier(project, seat)),
        )
    )


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
    same = Partner.objects.filter(siren=siren).exclude(group=None) if siren else None
    partner = same.select_related("group").first() if same is not None else None
    return links.Body(name=company.name, siren=siren, group=partner.group.name if partner else "")


def _earlier(project: Project, seat: Seat) -> Sequence[links.Earlier]:
    """The links declared by a seat on the other files of the company, the latest first."""
    given = InterestDeclaration.objects.filter(
        seat=seat, item__project__beneficiary=project.beneficiary_id
    ).exclude(item__project=project)
    last = given.order_by("item_id", "-pk").distinct("item_id")
    linked = {InterestAnswer.LINK, InterestAnswer.RECUSED}
    return [
        links.Earlier(
            kind=row.link or LinkKind.OTHER,
            said=row.reason,
            on=long_date(timezone.localdate(row.declared_at)),
        )
        for row in sorted(last, key=lambda row: -row.pk)
        if row.answer in linked
    ]


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
    given = {
        row.seat_id: row for row in item.declarations.order_by("seat_id", "-pk").distinct("seat_id")
    }
    lines = []
    for seat in (
        Seat.objects.in_office(seats.day_of(item.meeting))
        .select_related("partner__group", "holder")
        .order_by("partner__name")
    ):
        row = given.get(seat.pk)
        answer = row.answer if row else InterestAnswer.LIFTED
        lines.append(
            SeatLine(
                seat=seat,
                answer=ANSWERS.get(InterestAnswer(answer), Badge("Sans réponse", "neutral")),
                link=row.get_link_display() if row else "",
                reason=row.reason if row else "",
                suggested=suggestions(item, seat),
                may_impose=chairs
                and permissions.impose_recusal.allows(item, last=last, previous=row),
                may_lift=chairs and permissions.lift_recusal.allows(item, last=last, previous=row),
            )
        )
    return lines
