"""The steering committees of a demo basin: the minutes of the last one, the next one convened."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from alize.common.dates import add_working_days
from alize.demo.story.scene import Scene, at
from alize.demo.story.signing import Signing
from funds import operations as funds
from funds.queries.operating import partners_to_agree
from partners.enums import MandateKind
from signatures import operations as signatures
from signatures.rules import CIRCUIT_DAYS, SignerFacts
from steering.enums import Verdict
from steering.models import SteeringMeeting
from steering.operations import meetings as steering
from steering.queries import meetings, reports, validations

SIGNED_WITHIN = timedelta(days=21)
AGENDA = (
    "Rapport d'évaluation de l'année\nValidation a posteriori des décisions\n"
    "Orientations de l'année à venir"
)
ORIENTATIONS = (
    "Les décisions de l'année sont validées a posteriori, sans réserve.",
    "Prospecter la Maurienne et la Tarentaise, par l'opérateur local et les communautés de "
    "communes.",
    "Revoir le suivi à dix-huit mois : un appel avant chaque point, par les mandataires.",
    "Présenter le fonds aux banques du bassin avant l'automne, par la présidence du comité.",
)
REMARK = "Présenter les emplois créés au prochain comité, avec ceux de l'an dernier."


def sign_last_minutes(scene: Scene) -> None:
    """Those of the last committee, typed a week after it, signed on paper by who chaired."""
    past = SteeringMeeting.objects.filter(held_on__lt=scene.today - SIGNED_WITHIN)
    meeting, chair = past.latest("held_on"), scene.people.by_key["prefecture"]
    meeting.agenda = AGENDA
    meeting.report = reports.published(meeting.held_on.year - 1)
    meeting.save(update_fields=["agenda", "report"])
    by, typed_on = scene.people.operator, meeting.held_on + timedelta(days=7)
    steering.correct_minutes(
        meeting_id=meeting.pk,
        values={
            "held_on": meeting.held_on,
            "place": meeting.place,
            "chaired_by": f"{chair.full_name}, préfet de la {scene.territory.name}",
            "attendees": "\n".join(partner.name for partner in scene.partners.values()),
            "orientations": "\n".join(ORIENTATIONS),
            **_verdicts(meeting, on=typed_on),
        },
        by=by,
        at=at(typed_on),
    )
    steering.issue_minutes(meeting_id=meeting.pk, at=at(typed_on))
    circuit = steering.sign_minutes(
        meeting_id=meeting.pk,
        signer=SignerFacts(
            name=chair.full_name,
            function=f"Préfet de la {scene.territory.name}",
            organisation=f"Préfecture de la {scene.territory.name}",
            email="",
            capacity="Présidence du comité local de pilotage",
            paper=True,
        ),
        mandate=steering.GivenMandate(MandateKind.STATUTORY),
        expires_on=typed_on + timedelta(days=CIRCUIT_DAYS),
        message="",
        by=by,
        at=at(typed_on, 11),
    )
    signed_on = typed_on + timedelta(days=6)
    Signing(scene).paper(circuit, signed_on)
    signatures.seal_circuit(circuit_id=circuit.pk, at=at(signed_on, 18))
    steering.note_signed(circuit_id=circuit.pk, at=at(signed_on, 18))
    _agree_allowance(scene, meeting.held_on)


def _verdicts(meeting: SteeringMeeting, *, on: date) -> dict[str, str]:
    """The decisions of the year are validated; the last one with a remark."""
    decisions = list(validations.presented_to(meeting, on=on))
    said = validations.as_typed(meeting, decisions)
    for decision in decisions:
        verdict, remark = validations.names_of(decision.pk)
        said[verdict] = Verdict.VALIDATED
        if decision == decisions[-1]:
            said |= {verdict: Verdict.REMARKED, remark: REMARK}
    return said


def _agree_allowance(scene: Scene, on: date) -> None:
    """All the partners have agreed, in that committee, to reimburse the operator (R77)."""
    partners = partners_to_agree(on.year, agreed_on=on, today=scene.today)
    funds.agree_allowance(
        year=on.year,
        agreed_on=on,
        source="Relevé de décisions du comité de pilotage",
        partner_ids=list(partners.values_list("pk", flat=True)),
        by=scene.people.operator,
        at=at(on + timedelta(days=8)),
        command_key=uuid4(),
    )


def convene(scene: Scene, *, now: datetime) -> None:
    """The next one, with the last report published."""
    latest = reports.latest_published()
    steering.convene_meeting(
        values={
            "number": meetings.next_number(),
            "held_on": add_working_days(scene.today, 14),
            "hour": time(14, 30),
            "place": f"Préfecture, {scene.territory.towns[0][1]}",
            "agenda": f"{AGENDA}\nRenouvellement de la convention triennale",
            "report": latest[0] if latest else None,
        },
        by=scene.people.operator,
        at=now,
    )
