"""A meeting of six files that eleven seats play from several browsers at once (voting.md).

Two proxies, a recusal, a tie that the chair settles, a departure: what the room, the phones and the
screen showed is what the minutes say.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from alize.accounts.models import User
from alize.common.words import of
from alize.settings import demo
from basins import tenancy
from basins.enums import Role
from committees import operations
from committees.models import AgendaItem, Ballot, Decision, Meeting
from committees.rules import BallotFacts, Choice, tally
from tests.browser.conftest import PHONE, served
from tests.browser.pages import (
    ERRAND,
    one_spaced,
    press,
    press_twice,
    saved,
    sees,
    text_of,
    wait_for_link,
)
from tests.builders import make_user
from tests.committees.conftest import Committee, make_committee
from tests.conftest import confirm
from tests.databases import clone, demo_environment, exclusively, run_in_demo, savoie_of

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
SEATS, PRESENT = 11, 9
"""The first presides; the last two gave proxies to the second and the third."""
PROXIES = {9: 1, 10: 2}
CHAIR, HOLDER, RECUSED, REPLACED, LEAVES = 0, 1, 3, 5, 8
VOTES: tuple[tuple[Choice | None, ...], ...] = (
    (FOR, FOR, FOR, None, AGAINST, FOR, FOR, FOR, FOR, FOR, FOR),
    (FOR, FOR, AGAINST, FOR, FOR, FOR, AGAINST, AGAINST, AGAINST, ABSTAIN, AGAINST),
    (FOR, FOR, FOR, FOR, FOR, FOR, ABSTAIN, ABSTAIN, None, ABSTAIN, ABSTAIN),
    (AGAINST, FOR, AGAINST, AGAINST, AGAINST, AGAINST, AGAINST, AGAINST, None, FOR, AGAINST),
    (FOR, FOR, AGAINST, FOR, None, None, FOR, FOR, None, FOR, AGAINST),
    (ABSTAIN,) * 8 + (None,) + (ABSTAIN,) * 2,
)
"""What each seat votes on each file, in the order of the seats."""
REASONS = {3: "Le marché n'est pas démontré.", 5: "Le plan de financement manque."}
"""What the president says of a refusal and of what is put off."""


@dataclass
class Room:
    """Everybody with their browser; whoever shows no page does what its buttons do."""

    database: str
    committee: Committee
    meeting: Meeting
    phones: list[APIRequestContext] = field(default_factory=list)
    alternate: User | None = None
    """The other person of a seat, connected though its holder sits."""

    @property
    def path(self) -> str:
        return f"/bassins/savoie/comite/seances/{self.meeting.number}/"

    def items(self) -> list[AgendaItem]:
        return list(self.meeting.items.order_by("rank"))

    def send(self, rank: int, path: str, **typed: object) -> None:
        """Do what the button of a page does, from the phone of a seat."""
        phone = self.phones[rank]
        cookies = {cookie["name"]: cookie["value"] for cookie in phone.storage_state()["cookies"]}
        form = {"csrfmiddlewaretoken": cookies["csrftoken"], **typed}
        answer = phone.post(path, form={name: str(value) for name, value in form.items()})
        assert answer.ok, (path, answer.status)

    def vote(self, ballot: Ballot, giver: int, choice: Choice, *, holder: int) -> None:
        self.send(
            holder,
            f"/bassins/savoie/comite/scrutins/{ballot.pk}/",
            seat=self.committee.seats[giver].pk,
            choice=choice,
            reason="Le marché reste à démontrer." if choice == AGAINST else "",
            command_key=uuid4(),
        )


def sentence_of(votes: Sequence[Choice | None], *, recused: Sequence[int], left: bool) -> str:
    """What the rule says of these votes, by itself."""
    names = [f"seat {rank}" for rank in range(SEATS)]
    there = [names[rank] for rank in range(PRESENT) if not (left and rank == LEAVES)]
    return one_spaced(
        tally(
            BallotFacts(
                seats=frozenset(names),
                chair=names[CHAIR],
                present=frozenset(there),
                votes={names[rank]: vote for rank, vote in enumerate(votes) if vote},
                recused=frozenset(names[rank] for rank in recused),
                proxies=tuple((names[giver], names[holder]) for giver, holder in PROXIES.items()),
            )
        ).sentence
    )


@pytest.fixture(scope="module")
def database(django_db_setup, template_name: str) -> str:
    """A database with two empty basins, for this meeting alone."""
    name = f"{template_name}_room"
    with exclusively() as maintenance:
        clone(maintenance, template_name, name)
    return name


@pytest.fixture(scope="module")
def site(database: str, tmp_path_factory) -> Iterator[str]:
    """The address where this meeting is held."""
    with served(demo_environment(database, site=1), tmp_path_factory.mktemp("room")) as address:
        yield address


@pytest.fixture
def room(database: str, site: str, chromium: Browser, django_db_blocker) -> Iterator[Room]:
    """Six files convened for now, one of two proxies accepted, everybody signed in."""
    now = timezone.now().replace(second=0, microsecond=0)
    with django_db_blocker.unblock(), savoie_of(database) as savoie, ExitStack() as stack:
        committee = make_committee(savoie, SEATS)
        room = Room(database, committee, committee.convened(files=len(VOTES), held_at=now))
        [proxy] = operations.give_proxy(
            meeting_id=room.meeting.pk, giver_id=committee.seats[10].pk,
            holder_id=committee.seats[2].pk, by=committee.people[10], at=now,
        )  # fmt: skip
        operations.answer_proxy(proxy_id=proxy.pk, accept=True, by=committee.people[2], at=now)
        for rank, item in enumerate(room.items()):
            for seat in range(PRESENT):
                if (rank, seat) != (0, RECUSED):
                    committee.answer(item, committee.people[seat], when=now)
        room.alternate = make_user(Role.MEMBER, basin=savoie)
        committee.seats[REPLACED].alternates.add(room.alternate)
        for user in committee.people:
            context = chromium.new_context(base_url=site)
            stack.callback(context.close)
            context.add_cookies([session_of(user, site)])
            context.request.get(room.path)
            room.phones.append(context.request)
        yield room


def session_of(user: User, site: str) -> dict[str, str]:
    """The cookie of somebody who has just signed in, second factor included."""
    client = Client()
    client.user = user
    with tenancy.national(), override_settings(SECRET_KEY=demo.SECRET_KEY):
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        confirm(client)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": site}


@dataclass
class Pages:
    """What is looked at: desks, a phone, the wall, and who may not see the first file."""

    president: Page
    secretary: Page
    holder: Page
    screen: Page
    recused: Page
    alternate: Page


@pytest.fixture
def enter(visit, site: str) -> Callable[..., Page]:
    """Open a page as one of the committee."""

    def open_page(user: User, path: str, **options) -> Page:
        page = visit(None, "/connexion/", **options)
        page.context.add_cookies([session_of(user, site)])
        page.goto(path)
        return page

    return open_page


def test_a_meeting_of_eleven_in_several_browsers(room, enter, tmp_path):
    people, live = room.committee.people, f"{room.path}direct/"
    first = f"/bassins/savoie/comite/passages/{room.items()[0].pk}/"
    operator = room.committee.operator
    pages = Pages(
        president=enter(people[CHAIR], room.path),
        secretary=enter(operator, room.path),
        holder=enter(people[HOLDER], room.path, width=PHONE),
        screen=enter(operator, room.path),
        recused=enter(people[RECUSED], first),
        alternate=enter(room.alternate, room.path, width=PHONE),
    )
    president = pages.president
    gives_proxy(room, enter(people[9], f"{room.path}pouvoir/", width=PHONE), pages.holder)

    press(president, "Ouvrir la séance")
    sees(president, "La séance est ouverte")
    for seat in range(1, PRESENT):
        room.send(seat, f"{room.path}je-suis-la/")
    withdraws(pages.recused, first)
    for page in (president, pages.secretary, pages.holder, pages.recused):
        page.goto(live)
    pages.screen.goto(f"{room.path}ecran/")

    sentences = [examine(room, pages, 0)]
    for page in (pages.screen, pages.recused, pages.alternate):
        page.close()  # what they had to show was seen: they would ask again every three seconds
    sentences += [examine(room, pages, rank) for rank in range(1, len(VOTES))]

    press_twice(president, "Lever la séance")
    sees(president, "La séance est levée")
    outcomes = Decision.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["APPROVED"] * 3 + ["REJECTED", "APPROVED", "DEFERRED"]

    for item, sentence in zip(room.items(), sentences, strict=True):
        pages.holder.goto(f"/bassins/savoie/comite/scrutins/{Ballot.objects.get(item=item).pk}/")
        sees(pages.holder, sentence)
    text = minutes_of(room, pages.secretary, president, tmp_path)
    for sentence in sentences:
        assert sentence in text
    for rank in (9, 10, RECUSED, LEAVES):
        assert people[rank].full_name in text
    run_in_demo(room.database, "-m", "django", "verify_committee")


def gives_proxy(room: Room, giver: Page, holder: Page) -> None:
    """The giver is on a train; who receives it says yes on a phone."""
    giver.get_by_label(room.committee.people[HOLDER].full_name).check()
    press(giver, "Donner pouvoir")
    sees(giver, "Pouvoir envoyé")
    holder.goto(f"{room.path}pouvoirs/")
    press(holder, "Accepter")


def withdraws(page: Page, file: str) -> None:
    """A recusal takes effect at the next request."""
    press(page, "Répondre")
    page.get_by_label("Je me déporte").check()
    press(page, "Enregistrer ma réponse")
    sees(page, "Vous vous êtes déporté : ce dossier ne vous est plus accessible")
    assert page.goto(file).status == 404


def examine(room: Room, pages: Pages, rank: int) -> str:
    """One file, from the opening of its vote to its decision; returns the sentence it gave."""
    if rank == 2:
        departs(pages.secretary, room)
    president, votes = pages.president, dict(enumerate(VOTES[rank]))
    # What comes by itself takes three seconds: it is waited for once.
    watching = (pages.secretary, pages.screen) if rank == 0 else ()
    press(president, "Ouvrir le vote")
    sees(president, "ont voté")
    if rank == 0:
        votes_on_the_phone(pages.holder, room.committee.people[9].full_name)
        sees(pages.recused, "Vous vous êtes déporté du dossier examiné en ce moment")
        del votes[HOLDER], votes[9]
    ballot = Ballot.objects.get(item=room.items()[rank])
    for seat, choice in votes.items():
        if choice is not None:
            room.vote(ballot, seat, choice, holder=PROXIES.get(seat, seat))
    if rank == 0:
        pages.alternate.goto(f"/bassins/savoie/comite/scrutins/{ballot.pk}/")
        sees(pages.alternate, f"Votre siège a voté, par {room.committee.people[REPLACED]}.")
        expect(pages.alternate.get_by_label("Pour", exact=True)).to_have_count(0)
    cast = len(VOTES[rank]) - VOTES[rank].count(None)
    for page in watching:
        expect(page.locator("[data-live-votes]")).to_have_text(str(cast))
    press_twice(president, "Clore le vote")
    sentence = sentence_of(VOTES[rank], recused=[RECUSED] if rank == 0 else [], left=rank >= 2)
    for page in (president, *watching):
        sees(page, sentence)
    press(president, "Proclamer")
    if rank in REASONS:
        president.get_by_label(re.compile("Motif")).fill(REASONS[rank])
    press(president, "Proclamer :")
    sees(president, "Décision proclamée")
    return sentence


def departs(secretary: Page, room: Room) -> None:
    """The secretary notes that somebody leaves."""
    secretary.goto(f"{room.path}presences/")
    press(secretary, f"Noter le départ {of(room.committee.people[LEAVES].full_name)}")
    expect(secretary.get_by_role("button", name="Noter le départ")).to_have_count(PRESENT - 1)
    secretary.goto(f"{room.path}direct/")


def votes_on_the_phone(page: Page, giver: str) -> None:
    """The ballot comes by itself; one votes for oneself, then for who gave the proxy."""
    page.get_by_role("group", name="Votre vote").get_by_label("Pour", exact=True).check()
    press(page, "Confirmer mon vote")
    sees(page, "Vote enregistré")
    page.get_by_role("group", name=f"Vote pour {giver}").get_by_label("Pour", exact=True).check()
    press(page, "Confirmer ce vote")
    sees(page, "Vote enregistré")


def minutes_of(room: Room, secretary: Page, president: Page, folder: Path) -> str:
    """The words of the minutes that the secretary sent and the president signed."""
    # The live page leaves by itself once the meeting is over.
    secretary.wait_for_url(f"**{room.path}", timeout=ERRAND * 1000)
    secretary.goto(f"{room.path}proces-verbal/")
    for _ in range(2):
        press(secretary, "Envoyer à la présidence")
    sees(secretary, "Le procès-verbal est parti à la présidence")
    president.goto(f"{room.path}proces-verbal/")
    press(president, "Signer")
    press(president, "Signer le procès-verbal")
    sees(president, "Procès-verbal signé")
    link = wait_for_link(president, "Procès-verbal (PDF)")
    return text_of(saved(president, folder, link))
