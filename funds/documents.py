"""What the papers of the fund print, frozen."""

from datetime import date
from typing import Any

from django.utils import timezone

from alize.common.dates import listed_days, long_date
from alize.common.money import format_euros, format_share
from alize.common.words import amount_in_words, grouped, listed
from basins.tenancy import current
from funds import queries
from funds.bank.identifiers import grouped_iban
from funds.enums import AidBasis, ReminderStep
from funds.models import Advance, Reminder
from funds.queries.numbers import fund_number
from funds.queries.reminders import instalments_left, of_one_letter
from funds.queries.statements import statement_lines
from funds.rules import next_target_day
from funds.rules.aid import CEILING
from projects.queries.visibility import contact_for


def certificate_context(advance: Advance, *, on: date) -> dict[str, Any]:
    """Everything the certificate of de minimis aid prints; its convention is signed."""
    settings = queries.fund_settings()
    signed_on = advance.contracted_on
    company = advance.project.beneficiary
    register = queries.aid_register(company, settings, on=signed_on)
    terms = queries.terms_of(advance, settings)
    return {
        "company": company,
        "siret": grouped(company.siret),
        "basin": current().name,
        "contact": contact_for(advance.project, on=on),
        "advance": advance,
        "signed_on": signed_on,
        "weight": queries.weight_of(advance, settings),
        "how": f"son équivalent-subvention brut, au taux de {format_share(terms.rate)}"
        if terms.basis == AidBasis.EQUIVALENT
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
    on = timezone.localdate(reminder.sent_at)
    asked = of_one_letter(reminder)
    advances = list(dict.fromkeys(one.advance for one in asked))
    standings = queries.standings_of(advances, on=on)
    standing = standings[reminder.advance_id]
    late = [
        (advance, due_on, left)
        for advance in advances
        for due_on, left in instalments_left(standings[advance.pk]).items()
        if next_target_day(due_on) < on
    ]
    days, amount = sorted({one.due_on for one in asked}), sum(one.amount for one in asked)
    earlier = reminder.advance.reminders.filter(due_on__in=days, sent_at__lt=reminder.sent_at)
    number = fund_number(on)
    before = earlier.exclude(step=ReminderStep.NOTICE).order_by("pk").values_list("sent_at")
    return {
        **_parties(reminder.advance, on=on),
        "advances": advances,
        "references": listed([one.reference for one in advances]),
        "of_advances": "de vos avances remboursables"
        if len(advances) > 1
        else "de votre avance remboursable",
        "step": reminder.step,
        "days": listed_days(days, long_date),
        "several": len(asked) > 1,
        "asked": [(one.advance, one.due_on, one.amount) for one in asked],
        "amount": amount,
        "in_words": amount_in_words(amount),
        "late": late if len(late) > 1 else [],
        "late_total": sum(left for _, _, left in late),
        "outstanding": standing.held,
        "outstanding_in_words": amount_in_words(standing.held),
        "before": list(dict.fromkeys(timezone.localdate(moment) for (moment,) in before)),
        "account": number,
        "iban": grouped_iban(number.iban) if number else "",
    }


def settlement_context(advance: Advance, *, on: date) -> dict[str, Any]:
    """Everything the certificate of settlement prints; nothing is owed on that day."""
    book = queries.book_of(advance)
    standing = book.position(on)
    last = on
    for day in sorted({event.value_on for event in book.events if event.value_on <= on})[::-1]:
        if book.position(day).outstanding:
            break
        last = day
    return {
        **_parties(advance, on=on),
        "lent": standing.disbursed,
        "lent_in_words": amount_in_words(standing.disbursed),
        "lent_on": book.lent_on(on),
        "settled_on": last,
        "overpaid": standing.overpaid,
    }


def statement_context(advance: Advance, *, on: date) -> dict[str, Any]:
    """Everything the statement of an advance prints, as of a day: what reached its company."""
    standing = queries.received_book(advance, on=on).position(on)
    left = instalments_left(standing)
    return {
        **_parties(advance, on=on),
        "on": on,
        "lines": statement_lines(advance, on=on),
        "standing": standing,
        "owed_in_words": amount_in_words(standing.outstanding),
        "instalments": [(day, cents, next_target_day(day) < on) for day, cents in left.items()],
    }


def _parties(advance: Advance, *, on: date) -> dict[str, Any]:
    """Who owes, and who is asked about it."""
    project = advance.project
    return {
        "advance": advance,
        "company": project.beneficiary,
        "siret": grouped(project.beneficiary.siret),
        "owner": project.owner_name,
        "contact": contact_for(project, on=on),
    }
