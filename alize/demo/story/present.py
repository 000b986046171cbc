"""What waits to be done today in Savoie, lived through the product's own operations.

Files at every state, a meeting held whose minutes wait for a signature, one that missed its
quorum, one in session with an open ballot, one next week, a convention half signed, a payment to
release.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from alize.accounts.models import Person
from alize.demo.people import PEOPLE
from alize.demo.story.amending import amend_supports
from alize.demo.story.confirmations import write_confirmations
from alize.demo.story.consultations import Consultations
from alize.demo.story.letters import write_certificate, write_letters
from alize.demo.story.newcomers import Newcomers
from alize.demo.story.payees import write_payee
from alize.demo.story.present_meetings import PresentMeetings
from alize.demo.story.scene import Scene, at
from alize.demo.story.signing import Signing
from alize.demo.story.steering import convene, sign_last_minutes
from committees import operations as committee
from committees.enums import MeetingStatus
from committees.models import AgendaItem, Decision
from conventions import operations as conventions
from conventions.models import CooperationConvention, PartnershipConvention
from funds import operations as funds
from funds.models import Advance
from projects import operations as projects
from projects.enums import SUPPORTED, Situation
from projects.models import FollowUpReview

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

    def live(self) -> None:
        """Everything, in the order it happened."""
        self._renewal()
        self._amendments()
        companies = [seat.partner for seat in self.voters if seat.partner.kind == "COMPANY"]
        amend_supports(self.scene, companies)
        self._files_under_way()
        self._intervention()
        self._difficulty()
        meetings = PresentMeetings(
            self.scene, self.newcomers, self.voters, self.referrer, now=self.now
        )
        approved = meetings.held()
        self._conventions(approved)
        meetings.without_quorum()
        meetings.in_session()
        meetings.next_week()
        Consultations(self.scene, self.newcomers, self.voters).live(self.referrer)
        sign_last_minutes(self.scene)
        convene(self.scene, now=self.now)
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
        first = next(seat.holder for seat in self.voters if seat.holder != self.referrer)
        asked = come.ask_diagnosis(self.days_ago(10), referrer=first, due_on=self.days_ago(-5))
        come.ask(asked.project, self.days_ago(5), referrer=self.referrer, due_on=self.days_ago(-5))
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

    def _intervention(self) -> None:
        """The last review given asks the committee for more."""
        given = FollowUpReview.objects.filter(
            submitted_at__isnull=False, project__status__in=SUPPORTED
        ).order_by("-submitted_at")
        FollowUpReview.objects.filter(pk__in=given.values("pk")[:1]).update(
            needs_help=True,
            help_wanted="Trois jours d'un acheteur, pour renégocier les contrats de fournitures.",
        )

    def _difficulty(self) -> None:
        """The review awaited for longest tells of a company in difficulty; nobody has acted yet.

        Those of the companies in trouble, and of whom one enters as, still wait.
        """
        awaited = FollowUpReview.objects.filter(submitted_at=None, project__status__in=SUPPORTED)
        review = (
            awaited.exclude(project__beneficiary__siret__in=self.scene.troubled)
            .exclude(project__follow_up_lead__email__in=[played.email for played in PEOPLE])
            .earliest("due_on")
        )
        projects.submit_review(
            review_id=review.pk,
            answer=projects.Answer(
                Situation.DIFFICULT,
                jobs_created=Decimal(0),
                comment="Le premier client est en redressement : la trésorerie tient deux mois.",
            ),
            by=review.project.follow_up_lead,
            at=at(self.days_ago(1)),
        )

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
        write_letters(self.scene)
        write_certificate(self.scene, advance)

    def _freeze(self, decision: Decision, on: date) -> CooperationConvention:
        moment = at(on)
        convention = conventions.prepare_convention(
            decision_id=decision.pk, by=self.operator, at=moment
        )
        return conventions.freeze(convention_id=convention.pk, by=self.operator, at=moment)

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
