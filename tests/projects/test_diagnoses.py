"""The preliminary diagnosis, from the request to the validation."""

from datetime import date

import pytest

from alize.audit.models import AuditEvent
from alize.audit.queries import verify
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents.models import GeneratedDocument
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from basins import tenancy
from basins.enums import Role
from basins.homes import Visitor
from projects import home, operations, queries
from projects.enums import ProjectStatus
from tests.builders import at, make_contact, make_partner, make_user, withdraw
from tests.projects.conftest import COMPANY, WRITTEN


def subjects(code: str) -> list[str]:
    with tenancy.national():
        return list(Mail.objects.filter(code=code).order_by("id").values_list("subject", flat=True))


def request(project, contact, operator, **more):
    values = {"due_on": date(2026, 1, 27), "by": operator, "at": at(2026, 1, 12), **more}
    return operations.request_diagnosis(project_id=project.pk, contact_id=contact.pk, **values)


def write(diagnosis, referrer, **changes):
    return operations.save_diagnosis_draft(
        diagnosis_id=diagnosis.pk, values=WRITTEN | changes, by=referrer.person, at=at(2026, 1, 20)
    )


def test_request_moves_the_project_and_tells_the_referrer(asked, complete, run_outbox):
    complete.refresh_from_db()
    assert complete.status == ProjectStatus.DIAGNOSIS
    run_outbox()
    assert set(subjects("M02")) == {
        "Diagnostic à réaliser : Fromagerie des Bauges, avant le mardi 27 janvier 2026"
    }


def test_request_waits_for_a_complete_file(project, referrer, operator):
    with pytest.raises(ActionDenied, match="montage"):
        request(project, referrer.contact, operator)


def test_request_names_what_is_not_complete(complete, referrer, operator):
    complete.attachments.all().delete()
    with pytest.raises(ActionDenied, match=r"Complétez d'abord : Pièces\."):
        request(complete, referrer.contact, operator)


def test_request_of_the_same_group_asks_for_a_reason(complete, operator, savoie):
    partner = make_partner(siren=COMPANY["siret"][:9])
    contact = make_contact(partner, person=make_user(Role.MEMBER, basin=savoie))
    with pytest.raises(InvalidInput, match="même groupe") as refused:
        request(complete, contact, operator)
    assert refused.value.field == "conflict_reason"
    diagnosis = request(complete, contact, operator, conflict_reason="Seul à connaître le métier")
    assert diagnosis.conflict_reason == "Seul à connaître le métier"


def test_request_again_relieves_the_first_referrer(
    asked, complete, operator, savoie, referrer, run_outbox
):
    again = request(complete, referrer.contact, operator, at=at(2026, 1, 13))
    other = make_contact(make_partner(), person=make_user(Role.MEMBER, basin=savoie))
    second = request(complete, other, operator, at=at(2026, 1, 14))
    again.refresh_from_db()
    assert again.cancelled_at == at(2026, 1, 14)
    assert queries.diagnosis_of(complete) == second
    with pytest.raises(ActionDenied, match="quelqu'un d'autre"):
        write(again, referrer)
    # Asked anew, a referrer is not relieved: the other one's request relieves them once.
    run_outbox()
    assert subjects("M94") == ["Diagnostic à ne plus faire : Fromagerie des Bauges"]


def test_a_file_withdrawn_relieves_its_referrer(asked, complete, operator, run_outbox, mailoutbox):
    operations.withdraw(project_id=complete.pk, reason="Vendue", by=operator, at=at(2026, 1, 14))
    run_outbox()
    told = [mail for mail in mailoutbox if "ne plus faire" in mail.subject]
    assert [mail.to for mail in told] == [[asked.referrer.email]]
    assert "retire son projet" in told[0].body


def test_whoever_acts_answers_the_questions_of_the_referrer(
    handed_over, complete, colleague, run_outbox, mailoutbox
):
    operations.ask_complement(
        diagnosis_id=handed_over.pk, message="Les risques ?", by=colleague, at=at(2026, 1, 22)
    )
    withdraw(complete, complete.operator)
    run_outbox()
    told = [mail.body for mail in mailoutbox if "à compléter" in mail.subject]
    assert len(told) == 3
    assert all("Karim Benali répond à vos questions" in body for body in told)


def test_whoever_records_that_it_stops_answers_the_referrer(
    asked, complete, colleague, run_outbox, mailoutbox
):
    operations.withdraw(project_id=complete.pk, reason="Vendue", by=colleague, at=at(2026, 1, 14))
    run_outbox()
    told = [mail.body for mail in mailoutbox if "ne plus faire" in mail.subject]
    assert "Karim Benali répond à vos questions" in told[0]


@pytest.mark.parametrize("handed", [False, True])
def test_a_diagnosis_is_followed_by_those_who_did_not_withdraw(asked, referrer, operator, handed):
    def followed():
        parts = home.projects_room(Visitor(operator, frozenset({Role.OPERATOR}), date(2026, 1, 21)))
        return [todo.label for _, todo in parts.todos] + [one.label for one in parts.waiting]

    if handed:
        write(asked, referrer)
        operations.submit_diagnosis(diagnosis_id=asked.pk, by=referrer.person, at=at(2026, 1, 21))
    assert followed()
    withdraw(asked.project, operator)
    assert followed() == []


def test_a_diagnosis_handed_over_is_not_told_again(handed_over, complete, operator, run_outbox):
    operations.withdraw(project_id=complete.pk, reason="Vendue", by=operator, at=at(2026, 1, 23))
    run_outbox()
    assert subjects("M94") == []


def test_reminders_leave_on_the_fifth_and_tenth_day(asked, run_outbox):
    reminders = Entry.objects.filter(kind="projects.remind_referrer").order_by("due_at")
    assert [entry.due_at for entry in reminders] == [at(2026, 1, 17), at(2026, 1, 22)]
    run_outbox()
    assert len(subjects("M02")) == 3
    told = AuditEvent.objects.filter(type="project.diagnosis_reminded")
    assert [(event.by_id, event.facts) for event in told] == [(None, {"diagnosis": asked.pk})] * 2


def test_reminders_stop_once_handed_over(handed_over, run_outbox):
    run_outbox()
    assert len(subjects("M02")) == 1


def test_only_the_referrer_writes(asked, operator):
    with pytest.raises(ActionDenied, match="Seul le prescripteur"):
        operations.save_diagnosis_draft(
            diagnosis_id=asked.pk, values=WRITTEN, by=operator, at=at(2026, 1, 20)
        )


def test_submit_needs_the_three_criteria_and_an_opinion(asked, referrer):
    write(asked, referrer, owner_comment="", opinion="")
    with pytest.raises(
        InvalidInput, match=r"Il manque encore : capacité du porteur \(phrase\), votre avis\."
    ):
        operations.submit_diagnosis(diagnosis_id=asked.pk, by=referrer.person, at=at())


def test_submit_tells_the_operator_and_closes_the_form(handed_over, referrer, run_outbox):
    run_outbox()
    assert subjects("M03") == ["Diagnostic rendu : Fromagerie des Bauges"]
    with pytest.raises(ActionDenied, match="rendu"):
        write(handed_over, referrer)


def test_submit_tells_the_presidency_when_the_operator_withdrew(
    asked, referrer, operator, in_savoie, run_outbox
):
    president = make_user(Role.PRESIDENT, basin=in_savoie)
    write(asked, referrer)
    withdraw(asked.project, operator)
    operations.submit_diagnosis(diagnosis_id=asked.pk, by=referrer.person, at=at(2026, 1, 21))
    run_outbox()
    with tenancy.national():
        mail = Mail.objects.get(code="M03")
    assert mail.to_email == president.email
    assert "Demandez à ASTREES d'en inviter un autre" in mail.text
    assert "validez-le" not in mail.text


def test_a_complement_gives_it_back_to_the_referrer(handed_over, referrer, operator, run_outbox):
    run_outbox()
    operations.ask_complement(
        diagnosis_id=handed_over.pk, message="Les risques ?", by=operator, at=at(2026, 1, 22)
    )
    run_outbox()
    assert len(subjects("M02")) == 4, "the first request, the complement and its two reminders"
    assert subjects("M02").count("Diagnostic à compléter : Fromagerie des Bauges") == 3
    write(handed_over, referrer, risks="Un seul client.")
    operations.submit_diagnosis(diagnosis_id=handed_over.pk, by=referrer.person, at=at(2026, 1, 23))
    run_outbox()
    assert len(subjects("M03")) == 2


def test_validate_makes_the_project_ready_and_its_document(
    handed_over, complete, operator, run_outbox
):
    operations.validate_diagnosis(diagnosis_id=handed_over.pk, by=operator, at=at(2026, 1, 24))
    complete.refresh_from_db()
    assert (complete.status, complete.ready_on) == (ProjectStatus.READY, date(2026, 1, 24))
    run_outbox()
    document = GeneratedDocument.objects.about(handed_over).get()
    assert document.title == "Diagnostic préalable"
    assert verify() is None


def test_validate_comes_after_the_submission_and_once(asked, operator):
    with pytest.raises(ActionDenied, match="pas encore rendu"):
        operations.validate_diagnosis(diagnosis_id=asked.pk, by=operator, at=at())


def test_validate_twice_is_refused(handed_over, operator):
    operations.validate_diagnosis(diagnosis_id=handed_over.pk, by=operator, at=at())
    with pytest.raises(ActionDenied, match="déjà validé"):
        operations.validate_diagnosis(diagnosis_id=handed_over.pk, by=operator, at=at())


def test_the_journal_tells_each_step(handed_over, complete, operator):
    operations.validate_diagnosis(diagnosis_id=handed_over.pk, by=operator, at=at())
    events = AuditEvent.objects.filter(type__startswith="project.diagnosis")
    assert [event.type for event in events] == [
        "project.diagnosis_requested",
        "project.diagnosis_submitted",
        "project.diagnosis_validated",
    ]
    assert [line.sentence for line in queries.history_of(complete)][:2] == [
        "Diagnostic validé : dossier prêt pour le comité",
        "Diagnostic rendu",
    ]


def visitor(person, *roles):
    return Visitor(person, frozenset(roles), date(2026, 1, 25))


def test_who_reads_a_diagnosis_depends_on_where_it_stands(
    asked, referrer, operator, savoie, complete
):
    member = visitor(make_user(Role.MEMBER, basin=savoie), Role.MEMBER)
    mine = visitor(referrer.person, Role.MEMBER)
    op = visitor(operator, Role.OPERATOR)

    def readers():
        diagnosis = queries.diagnosis_of(complete)
        return [queries.may_read_diagnosis(one, diagnosis) for one in (mine, op, member)]

    assert readers() == [True, False, False]
    write(asked, referrer)
    operations.submit_diagnosis(diagnosis_id=asked.pk, by=referrer.person, at=at(2026, 1, 21))
    assert readers() == [True, True, False]
    operations.validate_diagnosis(diagnosis_id=asked.pk, by=operator, at=at(2026, 1, 22))
    assert readers() == [True, True, True]


def test_candidates_are_the_members_least_loaded_first(asked, complete, savoie, referrer):
    free = make_user(Role.PRESIDENT, basin=savoie, last_name="Vidal")
    partner = make_partner()
    make_contact(partner, person=free)
    for title, withdrawn_on in (("Export", None), ("Devis", None), ("ERP", date(2026, 1, 1))):
        domain = "DIGITAL" if withdrawn_on else "SALES"
        partner.skill_offers.create(title=title, domain=domain, withdrawn_on=withdrawn_on)
    make_contact(make_partner(), person=make_user(None, last_name="Sans rôle"))
    make_contact(make_partner(), person=make_user(Role.MEMBER, basin=savoie), is_active=False)
    found = queries.candidates_for(complete, on=date(2026, 1, 25))
    assert [(one.contact.person.last_name, one.under_way) for one in found] == [
        ("Vidal", 0),
        ("Morel", 1),
    ]
    assert found[0].label.endswith("(aucun diagnostic en cours), Commerce, export et communication")


def test_tracking_says_when_to_phone(asked):
    assert queries.tracking_of(asked, on=date(2026, 1, 13)).next_reminder == date(2026, 1, 17)
    assert queries.tracking_of(asked, on=date(2026, 1, 18)).next_reminder == date(2026, 1, 22)
    late = queries.tracking_of(asked, on=date(2026, 1, 23))
    assert (late.next_reminder, late.to_call) == (None, True)


def complement(diagnosis, operator, *, moment):
    return operations.ask_complement(
        diagnosis_id=diagnosis.pk, message="Les risques ?", by=operator, at=moment
    )


def test_a_complement_has_its_own_two_reminders_then_the_phone(handed_over, operator):
    asked = complement(handed_over, operator, moment=at(2026, 2, 1))
    tracking = queries.tracking_of(asked, on=date(2026, 2, 1))
    assert (tracking.state, tracking.since) == ("à compléter", date(2026, 2, 1))
    assert tracking.next_reminder == date(2026, 2, 6)
    assert not queries.tracking_of(asked, on=date(2026, 2, 10)).to_call
    assert queries.tracking_of(asked, on=date(2026, 2, 11)).to_call
    due = Entry.objects.filter(
        kind="projects.remind_referrer", payload__since=at(2026, 2, 1).isoformat()
    )
    assert sorted(entry.due_at for entry in due) == [at(2026, 2, 6), at(2026, 2, 11)]


def test_reminders_of_the_first_request_do_not_follow_a_complement(handed_over, operator):
    asked = complement(handed_over, operator, moment=at(2026, 1, 21, 12))
    for since, reminded in ((asked.asked_at, None), (asked.complement_at, at(2026, 1, 26, 12))):
        operations.remind_referrer(
            diagnosis_id=asked.pk, since=since, days=10, at=at(2026, 1, 26, 12)
        )
        asked.refresh_from_db()
        assert asked.reminded_at == reminded
    tracking = queries.tracking_of(asked, on=date(2026, 1, 27))
    assert tracking.reminded_on == date(2026, 1, 26)


def test_tracking_says_opened_then_started(asked, referrer):
    for day in (14, 16):
        operations.note_opened(diagnosis_id=asked.pk, by=referrer.person, at=at(2026, 1, day))
    asked.refresh_from_db()
    tracking = queries.tracking_of(asked, on=date(2026, 1, 17))
    assert (tracking.state, tracking.since) == ("ouvert", date(2026, 1, 14))
    operations.keep_diagnosis_typing(
        diagnosis_id=asked.pk, data={"context": ["Je"]}, by=referrer.person, at=at(2026, 1, 18)
    )
    write(asked, referrer)
    asked.refresh_from_db()
    tracking = queries.tracking_of(asked, on=date(2026, 1, 21))
    assert (tracking.state, tracking.since) == ("commencé", date(2026, 1, 18))
    assert asked.opened_at == at(2026, 1, 14)
