"""What the pages of the confirmations show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.money import format_euros, format_tenths
from alize.common.screen import Action, Badge, Confirmation, ObjectHeader
from basins.access import allows
from basins.enums import Role
from funds.confirmations import permissions
from funds.enums import ConfirmationOutcome
from funds.models import ConfirmationAnswer
from funds.queries.confirmations import PartnerYear
from funds.rules.confirmations import ConfirmationState, Means
from partners.enums import PledgeNature
from partners.models import Contact

_BADGES: dict[ConfirmationState, Badge] = {
    ConfirmationState.NOT_ASKED: Badge("À demander"),
    ConfirmationState.WAITING: Badge("Réponse attendue", "info"),
    ConfirmationState.CONFIRMED: Badge("Confirmés", "done"),
    ConfirmationState.DISPUTED: Badge("À corriger", "late"),
    ConfirmationState.CHANGED: Badge("Changés depuis", "attention"),
}
_NOW = {
    ConfirmationState.NOT_ASKED: "Demandez à un contact de confirmer ces montants.",
    ConfirmationState.WAITING: "La réponse vient par un lien ; deux relances partent seules.",
    ConfirmationState.CONFIRMED: "Rien à faire : ces montants sont confirmés.",
    ConfirmationState.DISPUTED: "Corrigez les dotations ou les apports, puis redemandez.",
    ConfirmationState.CHANGED: "Les montants ont changé depuis la réponse : redemandez.",
}


def state_badge(state: ConfirmationState) -> Badge:
    """Where a confirmation stands, in words and colour."""
    return _BADGES[state]


@dataclass(frozen=True)
class Line:
    """One nature of what was promised and given, as it is read."""

    nature: str
    promised: str
    since: str
    """What is said since the signature, that nobody has signed."""
    received: str
    gap: str


def lines(means: Iterable[Means]) -> list[Line]:
    """The figures of a year, with the days behind those of the skills."""
    return [
        Line(
            PledgeNature(one.nature).label,
            _amount(*one.promised),
            ""
            if one.is_as_signed
            else f"Promis depuis : {_amount(one.pledged, one.pledged_tenths)}, à faire signer",
            _amount(one.received, one.received_tenths),
            one.gap_in_words,
        )
        for one in means
    ]


def _amount(cents: int, tenths: int) -> str:
    if not tenths:
        return format_euros(cents)
    return f"{format_euros(cents)} ({format_tenths(tenths)} j)"


@dataclass(frozen=True)
class Row:
    """A partner in the list of a year."""

    partner: str
    pledged: int
    received: int
    state: Badge
    said: str
    url: str


def rows(years: Iterable[PartnerYear]) -> list[Row]:
    """The partners of a year."""
    return [
        Row(
            partner=one.partner.name,
            pledged=one.promised,
            received=one.received,
            state=state_badge(one.state),
            said=_said(one),
            url=page(one),
        )
        for one in years
    ]


@dataclass(frozen=True)
class YearRow:
    """A year on the page of a partner, or of its convention."""

    year: int
    pledged: str
    received: str
    state: Badge | None
    """Nothing before its partner is asked."""
    url: str


def rows_by_year(years: Iterable[PartnerYear]) -> list[YearRow]:
    """The years of one partner."""
    return [
        YearRow(
            year=one.year,
            pledged=format_euros(one.promised),
            received=format_euros(one.received),
            state=state_badge(one.state) if one.request else None,
            url=page(one),
        )
        for one in years
    ]


def page(about: PartnerYear, name: str = "confirmation_detail") -> str:
    """A page about the year of a partner."""
    return basin_reverse(name, year=about.year, partner_id=about.partner.pk)


def _said(about: PartnerYear) -> str:
    """« Anne Roux, le 12/03/2027 » : who has answered, or who is asked since when."""
    if about.state == ConfirmationState.WAITING and about.request:
        asked = short_date(timezone.localdate(about.request.asked_at))
        return f"{about.request.contact.person.full_name}, depuis le {asked}"
    if about.answer:
        return f"{about.answer.name}, le {short_date(timezone.localdate(about.answer.answered_at))}"
    return ""


@dataclass(frozen=True)
class Said:
    """One answer of a partner, as the page tells it."""

    badge: Badge
    who: str
    reason: str
    total: str


@dataclass(frozen=True)
class YearScreen:
    """The page of a partner's year."""

    header: ObjectHeader
    lines: list[Line]
    is_signed: bool
    answers: list[Said]


def year_screen(
    about: PartnerYear, answers: Sequence[ConfirmationAnswer], roles: frozenset[Role], *, on: date
) -> YearScreen:
    """Gather the page of a partner's year, read on a day."""
    asks = allows(roles, "contribution.record")
    action = None
    if asks and permissions.remind.allows(about):
        action = Action("Relancer", page(about, "confirmation_remind"), "bell", post=True)
    elif asks and permissions.ask.allows(about, on=on):
        action = Action("Demander la confirmation", page(about, "confirmation_ask"), "envelope")
    waits = about.state == ConfirmationState.WAITING
    request = about.request
    return YearScreen(
        header=ObjectHeader(
            name=f"Apports {about.year} : {about.partner.name}",
            status=state_badge(about.state),
            now=_NOW[about.state] if asks or not action else "",
            holder=request.contact.person.full_name if waits and request else "",
            since=f"depuis le {long_date(timezone.localdate(request.asked_at))}"
            if waits and request
            else "",
            action=action,
        ),
        lines=lines(about.lines),
        is_signed=about.is_signed,
        answers=[_answer(one) for one in answers],
    )


def _answer(answer: ConfirmationAnswer) -> Said:
    confirmed = answer.outcome == ConfirmationOutcome.CONFIRMED
    total = sum(line["received"] for line in answer.figures)
    day = short_date(timezone.localdate(answer.answered_at))
    return Said(
        badge=Badge(answer.get_outcome_display(), "done" if confirmed else "late"),
        who=f"{answer.name}, {answer.email}, le {day}",
        reason=answer.reason,
        total=f"Sur un total reçu de {format_euros(total)}",
    )


def campaign(chosen: Sequence[tuple[PartnerYear, Contact]], year: int) -> Confirmation:
    """Who will be asked about a year, before anything leaves."""
    several = len(chosen) > 1
    return Confirmation(
        title=f"Demander la confirmation des apports {year}",
        effects=[
            "Chaque partenaire reçoit un courriel avec un lien personnel : il voit ce qui était "
            "promis et ce qui est reçu, confirme ou dit ce qui n'est pas juste.",
            "Sans réponse, deux relances partent d'elles-mêmes, après 10 et 20 jours.",
        ],
        told=[f"{about.partner.name} : {contact.person.full_name}" for about, contact in chosen],
        label=f"Demander à {len(chosen)} partenaires" if several else "Demander",
        back_url=f"{basin_reverse('confirmation_list')}?year={year}",
    )
