"""Création de l'espace : the schema of an accepted basin, and all that its candidacy brings there.

Called by the worker that alone holds the owner's login (ADR 22). The schema is made first, on the
owner's own connection; what follows is one transaction with the mark that says it is done, so that
a crash leaves either nothing or a schema that the next try finds.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.accounts.operations import known_person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.errors import ActionDenied
from alize.notifications.operations import Recipient, send_mail
from alize.outbox import operations as outbox
from alize.outbox.models import Entry
from basins import opening, tenancy
from basins.enums import Role
from basins.models import Basin, LocalOperator
from basins.operations import introduce, invite
from conventions import operations as conventions
from conventions.rules.partnership import years_of
from network.candidacies import documents, queries
from network.candidacies.enums import CandidacyStatus, NationalOutcome
from network.candidacies.models import Candidacy, CandidatePartner
from network.candidacies.operations import ASTREES, SPACE, locked
from partners import operations as partners
from partners.enums import MandateKind, PartnerKind
from partners.models import Partner

CONTACT, SIGNATORY = "contact", "signatory"


class Stand(Enum):
    """Où en est l'espace."""

    NONE = auto()
    UNDER_WAY = auto()
    FAILED = auto()
    OPEN = auto()


@dataclass(frozen=True)
class Space:
    """Where the creation of the space of a basin stands, from the work that waits for it."""

    stand: Stand
    attempts: int = 0
    next_at: datetime | None = None


def space_of(candidacy: Candidacy) -> Space:
    """What is true now: read from the basin and from the outbox."""
    if candidacy.basin.opened_at is not None:
        return Space(Stand.OPEN)
    if candidacy.status != CandidacyStatus.ACCEPTED:
        return Space(Stand.NONE)
    entry = Entry.objects.filter(schema="public", kind=SPACE, key=str(candidacy.pk)).first()
    if entry is None or not entry.attempts:
        return Space(Stand.UNDER_WAY)
    return Space(Stand.FAILED, entry.attempts, entry.due_at)


@transaction.atomic
def take_up(*, candidacy_id: int, by: Person, at: datetime) -> None:
    """Relancer la création, after it failed.

    :raises ActionDenied: it has not failed.
    """
    candidacy = locked(candidacy_id)
    if space_of(candidacy).stand is not Stand.FAILED:
        raise ActionDenied("La création de l'espace n'a pas échoué : rechargez la page.")
    outbox.try_again(SPACE, key=str(candidacy.pk), at=at)
    audit.record("candidacy.space_asked_again", target=candidacy, by=by, at=at)


@transaction.atomic
def open_space(*, candidacy_id: int, at: datetime) -> Basin:
    """Make the space of an accepted basin and bring there what its candidacy says; once.

    Partners, contacts, signatories and pledges become those of the basin, its first partnership
    convention is prepared as a draft, its operator is invited (A3).
    """
    candidacy = locked(candidacy_id)
    basin = candidacy.basin
    if basin.opened_at is not None:
        return basin
    # Before any row is written here: the schema refers to people, and would wait for us.
    opening.create_space(basin=basin)
    by = candidacy.decisions.get(outcome=NationalOutcome.ACCEPTED).recorded_by
    LocalOperator.objects.create(
        basin=basin,
        name=candidacy.operator_name,
        short_name=candidacy.operator_short_name or candidacy.operator_name[:40],
        siren=candidacy.operator_siren,
        representative=queries.representative(candidacy),
        representative_email=candidacy.representative_email,
    )
    basin.opened_at = at
    basin.save(update_fields=["opened_at"])
    listed = list(candidacy.partners.prefetch_related("pledges"))
    people = {partner.pk: _people(partner) for partner in listed}
    introduce(people=[one for known in people.values() for one in known.values()], basin=basin)
    with tenancy.inside(basin):
        for partner in listed:
            _carry_over(partner, candidacy, people[partner.pk], by=by, at=at)
        _prepare_convention(candidacy, by=by, at=at)
    _welcome(candidacy, by=by, at=at)
    audit.record("basin.opened", target=basin, at=at, candidacy=candidacy.pk)
    return basin


def _people(partner: CandidatePartner) -> dict[str, Person]:
    """Whoever speaks or signs for a partner, known to the application from now on."""
    return {
        role: known_person(
            email=getattr(partner, f"{role}_email"),
            first_name=getattr(partner, f"{role}_first_name"),
            last_name=getattr(partner, f"{role}_last_name"),
        )
        for role in (CONTACT, SIGNATORY)
    }


def _carry_over(
    candidate: CandidatePartner,
    candidacy: Candidacy,
    people: dict[str, Person],
    *,
    by: Person,
    at: datetime,
) -> None:
    """A partner, whoever speaks and signs for it, what it promises for each year (A3)."""
    today = timezone.localdate(at)
    partner = partners.create_partner(
        # What it promises is of the years of the convention, which may have begun already.
        values=_identity(candidate.name, candidate.kind, min(today, _start(candidacy)))
        | {"siren": candidate.siren, "town": candidate.town},
        group_name=candidate.group,
        by=by,
        at=at,
    )
    _carry_contacts(candidate, partner, people, by=by, at=at)
    years = years_of(_start(candidacy))
    for pledge in candidate.pledges.all():
        partners.save_pledge(
            partner_id=partner.pk,
            year=years[pledge.rank - 1],
            nature=pledge.nature,
            amount=pledge.amount,
            days=pledge.days,
            daily_rate=pledge.daily_rate,
            what=pledge.what,
            by=by,
            at=at,
        )


def _carry_contacts(
    candidate: CandidatePartner,
    partner: Partner,
    people: dict[str, Person],
    *,
    by: Person,
    at: datetime,
) -> None:
    contacts = {}
    for role in (CONTACT, SIGNATORY):
        # The same person in both roles signs.
        contacts[role] = partners.save_contact(
            partner_id=partner.pk,
            person_id=people[role].pk,
            values={
                "function": getattr(candidate, f"{role}_function"),
                "is_active": True,
                "signs": role == SIGNATORY,
            },
            by=by,
            at=at,
        )
    if candidate.signs_by_law:
        partners.add_mandate(
            contact_id=contacts[SIGNATORY].pk,
            kind=MandateKind.STATUTORY,
            starts_on=timezone.localdate(at),
            ends_on=None,
            document=None,
            by=by,
            at=at,
        )


def _identity(name: str, kind: str, on: date) -> dict[str, object]:
    return {
        "name": name,
        "short_name": "",
        "kind": kind,
        "siren": "",
        "town": "",
        "joined_on": on,
        "left_on": None,
    }


def _start(candidacy: Candidacy) -> date:
    if candidacy.starts_on is None:
        raise ActionDenied("Fixez d'abord la prise d'effet de la convention.")
    return candidacy.starts_on


def _prepare_convention(candidacy: Candidacy, *, by: Person, at: datetime) -> None:
    """The first partnership convention as a draft, ASTREES among its parties (R52)."""
    values = _identity(ASTREES, PartnerKind.NETWORK, timezone.localdate(at))
    partners.create_partner(values=values, by=by, at=at)
    convention = conventions.prepare_partnership(starts_on=_start(candidacy), by=by, at=at)
    conventions.save_section(
        convention_id=convention.pk,
        values={
            "territory": documents.communes(candidacy),
            "local_engineering": candidacy.local_engineering,
            "allowance": candidacy.allowance,
            "budget_comment": candidacy.budget_comment,
        },
        by=by,
        at=at,
    )


def _welcome(candidacy: Candidacy, *, by: Person, at: datetime) -> None:
    """Invite whoever speaks for the operator, with what to learn first."""
    basin = candidacy.basin
    invite(
        email=candidacy.representative_email,
        first_name=candidacy.representative_first_name,
        last_name=candidacy.representative_last_name,
        role=Role.OPERATOR,
        basin=basin,
        by=by,
        at=at,
    )
    send_mail(
        "M72",
        to=Recipient(candidacy.representative_email, queries.representative(candidacy)),
        path=basin_reverse("basin_home", basin=basin),
        key=str(candidacy.pk),
        sender="",
        basin=basin.name,
        operator=candidacy.operator_name,
    )
