"""The pages where a meeting is prepared: nothing typed is lost, the lists ask little."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alize.common.errors import InvalidInput
from alize.common.money import format_euros
from basins.enums import Role
from committees import operations
from committees.models import Ballot, Seat
from committees.operations import SkillsLine
from committees.wording import proposal_text
from partners.models import Contact
from tests.builders import make_contact, make_partner, make_person
from tests.committees.conftest import BEFORE, DAY
from tests.committees.pages.conftest import HOME, text

pytestmark = pytest.mark.django_db


def undone_by(answer) -> str:
    """What stands between the message of an act and the end of its « Annuler »."""
    return text(answer).partition("data-undo")[2].partition("</div>")[0]


class TestPreparation:
    def test_a_meeting_in_the_past_keeps_what_was_typed(self, operator, committee):
        page = operator.post(
            f"{HOME}seances/nouvelle/",
            {"held_on": "31/02/2026", "hour": "25 h", "mode": "MIXED", "place": "CANARI"},
        )
        assert page.status_code == 422
        assert "Le 31\u00a0février n&#x27;existe pas." in text(page)
        assert "écrivez 14 h 30" in text(page)
        assert "CANARI" in text(page)

    def test_the_hard_stop_is_shown_before_the_summons(self, operator, committee):
        meeting = committee.planned()
        Contact.objects.filter(person=committee.president).update(is_active=False)
        page = text(operator.get(f"{HOME}seances/{meeting.number}/"))
        assert "Désignez un président de séance issu d&#x27;une entreprise partenaire" in page
        assert "Inscrire au moins un dossier prêt" in page

    def test_a_project_that_is_not_ready_cannot_be_put(self, operator, committee):
        meeting = committee.planned()
        answer = operator.post(f"{HOME}seances/{meeting.number}/inscrire/", {"project": 999_999})
        assert answer.status_code == 302
        assert not meeting.items.exists()

    def test_a_file_just_put_on_the_agenda_goes_back_by_annuler(self, operator, committee):
        meeting, project = committee.planned(), committee.ready()
        page = f"{HOME}seances/{meeting.number}/"
        shown = operator.post(f"{page}inscrire/", {"project": project.pk}, follow=True)
        item = meeting.items.get()
        undo = f"{HOME}passages/{item.pk}/retirer/"
        assert undo in undone_by(shown)
        assert "de nouveau prêt" in text(operator.post(undo, follow=True))
        project.refresh_from_db()
        assert (meeting.items.exists(), project.status) == (False, "READY")

    def test_a_file_taken_off_comes_back_where_it_was(self, operator, committee):
        meeting = committee.planned()
        page = f"{HOME}seances/{meeting.number}/"
        for _ in range(3):
            operator.post(f"{page}inscrire/", {"project": committee.ready().pk})
        first, second, third = meeting.items.order_by("rank")
        operator.post(f"{HOME}passages/{second.pk}/duree/", {"minutes_planned": "35"}, follow=True)
        removed = operator.post(f"{HOME}passages/{second.pk}/retirer/", follow=True)
        undo = re.search(r'action="([^"]+)"', undone_by(removed))[1].replace("&amp;", "&")
        assert meeting.items.count() == 2
        operator.post(undo)
        kept = meeting.items.order_by("rank").values_list("rank", "project", "minutes_planned")
        assert list(kept) == [
            (1, first.project_id, 20), (2, second.project_id, 35), (3, third.project_id, 20),
        ]  # fmt: skip

    def test_what_is_worded_on_a_file_asks_before_it_goes(self, operator, committee):
        item = committee.convened().items.get()
        page, url = f"{HOME}seances/{item.meeting.number}/", f"{HOME}passages/{item.pk}/retirer/"
        assert f'href="{url}"' in text(operator.get(page))
        asked = operator.get(url).context["confirmation"]
        assert "La proposition rédigée pour cette séance est effacée." in asked.effects
        assert item.meeting.items.exists()
        assert undone_by(operator.post(url, follow=True)) == ""
        assert not item.meeting.items.exists()

    def test_a_guest_just_added_goes_back_by_annuler_and_an_older_one_does_not(
        self, operator, committee
    ):
        meeting = committee.planned()
        page = f"{HOME}seances/{meeting.number}/"
        asked = {"name": "Lou Martin", "capacity": "Expert", "item": ""}
        shown = operator.post(f"{page}entendre/", asked, follow=True)
        undo = f"{HOME}invites/{meeting.guests.get().pk}/retirer/"
        assert undo in undone_by(shown)
        again = operator.post(f"{page}entendre/", asked, follow=True)
        assert "Lou Martin est sur la liste" in text(again)
        assert undone_by(again) == ""
        assert "plus sur la liste" in text(operator.post(undo, follow=True))
        assert not meeting.guests.exists()

    def test_a_proposal_with_a_wrong_amount_keeps_its_lines(self, operator, committee):
        item = committee.convened().items.get()
        page = operator.post(
            f"{HOME}passages/{item.pk}/proposition/",
            {
                "amount": "22 000,555",
                "lines": "30",
                "skills-TOTAL_FORMS": "1",
                "skills-INITIAL_FORMS": "0",
                "skills-0-partner": committee.seats[1].partner_id,
                "skills-0-days": "2,55",
                "skills-0-topic": "CANARI",
                "conditions-TOTAL_FORMS": "0",
                "conditions-INITIAL_FORMS": "0",
            },
        )
        assert page.status_code == 422
        assert "deux décimales" in text(page)
        assert "2 points à corriger" in text(page)
        assert 'href="#id_skills-0-days">Apport 1, jours' in text(page)
        assert "CANARI" in text(page)
        worded = {
            "amount": "22 000",
            "lines": "8",
            "step_months": "3",
            **{f"{part}-{name}_FORMS": "0" for part in ("skills", "conditions")
               for name in ("TOTAL", "INITIAL")},
        }  # fmt: skip
        assert operator.post(f"{HOME}passages/{item.pk}/proposition/", worded).status_code == 302
        assert "en 8\u00a0échéances trimestrielles" in proposal_text(item.proposals.latest("pk"))

    def test_two_who_word_a_proposal_lose_nothing(self, operator, committee):
        item = committee.convened().items.get()
        address = f"{HOME}passages/{item.pk}/proposition/"
        typed = {
            "mark": operator.get(address).context["mark"],
            "amount": "15 000", "lines": "24", "grace_months": "0",
            "skills-TOTAL_FORMS": "1", "skills-INITIAL_FORMS": "0",
            "skills-0-partner": committee.seats[1].partner_id,
            "skills-0-days": "2,5", "skills-0-topic": "achats",
            "conditions-TOTAL_FORMS": "0", "conditions-INITIAL_FORMS": "0",
        }  # fmt: skip
        line = SkillsLine(committee.seats[1].partner_id, Decimal("2.5"), "achats")
        committee.propose(item, amount=1_000_000, skills=[line])
        page = operator.post(address, typed)
        assert page.status_code == 422
        assert f"{committee.operator.full_name} a modifié cette proposition à " in text(page)
        assert format_euros(1_000_000) in page.context["theirs"][0]
        assert page.context["form"]["amount"].value() == "15 000"
        assert item.proposals.get().amount == 1_000_000
        assert operator.post(address, typed | {"mark": page.context["mark"]}).status_code == 302
        assert item.proposals.get().amount == 1_500_000
        assert item.proposals.get().skills.count() == 1

    def test_only_members_follow_up_and_only_partners_lend(self, operator, committee):
        item = committee.convened().items.get()
        outside = make_contact(committee.seats[1].partner, person=make_person())
        member = committee.seats[1].partner.contacts.get(person=committee.people[1])
        form = operator.get(f"{HOME}passages/{item.pk}/proposition/").context["form"]
        offered = form.fields["lead"].queryset
        assert member in offered
        assert outside not in offered
        with pytest.raises(InvalidInput, match="membre du comité d'agrément"):
            committee.propose(item, follow_up_lead_id=outside.person_id)
        gone = make_partner(left_on=BEFORE.date())
        with pytest.raises(InvalidInput, match="n'est plus partenaire"):
            committee.propose(item, skills=[SkillsLine(gone.pk, Decimal(2), "achats")])
        lines = operator.get(f"{HOME}passages/{item.pk}/proposition/").context["skills"]
        assert gone not in lines.forms[0].fields["partner"].queryset

    def test_whoever_presides_rewords_it_once_the_vote_is_cancelled(
        self, committee, ballot, client_as
    ):
        operations.cancel_ballot(ballot_id=ballot.pk, by=committee.president, at=DAY)
        president = client_as(Role.PRESIDENT, user=committee.president)
        address = f"{HOME}passages/{ballot.item_id}/proposition/"
        assert address in text(president.get(f"{HOME}passages/{ballot.item_id}/"))
        typed = {
            "amount": "15 000", "lines": "24", "grace_months": "0",
            "skills-TOTAL_FORMS": "0", "skills-INITIAL_FORMS": "0",
            "conditions-TOTAL_FORMS": "0", "conditions-INITIAL_FORMS": "0",
        }  # fmt: skip
        assert president.post(address, typed).status_code == 302
        assert ballot.item.proposals.get(ballot=None).amount == 1_500_000

    @pytest.mark.parametrize(
        "number", ["2026-99", "abc", "2026", "2026-1", "99999-01", "2026-0001"]
    )
    def test_an_unknown_meeting(self, operator, committee, number):
        committee.planned()
        assert operator.get(f"{HOME}seances/{number}/").status_code == 404

    def test_everything_has_its_page_for_a_president_who_withdrew(
        self, committee, meeting, client_as
    ):
        item = meeting.items.first()
        committee.answer(item, committee.president, "RECUSED")
        replacing = client_as(Role.MEMBER, user=committee.people[1])
        committee.answer(item, committee.people[1])
        assert "Ouvrir le vote" in text(replacing.get(f"{HOME}passages/{item.pk}/"))
        assert replacing.post(f"{HOME}passages/{item.pk}/vote/").status_code == 302
        assert Ballot.objects.get().opened_by_id == committee.people[1].pk


class TestQueries:
    def count(self, client, path):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        # The basin itself is kept a few seconds in the process: it is not the page's business.
        return sum("basins_basin" not in query["sql"] for query in asked)

    def test_an_agenda_asks_as_much_for_one_file_as_for_three(self, committee, client_as):
        one, three = committee.convened(files=1), committee.convened(files=3)
        for role, user in ((Role.MEMBER, committee.people[1]), (Role.OPERATOR, committee.operator)):
            client = client_as(role, user=user)
            counts = {
                self.count(client, f"{HOME}seances/{meeting.number}/") for meeting in (one, three)
            }
            assert len(counts) == 1

    def test_the_list_asks_as_much_for_one_meeting_as_for_three(self, committee, operator):
        committee.planned()
        first = self.count(operator, HOME)
        committee.planned()
        committee.convened(files=2)
        assert self.count(operator, HOME) == first


class TestHome:
    def test_a_member_is_told_to_vote(self, committee, ballot, member):
        assert "Voter maintenant" in text(member.get("/bassins/savoie/"))
        committee.vote(ballot, committee.people[1])
        assert "Voter maintenant" not in text(member.get("/bassins/savoie/"))

    def test_a_seat_without_a_vote_is_not(self, committee, member):
        Seat.objects.filter(pk=committee.seats[1].pk).update(kind="CONSULTATIVE")
        committee.ballot(committee.opened())
        assert "Voter maintenant" not in text(member.get("/bassins/savoie/"))

    def test_whoever_speaks_for_another_is_told_until_both_have_voted(
        self, committee, ballot, member
    ):
        absent = committee.people[3]
        ballot.item.meeting.attendances.filter(person=absent.pk).update(left_at=DAY)
        committee.proxy(ballot.item.meeting, absent, committee.people[1])
        committee.vote(ballot, committee.people[1])
        assert "Voter maintenant" in text(member.get("/bassins/savoie/"))

    def test_the_operator_prepares_then_drafts(self, committee, operator):
        committee.planned()
        assert "Préparer la séance" in text(operator.get("/bassins/savoie/"))
        meeting = committee.opened()
        operations.close_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        assert "Rédiger le procès-verbal" in text(operator.get("/bassins/savoie/"))

    def test_the_president_opens(self, committee, president):
        meeting = committee.convened()
        assert f"Ouvrir la séance {meeting.number}" in text(president.get("/bassins/savoie/"))
        assert f"Valider l&#x27;ordre du jour de la séance {meeting.number}" in text(
            president.get("/bassins/savoie/")
        )
