"""Ouvrir un bassin : a candidacy from its first line to the word of the national committee (A3)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import short_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.writings import check_mark
from alize.documents.models import StoredFile
from alize.documents.operations import store_upload
from alize.documents.vetting import UploadRefused
from alize.outbox.operations import enqueue
from basins import opening
from basins.enums import BASIN_TRANSITIONS, BasinStatus
from basins.models import Basin
from basins.queries.references import references_on
from network.candidacies import permissions, queries
from network.candidacies.enums import (
    CANDIDACY_TRANSITIONS,
    FOLLOWS,
    CandidacyStatus,
    NationalOutcome,
)
from network.candidacies.models import (
    Candidacy,
    CandidatePartner,
    CandidatePledge,
    NationalDecision,
)
from partners.enums import PledgeNature
from partners.rules import valued

SPACE = "candidacies.open_space"
"""The work that makes the space of an accepted basin."""
ASTREES = "ASTREES"
"""A party to every partnership convention: it is added with the space."""
BASIN_FIELDS = ("name", "slug", "departments")
FIELDS = (
    "communes", "priorities", "large_companies", "small_companies", "authorities",
    "operator_name", "operator_short_name", "operator_siren", "representative_first_name",
    "representative_last_name", "representative_email", "consensus_on",
    "starts_on", "local_engineering", "allowance", "budget_comment",
)  # fmt: skip


@dataclass(frozen=True)
class PledgeFacts:
    """What a partner would bring in one of the three years; `amount` in cents."""

    rank: int
    nature: str
    amount: int = 0
    days: Decimal = Decimal(0)
    daily_rate: int | None = None
    what: str = ""


@transaction.atomic
def open_candidacy(*, name: str, slug: str, by: Person, at: datetime) -> Candidacy:
    """Begin a candidacy: its basin exists from now on, as a candidate without a space.

    :raises InvalidInput: the address is not one, or another basin has it.
    """
    schema = opening.next_schema()
    _check_address(slug)
    basin = Basin.objects.create(schema_name=schema, slug=slug, name=name.strip(), departments=[])
    candidacy = Candidacy.objects.create(
        basin=basin,
        local_engineering=references_on(timezone.localdate(at)).engineering,
        created_at=at,
        created_by_id=by.pk,
    )
    audit.record("candidacy.opened", target=candidacy, by=by, at=at, basin=basin.pk)
    return candidacy


def _check_address(slug: str, *, mine: Basin | None = None) -> None:
    if not opening.SLUG.fullmatch(slug):
        raise InvalidInput(
            "L'adresse s'écrit en minuscules sans accent, chiffres et tirets.", field="slug"
        )
    if Basin.objects.filter(slug=slug).exclude(pk=mine and mine.pk).exists():
        raise InvalidInput(f"Un bassin a déjà l'adresse « {slug} ».", field="slug")


@transaction.atomic
def save_stage(
    *,
    candidacy_id: int,
    values: Mapping[str, Any],
    record: File | None = None,
    mark: str = "",
    by: Person,
    at: datetime,
) -> Candidacy:
    """Keep what one step says, and the act of the consensus on the operator when it is sent.

    `mark` is that of what the page showed.

    :raises ActionDenied: the candidacy is submitted.
    :raises InvalidInput: the address is not one or is taken, or the file cannot be kept.
    :raises WrittenMeanwhile: somebody else saved the step since the page was opened.
    """
    candidacy = locked(candidacy_id)
    permissions.edit(candidacy)
    basin = candidacy.basin
    kept = {name: basin if name in BASIN_FIELDS else candidacy for name in values}
    stored = {name: getattr(row, name) for name, row in kept.items()}
    check_mark(mark, stored=stored, sent=values)
    if "slug" in values:
        _check_address(values["slug"], mine=basin)
    for name in BASIN_FIELDS:
        if name in values:
            setattr(basin, name, values[name])
    basin.save(update_fields=BASIN_FIELDS)
    for name in FIELDS:
        if name in values:
            setattr(candidacy, name, values[name])
    if record is not None:
        candidacy.consensus_record = _kept(record, field="record", by=by, at=at)
    candidacy.save()
    audit.record("candidacy.saved", target=candidacy, by=by, at=at, fields=sorted(values))
    return candidacy


def _kept(file: File, *, field: str, by: Person, at: datetime) -> StoredFile:
    try:
        return store_upload(file=file, name=file.name or field, by=by, at=at)
    except UploadRefused as refusal:
        raise InvalidInput(refusal.reason, field=field) from refusal


@transaction.atomic
def save_partner(
    *,
    candidacy_id: int,
    partner_id: int | None,
    values: Mapping[str, Any],
    pledges: Iterable[PledgeFacts],
    mark: str = "",
    by: Person,
    at: datetime,
) -> CandidatePartner:
    """Add a partner or correct it, with all that it would bring.

    `mark` is that of what the page showed.

    :raises ActionDenied: the candidacy is submitted, or the partner removed meanwhile.
    :raises InvalidInput: another partner of the candidacy has this name.
    :raises WrittenMeanwhile: somebody else corrected it since the page was opened.
    """
    candidacy = locked(candidacy_id)
    permissions.edit(candidacy)
    if values["name"].strip().casefold() == ASTREES.casefold():
        raise InvalidInput(
            "ASTREES est partie à toute convention : elle s'ajoute d'elle-même.", field="name"
        )
    same = candidacy.partners.filter(name__iexact=values["name"])
    if any(one.pk != partner_id for one in same):
        raise InvalidInput("Ce partenaire est déjà dans la candidature.", field="name")
    stored: dict[str, Any] = {}
    if partner_id is None:
        partner = CandidatePartner(candidacy=candidacy)
    else:
        partner = _still_there(candidacy, partner_id)
        stored = queries.as_typed(partner, partner.pledges.all())
    for name, value in values.items():
        setattr(partner, name, value)
    brought = [CandidatePledge(partner=partner, **asdict(_weighed(one))) for one in pledges]
    check_mark(mark, stored=stored, sent=queries.as_typed(partner, brought))
    partner.save()
    partner.pledges.all().delete()
    CandidatePledge.objects.bulk_create(brought)
    audit.record("candidacy.partner_saved", target=candidacy, by=by, at=at, partner=partner.pk)
    return partner


def _still_there(candidacy: Candidacy, partner_id: int) -> CandidatePartner:
    partner = candidacy.partners.filter(pk=partner_id).first()
    if partner is None:
        raise ActionDenied("Ce partenaire a été retiré de la candidature entre-temps.")
    return partner


def _weighed(pledge: PledgeFacts) -> PledgeFacts:
    """Days are worth their rate."""
    if pledge.nature != PledgeNature.SKILLS or pledge.daily_rate is None:
        return pledge
    amount = valued(days=pledge.days, daily_rate=pledge.daily_rate)
    return PledgeFacts(
        pledge.rank, pledge.nature, amount, days=pledge.days, daily_rate=pledge.daily_rate
    )


@transaction.atomic
def remove_partner(*, candidacy_id: int, partner_id: int, by: Person, at: datetime) -> None:
    """Retirer a partner and what it would bring.

    :raises ActionDenied: the candidacy is submitted, or the partner removed already.
    """
    candidacy = locked(candidacy_id)
    permissions.edit(candidacy)
    _still_there(candidacy, partner_id).delete()
    audit.record("candidacy.partner_removed", target=candidacy, by=by, at=at, partner=partner_id)


@transaction.atomic
def submit(*, candidacy_id: int, meeting_on: date, by: Person, at: datetime) -> Candidacy:
    """Bring a complete candidacy before a meeting of the national committee; its file is issued.

    :raises ActionDenied: something is missing, or it is submitted already.
    :raises InvalidInput: the meeting is past.
    """
    candidacy = locked(candidacy_id)
    permissions.submit(candidacy, queries.gaps(candidacy))
    if meeting_on < timezone.localdate(at):
        raise InvalidInput("Cette date est passée.", field="meeting_on")
    _move(candidacy, CandidacyStatus.SUBMITTED)
    candidacy.meeting_on = meeting_on
    candidacy.submitted_at, candidacy.submitted_by_id = at, by.pk
    candidacy.decided_at = candidacy.decided_by_id = None
    candidacy.save()
    audit.record(
        "candidacy.submitted", target=candidacy, by=by, at=at, meeting=meeting_on.isoformat()
    )
    enqueue(
        "candidacies.issue_file",
        key=f"{candidacy.pk}:{at.isoformat()}",
        candidacy_id=candidacy.pk,
        by_id=by.pk,
    )
    return candidacy


@transaction.atomic
def withdraw(*, candidacy_id: int, reason: str, by: Person, at: datetime) -> Candidacy:
    """Retirer a candidacy begun by mistake or given up; its basin is closed, its address freed.

    The same person asking twice does it once.

    :raises ActionDenied: the national committee has spoken, or somebody else withdrew it.
    :raises InvalidInput: no reason is given.
    """
    candidacy = locked(candidacy_id)
    if candidacy.status == CandidacyStatus.WITHDRAWN and candidacy.withdrawn_by_id == by.pk:
        return candidacy
    permissions.withdraw(candidacy)
    if not reason.strip():
        raise InvalidInput("Dites pourquoi la candidature est retirée.", field="reason")
    _move(candidacy, CandidacyStatus.WITHDRAWN)
    candidacy.withdrawal_reason = reason.strip()[:500]
    candidacy.withdrawn_at, candidacy.withdrawn_by_id = at, by.pk
    candidacy.save(update_fields=["status", "withdrawal_reason", "withdrawn_at", "withdrawn_by"])
    basin = candidacy.basin
    basin.slug = f"candidature-retiree-{candidacy.pk}"
    basin.save(update_fields=["slug"])
    _move_basin(basin, BasinStatus.CLOSED)
    audit.record(
        "candidacy.withdrawn", target=candidacy, by=by, at=at, reason=candidacy.withdrawal_reason
    )
    return candidacy


@transaction.atomic
def decide(
    *,
    candidacy_id: int,
    decided_on: date,
    outcome: str,
    votes_for: int,
    votes_against: int,
    abstentions: int,
    reason: str,
    minutes: File,
    by: Person,
    at: datetime,
) -> NationalDecision:
    """Record what the national committee said, with its minutes; accepted, the basin is validated.

    Deferred, the candidacy may be completed and submitted again; refused, its basin is closed.

    :raises ActionDenied: it is not submitted, or by the same person, or the committee has spoken.
    :raises InvalidInput: the day, the votes, the reason or the file do not stand.
    """
    candidacy = locked(candidacy_id)
    permissions.decide(candidacy, by)
    _check_day(candidacy, decided_on, on=timezone.localdate(at))
    _check_votes(outcome, votes_for, votes_against, reason)
    decision = NationalDecision.objects.create(
        candidacy=candidacy,
        decided_on=decided_on,
        outcome=outcome,
        votes_for=votes_for,
        votes_against=votes_against,
        abstentions=abstentions,
        reason=reason.strip(),
        minutes=_kept(minutes, field="minutes", by=by, at=at),
        recorded_at=at,
        recorded_by_id=by.pk,
    )
    _move(candidacy, FOLLOWS[outcome])
    candidacy.decided_at, candidacy.decided_by_id = at, by.pk
    candidacy.save(update_fields=["status", "decided_at", "decided_by"])
    if outcome == NationalOutcome.ACCEPTED:
        _move_basin(candidacy.basin, BasinStatus.VALIDATED)
        enqueue(SPACE, key=str(candidacy.pk), candidacy_id=candidacy.pk)
    elif outcome == NationalOutcome.REFUSED:
        _move_basin(candidacy.basin, BasinStatus.CLOSED)
    audit.record(
        "candidacy.decided",
        target=candidacy,
        by=by,
        at=at,
        outcome=str(outcome),
        votes=[votes_for, votes_against, abstentions],
        minutes=decision.minutes.sha256,
    )
    enqueue("candidacies.issue_decision", key=str(decision.pk), decision_id=decision.pk)
    return decision


def _check_day(candidacy: Candidacy, decided_on: date, *, on: date) -> None:
    if decided_on > on:
        raise InvalidInput("Cette séance n'a pas encore eu lieu.", field="decided_on")
    submitted_on = timezone.localdate(candidacy.submitted_at)
    if decided_on < submitted_on:
        raise InvalidInput(
            f"Cette candidature n'a été déposée que le {short_date(submitted_on)} : vérifiez le "
            "jour de la séance.",
            field="decided_on",
        )


def _check_votes(outcome: str, votes_for: int, votes_against: int, reason: str) -> None:
    if outcome == NationalOutcome.REFUSED and votes_for > votes_against:
        raise InvalidInput(
            "Un territoire n'est pas refusé par plus de voix pour que de voix contre.",
            field="votes_for",
        )
    if outcome == NationalOutcome.ACCEPTED:
        if votes_for <= votes_against:
            raise InvalidInput(
                "Un territoire est accepté par plus de voix pour que de voix contre.",
                field="votes_for",
            )
    elif not reason.strip():
        raise InvalidInput("Donnez le motif de la décision.", field="reason")


def _move(candidacy: Candidacy, status: CandidacyStatus) -> None:
    CANDIDACY_TRANSITIONS.guard(candidacy.status, status)
    candidacy.status = status


def _move_basin(basin: Basin, status: BasinStatus) -> None:
    BASIN_TRANSITIONS.guard(basin.status, status)
    basin.status = status
    basin.save(update_fields=["status"])


def locked(candidacy_id: int) -> Candidacy:
    """The candidacy, held until the end of the transaction."""
    return (
        Candidacy.objects.select_for_update(of=("self",))
        .select_related("basin")
        .get(pk=candidacy_id)
    )
