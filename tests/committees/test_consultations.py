"""Written consultations: launched, voted, closed at their hour, or sent to a meeting (C5)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from basins.enums import Role
from basins.tenancy import national
from committees import operations
from committees.documents import minutes_context
from committees.enums import BallotStatus, MeetingStatus
from committees.models import Ballot, ChairSubstitute, CommitteeRules, Decision, Meeting, Vote
from committees.operations import Particulars, SkillsLine
from committees.queries import polls, proxies, receipts
from committees.rules import Choice
from committees.rules.consultations import Terms, is_limited_change, reminder_times
from partners.models import Contact
from projects.enums import ProjectStatus
from projects.models import Project
from tests.builders import at, make_user, set_rules

pytestmark = pytest.mark.django_db
SENT = at(2026, 3, 12, 10, 0)
END = at(2026, 3, 20, 18, 0)
HOME = "/bassins/savoie/comite/"


@pytest.fixture
def rules(committee) -> CommitteeRules:
    """The committee's regulations allow to consult in writing."""
    set_rules(consultations=True)
    return CommitteeRules.objects.get()


@pytest.fixture
def prepared(committee, rules) -> Meeting:
    """A consultation with its proposal, not launched yet."""
    item = prepare(committee)
    committee.propose(item)
    return item.meeting


@pytest.fixture
def ballot(committee, prepared) -> Ballot:
    """An open consultation."""
    return operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)


def prepare(committee, **changes):
    values = {
        "project_id": committee.ready().pk,
        "matter": "URGENCY",
        "urgency": "Le bail se signe avant la prochaine séance.",
        "closes_at": END,
        "by": committee.operator,
        "at": SENT,
        **changes,
    }
    return operations.prepare_consultation(**values)


def vote(committee, ballot, person, choice=Choice.FOR, *, moment=SENT, seat=None):
    seat = seat or committee.seat_of(person)
    operations.declare_interest(
        item_id=ballot.item_id, seat_id=seat.pk, answer="NONE", by=person, at=moment
    )
    return operations.cast_vote(
        ballot_id=ballot.pk,
        seat_id=seat.pk,
        choice=choice,
        reason="" if choice == Choice.FOR else "Trop tôt",
        command_key=uuid4(),
        by=person,
        at=moment,
    )


class TestPrepare:
    def test_is_locked_until_the_rules_allow_it(self, committee):
        with pytest.raises(ActionDenied, match="joignez son règlement"):
            prepare(committee)

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


class TestVote:
    def test_every_seat_is_written_to_and_its_alternates(self, committee, prepared, run_outbox):
        alternate = make_user(Role.MEMBER, basin=committee.basin)
        committee.seats[1].alternates.add(alternate)
        operations.launch_consultation(meeting_id=prepared.pk, by=committee.president, at=SENT)
        run_outbox()
        with national():
            asked = set(Mail.objects.filter(code="M07").values_list("to_email", flat=True))
        assert asked == {person.email for person in (*committee.people, alternate)}

    def test_every_seat_is_expected(self, committee, ballot):
        vote(committee, ballot, committee.people[1])
        assert polls.turnout(ballot) == polls.Turnout(1, len(committee.people))

    def test_who_votes_is_there(self, committee, ballot):
        for person in committee.people[:4]:
            vote(committee, ballot, person)
        seated = set(ballot.item.meeting.attendances.values_list("seat_id", flat=True))
        assert seated == {committee.seat_of(person).pk for person in committee.people[:4]}

    def test_one_person_votes_for_one_seat(self, committee, ballot):
        committee.seats[2].alternates.add(committee.people[1].pk)
        vote(committee, ballot, committee.people[1])
        with pytest.raises(ActionDenied, match="siège déjà pour"):
            vote(committee, ballot, committee.people[1], seat=committee.seats[2])

    def test_silence_is_no_consent(self, committee, ballot):
        for person in committee.people[:2]:
            vote(committee, ballot, person)
        closed = operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        assert closed.result["outcome"] == "NO_QUORUM"

    def test_half_of_the_seats_decide(self, committee, ballot):
        for person in committee.people[:3]:
            vote(committee, ballot, person)
        vote(committee, ballot, committee.people[3], Choice.AGAINST)
        closed = operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        assert closed.result["outcome"] == "APPROVED"
        assert (closed.result["votes_for"], closed.result["votes_against"]) == (3, 1)

    def test_a_seat_on_the_list_votes_though_its_mandate_ends_meanwhile(self, committee, ballot):
        person = committee.people[1]
        last = SENT.date() + timedelta(days=2)
        ends = {"seat_id": committee.seat_of(person).pk, "by": committee.operator, "at": SENT}
        operations.end_seat(ends_on=last, **ends)
        vote(committee, ballot, person, moment=SENT + timedelta(days=4))
        assert ballot.votes.count() == 1
        # Its vote takes nothing from its mandate, which may still be corrected.
        assert operations.end_seat(ends_on=last - timedelta(days=1), **ends).ends_on < last

    def test_late_is_refused_even_unclosed(self, committee, ballot):
        with pytest.raises(ActionDenied, match="La consultation a été close"):
            vote(committee, ballot, committee.people[1], moment=END + timedelta(seconds=1))

    def test_late_is_refused_by_the_database(self, committee, ballot):
        person = committee.people[1]
        with pytest.raises(IntegrityError, match="not open"), transaction.atomic():
            Vote.objects.create(
                ballot=ballot,
                seat=committee.seat_of(person),
                version=1,
                person_id=person.pk,
                choice="FOR",
                cast_at=END + timedelta(seconds=1),
                command_key=uuid4(),
            )


class TestProxies:
    def test_count_only_where_the_rules_admit_them_in_writing(self, committee, ballot, rules):
        giver, holder = committee.people[3:]
        give = {
            "meeting_id": ballot.item.meeting_id,
            "giver_id": committee.seat_of(giver).pk,
            "holder_id": committee.seat_of(holder).pk,
            "by": giver,
            "at": SENT,
        }
        with pytest.raises(ActionDenied, match="pas de pouvoir par écrit"):
            operations.give_proxy(**give)
        rules.proxies_in_consultation = True
        rules.save()
        # As they were when it was launched.
        with pytest.raises(ActionDenied, match="pas de pouvoir par écrit"):
            operations.give_proxy(**give)
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=SENT)
        committee.propose(ballot.item)
        operations.launch_consultation(
            meeting_id=ballot.item.meeting_id, by=committee.president, at=SENT
        )
        [proxy] = operations.give_proxy(**give)
        operations.answer_proxy(proxy_id=proxy.pk, accept=True, by=holder, at=SENT)
        assert proxies.held_for(ballot.item) == ((proxy.giver_id, proxy.holder_id),)

    @pytest.fixture
    def represented(self, committee, prepared, rules):
        """A consultation where proxies are admitted, and the giver of one to the second seat."""
        rules.proxies_in_consultation = True
        rules.save()
        ballot = operations.launch_consultation(
            meeting_id=prepared.pk, by=committee.president, at=SENT
        )
        committee.proxy(prepared, committee.people[4], committee.people[1])
        return ballot

    def for_giver(self, committee, ballot):
        return committee.vote(ballot, committee.people[1], seat_id=committee.seats[4].pk, at=SENT)

    def test_count_for_whom_something_was_cast(self, committee, represented, rules):
        """Half of the seats must vote: a giver for whom nothing is cast has not (5.3)."""
        set_rules(floor=1)
        for person in committee.people[:2]:
            vote(committee, represented, person)
        silent = operations.close_at_its_hour(ballot_id=represented.pk, at=END)
        assert (silent.result["quorum_have"], silent.result["outcome"]) == (2, "NO_QUORUM")
        assert "pouvoir" not in silent.result_sentence

    def test_count_once_it_was(self, committee, prepared, represented):
        for person in committee.people[:3]:
            vote(committee, represented, person)
        self.for_giver(committee, represented)
        closed = operations.close_at_its_hour(ballot_id=represented.pk, at=END)
        assert (closed.result["quorum_have"], closed.result["votes_for"]) == (4, 4)

    def test_are_admitted_as_when_it_was_launched(self, committee, represented):
        vote(committee, represented, committee.people[1])
        set_rules(proxies_in_consultation=False)
        self.for_giver(committee, represented)
        closed = operations.close_at_its_hour(ballot_id=represented.pk, at=END)
        assert closed.result["votes_for"] == 2


class TestEnd:
    def test_a_late_worker_closes_at_the_planned_hour(self, committee, ballot):
        closed = operations.close_at_its_hour(ballot_id=ballot.pk, at=END + timedelta(hours=9))
        assert (closed.status, closed.closed_at) == (BallotStatus.CLOSED, END)

    def test_not_before_its_hour(self, ballot):
        early = operations.close_at_its_hour(ballot_id=ballot.pk, at=END - timedelta(minutes=1))
        assert early.status == BallotStatus.OPEN

    def test_the_outbox_keeps_its_hours(self, ballot):
        due = Entry.objects.filter(kind__endswith="_consultation").values_list("kind", "due_at")
        assert sorted(moment for kind, moment in due if "close" in kind) == [END]
        reminders = sorted(moment for kind, moment in due if "remind" in kind)
        assert reminders == [SENT + (END - SENT) / 2, END - timedelta(days=1)]

    def test_reminders_wait_for_those_who_have_not_voted(self, committee, ballot):
        for person in committee.people[:3]:
            vote(committee, ballot, person)
        remind = {"ballot_id": ballot.pk, "number": 1}
        late = END + timedelta(minutes=1)
        assert operations.remind_undecided(at=late, **remind) == 0
        told = operations.remind_undecided(at=END - timedelta(days=1), **remind)
        assert told == len(committee.people) - 3
        waiting = Entry.objects.filter(key__contains=f"{ballot.pk}:reminder-1")
        assert waiting.count() == told

    def test_closes_early_only_when_the_rules_say_so(self, committee, ballot, rules):
        for person in committee.people:
            vote(committee, ballot, person)
        assert operations.close_if_complete(ballot_id=ballot.pk, at=SENT).status == "OPEN"
        rules.consultation_closes_early = True
        rules.save()
        assert operations.close_if_complete(ballot_id=ballot.pk, at=SENT).status == "CLOSED"

    def test_closes_early_on_the_withdrawal_of_the_last(self, committee, ballot, rules):
        rules.consultation_closes_early = True
        rules.save()
        *voters, last = committee.people
        for person in voters:
            vote(committee, ballot, person)
        waiting = Entry.objects.filter(kind="committees.close_if_complete")
        assert waiting.count() == len(voters)
        committee.answer(ballot.item, last, "RECUSED", when=SENT)
        assert waiting.count() == len(voters) + 1
        operations.close_if_complete(ballot_id=ballot.pk, at=SENT)
        ballot.refresh_from_db()
        assert ballot.status == BallotStatus.CLOSED

    def test_proclaimed_it_is_over_and_its_minutes_wait(self, committee, ballot):
        for person in committee.people[:4]:
            vote(committee, ballot, person)
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        decision = operations.proclaim(ballot_id=ballot.pk, by=committee.president, at=END)
        meeting = Meeting.objects.get(pk=ballot.item.meeting_id)
        assert decision.outcome == "APPROVED"
        assert meeting.status == MeetingStatus.HELD
        assert meeting.minutes.status == "DRAFT"


class TestPresidentWithdrawn:
    """The president withdrew from the only file: the first company seat presides (R30)."""

    def test_another_launches_proclaims_and_signs(self, committee, prepared):
        president, substitute, *others = committee.people
        committee.answer(prepared.items.get(), president, "RECUSED", when=SENT)
        launch = {"meeting_id": prepared.pk, "at": SENT}
        with pytest.raises(ActionDenied, match="préside"):
            operations.launch_consultation(by=president, **launch)
        ballot = operations.launch_consultation(by=substitute, **launch)
        for person in others:
            vote(committee, ballot, person)
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        decision = operations.proclaim(ballot_id=ballot.pk, by=substitute, at=END)
        assert decision.outcome == "APPROVED"
        minutes = Meeting.objects.get(pk=prepared.pk).minutes
        [consulted, *_] = minutes_context(minutes)["opening"]
        assert f"sous la présidence de {substitute}, " in consulted
        operations.send_minutes(minutes_id=minutes.pk, by=committee.operator, at=END)
        signed = operations.sign_minutes(minutes_id=minutes.pk, by=substitute, at=END)
        assert signed.signed_by_id == substitute.pk

    def test_or_once_it_is_launched(self, committee, ballot):
        president, substitute, *others = committee.people
        for person in others:
            vote(committee, ballot, person)
        committee.answer(ballot.item, substitute, "RECUSED", when=SENT)
        committee.answer(ballot.item, president, "RECUSED", when=SENT)
        operations.close_at_its_hour(ballot_id=ballot.pk, at=END)
        operations.proclaim(ballot_id=ballot.pk, by=others[0], at=END)
        assert Meeting.objects.get(pk=ballot.item.meeting_id).chair == committee.seat_of(others[0])


class TestDiscussion:
    def ask(self, committee, ballot, person, *, moment=SENT):
        return operations.ask_for_discussion(
            ballot_id=ballot.pk,
            seat_id=committee.seat_of(person).pk,
            reason="Le plan de financement n'est pas clair.",
            by=person,
            at=moment,
        )

    def test_sends_the_file_to_the_next_meeting(self, committee, ballot):
        meeting = committee.planned(held_at=at(2026, 4, 9, 10, 0))
        vote(committee, ballot, committee.people[1])
        assert self.ask(committee, ballot, committee.people[2]) == meeting
        ballot.refresh_from_db()
        assert ballot.status == BallotStatus.CANCELLED
        assert meeting.items.get().project == ballot.item.project

    def test_a_seat_that_withdrew_is_not_written_to(self, committee, ballot):
        *_, asker, withdrawn = committee.people
        for person in (asker, withdrawn):
            committee.seat_of(person).alternates.add(make_user(Role.MEMBER, basin=committee.basin))
        committee.answer(ballot.item, withdrawn, "RECUSED", when=SENT)
        self.ask(committee, ballot, asker)
        told = {row.payload["email"] for row in Entry.objects.filter(payload__code="M46")}
        others = [person for person in committee.people if person != withdrawn]
        alternate = committee.seat_of(asker).alternates.get()
        assert told == {person.email for person in [*others, alternate, committee.operator]}

    def test_waits_for_a_meeting_when_none_is_planned(self, committee, ballot):
        assert self.ask(committee, ballot, committee.people[2]) is None
        ballot.item.project.refresh_from_db()
        assert ballot.item.project.status == ProjectStatus.READY

    def test_its_reason_is_kept_when_refused(self, committee, ballot, client_as):
        page = f"/bassins/savoie/comite/scrutins/{ballot.pk}/discussion/"
        member = client_as(Role.MEMBER, user=committee.people[2])
        with time_machine.travel(END + timedelta(minutes=1), tick=False):
            answer = member.post(page, {"reason": "Le bail n'est pas signé."})
        assert answer.status_code == 422
        assert "Le bail n&#x27;est pas signé." in answer.content.decode()

    def test_is_refused_when_the_rules_say_so(self, committee, ballot, rules):
        rules.consultation_discussion = False
        rules.save()
        with pytest.raises(ActionDenied, match="ne prévoient pas"):
            self.ask(committee, ballot, committee.people[2])

    def test_comes_too_late_after_the_hour(self, committee, ballot):
        with pytest.raises(ActionDenied, match="close"):
            self.ask(committee, ballot, committee.people[2], moment=END + timedelta(minutes=1))


def test_is_limited_change():
    assert is_limited_change(2_000_000, 2_400_000, 20)
    assert is_limited_change(2_000_000, 1_600_000, 20)
    assert not is_limited_change(2_000_000, 2_400_001, 20)


@pytest.mark.parametrize(
    ("hours", "reminded"),
    [(200, (100, 176)), (72, (36, 48)), (50, (25, 26)), (48, (24,)), (36, (12, 18)), (20, (10,))],
)
def test_the_undecided_are_reminded_half_way_and_the_day_before(hours, reminded):
    moments = reminder_times(SENT, SENT + timedelta(hours=hours))
    assert moments == tuple(SENT + timedelta(hours=passed) for passed in reminded)


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


def test_a_consultation_leads_only_those_who_read_its_file(committee, ballot, client_as):
    number = ballot.item.meeting.number
    address = f"/bassins/savoie/comite/consultations/{number}/"
    for user, label in ((committee.people[0], "Voter"), (committee.operator, "Suivre le vote")):
        role = Role.MEMBER if label == "Voter" else Role.OPERATOR
        reader = client_as(role, user=user)
        assert address in reader.get(f"{HOME}?annee=2026").content.decode()
        assert f">{label}</a>" in reader.get(address).content.decode()
    outsider = client_as(Role.PREFECTURE)
    listed = outsider.get(f"{HOME}?annee=2026").content.decode()
    assert number in listed
    assert address not in listed
    assert outsider.get(address).status_code == 404


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
            told = set(Mail.objects.filter(code="M69").values_list("to_email", flat=True))
            asked = Mail.objects.filter(code="M07", text__contains="votez de nouveau")
            asked = set(asked.values_list("to_email", flat=True))
        everybody = {person.email for person in committee.people}
        assert (told, asked) == ({*everybody, committee.operator.email}, everybody)

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
