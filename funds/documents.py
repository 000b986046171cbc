"""What the papers of the fund print, frozen."""

from typing import Any

from django.utils import timezone

from alize.common.money import format_euros, format_share
from alize.common.words import amount_in_words
from basins.tenancy import current
from funds import queries
from funds.bank.identifiers import grouped_iban
from funds.enums import AidBasis, Perimeter, ReminderStep
from funds.models import Advance, BankAccount, Reminder
from funds.queries.reminders import instalments_left
from funds.rules import next_target_day
from funds.rules.aid import CEILING


def certificate_context(advance: Advance) -> dict[str, Any]:
    """Everything the certificate of de minimis aid prints; its convention is signed."""
    settings = queries.fund_settings()
    signed_on = advance.contracted_on
    company = advance.project.beneficiary
    register = queries.aid_register(company, settings, on=signed_on)
    rate = format_share(settings.reference_rate + settings.margin)
    by_equivalent = register.basis == AidBasis.EQUIVALENT
    return {
        "company": company,
        "basin": current().name,
        "operator": advance.project.operator,
        "advance": advance,
        "signed_on": signed_on,
        "weight": queries.weight_of(advance, settings),
        "how": f"son équivalent-subvention brut, au taux de {rate}"
        if by_equivalent
        else "son montant entier",
        "rows": [
            (grant.granted_on, grant.grantor, grant.purpose, grant.company, grant.amount)
            for grant in register.counted
        ],
        "ceiling": format_euros(CEILING),
        "used": register.used,
        "room": register.room,
    }


def reminder_context(reminder: Reminder) -> dict[str, Any]:
    """Everything the letter of a reminder prints, as of the day it was sent."""
    advance = reminder.advance
    on = timezone.localdate(reminder.sent_at)
    standing = queries.book_of(advance).position(on)
    late = [
        (due_on, amount)
        for due_on, amount in instalments_left(standing).items()
        if next_target_day(due_on) < on
    ]
    earlier = advance.reminders.filter(due_on=reminder.due_on, pk__lt=reminder.pk)
    account = fund_account()
    before = earlier.exclude(step=ReminderStep.NOTICE).order_by("pk").values_list("sent_at")
    return {
        "step": reminder.step,
        "advance": advance,
        "company": advance.project.beneficiary,
        "owner": advance.project.owner_name,
        "operator": advance.project.operator,
        "due_on": reminder.due_on,
        "amount": reminder.amount,
        "in_words": amount_in_words(reminder.amount),
        "late": late if len(late) > 1 else [],
        "late_total": standing.arrears,
        "outstanding": standing.outstanding,
        "outstanding_in_words": amount_in_words(standing.outstanding),
        "before": [timezone.localdate(moment) for (moment,) in before],
        "account": account,
        "iban": grouped_iban(account.iban) if account else "",
    }


def fund_account() -> BankAccount | None:
    """The account that companies pay back to, once it is known."""
    return BankAccount.objects.filter(perimeter=Perimeter.FUND).first()
