"""« J'ai une question »: asked, answered, hidden from who withdrew (C2)."""

import pytest
from django.utils.timezone import localdate

from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins.enums import Role
from committees import operations
from committees.models import Question
from committees.queries.questions import answered_by
from partners.models import Contact
from projects.models import PreliminaryDiagnosis
from projects.queries.visibility import keepers
from tests.builders import withdraw
from tests.committees.conftest import BEFORE
from tests.words import plain

HOME = "/bassins/savoie/comite/"


@pytest.fixture
def item(committee):
    item = committee.convened().items.select_related("meeting", "project__beneficiary").get()
    committee.referred(item)
    return item


def ask(committee, item, text="Qui achètera ?", rank=1):
    by = committee.people[rank]
    return operations.ask_question(item_id=item.pk, text=text, by=by, at=BEFORE)


def answer(question, by, text="Deux clients ont signé.", **more):
    return operations.answer_question(
        question_id=question.pk, answer=text, by=by, at=BEFORE, **more
    )


def told(code):
    return [row.payload["email"] for row in Entry.objects.filter(payload__code=code)]


class TestAsk:
    def test_goes_to_the_referrer_without_its_words(self, committee, item):
        ask(committee, item)
        assert told("M42") == [committee.people[2].email]
        (mail,) = Entry.objects.filter(payload__code="M42")
        assert "achètera" not in str(mail.payload)

    def test_goes_to_the_operator_when_the_referrer_withdrew(self, committee, item):
        committee.answer(item, committee.people[2], "RECUSED", when=BEFORE)
        ask(committee, item)
        assert told("M42") == [item.project.operator.email]

    def test_goes_to_the_operator_without_a_referrer(self, committee, item):
        PreliminaryDiagnosis.objects.update(cancelled_at=BEFORE, cancelled_by=committee.operator)
        ask(committee, item)
        assert told("M42") == [item.project.operator.email]

    def test_goes_to_the_presidency_once_the_only_operator_withdrew_too(
        self, committee, item, client_as
    ):
        committee.answer(item, committee.people[2], "RECUSED", when=BEFORE)
        withdraw(item.project, committee.operator)
        assert keepers(item.project, on=localdate(BEFORE)) == []
        question = ask(committee, item)
        assert told("M42") == [committee.president.email]
        president = client_as(Role.PRESIDENT, user=committee.president)
        assert "Répondre à une question" in plain(president.get("/bassins/savoie/"))
        president.post(f"{HOME}questions/{question.pk}/", {"answer": "Deux clients."})
        assert Question.objects.get().answered_by_id == committee.president.pk

    def test_is_not_written_to_whoever_asked_it(self, committee, item, client_as):
        referrer = client_as(Role.MEMBER, user=committee.people[2])
        asked = {"text": "Qui achètera ?"}
        page = referrer.post(f"{HOME}passages/{item.pk}/question/", asked, follow=True)
        assert "Question enregistrée : les membres la lisent." in plain(page)
        assert told("M42") == []
        assert "Répondre à une question" not in plain(referrer.get("/bassins/savoie/"))
        ask(committee, item, text="Et qui livrera ?")
        assert "Répondre à une question" in plain(referrer.get("/bassins/savoie/"))

    def test_goes_to_who_replaces_a_presidency_that_withdrew(self, committee, item):
        for person in (committee.people[2], committee.president):
            committee.answer(item, person, "RECUSED", when=BEFORE)
        withdraw(item.project, committee.operator)
        ask(committee, item, rank=3)
        assert told("M42") == [committee.people[1].email]

    def test_goes_to_nobody_once_all_of_them_withdrew(self, committee, item, client_as):
        for person in (*committee.people[2:], committee.president):
            committee.answer(item, person, "RECUSED", when=BEFORE)
        withdraw(item.project, committee.operator)
        Contact.objects.filter(person=committee.people[1]).update(is_active=False)
        assert answered_by(item, on=localdate(BEFORE)) is None
        member = client_as(Role.MEMBER, user=committee.people[1])
        page = f"{HOME}passages/{item.pk}/question/"
        said = member.post(page, {"text": "Qui achètera ?"}, follow=True)
        assert "Question enregistrée : les membres la lisent." in plain(said)
        assert told("M42") == []

    def test_sent_twice_is_asked_once(self, committee, item):
        assert ask(committee, item) == ask(committee, item)

    def test_says_something(self, committee, item):
        with pytest.raises(InvalidInput):
            ask(committee, item, text="  ")

    def test_not_once_the_meeting_is_over(self, committee, item):
        question = ask(committee, item)
        item.meeting.status = "CANCELLED"
        item.meeting.save()
        with pytest.raises(ActionDenied, match="terminée"):
            ask(committee, item, text="Autre chose ?")
        with pytest.raises(ActionDenied, match="terminée"):
            answer(question, committee.people[2])


class TestAnswer:
    def test_is_the_referrer_s_and_the_asker_is_told(self, committee, item):
        question = answer(ask(committee, item), committee.people[2])
        assert question.answer == "Deux clients ont signé."
        assert told("M43") == [committee.people[1].email]
        with pytest.raises(ActionDenied, match="déjà sa réponse"):
            answer(question, committee.people[2])

    def test_or_the_operator_s(self, committee, item):
        answer(ask(committee, item), committee.operator, is_operator=True)

    def test_nobody_else_s(self, committee, item):
        with pytest.raises(ActionDenied, match="prescripteur"):
            answer(ask(committee, item), committee.people[3])

    def test_is_not_empty(self, committee, item):
        with pytest.raises(InvalidInput):
            answer(ask(committee, item), committee.people[2], text=" ")

    def test_a_referrer_who_withdrew_answers_no_more(self, committee, item):
        question = ask(committee, item)
        committee.answer(item, committee.people[2], "RECUSED", when=BEFORE)
        with pytest.raises(ActionDenied):
            answer(question, committee.people[2])

    def test_who_withdrew_since_is_told_nothing(self, committee, item):
        question = ask(committee, item)
        committee.answer(item, committee.people[1], "RECUSED", when=BEFORE)
        answer(question, committee.people[2])
        assert told("M43") == []


class TestPages:
    def test_all_members_read_and_the_referrer_answers(self, committee, item, client_as):
        member = client_as(Role.MEMBER, user=committee.people[1])
        referrer = client_as(Role.MEMBER, user=committee.people[2])
        other = client_as(Role.MEMBER, user=committee.people[3])
        path = f"{HOME}passages/{item.pk}/question/"
        assert member.get(path).status_code == 200
        assert member.post(path, {"text": ""}).status_code == 422
        member.post(path, {"text": "Qui achètera ?"})
        question = Question.objects.get()
        assert "Répondre à une question" in referrer.get("/bassins/savoie/").content.decode()
        assert "Répondre à une question" not in other.get("/bassins/savoie/").content.decode()
        reply = f"{HOME}questions/{question.pk}/"
        assert other.post(reply, {"answer": "Moi"}).status_code == 302
        assert not Question.objects.get().answer
        assert referrer.get(reply).status_code == 200
        referrer.post(reply, {"answer": "Deux clients."})
        page = other.get(f"{HOME}passages/{item.pk}/").content.decode()
        assert "Qui achètera ?" in page
        assert "Deux clients." in page

    def test_hidden_from_who_withdrew(self, committee, item, client_as):
        question = ask(committee, item)
        committee.answer(item, committee.people[3], "RECUSED", when=BEFORE)
        member = client_as(Role.MEMBER, user=committee.people[3])
        for path in (f"passages/{item.pk}/question/", f"questions/{question.pk}/"):
            assert member.get(HOME + path).status_code == 404

    def test_the_operator_answers_but_does_not_ask(self, committee, item, client_as):
        question = ask(committee, item)
        operator = client_as(Role.OPERATOR, user=committee.operator)
        assert operator.get(f"{HOME}passages/{item.pk}/question/").status_code == 403
        assert "Répondre" in operator.get(f"{HOME}passages/{item.pk}/").content.decode()
        operator.post(f"{HOME}questions/{question.pk}/", {"answer": "Deux clients."})
        assert Question.objects.get().answered_by_id == committee.operator.pk
