"""Avenants of a cooperation convention: what is given to a company changes (R60-R63)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import InvalidInput
from alize.common.writings import check_mark
from alize.documents.printable import printable
from conventions.models import AmendedSkills, Amendment, CooperationConvention
from conventions.operations.agreements import figures_changed, next_number, sign_now
from conventions.operations.days import check_new_term
from conventions.operations.preparing import locked
from conventions.operations.standings import tell_supporting
from conventions.permissions import partnership as permissions
from conventions.queries import amended
from conventions.rules.days import latest_support
from partners.models import Contact, Partner
from projects import operations as projects


@dataclass(frozen=True)
class Lent:
    """One line of what the companies lend from now on."""

    partner_id: int
    days: Decimal
    topic: str


@dataclass(frozen=True)
class SupportTerms:
    """What an amendment to a cooperation convention changes; nothing where it changes nothing."""

    changes: str = ""
    skills: Sequence[Lent] | None = None
    jobs_created: Decimal | None = None
    jobs_retained: Decimal | None = None
    lead_id: int | None = None
    """The contact of a partner who follows the company from now on."""
    new_ends_on: date | None = None
    schedule_id: int | None = None


@transaction.atomic
def save_support_amendment(
    *,
    convention_id: int,
    amendment_id: int | None,
    reason: str,
    terms: SupportTerms,
    mark: str = "",
    by: Person,
    at: datetime,
    command_key: UUID | None = None,
) -> Amendment:
    """Préparer un avenant à une convention de coopération, once a key, or correct its draft.

    What the convention says already is no change. Without a running support, only the schedule of
    the advance may change. `mark` is that of the draft that the page showed.

    :raises ActionDenied: the convention is not in force, another amendment waits for its
        signatures, or this one is frozen.
    :raises InvalidInput: the support is over, the new term is not after the old one or is over two
        years later, the schedule is no longer to sign, or a character does not print.
    :raises WrittenMeanwhile: somebody else saved the draft since the page was opened.
    """
    convention, today = locked(convention_id), timezone.localdate(at)

    def act() -> Amendment:
        stored: dict[str, Any] = {}
        if amendment_id is None:
            permissions.begin_amendment(convention, today)
            amendment = Amendment(cooperation=convention, number=next_number(convention))
        else:
            amendment = convention.amendments.select_for_update().get(pk=amendment_id)
            amendment.cooperation = convention
            permissions.edit(amendment)
            permissions.amend_support(convention, today)
            stored = amended.as_typed(amendment)
        _check(convention, amendment, terms, on=today)
        _write(amendment, reason, terms)
        check_mark(mark, stored=stored, sent=amended.as_typed(amendment))
        figures_changed(amendment, at=at)
        audit.record("amendment.saved", target=amendment, by=by, at=at, number=amendment.number)
        return amendment

    if command_key is None:
        return act()
    payload: dict[str, Any] = {
        "convention": convention_id,
        "reason": reason,
        "changes": terms.changes,
        "skills": [(one.partner_id, str(one.days), one.topic) for one in terms.skills or ()],
        "jobs": [str(terms.jobs_created), str(terms.jobs_retained)],
        "lead": terms.lead_id,
        "new_ends_on": terms.new_ends_on,
        "schedule": terms.schedule_id,
    }
    return made_once(Amendment, command_key, payload=payload, by=by, at=at, act=act)


def _check(
    convention: CooperationConvention, amendment: Amendment, terms: SupportTerms, *, on: date
) -> None:
    content = amended.content_of(convention)
    if terms.new_ends_on:
        last = latest_support(content.ends_on)
        check_new_term(terms.new_ends_on, ends_on=content.ends_on, last=last)
    lead = Contact.objects.get(pk=terms.lead_id) if terms.lead_id else None
    if lead and lead.person_id != convention.project.follow_up_lead_id:
        projects.check_lead(lead.person_id, on=on)
    named = [one.partner_id for one in terms.skills or ()]
    if len(set(named)) < len(named):
        raise InvalidInput("La même entreprise a deux lignes : gardez-en une seule.")
    able = amended.may_lend(content, on=on).values("pk")
    gone = Partner.objects.filter(pk__in=named).exclude(pk__in=able).first()
    if gone is not None:
        raise InvalidInput(f"{gone} n'est plus partenaire : retirez sa ligne.")
    _check_schedule(convention, amendment, terms.schedule_id)
    of_support = (
        terms.skills,
        terms.jobs_created,
        terms.jobs_retained,
        terms.lead_id,
        terms.new_ends_on,
    )
    changes_support = any(one is not None for one in of_support)
    if changes_support and not amended.support_runs(convention, on=on):
        raise InvalidInput(
            "L'accompagnement est terminé : l'avenant ne peut plus changer que l'échéancier de "
            "l'avance."
        )


def _check_schedule(
    convention: CooperationConvention, amendment: Amendment, schedule_id: int | None
) -> None:
    if schedule_id is None:
        return
    last = amended.last_schedule(convention)
    if last is None or schedule_id != last.pk:
        raise InvalidInput(
            "Cet échéancier est remplacé : choisissez le dernier que le comité a accepté.",
            field="schedule",
        )
    if schedule_id != amendment.schedule_id and amended.schedule_to_sign(convention) is None:
        raise InvalidInput("Cet échéancier est déjà l'annexe d'un autre avenant.", field="schedule")


def _write(amendment: Amendment, reason: str, terms: SupportTerms) -> None:
    """Keep what changes; what the convention says already is left out."""
    content = amended.content_of(amendment.supporting)
    skills = terms.skills
    if skills is not None and amended.same_days(
        [(one.partner_id, one.days, one.topic) for one in skills], content
    ):
        skills = None
    lead = Contact.objects.get(pk=terms.lead_id) if terms.lead_id else None
    project = amendment.supporting.project
    if lead and (lead.person_id, lead.partner_id) == (
        project.follow_up_lead_id,
        project.follow_up_partner_id,
    ):
        lead = None
    amendment.reason = printable(reason, field="reason").strip()
    amendment.changes = printable(terms.changes, field="changes").strip()
    amendment.new_ends_on = terms.new_ends_on
    amendment.amends_skills = skills is not None
    amendment.jobs_created = _changed(terms.jobs_created, content.jobs_created)
    amendment.jobs_retained = _changed(terms.jobs_retained, content.jobs_retained)
    amendment.follow_up_lead = lead.person if lead else None
    amendment.follow_up_partner = lead.partner if lead else None
    amendment.schedule_id = terms.schedule_id
    amendment.save()
    amendment.skills.all().delete()
    AmendedSkills.objects.bulk_create(
        AmendedSkills(
            amendment=amendment,
            partner_id=one.partner_id,
            days=one.days,
            topic=printable(one.topic).strip(),
        )
        for one in skills or ()
    )
    amendment.incoming.set(amended.incoming_of(amendment))


def _changed(typed: Decimal | None, said: Decimal) -> Decimal | None:
    return None if typed == said else typed


def take_effect(amendment: Amendment, *, by: Person, at: datetime) -> date:
    """All have signed: the follow-up and the end of the support change; gives the day (R60).

    A support interrupted or closed since the launch stays so.

    The schedule is that of the committee, whose decision already rules it (funds.md 2.5).
    """
    sign_now(amendment)
    since = cast(date, amendment.signed_on)
    project = amendment.supporting.project
    if amendment.follow_up_lead_id and amendment.follow_up_partner_id:
        projects.hand_over(
            project_id=project.pk,
            lead_id=amendment.follow_up_lead_id,
            partner_id=amendment.follow_up_partner_id,
            by=by,
            at=at,
        )
    if amendment.new_ends_on:
        projects.prolong_support(project_id=project.pk, until=amendment.new_ends_on, by=by, at=at)
    tell_supporting(convention_id=amendment.supporting.pk, by=by, at=at)
    return since
