"""What the addresses of the fund of a basin speak of."""

from datetime import date, datetime
from hashlib import sha256
from uuid import uuid4

from django.utils.timezone import localdate

from alize.demo.bench.sample import Crew
from funds.models import (
    Advance,
    AllowanceAgreement,
    Authorization,
    ConfirmationRequest,
    Contribution,
    Entry,
    FunderReport,
    PaymentOrder,
    Reversal,
)
from funds.operations import open_bank_account
from funds.queries.bank import moved_by
from partners.models import Contact, Partner
from projects.models import Beneficiary
from tests.builders import make_accepted
from tests.matrix.files import issued, stored_table


def objects_of_the_fund(crew: Crew, mark: str, now: datetime) -> dict[str, object]:
    """One row of each kind, by the name that an address gives it."""
    advance = Advance.objects.get()
    reminder = advance.reminders.create(
        due_on=now.date(),
        asked_from=now.date(),
        step="NOTICE",
        amount=1_000,
        sent_at=now,
        sent_by=crew.operator,
    )
    issued(reminder, mark, now)
    return {
        "advance": advance,
        "order": PaymentOrder.objects.get(),
        "repayment": Entry.objects.filter(kind="REPAYMENT").first(),
        "reversal": _reversal(crew, now),
        **_bank(crew, mark, now),
        "contribution": Contribution.objects.first(),
        "precondition": advance.preconditions.create(label=f"Devis {mark}"),
        "authorization": _authorization(crew, advance, mark, now),
        "agreement": _agreement(crew, mark, now),
        "aid": advance.project.beneficiary.declared_aids.create(
            grantor=f"Région {mark}",
            amount=500_000,
            granted_on=now.date(),
            recorded_at=now,
            recorded_by=crew.operator,
            command_key=uuid4(),
        ),
        "reminder": reminder,
        "confirmation": _confirmation(crew, now),
        "advance_paper": issued(advance, mark, now),
        "funder_report": FunderReport.objects.create(
            reference="RF-2000-1",
            as_of=now.date(),
            known_entry=Entry.objects.latest("pk"),
            provision_rates=[0] * 6,
            frozen_at=now,
            frozen_by=crew.operator,
        ),
    }


def _confirmation(crew: Crew, now: datetime) -> ConfirmationRequest:
    """The means of a year that a partner is asked to confirm."""
    partner = Partner.objects.earliest("pk")
    contact, _ = Contact.objects.get_or_create(
        partner=partner, person=crew.member, defaults={"function": "Directrice"}
    )
    return ConfirmationRequest.objects.create(
        partner=partner, year=now.year, contact=contact, asked_at=now, asked_by=crew.operator
    )


def _agreement(crew: Crew, mark: str, now: datetime) -> AllowanceAgreement:
    agreement = AllowanceAgreement.objects.create(
        year=now.year - 1,
        agreed_on=date(now.year - 1, 6, 1),
        source=f"Comité {mark}",
        recorded_at=now,
        recorded_by=crew.operator,
    )
    agreement.partners.set(Partner.objects.all())
    return agreement


def _reversal(crew: Crew, now: datetime) -> Reversal:
    """A repayment that somebody asked to undo."""
    repayment = Entry.objects.filter(kind="REPAYMENT").last()
    return Reversal.objects.create(
        entry=repayment,
        value_on=repayment.value_on,
        reason="Rejet de la banque",
        proposed_at=now,
        proposed_by=crew.operator,
        command_key=uuid4(),
    )


def _authorization(crew: Crew, advance: Advance, mark: str, now: datetime) -> Authorization:
    """A debt that somebody asked to give up."""
    return Authorization.objects.create(
        kind="WRITE_OFF",
        advance=advance,
        amount=10_000,
        value_on=localdate(now),
        reason=f"Liquidation {mark}",
        cause="LIQUIDATION",
        decision=make_accepted(advance.decision, "WRITE_OFF"),
        proposed_at=now,
        proposed_by=crew.operator,
        command_key=uuid4(),
    )


def _bank(crew: Crew, mark: str, now: datetime) -> dict[str, object]:
    """An account, a table whose columns nobody said yet, a line tied to a repayment."""
    account = open_bank_account(
        perimeter="FUND",
        bank_name=f"Banque {mark}",
        holder="FONDS ALIZE",
        iban="FR7630006000011234567890189",
        bic="AGRIFRPP",
        by=crew.operator,
        at=now,
    )
    entry = Entry.objects.filter(kind="REPAYMENT").first()
    amount = moved_by(entry.pk)
    number = account.numbers.get()
    statement = number.statements.create(
        since=entry.value_on,
        until=entry.value_on,
        opening=0,
        closing=amount,
        recorded_at=now,
        recorded_by=crew.operator,
    )
    line = account.lines.create(
        statement=statement,
        rank=1,
        booked_on=entry.value_on,
        value_on=entry.value_on,
        amount=amount,
        label=f"VIREMENT {mark}",
        identity=sha256(mark.encode()).hexdigest(),
        occurrence=1,
    )
    payee = Beneficiary.objects.first().payee_accounts.create(
        holder=f"SOCIETE {mark}",
        iban="FR1420041010050500013M02606",
        bic="PSSTFRPP",
        received_on=entry.value_on,
        called="Le dirigeant",
        called_number="04 79 00 00 00",
        called_on=entry.value_on,
        email="compta@example.org",
        proposed_at=now,
        proposed_by=crew.operator,
    )
    proposed = account.numbers.create(
        replaces=number,
        bank=f"Nouvelle banque {mark}",
        holder="FONDS ALIZE",
        iban="FR7630006000010009876543256",
        bic="AGRIFRPP",
        wanted_on=localdate(now),
        proposed_at=now,
        proposed_by=crew.operator,
    )
    return {
        "payee": payee,
        "bank_number": proposed,
        "sepa": number.sepa_files.create(
            message_id=f"ALZ-{mark}"[:35],
            schema="pain.001.001.09",
            content=mark.encode(),
            sha256=sha256(mark.encode()).hexdigest(),
            total=1,
            count=1,
            built_at=now,
            built_by=crew.operator,
        ),
        "bank_account": account,
        "bank_import": number.imports.create(
            file_name=f"releve {mark}.csv",
            key=stored_table(mark),
            sha256=sha256(mark.encode()).hexdigest(),
            asked_at=now,
            asked_by=crew.operator,
            is_waiting=True,
        ),
        "bank_line": line,
        "clearing": line.clearings.create(
            act="ENTRY", amount=amount, entry=entry, made_at=now, made_by=crew.operator
        ),
    }
