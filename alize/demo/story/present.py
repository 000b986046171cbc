"""What waits to be done today in Savoie, lived through the product's own operations.

Files at every state, a meeting held whose minutes wait for a signature, one that missed its
quorum, one in session with an open ballot, one next week, a convention half signed, a payment to
release.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from alize.accounts.models import Person
from alize.demo.people import PEOPLE
from alize.demo.story.amending import amend_supports
from alize.demo.story.confirmations import write_confirmations
from alize.demo.story.consultations import Consultations
from alize.demo.story.newcomers import Newcomers
from alize.demo.story.payees import write_payee
from alize.demo.story.scene import Scene, at
from alize.demo.story.signing import Signing
from committees import operations as committee
from committees.enums import (
    AdvanceMatter,
    ConditionKind,
    DecisionOutcome,
    InterestAnswer,
    MeetingMode,
    MeetingStatus,
)
from committees.models import AgendaItem, Decision, Meeting, Minutes, Seat
from committees.operations import ConditionLine, HandLine, Hands, Particulars, SkillsLine
from conventions import operations as conventions
from conventions.models import CooperationConvention, PartnershipConvention
from funds import operations as funds
from funds import queries
from funds.enums import AdvanceStatus
from funds.models import Advance
from projects import operations as projects
from projects.models import Project

SKILLS = ("Contrôle de gestion", "Recrutement\nDroit social", "Export", "Qualité et certification")
LINKED = 3
"""The rank of the member who has a client among the files to come."""


@dataclass
class Present:
    """The last weeks of a basin, and its agenda."""

    scene: Scene
    referrer: Person
    """The member of the committee whose diagnoses are asked."""
    now: datetime

    def __post_init__(self) -> None:
        self.newcomers = Newcomers(self.scene)
        others = [seat for seat in self.scene.seats if seat != self.scene.chair]
        # The demo people sit first: they are the ones who will vote.
        self.voters = sorted(others, key=lambda seat: not self._is_played(seat.holder))[:7]

    @staticmethod
    def _is_played(person: Person) -> bool:
        return person.email in {played.email for played in PEOPLE}

    def days_ago(self, days: int) -> date:
        return self.scene.today - timedelta(days=days)

    @property
    def operator(self) -> Person:
        return self.scene.people.operator

    @property
    def president(self) -> Person:
        return self.scene.people.president

    def live(self) -> None:
        """Everything, in the order it happened."""
        self._renewal()
        self._amendments()
        companies = [seat.partner for seat in self.voters if seat.partner.kind == "COMPANY"]
        amend_supports(self.scene, companies)
        self._files_under_way()
        approved = self._meeting_held()
        self._conventions(approved)
        self._meeting_without_quorum()
        self._meeting_in_session()
        self._meeting_next_week()
        Consultations(self.scene, self.newcomers, self.voters).live(self.referrer)
        self._declarations()
        write_confirmations(self.scene, now=self.now)

    def _renewal(self) -> None:
        """The next convention is being prepared: its partners carried over, their pledges too."""
        running = PartnershipConvention.objects.order_by("-starts_on").first()
        partners = [partner.pk for partner in running.partners.all()]
        conventions.renew_partnership(
            convention_id=running.pk,
            starts_on=running.ends_on + timedelta(days=1),
            kept=partners,
            pledged=partners,
            by=self.operator,
            at=self.now - timedelta(days=20),
        )

    def _amendments(self) -> None:
        """The convention in force is amended: the text is being signed."""
        begun = PartnershipConvention.objects.filter(starts_on__lte=self.scene.today)
        running = begun.latest("starts_on")
        amendment = conventions.save_amendment(
            convention_id=running.pk,
            amendment_id=None,
            new_ends_on=None,
            incoming=(),
            by=self.operator,
            reason="Le comité d'agrément reçoit plus de dossiers que prévu.",
            takes_effect_on=min(self.days_ago(-30), running.ends_on),
            changes="Article 4 : le comité d'agrément se réunit huit fois par an au moins.\n"
            "Article 5 : l'objectif d'emplois est porté de 225 à 240 sur les trois ans.",
            at=at(self.days_ago(6)),
        )
        Signing(self.scene).ceremony(amendment, self.days_ago(5), until=running.ends_on)

    def _files_under_way(self) -> None:
        come = self.newcomers
        come.contact(self.days_ago(2))
        come.contact(self.days_ago(6))
        come.draft(self.days_ago(12), sections=3)
        come.draft(self.days_ago(9))
        come.ask_diagnosis(self.days_ago(10), referrer=self.referrer, due_on=self.days_ago(-5))
        come.diagnose(self.days_ago(16), referrer=self.referrer)
        come.ready(self.days_ago(30), referrer=self.referrer, amount=20)
        dropped = come.draft(self.days_ago(40), sections=2)
        projects.drop(
            project_id=dropped.pk,
            reason="Le dirigeant préfère attendre l'an prochain.",
            by=self.operator,
            at=at(self.days_ago(25)),
        )
        withdrawn = come.ready(self.days_ago(42), referrer=self.referrer)
        projects.withdraw(
            project_id=withdrawn.pk,
            reason="Financé en totalité par la banque.",
            by=self.operator,
            at=at(self.days_ago(20)),
        )

    def _plan(self, held_at: datetime, files: Iterable[Project], *, planned_on: date) -> Meeting:
        """A meeting with its agenda and its proposals, convened."""
        moment = at(planned_on, 9)
        meeting = committee.plan_meeting(
            held_at=held_at,
            mode=MeetingMode.MIXED,
            place=f"{self.scene.territory.operator_short}, {self.scene.territory.towns[0][1]}",
            video_url="https://visio.exemple.fr/alize",
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
        for seat in (self.scene.chair, *seats):
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

    def _meeting_held(self) -> list[Decision]:
        """Three weeks ago: approvals, an approval under a condition, a refusal, an adjournment."""
        held_on = self.days_ago(20)
        files = [
            self.newcomers.ready(self.days_ago(70 - rank), referrer=self.referrer, amount=amount)
            for rank, amount in enumerate((22, 30, 15, 25, 40, 18, 20))
        ]
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

    def _meeting_without_quorum(self) -> None:
        """Last week three came: its file waits to be convened again, its minutes for a vote."""
        held_on = self.days_ago(8)
        file = self.newcomers.ready(self.days_ago(33), referrer=self.referrer, amount=26)
        meeting = self._plan(at(held_on, 17), [file], planned_on=self.days_ago(24))
        self._begin(meeting, at(held_on, 17), self.voters[:2])
        minutes = committee.close_meeting(
            meeting_id=meeting.pk, by=self.president, at=at(held_on, 17, 30)
        )
        committee.send_minutes(minutes_id=minutes.pk, by=self.operator, at=at(self.days_ago(7)))
        committee.sign_minutes(minutes_id=minutes.pk, by=self.president, at=at(self.days_ago(6)))

    def _conventions(self, approved: list[Decision]) -> None:
        """One to prepare, one under a condition, one half signed, one sealed and to be paid."""
        signing = Signing(self.scene)
        signing.half(self._freeze(approved[2], self.days_ago(12)), self.days_ago(11))
        signing.whole(self._freeze(approved[3], self.days_ago(14)), self.days_ago(9))
        advance = Advance.objects.get(decision=approved[3])
        for condition in advance.preconditions.all():
            funds.meet_precondition(
                precondition_id=condition.pk,
                met_on=self.days_ago(3),
                by=self.operator,
                at=at(self.days_ago(2)),
            )
        write_payee(self.scene, advance.project, self.days_ago(3))
        funds.prepare_payment(
            advance_id=advance.pk,
            amount=advance.granted_amount,
            pay_on=self.scene.today,
            by=self.operator,
            at=at(self.days_ago(1)),
            command_key=uuid4(),
        )

    def _freeze(self, decision: Decision, on: date) -> CooperationConvention:
        moment = at(on)
        convention = conventions.prepare_convention(
            decision_id=decision.pk, by=self.operator, at=moment
        )
        return conventions.freeze(convention_id=convention.pk, by=self.operator, at=moment)

    def _meeting_next_week(self) -> None:
        files = [
            self.newcomers.ready(self.days_ago(34 - rank), referrer=self.referrer, amount=amount)
            for rank, amount in enumerate((28, 16))
        ]
        meeting = self._plan(at(self.days_ago(-7), 14), files, planned_on=self.days_ago(8))
        self._answers(meeting, at(self.days_ago(5)))
        self._before(meeting, at(self.days_ago(4)))

    def _declarations(self) -> None:
        """What members declared this year; those who have not yet are shown as awaited."""
        coming = AgendaItem.objects.filter(meeting__status=MeetingStatus.CONVENED)
        item = coming.select_related("project__beneficiary").order_by("rank").first()
        company = item.project.beneficiary
        for rank, seat in enumerate([self.scene.chair, *self.voters[1:]]):
            link = committee.LinkLine("CLIENT", company.name, company.siret[:9], "depuis 2021")
            committee.make_declaration(
                seat_id=seat.pk,
                skills=SKILLS[rank % len(SKILLS)],
                links=[link] if rank == LINKED else [],
                has_none=rank != LINKED,
                signed_name=seat.holder.full_name,
                by=seat.holder,
                at=at(self.days_ago(30), 9),
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
            capacity="Dirigeant",
            item_id=first.pk,
            by=self.operator,
            at=moment,
        )

    def _meeting_in_session(self) -> None:
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
