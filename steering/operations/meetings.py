"""A steering committee: convened, its conclusions recorded, its minutes signed (R84, P3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.common.writings import check_mark
from alize.documents.models import GeneratedDocument
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from alize.seals import operations as seals
from alize.seals.enums import Standing
from basins.enums import Role
from basins.queries import reachable
from committees.models import Decision
from partners import operations as partners
from partners.enums import MandateKind
from signatures import operations as signatures
from signatures.enums import SignerStatus
from signatures.models import Circuit, CircuitSigner
from signatures.operations import Mandate, SignerFacts
from steering import documents, permissions
from steering.enums import STEERING_TRANSITIONS, SteeringStatus
from steering.models import SteeringMeeting
from steering.operations.validations import conclude_validations, say
from steering.queries import meetings, validations
from steering.queries.meetings import circuits_of

EFFECT = "steering.minutes_signed"
CHAIR = "Par sa fonction"
"""What lets who chairs by their office sign: neither act nor delegation."""
SUMMONS = ("number", "held_on", "hour", "place", "agenda", "report")
CONCLUSIONS = ("held_on", "place", "chaired_by", "attendees", "orientations")
STARTED_AGAIN = "La signature de ce relevé recommence ; un nouveau lien est envoyé."
CORRECTED = "Ce relevé est corrigé : sa nouvelle version sera signée à sa place."


@dataclass(frozen=True)
class GivenMandate:
    """Mandat: under what somebody signs the minutes, and the act that says so."""

    kind: str
    starts_on: date | None = None
    ends_on: date | None = None
    document: File | None = None


def locked_meeting(meeting_id: int) -> SteeringMeeting:
    """The committee, held until the end of the transaction."""
    return (
        SteeringMeeting.objects.select_for_update(of=("self",))
        .select_related("report", "circuit", "document")
        .get(pk=meeting_id)
    )


@transaction.atomic
def convene_meeting(*, values: Mapping[str, Any], by: Person, at: datetime) -> SteeringMeeting:
    """Convoquer the next steering committee: `values` by the names of `SUMMONS`.

    :raises ActionDenied: another one is convened already.
    :raises InvalidInput: the number is taken, or the day is past.
    """
    permissions.convene_meeting(meetings.convened())
    _check_summons(values, on=timezone.localdate(at))
    meeting = SteeringMeeting.objects.create(
        **{name: values[name] for name in SUMMONS}, convened_at=at, convened_by_id=by.pk
    )
    audit.record("steering.convened", target=meeting, by=by, at=at, **_said(meeting))
    return meeting


@transaction.atomic
def move_meeting(
    *, meeting_id: int, values: Mapping[str, Any], mark: str = "", by: Person, at: datetime
) -> SteeringMeeting:
    """Change when, where and on what a convened committee meets.

    `mark` is that of what the page showed.

    :raises ActionDenied: it is held.
    :raises InvalidInput: the number is taken, or the day is past.
    :raises WrittenMeanwhile: somebody else moved it since the page was opened.
    """
    meeting = locked_meeting(meeting_id)
    permissions.move_meeting(meeting)
    stored = {name: getattr(meeting, name) for name in SUMMONS}
    check_mark(mark, stored=stored, sent=values)
    _check_summons(values, on=timezone.localdate(at), mine=meeting)
    for name in SUMMONS:
        setattr(meeting, name, values[name])
    meeting.save(update_fields=SUMMONS)
    audit.record("steering.moved", target=meeting, by=by, at=at, **_said(meeting))
    return meeting


def _check_summons(
    values: Mapping[str, Any], *, on: date, mine: SteeringMeeting | None = None
) -> None:
    others = SteeringMeeting.objects.exclude(pk__in=[mine.pk] if mine else [])
    if others.filter(number=values["number"]).exists():
        raise InvalidInput(
            f"Le comité de pilotage n° {values['number']} existe déjà.", field="number"
        )
    if values["held_on"] < on:
        raise InvalidInput("Cette date est passée.", field="held_on")


def _said(meeting: SteeringMeeting) -> dict[str, Any]:
    return {"number": meeting.number, "on": meeting.held_on.isoformat()}


@transaction.atomic
def close_meeting(
    *, meeting_id: int, values: Mapping[str, Any], mark: str = "", by: Person, at: datetime
) -> SteeringMeeting:
    """Record what a committee concluded, by the names of `CONCLUSIONS`; its minutes are laid out.

    What it says of a decision is by the names of `validations.names_of`; of one that is not named,
    nothing is written. `mark` is that of what the page showed.

    :raises ActionDenied: it is closed already.
    :raises InvalidInput: the day is to come, nothing is concluded, or a remark lacks.
    :raises WrittenMeanwhile: somebody else wrote on the page since it was opened.
    """
    meeting = locked_meeting(meeting_id)
    permissions.close_meeting(meeting)
    STEERING_TRANSITIONS.guard(meeting.status, SteeringStatus.HELD)
    examined = _compared(meeting, values, mark=mark, at=at)
    meeting.status, meeting.closed_at, meeting.closed_by_id = SteeringStatus.HELD, at, by.pk
    _write(meeting, values, examined, by=by, at=at)
    audit.record("steering.closed", target=meeting, by=by, at=at, **_said(meeting))
    return meeting


@transaction.atomic
def correct_minutes(
    *, meeting_id: int, values: Mapping[str, Any], mark: str = "", by: Person, at: datetime
) -> SteeringMeeting:
    """Write the minutes of a committee again, before anybody signs them; a new version follows.

    Signed, they are taken up again when a signature of theirs was set aside: what was sealed is
    replaced by what will be.

    :raises ActionDenied: it is not held, or its minutes are signed or being signed.
    :raises InvalidInput: the day is to come, or nothing is concluded.
    :raises WrittenMeanwhile: somebody else wrote them since the page was opened.
    """
    meeting = locked_meeting(meeting_id)
    permissions.correct_minutes(meeting)
    examined = _compared(meeting, values, mark=mark, at=at)
    if meeting.circuit is not None:
        signatures.give_up(
            circuit_id=meeting.circuit.pk, reason=CORRECTED, is_replaced=True, by=by, at=at
        )
    if meeting.status == SteeringStatus.SIGNED:
        STEERING_TRANSITIONS.guard(meeting.status, SteeringStatus.HELD)
        meeting.status, meeting.signed_on = SteeringStatus.HELD, None
    _write(meeting, values, examined, by=by, at=at)
    audit.record("steering.corrected", target=meeting, by=by, at=at, **_said(meeting))
    return meeting


def _compared(
    meeting: SteeringMeeting, values: Mapping[str, Any], *, mark: str, at: datetime
) -> list[Decision]:
    """The decisions of which a page says something, once nobody else's words are written over."""
    presented = validations.presented_to(meeting, on=timezone.localdate(at))
    examined = [one for one in presented if values.keys() >= {*validations.names_of(one.pk)}]
    stored = {name: getattr(meeting, name) for name in CONCLUSIONS}
    check_mark(mark, stored=stored | validations.as_typed(meeting, examined), sent=values)
    return examined


def _write(
    meeting: SteeringMeeting,
    values: Mapping[str, Any],
    examined: list[Decision],
    *,
    by: Person,
    at: datetime,
) -> None:
    if values["held_on"] > timezone.localdate(at):
        raise InvalidInput("Ce comité ne s'est pas encore tenu à cette date.", field="held_on")
    if not values["orientations"].strip():
        raise InvalidInput("Écrivez au moins une conclusion.", field="orientations")
    for name in CONCLUSIONS:
        setattr(meeting, name, values[name])
    # What was laid out says something else: nobody signs it.
    meeting.document, meeting.circuit = None, None
    meeting.save()
    for decision in examined:
        verdict, remark = (values[name] for name in validations.names_of(decision.pk))
        say(meeting, decision, verdict=verdict, remark=remark.strip())
    # Of those that the page did not show: on files from which its writer withdrew (SD5).
    if meeting.validations.filter(decision__decided_on__gt=meeting.held_on).exists():
        raise InvalidInput(
            "Ce comité a examiné une décision prise après cette date.", field="held_on"
        )
    enqueue("steering.issue_minutes", key=f"{meeting.pk}:{at.isoformat()}", meeting_id=meeting.pk)


@transaction.atomic
def issue_minutes(*, meeting_id: int, at: datetime) -> SteeringMeeting:
    """Lay out the minutes of a committee as they are written."""
    meeting = locked_meeting(meeting_id)
    if meeting.document is None:
        meeting.document = documents.issue_minutes(meeting, at=at)
        meeting.save(update_fields=["document"])
    return meeting


@transaction.atomic
def sign_minutes(
    *,
    meeting_id: int,
    signer: SignerFacts,
    mandate: GivenMandate,
    expires_on: date,
    message: str,
    by: Person,
    at: datetime,
) -> Circuit:
    """Have the minutes signed by who chaired, online or on paper; sealed, they are final (M22).

    Who chairs by their office needs no act; a delegate signs under the one that is joined.

    :raises ActionDenied: they are not laid out, signed or being signed.
    :raises InvalidInput: the signer has no address, the mandate no act, or the term does not stand.
    """
    meeting = locked_meeting(meeting_id)
    permissions.sign_minutes(meeting)
    partners.check_mandate(**vars(mandate))
    act = partners.keep_act(mandate.document, by=by, at=at)
    kind = CHAIR if mandate.kind == MandateKind.STATUTORY else MandateKind(mandate.kind).label
    held = Mandate(kind, act.sha256 if act else "", mandate.starts_on, mandate.ends_on)
    if meeting.circuit is not None:
        signatures.give_up(circuit_id=meeting.circuit.pk, reason=STARTED_AGAIN, by=by, at=at)
    meeting.circuit = signatures.launch(
        document=cast(GeneratedDocument, meeting.document),
        title=documents.MINUTES_TITLE,
        summary=[
            ("Comité de pilotage", f"n° {meeting.number}"),
            ("Tenu le", long_date(meeting.held_on)),
        ],
        signers=[replace(signer, mandate=held)],
        expires_on=expires_on,
        effect=EFFECT,
        message=message,
        by=by,
        at=at,
    )
    meeting.save(update_fields=["circuit"])
    audit.record(
        "steering.signature_launched", target=meeting, by=by, at=at, circuit=meeting.circuit.pk
    )
    return meeting.circuit


@transaction.atomic
def note_signed(*, circuit_id: int, at: datetime) -> SteeringMeeting:
    """Make sealed minutes final and tell the presidency and the operator (M22); once.

    What they reserve is put to the approval committee. They make good a signature set aside of
    those that they replace in the public register.
    """
    meeting = locked_meeting(SteeringMeeting.objects.get(circuit_id=circuit_id).pk)
    if meeting.status == SteeringStatus.SIGNED:
        return meeting
    STEERING_TRANSITIONS.guard(meeting.status, SteeringStatus.SIGNED)
    circuit = cast(Circuit, meeting.circuit)
    signed = circuit.signers.filter(status=SignerStatus.SIGNED).aggregate(on=Max("signed_on"))
    meeting.status, meeting.signed_on = SteeringStatus.SIGNED, signed["on"]
    meeting.save(update_fields=["status", "signed_on"])
    conclude_validations(meeting, by=circuit.launched_by, at=at)
    good = signatures.make_good(
        circuit_ids=list(circuits_of(meeting)), act=circuit, by=circuit.launched_by, at=at
    )
    for former in {signer.circuit for signer in good}:
        _replace(former, circuit.document, by=circuit.launched_by, at=at)
    for person in reachable(Role.PRESIDENT, Role.OPERATOR, on=timezone.localdate(at)):
        send_mail(
            "M22",
            to=Recipient.of(person),
            path=basin_reverse("steering_meeting", number=meeting.number),
            key=f"{meeting.pk}:{circuit.pk}",
            number=meeting.number,
            date=long_date(meeting.held_on),
        )
    audit.record("steering.signed", target=meeting, at=at, circuit=circuit.pk)
    return meeting


def _replace(former: Circuit, later: GeneratedDocument, *, by: Person, at: datetime) -> None:
    seals.set_standing(
        document=cast(GeneratedDocument, former.sealed_document),
        standing=Standing.REPLACED,
        replaced_by=f"{later.reference}, version {later.version}",
        by=by,
        at=at,
    )


@transaction.atomic
def follow_settlement(*, signer_id: int, at: datetime) -> None:
    """Tell the public register that a signature of sealed minutes was set aside; once."""
    known = CircuitSigner.objects.select_related("circuit__sealed_document", "settled_by")
    signer = known.get(pk=signer_id)
    meeting = SteeringMeeting.objects.filter(circuit=signer.circuit).first()
    if meeting is not None and permissions.is_lacking(meeting):
        seals.set_standing(
            document=cast(GeneratedDocument, signer.circuit.sealed_document),
            standing=Standing.LACKING,
            by=signer.settled_by,
            at=at,
        )
