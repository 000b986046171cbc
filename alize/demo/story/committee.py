"""How the committee of the demo works: its own regulations, who replaces whom."""

from datetime import date
from html import escape

from django.core.files.base import ContentFile

from alize.accounts.models import Person
from alize.common.dates import long_date
from alize.demo.story.scene import Scene, at
from alize.documents import pdf
from basins.enums import Role
from basins.models import Membership
from basins.tenancy import current, national
from committees import operations as committee
from committees.enums import MinutesApproval
from committees.models import Seat
from partners.models import Contact

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
    order = able.order_by("partner").values_list("pk", flat=True)[:3]
    committee.set_chair_order(seat_ids=list(order), by=operator, at=at(scene.today, 0))
    holder = scene.people.by_key.get("membre2")
    if holder is not None:
        _write_alternate(scene, Seat.objects.of_person(holder.pk).get(), on=on)


def _write_alternate(scene: Scene, seat: Seat, *, on: date) -> None:
    """A colleague of the second member may sit in their place."""
    basin = current()
    with national():
        colleague = Person.objects.create(
            first_name="Lucas",
            last_name="Delestrade",
            email=f"lucas.delestrade@{seat.holder.email.partition('@')[2]}",
        )
        Membership.objects.create(person=colleague, basin=basin, role=Role.MEMBER, starts_on=on)
    Contact.objects.create(partner=seat.partner, person=colleague, function="Responsable adjoint")
    committee.set_alternates(
        seat_id=seat.pk, people=[colleague.pk], by=scene.people.operator, at=at(on, 17)
    )


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
