"""Makes the rows that tests start from, with sensible values for all that a test does not say."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.utils import timezone

from alize.accounts.models import Person, User
from alize.audit.models import AuditEvent
from alize.documents.models import StoredFile
from alize.drafting.models import TemplateVersion
from basins.enums import MFA_ROLES, Role
from basins.models import Basin, LocalOperator, Membership, ReferenceValue
from basins.operations import introduce
from basins.operations.references import give_value
from basins.references import Reference
from basins.rules import last_day
from basins.tenancy import current, national
from committees.enums import BallotStatus, DecisionOutcome, MeetingMode, SeatKind
from committees.models import (
    AgendaItem,
    Ballot,
    CommitteeRules,
    Condition,
    Decision,
    InterestDeclaration,
    Meeting,
    Proposal,
    Seat,
)
from partners.enums import PartnerKind
from partners.models import Contact, Mandate, Partner
from projects.enums import GIVEN_UP, UNREADY, ProjectStatus
from projects.models import Beneficiary, Project
from tests.stage import played_once

PARIS = ZoneInfo("Europe/Paris")
START = date(2026, 1, 5)
_numbers = count(1)


def at(
    year: int = 2026, month: int = 3, day: int = 12, hour: int = 10, minute: int = 0
) -> datetime:
    """An instant in Paris."""
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


def journal(kind: str) -> list[int | None]:
    """Who did the acts of one kind that the current journal keeps, in their order."""
    events = AuditEvent.objects.filter(type=kind).order_by("sequence")
    return list(events.values_list("by_id", flat=True))


def give_reference(reference: Reference, numbers: list[int], *, since: date) -> ReferenceValue:
    """A national reference with another value from a day on, given the day before."""
    by = make_user(Role.NATIONAL_STAFF)
    eve = since - timedelta(days=1)
    with national():
        return give_value(
            reference=reference,
            numbers=numbers,
            effective_from=since,
            reason="Décision du comité national",
            by=by,
            at=at(eve.year, eve.month, eve.day),
        )


@played_once
def give_phone(basin: Basin, phone: str) -> None:
    """The local operator of a basin answers at this number."""
    named = {"name": "Opérateur", "short_name": "OP"}
    with national():
        LocalOperator.objects.update_or_create(
            basin=basin, defaults={"phone": phone}, create_defaults={"phone": phone, **named}
        )


def _in_letters(number: int) -> str:
    """« BC » for 12: no form takes a digit in a name."""
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in str(number))


def make_user(role: Role | None = None, *, basin: Basin | None = None, **fields: Any) -> User:
    """An account, with a role in a basin and the second factor that role needs.

    Without a role, it is known to the basin where it is made.
    """
    number, here = next(_numbers), current()
    values = {
        "email": f"personne{number}@example.org",
        "first_name": "Camille",
        "last_name": f"Martin {_in_letters(number)}",
        **fields,
    }
    with national():
        user = User.objects.create_user(**values)
        if role is not None:
            since = timezone.localdate() if role == Role.AUDITOR else START
            Membership.objects.create(
                person=user,
                basin=basin,
                role=role,
                starts_on=since,
                ends_on=last_day(role, since),
            )
        elif isinstance(here, Basin):
            introduce(people=[user], basin=here)
        if role in MFA_ROLES:
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def make_person(**fields: Any) -> Person:
    """Somebody without a role."""
    return make_user(**fields)


@played_once
def make_partner(**fields: Any) -> Partner:
    values = {
        "name": f"Entreprise {next(_numbers)}",
        "kind": PartnerKind.COMPANY,
        "joined_on": START,
        **fields,
    }
    return Partner.objects.create(**values)


@played_once
def make_seat(**fields: Any) -> Seat:
    values = {"kind": SeatKind.DELIBERATIVE, "starts_on": START, **fields}
    values.setdefault("partner", None)
    values["partner"] = values["partner"] or make_partner()
    values.setdefault("holder", None)
    values["holder"] = values["holder"] or make_person()
    return Seat.objects.create(**values)


def make_regulations() -> StoredFile:
    """The committee's own regulations, which allow what the rules keep locked."""
    number = next(_numbers)
    return StoredFile.objects.create(
        name="Règlement du comité.pdf",
        content_type="application/pdf",
        key=f"reglement-{number}",
        size=1,
        sha256=f"{number:064x}",
        uploaded_at=at(),
    )


@played_once
def set_rules(**fields: Any) -> CommitteeRules:
    """The rules of the committee, its regulations attached."""
    values = {"regulations": make_regulations(), **fields}
    row, _ = CommitteeRules.objects.update_or_create(pk=1, defaults=values)
    return row


@played_once
def make_beneficiary(**fields: Any) -> Beneficiary:
    return Beneficiary.objects.create(**{"name": f"Atelier {next(_numbers)}", **fields})


@played_once
def make_project(**fields: Any) -> Project:
    """A project, in montage unless said, with all that a labelled one needs."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "reference": f"2026-SAV-{number:03d}",
        "status": ProjectStatus.DRAFTING,
        "status_since": START,
        "need": "Agrandir l'atelier",
        "contacted_on": START,
        "owner_name": "Dominique Petit",
        "owner_function": "Gérante",
        "owner_email": f"dirigeant{number}@example.org",
        **fields,
    }
    values.setdefault("beneficiary", None)
    values["beneficiary"] = values["beneficiary"] or make_beneficiary()
    values.setdefault("operator", None)
    values["operator"] = values["operator"] or make_person()
    return Project.objects.create(**{**told_by(values["status"]), **values})


def told_by(status: str) -> dict[str, Any]:
    """What a project of this status says besides; a label is up to whoever asks for one."""
    known = ProjectStatus(status)
    return {
        "ready_on": None if known in UNREADY else START,
        "end_reason": "L'entreprise renonce." if known in GIVEN_UP else "",
        "balance": "Deux emplois créés." if known is ProjectStatus.CLOSED else "",
    }


def put(project: Project, status: str) -> None:
    """Write a status straight into the table, with what goes with it."""
    for name, value in {"status": status, **told_by(status)}.items():
        setattr(project, name, value)
    project.save()


@played_once
def make_meeting(**fields: Any) -> Meeting:
    number = next(_numbers)
    values = {
        "year": 2026,
        "rank": number,
        "held_at": at(),
        "mode": MeetingMode.MIXED,
        "place": "CCI, Chambéry",
        **fields,
    }
    return Meeting.objects.create(**values)


def withdraw(project: Project, person: Person) -> None:
    """Somebody who sits without a vote withdraws from a file."""
    InterestDeclaration.objects.create(
        item=AgendaItem.objects.create(meeting=make_meeting(), project=project, rank=1),
        seat=make_seat(holder=person, kind=SeatKind.CONSULTATIVE),
        person=person,
        answer="RECUSED",
        declared_at=at(),
    )


@played_once
def make_contact(partner: Partner, **fields: Any) -> Contact:
    """Somebody of a partner who signs for it."""
    values = {"function": "Direction du site", "signs": True, **fields}
    values.setdefault("person", None)
    values["person"] = values["person"] or make_person()
    contact = Contact.objects.create(partner=partner, **values)
    if contact.signs:
        Mandate.objects.create(contact=contact, kind="STATUTORY", starts_on=date(2000, 1, 1))
    return contact


def make_accepted(approval: Decision, matter: str, **fields: Any) -> Decision:
    """A request on the advance of an approval, that the committee accepted."""
    rank = approval.requests.count() + 1
    values = {
        "reference": f"{approval.reference}-{rank}",
        "outcome": DecisionOutcome.ACCEPTED,
        **fields,
    }
    return make_decision(
        project=approval.project, amount=0, matter=matter, approval=approval, **values
    )


@played_once
def make_decision(
    *,
    project: Project | None = None,
    amount: int = 2_000_000,
    lines: int = 30,
    grace_months: int = 6,
    step_months: int = 1,
    skills: tuple[tuple[Partner, str, str], ...] = (),
    conditions: tuple[dict[str, Any], ...] = (),
    matter: str = "",
    approval: Decision | None = None,
    **fields: Any,
) -> Decision:
    """A proclaimed approval with its proposal; `skills` are (company, days, topic)."""
    person = make_person()
    project = project or make_project(status=ProjectStatus.APPROVED)
    item = AgendaItem.objects.create(
        meeting=make_meeting(), project=project, rank=1, matter=matter, approval=approval
    )
    proposal = Proposal.objects.create(
        item=item,
        amount=amount,
        lines=lines if amount else 0,
        step_months=step_months,
        grace_months=grace_months,
    )
    for partner, days, topic in skills:
        proposal.skills.create(partner=partner, days=days, topic=topic)
    acts = {f"{act}_at": at() for act in ("opened", "closed", "proclaimed")}
    ballot = Ballot.objects.create(
        item=item,
        number=1,
        proposal=proposal,
        status=BallotStatus.PROCLAIMED,
        result={},
        votes_digest="0" * 64,
        **acts,
        **{name.replace("_at", "_by"): person for name in acts},
    )
    values: dict[str, Any] = {
        "reference": f"D-{project.reference}",
        "outcome": DecisionOutcome.APPROVED,
        "decided_on": at().date(),
        "days": sum((Decimal(days) for _, days, _ in skills), Decimal(0)),
        **fields,
    }
    if values["outcome"] == DecisionOutcome.EXTRA_DIAGNOSIS:
        values = {"expert": "Un expert de la CCI", "expert_due_on": START, **values}
    decision = Decision.objects.create(
        project=project, item=ballot.item, ballot=ballot, amount=amount, **values
    )
    for condition in conditions:
        Condition.objects.create(
            decision=decision,
            **{"kind": "SUSPENSIVE", "text": "Produire le bail", "due_on": START, **condition},
        )
    return decision


def publish_text(kind: str, before: str, after: str, *, when: datetime | None = None) -> None:
    """Publish the next version of a national text, with other words in it."""
    when = when or at()
    with national():
        last = TemplateVersion.objects.filter(kind=kind).latest("number")
        assert before in last.source
        TemplateVersion.objects.create(
            kind=kind,
            number=last.number + 1,
            source=last.source.replace(before, after),
            sha256="0" * 64,
            created_at=when,
            published_at=when,
            effective_from=when.date(),
        )
