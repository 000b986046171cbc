"""The owner's word on the support, by a link, at M+6 and M+18 (M19, kpis.md K26)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.outbox.models import Entry
from basins import links
from basins.enums import LinkPurpose, Role
from basins.models import SingleUseLink
from projects import operations
from projects.enums import ProjectStatus, Usefulness
from projects.follow_up import permissions, queries, tasks
from projects.models import OwnerOpinion, Project
from projects.operations.opinions import plan_opinions
from tests.builders import at
from tests.conftest import VisitorClient
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = at(2026, 9, 12, 8, 0)
OWNER = "dirigeante@example.org"
FORM = {"usefulness": "USEFUL", "comment": "Dix jours bien employés."}


@pytest.fixture
def opinion(project) -> OwnerOpinion:
    """M+6 of a company labelled on 12 March 2026, whose owner has an address."""
    Project.objects.filter(pk=project.pk).update(owner_name="Ida Blanc", owner_email=OWNER)
    plan_opinions(project, at=at(2026, 3, 12))
    return project.opinions.get(month=6)


@pytest.fixture
def page(opinion, savoie) -> str:
    token = links.issue(
        basin=savoie,
        purpose=LinkPurpose.OWNER_OPINION,
        target_id=opinion.pk,
        email=OWNER,
        at=NOW,
        valid=timedelta(days=30),
    )
    return f"/suivi/avis/{token}/"


def mails() -> list[dict]:
    sent = Entry.objects.filter(kind="notifications.send", payload__code="M19")
    return list(sent.order_by("pk").values_list("payload", flat=True))


def test_it_is_asked_at_six_and_eighteen_months_at_eight(opinion):
    assert list(opinion.project.opinions.values_list("month", "due_on")) == [
        (6, date(2026, 9, 12)),
        (18, date(2027, 9, 12)),
    ]
    asked = Entry.objects.filter(kind="follow_up.ask_owner").order_by("due_at")
    assert list(asked.values_list("due_at", flat=True)) == [NOW, at(2027, 9, 12, 8, 0)]


def test_a_label_recorded_late_asks_nothing_of_the_past(project):
    plan_opinions(project, at=at(2027, 1, 1))
    asked = Entry.objects.filter(kind="follow_up.ask_owner")
    assert [entry.due_at for entry in asked] == [at(2027, 9, 12, 8, 0)]


def test_the_mail_says_what_for_and_opens_the_page(opinion):
    tasks.ask_owner(at=NOW, opinion_id=opinion.pk)
    (mail,) = mails()
    assert (mail["email"], mail["name"]) == (OWNER, "Ida Blanc")
    assert mail["words"] == {
        "company": "Fromagerie des Bauges",
        "month": "6",
        "until": "12/10/2026",
    }
    assert VisitorClient().get(mail["path"]).status_code == 200
    opinion.refresh_from_db()
    assert opinion.asked_at == NOW


@pytest.mark.parametrize(
    "change",
    [{"owner_email": ""}, {"status": ProjectStatus.INTERRUPTED, "end_reason": "Vendue"}],
    ids=str,
)
def test_nobody_is_asked_without_an_address_nor_after_the_support(opinion, change):
    Project.objects.filter(pk=opinion.project_id).update(**change)
    tasks.ask_owner(at=NOW, opinion_id=opinion.pk)
    assert mails() == []
    with pytest.raises(ActionDenied):
        operations.ask_opinion(opinion_id=opinion.pk, at=NOW)


def test_one_question_one_minute(opinion, page):
    shown = plain(VisitorClient().get(page))
    assert "Fromagerie des Bauges : votre avis sur l'accompagnement" in shown
    assert "Camille Perrin" in shown  # who reads the answer
    thanks = VisitorClient().post(page, FORM)
    assert thanks.status_code == 200
    assert "Merci, votre avis est enregistré" in plain(thanks)
    opinion.refresh_from_db()
    assert (opinion.usefulness, opinion.answered_at) == (Usefulness.USEFUL, NOW)
    assert opinion.comment == FORM["comment"]
    told = AuditEvent.objects.get(type="opinion.given")
    assert FORM["comment"] not in str(told.facts)
    assert not permissions.ask_owner.allows(opinion)


def test_sent_twice_counts_once(opinion, page):
    VisitorClient().post(page, FORM)
    again = VisitorClient().post(page, {"usefulness": "USELESS"})
    assert again.status_code == 410
    opinion.refresh_from_db()
    assert opinion.usefulness == Usefulness.USEFUL


def test_no_answer_is_refused_and_keeps_what_was_typed(opinion, page):
    answer = VisitorClient().post(page, {"comment": "Dix jours."})
    assert answer.status_code == 422
    assert "Choisissez une réponse." in plain(answer)
    assert "Dix jours." in plain(answer)
    assert VisitorClient().post(page, {"usefulness": "MAYBE"}).status_code == 422
    assert SingleUseLink.objects.get().used_at is None


def test_a_company_no_longer_followed(opinion, page):
    Project.objects.filter(pk=opinion.project_id).update(
        status=ProjectStatus.INTERRUPTED, end_reason="Vendue"
    )
    for answer in (VisitorClient().get(page), VisitorClient().post(page, FORM)):
        assert answer.status_code == 410
        assert "n'est plus suivie" in plain(answer)


def test_expired_it_is_sent_again_to_the_same_address_only(opinion, page, clock):
    clock.move_to(NOW + timedelta(days=31))
    token = page.split("/")[3]
    assert "Recevoir un nouveau lien" in plain(VisitorClient().get(page))
    sent = VisitorClient().post(f"/nouveau-lien/{token}/")
    assert "Un nouveau lien est parti" in plain(sent)
    assert [mail["email"] for mail in mails()] == [OWNER]
    clock.move_to(NOW + timedelta(days=62))
    Project.objects.filter(pk=opinion.project_id).update(owner_email="autre@example.org")
    refused = VisitorClient().post(f"/nouveau-lien/{token}/")
    assert refused.status_code == 410
    assert len(mails()) == 1


def test_the_answer_stands_on_the_file_and_its_share_on_the_follow_up(
    opinion, page, client_as, team
):
    operator = client_as(Role.OPERATOR, user=team.operator)
    file = f"/bassins/savoie/dossiers/{opinion.project.reference}/suivi/"
    assert "Pas demandé" in plain(operator.get(file))
    assert "M+18" not in plain(operator.get(file)).partition("Avis du dirigeant")[2]
    VisitorClient().post(page, FORM)
    shown = plain(operator.get(file))
    assert "Utile" in shown
    assert FORM["comment"] in shown
    assert "(1 sur 1)" in plain(operator.get("/bassins/savoie/suivi/"))


def test_the_share_counts_those_who_answered(opinion):
    OwnerOpinion.objects.filter(month=6).update(usefulness="PARTLY", answered_at=NOW)
    OwnerOpinion.objects.filter(month=18).update(usefulness="USEFUL", answered_at=NOW)
    found = queries.satisfaction(Project.objects.all())
    assert (found.useful, found.answered, found.percent) == (1, 2, 50)
    assert queries.satisfaction(Project.objects.none()).percent == 0


@pytest.mark.parametrize("half", [{"usefulness": "USEFUL"}, {"answered_at": NOW}], ids=str)
def test_the_database_refuses_half_an_answer(opinion, half):
    with pytest.raises(IntegrityError, match="owner_opinion_answered"), transaction.atomic():
        OwnerOpinion.objects.filter(pk=opinion.pk).update(**half)
