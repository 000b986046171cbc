"""The years of the partners: what each promised and gave, and what it answered of it (M20)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, QuerySet

from alize.common.words import french_order
from funds.enums import ConfirmationOutcome
from funds.models import ConfirmationAnswer, ConfirmationRequest
from funds.queries.means import means_by_year
from funds.rules.confirmations import Answer, ConfirmationState, Means, state
from partners.models import Contact, Partner


@dataclass(frozen=True)
class PartnerYear:
    """The means of a partner in a year, and where their confirmation stands; cents."""

    partner: Partner
    year: int
    lines: tuple[Means, ...]
    request: ConfirmationRequest | None
    answer: ConfirmationAnswer | None
    state: ConfirmationState

    @property
    def pledged(self) -> int:
        """All that it says that it promises, valued."""
        return sum(line.pledged for line in self.lines)

    @property
    def promised(self) -> int:
        """All that binds it, valued: as signed, where a text says."""
        return sum(line.promised[0] for line in self.lines)

    @property
    def is_signed(self) -> bool:
        """Whether a signed text says what it promised."""
        return any(line.signed is not None for line in self.lines)

    @property
    def received(self) -> int:
        """All that was given, valued."""
        return sum(line.received for line in self.lines)


def partner_years(
    *, years: Collection[int] | None = None, partners: Collection[int] | None = None
) -> list[PartnerYear]:
    """The years in which something was promised, given or asked: by partner, the last first."""
    means = means_by_year(years=years, partners=partners)
    asked = requests()
    if years is not None:
        asked = asked.filter(year__in=years)
    if partners is not None:
        asked = asked.filter(partner__in=partners)
    requested = {(one.partner_id, one.year): one for one in asked}
    keys = {*means, *requested}
    known = Partner.objects.in_bulk({partner for partner, _ in keys})
    found = [
        _year(known[partner], year, means.get((partner, year), ()), requested.get((partner, year)))
        for partner, year in keys
    ]
    return sorted(
        found, key=lambda one: (french_order(one.partner.name), one.partner.pk, -one.year)
    )


def partner_year(partner: Partner, year: int) -> PartnerYear:
    """One year of a partner, empty when there is nothing to say of it."""
    found = partner_years(years=(year,), partners=(partner.pk,))
    return found[0] if found else _year(partner, year, (), None)


def requests() -> QuerySet[ConfirmationRequest]:
    """The requests with whom they were sent to, and their answers, the last first."""
    answers = Prefetch("answers", ConfirmationAnswer.objects.order_by("-answered_at", "-pk"))
    found = ConfirmationRequest.objects.select_related("partner", "contact__person")
    return found.prefetch_related(answers)


def _year(
    partner: Partner, year: int, lines: tuple[Means, ...], request: ConfirmationRequest | None
) -> PartnerYear:
    answer = next(iter(request.answers.all()), None) if request else None
    confirms = answer is not None and answer.outcome == ConfirmationOutcome.CONFIRMED
    said = Answer(confirms, answer.answered_at, answer.figures) if answer else None
    stands = state(asked_at=request.asked_at if request else None, answer=said, lines=lines)
    return PartnerYear(partner, year, lines, request, answer, stands)


def contacts_to_ask(partners: Iterable[int]) -> dict[int, Contact]:
    """Whom to ask in each partner: an active contact, who signs for it rather than another."""
    contacts = Contact.objects.filter(partner__in=partners, is_active=True)
    found: dict[int, Contact] = {}
    for contact in contacts.select_related("person").order_by("-signs", "pk"):
        found.setdefault(contact.partner_id, contact)
    return found


def disputed_answers() -> QuerySet[ConfirmationAnswer]:
    """What partners say is wrong, as long as they were not asked again."""
    return ConfirmationAnswer.objects.filter(
        outcome=ConfirmationOutcome.DISPUTED, answered_at__gte=F("request__asked_at")
    ).select_related("request__partner")


def waiting_by_year() -> list[tuple[int, int, datetime]]:
    """How many answers are expected of each year, and since when."""
    answered = ConfirmationAnswer.objects.filter(
        request=OuterRef("pk"), answered_at__gte=OuterRef("asked_at")
    )
    waiting = ConfirmationRequest.objects.filter(~Exists(answered)).order_by("year")
    return list(waiting.values_list("year").annotate(Count("pk"), Min("asked_at")))
