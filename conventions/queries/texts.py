"""Which versions of the national texts a basin lives with (A7)."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from alize.common.dates import add_months, short_date
from alize.drafting.enums import TextKind
from alize.drafting.queries import coming_versions, current_version
from conventions.enums import AgreementStatus
from conventions.models import Amendment, CooperationConvention, PartnershipConvention
from projects.enums import SUPPORT_MONTHS

RECENT = 60
"""Days for which a new version is told to whoever prepares an agreement, after it began."""


def text_news(*kinds: TextKind, on: date) -> str:
    """Which versions a draft will follow, when they change or have just changed (A7).

    It is frozen in the version of that day, whatever it was prepared and read in.
    """
    said = []
    for kind in kinds:
        name = kind.label
        version = current_version(kind, on)
        since = version.effective_from
        if version.number > 1 and since and since > on - timedelta(days=RECENT):
            said.append(
                f"Le texte « {name} » est en version {version.number} depuis le "
                f"{short_date(since)} : relisez le projet avant de geler."
            )
        said += [
            f"Le texte « {name} » passe en version {coming.number} le "
            f"{short_date(coming.effective_from)} : ce qui est gelé à partir de ce jour la suit."
            for coming in coming_versions(kind, on)
            if coming.effective_from
        ]
    return " ".join(said)


def texts_in_use(*, on: date) -> dict[str, list[int]]:
    """By kind, the versions of the agreements that bind somebody on a day."""
    lasting = Q(project__labelled_on__gt=add_months(on, -SUPPORT_MONTHS))
    versions = (
        CooperationConvention.objects.filter(
            Q(status__in=[AgreementStatus.FROZEN, AgreementStatus.SIGNING])
            | Q(status=AgreementStatus.SIGNED) & (lasting | Q(pk__in=_prolonged(on)))
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
