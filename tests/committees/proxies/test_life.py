"""The life of a proxy: given, accepted, asleep, dead, taken back (C3, voting.md 5.3)."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from alize.common.errors import ActionDenied, InvalidInput, Refusal
from alize.outbox.models import Entry
from committees import operations
from committees.models import Proxy
from committees.queries import proxies, recusals
from partners.enums import PartnerKind
from tests.builders import make_person, make_seat
from tests.committees.conftest import BEFORE, DAY
from tests.committees.proxies.conftest import (
    accept,
    give,
    given_and_accepted,
    pair,
    rule,
)


class TestGive:
    def test_counts_once_accepted(self, committee, meeting, items):
        made = give(committee, meeting, 1, 2, instruction=" Pour ")
        assert proxies.held_for(items[0]) == ()
        (mail,) = Entry.objects.filter(payload__code="M05")
        assert mail.payload["email"] == committee.people[2].email
        accept(committee, made, 2)
        assert [proxies.held_for(item) for item in items] == [(pair(committee, 1, 2),)] * 2
        (held,) = proxies.of_holder(items[0], committee.seats[2])
        assert held.instruction == "Pour"
        (told,) = Entry.objects.filter(payload__code="M41")
        assert told.payload["email"] == committee.people[1].email

    def test_for_chosen_files(self, committee, meeting, items):
        given_and_accepted(committee, meeting, 1, 2, item_ids=[items[1].pk])
        assert proxies.held_for(items[0]) == ()
        assert proxies.held_for(items[1]) == (pair(committee, 1, 2),)

    def test_the_file_s_own_replaces_the_meeting_s(self, committee, meeting, items):
        given_and_accepted(committee, meeting, 3, 4)
        given_and_accepted(committee, meeting, 1, 2)
        given_and_accepted(committee, meeting, 1, 0, item_ids=[items[0].pk])
        assert proxies.held_for(items[0]) == (pair(committee, 1, 0), pair(committee, 3, 4))
        assert proxies.held_for(items[1]) == (pair(committee, 3, 4), pair(committee, 1, 2))

    def test_by_an_alternate_of_the_seat(self, committee, meeting):
        alternate = make_person()
        committee.seats[1].alternates.add(alternate)
        give(committee, meeting, 1, 2, by=alternate)

    def test_never_for_another_seat(self, committee, meeting):
        with pytest.raises(ActionDenied, match="ni titulaire"):
            give(committee, meeting, 1, 2, by=committee.people[3])

    def test_to_oneself(self, committee, meeting):
        with pytest.raises(InvalidInput, match="une autre personne"):
            give(committee, meeting, 1, 1)

    def test_to_or_by_a_seat_without_a_voice(self, committee, meeting):
        person = make_person()
        committee.people.append(person)
        committee.seats.append(make_seat(holder=person, kind="CONSULTATIVE"))
        with pytest.raises(InvalidInput, match="voix consultative"):
            give(committee, meeting, 1, -1)
        with pytest.raises(ActionDenied, match="voix délibérative"):
            give(committee, meeting, -1, 1)

    def test_to_a_seat_whose_mandate_ended(self, committee, meeting):
        committee.seats[2].ends_on = (DAY - timedelta(days=1)).date()
        committee.seats[2].save()
        with pytest.raises(InvalidInput, match="pas en fonction"):
            give(committee, meeting, 1, 2)

    def test_beyond_the_maximum(self, committee, meeting):
        give(committee, meeting, 1, 2)
        with pytest.raises(InvalidInput, match="le maximum") as refusal:
            give(committee, meeting, 3, 2)
        assert refusal.value.field == "holder"
        rule(max_proxies=2)
        give(committee, meeting, 3, 2)

    def test_a_declined_or_revoked_one_frees_its_place(self, committee, meeting):
        accept(committee, give(committee, meeting, 1, 2), 2, yes=False)
        made = give(committee, meeting, 3, 2)
        operations.revoke_proxy(proxy_id=made[0].pk, by=committee.people[3], at=BEFORE)
        give(committee, meeting, 1, 2, at=BEFORE + timedelta(hours=1))

    def test_where_the_rules_admit_none(self, committee, meeting):
        rule(max_proxies=0)
        with pytest.raises(ActionDenied, match="n'admettent pas de pouvoir"):
            give(committee, meeting, 1, 2)

    def test_in_the_same_college_only_if_the_rules_say_so(self, committee, meeting):
        partner = committee.seats[2].partner
        partner.kind = PartnerKind.AUTHORITY
        partner.save()
        rule(proxies_in_same_college=True)
        with pytest.raises(InvalidInput, match="même collège"):
            give(committee, meeting, 1, 2)
        give(committee, meeting, 1, 3)

    def test_twice(self, committee, meeting):
        give(committee, meeting, 1, 2)
        with pytest.raises(ActionDenied, match="déjà donné pouvoir"):
            give(committee, meeting, 1, 3)

    def test_before_the_summons(self, committee):
        with pytest.raises(ActionDenied, match="entre la convocation"):
            give(committee, committee.planned(), 1, 2)

    def test_by_a_seat_that_is_there(self, committee):
        meeting = committee.opened()
        with pytest.raises(ActionDenied, match="est présent"):
            give(committee, meeting, 1, 2, at=DAY)

    def test_on_a_file_of_another_meeting(self, committee, meeting):
        other = committee.convened().items.get()
        with pytest.raises(InvalidInput, match="ordre du jour"):
            give(committee, meeting, 1, 2, item_ids=[other.pk])

    def test_on_a_file_one_of_them_withdrew_from(self, committee, meeting, items):
        committee.answer(items[0], committee.people[2], "RECUSED", when=BEFORE)
        with pytest.raises(InvalidInput, match="déporté"):
            give(committee, meeting, 1, 2, item_ids=[items[0].pk])
        with pytest.raises(InvalidInput, match="déporté"):
            give(committee, meeting, 2, 1, item_ids=[items[0].pk])


class TestChain:
    def test_a_holder_does_not_give(self, committee, meeting):
        given_and_accepted(committee, meeting, 1, 2)
        with pytest.raises(ActionDenied, match="ne peut pas donner le sien"):
            give(committee, meeting, 2, 3)

    def test_who_gave_does_not_hold(self, committee, meeting):
        give(committee, meeting, 1, 2)
        with pytest.raises(InvalidInput, match="a donné pouvoir"):
            give(committee, meeting, 3, 1)

    def test_who_gave_meanwhile_does_not_accept(self, committee, meeting):
        waiting = give(committee, meeting, 1, 2)
        give(committee, meeting, 2, 3)
        with pytest.raises(ActionDenied, match="ne pouvez plus accepter"):
            accept(committee, waiting, 2)

    def test_nor_a_second_when_the_rules_were_tightened(self, committee, meeting):
        rule(max_proxies=2)
        given_and_accepted(committee, meeting, 1, 2)
        waiting = give(committee, meeting, 3, 2)
        rule(max_proxies=1)
        with pytest.raises(ActionDenied, match="le maximum"):
            accept(committee, waiting, 2)


class TestAnswer:
    def test_is_the_holder_s(self, committee, meeting):
        made = give(committee, meeting, 1, 2)
        with pytest.raises(ActionDenied):
            accept(committee, made, 3)

    def test_once(self, committee, meeting):
        made = given_and_accepted(committee, meeting, 1, 2)
        with pytest.raises(ActionDenied, match="déjà répondu"):
            accept(committee, made, 2, yes=False)

    def test_covers_all_that_was_given_together(self, committee, meeting, items):
        made = give(committee, meeting, 1, 2, item_ids=[item.pk for item in items])
        accept(committee, made, 2)
        assert all(proxies.held_for(item) for item in items)

    def test_after_it_was_taken_back(self, committee, meeting):
        made = give(committee, meeting, 1, 2)
        operations.revoke_proxy(proxy_id=made[0].pk, by=committee.people[1], at=BEFORE)
        with pytest.raises(ActionDenied, match="a repris son vote"):
            accept(committee, made, 2)


class TestTakenBack:
    def test_by_the_giver_only(self, committee, meeting, items):
        made = given_and_accepted(committee, meeting, 1, 2)
        with pytest.raises(ActionDenied):
            operations.revoke_proxy(proxy_id=made[0].pk, by=committee.people[2], at=BEFORE)
        operations.revoke_proxy(proxy_id=made[0].pk, by=committee.people[1], at=BEFORE)
        assert proxies.held_for(items[0]) == ()
        with pytest.raises(ActionDenied, match="n'existe plus"):
            operations.revoke_proxy(proxy_id=made[0].pk, by=committee.people[1], at=BEFORE)

    def test_on_arrival_of_the_giver_or_an_alternate(self, committee, meeting, items):
        given_and_accepted(committee, meeting, 1, 2)
        with transaction.atomic():
            ended = operations.withdraw_on_arrival(
                committee.seats[1], meeting, by=committee.operator, at=DAY
            )
        assert len(ended) == 1
        assert proxies.held_for(items[0]) == ()
        assert not operations.withdraw_on_arrival(
            committee.seats[1], meeting, by=committee.operator, at=DAY
        )

    def test_by_the_arrival_itself(self, committee, meeting, items):
        given_and_accepted(committee, meeting, 1, 2)
        committee.arrive(meeting, committee.people[1])
        assert proxies.held_for(items[0]) == ()

    def test_by_the_chair_who_opens_the_meeting(self, committee, meeting, items):
        given_and_accepted(committee, meeting, 0, 2)
        operations.open_meeting(meeting_id=meeting.pk, by=committee.president, at=DAY)
        assert proxies.held_for(items[0]) == ()


class TestAsleep:
    """A file from which one of the two withdrew, or where the giver sits after all."""

    def test_says_why(self, committee, meeting, items):
        (proxy,) = given_and_accepted(committee, meeting, 1, 2)
        giver, holder = (seat.partner.name for seat in committee.seats[1:3])

        def why(item):
            return proxies.why_asleep(proxy, recusals.recused_seats(item), set())

        assert why(items[0]) == ""
        committee.answer(items[0], committee.people[2], "RECUSED", when=BEFORE)
        assert holder in why(items[0])
        committee.answer(items[0], committee.people[1], "RECUSED", when=BEFORE)
        assert giver in why(items[0])
        assert why(items[1]) == ""
        assert "est présent" in proxies.why_asleep(proxy, set(), {proxy.giver_id})


class TestDatabase:
    def test_refuses_to_rewrite_or_remove_one(self, committee, meeting):
        (made,) = give(committee, meeting, 1, 2)
        for change in ({"holder": committee.seats[3]}, {"giver": committee.seats[3]}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Proxy.objects.filter(pk=made.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM committees_proxy")

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"holder": 1}, "another_seat"),
            ({"declined_at": DAY, "declined_by": 2}, "accepted_or_declined"),
            ({}, "one_for_the_meeting"),
        ],
    )
    def test_refuses_what_must_never_be(self, committee, meeting, changes, constraint):
        give(committee, meeting, 1, 2) if not changes else None
        values = {
            "giver": committee.seats[1],
            "holder": committee.seats[changes.get("holder", 3)],
            "accepted_at": DAY,
            "accepted_by": committee.people[3],
        }
        if "declined_at" in changes:
            values |= {"declined_at": DAY, "declined_by": committee.people[2]}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            meeting.proxies.create(given_at=DAY, given_by=committee.people[1], **values)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_no_chain_no_surplus(committee, meeting, items, seed):
    """Given, accepted, declined, taken back, withdrawn at random through the operations."""
    chance = random.Random(seed)
    maximum = chance.choice((1, 2))
    rule(max_proxies=maximum)
    for step in range(30):
        at = BEFORE + timedelta(minutes=step)
        giver, holder = chance.sample(range(5), 2)
        known = list(Proxy.objects.filter(meeting=meeting).order_by("pk"))
        try:
            match chance.choice(("give", "give", "accept", "accept", "decline", "revoke")):
                case "give":
                    files = chance.choice(([], [items[0].pk], [item.pk for item in items]))
                    give(committee, meeting, giver, holder, item_ids=files, at=at)
                case act if known:
                    proxy = chance.choice(known)
                    ids = [seat.pk for seat in committee.seats]
                    if act == "revoke":
                        by = committee.people[ids.index(proxy.giver_id)]
                        operations.revoke_proxy(proxy_id=proxy.pk, by=by, at=at)
                    else:
                        by = committee.people[ids.index(proxy.holder_id)]
                        operations.answer_proxy(
                            proxy_id=proxy.pk, accept=act == "accept", by=by, at=at
                        )
        except Refusal:
            pass
        for item in items:
            held = proxies.held_for(item)
            givers, holders = [one for one, _ in held], Counter(other for _, other in held)
            assert len(set(givers)) == len(givers)
            assert not set(givers) & holders.keys()
            assert max(holders.values(), default=0) <= maximum
