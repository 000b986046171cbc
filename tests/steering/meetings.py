"""A steering committee at its first two steps, and how its page reads."""

from datetime import time

from steering.models import SteeringMeeting
from steering.operations import meetings as operations
from tests.conftest import carry_out
from tests.signatures.conftest import LAUNCH, TODAY
from tests.stage import played_once

ROOM = "/bassins/savoie/pilotage/"
SUMMONS = {
    "number": 12,
    "held_on": TODAY,
    "hour": time(14, 30),
    "place": "Préfecture, Chambéry",
    "agenda": "Rapport d'évaluation\n\n- Orientations",
    "report": None,
}
CONCLUSIONS = {
    "held_on": TODAY,
    "place": "Préfecture, Chambéry",
    "chaired_by": "Le préfet de la Savoie",
    "attendees": "CCI de la Savoie\nMairie de Chambéry",
    "orientations": "Prospecter la Maurienne, par l'opérateur local.\nRevoir le suivi à M+18.",
}


@played_once
def convene(by):
    return operations.convene_meeting(values=SUMMONS, by=by, at=LAUNCH)


@played_once
def conclude(meeting, by):
    """Its conclusions recorded, its minutes laid out."""
    operations.close_meeting(meeting_id=meeting.pk, values=CONCLUSIONS, by=by, at=LAUNCH)
    carry_out()
    return reread(meeting)


def reread(meeting):
    return SteeringMeeting.objects.select_related("document", "circuit").get(pk=meeting.pk)
