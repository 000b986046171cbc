"""What is put in writing, by whom and within which limits (C5, voting.md 5.3)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from basins.enums import Role
from basins.homes import Visitor
from basins.tenancy import national
from committees import home, operations
from committees.enums import MeetingStatus
from committees.models import ChairSubstitute, CommitteeRules, Decision, Meeting
from committees.operations import Particulars, SkillsLine
from committees.queries import polls, receipts
from committees.rules.consultations import Terms, is_limited_change
from partners.models import Contact
from projects.enums import ProjectStatus
from projects.models import Project
from tests.builders import at, withdraw
from tests.committees.consultations.conftest import END, SENT, prepare, vote
from tests.writings import second_of_two

pytestmark = pytest.mark.django_db
HOME = "/bassins/savoie/comite/"


class TestPrepare:
    def test_is_locked_until_the_rules_allow_it(self, committee):
        with pytest.raises(ActionDenied, match="joignez son règlement"):
            prepare(committee)

    @pytest.mark.parametrize("worded", [False, True])
    def test_is_left_to_the_other_operators_by_who_withdrew(self, committee, rules, worded):
        item = prepare(committee)
        if worded:
            committee.propose(item)

        def told():
            visitor = Visitor(committee.operator, frozenset({Role.OPERATOR}), SENT.date())
            parts = home.committee(visitor)
            lines = [*(todo for _, todo in parts.todos), *parts.waiting]
            return [one.label for one in lines if "consultation" in one.label]

        assert len(told()) == 1
        withdraw(item.project, committee.operator)
        assert told() == []

    def test_the_rule_needs_the_regulations(self, in_savoie):
        with pytest.raises(IntegrityError, match="need_regulations"), transaction.atomic():
            CommitteeRules.objects.create(consultations=True)

    def test_is_about_what_the_rules_let_be_settled_in_writing(self, committee, rules):
        rules.consultation_matters = ["CONDITIONS"]
        rules.save()
        with pytest.raises(ActionDenied, match="réservent ce sujet à une séance"):
            prepare(committee)

    def test_leaves_five_working_days(self, committee, rules):
        with pytest.raises(InvalidInput, match="au moins 5 jours ouvrés"):
            prepare(committee, closes_at=at(2026, 3, 18, 18, 0))

    def test_takes_the_next_number_of_the_year(self, prepared):
        assert (prepared.mode, prepared.year, prepared.items.count()) == ("WRITTEN", 2026, 1)

    def test_a_change_needs_a_decision_to_change(self, committee, rules):
        with pytest.raises(InvalidInput, match="pas de décision à reprendre"):
            prepare(committee, matter="CHANGE")

    def test_needs_its_proposal(self, committee, rules):
        item = prepare(committee)
        with pytest.raises(ActionDenied, match="Rédigez la proposition"):
            operations.launch_consultation(
                meeting_id=item.meeting_id, by=committee.president, at=SENT
            )

    def test_is_about_a_file_that_is_not_decided(self, committee, prepared, client_as):
        """Its company gave up before the launch: nothing is left to vote on."""
        operations.record_without_ballot(
            item_id=prepared.items.get().pk,
            outcome="WITHDRAWN",
            particulars=Particulars(reason="Le porteur renonce."),
            by=committee.operator,
            at=SENT,
        )
        with pytest.raises(ActionDenied, match="déjà prononcé"):
            operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)
        with pytest.raises(ActionDenied, match="déjà prononcé"):
            operations.change_consultation(
                meeting_id=prepared.pk, project_id=committee.ready().pk, matter="URGENCY",
                urgency="Le bail.", closes_at=END, reminds=True, by=committee.operator, at=SENT,
            )  # fmt: skip
        operator = client_as(Role.OPERATOR, user=committee.operator)
        page = operator.get(f"{HOME}consultations/{prepared.number}/").content.decode()
        assert "il reste à annuler cette consultation" in page
        assert "Modifier la proposition" not in page
        assert "Annuler la consultation" in operator.get("/bassins/savoie/").content.decode()
        operations.cancel_meeting(
            meeting_id=prepared.pk, reason="Dossier retiré.", by=committee.operator, at=SENT
        )
        prepared.refresh_from_db()
        assert prepared.status == MeetingStatus.CANCELLED

    def test_without_a_president_able_to_the_first_seat_of_the_order_launches(
        self, committee, rules
    ):
        ChairSubstitute.objects.create(seat=committee.seats[2], rank=1)
        Contact.objects.filter(person=committee.president.pk).update(is_active=False)
        item = prepare(committee)
        committee.propose(item)
        assert item.meeting.chair == committee.seats[2]
        ballot = operations.launch_consultation(
            meeting_id=item.meeting_id, by=committee.people[2], at=SENT
        )
        assert ballot.rules["chair"] == str(committee.seats[2].pk)

    def test_is_launched_by_the_president(self, committee, prepared):
        with pytest.raises(ActionDenied, match="préside"):
            operations.launch_consultation(meeting_id=prepared.pk, by=committee.people[1], at=SENT)


class TestPreparation:
    """A consultation in preparation changes, and is given up."""

    def change(self, committee, meeting, **changes):
        values = {
            "project_id": meeting.items.get().project_id,
            "matter": "URGENCY",
            "urgency": "Le vendeur attend.",
            "closes_at": END + timedelta(days=3),
            "reminds": False,
            "by": committee.operator,
            "at": SENT,
            **changes,
        }
        return operations.change_consultation(meeting_id=meeting.pk, **values)

    def test_changes_until_it_is_launched(self, committee, prepared):
        item = self.change(committee, prepared)
        prepared.refresh_from_db()
        assert (prepared.urgency, prepared.reminds) == ("Le vendeur attend.", False)
        assert prepared.closes_at == END + timedelta(days=3)
        assert item.proposals.count() == 1

    def test_another_file_asks_its_own_proposal(self, committee, prepared):
        first = prepared.items.get().project
        other = committee.ready()
        item = self.change(committee, prepared, project_id=other.pk)
        first.refresh_from_db()
        assert (item.project_id, item.proposals.count()) == (other.pk, 0)
        assert first.status == ProjectStatus.READY

    def test_still_leaves_five_working_days(self, committee, prepared):
        with pytest.raises(InvalidInput, match="au moins 5 jours ouvrés"):
            self.change(committee, prepared, closes_at=SENT + timedelta(days=2))

    def test_launched_no_longer_changes(self, committee, ballot):
        with pytest.raises(ActionDenied, match="déjà lancée"):
            self.change(committee, ballot.item.meeting)

    def test_without_reminders_none_is_planned(self, committee, prepared):
        self.change(committee, prepared)
        operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)
        assert not Entry.objects.filter(kind="committees.remind_consultation").exists()

    def test_or_where_the_rules_plan_none(self, committee, rules):
        assert prepare(committee).meeting.reminds
        rules.consultation_reminders = False
        rules.save()
        assert not prepare(committee).meeting.reminds

    def test_its_launch_says_why_in_writing(self, committee, prepared, client_as):
        president = client_as(Role.PRESIDENT, user=committee.president)
        with time_machine.travel(SENT):
            page = president.get(f"{HOME}consultations/{prepared.number}/lancer/")
        assert prepared.urgency in page.content.decode()

    def test_cancelled_its_file_is_ready_and_nobody_is_told(self, committee, prepared):
        operations.cancel_meeting(
            meeting_id=prepared.pk, reason="La séance suffira.", by=committee.operator, at=SENT
        )
        project = prepared.items.get().project
        assert project.status == ProjectStatus.READY
        assert not Entry.objects.filter(kind="notifications.send").exists()
        with pytest.raises(ActionDenied, match="annulée"):
            operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)

    def test_a_cancelled_vote_is_prepared_again(self, committee, ballot, run_outbox):
        given = vote(committee, ballot, committee.people[1])
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=SENT)
        assert receipts.check(given.reference, given.digest).title.startswith("Scrutin annulé")
        meeting = Meeting.objects.get(pk=ballot.item.meeting_id)
        assert (meeting.status, meeting.attendances.count()) == (MeetingStatus.PLANNED, 0)
        committee.propose(ballot.item, amount=1_500_000)
        again = operations.launch_consultation(
            meeting_id=meeting.pk, by=committee.president, at=SENT
        )
        assert again.number == 2
        assert polls.turnout(again).votes == 0
        run_outbox()
        with national():
            interrupted = Mail.objects.filter(code="M69")
            told = set(interrupted.values_list("to_email", flat=True))
            theirs = interrupted.filter(text__contains="le vôtre compris")
            theirs = set(theirs.values_list("to_email", flat=True))
            [other] = interrupted.filter(text__contains="tous les membres seront invités à voter")
            asked = Mail.objects.filter(code="M07", text__contains="votez de nouveau")
            asked = set(asked.values_list("to_email", flat=True))
        everybody = {person.email for person in committee.people}
        assert (told, asked) == ({*everybody, committee.operator.email}, everybody)
        assert (theirs, other.to_email) == (everybody, committee.operator.email)

    def test_holds_one_file_and_convenes_nobody(self, committee, prepared):
        with pytest.raises(ActionDenied, match="un seul dossier"):
            operations.put_on_agenda(
                meeting_id=prepared.pk,
                project_id=committee.ready().pk,
                by=committee.operator,
                at=SENT,
            )
        with pytest.raises(ActionDenied, match="modifiez-la, ou annulez-la"):
            operations.remove_from_agenda(
                item_id=prepared.items.get().pk, by=committee.operator, at=SENT
            )
        with pytest.raises(ActionDenied, match="ne convoque personne"):
            operations.convene(meeting_id=prepared.pk, by=committee.operator, at=SENT)
        assert str(prepared) == f"Consultation écrite {prepared.number}"


def test_is_limited_change():
    assert is_limited_change(2_000_000, 2_400_000, 20)
    assert is_limited_change(2_000_000, 1_600_000, 20)
    assert not is_limited_change(2_000_000, 2_400_001, 20)


@pytest.mark.parametrize(
    ("changes", "close"),
    [
        ({"amount": 2_400_000}, True),
        ({"amount": 2_400_001}, False),
        ({"lines": 24}, True),
        ({"lines": 37}, False),
        ({"grace_months": 12}, True),
        ({"grace_months": 14}, False),
        ({"days": frozenset({(1, Decimal(3)), (2, Decimal(9))})}, True),
        ({"days": frozenset({(1, Decimal("12.5"))})}, False),
        ({"lead": 2}, True),
    ],
)
def test_the_schedule_is_limited_as_the_amount_is(changes, close):
    days = frozenset({(1, Decimal(10))})
    before = {"amount": 2_000_000, "lines": 30, "grace_months": 6, "days": days, "lead": 1}
    assert Terms(**before | changes).is_close_to(Terms(**before), 20) is close


class TestLimits:
    def launch(self, committee, **propose):
        """A decision taken in session, deliberated anew in writing."""
        first = committee.ballot(committee.opened(skills=self.skills(committee, "4")))
        for person in committee.people:
            committee.vote(first, person)
        committee.close(first)
        decision = committee.proclaim(first)
        Decision.objects.filter(pk=decision.pk).update(
            reopened_at=SENT, reopened_by=committee.president.pk, reopening_reason="À revoir."
        )
        Project.objects.filter(pk=decision.project_id).update(status=ProjectStatus.READY)
        matter = propose.pop("matter")
        item = prepare(committee, project_id=decision.project_id, matter=matter)
        days = propose.pop("days", "4")
        committee.propose(item, skills=self.skills(committee, days), **propose)
        return operations.launch_consultation(
            meeting_id=item.meeting_id, by=committee.president, at=SENT
        )

    def skills(self, committee, days):
        return [SkillsLine(committee.seats[1].partner_id, Decimal(days), "Achats")]

    @pytest.mark.parametrize(
        ("propose", "refusal"),
        [
            ({"matter": "CHANGE", "lines": 60}, "de plus de 20 %"),
            ({"matter": "CONDITIONS", "amount": 2_000_100}, "que sur les conditions"),
            ({"matter": "CONDITIONS", "days": "4.5"}, "que sur les conditions"),
            ({"matter": "CHANGE", "days": "5"}, "de plus de 20 %"),
        ],
    )
    def test_what_changes_too_much_is_for_a_meeting(self, committee, rules, propose, refusal):
        with pytest.raises(ActionDenied, match=refusal):
            self.launch(committee, **propose)

    def test_what_stays_the_same_is_put_in_writing(self, committee, rules):
        assert self.launch(committee, matter="CONDITIONS")

    def test_days_change_within_the_limit(self, committee, rules):
        assert self.launch(committee, matter="CHANGE", days="4.8")

    def test_who_follows_it_up_is_not_a_condition(self, committee, rules):
        lead = Contact.objects.get(person=committee.people[1].pk)
        follow_up = {"follow_up_lead_id": lead.person_id, "follow_up_partner_id": lead.partner_id}
        with pytest.raises(ActionDenied, match="le mandataire"):
            self.launch(committee, matter="CONDITIONS", **follow_up)

    def test_a_limit_of_the_committee(self, committee, rules):
        rules.consultation_max_change = 100
        rules.save()
        assert self.launch(committee, matter="CHANGE", lines=60)

    def test_a_ceiling_of_the_committee(self, committee, rules, prepared):
        rules.consultation_max_amount = 1_999_999
        rules.save()
        with pytest.raises(ActionDenied, match=r"19.999,99.€ se décide en séance"):
            operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)


def test_what_somebody_else_changed_meanwhile_is_compared(committee, prepared, client_as):
    with time_machine.travel(SENT, tick=True):
        said = second_of_two(
            client_as(Role.OPERATOR, user=committee.operator),
            client_as(Role.OPERATOR),
            f"{HOME}consultations/{prepared.number}/modifier/",
            theirs={"urgency": "Le vendeur attend."},
            mine={"urgency": "La banque attend."},
        )
    assert "« Le vendeur attend. »" in said
