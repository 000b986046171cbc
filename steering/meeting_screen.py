"""The words of the page of a steering committee."""

from dataclasses import dataclass
from datetime import date

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.money import format_number, format_whole_euros
from alize.common.screen import Action, Badge, Definition, Download, Link, ObjectHeader, Tone
from alize.documents.imprint import verify_path
from alize.documents.models import GeneratedDocument
from alize.seals.queries import is_sealed, sealed_copy
from basins.access import allows, may_open
from basins.homes import Visitor
from committees.models import Decision
from committees.queries.decisions import said_after
from projects.queries.visibility import visible_to
from signatures.enums import ENDED
from signatures.queries.signing import circuit_badge
from steering import documents, permissions
from steering.enums import SteeringStatus, Verdict
from steering.models import SteeringMeeting, Validation
from steering.queries import meetings, validations
from steering.screen import size_of

_TONES: dict[str, Tone] = {
    SteeringStatus.CONVENED: "info",
    SteeringStatus.HELD: "info",
    SteeringStatus.SIGNED: "done",
}
_VERDICT_TONES: dict[str, Tone] = {
    Verdict.VALIDATED: "done",
    Verdict.REMARKED: "info",
    Verdict.RESERVED: "attention",
}


@dataclass(frozen=True)
class DecisionLine:
    """One decision that a committee examines: what it says of it, once it has."""

    company: str
    url: str
    facts: list[str]
    verdict: Badge | None
    remark: str


@dataclass(frozen=True)
class MeetingScreen:
    """What the page of a steering committee shows."""

    header: ObjectHeader
    facts: list[Definition]
    is_held: bool
    attendees: list[str]
    agenda: list[str]
    orientations: list[str]
    decisions: list[DecisionLine]
    """Those it has examined; those it will be shown, until it concludes."""
    before: Link | None
    """The committee before, when it concluded something."""
    decided_before: list[str]
    downloads: list[Download]
    is_making: bool
    """Whether its minutes are being laid out."""
    signature: Badge | None
    circuit: str
    """Where its signature is followed."""


@dataclass(frozen=True)
class MeetingLine:
    """One committee in the list."""

    name: str
    url: str
    day: str
    place: str
    badge: Badge


def badge(meeting: SteeringMeeting) -> Badge:
    """Where it stands."""
    return Badge(meeting.get_status_display(), _TONES[meeting.status])


def line(meeting: SteeringMeeting) -> MeetingLine:
    """One committee, as a list says it."""
    return MeetingLine(
        str(meeting), address(meeting), long_date(meeting.held_on), meeting.place, badge(meeting)
    )


def address(meeting: SteeringMeeting, page: str = "meeting") -> str:
    """A page of a committee."""
    return basin_reverse(f"steering_{page}", number=meeting.number)


def page_of(pk: str) -> Link | None:
    """Where the page of a committee is, from its identifier."""
    meeting = SteeringMeeting.objects.filter(pk=pk).first()
    return None if meeting is None else Link(str(meeting), address(meeting))


@said_after
def verdicts_on(decision: Decision) -> list[Definition]:
    """What the steering committee has said of a decision, on the page of that one."""
    said = decision.validations.select_related("meeting").order_by("meeting__held_on")
    return [
        Definition(
            "Comité local",
            f"{one.get_verdict_display()} le {long_date(one.meeting.held_on)}",
            url=address(one.meeting),
        )
        for one in said
    ]


def meeting_screen(meeting: SteeringMeeting, visitor: Visitor) -> MeetingScreen:
    """Gather the page of a committee for whoever reads it, writes it or follows its signature."""
    circuit, on = meeting.circuit, visitor.on
    follows = allows(visitor.roles, "signature.read")
    before = meetings.before(meeting)
    decided_before = documents.items(before.orientations) if before else []
    return MeetingScreen(
        header=_header(meeting, writes=allows(visitor.roles, "report.write"), on=on),
        facts=_facts(meeting),
        is_held=meeting.status != SteeringStatus.CONVENED,
        attendees=documents.items(meeting.attendees),
        agenda=documents.items(meeting.agenda),
        orientations=documents.items(meeting.orientations),
        decisions=_decisions(meeting, visitor),
        before=Link(str(before), address(before)) if before and decided_before else None,
        decided_before=decided_before,
        downloads=_downloads(meeting.document) if permissions.reads_minutes(visitor.roles) else [],
        is_making=meeting.closed_at is not None and meeting.document is None,
        signature=circuit_badge(circuit, on=on) if circuit else None,
        circuit=basin_reverse("circuit_detail", circuit_id=circuit.pk)
        if circuit and follows
        else "",
    )


def _decisions(meeting: SteeringMeeting, visitor: Visitor) -> list[DecisionLine]:
    if meeting.status == SteeringStatus.CONVENED:
        shown = [(one, None) for one in validations.presented_for(visitor, meeting)]
    else:
        shown = [(one.decision, one) for one in validations.said_for(visitor, meeting)]
    read: set[int] = set()
    if may_open(visitor.roles, "decision_detail"):
        files = visible_to(visitor).filter(pk__in=[one.project_id for one, _ in shown])
        read = set(files.values_list("pk", flat=True))
    return [_decision(one, said, leads=one.project_id in read) for one, said in shown]


def _decision(decision: Decision, said: Validation | None, *, leads: bool) -> DecisionLine:
    aid = [
        f"avance de {format_whole_euros(decision.amount)}" if decision.amount else "",
        f"{format_number(decision.days)} j" if decision.days else "",
    ]
    return DecisionLine(
        company=decision.project.beneficiary.name,
        url=basin_reverse("decision_detail", reference=decision.reference) if leads else "",
        facts=[
            f"{decision.get_outcome_display()} le {short_date(decision.decided_on)}",
            *filter(None, aid),
        ],
        verdict=Badge(said.get_verdict_display(), _VERDICT_TONES[said.verdict]) if said else None,
        remark=said.remark if said else "",
    )


def _header(meeting: SteeringMeeting, *, writes: bool, on: date) -> ObjectHeader:
    now, holder = _now(meeting, on=on)
    actions = _actions(meeting) if writes else []
    return ObjectHeader(
        name=str(meeting),
        reference="Comité local de pilotage et d'évaluation",
        status=badge(meeting),
        now=now,
        holder=holder,
        due=documents.when(meeting) if meeting.status == SteeringStatus.CONVENED else "",
        action=actions[0] if actions else None,
        others=actions[1:],
    )


def _now(meeting: SteeringMeeting, *, on: date) -> tuple[str, str]:
    """What comes next, and who has the ball."""
    if meeting.status == SteeringStatus.CONVENED:
        if on < meeting.held_on:
            return "Le comité se tiendra à cette date ; ses conclusions s'enregistrent ensuite.", ""
        return "Enregistrez les conclusions du comité : elles font son relevé.", "l'opérateur local"
    if permissions.is_contested(meeting):
        return "Une signature du relevé est contestée : ASTREES y donne suite.", "ASTREES"
    if permissions.is_lacking(meeting):
        return permissions.LACKING, "l'opérateur local"
    if meeting.signed_on is not None:
        return f"Le relevé de décisions est signé depuis le {long_date(meeting.signed_on)}.", ""
    if meeting.circuit is not None and meeting.circuit.status not in ENDED:
        return "Le relevé de décisions est en signature.", "la présidence du comité local"
    if meeting.document is not None:
        return "Le relevé de décisions attend d'être signé.", "l'opérateur local"
    if meeting.closed_at is not None:
        return "Le relevé de décisions se met en page.", ""
    return "Ce comité s'est tenu avant l'outil : son relevé peut y être repris.", ""


def _actions(meeting: SteeringMeeting) -> list[Action]:
    """What the operator may do, the first first."""
    known = (
        (permissions.close_meeting, "Enregistrer les conclusions", "close", "check2-square"),
        (permissions.sign_minutes, "Faire signer le relevé", "sign", "pen"),
        (permissions.move_meeting, "Modifier la convocation", "move", "pencil"),
        (
            permissions.correct_minutes,
            "Reprendre le relevé" if permissions.is_lacking(meeting) else "Corriger le relevé",
            "correct",
            "pencil",
        ),
    )
    return [
        Action(label, address(meeting, page), icon)
        for check, label, page, icon in known
        if check.allows(meeting)
    ]


def _facts(meeting: SteeringMeeting) -> list[Definition]:
    report = meeting.report
    facts = [
        Definition("Date", documents.when(meeting)),
        Definition("Lieu", meeting.place),
        Definition(
            "Rapport présenté",
            f"Rapport d'évaluation {report.year}" if report else "Aucun",
            url=basin_reverse("report_detail", year=report.year) if report else "",
        ),
    ]
    if meeting.status != SteeringStatus.CONVENED:
        facts.insert(2, Definition("Présidé par", meeting.chaired_by))
    return facts


def _downloads(document: GeneratedDocument | None) -> list[Download]:
    """The minutes, sealed as soon as they are, and where to verify them."""
    if document is None:
        return []
    file = sealed_copy(document) or document
    form = "signé et scellé" if is_sealed(file) else "à signer"
    return [
        Download(
            "Relevé de décisions (PDF)",
            basin_reverse("document_download", document_id=file.pk),
            f"{form}, {size_of(file)}",
            "file-earmark-pdf",
            primary=True,
        ),
        Download(
            "Vérifier le document",
            verify_path(file.reference, file.version),
            "authenticité et version",
            "patch-check",
        ),
    ]
