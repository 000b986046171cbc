"""The committee is asked about an advance already paid: on an agenda or in writing (2.5, O6)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from committees import operations, wording
from committees.documents import letter_context
from committees.documents.ballots import item_part
from committees.forms.decisions import RectifyForm
from committees.models import AgendaItem, Decision, Meeting
from committees.operations import ConditionLine, InWriting, Particulars, SkillsLine
from committees.queries import second, verification
from committees.queries.requests import accepted, pending
from projects.enums import ProjectStatus
from steering.queries import lists, records
from steering.rules.facts import Period
from tests.builders import make_decision, make_project, set_rules
from tests.committees.conftest import BEFORE, DAY

pytestmark = pytest.mark.django_db
TERMS = "Six mois sans échéance, puis le plan d'origine décalé d'autant."


@pytest.fixture
def approval(committee) -> Decision:
    """An advance given a year ago, its convention signed."""
    project = make_project(
        status=ProjectStatus.LABELLED,
        operator=committee.operator,
        labelled_on=date(2025, 6, 1),
        follow_up_lead=committee.people[1],
    )
    decision = make_decision(project=project, decided_on=date(2025, 5, 1))
    Meeting.objects.update(held_at=DAY - timedelta(days=320))
    return decision


def ask(committee, approval, where, matter="MORATORIUM", **changes) -> AgendaItem:
    values = {"terms": TERMS, "by": committee.operator, "at": BEFORE, **changes}
    return operations.ask_about_advance(
        approval_id=approval.pk, matter=matter, where=where, **values
    )


def session(committee, approval, matter="MORATORIUM"):
    """A meeting under way with that request alone."""
    meeting = committee.planned()
    ask(committee, approval, meeting.pk, matter)
    when = {"meeting_id": meeting.pk, "by": committee.operator}
    operations.convene(at=BEFORE, **when)
    operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
    for person in committee.people[1:]:
        committee.arrive(meeting, person)
    return meeting


def voted(committee, meeting, choice="FOR", **more) -> Decision:
    ballot = committee.ballot(meeting)
    for person in committee.people:
        committee.vote(ballot, person, choice)
    committee.close(ballot)
    return committee.proclaim(ballot, **more)


def test_a_moratorium_is_voted_like_a_file_and_the_file_keeps_its_status(committee, approval):
    meeting = session(committee, approval)
    decision = voted(committee, meeting)
    assert (decision.outcome, decision.amount, decision.get_outcome_display()) == (
        "ACCEPTED", 0, "Demande acceptée",
    )  # fmt: skip
    ballot = decision.ballot
    assert "demande acceptée" in ballot.result_sentence
    assert ballot.proposal_text.splitlines() == [
        f"Accorder un moratoire sur l'avance de 20\u202f000\u00a0€ accordée à "
        f"{approval.project.beneficiary.name} par la décision {approval.reference} du 01/05/2025.",
        TERMS,
    ]
    approval.project.refresh_from_db()
    assert approval.project.status == ProjectStatus.LABELLED
    assert approval.stands
    assert list(accepted(approval, "MORATORIUM")) == [decision]
    assert not accepted(approval, "WRITE_OFF", "RESCHEDULE").exists()
    part = item_part(decision.item)
    assert (part.decision, part.asked, part.is_approved) == ("Demande acceptée", "", True)
    assert part.need == wording.request_of(decision.item)
    letter = letter_context(decision, on=DAY.date())
    assert (letter["matter"], letter["verdict"]) == ("Moratoire", "La demande est acceptée.")
    operations.close_meeting(
        meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(hours=2)
    )
    where = f"Décision {decision.reference}"
    assert not [one for one in verification.verify().findings if one.where.startswith(where)]


def test_a_request_declined_says_why_and_counts_in_no_figure_of_the_projects(committee, approval):
    counted = len(records._outcomes(DAY.date()))
    decision = voted(
        committee, session(committee, approval, "WRITE_OFF"), "AGAINST", reason="Trop tôt."
    )
    assert (decision.outcome, decision.reason) == ("DECLINED", "Trop tôt.")
    assert not accepted(approval, "WRITE_OFF").exists()
    assert len(records._outcomes(DAY.date())) == counted
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert not lists.decisions(year, as_of=DAY.date())


def test_one_request_at_a_time_about_an_advance_under_convention(committee, approval):
    meeting = committee.planned()
    item = ask(committee, approval, meeting.pk)
    assert list(pending(approval)) == [item]
    with pytest.raises(ActionDenied, match="déjà saisi"):
        ask(committee, approval, committee.planned(held_at=DAY + timedelta(days=7)).pk)
    for refused, words in (
        (make_decision(), "convention n'est pas signée"),
        (make_decision(amount=0), "n'accorde pas d'avance"),
    ):
        with pytest.raises(ActionDenied, match=words):
            ask(committee, refused, meeting.pk)
    operations.remove_from_agenda(item_id=item.pk, by=committee.operator, at=BEFORE)
    approval.project.refresh_from_db()
    assert approval.project.status == ProjectStatus.LABELLED
    assert not pending(approval).exists()


def test_a_request_grants_nothing_new_and_waits_for_no_condition(committee, approval):
    item = ask(committee, approval, committee.planned().pk)
    told = {"item_id": item.pk, "by": committee.operator, "at": BEFORE}
    for changes in (
        {"amount": 1_000, "lines": 1},
        {"skills": [SkillsLine(committee.seats[1].partner_id, 2, "Achats")]},
    ):
        with pytest.raises(InvalidInput, match="n'accorde ni avance"):
            operations.save_proposal(comment=TERMS, **changes, **told)
    with pytest.raises(InvalidInput, match="ce qui est proposé"):
        operations.save_proposal(**told)
    late = ConditionLine("FOLLOWED", "Accord de la banque", date(2025, 4, 30))
    with pytest.raises(InvalidInput, match="n'est pas passée"):
        operations.save_proposal(comment=TERMS, conditions=[late], **told)
    suspensive = ConditionLine("SUSPENSIVE", "Accord de la banque", date(2026, 4, 30))
    with pytest.raises(ActionDenied, match="sans condition suspensive"):
        operations.save_proposal(comment=TERMS, conditions=[suspensive], **told)


def test_the_conditions_of_a_request_are_put_right_before_the_minutes_are_signed(
    committee, approval
):
    meeting = committee.planned()
    followed = ConditionLine("FOLLOWED", "Comptes de juin", date(2026, 7, 31))
    item = ask(committee, approval, meeting.pk)
    operations.save_proposal(
        item_id=item.pk, comment=TERMS, conditions=[followed], by=committee.operator, at=BEFORE
    )
    operations.convene(meeting_id=meeting.pk, by=committee.operator, at=BEFORE)
    operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
    for person in committee.people[1:]:
        committee.arrive(meeting, person)
    decision = voted(committee, meeting)
    condition = decision.conditions.get()
    typed = {
        f"condition_{condition.pk}_text": "Comptes au 30 juin",
        f"condition_{condition.pk}_due_on": "31/08/2026",
        "why": "Frappe",
    }
    form = RectifyForm(typed, decision=decision, on=DAY.date())
    assert form.is_valid(), form.errors
    operations.rectify_decision(
        decision_id=decision.pk, corrections=form.corrections(), why="Frappe",
        by=committee.president, at=DAY + timedelta(hours=1),
    )  # fmt: skip
    condition.refresh_from_db()
    assert (condition.text, condition.due_on) == ("Comptes au 30 juin", date(2026, 8, 31))
    assert decision.rectifications.count() == 2


def test_the_chair_defers_a_request_and_never_withdraws_the_file(committee, approval):
    item = session(committee, approval).items.get()
    told = {"item_id": item.pk, "by": committee.president, "at": DAY}
    why = Particulars(reason="Les comptes manquent.")
    with pytest.raises(ActionDenied, match="acceptée, refusée ou ajournée"):
        operations.record_without_ballot(outcome="WITHDRAWN", particulars=why, **told)
    decision = operations.record_without_ballot(outcome="DEFERRED", particulars=why, **told)
    approval.project.refresh_from_db()
    assert (decision.outcome, approval.project.status) == ("DEFERRED", ProjectStatus.LABELLED)
    assert letter_context(decision, on=DAY.date())["verdict"] == "La demande est ajournée."


def test_a_request_is_asked_in_writing_and_goes_to_a_meeting_with_its_words(committee, approval):
    set_rules(consultations=True, consultation_discussion=True)
    ends = datetime(2026, 3, 9, 18, tzinfo=timezone.get_current_timezone())
    item = ask(committee, approval, InWriting(closes_at=ends, urgency="Échéance le 15."))
    assert item.meeting.is_written
    following = committee.planned(held_at=ends + timedelta(days=20))
    ballot = operations.launch_consultation(
        meeting_id=item.meeting_id, by=committee.president, at=BEFORE
    )
    committee.answer(item, committee.people[1], when=BEFORE)
    operations.ask_for_discussion(
        ballot_id=ballot.pk,
        seat_id=committee.seats[1].pk,
        reason="À entendre",
        by=committee.people[1],
        at=BEFORE + timedelta(hours=1),
    )
    again = following.items.get()
    assert (again.matter, again.approval) == ("MORATORIUM", approval)
    assert again.proposals.get().comment == TERMS


def test_a_request_left_by_an_adjournment_goes_to_the_next_meeting_with_its_words(
    committee, approval
):
    meeting = session(committee, approval)
    following = committee.planned(held_at=DAY + timedelta(days=20))
    operations.adjourn_meeting(
        meeting_id=meeting.pk, next_meeting_id=following.pk, by=committee.president, at=DAY
    )
    again = following.items.get()
    assert (again.matter, again.approval, again.minutes_planned) == ("MORATORIUM", approval, 10)
    assert again.proposals.get().comment == TERMS
    assert not second.without_quorum(Meeting.objects.get(pk=meeting.pk))


def test_a_request_without_quorum_is_convened_again_unless_asked_since(make, approval):
    committee = make(11)
    meeting = committee.planned()
    ask(committee, approval, meeting.pk)
    operations.convene(meeting_id=meeting.pk, by=committee.operator, at=BEFORE)
    operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
    operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
    meeting.refresh_from_db()
    later = {"held_at": DAY + timedelta(days=10), "mode": "IN_PERSON", "place": "CCI"}
    told = {"by": committee.operator, "at": DAY + timedelta(days=1)}
    again = operations.convene_again(meeting_id=meeting.pk, **later, **told)
    item = again.items.get()
    assert (item.matter, item.proposals.get().comment) == ("MORATORIUM", TERMS)
    operations.cancel_meeting(meeting_id=again.pk, reason="Neige", **told)
    assert second.without_quorum(meeting) == [meeting.items.get()]
    ask(committee, approval, committee.planned(held_at=DAY + timedelta(days=30)).pk)
    assert not second.without_quorum(meeting)


def test_the_database_keeps_the_answer_to_its_question(committee, approval):
    item = ask(committee, approval, committee.planned().pk)
    told = {"project": item.project, "decided_on": DAY.date(), "recorded_by": committee.president}
    with pytest.raises(IntegrityError, match="decision WITHDRAWN does not"), transaction.atomic():
        Decision.objects.create(reference="X", item=item, outcome="WITHDRAWN", **told)
    with pytest.raises(IntegrityError, match="agendaitem"), transaction.atomic():
        AgendaItem.objects.filter(pk=item.pk).update(matter="WRITE_OFF")
    with pytest.raises(IntegrityError, match="agenda_item_asks"), transaction.atomic():
        AgendaItem.objects.create(
            meeting=item.meeting, project=make_project(), rank=9, matter="WRITE_OFF"
        )
