"""One partnership convention at a time: what keeps a term from being that of a text (R7, R59)."""

from datetime import date

from django.db.models import Q

from alize.common.dates import short_date
from conventions.enums import ENGAGED, AgreementStatus
from conventions.models import Amendment, PartnershipConvention
from conventions.models.partnership import Agreement
from conventions.rules.days import is_over, latest_effect
from conventions.rules.partnership import Gap

PENDING = ENGAGED - {AgreementStatus.SIGNED}
"""Frozen or being signed: what they change is not in the convention yet."""


def term_gaps(agreement: Agreement) -> tuple[Gap, ...]:
    """What another text, frozen, being signed or signed, leaves to put right in a term."""
    if isinstance(agreement, PartnershipConvention):
        return _convention_gaps(agreement)
    if isinstance(agreement, Amendment) and agreement.convention and agreement.new_ends_on:
        return _amendment_gaps(agreement, agreement.new_ends_on)
    return ()


def day_gaps(convention: PartnershipConvention, *, on: date) -> tuple[Gap, ...]:
    """An effect so far that its year is mistyped (R7)."""
    if is_over(convention.starts_on, on=on):
        return (Gap("Choisir une prise d'effet dont le terme n'est pas passé", "objectifs"),)
    after = latest_end(convention.renews) if convention.renews else None
    last = latest_effect(on=on, after=after)
    if convention.starts_on <= last:
        return ()
    return (Gap(f"Choisir une prise d'effet au plus tard le {short_date(last)}", "objectifs"),)


def latest_end(convention: PartnershipConvention) -> date:
    """Its term, or the one that an amendment frozen or being signed would give it."""
    pending = convention.amendments.filter(status__in=sorted(PENDING))
    carried_to = pending.values_list("new_ends_on", flat=True)
    return max([convention.ends_on, *(day for day in carried_to if day)])


def _convention_gaps(convention: PartnershipConvention) -> tuple[Gap, ...]:
    before = _in_the_way(convention, convention.starts_on, convention.ends_on)
    if before is None:
        return _renewal_gaps(convention)
    term = f"terme de la convention n° {before.number}"
    # An amendment frozen or being signed may put off the term further, and may be refused.
    pending = before.amendments.filter(
        status__in=sorted(PENDING), new_ends_on__gt=before.ends_on
    ).first()
    if pending is None or pending.new_ends_on is None:
        return (Gap(f"Commencer après le {short_date(before.ends_on)}, {term}", "objectifs"),)
    label = (
        f"Commencer après le {short_date(pending.new_ends_on)}, ou annuler l'avenant "
        f"n° {pending.number}, qui porterait à ce jour le {term}"
    )
    return (Gap(label, "objectifs", amendment_id=pending.pk),)


def _renewal_gaps(convention: PartnershipConvention) -> tuple[Gap, ...]:
    """It follows the one that it renews (R7)."""
    former = convention.renews
    if former is None or convention.starts_on > former.ends_on:
        return ()
    day = short_date(former.ends_on)
    label = (
        f"Commencer après le {day}, terme de la convention n° {former.number} qu'elle renouvelle"
    )
    return (Gap(label, "objectifs"),)


def _amendment_gaps(amendment: Amendment, ends_on: date) -> tuple[Gap, ...]:
    convention = amendment.founding
    if ends_on <= convention.ends_on:
        day = short_date(convention.ends_on)
        return (Gap(f"Choisir un terme après le {day}, qui est celui de la convention", "avenant"),)
    after = _in_the_way(convention, convention.starts_on, ends_on)
    if after is None:
        return ()
    day = short_date(after.starts_on)
    return (Gap(f"Choisir un terme avant le {day}, début de la convention n° {after.number}"),)


def _in_the_way(
    convention: PartnershipConvention, starts_on: date, ends_on: date
) -> PartnershipConvention | None:
    """Another convention whose term, or the one an amendment is giving it, meets these days."""
    pending = Amendment.objects.filter(status__in=sorted(PENDING), new_ends_on__gte=starts_on)
    lasts = Q(ends_on__gte=starts_on) | Q(pk__in=pending.values("convention"))
    others = PartnershipConvention.objects.filter(lasts, starts_on__lte=ends_on)
    return others.filter(status__in=sorted(ENGAGED)).exclude(pk=convention.pk).first()
