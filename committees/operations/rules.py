"""How the rules of the committee change: one proposes, another puts into force (voting.md 5.3)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.database import hold
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.words import of
from alize.documents.operations import store_upload
from committees import permissions
from committees.enums import SeatKind
from committees.models import CommitteeRules, RulesChange, Seat
from committees.queries import rules as rules_queries
from committees.queries import seats
from committees.queries.rules import committee_rules
from committees.rulebook import SETTINGS


@transaction.atomic
def propose_rules(
    *, values: Mapping[str, Any], reason: str, by: Person, at: datetime
) -> RulesChange:
    """Propose other rules; what stays as it is is left out.

    :raises ActionDenied: another change waits, or an option needs the committee's regulations.
    :raises InvalidInput: nothing changes, or a value is not one that its setting takes.
    """
    hold("rules")
    permissions.propose_rules(rules_queries.waiting_change())
    row = committee_rules()
    changed = {
        name: value for name, value in values.items() if SETTINGS[name].value_in(row) != value
    }
    if not changed:
        raise InvalidInput("Aucune règle ne change : il n'y a rien à proposer.")
    before = {name: SETTINGS[name].value_in(row) for name in changed}
    _write(row, changed, on=timezone.localdate(at))
    change = RulesChange.objects.create(
        values=changed,
        before=before,
        reason=_said(reason),
        proposed_at=at,
        proposed_by_id=by.pk,
    )
    audit.record("rules.proposed", target=change, by=by, at=at, rules=sorted(changed))
    return change


@transaction.atomic
def propose_regulations(*, file: File, reason: str, by: Person, at: datetime) -> RulesChange:
    """Propose to attach the committee's own regulations, which unlock some of the rules.

    :raises ActionDenied: another change waits.
    :raises UploadRefused: the file is not of an accepted kind.
    """
    hold("rules")
    permissions.propose_rules(rules_queries.waiting_change())
    stored = store_upload(file=file, name=file.name or "", by=by, at=at)
    change = RulesChange.objects.create(
        regulations=stored,
        reason=_said(reason),
        proposed_at=at,
        proposed_by_id=by.pk,
    )
    audit.record("rules.proposed", target=change, by=by, at=at, regulations=stored.sha256)
    return change


@transaction.atomic
def apply_rules(*, change_id: int, by: Person, at: datetime) -> RulesChange:
    """Put a change into force; ballots that are open keep the rules they were opened with.

    :raises ActionDenied: it was proposed by the same person, or is decided already.
    """
    hold("rules")
    change = RulesChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    permissions.apply_rules(by, change)
    row = committee_rules()
    if change.regulations_id is not None:
        row.regulations_id = change.regulations_id
    _write(row, change.values, on=timezone.localdate(at))
    row.save()
    change.applied_at, change.applied_by_id = at, by.pk
    change.save(update_fields=["applied_at", "applied_by"])
    audit.record("rules.applied", target=change, by=by, at=at, rules=sorted(change.values))
    return change


@transaction.atomic
def refuse_rules(*, change_id: int, by: Person, at: datetime) -> RulesChange:
    """Set a change aside: the president, or whoever proposed it.

    :raises ActionDenied: it is decided already.
    """
    hold("rules")
    change = RulesChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    permissions.refuse_rules(change)
    change.refused_at, change.refused_by_id = at, by.pk
    change.save(update_fields=["refused_at", "refused_by"])
    audit.record("rules.refused", target=change, by=by, at=at)
    return change


def _said(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("Dites en une ligne pourquoi les règles changent.", field="reason")
    return reason.strip()


def _write(row: CommitteeRules, values: Mapping[str, Any], *, on: date) -> None:
    """Put values in the rules, not saved yet, and check them as a whole."""
    for name, value in values.items():
        setting = SETTINGS[name]
        if not setting.accepts(value):
            raise InvalidInput(f"« {setting.label} » ne prend pas cette valeur.", field=name)
        setting.put(row, value)
    _check_regulations(row)
    _check_operator(row, on=on)
    _check_alternates(row, on=on)
    try:
        row.validate_constraints()
    except ValidationError as error:
        raise InvalidInput(error.messages[0]) from error


def _check_regulations(row: CommitteeRules) -> None:
    if row.regulations_id is not None:
        return
    for setting in SETTINGS.values():
        if setting.needs_regulations and setting.value_in(row):
            raise ActionDenied(
                f"« {setting.label} » doit être prévu par le règlement du comité : joignez-le "
                "d'abord."
            )


def _check_operator(row: CommitteeRules, *, on: date) -> None:
    """The operator loses its voice only once no seat of its people decides any more (SD6)."""
    if row.operator_votes:
        return
    people = seats.operators(on)
    theirs = Q(holder__in=people) | Q(alternates__in=people)
    held = Seat.objects.lasting(on).filter(theirs, kind=SeatKind.DELIBERATIVE)
    for seat in held.select_related("partner"):
        raise ActionDenied(
            f"Le siège {of(seat.partner)} a voix délibérative, et une personne de l'opérateur "
            "local y siège : donnez-lui d'abord voix consultative, ou retirez cette personne."
        )


def _check_alternates(row: CommitteeRules, *, on: date) -> None:
    """Alternates are done without once no seat has any more."""
    if row.alternates_allowed:
        return
    held = Seat.objects.lasting(on).filter(alternates__isnull=False)
    for seat in held.select_related("partner").distinct():
        raise ActionDenied(f"Le siège {of(seat.partner)} a des suppléants : retirez-les d'abord.")
