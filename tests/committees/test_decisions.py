"""Decisions without a vote, taken anew, and by which name (5.3, O5)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import GeneratedDocument
from basins.enums import Role
from basins.homes import Visitor
from committees import operations
from committees.documents import letter_context
from committees.documents.ballots import item_part
from committees.models import Decision, Meeting
from committees.operations import Particulars
from committees.queries import decisions as queries
from committees.queries import verification
from committees.queries.badges import outcome_badge
from committees.tasks.conditions import follow
from funds.permissions import check_standing
from projects import operations as project_operations
from projects.enums import ProjectStatus
from projects.models import Beneficiary
from tests.builders import make_user, set_rules, withdraw
from tests.committees.conftest import BEFORE, DAY
from tests.committees.deciding import SUSPENSIVE, approve, end, mails, status
from tests.words import plain

pytestmark = pytest.mark.django_db


WHY = Particulars(reason="Le plan de financement n'est pas bouclé.")


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
        assert AuditEvent.objects.filter(type="decision.expert_reminded").count() == 1

    def test_the_presidency_hears_that_an_expert_is_late_when_no_operator_may(
        self, committee, run_outbox
    ):
        item = committee.opened().items.get()
        said = Particulars(reason="Le marché.", expert="M. Ba, CCI", expert_due_on=date(2026, 4, 1))
        decision = self.record(committee, item, "EXTRA_DIAGNOSIS", said)
        withdraw(decision.project, committee.operator)
        follow(at=DAY + timedelta(days=30))
        run_outbox()
        assert mails("M10") == sorted([committee.president.email, decision.project.owner_email])
        assert mails("M53") == [committee.president.email]

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
        letter = letter_context(decision, on=DAY.date())
        assert letter["signatory"] == str(committee.operator)
        assert letter["capacity"] == "opérateur local"

    def test_its_letter_names_who_keeps_the_file_the_day_it_is_written(self, committee):
        decision = self.record(committee, committee.opened().items.get())

        def named():
            return letter_context(decision, on=DAY.date())["contact"].email

        assert named() == committee.operator.email
        other = make_user(Role.OPERATOR, basin=committee.basin)
        withdraw(decision.project, committee.operator)
        assert named() == other.email

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

        visitor = Visitor(committee.president, frozenset({Role.PRESIDENT}), DAY.date())
        offered = [link.label for link in queries.without_vote(visitor, item, None)]
        assert offered == [queries.TITLES["DEFERRED"]]

    def test_neither_a_member_nor_during_a_vote(self, committee):
        ballot = committee.ballot(committee.opened())
        with pytest.raises(ActionDenied, match="préside"):
            self.record(committee, ballot.item, by=committee.people[1])
        with pytest.raises(ActionDenied, match="Un scrutin est en cours"):
            self.record(committee, ballot.item)

    def test_its_page_names_who_is_written_to_and_is_for_who_presides(self, committee, client_as):
        item = committee.opened().items.get()
        other = make_user(Role.OPERATOR, basin=committee.basin)
        withdraw(item.project, committee.operator)
        page = f"/bassins/savoie/comite/passages/{item.pk}/sans-vote/DEFERRED/"
        president = client_as(Role.PRESIDENT, user=committee.president)
        deputy = client_as(Role.PRESIDENT, user=make_user(Role.PRESIDENT, basin=committee.basin))
        with time_machine.travel(DAY + timedelta(minutes=5), tick=False):
            shown = plain(president.get(page))
            refused = deputy.post(page, {"reason": ""})
            why = plain(deputy.get(refused.url))
        assert f"{other}, opérateur" in shown
        assert f"{committee.operator}, opérateur" not in shown
        assert refused.status_code == 302
        assert "Seule la personne qui préside la séance peut le faire." in why

    def test_refused_meanwhile_it_loses_nothing_that_was_typed(self, committee, client_as):
        item = committee.opened().items.get()
        page = f"/bassins/savoie/comite/passages/{item.pk}/sans-vote/DEFERRED/"
        president = client_as(Role.PRESIDENT, user=committee.president)
        with time_machine.travel(DAY + timedelta(minutes=5), tick=False):
            operations.suspend_meeting(
                meeting_id=item.meeting_id, by=committee.president, at=DAY + timedelta(minutes=4)
            )
            answer = president.post(page, {"reason": "Le bail n'est pas signé."})
            assert president.get(page).status_code == 302
        assert answer.status_code == 422
        said = plain(answer)
        assert "Le bail n'est pas signé." in said
        assert "suspendue" in said
        assert not Decision.objects.exists()

    def test_the_database_wants_a_ballot_for_an_approval(self, committee):
        decision = self.record(committee, committee.opened().items.get())
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(outcome="APPROVED")
        assert sentence_of(error.value) in (
            "Une décision proclamée ne change plus de nature.",
            "Cette décision demande un vote du comité.",
        )


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
    assert (
        letter_context(decision, on=DAY.date())["verdict"]
        == "Décision du comité\u00a0: avis favorable."
    )
    assert item_part(decision.item).decision == "Avis favorable"
    assert outcome_badge(decision).label == "Avis favorable"


def test_a_decided_file_shows_the_company_as_the_committee_read_it(committee, client_as):
    meeting = committee.opened()
    Beneficiary.objects.update(town="Ugine", activity="Forge")
    ballot = committee.ballot(meeting)
    for person in committee.people:
        committee.vote(ballot, person)
    committee.close(ballot)
    decision = committee.proclaim(ballot)
    Beneficiary.objects.update(town="Aix", activity="Vente")
    member = client_as(Role.MEMBER, user=committee.people[1])
    with time_machine.travel(DAY, tick=True):
        url = f"/bassins/savoie/comite/passages/{decision.item_id}/"
        page = member.get(url).content.decode()
    assert "Ugine" in page
    assert "Forge" in page
    assert "Aix" not in page
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Decision.objects.update(company={"name": "Autre"})
    assert "committees_decision_is_frozen" in str(refused.value.__cause__.diag.constraint_name)
