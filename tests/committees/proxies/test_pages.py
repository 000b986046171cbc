"""The pages of a proxy, and the link by which its holder answers (C3, M05)."""

import pytest
import time_machine

from alize.outbox.models import Entry
from basins.enums import Role
from basins.models import LocalOperator
from basins.tenancy import national
from committees import operations
from committees.models import Meeting, Proxy
from committees.queries import proxies
from tests.committees.conftest import BEFORE
from tests.committees.proxies.conftest import HOME, give, pair, rule
from tests.conftest import VisitorClient


class TestPages:
    def test_lists_who_may_hold_and_why_not(self, committee, meeting, client_as):
        give(committee, meeting, 1, 2)
        member = client_as(Role.MEMBER, user=committee.people[3])
        page = member.get(f"{HOME}seances/{meeting.number}/pouvoir/").content.decode()
        assert "a déjà reçu 1 pouvoir, le maximum" in page
        assert "a donné pouvoir à un autre siège" in page
        assert f'value="{committee.seats[4].pk}"' in page
        assert f'value="{committee.seats[2].pk}"' not in page

    @time_machine.travel(BEFORE, tick=False)
    def test_from_the_gift_to_the_vote_taken_back(self, committee, meeting, items, client_as):
        giver = client_as(Role.MEMBER, user=committee.people[1])
        holder = client_as(Role.MEMBER, user=committee.people[2])
        give_path = f"{HOME}seances/{meeting.number}/pouvoir/"
        asked = {"holder": committee.seats[2].pk, "scope": "dossiers", "instruction": "CONSIGNE"}
        assert giver.post(give_path, asked).status_code == 422
        made = giver.post(give_path, asked | {"items": [items[0].pk]})
        assert made.status_code == 302
        home = holder.get("/bassins/savoie/").content.decode()
        assert "Accepter ou refuser le pouvoir de" in home
        path = f"{HOME}seances/{meeting.number}/pouvoirs/"
        assert "CONSIGNE" in holder.get(path).content.decode()
        proxy = Proxy.objects.get()
        answer = f"{HOME}pouvoirs/{proxy.pk}/reponse/"
        assert giver.post(answer, {"reponse": "accepter"}).status_code == 404
        holder.post(answer, {"reponse": "accepter"})
        assert proxies.held_for(items[0])
        assert holder.post(f"{HOME}pouvoirs/{proxy.pk}/reprendre/").status_code == 404
        giver.post(f"{HOME}pouvoirs/{proxy.pk}/reprendre/")
        assert not proxies.held_for(items[0])

    def test_an_instruction_is_not_for_the_others(self, committee, meeting, client_as):
        give(committee, meeting, 1, 2, instruction="CONSIGNE")
        path = f"{HOME}seances/{meeting.number}/pouvoirs/"
        for role, person in ((Role.OPERATOR, committee.operator), (Role.PRESIDENT, None)):
            reader = client_as(role, user=person or committee.president)
            page = reader.get(path).content.decode()
            assert committee.seats[1].partner.name in page
            assert "CONSIGNE" not in page
        stranger = client_as(Role.MEMBER, user=committee.people[4])
        assert committee.seats[1].partner.name not in stranger.get(path).content.decode()

    def test_a_file_one_withdrew_from_is_neither_offered_nor_shown(
        self, committee, meeting, items, client_as
    ):
        give(committee, meeting, 1, 2, item_ids=[items[0].pk])
        for rank in (1, 2):
            committee.answer(items[0], committee.people[rank], "RECUSED", when=BEFORE)
            member = client_as(Role.MEMBER, user=committee.people[rank])
            company = items[0].project.beneficiary.name
            for page in ("pouvoirs", "pouvoir"):
                answer = member.get(f"{HOME}seances/{meeting.number}/{page}/")
                assert company not in answer.content.decode()

    def test_refused_with_its_reason(self, committee, meeting, client_as):
        rule(max_proxies=0)
        member = client_as(Role.MEMBER, user=committee.people[1])
        page = member.get(f"{HOME}seances/{meeting.number}/pouvoir/", follow=True)
        assert "n&#x27;admettent pas de pouvoir" in page.content.decode()


class TestByTheLinkOfTheMail:
    """M05: answered without signing in; reading the page answers nothing."""

    @pytest.fixture
    def visitor(self, meeting):
        """Somebody who has not signed in."""
        return VisitorClient()

    @pytest.fixture
    def link(self, committee, meeting):
        give(committee, meeting, 1, 2)
        return Entry.objects.get(payload__code="M05").payload["path"]

    def test_get_shows_and_post_answers_once(self, committee, meeting, items, link, visitor):
        with time_machine.travel(BEFORE, tick=True):
            page = visitor.get(link)
            assert "Accepter ce pouvoir" in page.content.decode()
            assert proxies.held_for(items[0]) == ()
            done = visitor.post(link, {"reponse": "accepter"})
            assert (done.status_code, "Pouvoir accepté" in done.content.decode()) == (200, True)
            assert proxies.held_for(items[0]) == (pair(committee, 1, 2),)
            again = visitor.post(link, {"reponse": "refuser"})
            assert (again.status_code, "déjà répondu" in again.content.decode()) == (409, True)
            assert "Accepter ce pouvoir" not in visitor.get(link).content.decode()
        assert proxies.held_for(items[0]) == (pair(committee, 1, 2),)

    def test_it_names_no_company(self, items, link, visitor):
        with time_machine.travel(BEFORE, tick=True):
            page = visitor.get(link).content.decode()
        assert not any(item.project.beneficiary.name in page for item in items)

    def test_the_telephone_of_the_operator_is_beside_who_convened_alone(
        self, committee, meeting, link, visitor
    ):
        with national():
            LocalOperator.objects.filter(basin=committee.basin).delete()
            LocalOperator.objects.create(
                basin=committee.basin, name="CCI", short_name="CCI", phone="04 79 00 00 00"
            )
        with time_machine.travel(BEFORE, tick=True):
            assert "04 79 00 00 00" in visitor.get(link).content.decode()
            Meeting.objects.filter(pk=meeting.pk).update(
                status="PLANNED", convened_at=None, convened_by=None
            )
            page = visitor.get(link).content.decode()
        assert committee.people[1].email in page
        assert "04 79 00 00 00" not in page

    def test_a_proxy_taken_back_is_not_answered(self, committee, link, visitor):
        operations.revoke_proxy(proxy_id=Proxy.objects.get().pk, by=committee.people[1], at=BEFORE)
        with time_machine.travel(BEFORE, tick=True):
            assert (
                "a repris son vote" in visitor.post(link, {"reponse": "accepter"}).content.decode()
            )
