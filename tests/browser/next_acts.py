"""What the demo is about to live: the pages of an act that its present has not reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import User
from alize.common.addresses import basin_reverse
from alize.demo.people import person_of
from basins.enums import Role
from basins.homes import Visitor
from basins.models import Basin, SecondFactorReset
from basins.tenancy import national
from committees import operations as committee
from committees.enums import SeatKind
from committees.models import Ballot, Decision, Meeting
from committees.queries import hands
from conventions import operations as conventions
from conventions import queries as agreed
from conventions import tasks
from funds.models import Advance, Authorization, BankAccount, DeclaredAid, Entry, Reversal
from funds.operations import (
    approve_number,
    approve_reversal,
    contract_advance,
    meet_precondition,
    propose_number,
    propose_payee,
    propose_reversal,
)
from partners.models import Contact
from projects.models import Project
from steering.models import SteeringMeeting
from steering.operations import meetings as steering
from steering.operations import prepare_report
from tests.browser.walk import SLUG

Sight = tuple[str, list[str]]
"""Who looks, at which addresses."""


@dataclass
class NextActs:
    """The operator and the president at work, inside the basin; each act shows its next pages."""

    operator: User
    president: User

    @classmethod
    def of_the_demo(cls) -> "NextActs":
        with national():
            people = (
                User.objects.get(email=person_of(key).email) for key in ("operateur", "presidente")
            )
            return cls(*people)

    def __iter__(self) -> Iterator[Sight]:
        yield self._report()
        yield self._steering()
        yield self._reversal()
        yield from self._advance()
        yield self._aid()
        yield self._lost_factor()
        yield from self._answers()
        yield from self._convention()
        yield self._payment()
        yield self._payee()
        yield from self._number()
        yield self._seat()
        yield self._summons()
        yield from self._end_of_the_meeting()

    def _report(self) -> Sight:
        now = timezone.now()
        year, as_of = now.year, timezone.localdate(now)
        prepare_report(year=year, as_of=as_of, by=self.operator, at=now)
        pages = ("report_preview", "report_publish")
        return "operateur", [basin_reverse(page, year=year) for page in pages]

    def _steering(self) -> Sight:
        """The committee has sat: its minutes are to be signed, the next one to be convened."""
        now, meeting = timezone.now(), SteeringMeeting.objects.get(status="CONVENED")
        said = {"place": "Préfecture", "chaired_by": "Le préfet", "attendees": "CCI"}
        held = {"held_on": timezone.localdate(now), "orientations": "Prospecter.", **said}
        steering.close_meeting(meeting_id=meeting.pk, values=held, by=self.operator, at=now)
        steering.issue_minutes(meeting_id=meeting.pk, at=now)
        page = basin_reverse("steering_sign", number=meeting.number)
        return "operateur", [page, basin_reverse("steering_convene")]

    def _reversal(self) -> Sight:
        now, repayment = timezone.now(), Entry.objects.filter(kind="REPAYMENT").latest("pk")
        asked = Reversal.objects.create(
            entry=repayment,
            value_on=repayment.value_on,
            reason="Rejet de la banque",
            proposed_at=now,
            proposed_by_id=self.operator.pk,
            command_key=uuid4(),
        )
        return "tresorier", [basin_reverse("reversal_approve", reversal_id=asked.pk)]

    def _advance(self) -> Iterator[Sight]:
        """What the committee gave up is undone and asked again; what else an advance may live."""
        now = timezone.now()
        advance = Entry.objects.filter(kind="REPAYMENT").latest("pk").advance
        accepted = Authorization.objects.filter(kind="WRITE_OFF").latest("pk")
        lost = accepted.advance.reference
        yield "operateur", [basin_reverse("recovery_record", reference=lost)]
        wrong = propose_reversal(
            entry_id=Entry.objects.get(authorization=accepted).pk,
            value_on=timezone.localdate(now),
            reason="Le mandataire a payé",
            by=self.operator,
            at=now,
            command_key=uuid4(),
        )
        approve_reversal(reversal_id=wrong.pk, by=self.president, at=now)
        asked = Authorization.objects.create(
            kind="WRITE_OFF",
            advance_id=accepted.advance_id,
            decision_id=accepted.decision_id,
            amount=10_000,
            value_on=timezone.localdate(now),
            reason="Plan de sauvegarde",
            cause="PLAN",
            proposed_at=now,
            proposed_by_id=self.operator.pk,
            command_key=uuid4(),
        )
        yield "tresorier", [basin_reverse("authorization_approve", authorization_id=asked.pk)]
        pages = (
            "refund_propose",
            "overpayment_settle",
            "write_off_propose",
            "schedule_replace",
            "schedule_history",
            "precondition_create",
        )
        yield "operateur", [basin_reverse(page, reference=advance.reference) for page in pages]

    def _aid(self) -> Sight:
        """What a company declared by mistake, in a register among many."""
        aid = DeclaredAid.objects.latest("pk")
        reference = aid.beneficiary.projects.latest("pk").reference
        return "operateur", [basin_reverse("aid_withdraw", reference=reference, aid_id=aid.pk)]

    def _lost_factor(self) -> Sight:
        now = timezone.now()
        with national():
            viewer = User.objects.get(email=person_of("consultation").email)
            here, national_one = (
                SecondFactorReset.objects.create(
                    person_id=person.pk,
                    basin=basin,
                    reason="Téléphone perdu",
                    asked_at=now,
                    asked_by_id=self.operator.pk,
                    due_at=now + timedelta(days=1),
                )
                for person, basin in (
                    (self.president, Basin.objects.get(slug=SLUG)),
                    (viewer, None),
                )
            )
        return "astrees", [
            basin_reverse("second_factor_reset_approve", reset_id=here.pk),
            reverse("national_reset_approve", kwargs={"reset_id": national_one.pk}),
        ]

    def _answers(self) -> Iterator[Sight]:
        meeting = Meeting.objects.get(status="CONVENED")
        yield "membre", [basin_reverse("answer_give", number=meeting.number)]
        question = committee.ask_question(
            item_id=meeting.items.earliest("rank").pk,
            text="Quel marché ?",
            by=self.president,
            at=timezone.now(),
        )
        yield "operateur", [basin_reverse("question_answer", question_id=question.pk)]

    def _convention(self) -> Iterator[Sight]:
        visitor = Visitor(self.operator, frozenset({Role.OPERATOR}), timezone.localdate())
        convention = conventions.prepare_convention(
            decision_id=agreed.decisions_waiting(visitor).filter(conditions=None).latest("pk").pk,
            by=self.operator,
            at=timezone.now(),
        )
        pages = ("convention_edit", "convention_freeze")
        reference = convention.reference
        yield "operateur", [basin_reverse(page, reference=reference) for page in pages]
        signer = convention.signers.filter(partner=None).earliest("pk")
        here = {"reference": reference, "signer_id": signer.pk}
        yield "operateur", [basin_reverse("signer_mandate", **here)]
        by, now = self.operator, timezone.now()
        convention.signers.filter(name="").update(name="Claude Signataire")
        convention.signers.filter(pk=signer.pk).update(function="Dirigeance, avant correction")
        yield "operateur", [basin_reverse("convention_recompute", reference=reference)]
        convention.signers.filter(mandate="").update(mandate="Représentant légal")
        conventions.freeze(convention_id=convention.pk, by=by, at=now)
        with transaction.atomic():
            tasks.render(at=now, convention_id=convention.pk, by_id=by.pk)
        yield "operateur", [basin_reverse("convention_launch", reference=reference)]

    def _payment(self) -> Sight:
        now, advance = timezone.now(), Advance.objects.filter(status="GRANTED").earliest("pk")
        on = timezone.localdate(now)
        contract_advance(advance_id=advance.pk, on=on, by=self.operator, at=now)
        condition = advance.preconditions.get()
        meet_precondition(precondition_id=condition.pk, met_on=on, by=self.operator, at=now)
        settled = ("precondition_meet", "precondition_waive")
        return "operateur", [
            basin_reverse("payment_prepare", reference=advance.reference),
            basin_reverse("renounce_propose", reference=advance.reference),
            *(basin_reverse(page, precondition_id=condition.pk) for page in settled),
        ]

    def _payee(self) -> Sight:
        now, advance = timezone.now(), Advance.objects.filter(status="CONTRACTED").latest("pk")
        payee = propose_payee(
            beneficiary_id=advance.project.beneficiary_id,
            holder="ATELIER",
            iban="FR1420041010050500013M02606",
            bic="",
            received_on=timezone.localdate(now),
            called="La dirigeante",
            called_number="04 79 00 00 00",
            number_source="Site de l'entreprise",
            called_on=timezone.localdate(now),
            email="compta@example.org",
            by=self.operator,
            at=now,
            command_key=uuid4(),
        )
        return "tresorier", [basin_reverse("payee_decide", payee_id=payee.pk)]

    def _number(self) -> Iterator[Sight]:
        """A change of bank, decided then withdrawn."""
        now = timezone.now()
        number = propose_number(
            account_id=BankAccount.objects.get(perimeter="FUND").pk,
            bank_name="Banque du Lac",
            holder="FONDS ALIZE",
            iban="FR7630006000010009876543256",
            bic="AGRIFRPP",
            wanted_on=timezone.localdate(now) + timedelta(days=30),
            by=self.operator,
            at=now,
            command_key=uuid4(),
        )
        yield "tresorier", [basin_reverse("bank_number_decide", number_id=number.pk)]
        approve_number(number_id=number.pk, by=self.president, at=now)
        yield "tresorier", [basin_reverse("bank_number_withdraw", number_id=number.pk)]

    def _seat(self) -> Sight:
        """Of a partner that had none: nobody has sat for it yet."""
        now = timezone.now()
        contact = Contact.objects.filter(is_active=True, partner__seats=None).earliest("pk")
        seat = committee.create_seat(
            partner_id=contact.partner_id,
            holder_id=contact.person_id,
            kind=SeatKind.CONSULTATIVE,
            starts_on=timezone.localdate(now) + timedelta(days=60),
            by=self.operator,
            at=now,
        )
        return "operateur", [basin_reverse("seat_edit", seat_id=seat.pk)]

    def _summons(self) -> Sight:
        now, ready = timezone.now(), Project.objects.filter(status="READY").latest("pk")
        meeting = committee.plan_meeting(
            held_at=now + timedelta(days=60),
            mode="IN_PERSON",
            place="Chambéry",
            by=self.operator,
            at=now,
        )
        committee.put_on_agenda(
            meeting_id=meeting.pk, project_id=ready.pk, by=self.operator, at=now
        )
        return "operateur", [basin_reverse("meeting_convene", number=meeting.number)]

    def _reservation(self) -> Sight:
        now = timezone.now()
        asked = committee.make_reservation(
            decision_id=Decision.objects.latest("pk").pk,
            text="Quel suivi est prévu ?",
            due_on=timezone.localdate(now) + timedelta(days=30),
            by=self.operator,
            at=now,
        )
        return "presidente", [basin_reverse("reservation_answer", reservation_id=asked.pk)]

    def _end_of_the_meeting(self) -> Iterator[Sight]:
        ballot = Ballot.objects.get(status="OPEN", closes_at=None)
        meeting, told = ballot.item.meeting, {"by": self.president}
        noted = [row.pk for row in hands.waiting(ballot)]
        committee.confirm_hands(ballot_id=ballot.pk, collected_ids=noted, at=timezone.now(), **told)
        yield "presidente", [basin_reverse("ballot_close", ballot_id=ballot.pk)]
        committee.close_ballot(ballot_id=ballot.pk, at=timezone.now(), **told)
        yield "presidente", [basin_reverse("ballot_proclaim", ballot_id=ballot.pk)]
        committee.proclaim(
            ballot_id=ballot.pk, reason="Le marché reste à démontrer.", at=timezone.now(), **told
        )
        yield "presidente", [basin_reverse("meeting_close", number=meeting.number)]
        yield self._reservation()
        committee.close_meeting(meeting_id=meeting.pk, at=timezone.now(), **told)
        pages = ("minutes_send", "minutes_countersign")
        yield "operateur", [basin_reverse(page, number=meeting.number) for page in pages]
