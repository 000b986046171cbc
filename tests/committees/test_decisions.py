"""Decisions without a vote, put right, taken anew, lapsed; who lifts a condition (5.3, O5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from alize.audit.models import AuditEvent
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import GeneratedDocument
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from committees import operations
from committees.documents import letter_context
from committees.documents.ballots import item_part
from committees.forms.decisions import RectifyForm
from committees.models import CommitteeRules, Condition, Decision, Meeting
from committees.operations import ConditionLine, Corrections, Particulars, SkillsLine
from committees.queries import decisions as queries
from committees.queries import verification
from committees.queries.agenda import outcome_badge
from committees.tasks.conditions import follow
from funds.permissions import check_standing
from projects import operations as project_operations
from projects.enums import ProjectStatus
from tests.builders import set_rules
from tests.committees.conftest import BEFORE, DAY

pytestmark = pytest.mark.django_db
WHY = Particulars(reason="Le plan de financement n'est pas bouclé.")
SUSPENSIVE = ConditionLine("SUSPENSIVE", "Accord de la banque", date(2026, 4, 30))


def mails(code):
    with national():
        return sorted(Mail.objects.filter(code=code).values_list("to_email", flat=True))


def status(decision) -> str:
    decision.project.refresh_from_db()
    return decision.project.status


def approve(committee, **propose) -> Decision:
    ballot = committee.ballot(committee.opened(**propose))
    for person in committee.people:
        committee.vote(ballot, person)
    committee.close(ballot)
    return committee.proclaim(ballot)


def end(committee, decision, *, signed=True):
    """End the meeting; its minutes signed unless said."""
    meeting = decision.item.meeting
    minutes = operations.close_meeting(
        meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(hours=2)
    )
    if signed:
        when = {"by": committee.operator, "at": DAY + timedelta(hours=3)}
        operations.send_minutes(minutes_id=minutes.pk, **when)
        operations.sign_minutes(
            minutes_id=minutes.pk, by=committee.president, at=DAY + timedelta(days=1)
        )
    return Decision.objects.get(pk=decision.pk)


class TestWithoutABallot:
    def record(self, committee, item, outcome="DEFERRED", said=WHY, by=None):
        return operations.record_without_ballot(
            item_id=item.pk, outcome=outcome, particulars=said,
            by=by or committee.president, at=DAY + timedelta(minutes=5),
        )  # fmt: skip

    def test_the_chair_defers_then_the_file_comes_back(self, committee, run_outbox):
        item = committee.opened().items.get()
        later = committee.planned(held_at=DAY + timedelta(days=40))
        said = Particulars(
            reason="Incomplet.", pieces_awaited="Devis\nBail", target_meeting_id=later.pk
        )
        decision = self.record(committee, item, said=said)
        assert (decision.ballot, decision.recorded_by_id) == (None, committee.president.pk)
        assert status(decision) == ProjectStatus.DEFERRED
        run_outbox()
        assert GeneratedDocument.objects.about(decision).exists()
        project_operations.resume(project_id=decision.project_id, by=committee.operator, at=DAY)
        assert status(decision) == ProjectStatus.READY
        with pytest.raises(ActionDenied, match="s'est déjà prononcé"):
            operations.open_ballot(item_id=item.pk, by=committee.president, at=DAY)

    def test_an_expert_and_a_date_are_named(self, committee, run_outbox):
        item = committee.opened().items.get()
        with pytest.raises(InvalidInput, match="expert"):
            self.record(committee, item, "EXTRA_DIAGNOSIS")
        said = Particulars(reason="Le marché.", expert="M. Ba, CCI", expert_due_on=date(2026, 4, 1))
        decision = self.record(committee, item, "EXTRA_DIAGNOSIS", said)
        assert status(decision) == ProjectStatus.EXTRA_DIAGNOSIS
        for _ in range(2):
            follow(at=DAY + timedelta(days=30))
            run_outbox()
        assert mails("M53") == [committee.operator.email]

    def test_the_operator_notes_a_withdrawal_before_the_meeting(self, committee):
        item = committee.convened().items.get()
        with pytest.raises(ActionDenied, match="à l'ordre du jour"):
            project_operations.withdraw(
                project_id=item.project_id, reason="x", by=committee.operator, at=BEFORE
            )
        with pytest.raises(ActionDenied):
            self.record(committee, item, by=committee.operator)
        decision = self.record(committee, item, "WITHDRAWN", by=committee.operator)
        assert status(decision) == ProjectStatus.WITHDRAWN
        assert decision.project.end_reason == WHY.reason
        # Nobody presided yet, nor may ever: whoever noted it signs its letter.
        Meeting.objects.filter(pk=item.meeting_id).update(chair=None)
        decision.item.meeting.refresh_from_db()
        letter = letter_context(decision)
        assert letter["signatory"] == str(committee.operator)
        assert letter["capacity"] == "opérateur local"

    @pytest.mark.parametrize("outcome", ["APPROVED", "REJECTED"])
    def test_what_needs_a_vote_is_refused(self, committee, outcome):
        item = committee.opened().items.get()
        with pytest.raises(InvalidInput, match="demande un vote"):
            self.record(committee, item, outcome)

    def test_what_the_committee_does_without_is_refused(self, committee):
        set_rules(outcomes=[])
        item = committee.opened().items.get()
        with pytest.raises(ActionDenied, match="ne prévoient pas l'issue « diagnostic compl"):
            self.record(committee, item, "EXTRA_DIAGNOSIS")
        with pytest.raises(ActionDenied, match="« agréé sous conditions »"):
            committee.propose(item, conditions=[SUSPENSIVE])

        leads, roles = committee.president, frozenset({Role.PRESIDENT})
        offered = [link.label for link in queries.without_vote(leads, roles, item, None)]
        assert offered == [queries.TITLES["DEFERRED"]]

    def test_neither_a_member_nor_during_a_vote(self, committee):
        ballot = committee.ballot(committee.opened())
        with pytest.raises(ActionDenied, match="préside"):
            self.record(committee, ballot.item, by=committee.people[1])
        with pytest.raises(ActionDenied, match="Un scrutin est en cours"):
            self.record(committee, ballot.item)

    def test_the_database_wants_a_ballot_for_an_approval(self, committee):
        decision = self.record(committee, committee.opened().items.get())
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(outcome="APPROVED")
        assert sentence_of(error.value) in (
            "Une décision proclamée ne change plus de nature.",
            "Cette décision demande un vote du comité.",
        )


class TestRectification:
    def rectify(self, committee, decision, by=None, why="Erreur de frappe", **values):
        return operations.rectify_decision(
            decision_id=decision.pk, corrections=Corrections(**values), why=why,
            by=by or committee.president, at=DAY + timedelta(hours=1),
        )  # fmt: skip

    def test_keeps_the_old_value_and_sends_the_letter_again(self, committee, run_outbox):
        skills = (SkillsLine(committee.seats[1].partner_id, Decimal("2"), "gestion"),)
        decision = approve(committee, skills=skills, conditions=(SUSPENSIVE,))
        run_outbox()
        condition = decision.conditions.get()
        line = decision.proposal.skills.get()
        decision = self.rectify(
            committee,
            decision,
            amount=2_200_000,
            days={line.pk: Decimal("3")},
            lead=committee.seats[2].partner.contacts.get(),
            conditions={
                condition.pk: {"text": "Accord écrit de la banque", "due_on": date(2026, 6, 30)}
            },
        )
        assert decision.conditions.get().due_on == date(2026, 6, 30)
        assert (decision.amount, decision.days) == (2_200_000, Decimal("3"))
        kept = decision.rectifications.values_list("field", "before", "after")
        assert ("Avance accordée", "20\u202f000\u00a0€", "22\u202f000\u00a0€") in kept
        assert ("Avant le (condition 1)", "30/04/2026", "30/06/2026") in kept
        assert len(kept) == 5
        decision.project.refresh_from_db()
        assert decision.project.follow_up_lead_id == committee.people[2].pk
        advance, days, lead = letter_context(decision)["terms"]
        assert "de 22\u202f000\u00a0€, en 30 échéances" in advance.replace("30\u00a0é", "30 é")
        assert "(3\u00a0j, gestion)" in days
        assert str(committee.people[2]) in lead
        run_outbox()
        letters = GeneratedDocument.objects.about(decision)
        assert [letter.version for letter in letters] == [2, 1]
        assert len(mails("M10")) == 4
        assert verification.verify().findings == ()
        decision.proposal.skills.update(days=Decimal("9"))
        [found] = verification.verify().findings
        assert "la proposition n'est plus celle qui a été mise aux voix" in str(found)

    def test_of_a_condition_as_it_is_typed(self, committee):
        decision = approve(committee, conditions=(SUSPENSIVE,))
        condition = decision.conditions.get()
        typed = {
            "amount": "20 000",
            f"condition_{condition.pk}_text": condition.text,
            f"condition_{condition.pk}_due_on": "30/06/2026",
            "why": "Frappe",
        }
        form = RectifyForm(typed, decision=decision, on=DAY.date())
        assert form.is_valid(), form.errors
        said = {"text": condition.text, "owner": "", "proof_expected": ""}
        due = {"due_on": date(2026, 6, 30)}
        assert form.corrections().conditions == {condition.pk: said | due}
        with pytest.raises(InvalidInput, match="après la décision"):
            self.rectify(committee, decision, conditions={condition.pk: {"due_on": BEFORE.date()}})

    def test_of_what_an_expert_is_asked_while_the_minutes_are_held(self, committee):
        item = committee.opened().items.get()
        said = Particulars(reason="Le marché.", expert="M. Ba", expert_due_on=date(2026, 4, 1))
        decision = operations.record_without_ballot(
            item_id=item.pk,
            outcome="EXTRA_DIAGNOSIS",
            particulars=said,
            by=committee.president,
            at=DAY,
        )
        typed = {"reason": "Le marché.", "expert": "M. Bâ", "expert_due_on": "15/04/2026"}
        form = RectifyForm(typed | {"why": "Frappe"}, decision=decision, on=DAY.date())
        assert form.is_valid(), form.errors
        with CaptureQueriesContext(connection) as queries:
            decision = operations.rectify_decision(
                decision_id=decision.pk, corrections=form.corrections(), why="Frappe",
                by=committee.president, at=DAY,
            )  # fmt: skip
        assert any(
            "committees_minutes" in one["sql"] and "FOR UPDATE" in one["sql"] for one in queries
        )
        assert (decision.expert, decision.expert_due_on) == ("M. Bâ", date(2026, 4, 15))
        assert decision.rectifications.count() == 2
        with pytest.raises(InvalidInput, match="expert"):
            self.rectify(committee, decision, expert=" ")

    def test_of_the_meeting_that_examines_a_file_again(self, committee):
        item = committee.opened().items.get()
        first, second = (committee.planned(held_at=DAY + timedelta(days=days)) for days in (40, 50))
        said = Particulars(reason="Incomplet.", target_meeting_id=first.pk)
        decision = operations.record_without_ballot(
            item_id=item.pk, outcome="DEFERRED", particulars=said, by=committee.president, at=DAY
        )
        # Its day has come meanwhile: what is not touched stays.
        form = RectifyForm(decision=decision, on=DAY.date() + timedelta(days=45))
        assert form.initial["target_meeting"] == first
        assert first in form.fields["target_meeting"].queryset
        for typed, target in ((second.pk, second), ("", None)):
            form = RectifyForm(
                {"reason": "Incomplet.", "target_meeting": typed, "why": "Frappe"},
                decision=decision,
                on=DAY.date(),
            )
            assert form.is_valid(), form.errors
            decision = operations.rectify_decision(
                decision_id=decision.pk, corrections=form.corrections(), why="Frappe",
                by=committee.president, at=DAY,
            )  # fmt: skip
            assert decision.target_meeting == target
        kept = decision.rectifications.values_list("field", "before", "after")
        assert list(kept) == [
            ("Séance du réexamen", first.number, second.number),
            ("Séance du réexamen", second.number, ""),
        ]
        for other in (item.meeting_id, 987_654):
            with pytest.raises(InvalidInput, match="séance à venir") as refused:
                self.rectify(committee, decision, target_meeting_id=other)
            assert refused.value.field == "target_meeting"
        decision = end(committee, decision)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(target_meeting=first)

    def test_by_the_president_with_a_reason_and_a_change(self, committee):
        decision = approve(committee)
        with pytest.raises(ActionDenied, match="par la présidence"):
            self.rectify(committee, decision, by=committee.people[1], amount=1)
        with pytest.raises(InvalidInput, match="pourquoi"):
            self.rectify(committee, decision, why=" ", amount=1)
        with pytest.raises(InvalidInput, match="Rien ne change"):
            self.rectify(committee, decision, amount=decision.amount)
        with pytest.raises(InvalidInput, match="nouvelle délibération"):
            self.rectify(committee, decision, amount=0)

    def test_not_once_the_minutes_are_signed_even_in_the_database(self, committee):
        decision = end(committee, approve(committee))
        with pytest.raises(ActionDenied, match="nouvelle délibération"):
            self.rectify(committee, decision, amount=100)
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(amount=100)
        assert "procès-verbal de cette séance est signé" in sentence_of(error.value)


class TestNewDeliberation:
    def reopen(self, committee, decision, why="Un apport a disparu."):
        return operations.reopen_decision(
            decision_id=decision.pk, why=why, by=committee.president, at=DAY + timedelta(days=2)
        )

    def test_the_old_decision_stands_until_another_replaces_it(self, committee, run_outbox):
        old = end(committee, approve(committee))
        run_outbox()
        old = self.reopen(committee, old)
        assert status(old) == ProjectStatus.READY
        assert old in Decision.objects.standing()
        with pytest.raises(ActionDenied, match="délibérer à nouveau"):
            check_standing(old)
        run_outbox()
        assert mails("M50") == sorted([committee.operator.email, old.project.owner_email])
        held_at = DAY + timedelta(days=30)
        meeting = committee.planned(held_at=held_at)
        item = operations.put_on_agenda(
            meeting_id=meeting.pk, project_id=old.project_id, by=committee.operator,
            at=DAY + timedelta(days=3),
        )  # fmt: skip
        committee.propose(item, amount=1_000_000)
        operations.convene(
            meeting_id=meeting.pk, by=committee.operator, at=DAY + timedelta(days=10)
        )
        operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=held_at)
        for person in committee.people[1:]:
            committee.arrive(meeting, person, when=held_at)
        ballot = committee.ballot(meeting, when=held_at)
        for person in committee.people:
            committee.vote(ballot, person, at=held_at + timedelta(minutes=8))
        committee.close(ballot, when=held_at)
        new = committee.proclaim(ballot, at=held_at + timedelta(minutes=15))
        assert new.revises == old
        assert list(Decision.objects.standing()) == [new]
        assert list(Decision.objects.standing(DAY.date())) == [new, old]
        with pytest.raises(ActionDenied, match="remplacée"):
            check_standing(Decision.objects.get(pk=old.pk))

    def test_only_once_the_minutes_are_signed_and_once(self, committee):
        decision = end(committee, approve(committee), signed=False)
        with pytest.raises(ActionDenied, match="se rectifie"):
            self.reopen(committee, decision)
        with pytest.raises(InvalidInput):
            minutes = decision.item.meeting.minutes
            operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=DAY)
            operations.sign_minutes(minutes_id=minutes.pk, by=committee.president, at=DAY)
            self.reopen(committee, decision, why=" ")
        self.reopen(committee, decision)
        with pytest.raises(ActionDenied, match="déjà délibérer"):
            self.reopen(committee, decision)
        Decision.objects.update(reopening_reason="Autre chose.")
        found = [str(finding) for finding in verification.verify().findings]
        assert any("le motif de la nouvelle délibération a changé" in line for line in found)


class TestConditions:
    def lift(self, committee, by):
        condition = Condition.objects.get()
        return operations.lift_condition(
            condition_id=condition.pk, proof="Accord reçu", by=by, at=DAY + timedelta(days=3)
        )

    @pytest.mark.parametrize(("rule", "allowed"), [("OPERATOR", 0), ("PRESIDENT", 1)])
    def test_who_lifts_is_a_rule(self, committee, rule, allowed):
        CommitteeRules.objects.update_or_create(pk=1, defaults={"conditions_lifted_by": rule})
        approve(committee, conditions=(SUSPENSIVE,))
        people = [committee.operator, committee.president]
        with pytest.raises(ActionDenied, match="désignent une autre personne"):
            self.lift(committee, people[1 - allowed])
        assert self.lift(committee, people[allowed]).lifted_by_id == people[allowed].pk

    def test_an_approval_lapses_after_the_months_of_the_rules(self, committee):
        set_rules(conditions_lapse_months=9)
        decision = approve(committee, conditions=(SUSPENSIVE,))
        assert queries.lapses_on(decision) == date(2026, 12, 12)

    def test_the_committee_lifts_in_session(self, committee):
        CommitteeRules.objects.update_or_create(
            pk=1, defaults={"conditions_lifted_by": "COMMITTEE"}
        )
        decision = approve(committee, conditions=(SUSPENSIVE,))
        with pytest.raises(ActionDenied, match="désignent"):
            self.lift(committee, committee.operator)
        assert queries.lifters(on=DAY.date()) == {committee.president.pk}
        Meeting.objects.create(
            year=2026, rank=9, mode="WRITTEN", matter="URGENCY", status="OPEN",
            chair=committee.seats[1], held_at=DAY, closes_at=DAY + timedelta(days=9),
            convened_at=DAY, convened_by=committee.president,
            opened_at=DAY, opened_by=committee.president,
        )  # fmt: skip
        assert queries.lifters(on=DAY.date()) == {committee.president.pk}
        end(committee, decision)
        assert queries.lifters(on=DAY.date()) == frozenset()

    def test_late_it_is_reminded_once_and_listed_late(self, committee, run_outbox):
        approve(committee, conditions=(SUSPENSIVE,))
        for day in (50, 51):
            follow(at=DAY + timedelta(days=day))
            run_outbox()
        assert mails("M51") == [committee.operator.email]
        state = queries.state_of(Condition.objects.get(), date(2026, 5, 2))
        assert state.label == "En retard"

    def test_the_approval_lapses_once_and_the_file_may_come_back(self, committee, run_outbox):
        decision = approve(committee, conditions=(SUSPENSIVE,))
        follow(at=DAY + timedelta(days=183))
        assert status(decision) == ProjectStatus.APPROVED_CONDITIONS
        for day in (185, 186):
            follow(at=DAY + timedelta(days=day))
        decision.refresh_from_db()
        assert status(decision) == ProjectStatus.READY
        assert decision.lapsed_at == DAY + timedelta(days=185)
        assert AuditEvent.objects.filter(type="decision.lapsed").count() == 1
        assert not Decision.objects.standing().exists()
        run_outbox()
        assert mails("M52") == sorted([committee.operator.email, committee.president.email])
        with pytest.raises(ActionDenied, match="ne vaut plus"):
            self.lift(committee, committee.operator)
        with pytest.raises(ActionDenied, match="caduc"):
            check_standing(decision)

    def test_one_lifted_in_time_does_not_lapse(self, committee):
        decision = approve(committee, conditions=(SUSPENSIVE,))
        self.lift(committee, committee.operator)
        follow(at=DAY + timedelta(days=400))
        assert status(decision) == ProjectStatus.APPROVED


def test_an_outcome_bears_the_name_that_the_committee_gave_it_when_the_vote_opened(committee):
    set_rules(approved_label="Avis favorable")
    ballot = committee.ballot(committee.opened())
    set_rules(approved_label="Soutenu")
    for person in committee.people:
        committee.vote(ballot, person)
    closed = committee.close(ballot)
    assert "Décision\u00a0: avis favorable à la majorité" in closed.result_sentence
    decision = committee.proclaim(ballot)
    assert decision.get_outcome_display() == "Avis favorable"
    assert letter_context(decision)["verdict"] == "Décision du comité\u00a0: avis favorable."
    assert item_part(decision.item).decision == "Avis favorable"
    assert outcome_badge(decision).label == "Avis favorable"
