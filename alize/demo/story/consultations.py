"""The written consultations of a demo basin: one under way, one being prepared."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from alize.accounts.models import Person
from alize.demo.story.newcomers import Newcomers
from alize.demo.story.scene import Scene, at
from committees import operations as committee
from committees.enums import ConsultationMatter, InterestAnswer
from committees.models import AgendaItem, Seat


@dataclass(frozen=True)
class Consultations:
    """Files that do not wait for the next meeting."""

    scene: Scene
    newcomers: Newcomers
    voters: list[Seat]

    def live(self, referrer: Person) -> None:
        """Both, with the diagnoses of this member."""
        day = timedelta(days=1)
        today = self.scene.today
        sent = at(today - 2 * day, 10)
        first = self._prepare(
            referrer,
            amount=14,
            urgency="Le bail de l'atelier se signe avant la prochaine séance.",
            closes_at=at(today + 9 * day, 18),
            on=sent,
        )
        self._launch(first, sent + timedelta(hours=2))
        self._prepare(
            referrer,
            amount=18,
            urgency="Le fournisseur ne tient son prix que quinze jours.",
            closes_at=at(today + 12 * day, 18),
            on=at(today - day, 11),
        )

    def _prepare(
        self, referrer: Person, *, amount: int, urgency: str, closes_at: datetime, on: datetime
    ) -> AgendaItem:
        project = self.newcomers.ready(
            self.scene.today - timedelta(days=26), referrer=referrer, amount=amount
        )
        operator = self.scene.people.operator
        item = committee.prepare_consultation(
            project_id=project.pk,
            matter=ConsultationMatter.URGENCY,
            urgency=urgency,
            closes_at=closes_at,
            by=operator,
            at=on,
        )
        committee.save_proposal(
            item_id=item.pk,
            amount=project.amount_asked,
            lines=24,
            grace_months=3,
            follow_up_partner_id=self.voters[0].partner_id,
            follow_up_lead_id=self.voters[0].holder_id,
            by=operator,
            at=on,
        )
        return item

    def _launch(self, item: AgendaItem, launched: datetime) -> None:
        """Two members have voted already."""
        ballot = committee.launch_consultation(
            meeting_id=item.meeting_id, by=self.scene.people.president, at=launched
        )
        for rank, seat in enumerate(self.voters[4:6]):
            moment = launched + timedelta(hours=2 + 4 * rank)
            committee.declare_interest(
                item_id=item.pk,
                seat_id=seat.pk,
                answer=InterestAnswer.NONE,
                by=seat.holder,
                at=moment,
            )
            committee.cast_vote(
                ballot_id=ballot.pk,
                seat_id=seat.pk,
                choice="FOR",
                command_key=uuid4(),
                by=seat.holder,
                at=moment,
            )
