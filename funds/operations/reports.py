"""The yearly report to funders, frozen with its documents (feature 28)."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from alize.outbox.operations import enqueue
from basins import tenancy
from funds import permissions
from funds.models import Entry, FunderReport
from funds.operations.ledger import lock_ledger
from funds.queries import fund_settings
from funds.queries.reports import known_now
from funds.queries.transfers import stopped_entries
from partners.models import Partner
from projects.rules import trigram


def freeze_report(
    *,
    as_of: date,
    funder: str,
    by: Person,
    at: datetime,
    command_key: UUID,
    partner_id: int | None = None,
) -> FunderReport:
    """Freeze what is known now of a year up to a day; its documents are laid out aside.

    No `funder` is all of them; a partner's name stands instead when `partner_id` is given. Frozen
    again with nothing new since, the same report is given back.

    :raises ActionDenied: the ledger is empty.
    :raises InvalidInput: the day has not come, or precedes the first entry.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> FunderReport:
        if as_of > timezone.localdate(at):
            raise InvalidInput("Un rapport s'arrête au plus tard aujourd'hui.", field="as_of")
        lock_ledger()
        known = known_now()
        permissions.freeze_report(known.entry)
        _check_begun(as_of)
        frozen = {
            "funder": Partner.objects.get(pk=partner_id).name if partner_id else funder,
            "partner_id": partner_id,
            "as_of": as_of,
            "known_entry_id": known.entry,
            "known_plan_id": known.plan or None,
            "provision_rates": list(fund_settings().provision_rates),
            "stopped_entries": sorted(stopped_entries(on=as_of)),
        }
        report = FunderReport.objects.filter(**frozen).first()
        if report is not None:
            return report
        report = FunderReport.objects.create(
            reference=_next_reference(as_of.year), frozen_at=at, frozen_by=by, **frozen
        )
        audit.record(
            "funder_report.frozen",
            target=report,
            by=by,
            at=at,
            as_of=as_of.isoformat(),
            known_entry=known.entry,
            known_plan=known.plan,
        )
        # Laid out aside, from the same figures: nobody waits for a PDF to record an entry.
        enqueue("funds.issue_report", key=str(report.pk), report_id=report.pk)
        return report

    asked = {"act": "funder_report", "as_of": as_of, "funder": funder, "partner": partner_id}
    return made_once(FunderReport, command_key, payload=asked, by=by, at=at, act=act)


def _check_begun(as_of: date) -> None:
    """:raises InvalidInput: the day precedes the first entry."""
    first = Entry.objects.earliest("value_on").value_on
    if as_of < first:
        raise InvalidInput(
            f"La première écriture est du {short_date(first)} : avant ce jour, il n'y a rien à "
            "rapporter.",
            field="as_of",
        )


def _next_reference(year: int) -> str:
    rank = FunderReport.objects.filter(as_of__year=year).count() + 1
    return f"RF-{trigram(tenancy.current().name)}-{year}-{rank}"
