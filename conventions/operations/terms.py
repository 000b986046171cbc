"""The alert of a term that comes near, once for each of its months (M23)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.notifications.operations import Recipient, send_mail
from basins.enums import Role
from basins.queries import reachable
from basins.telling import tell_staff
from conventions.enums import AgreementStatus
from conventions.models import PartnershipConvention, TermAlert
from conventions.rules.partnership import alert_due, time_left


@transaction.atomic
def tell_terms(*, at: datetime) -> int:
    """Alert the operator and ASTREES of each term that comes near, once for each of its months.

    A convention whose renewal is signed is told of no more (M23).
    """
    today, told = timezone.localdate(at), 0
    running = PartnershipConvention.objects.filter(
        status=AgreementStatus.SIGNED, starts_on__lte=today, ends_on__gte=today
    ).exclude(renewals__status=AgreementStatus.SIGNED)
    for convention in running.select_for_update(of=("self",)).order_by("pk"):
        months = alert_due(convention.ends_on, on=today)
        if months is None:
            continue
        _, is_new = TermAlert.objects.get_or_create(
            convention=convention,
            ends_on=convention.ends_on,
            months=months,
            defaults={"sent_at": at},
        )
        if is_new:
            _tell_term(convention, months, on=today)
            audit.record("partnership.term_told", target=convention, at=at, months=months)
            told += 1
    return told


def _tell_term(convention: PartnershipConvention, months: int, *, on: date) -> None:
    """One entered late is told what is left, not the months of the alert."""
    words: dict[str, Any] = {
        "left": time_left(convention.ends_on, on=on),
        "number": str(convention.number),
        "date": long_date(convention.ends_on),
    }
    path = basin_reverse("partnership_detail", convention_id=convention.pk)
    key = f"{convention.pk}:{convention.ends_on.isoformat()}:{months}"
    for person in reachable(Role.OPERATOR, on=on):
        send_mail("M23", to=Recipient.of(person), path=path, key=key, **words)
    tell_staff("M23", path=path, key=key, **words)
