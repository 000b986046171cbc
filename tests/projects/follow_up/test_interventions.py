"""A new intervention asked for by a review waits until it has a file or a reason (R36, O7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from alize.common.errors import ActionDenied, InvalidInput
from alize.outbox.models import Entry
from basins import links
from basins.enums import LinkPurpose, Role
from projects.enums import Origin, ProjectStatus, Situation
from projects.follow_up import queries
from projects.models import FollowUpReview, Project
from projects.operations import (
    Answer,
    decline_intervention,
    interrupt_support,
    open_intervention,
    submit_review,
)
from tests.builders import at, journal, make_partner, make_user, withdraw
from tests.words import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOW = at(2026, 6, 20)
HOME, GRID = "/bassins/savoie/", "/bassins/savoie/suivi/"
WANTED = "Trois jours d'un acheteur."


def given(review, *, by, wanted=""):
    more = {"needs_help": True, "help_wanted": wanted} if wanted else {}
    answer = Answer(Situation.GOOD, Decimal("2.5"), comment="L'atelier tourne.", **more)
    return submit_review(review_id=review.pk, answer=answer, by=by, at=NOW)


@pytest.fixture
def asked(review, team):
    """M+3, that asks for somebody."""
    return given(review, by=team.lead, wanted=WANTED)


@pytest.fixture
def operator(client_as):
    return client_as(Role.OPERATOR)


def url(review):
    return f"{GRID}points/{review.pk}/intervention/"


def told(code):
    waiting = Entry.objects.filter(kind="notifications.send", payload__code=code)
    return [entry.payload["email"] for entry in waiting]


def link(code):
    return Entry.objects.get(kind="notifications.send", payload__code=code).payload["path"]


class TestWaiting:
    def test_the_operator_is_told_and_has_it_to_do(self, asked, team, operator):
        assert told("M92") == [team.operator.email]
        page = plain(operator.get(HOME))
        assert "Intervention demandée : Fromagerie des Bauges" in page
        assert WANTED in page
        assert url(asked) in page
        assert url(asked) in operator.get(GRID).content.decode()

    def test_an_operator_who_withdrew_leaves_it_to_another(self, review, team, savoie):
        other = make_user(Role.OPERATOR, basin=savoie)
        withdraw(review.project, team.operator)
        given(review, by=team.lead, wanted=WANTED)
        assert told("M92") == [other.email]

    def test_the_presidency_reads_it_when_no_operator_may(self, review, team, client_as):
        withdraw(review.project, team.operator)
        asked = given(review, by=team.lead, wanted=WANTED)
        assert told("M92") == [team.president.email]
        page = link("M92")
        assert page == f"{GRID}points/{asked.pk}/"
        assert WANTED in plain(client_as(Role.PRESIDENT, user=team.president).get(page))

    def test_the_next_review_does_not_take_it_away_nor_the_end_of_the_support(
        self, asked, team, operator
    ):
        given(asked.project.reviews.get(month=6), by=team.lead)
        interrupt_support(project_id=asked.project_id, reason="Vendue.", by=team.operator, at=NOW)
        assert list(queries.help_wanted()) == [asked]
        assert url(asked) in operator.get(HOME).content.decode()

    def test_a_review_that_asks_nothing_tells_nobody(self, review, team):
        given(review, by=team.lead)
        assert told("M92") == []
        with pytest.raises(ActionDenied, match="ne demande pas de nouvelle intervention"):
            open_intervention(review_id=review.pk, need="Rien", by=team.operator, at=NOW)

    def test_members_read_it_and_do_not_answer(self, asked, client_as):
        member = client_as(Role.MEMBER)
        page = plain(member.get(GRID))
        assert WANTED in page
        assert url(asked) not in page
        assert member.get(url(asked)).status_code == 403
        page = plain(member.get(f"{GRID}points/{asked.pk}/"))
        assert "L'opérateur n'a pas encore répondu." in page


class TestOpened:
    def test_a_second_file_of_the_company_linked_to_its_review(self, asked, team, operator):
        partner = make_partner(name="Banque des Alpes")
        Project.objects.filter(pk=asked.project_id).update(follow_up_partner=partner)
        page = plain(operator.get(url(asked)))
        assert f'value="{WANTED}"' in page
        response = operator.post(url(asked), {"answer": "OPEN", "need": WANTED})
        asked.refresh_from_db()
        opened = asked.help_project
        assert response.url == f"/bassins/savoie/dossiers/{opened.reference}/"
        assert (opened.beneficiary, opened.status, opened.need) == (
            asked.project.beneficiary,
            ProjectStatus.CONTACT,
            WANTED,
        )
        assert (opened.origin, opened.origin_partner) == (Origin.PARTNER, partner)
        assert opened.owner_email == asked.project.owner_email
        assert told("M93") == [team.lead.email]
        assert len(journal("review.intervention_opened")) == 1
        assert not queries.help_wanted().exists()
        page = plain(operator.get(response.url))
        assert f"point M+3 du dossier {asked.project.reference}" in page
        page = operator.get(f"{GRID}points/{asked.pk}/").content.decode()
        assert response.url in page

    def test_a_member_reads_its_reference_before_its_page(self, asked, team, client_as):
        opened = open_intervention(review_id=asked.pk, need=WANTED, by=team.operator, at=NOW)
        page = client_as(Role.MEMBER).get(f"{GRID}points/{asked.pk}/").content.decode()
        assert opened.reference in page
        assert f"/dossiers/{opened.reference}/" not in page

    def test_answered_once(self, asked, team, operator):
        opened = open_intervention(review_id=asked.pk, need=WANTED, by=team.operator, at=NOW)
        response = operator.post(url(asked), {"answer": "DECLINE", "reason": "Trop tôt."})
        assert response.status_code == 403
        page = plain(response)
        assert f"Cette demande a déjà sa réponse : le dossier {opened.reference}." in page
        assert "Trop tôt." in page
        assert operator.get(url(asked)).status_code == 302
        assert Project.objects.filter(beneficiary=asked.project.beneficiary).count() == 2


class TestDeclined:
    def test_the_lead_reads_why_with_an_account_or_without(
        self, asked, team, operator, client_as, client
    ):
        operator.post(url(asked), {"answer": "DECLINE", "reason": "Prévu par l'avenant."})
        asked.refresh_from_db()
        assert (asked.help_project, asked.help_refusal) == (None, "Prévu par l'avenant.")
        assert told("M93") == [team.lead.email]
        assert len(journal("review.intervention_declined")) == 1
        page = client_as(None, user=team.lead).get(f"{GRID}points/{asked.pk}/")
        assert "Prévu par l'avenant." in plain(page)
        page = client.get(link("M93"))
        assert page.status_code == 200
        assert WANTED in plain(page)
        assert "Prévu par l'avenant." in plain(page)

    def test_whoever_gave_it_by_a_link_reads_the_answer_by_another(
        self, review, team, savoie, client, operator
    ):
        token = links.issue(
            basin=savoie,
            purpose=LinkPurpose.FOLLOW_UP_REVIEW,
            target_id=review.pk,
            email="mandataire@example.org",
            at=NOW,
            valid=timedelta(days=1),
        )
        used = links.find(token, LinkPurpose.FOLLOW_UP_REVIEW)
        answer = Answer(Situation.GOOD, Decimal("2.5"), needs_help=True, help_wanted=WANTED)
        submit_review(review_id=review.pk, answer=answer, link=used, at=NOW)
        operator.post(url(review), {"answer": "OPEN", "need": WANTED})
        review.refresh_from_db()
        assert told("M93") == ["mandataire@example.org"]
        said = f"Le dossier {review.help_project.reference} porte votre demande"
        assert said in plain(client.get(link("M93")))

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"need": WANTED}, "Choisissez une réponse."),
            ({"answer": "DECLINE"}, "Dites pourquoi la demande reste sans suite."),
            ({"answer": "OPEN"}, "Dites en une ligne ce que le nouveau dossier demande."),
        ],
    )
    def test_what_is_missing_is_said(self, asked, operator, typed, said):
        response = operator.post(url(asked), typed)
        assert response.status_code == 422
        assert said in plain(response)
        assert queries.help_wanted().exists()

    def test_a_reason_of_spaces_is_none(self, asked, team):
        with pytest.raises(InvalidInput):
            decline_intervention(review_id=asked.pk, reason="  ", by=team.operator, at=NOW)


class TestDatabase:
    @pytest.mark.parametrize(
        "change",
        [
            {"help_refusal": "Non."},
            {"help_answered_at": NOW},
            {"help_answered_at": NOW, "help_answered_by": "operator"},
            {"help_answered_at": NOW, "help_answered_by": "operator", "help_project": "own"},
        ],
    )
    def test_an_answer_has_its_author_and_a_file_or_a_reason(self, asked, team, change):
        known = {"operator": team.operator, "own": asked.project}
        change = {name: known.get(value, value) for name, value in change.items()}
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUpReview.objects.filter(pk=asked.pk).update(**change)

    def test_it_does_not_change_afterwards(self, asked, team):
        decline_intervention(review_id=asked.pk, reason="Non.", by=team.operator, at=NOW)
        mine = FollowUpReview.objects.filter(pk=asked.pk)
        for change in ({"help_answered_at": at(2026, 7, 1)}, {"help_answered_by": team.lead}):
            with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
                mine.update(**change)
        mine.update(help_refusal="Non, a dit une personne effacée.")
