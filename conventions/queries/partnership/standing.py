"""Where a partnership convention stands on a day, and what follows it (ADR 0021)."""

from datetime import date
from typing import cast

from django.db.models import QuerySet

from alize.common.dates import long_date
from alize.common.screen import Badge, Tone
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.queries import amended
from conventions.rules import partnership as rules
from conventions.rules.partnership import Standing

_TONES: dict[Standing, Tone] = {
    Standing.DRAFT: "neutral",
    Standing.FROZEN: "attention",
    Standing.SIGNING: "attention",
    Standing.UPCOMING: "info",
    Standing.IN_FORCE: "done",
    Standing.AMENDED: "done",
    Standing.EXPIRED: "late",
    Standing.RENEWED: "quiet",
    Standing.CANCELLED: "quiet",
}
LABELS = {
    Standing.DRAFT: "En préparation",
    Standing.FROZEN: "Prête à signer",
    Standing.SIGNING: "En signature",
    Standing.UPCOMING: "À venir",
    Standing.IN_FORCE: "En vigueur",
    Standing.AMENDED: "En vigueur, modifiée",
    Standing.EXPIRED: "Expirée",
    Standing.RENEWED: "Renouvelée",
    Standing.CANCELLED: "Annulée",
}


def conventions_with_life() -> QuerySet[PartnershipConvention]:
    """The partnership conventions with what their standing is read from, in three queries."""
    return PartnershipConvention.objects.prefetch_related("amendments", "renewals")


def standing_of(convention: PartnershipConvention, *, on: date) -> Standing:
    """Where a convention stands on a day (ADR 0021)."""
    since = [
        one.takes_effect_on
        for one in convention.amendments.all()
        if one.status == AgreementStatus.SIGNED and one.takes_effect_on
    ]
    renewed = [
        one.starts_on for one in convention.renewals.all() if one.status == AgreementStatus.SIGNED
    ]
    return rules.standing(
        convention.status,
        starts_on=convention.starts_on,
        ends_on=convention.ends_on,
        amended_on=min(since, default=None),
        renewed_on=min(renewed, default=None),
        on=on,
    )


AMENDABLE = frozenset({Standing.UPCOMING, Standing.IN_FORCE, Standing.AMENDED})
"""While an amendment may still change it."""


def may_change(text: CooperationConvention | Agreement, *, on: date) -> bool:
    """Whether an amendment may still change, and make good, a text that all have signed."""
    convention = (text.cooperation or text.founding) if isinstance(text, Amendment) else text
    if isinstance(convention, PartnershipConvention):
        return standing_of(convention, on=on) in AMENDABLE
    return amended.is_in_force(cast(CooperationConvention, convention), on=on)


def standing_badge(convention: PartnershipConvention, *, on: date) -> Badge:
    """The standing in words and colour; « Expire dans 5 mois » when nothing follows it yet."""
    found = standing_of(convention, on=on)
    if _nears_its_term(convention, found, on=on):
        return Badge(f"Expire dans {rules.time_left(convention.ends_on, on=on)}", "attention")
    return Badge(LABELS[found], _TONES[found])


def waits_for_renewal(convention: PartnershipConvention, *, on: date) -> bool:
    """Whether its term is near or past, and nothing is prepared to follow it."""
    found = standing_of(convention, on=on)
    ends = found == Standing.EXPIRED or _nears_its_term(convention, found, on=on)
    return ends and renewal_of(convention) is None


def _nears_its_term(convention: PartnershipConvention, found: Standing, *, on: date) -> bool:
    return (
        found in {Standing.IN_FORCE, Standing.AMENDED}
        and not _is_followed(convention)
        and rules.months_left(convention.ends_on, on=on) < ALERT_MONTHS
    )


ALERT_MONTHS = 9
"""A renewal takes so long that it is asked for from there (journeys.md A1, M23)."""


def _is_followed(convention: PartnershipConvention) -> bool:
    return any(one.status == AgreementStatus.SIGNED for one in convention.renewals.all())


def renewal_of(convention: PartnershipConvention) -> PartnershipConvention | None:
    """The convention that renews this one, prepared or signed."""
    live = [one for one in convention.renewals.all() if one.status != AgreementStatus.CANCELLED]
    return live[0] if live else None


def succession(convention: PartnershipConvention) -> str:
    """« la convention n° 6, signée le 16 janvier 2021 », nothing for the first one."""
    before = convention.renews
    if before is None:
        return ""
    signed = f", signée le {long_date(before.signed_on)}" if before.signed_on else ""
    return f"la convention de partenariat n° {before.number}{signed}"


def first_convention() -> PartnershipConvention | None:
    """The first one that all have signed, even when it begins later (R52)."""
    signed = PartnershipConvention.objects.filter(status=AgreementStatus.SIGNED)
    return signed.order_by("starts_on").first()
