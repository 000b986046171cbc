"""A decision is put right until its minutes are signed (5.3, O5)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import GeneratedDocument
from committees import operations
from committees.documents import letter_context
from committees.forms.decisions import RectifyForm
from committees.models import Decision
from committees.operations import Corrections, Particulars, SkillsLine
from committees.queries import verification
from tests.committees.conftest import BEFORE, DAY
from tests.committees.deciding import SUSPENSIVE, approve, end, mails

pytestmark = pytest.mark.django_db


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
        advance, days, lead = letter_context(decision, on=DAY.date())["terms"]
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
