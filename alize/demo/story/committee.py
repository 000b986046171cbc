"""How the committee of the demo works: its own regulations, who replaces its chair."""

from datetime import date
from html import escape

from django.core.files.base import ContentFile

from alize.common.dates import long_date
from alize.demo.story.scene import Scene, at
from alize.documents import pdf
from committees import operations as committee
from committees.enums import MinutesApproval
from committees.models import Seat

ADOPTED = "Règlement adopté par le comité"


def write_rules(scene: Scene, *, on: date) -> None:
    """The operator proposes, the president puts into force: regulations, what they allow."""
    operator, president = scene.people.operator, scene.people.president
    attached = committee.propose_regulations(
        file=ContentFile(_regulations(scene, on), name="Règlement du comité d'agrément.pdf"),
        reason=ADOPTED,
        by=operator,
        at=at(on, 9),
    )
    committee.apply_rules(change_id=attached.pk, by=president, at=at(on, 14))
    changed = committee.propose_rules(
        values={
            "remote_meetings": True,
            "consultations": True,
            "minutes_approval": MinutesApproval.VOTE,
        },
        reason="Siéger à distance, consulter par écrit et approuver les procès-verbaux par un "
        "vote, comme le règlement le permet",
        by=operator,
        at=at(on, 15),
    )
    committee.apply_rules(change_id=changed.pk, by=president, at=at(on, 16))
    able = Seat.objects.able_to_chair(scene.today).exclude(pk=scene.chair.pk)
    order = able.order_by("partner__name").values_list("pk", flat=True)[:3]
    committee.set_chair_order(seat_ids=list(order), by=operator, at=at(scene.today, 0))


def _regulations(scene: Scene, on: date) -> bytes:
    """A page that says what the committee decided of its own work."""
    name = escape(scene.territory.name)
    return pdf.render(
        f"<html lang='fr'><title>Règlement du comité d'agrément</title>"
        f"<h1>Règlement du comité d'agrément : {name}</h1>"
        f"<p>Adopté le {long_date(on)}.</p>"
        "<p>Article 1. Le comité peut siéger à distance, en tout ou en partie.</p>"
        "<p>Article 2. Il peut être consulté par écrit pour lever des conditions, changer un "
        "montant dans la limite de vingt pour cent, ou en cas d'urgence motivée.</p>"
        "<p>Article 3. Le procès-verbal d'une séance s'approuve par un vote de la suivante.</p>"
    )
