"""Reviews are asked for on their days and answered once."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from alize.outbox.models import Entry
from basins import links, tenancy
from basins.enums import LinkPurpose, Role
from basins.models import SingleUseLink
from basins.tasks import sweep
from projects.enums import ProjectStatus, Situation
from projects.operations import (
    Answer,
    ask_review,
    hand_over,
    plan_reviews,
    remind,
    renew_link,
    submit_review,
)
from tests.builders import at, make_partner, make_project, make_user, put

pytestmark = pytest.mark.django_db

GOOD = Answer(Situation.GOOD, Decimal("2.5"), days_done=Decimal(3), comment="Tout va bien.")
NOW = at(2026, 6, 12)
LABELLED_ON = date(2026, 3, 12)


def asked(code):
    """The mails of a kind that wait in the outbox."""
    waiting = Entry.objects.filter(kind="notifications.send", payload__code=code)
    return [entry.payload for entry in waiting.order_by("pk")]


def sent(code):
    with tenancy.national():
        return list(Mail.objects.filter(code=code).order_by("pk"))


def run_at(moment):
    """Carry out the outbox as the scheduler would at a moment."""
    with time_machine.travel(moment, tick=False):
        while sweep():
            pass


def link_of(review, **dates):
    values = {"at": NOW, "valid": timedelta(days=30), **dates}
    token = links.issue(
        basin=connection.tenant,
        purpose=LinkPurpose.FOLLOW_UP_REVIEW,
        target_id=review.pk,
        email="mandataire@example.org",
        **values,
    )
    return links.find(token, LinkPurpose.FOLLOW_UP_REVIEW)


class TestPlan:
    def test_each_review_is_asked_for_three_times(self, project):
        days = Entry.objects.filter(kind="follow_up.ask").values_list("due_at", flat=True)
        assert len(days) == 9 * 3
        first = sorted(days)[:3]
        assert [day.astimezone(NOW.tzinfo).date() for day in first] == [
            date(2026, 4, 2),
            date(2026, 4, 12),
            date(2026, 4, 27),
        ]
        assert {day.astimezone(NOW.tzinfo).hour for day in days} == {8}

    def test_days_that_are_past_are_not_asked_for(self, in_savoie, team):
        late = make_project(
            status=ProjectStatus.LABELLED, labelled_on=LABELLED_ON, follow_up_lead=team.lead
        )
        months = {review.pk: review.month for review in plan_reviews(late, at=at(2027, 9, 20))}
        entries = Entry.objects.filter(kind="follow_up.ask")
        asked = sorted(months[entry.payload["review_id"]] for entry in entries)
        assert asked == [18, 24, 24, 24, 36, 36, 36]  # M+18 still has its last reminder


class TestAsk:
    def test_the_lead_is_written_to_on_each_day(self, project, team):
        run_at(at(2026, 4, 2, 9))
        assert [mail["email"] for mail in asked("M16")] == [team.lead.email]
        assert asked("M16")[0]["words"]["month"] == "1"
        run_at(at(2026, 4, 12, 9))
        run_at(at(2026, 4, 27, 9))
        assert len(asked("M16")) == 3
        said = [mail["words"]["awaited"] for mail in asked("M16")]
        assert sorted(said) == ["est attendu", "est attendu", "était attendu"]
        assert project.reviews.get(month=1).asked_at == at(2026, 4, 2, 9)

    def test_nothing_is_asked_once_answered(self, project):
        submit_review(
            review_id=project.reviews.get(month=1).pk,
            answer=GOOD,
            at=at(2026, 4, 1),
            by=project.follow_up_lead,
        )
        run_at(at(2026, 4, 27, 9))
        assert asked("M16") == []

    def test_nothing_is_asked_once_the_follow_up_stopped(self, project):
        put(project, ProjectStatus.INTERRUPTED)
        run_at(at(2026, 4, 27, 9))
        assert asked("M16") == []

    def test_by_hand_it_says_why_not(self, review, team):
        put(review.project, ProjectStatus.INTERRUPTED)
        with pytest.raises(ActionDenied, match="n'est plus suivie"):
            ask_review(review_id=review.pk, by=team.operator, at=NOW)

    def test_reminded_together_what_is_answered_meanwhile_is_left_out(self, review, team):
        answered, key = review.project.reviews.get(month=1), uuid4()
        both = [review.pk, answered.pk]
        submit_review(review_id=answered.pk, answer=GOOD, by=team.lead, at=NOW)
        for _ in range(2):
            sent = remind(review_ids=both, by=team.operator, at=NOW, command_key=key)
            assert sent == len(asked("M16")) == 1

    def test_the_mail_is_plain_and_personal(self, review, team, run_outbox):
        ask_review(review_id=review.pk, by=team.operator, at=NOW)
        run_outbox()
        mail = sent("M16")[0]
        assert mail.sender == "ALIZE Savoie"
        assert mail.subject == "Point M+3 de Fromagerie des Bauges : 5 minutes"
        assert "Ce lien vous est personnel" in mail.text
        assert "/suivi/" in mail.text


class TestSubmit:
    def test_by_link(self, review):
        link = link_of(review)
        submit_review(review_id=review.pk, answer=GOOD, link=link, at=NOW)
        review.refresh_from_db()
        assert review.submitted_at == NOW
        assert review.jobs_created == Decimal("2.5")
        assert SingleUseLink.objects.get(pk=link.pk).used_at == NOW
        event = AuditEvent.objects.get(type="review.submitted")
        assert event.facts == {"month": 3, "situation": "GOOD", "link": link.pk}
        assert Entry.objects.filter(kind="figures.changed").count() == 1

    def test_a_link_serves_once(self, review):
        link = link_of(review)
        submit_review(review_id=review.pk, answer=GOOD, link=link, at=NOW)
        with pytest.raises(ActionDenied, match="déjà servi"):
            submit_review(review_id=review.pk, answer=GOOD, link=link, at=NOW)

    def test_an_expired_link_changes_nothing(self, review):
        link = link_of(review, at=NOW - timedelta(days=31))
        with pytest.raises(ActionDenied):
            submit_review(review_id=review.pk, answer=GOOD, link=link, at=NOW)
        review.refresh_from_db()
        assert review.submitted_at is None

    def test_another_link_of_an_answered_review_stays_unspent(self, review):
        submit_review(review_id=review.pk, answer=GOOD, link=link_of(review), at=NOW)
        other = link_of(review)
        with pytest.raises(ActionDenied, match="déjà rendu"):
            submit_review(review_id=review.pk, answer=GOOD, link=other, at=NOW)
        assert SingleUseLink.objects.get(pk=other.pk).used_at is None

    def test_only_the_lead_signs_in_to_answer(self, review, team):
        with pytest.raises(ActionDenied, match="Seul le mandataire"):
            submit_review(review_id=review.pk, answer=GOOD, by=team.operator, at=NOW)
        submit_review(review_id=review.pk, answer=GOOD, by=team.lead, at=NOW)

    def test_difficult_alerts_operator_and_president_at_once(self, review, team):
        submit_review(
            review_id=review.pk,
            answer=Answer(Situation.DIFFICULT, Decimal(0), comment="Carnet vide."),
            by=team.lead,
            at=NOW,
        )
        alerts = asked("M17")
        assert {mail["email"] for mail in alerts} == {team.operator.email, team.president.email}
        assert "Carnet vide" not in str(alerts)

    def test_good_alerts_nobody(self, review, team):
        submit_review(review_id=review.pk, answer=GOOD, by=team.lead, at=NOW)
        assert asked("M17") == []


class TestRenew:
    def test_a_new_link_goes_to_the_same_address(self, review):
        assert renew_link(link=link_of(review, at=NOW - timedelta(days=40)), at=NOW)
        assert [mail["email"] for mail in asked("M16")] == ["mandataire@example.org"]

    def test_asking_again_and_again_sends_one(self, review):
        link = link_of(review, at=NOW - timedelta(days=40))
        assert renew_link(link=link, at=NOW)
        assert not renew_link(link=link, at=NOW + timedelta(minutes=4))
        assert renew_link(link=link, at=NOW + timedelta(minutes=6))

    def test_an_answered_review_needs_no_link(self, review):
        submit_review(review_id=review.pk, answer=GOOD, link=link_of(review), at=NOW)
        with pytest.raises(ActionDenied, match="déjà rendu"):
            renew_link(link=link_of(review), at=NOW)


class TestHandOver:
    @pytest.fixture
    def other(self, savoie):
        return make_user(Role.MEMBER, basin=savoie, last_name="Vidal")

    def hand_over(self, project, other, team):
        hand_over(
            project_id=project.pk,
            lead_id=other.pk,
            partner_id=make_partner(name="Forges du Lac").pk,
            by=team.operator,
            at=NOW,
        )

    def test_what_was_asked_of_the_former_lead_is_asked_of_the_new_one(
        self, project, review, other, team
    ):
        ask_review(review_id=review.pk, by=None, at=NOW - timedelta(days=2))
        former = SingleUseLink.objects.get(target_id=review.pk)
        assert [mail["email"] for mail in asked("M16")] == [team.lead.email]
        self.hand_over(project, other, team)
        assert [mail["email"] for mail in asked("M16")] == [team.lead.email, other.email]
        assert [mail["email"] for mail in asked("M74")] == [other.email]
        assert [mail["email"] for mail in asked("M75")] == [team.lead.email]
        # What the former one still holds in a mail opens nothing, and is not sent again.
        with pytest.raises(ActionDenied, match="a été retiré"):
            submit_review(review_id=review.pk, answer=GOOD, link=former, at=NOW)
        former.refresh_from_db()
        assert links.is_spent(former, at=NOW)
        with pytest.raises(ActionDenied, match="quelqu'un d'autre"):
            renew_link(link=former, at=NOW)
        link = SingleUseLink.objects.get(target_id=review.pk, withdrawn_at=None)
        assert link.email == other.email
        assert submit_review(review_id=review.pk, answer=GOOD, link=link, at=NOW).submitted_at

    def test_what_was_answered_or_not_asked_yet_leaves_no_mail(self, project, review, other, team):
        ask_review(review_id=review.pk, by=None, at=NOW - timedelta(days=2))
        link = SingleUseLink.objects.get(target_id=review.pk)
        submit_review(review_id=review.pk, answer=GOOD, link=link, at=NOW)
        self.hand_over(project, other, team)
        assert [mail["email"] for mail in asked("M16")] == [team.lead.email]
        link.refresh_from_db()
        assert link.withdrawn_at is None

    def test_the_page_of_a_withdrawn_link_says_so(self, project, review, other, team, client):
        ask_review(review_id=review.pk, by=None, at=NOW)
        token = asked("M16")[-1]["path"].rstrip("/").split("/")[-1]
        self.hand_over(project, other, team)
        for page in (
            client.get(reverse("follow_up_review", kwargs={"token": token})),
            client.post(reverse("link_renew", kwargs={"token": token})),
        ):
            assert page.status_code == 410
            said = page.content.decode()
            assert "Ce lien a été retiré" in said
            assert "Recevoir un nouveau lien" not in said

    def test_a_link_is_used_or_withdrawn(self, review):
        link = link_of(review)
        links.use(link, at=NOW)
        with pytest.raises(IntegrityError, match="used_or_withdrawn"), transaction.atomic():
            SingleUseLink.objects.filter(pk=link.pk).update(withdrawn_at=NOW)
