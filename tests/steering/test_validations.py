"""A steering committee examines the decisions a posteriori; none is undone (R25, R31, P3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alize.common.constraints import sentence_of
from alize.common.errors import InvalidInput
from alize.common.writings import WrittenMeanwhile, mark_of
from alize.notifications.models import Mail
from basins import tenancy
from basins.enums import Role
from basins.homes import Visitor
from committees.models import Decision, Reservation
from projects.models import Project
from projects.queries.history import history_of
from steering.enums import NOT_EXAMINED, SteeringStatus
from steering.models import SteeringMeeting, Validation
from steering.operations import meetings as operations
from steering.operations import validations as validation_operations
from steering.queries import validations
from tests.builders import make_user, withdraw
from tests.signatures.conftest import LAUNCH, TODAY, facts, sign
from tests.steering.meetings import CONCLUSIONS, ROOM, SUMMONS, reread
from tests.steering.test_meetings import words_of
from tests.words import plain
from tests.writings import second_of_two

pytestmark = pytest.mark.django_db
PREFECT = facts("Jeanne Morel", capacity="Présidence du comité local")
CHANGES = {
    "insert": lambda meeting, shown: meeting.validations.create(
        decision=shown[1], verdict="VALIDATED"
    ),
    "update": lambda meeting, _: meeting.validations.update(verdict="RESERVED", remark="Non"),
    "delete": lambda meeting, _: meeting.validations.all().delete(),
}


@pytest.fixture
def shown(basin_with_a_past, convened):
    """The two decisions made since the committee that the tool was only told of."""
    return list(validations.presented_to(convened, on=TODAY))


def said(decision, verdict, remark=""):
    return dict(zip(validations.names_of(decision.pk), (verdict, remark), strict=True))


def conclude(meeting, by, *verdicts, **asked):
    values = CONCLUSIONS.copy()
    for one in verdicts:
        values |= one
    return operations.close_meeting(meeting_id=meeting.pk, values=values, by=by, at=LAUNCH, **asked)


def launch(meeting, by):
    operations.sign_minutes(
        meeting_id=meeting.pk,
        signer=PREFECT,
        mandate=operations.GivenMandate("STATUTORY"),
        expires_on=TODAY + timedelta(days=30),
        message="",
        by=by,
        at=LAUNCH,
    )


def kept(meeting):
    return [(one.verdict, one.remark) for one in validations.said_by(meeting)]


class TestPresented:
    def test_those_made_since_the_committee_before(self, basin_with_a_past, shown):
        past = basin_with_a_past
        assert [one.project for one in shown] == [past.second, past.third]

    def test_never_what_counts_no_more(self, shown, convened):
        Decision.objects.filter(pk=shown[0].pk).update(lapsed_at=LAUNCH)
        assert [*validations.presented_to(convened, on=TODAY)] == shown[1:]

    def test_what_is_not_examined_comes_back_to_the_next(self, shown, convened, operator):
        conclude(convened, operator, said(shown[0], "VALIDATED"), said(shown[1], NOT_EXAMINED))
        values = {**SUMMONS, "number": 13, "held_on": TODAY + timedelta(days=90)}
        later = operations.convene_meeting(values=values, by=operator, at=LAUNCH)
        assert [*validations.presented_to(later, on=TODAY)] == shown[1:]


class TestVerdicts:
    def test_they_are_kept_and_printed(self, shown, convened, operator, run_outbox):
        remark = "Présenter les emplois en mai."
        verdicts = said(shown[0], "VALIDATED"), said(shown[1], "REMARKED", remark)
        conclude(convened, operator, *verdicts)
        assert kept(convened) == [("VALIDATED", ""), ("REMARKED", remark)]
        assert Reservation.objects.count() == 0
        run_outbox()
        words = words_of(reread(convened).document).replace("\xa0", " ")
        assert "Validation a posteriori des décisions" in words
        assert f"Validée avec observation : {remark}" in words
        assert all(one.reference in words for one in shown)

    def test_moved_it_keeps_none_that_its_page_does_not_show(self, shown, convened, operator):
        conclude(convened, operator, *(said(one, "VALIDATED") for one in shown))
        before = {"held_on": shown[1].decided_on - timedelta(days=1)}
        values = CONCLUSIONS | before | said(shown[0], "VALIDATED")
        with pytest.raises(InvalidInput, match="après cette date") as refused:
            operations.correct_minutes(
                meeting_id=convened.pk, values=values, by=operator, at=LAUNCH
            )
        assert refused.value.field == "held_on"

    def test_no_committee_examines_what_came_after_it(self, shown, convened, operator):
        before = {"held_on": shown[1].decided_on - timedelta(days=1)}
        with pytest.raises(InvalidInput, match="après ce comité") as refused:
            conclude(convened, operator, before, *(said(one, "VALIDATED") for one in shown))
        assert refused.value.field == validations.names_of(shown[1].pk)[0]
        verdicts = said(shown[0], "VALIDATED"), said(shown[1], NOT_EXAMINED)
        conclude(convened, operator, before, *verdicts)
        assert kept(convened) == [("VALIDATED", "")]

    @pytest.mark.parametrize(
        ("verdict", "remark"),
        [("REMARKED", " "), ("RESERVED", ""), ("VALIDATED", "Non"), (NOT_EXAMINED, "?")],
    )
    def test_a_remark_and_its_verdict_go_together(self, shown, convened, operator, verdict, remark):
        with pytest.raises(InvalidInput) as refused:
            conclude(convened, operator, said(shown[1], verdict, remark))
        assert refused.value.field == validations.names_of(shown[1].pk)[1]
        assert reread(convened).status == SteeringStatus.CONVENED
        assert not Validation.objects.exists()

    def test_corrected_they_say_something_else(self, shown, convened, operator):
        conclude(convened, operator, *(said(one, "VALIDATED") for one in shown))
        values = CONCLUSIONS | said(shown[0], NOT_EXAMINED) | said(shown[1], "REMARKED", "En mai.")
        operations.correct_minutes(meeting_id=convened.pk, values=values, by=operator, at=LAUNCH)
        assert kept(convened) == [("REMARKED", "En mai.")]

    def test_nobody_writes_over_what_they_have_not_read(self, shown, convened, operator):
        conclude(convened, operator, said(shown[0], "VALIDATED"))
        stored = {name: CONCLUSIONS[name] for name in operations.CONCLUSIONS}
        mark = mark_of(stored | said(shown[0], "VALIDATED"))
        asked = {"meeting_id": convened.pk, "mark": mark, "by": operator, "at": LAUNCH}
        first = CONCLUSIONS | said(shown[0], "REMARKED", "En mai.")
        operations.correct_minutes(values=first, **asked)
        with pytest.raises(WrittenMeanwhile):
            operations.correct_minutes(values=CONCLUSIONS | said(shown[0], NOT_EXAMINED), **asked)
        assert kept(convened) == [("REMARKED", "En mai.")]

    @pytest.mark.parametrize("change", ["insert", "update", "delete"])
    def test_signed_they_are_final(self, shown, convened, operator, run_outbox, change):
        conclude(convened, operator, said(shown[0], "VALIDATED"))
        run_outbox()
        launch(convened, operator)
        SteeringMeeting.objects.filter(pk=convened.pk).update(status="SIGNED", signed_on=TODAY)
        with (
            pytest.raises(IntegrityError, match="minutes that say so are signed"),
            transaction.atomic(),
        ):
            CHANGES[change](convened, shown)


class TestSigned:
    """Conclusions may change until the minutes are signed; then they are heard."""

    @pytest.fixture
    def signs(self, convened, operator, quick_seals, run_outbox):
        def signs():
            run_outbox()
            launch(convened, operator)
            sign(reread(convened).circuit.signers.get(), run_outbox)
            run_outbox()
            assert reread(convened).status == SteeringStatus.SIGNED

        return signs

    def test_a_reservation_asks_and_undoes_nothing(self, shown, convened, operator, signs):
        conclude(convened, operator, said(shown[0], "RESERVED", "Quels emplois ?"))
        assert not Reservation.objects.exists()
        signs()
        reservation = shown[0].reservations.get()
        assert (reservation.text, reservation.made_by_id) == ("Quels emplois ?", operator.pk)
        assert reservation.due_on == timezone.localdate() + timedelta(days=30)
        assert Decision.objects.get(pk=shown[0].pk).stands
        with tenancy.national():
            assert Mail.objects.filter(code="M55", to_email=operator.email).exists()

    def test_only_the_last_words_ask(self, shown, convened, operator, signs):
        conclude(convened, operator, *(said(one, "RESERVED", "Quels emploi ?") for one in shown))
        corrected = said(shown[0], "VALIDATED") | said(shown[1], "RESERVED", "Quels emplois ?")
        operations.correct_minutes(
            meeting_id=convened.pk, values=CONCLUSIONS | corrected, by=operator, at=LAUNCH
        )
        signs()
        [reservation] = Reservation.objects.all()
        assert (reservation.decision, reservation.text) == (shown[1], "Quels emplois ?")

    def test_signed_anew_the_same_words_ask_once(self, shown, convened, operator, savoie, signs):
        conclude(convened, operator, said(shown[0], "RESERVED", "Quels emplois ?"))
        signs()
        other = make_user(Role.OPERATOR, basin=savoie)
        validation_operations.conclude_validations(convened, by=other, at=LAUNCH)
        assert shown[0].reservations.count() == 1

    def test_on_what_counts_no_more_it_is_written_and_asks_nothing(
        self, shown, convened, operator, signs
    ):
        """A decision replaced between the day of the committee and that of the typing."""
        Decision.objects.filter(pk=shown[0].pk).update(lapsed_at=LAUNCH)
        held_on = TODAY - timedelta(days=3)
        SteeringMeeting.objects.update(held_on=held_on)
        conclude(
            convened, operator, {"held_on": held_on}, said(shown[0], "RESERVED", "Quels emplois ?")
        )
        signs()
        assert kept(convened) == [("RESERVED", "Quels emplois ?")]
        assert not Reservation.objects.exists()

    def test_the_history_of_a_file_says_what_was_heard(self, shown, convened, operator, signs):
        conclude(convened, operator, said(shown[0], "VALIDATED"), said(shown[1], "REMARKED", "Mai"))
        before = [line.sentence for one in shown for line in history_of(one.project)]
        signs()
        assert not any("comité local" in sentence for sentence in before)
        assert [history_of(one.project)[0].sentence for one in shown] == [
            "Décision validée par le comité local",
            "Décision validée avec observation par le comité local",
        ]


def test_two_committees_never_examine_one_decision(shown, convened):
    past = SteeringMeeting.objects.exclude(pk=convened.pk).first()
    past.validations.create(decision=shown[0], verdict="VALIDATED")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        convened.validations.create(decision=shown[0], verdict="VALIDATED")
    assert "vient d'examiner une de ces décisions" in sentence_of(refused.value)


class TestPages:
    @pytest.fixture
    def page(self, shown):
        return f"{ROOM}comites/12/"

    def test_both_see_what_is_to_be_examined_then_what_was_said(self, shown, page, client_as):
        writer, reader = client_as(Role.OPERATOR), client_as(Role.PREFECTURE)
        assert "Décisions à examiner" in plain(reader.get(page))
        form = writer.get(f"{page}conclusions/").context["form"]
        assert [form[validations.names_of(one.pk)[0]].value() for one in shown] == ["VALIDATED"] * 2
        sent = {field.html_name: field.value() or "" for field in form}
        told = {"chaired_by": "Le préfet", "attendees": "CCI", "orientations": "Rien de plus."}
        refused = writer.post(f"{page}conclusions/", sent | told | said(shown[0], "RESERVED"))
        assert refused.status_code == 422
        assert "Écrivez l'observation ou la réserve" in plain(refused)
        sent |= told | said(shown[0], "REMARKED", "Revoir les délais.")
        assert writer.post(f"{page}conclusions/", sent).url == page
        for client in (writer, reader):
            answer = plain(client.get(page))
            assert "Décisions examinées" in answer
            assert "Validée avec observation" in answer
            assert "Revoir les délais." in answer
            assert shown[0].project.beneficiary.name.strip("=") in answer
        decision = f"/bassins/savoie/comite/decisions/{shown[0].reference}/"
        assert "Validée avec observation le" in plain(reader.get(decision))

    @pytest.mark.parametrize("status", ["READY", "SCHEDULED", "EXTRA_DIAGNOSIS"])
    def test_the_prefecture_is_told_of_every_decision(self, shown, page, client_as, status):
        project = shown[1].project
        Project.objects.filter(pk=project.pk).update(status=status)
        client = client_as(Role.PREFECTURE)
        answer = client.get(page)
        assert project.beneficiary.name in plain(answer)
        urls = [one.url for one in answer.context["screen"].decisions if one.url]
        assert [client.get(url).status_code for url in urls] == [200]

    @pytest.mark.parametrize("role", Role)
    def test_the_pdf_is_for_whoever_reads_minutes(
        self, shown, page, client_as, convened, operator, run_outbox, role
    ):
        conclude(convened, operator, said(shown[0], "VALIDATED"))
        run_outbox()
        client = client_as(role)
        file = f"/bassins/savoie/documents/{reread(convened).document.pk}/"
        refused = role in {Role.ASSOCIATE, Role.NATIONAL_COMMITTEE}
        assert (client.get(file).status_code == 404) is refused
        assert ("Relevé de décisions (PDF)" not in plain(client.get(page))) is refused

    def test_a_decision_made_while_one_types_is_for_the_next(self, shown, page, client_as):
        client = client_as(Role.OPERATOR)
        Decision.objects.filter(pk=shown[1].pk).update(decided_on=TODAY + timedelta(days=1))
        form = client.get(f"{page}conclusions/").context["form"]
        sent = {field.html_name: field.value() or "" for field in form}
        sent |= {"chaired_by": "Le préfet", "attendees": "CCI", "orientations": "Rien de plus."}
        Decision.objects.filter(pk=shown[1].pk).update(decided_on=shown[1].decided_on)
        assert client.post(f"{page}conclusions/", sent).url == page
        assert [one.decision for one in Validation.objects.all()] == shown[:1]

    def test_whoever_withdrew_is_told_of_none(self, shown, page, client_as, convened):
        client = client_as(Role.OPERATOR)
        withdraw(shown[0].project, client.user)
        name = shown[0].project.beneficiary.name.strip("=")
        for address in (page, f"{page}conclusions/"):
            assert name not in plain(client.get(address))
        visitor = Visitor(client.user, frozenset({Role.OPERATOR}), TODAY)
        assert [*validations.presented_for(visitor, convened)] == shown[1:]

    def test_two_people_conclude(self, shown, page, client_as, convened, operator):
        conclude(convened, operator, said(shown[0], "VALIDATED"))
        verdict, remark = validations.names_of(shown[0].pk)
        answer = second_of_two(
            client_as(Role.OPERATOR),
            client_as(Role.OPERATOR),
            f"{page}corriger/",
            theirs={verdict: "REMARKED", remark: "Revoir les délais."},
            mine={verdict: "REMARKED", remark: "Voir en mai."},
        )
        assert "Revoir les délais." in answer
