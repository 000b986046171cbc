"""Which versions of the national texts a basin lives with (A7)."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from alize.common.dates import add_months
from alize.drafting.enums import TextKind
from conventions.enums import AgreementStatus, ConventionStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from projects.enums import SUPPORT_MONTHS


def texts_in_use(*, on: date) -> dict[str, list[int]]:
    """By kind, the versions of the agreements that bind somebody on a day."""
    lasting = Q(project__labelled_on__gt=add_months(on, -SUPPORT_MONTHS))
    versions = (
        CooperationConvention.objects.filter(
            Q(status__in=[ConventionStatus.FROZEN, ConventionStatus.SIGNING])
            | Q(status=ConventionStatus.SIGNED) & (lasting | Q(pk__in=_prolonged(on)))
        )
        .order_by("text_version")
        .values_list("text_version", flat=True)
        .distinct()
    )
    under_way = Q(status__in=[AgreementStatus.FROZEN, AgreementStatus.SIGNING])
    founding = PartnershipConvention.objects.filter(
        under_way | Q(status=AgreementStatus.SIGNED, ends_on__gte=on), snapshot__isnull=False
    )
    amending = Amendment.objects.filter(
        under_way | Q(status=AgreementStatus.SIGNED, convention__ends_on__gte=on),
        convention__isnull=False,
        snapshot__isnull=False,
    )
    changing = Amendment.objects.filter(
        under_way | Q(status=AgreementStatus.SIGNED) & _support_lasts(on),
        cooperation__isnull=False,
        snapshot__isnull=False,
    )
    used = {TextKind.COOPERATION: list(versions)} | {
        kind: sorted(
            {number for number in texts.values_list(path, flat=True) if number is not None}
        )
        for kind, texts, path in (
            (TextKind.PARTNERSHIP, founding, "snapshot__partnership__version"),
            (TextKind.OPERATOR, founding, "snapshot__operator__version"),
            (TextKind.AMENDMENT, amending, "snapshot__amendment__version"),
            (TextKind.COOPERATION_AMENDMENT, changing, "snapshot__amendment__version"),
        )
    }
    return {str(kind): numbers for kind, numbers in used.items()}


def _support_lasts(on: date) -> Q:
    """Until the term of the convention, put off by any of its amendments or not."""
    lasting = add_months(on, -SUPPORT_MONTHS)
    put_off = Q(cooperation__in=_prolonged(on))
    return Q(cooperation__project__labelled_on__gt=lasting) | put_off


def _prolonged(on: date) -> QuerySet[Any]:
    """The cooperation conventions that a signed amendment carries to this day or beyond."""
    carrying = Amendment.objects.filter(
        cooperation__isnull=False, status=AgreementStatus.SIGNED, new_ends_on__gte=on
    )
    return carrying.values("cooperation")
