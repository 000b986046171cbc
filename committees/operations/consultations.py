"""Written consultations: prepared, changed, launched, and those who are silent reminded (C5)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, long_datetime
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.money import format_euros
from alize.common.writings import check_mark
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import BallotStatus, ConsultationMatter, MeetingMode, MeetingStatus
from committees.models import (
    AgendaItem,
    Ballot,
    CommitteeRules,
    Decision,
    Meeting,
    Proposal,
)
from committees.operations.agenda import put_on_agenda, take_off
from committees.operations.ballots import check_leading, put_to_the_vote
from committees.operations.base import (
    locked_ballot,
    locked_item,
    locked_meeting,
)
from committees.operations.planning import next_number
from committees.operations.summons import check_chair
from committees.queries import ballots, consultations, seats
from committees.queries.decisions import reopened
from committees.queries.rules import committee_rules
from committees.rules.consultations import earliest_end, reminder_times
from projects import operations as project_operations


@transaction.atomic
def prepare_consultation(
    *,
    project_id: int,
    matter: str,
    urgency: str,
    closes_at: datetime,
    reminds: bool | None = None,
    by: Person,
    at: datetime,
) -> AgendaItem:
    """Put a file that is ready in a written consultation, numbered among the meetings.

    `reminds`: whether those who have not voted are reminded; the committee's rules, unless said.
    :raises ActionDenied: the committee's rules do not allow it, or the file is not ready.
    :raises InvalidInput: it would end too early.
    """
    project_operations.held([project_id])
    meeting = new_consultation(
        project_id=project_id,
        matter=matter,
        urgency=urgency,
        closes_at=closes_at,
        reminds=reminds,
        by=by,
        at=at,
    )
    return put_on_agenda(meeting_id=meeting.pk, project_id=project_id, by=by, at=at)


def new_consultation(
    *,
    project_id: int,
    matter: str,
    urgency: str,
    closes_at: datetime,
    reminds: bool | None = None,
    by: Person,
    at: datetime,
) -> Meeting:
    """A written consultation without its file yet.

    :raises ActionDenied: the committee's rules do not allow it.
    :raises InvalidInput: it would end too early, or its matter does not suit the file.
    """
    _check_question(matter, project_id, closes_at, at=at)
    if reminds is None:
        reminds = committee_rules().consultation_reminders
    year, rank = next_number(at)
    meeting = Meeting.objects.create(
        year=year,
        rank=rank,
        held_at=at,
        mode=MeetingMode.WRITTEN,
        closes_at=closes_at,
        matter=ConsultationMatter(matter),
        urgency=urgency.strip(),
        reminds=reminds,
    )
    _seat_chair(meeting, at=at)
    meeting.save(update_fields=["chair"])
    audit.record("consultation.prepared", target=meeting, by=by, at=at, project=project_id)
    return meeting


@transaction.atomic
def change_consultation(
    *,
    meeting_id: int,
    project_id: int,
    matter: str,
    urgency: str,
    closes_at: datetime,
    reminds: bool,
    mark: str = "",
    by: Person,
    at: datetime,
) -> AgendaItem:
    """Change what a consultation asks, until it is launched; another file asks its own proposal.

    `mark` is that of what the page showed.

    :raises ActionDenied: it is launched or cancelled, or the rules keep its matter for a meeting.
    :raises InvalidInput: it would end too early.
    :raises WrittenMeanwhile: somebody else changed it since the page was opened.
    """
    meeting = locked_meeting(meeting_id)
    permissions.prepare_consultation(meeting)
    _check_question(matter, project_id, closes_at, at=at)
    item = meeting.items.get()
    stored = consultations.as_typed(meeting, item.project_id)
    meeting.matter, meeting.urgency = ConsultationMatter(matter), urgency.strip()
    meeting.closes_at, meeting.reminds, meeting.held_at = closes_at, reminds, at
    check_mark(mark, stored=stored, sent=consultations.as_typed(meeting, project_id))
    if item.project_id != project_id:
        if item.matter:
            raise InvalidInput(
                "Cette consultation porte sur une avance : annulez-la pour en ouvrir une autre.",
                field="project",
            )
        project_operations.held([item.project_id, project_id])
        take_off(meeting, item.pk, by=by, at=at)
        item = put_on_agenda(meeting_id=meeting.pk, project_id=project_id, by=by, at=at)
    _seat_chair(meeting, at=at)
    meeting.save()
    audit.record("consultation.changed", target=meeting, by=by, at=at, project=project_id)
    return item


def _seat_chair(meeting: Meeting, *, at: datetime) -> None:
    """Keep its chair in a held consultation while it may lead; else the first who may (R30)."""
    meeting.chair = next(iter(seats.able_to_lead(meeting, on=timezone.localdate(at))), None)


def _check_question(matter: str, project_id: int, closes_at: datetime, *, at: datetime) -> None:
    """Refuse what the committee's rules do not let be asked in writing."""
    rules = committee_rules()
    permissions.consult(allowed=rules.consultations)
    permissions.consult_about(matter, allowed=rules.consultation_matters)
    _earlier_decision(matter, project_id)
    _check_end(closes_at, rules.consultation_min_days, at=at)


def _check_end(closes_at: datetime, min_days: int, *, at: datetime) -> None:
    earliest = earliest_end(timezone.localdate(at), min_days)
    if timezone.localdate(closes_at) < earliest:
        raise InvalidInput(
            f"Les membres ont au moins {min_days} jours ouvrés pour voter : choisissez le "
            f"{long_date(earliest)} ou après.",
            field="closes_on",
        )


@transaction.atomic
def launch_consultation(*, meeting_id: int, by: Person, at: datetime) -> Ballot:
    """Open the vote of a consultation and write to every seat that votes (M07).

    :raises ActionDenied: nobody may preside that day, the caller does not, no proposal is ready,
        the file is decided, or its matter is not what the rules let it settle in writing.
    """
    meeting = locked_meeting(meeting_id)
    item = locked_item(meeting.items.get().pk)
    permissions.launch_consultation(meeting, item)
    meeting.held_at = meeting.convened_at = meeting.opened_at = at
    _seat_chair(meeting, at=at)
    check_chair(meeting)
    check_leading(by, item, at=at)
    rules = committee_rules()
    permissions.consult(allowed=rules.consultations)
    closes_at = consultations.hour_of(meeting)
    _check_end(closes_at, rules.consultation_min_days, at=at)
    proposal = item.proposals.filter(ballot=None).order_by("-pk").first()
    if proposal is None:
        raise ActionDenied("Rédigez la proposition de décision avant de lancer la consultation.")
    _check_matter(meeting, item, proposal, rules)
    meeting.status = MeetingStatus.OPEN
    meeting.convened_by_id = meeting.opened_by_id = by.pk
    meeting.save()
    ballot = put_to_the_vote(
        item,
        proposal,
        ballots.snapshot(item, proposal, at=at),
        closes_at=closes_at,
        by=by,
        at=at,
    )
    for person in consultations.undecided(ballot):
        _ask(ballot, person, key="launch")
    _plan_end(ballot, reminders=reminder_times(at, closes_at) if meeting.reminds else ())
    audit.record("consultation.launched", target=meeting, by=by, at=at, ballot=ballot.pk)
    return ballot


def _plan_end(ballot: Ballot, *, reminders: Iterable[datetime]) -> None:
    """Those who have not voted are written to again; at its hour, the vote closes by itself."""
    for number, moment in enumerate(reminders, 1):
        enqueue(
            "committees.remind_consultation",
            key=f"{ballot.pk}:{number}",
            due_at=moment,
            ballot_id=ballot.pk,
            number=number,
        )
    enqueue(
        "committees.close_consultation",
        key=str(ballot.pk),
        due_at=ballot.closes_at,
        ballot_id=ballot.pk,
    )


def _check_matter(
    meeting: Meeting, item: AgendaItem, proposal: Proposal, rules: CommitteeRules
) -> None:
    """Refuse in writing what the committee should talk about (voting.md 5.3)."""
    ceiling = rules.consultation_max_amount
    if ceiling is not None and proposal.amount > ceiling:
        raise ActionDenied(
            f"Une avance de plus de {format_euros(ceiling)} se décide en séance, selon les règles "
            "du comité."
        )
    earlier = _earlier_decision(meeting.matter, item.project_id)
    if earlier is None:
        return
    before = consultations.terms_of(earlier.proposal, amount=earlier.amount)
    after = consultations.terms_of(proposal, amount=proposal.amount)
    max_change = rules.consultation_max_change
    if meeting.matter == ConsultationMatter.CONDITIONS and after != before:
        raise ActionDenied(
            "Cette consultation ne porte que sur les conditions : gardez le montant, l'échéancier, "
            "les jours de compétences et le mandataire, ou discutez-en en séance."
        )
    if not after.is_close_to(before, max_change):
        raise ActionDenied(
            f"Le montant, l'échéancier ou les jours de compétences changent de plus de "
            f"{max_change} % : ce changement se discute en séance."
        )


def _earlier_decision(matter: str, project_id: int) -> Decision | None:
    """The decision that a consultation changes; a matter of urgency needs none."""
    if matter == ConsultationMatter.URGENCY:
        return None
    earlier = reopened(project_id)
    if earlier is None:
        raise InvalidInput(
            "Ce dossier n'a pas de décision à reprendre : choisissez l'urgence, ou une séance.",
            field="matter",
        )
    return earlier


def _ask(ballot: Ballot, person: Person, *, key: str) -> None:
    """« Votez avant le … » : one mail a person and an occasion."""
    send_mail(
        "M07",
        to=Recipient.of(person),
        path=basin_reverse("ballot_detail", ballot_id=ballot.pk),
        key=f"{ballot.pk}:{key}",
        date=long_datetime(consultations.hour_of(ballot.item.meeting)),
        company=ballot.item.project.beneficiary.name,
        again="1" if ballot.number > 1 else "",
    )


@transaction.atomic
def remind_undecided(*, ballot_id: int, number: int, at: datetime) -> int:
    """Write again to the seats that have not voted, while they still may; returns how many."""
    ballot = locked_ballot(ballot_id)
    if not permissions.within_the_hour.allows(ballot, at=at) or ballot.status != BallotStatus.OPEN:
        return 0
    people = consultations.undecided(ballot)
    for person in people:
        _ask(ballot, person, key=f"reminder-{number}")
    if people:
        audit.record("ballot.reminded", target=ballot, at=at, people=len(people))
    return len(people)
