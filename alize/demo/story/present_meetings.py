"""The committee's meetings of these weeks: held, without quorum, in session, next week."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from alize.accounts.models import Person
from alize.common.dates import add_working_days, is_working_day
from alize.common.errors import ActionDenied
from alize.demo.story.newcomers import Newcomers
from alize.demo.story.scene import Scene, at
from committees import operations as committee
from committees.enums import (
    AdvanceMatter,
    ConditionKind,
    DecisionOutcome,
    InterestAnswer,
    MeetingMode,
)
from committees.models import AgendaItem, Decision, Meeting, Minutes, Seat
from committees.operations import ConditionLine, HandLine, Hands, Particulars, SkillsLine
from funds import operations as funds
from funds import queries
from funds.enums import AdvanceStatus
from funds.models import Advance
from projects.models import Project


@dataclass(frozen=True)
class PresentMeetings:
    """Each with its files, its votes, what it leaves to do."""

    scene: Scene
    newcomers: Newcomers
    voters: list[Seat]
    referrer: Person
    now: datetime

    def days_ago(self, days: int) -> date:
        return self.scene.today - timedelta(days=days)

    def working_day(self, days: int) -> date:
        """That many days ago, or the last working day before: committees sit on no Sunday."""
        day = self.days_ago(days)
        while not is_working_day(day):
            day -= timedelta(days=1)
        return day

    @property
    def operator(self) -> Person:
        return self.scene.people.operator

    @property
    def president(self) -> Person:
        return self.scene.people.president

    def held(self) -> list[Decision]:
        """Three weeks ago: approvals, an approval under a condition, a refusal, an adjournment."""
        held_on = self.working_day(20)
        files = [
            self.newcomers.ready(self.days_ago(70 - rank), referrer=self.referrer, amount=amount)
            for rank, amount in enumerate((22, 30, 15, 25, 40, 18, 20))
        ]
        self.newcomers.lose_address(files[4], self.days_ago(38))
        meeting = self._plan(at(held_on, 14), files, planned_on=self.days_ago(36))
        items = list(meeting.items.all())
        request = self._ask_about_an_advance(meeting, at(self.days_ago(36), 9))
        self._begin(meeting, at(held_on, 14), self.voters)
        seats = [self.scene.chair, *self.voters]
        self._approve_earlier_minutes(meeting, at(held_on, 14, 10))
        outcomes = ("FOR", "FOR", "FOR", "FOR", "AGAINST", "ABSTAIN")
        decisions = []
        for rank, (item, choice) in enumerate(zip(items, outcomes, strict=False)):
            moment = at(held_on, 14, 15) + timedelta(minutes=15 * rank)
            decisions.append(self._vote(item, moment, dict.fromkeys(seats, choice)))
        self._vote(request, at(held_on, 16, 15), dict.fromkeys(seats, "FOR"))
        ended = at(held_on, 16, 45)
        committee.record_without_ballot(
            item_id=items[-1].pk,
            outcome=DecisionOutcome.EXTRA_DIAGNOSIS,
            particulars=Particulars(
                reason="Le marché étranger est mal connu.",
                expert="Chambre de commerce, service international",
                expert_due_on=self.days_ago(-12),
            ),
            by=self.president,
            at=ended,
        )
        minutes = committee.close_meeting(meeting_id=meeting.pk, by=self.president, at=ended)
        committee.save_minutes(
            minutes_id=minutes.pk,
            narrative="Le comité salue la qualité des diagnostics rendus.",
            items={},
            by=self.operator,
            at=at(self.days_ago(17)),
        )
        committee.send_minutes(minutes_id=minutes.pk, by=self.operator, at=at(self.days_ago(15)))
        return [decision for decision in decisions[:4] if decision is not None]

    def without_quorum(self) -> None:
        """Last week three came: its file waits to be convened again, its minutes for a vote."""
        held_on = self.working_day(8)
        file = self.newcomers.ready(self.days_ago(33), referrer=self.referrer, amount=26)
        meeting = self._plan(at(held_on, 17), [file], planned_on=self.days_ago(24))
        self._begin(meeting, at(held_on, 17), self.voters[:2])
        with suppress(ActionDenied):  # the minutes say that the quorum was missed
            committee.open_ballot(
                item_id=meeting.items.get().pk, by=self.president, at=at(held_on, 17, 20)
            )
        minutes = committee.close_meeting(
            meeting_id=meeting.pk, by=self.president, at=at(held_on, 17, 30)
        )
        committee.send_minutes(minutes_id=minutes.pk, by=self.operator, at=at(self.days_ago(7)))
        committee.sign_minutes(minutes_id=minutes.pk, by=self.president, at=at(self.days_ago(6)))

    def in_session(self) -> None:
        """A meeting that began a little while ago: one file decided, one being voted.

        A hand was raised, that the president confirms.
        """
        files = [
            self.newcomers.ready(self.days_ago(48 - rank), referrer=self.referrer, amount=amount)
            for rank, amount in enumerate((24, 32, 12))
        ]
        began = self.now - timedelta(minutes=35)
        meeting = self._plan(began, files, planned_on=self.days_ago(15))
        self._begin(meeting, began, self.voters)
        first, second, _ = meeting.items.all()
        everybody = [self.scene.chair, *self.voters]
        self._vote(first, began + timedelta(minutes=5), dict.fromkeys(everybody, "FOR"))
        early = [seat for seat in self.voters if seat.holder_id != self.referrer.pk][2:5]
        self._vote(
            second, self.now - timedelta(minutes=6), dict.fromkeys(early, "FOR"), close=False
        )
        raised = self.voters[-1]
        committee.declare_interest(
            item_id=second.pk,
            seat_id=raised.pk,
            answer=InterestAnswer.NONE,
            by=raised.holder,
            at=self.now - timedelta(minutes=3),
        )
        committee.note_hands(
            ballot_id=second.ballots.get().pk,
            lines=[HandLine(raised.pk, "FOR")],
            by=self.operator,
            at=self.now - timedelta(minutes=2),
        )

    def next_week(self) -> None:
        files = [
            self.newcomers.ready(self.days_ago(34 - rank), referrer=self.referrer, amount=amount)
            for rank, amount in enumerate((28, 16))
        ]
        held_on = add_working_days(self.scene.today, 5)
        meeting = self._plan(at(held_on, 14), files, planned_on=self.days_ago(8))
        self._answers(meeting, at(self.days_ago(5)))
        self._before(meeting, at(self.days_ago(4)))

    def _ask_about_an_advance(self, meeting: Meeting, moment: datetime) -> AgendaItem:
        """A company that pays back asks for a pause, which the committee accepts."""
        asks = max(
            (one for one in Advance.objects.filter(status=AdvanceStatus.CONTRACTED)),
            key=queries.owed,
        )
        return funds.ask_committee(
            advance_id=asks.pk,
            matter=AdvanceMatter.MORATORIUM,
            terms="Trois mois sans échéance après un dégât des eaux, puis le plan d'origine, "
            "décalé d'autant.",
            where=meeting.pk,
            by=self.operator,
            at=moment,
            command_key=uuid4(),
        )

    def _approve_earlier_minutes(self, meeting: Meeting, moment: datetime) -> None:
        """The first thing that a meeting does."""
        committee.approve_minutes(
            minutes_id=Minutes.objects.get(status="SIGNED", approved_at=None).pk,
            meeting_id=meeting.pk,
            hands=Hands(len(self.voters), 0, 1),
            by=self.president,
            at=moment,
        )

    def _answers(self, meeting: Meeting, moment: datetime) -> None:
        """Most come, one from afar, one is away, the last have not answered; somebody is heard."""
        replies = ["COMING", "COMING", "REMOTE", "COMING", "ABSENT", "COMING"]
        for seat, reply in zip([self.scene.chair, *self.voters], replies, strict=False):
            committee.answer_summons(
                meeting_id=meeting.pk, seat_id=seat.pk, reply=reply, by=seat.holder, at=moment
            )
        first = meeting.items.select_related("project").first()
        committee.add_guest(
            meeting_id=meeting.pk,
            name=first.project.owner_name,
            capacity="Direction de l'entreprise",
            item_id=first.pk,
            by=self.operator,
            at=moment,
        )

    def _before(self, meeting: Meeting, moment: datetime) -> None:
        """Who is away gives a proxy, that waits for its answer; a member asks, is answered."""
        away, asker = self.voters[3], self.voters[4]
        holder = next(seat for seat in self.voters if seat.holder_id == self.referrer.pk)
        committee.give_proxy(
            meeting_id=meeting.pk,
            giver_id=away.pk,
            holder_id=holder.pk,
            instruction="Voter pour si la banque a confirmé son accord.",
            by=away.holder,
            at=moment,
        )
        question = committee.ask_question(
            item_id=meeting.items.get(rank=1).pk,
            text="Combien de clients représentent la moitié du carnet de commandes ?",
            by=asker.holder,
            at=moment,
        )
        committee.answer_question(
            question_id=question.pk,
            answer="Trois, dont le premier pour un tiers ; un accord le lie pour deux ans encore.",
            by=self.referrer,
            at=moment + timedelta(days=1),
        )

    def _plan(self, held_at: datetime, files: Iterable[Project], *, planned_on: date) -> Meeting:
        """A meeting with its agenda and its proposals, convened."""
        moment = at(planned_on, 9)
        meeting = committee.plan_meeting(
            held_at=held_at,
            mode=MeetingMode.MIXED,
            place=f"{self.scene.territory.operator_short}, {self.scene.territory.towns[0][1]}",
            video_url="https://visio.example/alize",
            chair_id=self.scene.chair.pk,
            by=self.operator,
            at=moment,
        )
        lenders = [seat.partner for seat in self.voters if seat.partner.kind == "COMPANY"]
        for rank, project in enumerate(files):
            item = committee.put_on_agenda(
                meeting_id=meeting.pk, project_id=project.pk, by=self.operator, at=moment
            )
            committee.save_proposal(
                item_id=item.pk,
                amount=project.amount_asked,
                lines=30,
                grace_months=6,
                follow_up_partner_id=self.voters[rank % 3].partner_id,
                follow_up_lead_id=self.voters[rank % 3].holder_id,
                skills=[
                    SkillsLine(
                        lenders[rank % len(lenders)].pk, Decimal(3), "Organisation de l'atelier"
                    )
                ],
                conditions=self._conditions(rank),
                by=self.operator,
                at=moment,
            )
        committee.convene(meeting_id=meeting.pk, by=self.operator, at=moment)
        return meeting

    def _conditions(self, rank: int) -> list[ConditionLine]:
        """The second file of a meeting is approved under a condition."""
        if rank != 1:
            return []
        text = "Accord écrit de la banque pour sa part du financement"
        return [ConditionLine(ConditionKind.SUSPENSIVE, text, self.days_ago(-40))]

    def _begin(self, meeting: Meeting, moment: datetime, seats: Iterable[Seat]) -> None:
        for seat in (self.scene.chair, *seats, self.scene.secretary):
            committee.check_in(
                meeting_id=meeting.pk,
                seat_id=seat.pk,
                person_id=seat.holder_id,
                by=self.operator,
                at=moment,
            )
        committee.open_meeting(meeting_id=meeting.pk, by=self.president, at=moment)

    def _vote(
        self, item: AgendaItem, moment: datetime, choices: dict[Seat, str], *, close: bool = True
    ) -> Decision | None:
        """A ballot opened and voted; closed and proclaimed unless it is left open."""
        for seat in choices:
            committee.declare_interest(
                item_id=item.pk,
                seat_id=seat.pk,
                answer=InterestAnswer.NONE,
                by=seat.holder,
                at=moment,
            )
        ballot = committee.open_ballot(item_id=item.pk, by=self.president, at=moment)
        for seat, choice in choices.items():
            committee.cast_vote(
                ballot_id=ballot.pk,
                seat_id=seat.pk,
                choice=choice,
                reason="Le plan de financement reste fragile." if choice == "AGAINST" else "",
                command_key=uuid4(),
                by=seat.holder,
                at=moment + timedelta(minutes=1),
            )
        if not close:
            return None
        moment += timedelta(minutes=5)
        committee.close_ballot(ballot_id=ballot.pk, by=self.president, at=moment)
        return committee.proclaim(
            ballot_id=ballot.pk,
            reason="" if "FOR" in choices.values() else "Le marché visé reste à démontrer.",
            by=self.president,
            at=moment,
        )
